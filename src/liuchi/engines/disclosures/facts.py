"""What disclosures journal: ids, codes, counts and amounts. Never a name, a reason or a row."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType, FactKind

_FORBID = ConfigDict(extra="forbid", frozen=True)


class ItemData(BaseModel):
    """An item as it was set for a village. ``applies`` is "yes" or "no"."""

    model_config = _FORBID

    village: UUID
    item: str
    applies: str


class PostingData(BaseModel):
    """A posting. The amount is how many rows; ``period`` is its first day."""

    model_config = _FORBID

    village: UUID
    item: str
    group: str
    origin: str
    period: str
    version: int
    in_time: str


class CheckData(BaseModel):
    """A spot check. The amount is how many postings were drawn."""

    model_config = _FORBID

    percent: int
    candidates: int


class CheckedData(BaseModel):
    """A drawn posting, looked at: ``fault`` is the kind found, "" for none."""

    model_config = _FORBID

    check: UUID
    village: UUID
    item: str
    fault: str


class CommitteeData(BaseModel):
    """A committee's member, meeting or review. ``seat`` is a member's own id, of nothing else."""

    model_config = _FORBID

    village: UUID
    seat: UUID | None
    outcome: str


class ModelData(BaseModel):
    """A village named a model village of its town, or one no more. ``outcome`` says which."""

    model_config = _FORBID

    village: UUID
    town: UUID
    outcome: str


APPLICABILITY_SET = "disclosures.applicability_set"
SUBMITTED = "disclosures.submitted"
RELEASED = "disclosures.released"
SENT_BACK = "disclosures.sent_back"
CORRECTED = "disclosures.corrected"
TAKEN_DOWN = "disclosures.taken_down"
SOURCE_CHANGED = "disclosures.source_changed"
CHECK_ANNOUNCED = "disclosures.check_announced"
CHECK_DRAWN = "disclosures.check_drawn"
CHECKED = "disclosures.checked"
FAULT_FOUND = "disclosures.fault_found"
FAULT_MENDED = "disclosures.fault_mended"
FAULT_RETURNED = "disclosures.fault_returned"
FAULT_RECTIFIED = "disclosures.fault_rectified"
MEMBER_ELECTED = "disclosures.member_elected"
MEMBER_LEFT = "disclosures.member_left"
COMMITTEE_MET = "disclosures.committee_met"
SPENDING_REVIEWED = "disclosures.spending_reviewed"
MODEL_CHANGED = "disclosures.model_changed"

_POSTING = {
    "village": DimensionType.AREA,
    "item": DimensionType.TEXT,
    "group": DimensionType.TEXT,
    "origin": DimensionType.TEXT,
    "in_time": DimensionType.TEXT,
}
_CHECKED = {
    "village": DimensionType.AREA,
    "item": DimensionType.TEXT,
    "fault": DimensionType.TEXT,
}
_COMMITTEE = {"village": DimensionType.AREA, "outcome": DimensionType.TEXT}
_ROWS = Sentence("公示条数", "rows posted")

KINDS = (
    FactKind(
        APPLICABILITY_SET,
        Sentence("设定事项是否适用", "applicability set"),
        ItemData,
        {
            "village": DimensionType.AREA,
            "item": DimensionType.TEXT,
            "applies": DimensionType.TEXT,
        },
    ),
    FactKind(SUBMITTED, Sentence("提交公示", "posting submitted"), PostingData, _POSTING, _ROWS),
    FactKind(RELEASED, Sentence("发布公示", "posting released"), PostingData, _POSTING, _ROWS),
    FactKind(SENT_BACK, Sentence("退回公示", "posting sent back"), PostingData, _POSTING),
    FactKind(CORRECTED, Sentence("更正公示", "posting corrected"), PostingData, _POSTING, _ROWS),
    FactKind(TAKEN_DOWN, Sentence("撤下公示", "posting taken down"), PostingData, _POSTING),
    FactKind(
        SOURCE_CHANGED,
        Sentence("公示的来源变了", "a posting's source changed"),
        PostingData,
        _POSTING,
        Sentence("变了的条数", "rows that changed"),
    ),
    FactKind(CHECK_ANNOUNCED, Sentence("预告抽查", "spot check announced"), CheckData, {}),
    FactKind(
        CHECK_DRAWN,
        Sentence("抽取抽查对象", "spot check drawn"),
        CheckData,
        {},
        Sentence("抽中份数", "postings drawn"),
    ),
    FactKind(CHECKED, Sentence("抽查一份", "posting checked"), CheckedData, _CHECKED),
    FactKind(FAULT_FOUND, Sentence("查出问题", "fault found"), CheckedData, _CHECKED),
    FactKind(FAULT_MENDED, Sentence("报告整改", "fault put right"), CheckedData, _CHECKED),
    FactKind(FAULT_RETURNED, Sentence("整改退回", "mending sent back"), CheckedData, _CHECKED),
    FactKind(FAULT_RECTIFIED, Sentence("问题销号", "fault rectified"), CheckedData, _CHECKED),
    FactKind(
        MEMBER_ELECTED,
        Sentence("监督委员会成员当选", "committee member elected"),
        CommitteeData,
        {**_COMMITTEE, "seat": DimensionType.UUID},
    ),
    FactKind(
        MEMBER_LEFT,
        Sentence("监督委员会成员离任", "committee member left"),
        CommitteeData,
        {**_COMMITTEE, "seat": DimensionType.UUID},
    ),
    FactKind(COMMITTEE_MET, Sentence("监督委员会开会", "committee met"), CommitteeData, _COMMITTEE),
    FactKind(
        SPENDING_REVIEWED,
        Sentence("审查收支", "income and spending reviewed"),
        CommitteeData,
        _COMMITTEE,
        Sentence("审查金额（元）", "yuan reviewed"),
    ),
    FactKind(
        MODEL_CHANGED,
        Sentence("定下或结束样板村", "model village named or ended"),
        ModelData,
        {
            "village": DimensionType.AREA,
            "town": DimensionType.AREA,
            "outcome": DimensionType.TEXT,
        },
        # Named is one more, ended one less: their sum is how many there are.
        Sentence("样板村增减", "model villages, more or less"),
    ),
)

ENTRIES = {
    APPLICABILITY_SET: "disclosures.item.apply",
    SUBMITTED: "disclosures.posting.write",
    RELEASED: "disclosures.posting.release",
    SENT_BACK: "disclosures.posting.release",
    CORRECTED: "disclosures.posting.write",
    TAKEN_DOWN: "disclosures.posting.release",
    CHECK_ANNOUNCED: "disclosures.posting.check",
    CHECKED: "disclosures.posting.check",
    FAULT_FOUND: "disclosures.posting.check",
    FAULT_MENDED: "disclosures.posting.write",
    FAULT_RETURNED: "disclosures.posting.check",
    FAULT_RECTIFIED: "disclosures.posting.check",
    MEMBER_ELECTED: "disclosures.committee.write",
    MEMBER_LEFT: "disclosures.committee.write",
    COMMITTEE_MET: "disclosures.committee.write",
    SPENDING_REVIEWED: "disclosures.committee.write",
    MODEL_CHANGED: "disclosures.model.write",
}
"""What somebody writes or decides by hand."""
