"""Grades and cards."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from liuchi.engines.points.facts.shape import POINTS, Data
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType, FactKind


class RoundData(Data):
    """Where a round of grades stands; ``people`` were counted, ``graded`` reached a step."""

    home_area: UUID
    scheme: str
    as_of: date
    people: int
    graded: int


class GradeData(Data):
    """A grade somebody was given by a round, or that was corrected. ``none``: no step."""

    person: UUID
    household: UUID | None
    home_area: UUID
    scheme: str
    grade: str


class OfficialGradeData(Data):
    """A grade an issuer decided, as it was imported or taken back."""

    person: UUID | None
    household: UUID | None
    home_area: UUID
    scheme: str
    grade: str


class GradeAppealData(Data):
    """An objection to a list of grades. Whose line it is, is left out on purpose."""

    home_area: UUID
    round: UUID
    scheme: str
    via: str
    outcome: str


class CardData(Data):
    """A card issued or revoked; ``reason`` is empty for an issue."""

    person: UUID
    home_area: UUID
    card: UUID
    reason: str


class CardKeyData(Data):
    """That a new key signs cards from now on."""

    key: str


_ROUND = {"home_area": DimensionType.AREA, "scheme": DimensionType.TEXT}
_GRADE = {
    "person": DimensionType.PERSON,
    "household": DimensionType.HOUSEHOLD,
    "home_area": DimensionType.AREA,
    "scheme": DimensionType.TEXT,
    "grade": DimensionType.TEXT,
}
_APPEAL = {
    "home_area": DimensionType.AREA,
    "scheme": DimensionType.TEXT,
    "via": DimensionType.TEXT,
    "outcome": DimensionType.TEXT,
}
_CARD = {
    "person": DimensionType.PERSON,
    "home_area": DimensionType.AREA,
    "reason": DimensionType.TEXT,
}
ROUND_OPENED = "points.grade_round_opened"
ROUND_COUNTED = "points.grade_round_counted"
ROUND_PUBLISHED = "points.grade_round_published"
ROUND_ISSUED = "points.grade_round_issued"
ROUND_CANCELLED = "points.grade_round_cancelled"
GRADE_ISSUED = "points.grade_issued"
GRADE_CORRECTED = "points.grade_corrected"
OFFICIAL_GRADE_IMPORTED = "points.official_grade_imported"
OFFICIAL_GRADE_UNDONE = "points.official_grade_undone"
APPEAL_RECEIVED = "points.grade_appeal_received"
APPEAL_ANSWERED = "points.grade_appeal_answered"
CARD_ISSUED = "points.card_issued"
CARD_REVOKED = "points.card_revoked"
CARD_KEY_MADE = "points.card_key_made"
KINDS = (
    *(
        FactKind(kind, title, RoundData, _ROUND)
        for kind, title in (
            (ROUND_OPENED, Sentence("等级评定开始", "grade round opened")),
            (ROUND_COUNTED, Sentence("等级计算", "grades counted")),
            (ROUND_PUBLISHED, Sentence("等级公示", "grades on notice")),
            (ROUND_ISSUED, Sentence("等级签发", "grades issued")),
            (ROUND_CANCELLED, Sentence("等级评定取消", "grade round cancelled")),
        )
    ),
    FactKind(GRADE_ISSUED, Sentence("获得等级", "grade given"), GradeData, _GRADE, POINTS),
    FactKind(GRADE_CORRECTED, Sentence("等级更正", "grade corrected"), GradeData, _GRADE, POINTS),
    FactKind(
        OFFICIAL_GRADE_IMPORTED,
        Sentence("官方等级导入", "official grade imported"),
        OfficialGradeData,
        _GRADE,
    ),
    FactKind(
        OFFICIAL_GRADE_UNDONE,
        Sentence("官方等级撤销导入", "official grade's import undone"),
        OfficialGradeData,
        _GRADE,
    ),
    FactKind(
        APPEAL_RECEIVED, Sentence("等级异议", "objection to a grade"), GradeAppealData, _APPEAL
    ),
    FactKind(
        APPEAL_ANSWERED,
        Sentence("等级异议答复", "objection to a grade answered"),
        GradeAppealData,
        _APPEAL,
    ),
    FactKind(CARD_ISSUED, Sentence("发卡", "card issued"), CardData, _CARD),
    FactKind(CARD_REVOKED, Sentence("卡片作废", "card revoked"), CardData, _CARD),
    FactKind(CARD_KEY_MADE, Sentence("启用新的发卡密钥", "card key made"), CardKeyData, {}),
)
