"""Going through pages by keyboard alone: nothing is clicked, and where one is always shows."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Locator, TimeoutError  # noqa: A004  what a wait raises

from journeys.eyes import Eyes

TABS_MAX, PRESSES_MAX = 220, 4
_IS_FOCUSED = "each => each === document.activeElement"
_SHOWS = """each => {
  const drawn = (style) => style.boxShadow !== 'none'
    || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0);
  const around = each.closest('label') || each.parentElement;
  return drawn(getComputedStyle(each)) || drawn(getComputedStyle(around))
    || (each.nextElementSibling !== null && drawn(getComputedStyle(each.nextElementSibling)));
}"""


def reach(eyes: Eyes, target: str | Locator) -> Locator:
    """Press Tab until something has the focus, as who has no mouse does; the focus is seen."""
    wanted = eyes.page.locator(target).first if isinstance(target, str) else target.first
    for _number in range(TABS_MAX):
        if wanted.evaluate(_IS_FOCUSED):
            break
        eyes.page.keyboard.press("Tab")
    else:
        pytest.fail(f"no Tab leads to {target} on {eyes.page.url}")
    assert wanted.evaluate(_SHOWS), f"the focus on {target} does not show on {eyes.page.url}"
    return wanted


def press(eyes: Eyes, target: str | Locator, key: str = "Enter") -> None:
    """Come to a link or button, press it, and look at the page it leads to."""
    reach(eyes, target)
    with eyes.page.expect_navigation(wait_until="load"):
        eyes.page.keyboard.press(key)
    eyes.look()


def write(eyes: Eyes, target: str | Locator, text: str) -> None:
    """Come to a box and put a text in place of what stands in it."""
    reach(eyes, target)
    eyes.page.keyboard.press("Control+A")
    eyes.page.keyboard.type(text)


def tick(eyes: Eyes, target: str | Locator) -> None:
    """Come to a box or to the first of several choices, and take it with the space bar."""
    box = reach(eyes, target)
    eyes.page.keyboard.press("Space")
    assert box.is_checked()


def choose(eyes: Eyes, name: str, value: str, most: int = 6) -> None:
    """Choose among radio buttons or the options of a list with the arrow keys."""
    kind = "select" if eyes.page.locator(f'select[name="{name}"]').count() else "input"
    held = eyes.page.locator(f'{kind}[name="{name}"]')
    checked = eyes.page.locator(f'input[name="{name}"]:checked')
    reach(eyes, held if kind == "select" or not checked.count() else checked)
    wanted = eyes.page.locator(f'input[name="{name}"][value="{value}"]')
    for _number in range(most):
        if (held.input_value() == value) if kind == "select" else wanted.is_checked():
            return
        eyes.page.keyboard.press("ArrowDown")
    pytest.fail(f"the arrows do not lead to {value} of {name}")


def give(eyes: Eyes, target: str | Locator, file: Path) -> None:
    """Come to a box for files, open its window with the space bar and choose a file.

    Where no window comes the bar is pressed again, as somebody would on a slow machine.
    """
    reach(eyes, target)
    for _number in range(PRESSES_MAX):
        with suppress(TimeoutError):
            with eyes.page.expect_file_chooser(timeout=10_000) as window:
                eyes.page.keyboard.press("Space")
            window.value.set_files(file)
            return
    pytest.fail(f"no window opens for {target} on {eyes.page.url}")


def both_widths(eyes: Eyes) -> None:
    """Look at a page on a phone and on a wide screen, and leave it as it was."""
    eyes.turn()
    eyes.turn()
