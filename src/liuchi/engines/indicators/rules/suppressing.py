"""Which cells of a public table are held back, so that nobody is picked out by a small number.

A table is a tree of places in one stretch of time. Of each cell several groups of people are
told, as many as what is printed tells apart: the men among all, and all but the men. A cell with
a group of one to ``fewer_than`` less one people is held back. That alone hides nothing, where
the total and the others are printed: so of the parts of a printed whole at least two are held
back or none, with so many people of each group together that the rest leaves each of them open.
What lies below a cell that is held back is held back too.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

Node = TypeVar("Node", bound=Hashable)
Groups = Sequence[int]
"""How many people of each group, in one order for all cells."""


def held_back(
    parts: Mapping[Node, Sequence[Node]],
    people: Mapping[Node, Groups],
    fewer_than: int,
    unprinted: Collection[Node] = (),
) -> frozenset[Node]:
    """Return the cells that may not be printed.

    ``parts`` names the parts of each whole, that together make it up; a part of no other whole
    is a root. ``unprinted`` parts are printed in no case, and so hide others for nothing.
    """
    return _Table(parts, people, fewer_than, unprinted).held_back()


class _Table(Generic[Node]):
    """A table while it is gone through, from its roots down."""

    def __init__(
        self,
        parts: Mapping[Node, Sequence[Node]],
        people: Mapping[Node, Groups],
        fewer_than: int,
        unprinted: Collection[Node],
    ) -> None:
        self.parts, self.people = parts, people
        self.fewer_than, self.unprinted = fewer_than, unprinted
        self.hidden: set[Node] = set()

    def held_back(self) -> frozenset[Node]:
        inner = {part for each in self.parts.values() for part in each}
        for root in self.people:
            if root not in inner:
                if self._is_small(self.people[root]):
                    self.hidden.add(root)
                self._go_below(root)
        return frozenset(self.hidden)

    def _go_below(self, whole: Node) -> None:
        mine = self.parts.get(whole, ())
        self.hidden.update(mine if whole in self.hidden else self._among(mine))
        for part in mine:
            self._go_below(part)

    def _among(self, parts: Sequence[Node]) -> set[Node]:
        """Return the small ones of some parts, and the next smallest until they hide each other."""
        unprinted = {part for part in parts if part in self.unprinted}
        small = {part for part in parts if self._is_small(self.people[part])}
        if small <= unprinted:
            return unprinted
        hidden = small | unprinted
        # Nobody lives in a zero: it hides little, so it is taken last.
        others = sorted(
            (part for part in parts if part not in hidden),
            key=lambda part: (not any(self.people[part]), sum(self.people[part])),
        )
        for part in others:
            if len(hidden) > 1 and not self._is_small(self._together(hidden)):
                break
            hidden.add(part)
        return hidden

    def _together(self, parts: Collection[Node]) -> Groups:
        return [sum(each) for each in zip(*(self.people[part] for part in parts), strict=True)]

    def _is_small(self, people: Groups) -> bool:
        return any(0 < each < self.fewer_than for each in people)
