"""Bars of one figure: what the script draws, and the key that says it in words.

One colour for all bars and a number on each. What is not over yet is hatched, a target is a
dashed line across its bar: pattern and shape tell, and no colour has to be known apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.queries import Figure, Share, Target
from liuchi.surfaces.components.templatetags.liuchi import bound


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. Without a value its text stands where the bar would begin."""

    name: str
    value: Decimal | None
    text: str
    target: Target | None = None
    is_over: bool = True


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart: its bars, and what its key has to say."""

    bars: tuple[Bar, ...]

    @property
    def data(self) -> dict[str, Any]:
        """What the script draws (``components/bars.js``)."""
        return {
            "names": [each.name for each in self.bars],
            "values": [_number(each.value) for each in self.bars],
            "texts": [each.text for each in self.bars],
            "targets": [_number(each.target.bound if each.target else None) for each in self.bars],
            "running": [not each.is_over for each in self.bars],
            "words": {"target": _("目标"), "running": _("还没过完")},
        }

    @property
    def target(self) -> str:
        """The target in words, where all that have one have the same; else that there are some."""
        found = {bound(each.target) for each in self.bars if each.target is not None}
        return next(iter(found)) if len(found) == 1 else ""

    @property
    def has_target(self) -> bool:
        """Whether any bar has a target."""
        return any(each.target is not None for each in self.bars)

    @property
    def is_running(self) -> bool:
        """Whether any bar is of a stretch that is not over."""
        return any(not each.is_over for each in self.bars)


def bar_of(figure: Figure | Share, name: str) -> Bar:
    """Return the bar of a figure under a name, with the target that holds for it."""
    if isinstance(figure, Share):
        return Bar(name, figure.value, figure.text)
    is_over = figure.span is None or figure.span.end <= figure.as_of
    return Bar(name, figure.value, figure.text, indicators.target(figure), is_over)


def of(figures: Sequence[Figure | Share], names: Sequence[str]) -> Bars:
    """Return the bars of some figures."""
    return Bars(tuple(bar_of(*each) for each in zip(figures, names, strict=True)))


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
