"""Which cells of a public table are held back, so that nobody is picked out by a small number.

A table is a tree of places in one stretch of time. A cell about one to ``fewer_than`` less one
people is held back. That alone hides nothing, where the total and the others are printed: so
of the parts of a printed whole at least two are held back or none, with so many people
together that the rest leaves each of them open. What lies below a cell that is held back is
held back too.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def held_back(
    parts: Mapping[Node, Sequence[Node]], people: Mapping[Node, int], fewer_than: int
) -> frozenset[Node]:
    """Return the cells that may not be printed.

    ``parts`` names the parts of each whole, that together make it up; a part of no other whole
    is a root. ``people`` is about how many people each cell is.
    """
    inner = {part for each in parts.values() for part in each}
    hidden: set[Node] = set()
    for root in people:
        if root not in inner:
            if _is_small(people[root], fewer_than):
                hidden.add(root)
            _below(root, parts, people, fewer_than, hidden)
    return frozenset(hidden)


def _below(
    whole: Node,
    parts: Mapping[Node, Sequence[Node]],
    people: Mapping[Node, int],
    fewer_than: int,
    hidden: set[Node],
) -> None:
    mine = parts.get(whole, ())
    hidden.update(mine if whole in hidden else _among(mine, people, fewer_than))
    for part in mine:
        _below(part, parts, people, fewer_than, hidden)


def _among(parts: Sequence[Node], people: Mapping[Node, int], fewer_than: int) -> set[Node]:
    """Return the small ones of some parts, and the next smallest until they hide each other."""
    hidden = {part for part in parts if _is_small(people[part], fewer_than)}
    if not hidden:
        return hidden
    # Nobody lives in a zero: it hides little, so it is taken last.
    others = sorted(
        (part for part in parts if part not in hidden),
        key=lambda part: (people[part] == 0, people[part]),
    )
    for part in others:
        if len(hidden) > 1 and sum(people[each] for each in hidden) >= fewer_than:
            break
        hidden.add(part)
    return hidden


def _is_small(people: int, fewer_than: int) -> bool:
    return 0 < people < fewer_than
