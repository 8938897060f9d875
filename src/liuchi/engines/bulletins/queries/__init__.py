"""All reads of bulletins, as frozen rows. Inside ``acting_as(actor)``, but for ``proof``."""

from __future__ import annotations

from liuchi.engines.bulletins.queries.bulletins import (
    bulletin,
    bulletins,
    file,
    mastheads,
    next_number,
    proof,
    sheet_of,
)
from liuchi.engines.bulletins.queries.figures import count, figures
from liuchi.engines.bulletins.queries.rows import BulletinRow, Counted, FigureRow, ProofRow

__all__ = [
    "BulletinRow",
    "Counted",
    "FigureRow",
    "ProofRow",
    "bulletin",
    "bulletins",
    "count",
    "figures",
    "file",
    "mastheads",
    "next_number",
    "proof",
    "sheet_of",
]
