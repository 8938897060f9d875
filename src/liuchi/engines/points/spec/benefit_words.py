"""Benefits in plain words: what, by whom, for whom, how often, who pays."""

from __future__ import annotations

from liuchi.engines.points.enums import BenefitKind, CostBearer, QuotaPer, QuotaPeriod
from liuchi.engines.points.spec.benefits import (
    OFFICIAL_GRADES,
    BenefitSpec,
    QuotaSpec,
    eligibility_schema,
    eligible_phrase,
)
from liuchi.engines.points.spec.shapes import PointsSpec
from liuchi.kernel.predicates import Schema
from liuchi.kernel.sentences import Sentence

KIND_WORDS = {
    BenefitKind.DISCOUNT: Sentence("打折", "discount"),
    BenefitKind.AMOUNT_OFF: Sentence("立减", "amount off"),
    BenefitKind.FEE_WAIVED: Sentence("费用减免", "fee waived"),
    BenefitKind.PRIORITY: Sentence("优先服务", "priority service"),
    BenefitKind.LOAN: Sentence("借用", "loan"),
    BenefitKind.GIFT: Sentence("赠送", "gift"),
}
COST_WORDS = {
    CostBearer.PROVIDER: Sentence("商户承担", "the provider pays"),
    CostBearer.COMMUNITY: Sentence("社区承担", "the community pays"),
    CostBearer.SHARED: Sentence("双方分担", "both share the cost"),
}
_PER = {
    QuotaPer.PERSON: Sentence("每人", "each person"),
    QuotaPer.HOUSEHOLD: Sentence("每户", "each household"),
}
_PERIOD = {
    QuotaPeriod.DAY: Sentence("每天", "a day"),
    QuotaPeriod.MONTH: Sentence("每月", "a month"),
    QuotaPeriod.YEAR: Sentence("每年", "a year"),
    QuotaPeriod.AGREEMENT: Sentence("协议期内", "in the agreement's term"),
}


def schema_of(spec: PointsSpec) -> Schema:
    """Return the fields of a condition here: the first scheme of each kind gives the grades."""
    local = spec.grades.local[:1]
    official = spec.grades.official[:1]
    return eligibility_schema(
        [step.code for scheme in local for step in scheme.steps],
        official[0].codes if official else OFFICIAL_GRADES,
    )


def quota_sentence(quota: QuotaSpec) -> Sentence:
    """Return how often: ``每户每年1次``; says so where nothing limits it."""
    zh, en = [], []
    if quota.times is not None:
        per, period = _PER[quota.per], _PERIOD[quota.period]
        zh.append(f"{per.zh}{period.zh}{quota.times}次")
        en.append(f"{quota.times} for {per.en} {period.en}")
    if quota.in_all is not None:
        period = _PERIOD[quota.in_all_period]
        zh.append(f"{period.zh}共{quota.in_all}次")
        en.append(f"{quota.in_all} in all {period.en}")
    return Sentence("，".join(zh) or "不限次数", ", ".join(en) or "as often as wanted")


def benefit_sentence(benefit: BenefitSpec, spec: PointsSpec, language: str) -> Sentence:
    """Return a benefit as one sentence of the explanation people approve."""
    provider = spec.provider(benefit.provider)
    quota, cost = quota_sentence(benefit.quota), COST_WORDS[benefit.cost]
    return Sentence(
        "优惠：{provider}，{title}；对象：{who}；{quota}；" + cost.zh + "。",
        "Benefit: {provider}, {title}; for: {who}; {quota}; " + cost.en + ".",
        {
            "provider": provider.title if provider else benefit.provider,
            "title": benefit.title,
            "who": eligible_phrase(benefit, schema_of(spec), language),
            "quota": quota.in_language(language),
        },
    )
