"""What operations about disclosures give: what everybody reads, and what is due."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from ninja import Schema

from liuchi.engines.disclosures.enums import ColumnKind, Frequency, PostingState, Standing
from liuchi.surfaces.api.shapes import Exact


class Basis(Schema):
    """A law or document an item rests on."""

    title: str
    number: str
    issued: date | None
    url: str


class Item(Schema):
    """An item that applies to a village, with when it was last posted."""

    playbook: str
    code: str
    title: str
    group: str
    responsible: str
    supervising: list[str]
    basis: list[Basis]
    frequency: Frequency
    last_first: date | None
    last_released_at: datetime | None


class Posting(Schema):
    """A posting that is or was out. ``end`` is the first day after its period."""

    id: UUID
    area_id: UUID
    item_code: str
    item_title: str
    first: date
    end: date
    subject: str
    version: int
    state: PostingState
    row_count: int
    total: Exact | None
    due_on: date
    released_at: datetime
    takes_down_on: date
    taken_down_at: datetime | None
    down_reason: str
    content_hash: str


class Column(Schema):
    """A column as the public reads it."""

    code: str
    title: str
    kind: ColumnKind
    key: bool


class Source(Schema):
    """What a posting was filled from, and in how many rows that differs by now."""

    source: str
    of: list[str]
    as_of: date
    ordinal: int
    changed_rows: int
    changed_at: datetime | None


class Paper(Schema):
    """A document that went out with a posting: a PDF of pictures of its pages."""

    title: str
    pages: int
    bytes: int
    media_type: str
    url: str


class PostingOpened(Posting):
    """A posting with its columns. ``why`` is the reason of a correction."""

    papers: list[Paper]

    columns: list[Column]
    note: str
    why: str
    older: UUID | None
    newer: UUID | None
    source: Source | None


class Row(Schema):
    """A row as everybody reads it; ``cells`` are in the order of its posting's columns."""

    id: UUID
    posting_id: UUID
    position: int
    cells: list[str]
    amount: Exact | None


class Hit(Row):
    """A row that was found, with the headings of its cells."""

    item_code: str
    item_title: str
    first: date
    headings: list[str]


class Due(Schema):
    """How a village stands with an item in a period."""

    area_id: UUID
    playbook: str
    item_code: str
    item_title: str
    frequency: Frequency
    first: date
    end: date
    due_on: date
    standing: Standing
    late: bool
