"""Facts of collecting: one for each unit asked, so that what is asked of whom can be counted."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType, FactKind


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AskedData(_Data):
    """A unit is asked; how many columns it fills in, and how many were filled in for it.

    ``again`` counts columns that units were asked elsewhere just then, and the sender knew it.
    """

    table: UUID
    asked: int
    prefilled: int
    again: int = 0


class HandedInData(_Data):
    """A unit handed in; how many values it wrote itself, and which time this was."""

    table: UUID
    rows: int
    written: int
    version: int


class AboutData(_Data):
    """What happened to a unit's answer."""

    table: UUID


class ClosedData(_Data):
    """A table closed: why, and how many units had not handed in."""

    why: str
    missing: int


class ProlongedData(_Data):
    """A table takes answers until a later day."""

    ends_on: date


class OwnerData(_Data):
    """A table went over to another owner."""

    owner: UUID


_TABLE = {"table": DimensionType.UUID}
ASKED = FactKind("collect.asked", Sentence("请单位填表", "Unit asked"), AskedData, _TABLE)
HANDED_IN = FactKind("collect.handed_in", Sentence("交表", "Handed in"), HandedInData, _TABLE)
REMINDED = FactKind("collect.reminded", Sentence("催交", "Reminded"), AboutData, _TABLE)
SENT_BACK = FactKind("collect.sent_back", Sentence("退回重填", "Sent back"), AboutData, _TABLE)
CLOSED = FactKind(
    "collect.closed", Sentence("收表结束", "Closed"), ClosedData, {"why": DimensionType.TEXT}
)
PROLONGED = FactKind(
    "collect.prolonged",
    Sentence("收表延期", "Prolonged"),
    ProlongedData,
    {"ends_on": DimensionType.DATE},
)
OWNER = FactKind(
    "collect.handed_over",
    Sentence("收表换人负责", "Handed over"),
    OwnerData,
    {"owner": DimensionType.UUID},
)
KINDS = (ASKED, HANDED_IN, REMINDED, SENT_BACK, PROLONGED, CLOSED, OWNER)

ENTRIES = {HANDED_IN.kind: "collect.reply.fill"}
"""What a table asks of a unit by hand. Who sends one asks, and is asked nothing."""
