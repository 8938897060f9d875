"""Lists an engine lets everybody read, for another engine to take their rows over.

Engines beside each other don't know each other: each registers here, in its ``apps.py``, what
it gives, and a playbook names it. What is given is public, so that nobody is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from liuchi.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class RowSource:
    """A list with the names of its cells.

    ``rows(area_id, first, end)`` gives them as text, about the days from ``first`` up to ``end``,
    in an order that does not change by itself.
    """

    name: str
    title: Sentence
    fields: Mapping[str, Sentence]
    rows: Callable[[UUID, date, date], Sequence[Mapping[str, str]]]


_sources: dict[str, RowSource] = {}


def register_row_source(*sources: RowSource) -> None:
    """Register lists; a second, different one of a name is an error."""
    for each in sources:
        if _sources.setdefault(each.name, each).fields != each.fields:
            msg = f"the list {each.name} is registered twice, differently"
            raise ValueError(msg)


def row_sources() -> Mapping[str, RowSource]:
    """Return the registered lists, by name."""
    return dict(_sources)
