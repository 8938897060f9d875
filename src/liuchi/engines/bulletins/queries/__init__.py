"""All reads of bulletins, as frozen rows. Inside ``acting_as(actor)``, but for ``proof``."""

from __future__ import annotations

from liuchi.engines.bulletins.queries.bulletins import (
    articles_of,
    bulletin,
    bulletins,
    file,
    mastheads,
    next_number,
    proof,
    sheet_of,
)
from liuchi.engines.bulletins.queries.figures import count, figures
from liuchi.engines.bulletins.queries.rows import (
    ArticleRow,
    BulletinRow,
    Counted,
    FigureRow,
    ProofRow,
)
from liuchi.engines.bulletins.queries.starting import review

__all__ = [
    "ArticleRow",
    "BulletinRow",
    "Counted",
    "FigureRow",
    "ProofRow",
    "articles_of",
    "bulletin",
    "bulletins",
    "count",
    "figures",
    "file",
    "mastheads",
    "next_number",
    "proof",
    "review",
    "sheet_of",
]
