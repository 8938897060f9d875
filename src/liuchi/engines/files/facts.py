"""Facts of files: ids and sizes only."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType, FactKind


class DocumentData(BaseModel):
    """What was stored; the hash lets a reader prove that a photo is still the same."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: UUID
    media_type: str
    size_bytes: int
    sha256: str


DOCUMENT_STORED = FactKind(
    "files.document_stored",
    Sentence("存入文件", "Document stored"),
    DocumentData,
    {
        "document": DimensionType.UUID,
        "media_type": DimensionType.TEXT,
        "size_bytes": DimensionType.INTEGER,
    },
)


class DocumentErasedData(BaseModel):
    """Which document is gone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: UUID


DOCUMENT_ERASED = FactKind(
    "files.document_erased",
    Sentence("删除文件", "Document erased"),
    DocumentErasedData,
    {"document": DimensionType.UUID},
)


class ImportRunData(BaseModel):
    """How many rows of which kind of table came in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    target: str
    added: int
    changed: int
    unchanged: int
    refused: int


class ImportUndoneData(BaseModel):
    """How much of an import was taken back, and how much stayed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    target: str
    removed: int
    restored: int
    stayed: int


IMPORT_RUN = FactKind(
    "files.import_run",
    Sentence("导入表格", "Table imported"),
    ImportRunData,
    {
        "target": DimensionType.TEXT,
        "added": DimensionType.INTEGER,
        "changed": DimensionType.INTEGER,
        "unchanged": DimensionType.INTEGER,
        "refused": DimensionType.INTEGER,
    },
    amount=Sentence("行数", "Rows"),
)
IMPORT_UNDONE = FactKind(
    "files.import_undone",
    Sentence("撤销导入", "Import undone"),
    ImportUndoneData,
    {
        "target": DimensionType.TEXT,
        "removed": DimensionType.INTEGER,
        "restored": DimensionType.INTEGER,
        "stayed": DimensionType.INTEGER,
    },
    amount=Sentence("行数", "Rows"),
)


class ExportData(BaseModel):
    """Which list was taken out of the house, and how long it was."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    listing: str
    rows: int


LIST_EXPORTED = FactKind(
    "files.list_exported",
    Sentence("导出列表", "List taken out"),
    ExportData,
    {"listing": DimensionType.TEXT, "rows": DimensionType.INTEGER},
)
FACTS = (DOCUMENT_STORED, DOCUMENT_ERASED, IMPORT_RUN, IMPORT_UNDONE, LIST_EXPORTED)

ENTRIES = {
    IMPORT_RUN.kind: "directory.import.run",
    IMPORT_UNDONE.kind: "directory.import.undo",
}
"""A list read in is one entry, however many rows it has: nobody typed them here."""
