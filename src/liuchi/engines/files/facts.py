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
FACTS = (DOCUMENT_STORED,)
