"""What operations of collecting take and give."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from liuchi.engines.collect.rules import COLUMNS_MAX, ROWS_MAX
from liuchi.surfaces.api.shapes import Taken

Value = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]
ColumnCode = Annotated[str, StringConstraints(pattern=r"^c[0-9]{1,3}$")]


class AskedColumn(Schema):
    """A column; units fill in those that are `asked`, the others are filled in for them."""

    code: str
    title: str
    kind: str
    asked: bool
    required: bool
    personal: bool
    choices: list[str]
    source: str


class CollectTable(Schema):
    """A table that was sent to units. `takes`: it takes answers today."""

    id: UUID
    area_id: UUID
    title: str
    note: str
    owner_name: str
    purpose: str
    retain_days: int | None
    ends_on: date
    state: str
    takes: bool
    columns: list[AskedColumn]
    rows_max: int
    sent_at: datetime
    units_sent: int
    units: int
    handed_in: int
    missing: int


class CollectReply(Schema):
    """Where a unit stands with a table."""

    id: UUID
    table_id: UUID
    title: str
    area_id: UUID
    area_name: str
    state: str
    version: int
    row_count: int
    handed_in_at: datetime | None
    handed_in_by_name: str
    reason: str
    reminded_times: int
    ends_on: date
    takes: bool


class CollectCell(Schema):
    """A value and where it comes from; `ref` is the indicator or the earlier table."""

    value: str
    origin: str
    ref: str
    at: datetime | None


class CollectAnswer(CollectReply):
    """A unit's answer with its rows by code of column, and what is asked."""

    note: str
    purpose: str
    retain_days: int | None
    columns: list[AskedColumn]
    rows_max: int
    rows: list[dict[str, CollectCell]]


class CollectProgress(CollectTable):
    """A table with every unit: who has handed in, who is missing."""

    replies: list[CollectReply]


class AnswerTaken(Taken):
    """A unit's rows by code of column, and the version that was read.

    With `hand_in` false it is kept unfinished and nothing is checked but the number of rows.
    """

    rows: Annotated[
        list[Annotated[dict[ColumnCode, Value], Field(max_length=COLUMNS_MAX)]],
        Field(max_length=ROWS_MAX),
    ]
    hand_in: Annotated[bool, Field(strict=True)] = True
    expected_version: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]
