"""What points journals. Ids, codes and amounts only: no names, no reasons, no notes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType, FactKind


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClaimData(_Data):
    """A deed of a resident under a rule."""

    person: UUID
    household: UUID | None
    home_area: UUID
    rule: str
    rule_class: str
    happened_on: date
    quantity: int


class ProposedData(ClaimData):
    """A deed that was claimed: in which capacity, on whose asking, from which book or list."""

    capacity: str = "recorder"
    asked_by: UUID | None = None
    batch: UUID | None = None


class RaisedData(ClaimData):
    """A deed that goes to the town office: ``no_second_person`` or ``overdue``."""

    reason: str


class ApprovalData(_Data):
    """What somebody asked a second person for: ``correction`` or ``gift``."""

    person: UUID
    home_area: UUID
    matter: str
    claim: UUID | None


class ReviewData(ClaimData):
    """A deed and what its review came to: ``approve``, ``reject`` or ``return``."""

    outcome: str


class NoticeData(_Data):
    """One sheet of the public notice; ``until`` is its last day."""

    home_area: UUID
    sheet: UUID
    work_days: int
    until: date


class ObjectionData(_Data):
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


class PublicNameData(_Data):
    """That somebody chose to appear without a name (``yes``), or masked as everybody."""

    person: UUID
    home_area: UUID
    anonymous: str


class GoodsData(_Data):
    """Goods handed to a resident by a shop; ``home_area`` is where the resident lives."""

    person: UUID
    household: UUID | None
    home_area: UUID
    shop: UUID
    goods: str
    quantity: int


class StockData(_Data):
    """Goods a shop has taken in."""

    shop: UUID
    goods: str
    quantity: int


class GoodsChangeData(_Data):
    """What was done with goods on a shop's list.

    ``offered``, ``edited``, ``priced`` (the amount is the price), ``photo``,
    ``discontinued`` or ``resumed``.
    """

    shop: UUID
    goods: str
    what: str


class ShopChangeData(_Data):
    """What was said of a shop: its ``hours``, that it is ``closed`` for days or ``reopened``."""

    shop: UUID
    what: str


class PinData(_Data):
    """Whose PIN for the counter was set; what it is stands nowhere."""

    person: UUID


class LeaseData(_Data):
    """What a counter's device had set aside and did not come back for."""

    shop: UUID
    lease: UUID


class BasketData(_Data):
    """A redemption taken without a network that could not be posted; the amount is its points.

    ``handed_over``: whether the goods are gone all the same (``yes``, ``no``).
    """

    person: UUID
    home_area: UUID
    shop: UUID
    refusal: str
    handed_over: str


class OpeningData(_Data):
    """Points a resident brought from a paper book, or their contra-entry."""

    person: UUID
    household: UUID | None
    home_area: UUID


class RoundData(_Data):
    """Where a round of grades stands; ``people`` were counted, ``graded`` reached a step."""

    home_area: UUID
    scheme: str
    as_of: date
    people: int
    graded: int


class GradeData(_Data):
    """A grade somebody was given by a round, or that was corrected. ``none``: no step."""

    person: UUID
    household: UUID | None
    home_area: UUID
    scheme: str
    grade: str


class OfficialGradeData(_Data):
    """A grade an issuer decided, as it was imported or taken back."""

    person: UUID | None
    household: UUID | None
    home_area: UUID
    scheme: str
    grade: str


class GradeAppealData(_Data):
    """An objection to a list of grades. Whose line it is, is left out on purpose."""

    home_area: UUID
    round: UUID
    scheme: str
    via: str
    outcome: str


class CardData(_Data):
    """A card issued or revoked; ``reason`` is empty for an issue."""

    person: UUID
    home_area: UUID
    card: UUID
    reason: str


class CardKeyData(_Data):
    """That a new key signs cards from now on."""

    key: str


_PERSON = {
    "person": DimensionType.PERSON,
    "household": DimensionType.HOUSEHOLD,
    "home_area": DimensionType.AREA,
}
_CLAIM = {
    **_PERSON,
    "rule": DimensionType.TEXT,
    "rule_class": DimensionType.TEXT,
    "happened_on": DimensionType.DATE,
    "quantity": DimensionType.INTEGER,
}
_OBJECTION = {
    "home_area": DimensionType.AREA,
    "rule": DimensionType.TEXT,
    "rule_class": DimensionType.TEXT,
    "via": DimensionType.TEXT,
    "late": DimensionType.TEXT,
}
_STOCK = {
    "shop": DimensionType.UUID,
    "goods": DimensionType.TEXT,
    "quantity": DimensionType.INTEGER,
}
_GOODS = {**_PERSON, **_STOCK}
_APPROVAL = {
    "person": DimensionType.PERSON,
    "home_area": DimensionType.AREA,
    "matter": DimensionType.TEXT,
}
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
_POINTS = Sentence("积分", "points")

CLAIM_PROPOSED = "points.claim_proposed"
CLAIM_REVIEWED = "points.claim_reviewed"
CLAIM_RAISED = "points.claim_raised"
APPROVAL_ASKED = "points.approval_asked"
APPROVAL_DECLINED = "points.approval_declined"
APPROVAL_TAKEN_BACK = "points.approval_taken_back"
CLAIM_WITHDRAWN = "points.claim_withdrawn"
CLAIM_STOPPED = "points.claim_stopped"
CLAIM_CORRECTED = "points.claim_corrected"
NOTICE_ISSUED = "points.notice_issued"
NOTICE_EXTENDED = "points.notice_extended"
OBJECTION_RECEIVED = "points.objection_received"
OBJECTION_ADDED = "points.objection_added"
OBJECTION_WITHDRAWN = "points.objection_withdrawn"
OBJECTION_ANSWERED = "points.objection_answered"
OBJECTION_CONTACT_SEEN = "points.objection_contact_seen"
OBJECTION_ERASED = "points.objection_erased"
PUBLIC_NAME_CHOSEN = "points.public_name_chosen"
AWARDED = "points.awarded"
AWARD_REVERSED = "points.award_reversed"
REDEEMED = "points.redeemed"
REDEMPTION_REVERSED = "points.redemption_reversed"
GIFT_GIVEN = "points.gift_given"
STOCK_RECEIVED = "points.stock_received"
GOODS_CHANGED = "points.goods_changed"
SHOP_CHANGED = "points.shop_changed"
PIN_SET = "points.pin_set"
LEASE_TAKEN_BACK = "points.lease_taken_back"
BASKET_REFUSED = "points.basket_refused"
OPENED = "points.opened"
OPENING_REVERSED = "points.opening_reversed"
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
    FactKind(
        CLAIM_PROPOSED,
        Sentence("积分申报", "claim made"),
        ProposedData,
        {**_CLAIM, "capacity": DimensionType.TEXT},
        _POINTS,
    ),
    FactKind(
        CLAIM_RAISED,
        Sentence("转镇街评议", "claim gone to the town office"),
        RaisedData,
        {**_CLAIM, "reason": DimensionType.TEXT},
        _POINTS,
    ),
    FactKind(
        CLAIM_REVIEWED,
        Sentence("积分评议", "claim reviewed"),
        ReviewData,
        {**_CLAIM, "outcome": DimensionType.TEXT},
        _POINTS,
    ),
    FactKind(APPROVAL_ASKED, Sentence("提请核准", "second person asked"), ApprovalData, _APPROVAL),
    FactKind(
        APPROVAL_DECLINED,
        Sentence("核准未同意", "second person declined"),
        ApprovalData,
        _APPROVAL,
    ),
    FactKind(
        APPROVAL_TAKEN_BACK, Sentence("撤回提请", "request taken back"), ApprovalData, _APPROVAL
    ),
    FactKind(CLAIM_WITHDRAWN, Sentence("申报撤回", "claim withdrawn"), ClaimData, _CLAIM, _POINTS),
    FactKind(
        CLAIM_STOPPED, Sentence("公示后不记入", "stopped on objection"), ClaimData, _CLAIM, _POINTS
    ),
    FactKind(
        CLAIM_CORRECTED,
        Sentence("公示后更正", "corrected on objection"),
        ClaimData,
        _CLAIM,
        _POINTS,
    ),
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
    FactKind(AWARDED, Sentence("积分记入", "points awarded"), ClaimData, _CLAIM, _POINTS),
    FactKind(AWARD_REVERSED, Sentence("积分冲正", "award reversed"), ClaimData, _CLAIM, _POINTS),
    FactKind(REDEEMED, Sentence("积分兑换", "points redeemed"), GoodsData, _GOODS, _POINTS),
    FactKind(
        REDEMPTION_REVERSED,
        Sentence("兑换撤销", "redemption reversed"),
        GoodsData,
        _GOODS,
        _POINTS,
    ),
    FactKind(GIFT_GIVEN, Sentence("礼品发放", "gift given"), GoodsData, _GOODS),
    FactKind(STOCK_RECEIVED, Sentence("商品入库", "stock received"), StockData, _STOCK),
    FactKind(
        GOODS_CHANGED,
        Sentence("商品目录变更", "goods list changed"),
        GoodsChangeData,
        {
            "shop": DimensionType.UUID,
            "goods": DimensionType.TEXT,
            "what": DimensionType.TEXT,
        },
    ),
    FactKind(
        SHOP_CHANGED,
        Sentence("超市营业变更", "shop's hours changed"),
        ShopChangeData,
        {"shop": DimensionType.UUID, "what": DimensionType.TEXT},
    ),
    FactKind(
        PIN_SET, Sentence("设置兑换密码", "PIN set"), PinData, {"person": DimensionType.PERSON}
    ),
    FactKind(
        LEASE_TAKEN_BACK,
        Sentence("收回柜台预留", "counter's reserve taken back"),
        LeaseData,
        {"shop": DimensionType.UUID},
    ),
    FactKind(
        BASKET_REFUSED,
        Sentence("断网兑换未记上", "offline redemption refused"),
        BasketData,
        {
            "person": DimensionType.PERSON,
            "home_area": DimensionType.AREA,
            "shop": DimensionType.UUID,
            "refusal": DimensionType.TEXT,
            "handed_over": DimensionType.TEXT,
        },
        _POINTS,
    ),
    FactKind(OPENED, Sentence("期初积分", "opening balance"), OpeningData, _PERSON, _POINTS),
    FactKind(
        OPENING_REVERSED,
        Sentence("期初积分冲正", "opening balance reversed"),
        OpeningData,
        _PERSON,
        _POINTS,
    ),
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
    FactKind(GRADE_ISSUED, Sentence("获得等级", "grade given"), GradeData, _GRADE, _POINTS),
    FactKind(GRADE_CORRECTED, Sentence("等级更正", "grade corrected"), GradeData, _GRADE, _POINTS),
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
