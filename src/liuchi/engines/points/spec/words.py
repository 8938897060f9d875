"""The section in plain words: what people approve is what runs."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from liuchi.engines.points.enums import CapPer, Evidence, Per
from liuchi.engines.points.spec import benefit_words as benefits
from liuchi.engines.points.spec.currency import CurrencySpec
from liuchi.engines.points.spec.grade_words import grade_sentences
from liuchi.engines.points.spec.shapes import PointsSpec, RuleSpec
from liuchi.kernel.sentences import Sentence, Value

PER_WORDS = {
    Per.SESSION: Sentence("每次", "per session"),
    Per.DAY: Sentence("每天", "per day"),
    Per.CASE: Sentence("每件", "per case"),
    Per.ITEM: Sentence("每项", "per item"),
    Per.MONTH: Sentence("每月", "per month"),
    Per.YEAR: Sentence("每年", "per year"),
    Per.HOUR: Sentence("每小时", "per hour"),
}
CAP_PER_WORDS = {
    CapPer.DAY: Sentence("每天", "a day"),
    CapPer.MONTH: Sentence("每月", "a month"),
    CapPer.YEAR: Sentence("每年", "a year"),
    CapPer.ONCE: Sentence("一共", "in all"),
}
EVIDENCE_WORDS = {
    Evidence.ATTENDANCE: Sentence("签到记录", "attendance list"),
    Evidence.PHOTO: Sentence("照片", "photo"),
    Evidence.CERTIFICATE: Sentence("证书", "certificate"),
    Evidence.REGISTER: Sentence("台账记录", "register entry"),
    Evidence.WITNESS: Sentence("证明人", "witness"),
}


def explain(section: BaseModel, language: str) -> Sequence[str]:
    """Return the section in Chinese or English, a line per rule and per kind of goods."""
    spec = PointsSpec.model_validate(section)
    lines = [
        Sentence(
            "积分名称：{title}。由个人获得，只增不扣；{days}天内的行为可以申报。",
            "Currency: {title}. Earned by a person, never taken away; deeds of the last "
            "{days} days may be claimed.",
            {"title": spec.currency.title, "days": spec.claim_within_days},
        ),
        *_terms(spec.currency, language),
        Sentence(
            "每笔申报由另一人评议，评议人不能是本人，也不能与申报人同户；通过后公示，公示期满记入。",
            "Every claim is reviewed by somebody else, not of the same household; once "
            "approved it stands on public notice and is posted when that is over.",
        ),
        Sentence(
            "谁都可以对公示提异议，{answer}个工作日内由没有参与的人答复；答复前不记入，"
            "不成立的再等{wait}个工作日。",
            "Anybody may object to what is on notice. Somebody with no part in it answers "
            "within {answer} work days; until then nothing is posted, and after a refusal "
            "posting waits {wait} work days more.",
            {
                "answer": spec.objections.answer_within.amount,
                "wait": spec.objections.post_after_answer.amount,
            },
        ),
        *(_rule(rule) for rule in spec.rules),
        *(
            Sentence(
                "兑换：{title}，{price}分。",
                "Goods: {title}, {price} points.",
                {"title": goods.title, "price": goods.price},
            )
            for goods in spec.shop.goods
        ),
        *_steps(spec),
        _waits(spec, language),
        _appeals(spec, language),
        *_gifts(spec),
        *grade_sentences(spec.grades, language),
        *(benefits.benefit_sentence(each, spec, language) for each in spec.benefits),
    ]
    return [line.in_language(language) for line in lines]


def cap_sentence(rule: RuleSpec) -> Sentence:
    """Return the cap in words: ``每月最多 20 分``; says so where there is none."""
    if rule.cap is None:
        return Sentence("不设上限", "no cap")
    words = CAP_PER_WORDS[rule.cap.per]
    return Sentence(
        f"{words.zh}最多{{points}}分", f"at most {{points}} {words.en}", {"points": rule.cap.points}
    )


def _rule(rule: RuleSpec) -> Sentence:
    per, cap = PER_WORDS[rule.per], cap_sentence(rule)
    evidence = [EVIDENCE_WORDS[kind] for kind in rule.evidence]
    shown_zh = "、".join(word.zh for word in evidence) or "不需要证明材料"
    shown_en = ", ".join(word.en for word in evidence) or "none needed"
    return Sentence(
        "{class_}·{title}："
        + per.zh
        + "{award}分，"
        + cap.in_language("zh")
        + "；凭据："
        + shown_zh
        + "；公示{days}个工作日。{note}",
        "{class_} · {title}: {award} "
        + per.en
        + ", "
        + cap.in_language("en")
        + "; evidence: "
        + shown_en
        + "; on notice for {days} work days.{note}",
        {
            "class_": rule.class_,
            "title": rule.title,
            "award": rule.award,
            "days": rule.publicity_work_days,
            "note": f" {rule.note}" if rule.note else "",
        },
    )


def _steps(spec: PointsSpec) -> list[Sentence]:
    lines = [
        Sentence(
            "第{n}步由{by}评议，每一步都由没有经手的人办。",
            "Step {n} of the review is for {by}; each step takes somebody else.",
            {"n": number, "by": step.by},
        )
        for number, step in enumerate(spec.review.steps, start=1)
    ]
    return lines if len(lines) > 1 else []


def _appeals(spec: PointsSpec, language: str) -> Sentence:
    within: dict[str, Value] = {
        "within": spec.appeals.within.sentence.in_language(language),
        "by": spec.appeals.to or Sentence("镇街", "the town office").in_language(language),
    }
    return Sentence(
        "没有通过的，本人{within}内可以申请复议，由{by}里没有经手的人决定。",
        "A claimant may appeal against a rejection within {within}; it is decided by {by}, "
        "by somebody who had no part in it.",
        within,
    )


def _waits(spec: PointsSpec, language: str) -> Sentence:
    return Sentence(
        "纸质登记本和活动名单上的，在{enter}内补录；{review}内没有人评议的，转镇街办理。",
        "From a paper book or a list, deeds are entered within {enter}. What nobody has "
        "reviewed within {review} goes to the town office.",
        {
            "enter": spec.enter_within.sentence.in_language(language),
            "review": spec.review_within.sentence.in_language(language),
        },
    )


def _gifts(spec: PointsSpec) -> list[Sentence]:
    if not spec.shop.gifts_by_two:
        return []
    return [
        Sentence(
            "不用积分的慰问和赠送，要由另一人同意。",
            "Gifts, which cost no points, need the consent of a second person.",
        )
    ]


def _terms(currency: CurrencySpec, language: str) -> list[Sentence]:
    """Who sees the currency, how long it holds and how much a place may hand out."""
    lines, expires, budget = [], currency.expires, currency.budget
    if currency.visibility == "internal":
        lines.append(
            Sentence(
                "只在内部使用：不公示，不对外公开，也不在超市兑换。",
                "For internal use: on no notice, on no public page, spent in no shop.",
            )
        )
    if expires is not None and expires.after is not None:
        held = expires.after.sentence.in_language(language)
        lines.append(
            Sentence(
                "积分记入后{held}有效，到那个月的月底为止；先到期的先用，到期前30天提醒。",
                "Points hold for {held}, to the end of that month. What ends first is spent "
                "first; 30 days before, its holder is told.",
                {"held": held},
            )
        )
    elif expires is not None:
        grace = expires.grace.sentence.in_language(language)
        lines.append(
            Sentence(
                "积分到年底有效，另有{grace}的宽限；先到期的先用，到期前30天提醒。",
                "Points hold to the end of the year and {grace} more. What ends first is spent "
                "first; 30 days before, its holder is told.",
                {"grace": grace},
            )
        )
    if budget is not None:
        per = CAP_PER_WORDS[CapPer(budget.per)]
        lines.append(
            Sentence(
                f"每个社区（村）{per.zh}最多记{{points}}分，评议通过的就算；用完后不再通过。",
                f"A village commits at most {{points}} points {per.en}, counted once approved; "
                "past it nothing is approved.",
                {"points": budget.points},
            )
        )
    return lines
