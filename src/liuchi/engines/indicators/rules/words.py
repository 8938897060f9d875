"""A definition in plain words, and a figure as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from liuchi.engines.indicators.enums import Part, TimeUnit
from liuchi.engines.indicators.rules.terms import Chosen, Family, Spread, Term, terms
from liuchi.engines.indicators.spec import (
    PLACE,
    IndicatorSpec,
    Percentile,
    PublicFigureSpec,
    Ratio,
    TargetSpec,
)
from liuchi.kernel.periods import PER_WORDS, Per, Span
from liuchi.kernel.predicates import Names, describe
from liuchi.kernel.predicates.tree import ALWAYS
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.fact_words import CODES, FIELDS, field_title
from liuchi.playbooks.registry import AMOUNT, DimensionType, FactKind, MeasureOp

EMPTY = "—"
_ENTITIES = {
    DimensionType.PERSON: Sentence("居民", "people"),
    DimensionType.HOUSEHOLD: Sentence("户", "households"),
    DimensionType.AREA: Sentence("区域", "areas"),
}
_PARTS = {
    Part.WHOLE: Sentence("", ""),
    Part.NUMERATOR: Sentence("分子：", "Numerator: "),
    Part.DENOMINATOR: Sentence("分母：", "Denominator: "),
}
_LESS = Sentence("减去", "less ")
AS_OF = Sentence(
    "截至某日的数：当日及以前发生、并且当日及以前已记入的事项；"
    "当日及以前已被更正或冲正的不计。之后的更正不改变它。",
    "As of a day: what had happened and had been recorded by that day, less what was corrected "
    "or reversed by that day. Later corrections do not change it.",
)

PERCENTILE = Sentence(
    "第 p 百分位：从小到大排好，至少有百分之 p 的数不超过它的那些数里最小的一个；"
    "是实有的数，不取两数的平均。第 50 百分位就是中位数。一个也没有时显示“{empty}”。",
    "Percentile p: put in order, the smallest number that at least p of a hundred do not exceed; "
    "one of the numbers themselves, never an average of two. The 50th is the median. "
    "'{empty}' where there is none.",
    {"empty": EMPTY},
)
MEDIAN = 50


@dataclass(frozen=True, slots=True)
class Definition:
    """What a reader may know about a figure; every line in both languages."""

    code: str
    title: str
    unit: str
    lines: tuple[Sentence, ...]
    counted: str
    not_counted: str
    source: str


def definition(indicator: IndicatorSpec, kinds: Mapping[str, FactKind]) -> Definition:
    """Say in plain words what a definition counts, from the definition itself."""
    lines = [_line(term, kinds) for term in terms(indicator, kinds)]
    if isinstance(indicator.measure, Ratio):
        per = indicator.measure.ratio.per
        lines.append(
            Sentence(
                "数值 = 分子 ÷ 分母 × {per}；分母为零时显示“{empty}”。",
                "The figure is numerator ÷ denominator × {per}; '{empty}' where the "
                "denominator is zero.",
                {"per": per, "empty": EMPTY},
            )
        )
    if isinstance(indicator.measure, Percentile):
        lines.append(PERCENTILE)
    words = indicator.words
    return Definition(
        indicator.code,
        indicator.title,
        indicator.unit_shown,
        (*lines, AS_OF),
        words.counted,
        words.not_counted,
        words.source,
    )


def _line(term: Term, kinds: Mapping[str, FactKind]) -> Sentence:
    return Sentence(_said(term, kinds, "zh"), _said(term, kinds, "en"))


def _said(term: Term, kinds: Mapping[str, FactKind], language: str) -> str:
    by_place = term.area == PLACE
    if language == "zh":
        where = "，按上述记录所在区域归集。" if by_place else "，按当时的居住区域归集。"
    else:
        where = f", by where {'it happened' if by_place else 'the person lived then'}."
    part = _PARTS[term.part].in_language(language) + (
        _LESS.in_language(language) if term.less else ""
    )
    left_out = "".join(_left_out(each, kinds[each.kind], language) for each in term.unless)
    said = part + _what(term, kinds, language) + _condition(term, language) + left_out + where
    return said.replace("{", "{{").replace("}", "}}")  # it becomes a Sentence: braces are text


def _left_out(exclusion: Chosen, kind: FactKind, language: str) -> str:
    what, when = kind.title.in_language(language), _condition(exclusion, language)
    if language == "zh":
        return f"，有“{what}”{when}的不计"
    return f", less those with '{what}'{when}"


def _what(term: Term, kinds: Mapping[str, FactKind], language: str) -> str:
    kind = kinds[term.kind]
    title = kind.title.in_language(language)
    if term.family is not None:
        return _standing(term.family, kinds, language)
    if term.spread is not None:
        return _percentile(term.spread, kinds, term, language)
    if term.op is MeasureOp.COUNT:
        return f"“{title}”的件数" if language == "zh" else f"number of '{title}'"
    over = _over(term, kind, language)
    if term.op is MeasureOp.SUM:
        return f"“{title}”的{over}合计" if language == "zh" else f"sum of {over} of '{title}'"
    if language == "zh":
        return f"有“{title}”的{over}数，同一{over}只计一次"
    return f"number of different {over} with '{title}', each counted once"


def _percentile(spread: Spread, kinds: Mapping[str, FactKind], term: Term, language: str) -> str:
    zh = language == "zh"
    kind = kinds[term.kind]
    title, unit = kind.title.in_language(language), _unit(spread, language)
    if spread.since is not None:
        begun = kinds[spread.since.kind].title.in_language(language)
        begun = f"“{begun}”" if zh else f"'{begun}'"
        begun += _condition(spread.since, language)
        number = f"“{title}”距{begun}的时间" if zh else f"time from {begun} to '{title}'"
    else:
        over = _field(str(spread.over), kind, language)
        over = over.replace("（秒）", "") if spread.seconds else over
        number = f"“{title}”的{over}" if zh else f"{over} of '{title}'"
    if spread.at == MEDIAN:
        return f"{number}{unit}的中位数" if zh else f"median of the {number}{unit}"
    if zh:
        return f"{number}{unit}的第 {spread.at} 百分位"
    return f"percentile {spread.at} of the {number}{unit}"


def _standing(family: Family, kinds: Mapping[str, FactKind], language: str) -> str:
    """Say which records are in the state."""

    def said(some: Iterable[Chosen]) -> str:
        marks = ("“", "”", "或") if language == "zh" else ("'", "'", " or ")
        return marks[2].join(
            f"{marks[0]}{kinds[each.kind].title.in_language(language)}{marks[1]}"
            f"{_condition(each, language)}"
            for each in some
        )

    enters, leaves = said(family.enters), said(family.leaves)
    if language == "zh":
        after = f"、其后没有{leaves}" if leaves else ""
        return f"期末（没过完的到当天）还在的数：最后一条是{enters}{after}的，每个只算一个"
    after = f" with no {leaves} after it" if leaves else ""
    return (
        "number there at the end of the stretch (of the present one: that day): those whose last "
        f"such fact is {enters}{after}, each counted once"
    )


def _unit(spread: Spread, language: str) -> str:
    told = next((each for each in TimeUnit if each.seconds == spread.seconds), None)
    if told is None:
        return ""
    unit = told.sentence.in_language(language)
    if language == "zh":
        return f"（按{unit}计，不足一{unit}算一{unit}）"
    return f" (in {unit}, of which one begun is one)"


def _over(term: Term, kind: FactKind, language: str) -> str:
    declared = dict(term.dimensions).get(str(term.over))
    entity = _ENTITIES.get(declared) if declared else None
    return entity.in_language(language) if entity else _field(str(term.over), kind, language)


def _field(name: str, kind: FactKind, language: str) -> str:
    if name == AMOUNT and kind.amount is not None:
        return kind.amount.in_language(language)
    return field_title(name).in_language(language)


def _condition(term: Term | Chosen, language: str) -> str:
    if term.where == ALWAYS:
        return ""
    phrase = describe(term.where, Names(FIELDS, CODES), language)
    return f"（{phrase}）" if language == "zh" else f" ({phrase})"


def target_line(target: TargetSpec) -> Sentence:
    """Say what a figure should come to."""
    bound = target.at_least if target.at_least is not None else target.at_most
    zh, en = ("不低于", "at least") if target.at_least is not None else ("不高于", "at most")
    return Sentence(
        f"{{code}}：{{areas}}{{per}}{zh} {{bound}}，从 {{since}} 起（{{source}}）",
        f"{{code}}: {{areas}}{en} {{bound}} {{per_en}}, from {{since}} ({{source}})",
        {
            "code": target.indicator,
            "areas": "、".join(target.areas) + " " * bool(target.areas),
            "per": PER_WORDS[target.per].zh,
            "per_en": PER_WORDS[target.per].en,
            "bound": text_of(bound, None),
            "since": target.since.isoformat(),
            "source": target.source,
        },
    )


def public_line(public: PublicFigureSpec) -> Sentence:
    """Say what everybody may read of a figure."""
    return Sentence(
        "{code}：{per}公开一次，从 {since} 起；只公开已经过完的时段，太少的数隐去",
        "{code}: public once {per_en}, from {since}; of ended stretches, small numbers held back",
        {
            "code": public.indicator,
            "per": PER_WORDS[public.per].zh,
            "per_en": PER_WORDS[public.per].en,
            "since": public.since.isoformat(),
        },
    )


_UNITS = {
    "人": "people",
    "名": "people",
    "人次": "attendances",
    "户": "households",
    "次": "times",
    "件": "matters",
    "分": "points",
    "家": "shops and units",
    "份": "postings",
    "条": "rows",
    "元": "yuan",
    "吨": "tonnes",
    "天": "days",
    "小时": "hours",
    "分钟": "minutes",
}


def unit_words(unit: str) -> Sentence:
    """Say a unit; a measure word (个) says nothing in English, one we do not know stays."""
    english = "" if unit in {"个", "处", "项"} else _UNITS.get(unit, unit)
    return Sentence("{unit}", "{english}", {"unit": unit, "english": english})


NOT_SAID = Sentence("没有说明", "not said")


def titles_in(tree: object) -> dict[str, str]:
    """Return what a playbook calls its own codes: types, reasons, items."""
    found: dict[str, str] = {}
    if isinstance(tree, Mapping):
        code, title = tree.get("code"), tree.get("title")
        if isinstance(code, str) and isinstance(title, str):
            found[code] = title
        tree = tuple(tree.values())
    for part in tree if isinstance(tree, list | tuple) else ():
        found = titles_in(part) | found
    return found


def code_words(dimension: str, key: str, titles: Mapping[str, str]) -> Sentence:
    """Return what people call one value of a dimension; its code where nobody has said."""
    if not key:
        return NOT_SAID
    known = CODES.get(dimension, {}).get(key)
    said = titles.get(key, key)
    return known or Sentence("{said}", "{said}", {"said": said})


def quotient(numerator: Decimal, denominator: Decimal, per: int, decimals: int) -> Decimal | None:
    """Return a ratio rounded half up as printed; None where there is no denominator."""
    if denominator == 0:
        return None
    exact = numerator * per / denominator
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def combined(
    indicator: IndicatorSpec, counts: Iterable[tuple[Term, Mapping[Any, Decimal]]]
) -> dict[Any, Decimal | None]:
    """Return the value of each group from the counts a definition stands for, in any engine."""
    zero = Decimal(0)
    sides: dict[Part, dict[Any, Decimal]] = {}
    for term, found in counts:
        side = sides.setdefault(term.part, {})
        for group, value in found.items():
            side[group] = side.get(group, zero) + (-value if term.less else value)
    if not isinstance(indicator.measure, Ratio):
        return dict(sides[Part.WHOLE])
    top, bottom = sides[Part.NUMERATOR], sides[Part.DENOMINATOR]
    per, decimals = indicator.measure.ratio.per, indicator.decimals_shown or 0
    return {
        key: quotient(top.get(key, zero), bottom.get(key, zero), per, decimals)
        for key in dict.fromkeys((*top, *bottom))
    }


def text_of(value: Decimal | None, decimals: int | None) -> str:
    """Return a figure as printed: "—" for none, plain digits, never an exponent."""
    if value is None:
        return EMPTY
    if decimals is not None:
        rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
        return f"{rounded:f}"
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def address(
    code: str,
    area_id: UUID,
    span: date | Span | None,
    as_of: date | None,
    *,
    facts: bool = False,
) -> str:
    """Return where a figure, or the list of facts behind it, opens on the desk.

    A day stands for its month.
    """
    asked = {"area": str(area_id)}
    if isinstance(span, Span):
        asked["month" if span.per is Per.MONTH else "period"] = span.code
    elif span is not None:
        asked["month"] = f"{span:%Y-%m}"
    if as_of is not None:
        asked["as_of"] = as_of.isoformat()
    return f"/desk/figures/{code}/{'facts/' if facts else ''}?{urlencode(asked)}"
