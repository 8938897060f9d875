"""Grades in plain words: how one comes about, how long it holds, and what it never touches."""

from __future__ import annotations

from liuchi.engines.points.enums import GradeNames, GradePer
from liuchi.engines.points.spec.grades import GradesSpec, LocalScheme, OfficialScheme
from liuchi.kernel.sentences import Sentence

PER_SUBJECT = {
    GradePer.PERSON: Sentence("每人", "each person"),
    GradePer.HOUSEHOLD: Sentence("每户", "each household"),
}


def grade_sentences(grades: GradesSpec, language: str) -> list[Sentence]:
    """Return a line per scheme, and what no grade ever does."""
    if not grades:
        return []
    return [
        *(_local(scheme, language) for scheme in grades.local),
        *(_official(scheme) for scheme in grades.official),
        Sentence(
            "等级只用于自愿提供的优惠，不影响任何法定服务和办事。不排名。",
            "Grades serve voluntary offers alone and no service due by law. Nobody is ranked.",
        ),
        Sentence(
            "{title}有效{period}，上面没有等级和分数；可以挂失、补发、退出。",
            "The card ({title}) is good for {period}, shows neither grade nor points, and can "
            "be reported lost, replaced or given back.",
            {
                "title": grades.card.title,
                "period": grades.card.valid_for.sentence.in_language(language),
            },
        ),
    ]


def _local(scheme: LocalScheme, language: str) -> Sentence:
    zh = language.startswith("zh")
    within = (
        Sentence("历来", "all time")
        if scheme.within is None
        else Sentence(
            f"近{scheme.within.sentence.in_language('zh')}",
            f"the last {scheme.within.sentence.in_language('en')}",
        )
    )
    steps = ("、" if zh else ", ").join(
        Sentence(
            "{at_least}分起{named}",
            "{named} from {at_least}",
            {"at_least": step.at_least, "named": step.named},
        ).in_language(language)
        for step in scheme.steps
    )
    names = (
        Sentence("隐去部分姓名", "with masked names")
        if scheme.names_on_notice is GradeNames.MASKED
        else Sentence("只公示各级人数", "as counts alone")
    )
    return Sentence(
        "{title}：按{per}{within}挣得的积分评，花掉的不减；{steps}。{names}公示{days}个工作日，"
        "由另一人签发，有效{valid}。",
        "{title}: by the points {per} earned in {within}, spending lowers nothing; {steps}. "
        "On notice {names} for {days} work days, issued by a second person, good for {valid}.",
        {
            "title": scheme.title,
            "per": PER_SUBJECT[scheme.per].in_language(language),
            "within": within.in_language(language),
            "steps": steps,
            "names": names.in_language(language),
            "days": scheme.publicity.amount,
            "valid": scheme.valid_for.sentence.in_language(language),
        },
    )


def _official(scheme: OfficialScheme) -> Sentence:
    return Sentence(
        "{title}：由{issuer}评定，这里只导入结果，不重新计算（由低到高：{codes}）。",
        "{title}: decided by {issuer}, imported as they are and never computed here "
        "(lowest first: {codes}).",
        {"title": scheme.title, "issuer": scheme.issuer, "codes": "、".join(scheme.codes)},
    )
