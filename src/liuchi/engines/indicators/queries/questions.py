"""A question put to the facts, or to what is rolled up of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from liuchi.engines.indicators.queries.asked import Asked
from liuchi.engines.indicators.rules.compiling import Shape
from liuchi.engines.indicators.rules.opening import companions
from liuchi.kernel.periods import Per
from liuchi.playbooks import registry

At = tuple[int, int]
"""A count: the place of its question, and its own in that."""
Values = dict[Any, Decimal]
BY_STRETCH = {
    Per.MONTH: Shape.BY_MONTH,
    Per.QUARTER: Shape.BY_QUARTER,
    Per.YEAR: Shape.BY_YEAR,
}
STRETCH_OF = {shape: per for per, shape in BY_STRETCH.items()}


@dataclass(frozen=True, slots=True)
class Question:
    """What is counted, and as what.

    ``groups`` gives every area that counts with the one it counts under. ``nodes`` are the
    areas that count with all below them, where those are what is asked for; empty, where
    several count as one. ``dimension`` is what ``Shape.BY_DIMENSION`` lists it by.
    """

    asked: Asked
    shape: Shape
    groups: Callable[[], Mapping[UUID, UUID]]
    nodes: tuple[UUID, ...] = ()
    dimension: str = ""


def with_people(asked: Asked) -> Iterator[Asked]:
    """Yield a question, then of each of its counts about how many people, and of how many facts."""
    yield asked
    counting = asked.spec.model_copy(update={"measure": "count"})
    for pair in companions(asked.terms, registry.fact_kinds()):
        for each in pair:
            yield replace(asked, spec=counting, terms=(each,))
