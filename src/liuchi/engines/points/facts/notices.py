"""Public notices, objections, and how somebody wants to appear in them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from liuchi.engines.points.facts.shape import Data
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType, FactKind


class NoticeData(Data):
    """One sheet of the public notice; ``until`` is its last day."""

    home_area: UUID
    sheet: UUID
    work_days: int
    until: date


class ObjectionData(Data):
    """An objection and the item it is about.

    Whose item it is, is left out on purpose: nobody is to be counted by how often
    neighbours asked about them.
    """

    home_area: UUID
    objection: UUID
    rule: str
    rule_class: str
    via: str
    late: str


class AnswerData(ObjectionData):
    """What the answer to an objection was, and whether it came in time (``yes``, ``no``)."""

    outcome: str
    in_time: str


class PublicNameData(Data):
    """That somebody chose to appear without a name (``yes``), or masked as everybody."""

    person: UUID
    home_area: UUID
    anonymous: str


_OBJECTION = {
    "home_area": DimensionType.AREA,
    "rule": DimensionType.TEXT,
    "rule_class": DimensionType.TEXT,
    "via": DimensionType.TEXT,
    "late": DimensionType.TEXT,
}
NOTICE_ISSUED = "points.notice_issued"
NOTICE_EXTENDED = "points.notice_extended"
OBJECTION_RECEIVED = "points.objection_received"
OBJECTION_ADDED = "points.objection_added"
OBJECTION_WITHDRAWN = "points.objection_withdrawn"
OBJECTION_ANSWERED = "points.objection_answered"
OBJECTION_CONTACT_SEEN = "points.objection_contact_seen"
OBJECTION_ERASED = "points.objection_erased"
PUBLIC_NAME_CHOSEN = "points.public_name_chosen"

KINDS = (
    *(
        FactKind(
            kind,
            title,
            NoticeData,
            {"home_area": DimensionType.AREA, "work_days": DimensionType.INTEGER},
        )
        for kind, title in (
            (NOTICE_ISSUED, Sentence("公示发布", "notice issued")),
            (NOTICE_EXTENDED, Sentence("公示顺延", "notice lengthened")),
        )
    ),
    *(
        FactKind(kind, title, ObjectionData, _OBJECTION)
        for kind, title in (
            (OBJECTION_RECEIVED, Sentence("收到异议", "objection received")),
            (OBJECTION_ADDED, Sentence("异议补充", "objection added to")),
            (OBJECTION_WITHDRAWN, Sentence("异议撤回", "objection withdrawn")),
            (OBJECTION_CONTACT_SEEN, Sentence("查看异议联系方式", "objection's contact seen")),
            (OBJECTION_ERASED, Sentence("异议内容删除", "objection's text erased")),
        )
    ),
    FactKind(
        OBJECTION_ANSWERED,
        Sentence("异议答复", "objection answered"),
        AnswerData,
        {**_OBJECTION, "outcome": DimensionType.TEXT, "in_time": DimensionType.TEXT},
    ),
    FactKind(
        PUBLIC_NAME_CHOSEN,
        Sentence("公示署名选择", "name in public chosen"),
        PublicNameData,
        {"home_area": DimensionType.AREA, "anonymous": DimensionType.TEXT},
    ),
)
