"""Providers, benefits and their use. Amounts are in fen."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from liuchi.engines.points.facts.shape import PERSON, Data
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType, FactKind


class AgreementData(Data):
    """An agreement of a provider with the community ``home_area``; ``field`` as 交通, 物业."""

    provider: UUID
    home_area: UUID
    field: str
    offers: int


class BenefitData(Data):
    """A benefit somebody used, or that use undone; ``benefit_kind`` as ``fee_waived``."""

    person: UUID
    household: UUID | None
    home_area: UUID
    provider: UUID
    benefit: str
    benefit_kind: str
    via: str


class CodeData(Data):
    """A one-time code a household asked for; what it is stands nowhere."""

    household: UUID
    home_area: UUID
    provider: UUID
    benefit: str


class StatementData(Data):
    """A month's statement of a provider: how many uses, by how many people; nobody's name."""

    provider: UUID
    home_area: UUID
    month: date
    uses: int
    people: int
    round: int


_FEN = Sentence("优惠金额（分）", "saved, in fen")
_AGREEMENT = {
    "provider": DimensionType.UUID,
    "home_area": DimensionType.AREA,
    "field": DimensionType.TEXT,
    "offers": DimensionType.INTEGER,
}
_BENEFIT = {
    **PERSON,
    "provider": DimensionType.UUID,
    "benefit": DimensionType.TEXT,
    "benefit_kind": DimensionType.TEXT,
    "via": DimensionType.TEXT,
}
_CODE = {
    "household": DimensionType.HOUSEHOLD,
    "home_area": DimensionType.AREA,
    "provider": DimensionType.UUID,
    "benefit": DimensionType.TEXT,
}
_STATEMENT = {
    "provider": DimensionType.UUID,
    "home_area": DimensionType.AREA,
    "month": DimensionType.DATE,
    "uses": DimensionType.INTEGER,
    "people": DimensionType.INTEGER,
}

AGREEMENT_SIGNED = "points.agreement_signed"
AGREEMENT_SUSPENDED = "points.agreement_suspended"
AGREEMENT_RESUMED = "points.agreement_resumed"
AGREEMENT_ENDED = "points.agreement_ended"
PLAQUE_GIVEN = "points.plaque_given"
BENEFIT_USED = "points.benefit_used"
BENEFIT_UNDONE = "points.benefit_undone"
LOAN_RETURNED = "points.loan_returned"
CODE_ASKED = "points.benefit_code_asked"
STATEMENT_DRAWN = "points.statement_drawn"
STATEMENT_DIFFERS = "points.statement_differs"
STATEMENT_AGREED = "points.statement_agreed"

KINDS = (
    *(
        FactKind(kind, title, AgreementData, _AGREEMENT)
        for kind, title in (
            (AGREEMENT_SIGNED, Sentence("共建签约", "agreement signed")),
            (AGREEMENT_SUSPENDED, Sentence("协议暂停", "agreement suspended")),
            (AGREEMENT_RESUMED, Sentence("协议恢复", "agreement resumed")),
            (AGREEMENT_ENDED, Sentence("协议终止", "agreement ended")),
            (PLAQUE_GIVEN, Sentence("授牌", "plaque given")),
        )
    ),
    FactKind(BENEFIT_USED, Sentence("优惠使用", "benefit used"), BenefitData, _BENEFIT, _FEN),
    FactKind(BENEFIT_UNDONE, Sentence("优惠撤销", "use undone"), BenefitData, _BENEFIT, _FEN),
    FactKind(LOAN_RETURNED, Sentence("借用归还", "loan returned"), BenefitData, _BENEFIT),
    FactKind(CODE_ASKED, Sentence("领取减免码", "waiver code asked for"), CodeData, _CODE),
    *(
        FactKind(kind, title, StatementData, _STATEMENT, _FEN)
        for kind, title in (
            (STATEMENT_DRAWN, Sentence("对账单生成", "statement drawn up")),
            (STATEMENT_DIFFERS, Sentence("对账差异", "statement differs")),
            (STATEMENT_AGREED, Sentence("对账确认", "statement agreed")),
        )
    ),
)
