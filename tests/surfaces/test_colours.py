"""Whoever sees no red, no green, no blue or no colour at all tells the marks of a chart apart."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from liuchi.surfaces import components

_CSS = Path(components.__path__[0], "static/components/tokens.css").read_text()
_THEMES = {"light": r":root \{(.*?)\n\}", "dark": r'html\[data-theme="dark"\] \{(.*?)\n\}'}
Colour = tuple[float, float, float]
# Machado, Oliveira and Fernandes (2009), severity 1; the last is how bright a colour is.
SEEN = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "no blue": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
    "no colour": ((0.2126, 0.7152, 0.0722),) * 3,
}
# What lies beside what in a chart: a bar on its card, which is also its hatching and the pale edge
# of a target's line; that line on its edge, and the numbers on the card.
BESIDE = (("--l-pine", "--l-card"), ("--l-ink", "--l-card"), ("--l-ink-2", "--l-card"))
SHAPES_LEAST, TEXT_LEAST = 3.0, 4.5


def token(theme: str, name: str) -> Colour:
    for each in (theme, "light"):
        held = re.search(_THEMES[each], _CSS, re.DOTALL)
        assert held is not None
        found = re.search(rf"{name}: #([0-9a-f]{{6}});", held[1])
        if found is not None:
            red, green, blue = (int(found[1][at : at + 2], 16) / 255 for at in (0, 2, 4))
            return linear(red), linear(green), linear(blue)
    pytest.fail(f"no colour {name}")


def linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def brightness(colour: Colour, eyes: str) -> float:
    seen = (sum(a * b for a, b in zip(row, colour, strict=True)) for row in SEEN[eyes])
    red, green, blue = (min(1.0, max(0.0, each)) for each in seen)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("theme", "eyes"), list(product(_THEMES, SEEN)))
def test_marks_differ_in_brightness_for_all_eyes(theme: str, eyes: str) -> None:
    low = []
    for one, other in BESIDE:
        least = TEXT_LEAST if "ink" in one else SHAPES_LEAST
        two = sorted(brightness(token(theme, name), eyes) for name in (one, other))
        contrast = (two[1] + 0.05) / (two[0] + 0.05)
        if contrast < least:
            low.append((one, other, round(contrast, 2)))
    assert low == []
