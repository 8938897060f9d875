"""The list of what an export holds, under one digest.

``manifest.json`` is written last, so that an export which was cut short has none. Its ``head``
covers everything in it: the digest of each file and row group, and the root of the last seal.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from pydantic import BaseModel, ConfigDict

from liuchi.engines.journal.rules.canonical import canonical_json
from liuchi.playbooks.registry import DimensionType

FORMAT = "liuchi-journal-parquet"
VERSION = 1
MANIFEST = "manifest.json"
SEALS = "seals.jsonl"
PLAYBOOKS = "playbooks.json"
AREAS = "areas.json"
_HEAD = b"liuchi.parquet.v1\x00"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RowGroup(_Strict):
    """A run of rows that stand together in a file, and the digest of their bytes."""

    rows: int
    first_ordinal: int
    last_ordinal: int
    offset: int
    bytes: int
    sha256: str


class FactFile(_Strict):
    """A file with facts of one kind, in the order of their ordinals."""

    path: str
    kind: str
    rows: int
    bytes: int
    sha256: str
    first_ordinal: int
    last_ordinal: int
    row_groups: tuple[RowGroup, ...]


class Document(_Strict):
    """A file that is no table: the seals, the places, the playbooks."""

    path: str
    bytes: int
    sha256: str


class KindForm(_Strict):
    """What a table's facts were declared to be when it was written."""

    title_zh: str
    title_en: str
    dimensions: dict[str, DimensionType]
    has_amount: bool
    owned: tuple[str, str] | None = None


class Manifest(_Strict):
    """What an export holds.

    ``journal`` is the root of the journal's first seal: no other journal has it. The facts are
    those of the seals ``first_seal`` to ``last_seal``, all of them.
    """

    format: str
    version: int
    name: str
    journal: str
    first_seal: int
    last_seal: int
    first_ordinal: int
    last_ordinal: int
    previous_root: str
    root: str
    sealed_at: str
    exported_at: str
    kinds: dict[str, KindForm]
    files: tuple[FactFile, ...]
    documents: tuple[Document, ...]
    head: str = ""

    @property
    def facts(self) -> int:
        """How many facts its seals cover: ordinals have no gap."""
        return self.last_ordinal - self.first_ordinal + 1

    def digest(self) -> str:
        """Return the head this manifest must have."""
        held = self.model_dump(mode="json", exclude={"head"})
        return hashlib.sha256(_HEAD + canonical_json(held)).hexdigest()

    def files_of(self, kind: str) -> tuple[FactFile, ...]:
        """Return the files of one kind, in order."""
        return tuple(each for each in self.files if each.kind == kind)

    def content(self) -> bytes:
        """Return the bytes of ``manifest.json``."""
        return canonical_json(self.model_dump(mode="json"))


@dataclass(frozen=True, slots=True)
class SealNumbers:
    """Which seal an ordinal stands under."""

    first: int
    lasts: Sequence[int]

    def of(self, ordinals: Iterable[tuple[int, int]]) -> str:
        """Return the seals of some runs of ordinals as people write them: ``3–5, 9``."""
        numbers = sorted(
            {
                number
                for low, high in ordinals
                for number in range(bisect_left(self.lasts, low), bisect_left(self.lasts, high) + 1)
                if number < len(self.lasts)
            }
        )
        runs = []
        for _, held in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
            run = [number + self.first for _, number in held]
            runs.append(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}")
        return ", ".join(runs) or "—"


def form_of(kind: Mapping[str, object]) -> KindForm:
    """Return a kind's form as it stands in a manifest."""
    return KindForm.model_validate(kind)
