"""A procedure drawn from its steps: numbered boxes from above to below, with ways back or over.

Drawn here and not in the browser, so that it prints and needs no script. What branches says so
in words in its box as well; the page lists the same steps beneath for whoever sees no drawing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from liuchi.engines.disclosures.spec import StepSpec

_WIDTH, _BOX, _LEFT = 360, 300, 4
_LINE, _PAD, _GAP = 22, 12, 26
_LETTERS = 34  # of half width, in a line
_LANE = 14


@dataclass(frozen=True, slots=True)
class Step:
    """A step in words: its number, who does what, and where it leads in which case."""

    number: int
    who: str
    does: str
    ways: tuple[str, ...]
    ends: bool


@dataclass(frozen=True, slots=True)
class _Box:
    step: Step
    lines: tuple[str, ...]
    top: int

    @property
    def height(self) -> int:
        return 2 * _PAD + _LINE * len(self.lines)

    @property
    def middle(self) -> int:
        return self.top + self.height // 2


def steps_of(procedure: Sequence[StepSpec]) -> tuple[Step, ...]:
    """Return a procedure's steps as they are told in words."""
    numbers = {each.code: number for number, each in enumerate(procedure, start=1)}
    return tuple(
        Step(
            number,
            each.who,
            each.does,
            tuple(_way(way.when, numbers[way.to]) for way in each.then),
            each.ends or (number == len(procedure) and not each.then),
        )
        for number, each in enumerate(procedure, start=1)
    )


def drawn(procedure: Sequence[StepSpec]) -> SafeString:
    """Return the chart as an SVG picture; decoration beside the list of steps."""
    boxes = _boxes(steps_of(procedure))
    at = {each.code: box for each, box in zip(procedure, boxes, strict=True)}
    arrows: list[SafeString] = []
    lane = 0
    for place, (spec, box) in enumerate(zip(procedure, boxes, strict=True)):
        after = None if spec.ends else next(iter(boxes[place + 1 : place + 2]), None)
        ways = [at[way.to] for way in spec.then] or ([after] if after else [])
        for target in ways:
            if target.step.number == box.step.number + 1:
                arrows.append(_down(box, target))
            else:
                lane += 1
                arrows.append(_around(box, target, lane))
    height = boxes[-1].top + boxes[-1].height + 4
    width = _WIDTH + max(0, lane - 3) * _LANE
    return format_html(
        '<svg class="l-flow" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true" '
        'focusable="false">{}{}</svg>',
        width,
        height,
        width,
        height,
        format_html_join("", "{}", ((each,) for each in arrows)),
        format_html_join("", "{}", ((_drawn_box(each),) for each in boxes)),
    )


def _way(when: str, number: int) -> str:
    if not when:
        return _("转到第 %(n)s 步") % {"n": number}
    return _("%(when)s：转到第 %(n)s 步") % {"when": when, "n": number}


def _boxes(steps: Sequence[Step]) -> list[_Box]:
    found: list[_Box] = []
    top = 4
    for step in steps:
        told = (f"{step.number}. {step.who}", step.does, *step.ways)
        lines = tuple(line for text in told for line in wrapped(text, _LETTERS))
        found.append(_Box(step, lines, top))
        top += found[-1].height + _GAP
    return found


def wrapped(text: str, letters: int) -> list[str]:
    """Return a text in lines of some half-width letters; Chinese may break anywhere."""
    lines, width = [""], 0
    for letter in text:
        wide = 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if width + wide > letters:
            lines.append("")
            width = 0
        lines[-1] += letter
        width += wide
    return lines


def _drawn_box(box: _Box) -> SafeString:
    texts = format_html_join(
        "",
        '<text x="{}" y="{}"{}>{}</text>',
        (
            (
                _LEFT + _PAD,
                box.top + _PAD + _LINE * place + 16,
                SafeString(' class="is-who"') if place == 0 else "",
                line,
            )
            for place, line in enumerate(box.lines)
        ),
    )
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="{}"{}/>{}',
        _LEFT,
        box.top,
        _BOX,
        box.height,
        box.height // 2 if box.step.ends and len(box.lines) == 1 else 8,
        SafeString(' class="is-end"') if box.step.ends else "",
        texts,
    )


def _down(box: _Box, target: _Box) -> SafeString:
    x = _LEFT + _BOX // 2
    start, end = box.top + box.height, target.top
    return format_html(
        '<path d="M{} {}V{}"/><path class="is-tip" d="M{} {}l-5 -8h10z"/>',
        *(x, start, end - 4, x, end),
    )


def _around(box: _Box, target: _Box, lane: int) -> SafeString:
    side, x = _LEFT + _BOX, _LEFT + _BOX + 8 + lane * _LANE
    start, end = box.middle, target.middle + (6 if target.top < box.top else -6)
    return format_html(
        '<path class="is-way" d="M{} {}H{}V{}H{}"/><path class="is-tip" d="M{} {}l8 -5v10z"/>',
        *(side, start, x, end, side + 6, side, end),
    )
