"""Pydantic shapes of the section ``points``. Points are whole numbers of at least one."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from liuchi.engines.points.enums import CapPer, Evidence, NoticeName, Per
from liuchi.engines.points.spec.base import Code, Publicity, Title
from liuchi.engines.points.spec.base import Shape as _Shape
from liuchi.engines.points.spec.benefits import BenefitSpec, ProviderSpec
from liuchi.engines.points.spec.currency import CurrencySpec
from liuchi.engines.points.spec.grades import Grades, GradesSpec
from liuchi.engines.points.spec.life import LifeSpec
from liuchi.engines.points.spec.review import AppealsSpec, ReviewSpec
from liuchi.kernel.durations import Duration, TimeUnit

AWARD_MAX = 10_000
"""Most points one unit of a deed may earn: far past any village's rules, a guard on typing."""
PRICE_MAX = 1_000_000

ENTER_WITHIN_DAYS_MAX = 366
REVIEW_WITHIN_WORK_DAYS_MAX = 30


def _whole_days(duration: Duration) -> Duration:
    if duration.unit.is_hours or not 1 <= duration.amount <= ENTER_WITHIN_DAYS_MAX:
        msg = f"from a paper book may be entered 1 to {ENTER_WITHIN_DAYS_MAX} days, not {duration}"
        raise ValueError(msg)
    return duration


def _wait_of_work_days(duration: Duration) -> Duration:
    ends = 1 <= duration.amount <= REVIEW_WITHIN_WORK_DAYS_MAX
    if duration.unit is not TimeUnit.WORK_DAYS or not ends:
        msg = f"a review waits 1 to {REVIEW_WITHIN_WORK_DAYS_MAX} work days, not {duration}"
        raise ValueError(msg)
    return duration


EnterWithin = Annotated[Duration, AfterValidator(_whole_days)]
ReviewWithin = Annotated[Duration, AfterValidator(_wait_of_work_days)]


class CapSpec(_Shape):
    """The most one person earns by one rule within one period."""

    per: CapPer
    points: int = Field(ge=1, le=AWARD_MAX)


class RuleSpec(_Shape):
    """One item of the rule table. ``award`` is points per one ``per``."""

    code: Code
    title: Title
    class_: Annotated[Title, Field(alias="class")]
    award: int = Field(ge=1, le=AWARD_MAX)
    per: Per = Per.SESSION
    cap: CapSpec | None = None
    evidence: tuple[Evidence, ...] = ()
    publicity: Publicity = Duration(5, TimeUnit.WORK_DAYS)
    name_on_notice: NoticeName = Field(
        default=NoticeName.MASKED,
        description="anonymous where the item itself tells of health or disability",
    )
    note: str = Field(default="", max_length=400)

    @property
    def publicity_work_days(self) -> int:
        """Length of the public notice, in work days."""
        return self.publicity.amount

    @property
    def needs_file(self) -> bool:
        """Whether a claim must carry a document: a photo or certificate can't be looked up."""
        return Evidence.PHOTO in self.evidence or Evidence.CERTIFICATE in self.evidence


class GoodsSpec(_Shape):
    """Goods a shop may hold: price in points, value in fen (分, 1/100 yuan)."""

    code: Code
    title: Title
    price: int = Field(ge=1, le=PRICE_MAX)
    value_fen: int | None = Field(default=None, ge=0)
    low_stock: int = Field(default=5, ge=0, description="pieces at which the shop is told")


class ShopSpec(_Shape):
    """The list of goods every shop of the playbook's places begins with."""

    title: str = Field(
        default="", max_length=12, description="what the shop is called here, if otherwise"
    )
    goods: tuple[GoodsSpec, ...] = ()
    gifts_by_two: bool = Field(
        default=False, description="a gift needs the consent of a second person"
    )


class ObjectionsSpec(_Shape):
    """How long an answer to an objection may take, and how long posting waits after it."""

    answer_within: Publicity = Duration(5, TimeUnit.WORK_DAYS)
    post_after_answer: Publicity = Duration(2, TimeUnit.WORK_DAYS)


class PointsSpec(_Shape):
    """Section ``points``: currency, rules, grades, benefits, shop."""

    currency: CurrencySpec
    rules: tuple[RuleSpec, ...] = Field(min_length=1)
    claim_within_days: int = Field(default=90, ge=1, le=366)
    enter_within: EnterWithin = Field(
        default=Duration(30, TimeUnit.WORK_DAYS),
        description="how far back deeds may be entered from a paper book or a list",
    )
    review_within: ReviewWithin = Field(
        default=Duration(1, TimeUnit.WORK_DAYS),
        description="how long a claim waits in the village before it goes to the town office",
    )
    grades: Grades = GradesSpec()
    providers: tuple[ProviderSpec, ...] = ()
    benefits: tuple[BenefitSpec, ...] = ()
    shop: ShopSpec = ShopSpec()
    objections: ObjectionsSpec = ObjectionsSpec()
    review: ReviewSpec = ReviewSpec()
    appeals: AppealsSpec = AppealsSpec()
    life: LifeSpec = LifeSpec()

    def rule(self, code: str) -> RuleSpec | None:
        """Return the rule of a code, or None."""
        return next((rule for rule in self.rules if rule.code == code), None)

    def goods(self, code: str) -> GoodsSpec | None:
        """Return the goods of a code, or None."""
        return next((goods for goods in self.shop.goods if goods.code == code), None)

    def benefit(self, code: str) -> BenefitSpec | None:
        """Return the benefit of a code, or None."""
        return next((benefit for benefit in self.benefits if benefit.code == code), None)

    def provider(self, code: str) -> ProviderSpec | None:
        """Return the provider of a code, or None."""
        return next((provider for provider in self.providers if provider.code == code), None)
