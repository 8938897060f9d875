"""How a draw of cases for a check or a call-back is told. The draw itself: ``kernel.sampling``."""

from __future__ import annotations

from liuchi.kernel.sampling import Seed
from liuchi.kernel.sentences import Sentence

HEAD_SHOWN = 12


def why_drawn(seed: Seed, candidates: int, many: int, percent: int) -> Sentence:
    """Say how a draw was made, for the page of what was drawn."""
    return Sentence(
        "{all} 件里按 {percent}% 抽了 {many} 件，种子取自封签 {head}",
        "{many} of {all} cases ({percent} %), by seal {head}",
        {
            "all": candidates,
            "many": many,
            "percent": percent,
            "head": seed.seal_head[:HEAD_SHOWN],
        },
    )
