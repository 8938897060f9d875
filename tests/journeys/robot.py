"""A robot with one finger: it counts its taps, and reckons how long a person would take.

``tap`` and ``type`` are all it can do, as a person. Seconds are what the machine took, plus
a second for each tap and a quarter for each character typed: slower than a clerk, faster
than a beginner. Pasting and taking a photo are given as they are.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

TAP_SECONDS = 1.0
CHARACTER_SECONDS = 0.25
PASTE_SECONDS = 4.0
PHOTO_SECONDS = 5.0


@dataclass
class Task:
    """One line of the table."""

    title: str
    taps_most: int
    seconds_most: float
    taps: int = 0
    person_seconds: float = 0.0
    machine_seconds: float = 0.0

    @property
    def seconds(self) -> float:
        """What it would take a person, the machine's share included."""
        return self.person_seconds + self.machine_seconds


class Robot:
    """Does one task in one window."""

    def __init__(self, page: Page, task: Task) -> None:
        self.page = page
        self.task = task

    def tap(self, target: Locator, *, leads_away: bool = False) -> None:
        self.task.taps += 1
        self.task.person_seconds += TAP_SECONDS
        if leads_away:
            with self.page.expect_navigation(wait_until="load"):
                target.click()
        else:
            target.click()

    def choose(self, target: Locator, value: str) -> None:
        """Open a list and take one of it: two taps."""
        self.task.taps += 2
        self.task.person_seconds += 2 * TAP_SECONDS
        target.select_option(value)

    def type(self, text: str) -> None:
        self.task.person_seconds += CHARACTER_SECONDS * len(text)
        self.page.keyboard.type(text)

    def read(self, seconds: float) -> None:
        """Look at something before going on."""
        self.task.person_seconds += seconds

    def paste(self, field: Locator, text: str) -> None:
        self.task.person_seconds += PASTE_SECONDS
        field.fill(text)

    def photograph(self, field: Locator, content: bytes) -> None:
        self.task.taps += 1
        self.task.person_seconds += PHOTO_SECONDS
        field.set_input_files({"name": "sheet.jpg", "mimeType": "image/jpeg", "buffer": content})


@contextmanager
def doing(page: Page, task: Task) -> Iterator[Robot]:
    """Time a task; what is in the block is what the person does."""
    began = time.monotonic()
    yield Robot(page, task)
    task.machine_seconds = time.monotonic() - began


def table(tasks: list[Task]) -> str:
    """Return the table that the tests print: what was asked, what it took."""
    lines = [f"{'task':<52}{'taps':>12}{'seconds':>16}{'machine':>10}"]
    lines += [
        f"{task.title:<52}{f'{task.taps} of {task.taps_most}':>12}"
        f"{f'{task.seconds:.1f} of {task.seconds_most:g}':>16}{task.machine_seconds:>10.1f}"
        for task in tasks
    ]
    return "\n".join(lines)
