"""Which target holds for a figure, and whether the figure reaches it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from liuchi.engines.indicators.spec import TargetSpec
from liuchi.kernel.periods import Span


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should come to, from which day, and who set it."""

    at_least: Decimal | None
    at_most: Decimal | None
    since: date
    source: str

    @property
    def bound(self) -> Decimal:
        """The number it should reach, or stay under."""
        return self.at_least if self.at_least is not None else self.at_most or Decimal(0)

    def is_met(self, value: Decimal | None) -> bool | None:
        """Whether a value is where it should be; None where there is no figure."""
        if value is None:
            return None
        return value >= self.bound if self.at_least is not None else value <= self.bound


def target_of(
    targets: Iterable[TargetSpec], code: str, places: Collection[str], span: Span
) -> Target | None:
    """Return the target of a figure; ``places`` are the name and the codes of its area."""
    held = [
        each
        for each in targets
        if each.indicator == code
        and each.per == span.per
        and each.since <= span.first
        and (not each.areas or any(place in each.areas for place in places))
    ]
    if not held:
        return None
    found = max(held, key=lambda each: (bool(each.areas), each.since))
    return Target(found.at_least, found.at_most, found.since, found.source)
