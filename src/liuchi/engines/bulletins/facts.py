"""Facts of bulletins: ids, numbers and hashes; the text lies outside the journal."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType, FactKind


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DraftedData(_Data):
    """A bulletin was begun, of which series, with how many figures."""

    series: UUID
    figures: int


class CheckedData(_Data):
    """Somebody else found it right, as it stood in this version."""

    version: int


class AcceptedData(_Data):
    """A figure is kept as it was written although it counts otherwise now."""

    indicator: str
    written: str
    counted: str


class IssuedData(_Data):
    """A bulletin went out: its number, its files' hashes, and where the journal stood."""

    series: UUID
    year: int
    number: int
    figures: int
    ordinal: int
    root: str
    pdf_sha256: str
    word_sha256: str
    corrects: UUID | None


DRAFTED = FactKind(
    "bulletins.drafted",
    Sentence("起草简报", "Bulletin drafted"),
    DraftedData,
    {"series": DimensionType.UUID, "figures": DimensionType.INTEGER},
)
CHECKED = FactKind(
    "bulletins.checked",
    Sentence("核对简报", "Bulletin checked"),
    CheckedData,
    {"version": DimensionType.INTEGER},
)
ACCEPTED = FactKind(
    "bulletins.figure_accepted",
    Sentence("沿用数字", "Figure kept as written"),
    AcceptedData,
    {"indicator": DimensionType.TEXT},
)
ISSUED = FactKind(
    "bulletins.issued",
    Sentence("签发简报", "Bulletin issued"),
    IssuedData,
    {
        "series": DimensionType.UUID,
        "year": DimensionType.INTEGER,
        "number": DimensionType.INTEGER,
        "figures": DimensionType.INTEGER,
        "pdf_sha256": DimensionType.TEXT,
    },
)
KINDS = (DRAFTED, CHECKED, ACCEPTED, ISSUED)

ENTRIES = {
    DRAFTED.kind: "bulletins.bulletin.write",
    CHECKED.kind: "bulletins.bulletin.check",
    ISSUED.kind: "bulletins.bulletin.issue",
}
"""What somebody writes or decides by hand."""
