"""Drawing some of many so that anybody can draw the same ones again.

The lot of each is the SHA-256 of the seed and its id; the smallest lots are drawn. The seed is the
head of a seal of the journal: nobody could choose it, nobody can wish anything in or out, and
whoever holds what it was among recomputes the draw with any tool.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Seed:
    """What a draw starts from: what for, of which day, and the seal made after that day."""

    purpose: str
    day: date
    seal_head: str

    def __str__(self) -> str:
        """Return the seed as it is hashed: ``call_back/2026-11-20/9f2c…``."""
        return f"{self.purpose}/{self.day.isoformat()}/{self.seal_head}"


def lot(seed: Seed, candidate: UUID) -> str:
    """Return the lot of a candidate: 64 hexadecimal digits, ``sha256("<seed>/<id>")``."""
    return hashlib.sha256(f"{seed}/{candidate}".encode()).hexdigest()


def drawn(seed: Seed, candidates: Iterable[UUID], percent: int) -> tuple[UUID, ...]:
    """Return the share of some candidates with the smallest lots, rounded up, smallest first.

    Rounded up so that a place with one a day is not spared for ever.
    """
    by_lot = sorted({lot(seed, each): each for each in candidates}.items())
    many = -(-len(by_lot) * percent // 100)
    return tuple(candidate for _, candidate in by_lot[:many])
