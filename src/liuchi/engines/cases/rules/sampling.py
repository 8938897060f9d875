"""Drawing cases for a check or a call-back so that anybody can draw the same ones again.

Each case's lot is the SHA-256 of the seed and its id; the smallest lots are drawn. The seed
is the head of a seal of the journal and the day: nobody could choose it, nobody can wish a
case in or out, and whoever holds the export recomputes the draw with any tool.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from liuchi.kernel.sentences import Sentence

HEAD_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Seed:
    """What a draw starts from: what for, which day's cases, and the seal made after that day."""

    purpose: str
    day: date
    seal_head: str

    def __str__(self) -> str:
        """Return the seed as it is hashed: ``call_back/2026-11-20/9f2c…``."""
        return f"{self.purpose}/{self.day.isoformat()}/{self.seal_head}"


def lot(seed: Seed, case_id: UUID) -> str:
    """Return the lot of a case: 64 hexadecimal digits, ``sha256("<seed>/<case id>")``."""
    return hashlib.sha256(f"{seed}/{case_id}".encode()).hexdigest()


def drawn(seed: Seed, case_ids: Iterable[UUID], percent: int) -> tuple[UUID, ...]:
    """Return the share of some cases with the smallest lots, rounded up, smallest first.

    Rounded up so that a village with one case a day is not spared for ever.
    """
    by_lot = sorted({lot(seed, each): each for each in case_ids}.items())
    many = -(-len(by_lot) * percent // 100)
    return tuple(case_id for _, case_id in by_lot[:many])


def why_drawn(seed: Seed, candidates: int, many: int, percent: int) -> Sentence:
    """Say how a draw was made, for the page of what was drawn."""
    return Sentence(
        "{all} 件抽 {percent}%，共 {many} 件。由封签 {head} 算出，可重算。",
        "{percent} % of {all} cases: {many}. Drawn by seal {head}; anybody can compute it again.",
        {
            "all": candidates,
            "many": many,
            "percent": percent,
            "head": seed.seal_head[:HEAD_SHOWN],
        },
    )
