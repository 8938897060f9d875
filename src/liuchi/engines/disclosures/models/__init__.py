"""Tables of disclosures: what is prepared, what everybody reads, what is watched over."""

from __future__ import annotations

from liuchi.engines.disclosures.models.model_villages import ModelVillage
from liuchi.engines.disclosures.models.postings import (
    Applicability,
    Attachment,
    Import,
    Posting,
    Row,
    Source,
)
from liuchi.engines.disclosures.models.public import Check, PublicFile, PublicPosting, PublicRow
from liuchi.engines.disclosures.models.watching import Checked, Meeting, Member, Review

__all__ = [
    "Applicability",
    "Attachment",
    "Check",
    "Checked",
    "Import",
    "Meeting",
    "Member",
    "ModelVillage",
    "Posting",
    "PublicFile",
    "PublicPosting",
    "PublicRow",
    "Review",
    "Row",
    "Source",
]
