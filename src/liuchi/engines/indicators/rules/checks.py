"""What a definition may name, and what no definition may do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from liuchi.engines.indicators.rules.opening import other_stretches, stretch_of
from liuchi.engines.indicators.rules.terms import (
    ABOUT_PEOPLE,
    about_people,
    condition_schema,
    measures_of,
    operation,
)
from liuchi.engines.indicators.spec import (
    MONTH,
    PLACE,
    IndicatorSpec,
    IndicatorsSpec,
    PublicFiguresSpec,
    Stock,
    TargetsSpec,
)
from liuchi.kernel.predicates import PredicateError, parse
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.playbooks.registry import (
    AMOUNT,
    Context,
    DimensionType,
    FactKind,
    Finding,
    Lint,
    MeasureOp,
    Path,
)

SECTION = "indicators"
SINCE, LEAVES = "since", "leaves"
_BESIDE = {SINCE, LEAVES, "unless"}
TARGETS = "targets"
PUBLIC_FIGURES = "public_figures"
PEOPLE_LEAST = 3
"""Below this a count of people may not be public, whatever a playbook says."""
_PEOPLE_NAMES = (
    "person", "household", "actor", "resident", "recorder", "reviewer", "staff", "user"
)  # fmt: skip
_NUMBERS = (DimensionType.INTEGER, DimensionType.DECIMAL)


def known_names(context: Context) -> Iterator[Finding]:
    """Every kind, dimension and condition must exist in what the engines declare."""
    section = context.section(SECTION)
    if not isinstance(section, IndicatorsSpec):
        return
    for number, indicator in enumerate(section.root):
        yield from _findings(indicator, (SECTION, number))


def known_indicators(name: str, context: Context) -> Iterator[Finding]:
    """A target, and what is public, must be of a figure the playbook itself defines."""
    held, section = context.section(SECTION), context.section(name)
    known = [each.code for each in held.root] if isinstance(held, IndicatorsSpec) else []
    if isinstance(section, TargetsSpec | PublicFiguresSpec):
        for place, code in enumerate(section.codes):
            if code not in known:
                yield _unknown((name, place, "indicator"), code, tuple(known))


def target_of_all_is_a_share(context: Context) -> Iterator[Finding]:
    """A target without places is one for each of them: of a count that cannot be meant."""
    held, section = context.section(SECTION), context.section(TARGETS)
    if not isinstance(held, IndicatorsSpec) or not isinstance(section, TargetsSpec):
        return
    for place, each in enumerate(section.root):
        spec = held.find(each.indicator)
        if spec is not None and not each.areas and not spec.is_none_of_nothing:
            yield Finding(
                (TARGETS, place, "areas"),
                Sentence(
                    "“{code}”是一个数，不是比率：每个地方的目标各不相同，请写明是哪些地方的。",
                    "'{code}' is a count, not a share: say which places this target is for.",
                    {"code": each.indicator},
                ),
            )


def people_are_not_picked_out(context: Context) -> Iterator[Finding]:
    """What counts people is held back below three at least, whatever a playbook says."""
    held, section = context.section(SECTION), context.section(PUBLIC_FIGURES)
    if not isinstance(held, IndicatorsSpec) or not isinstance(section, PublicFiguresSpec):
        return
    kinds = registry.fact_kinds()
    for place, each in enumerate(section.root):
        spec = held.find(each.indicator)
        if spec is None or each.fewer_than is None or each.fewer_than >= PEOPLE_LEAST:
            continue
        if any(about_people(kinds[name]) for _, name, _, _ in measures_of(spec) if name in kinds):
            yield Finding(
                (PUBLIC_FIGURES, place, "fewer_than"),
                Sentence(
                    "“{code}”数的是人或户的事，公开时少于 {least} 的必须隐去。",
                    "'{code}' is about people or households: below {least} it is held back.",
                    {"code": each.indicator, "least": PEOPLE_LEAST},
                ),
            )


def overlaps_have_one_stretch(context: Context) -> Iterator[Finding]:
    """Public figures of one kind of fact are by the same stretch: else one less the other tells."""
    held, section = context.section(SECTION), context.section(PUBLIC_FIGURES)
    if not isinstance(held, IndicatorsSpec) or not isinstance(section, PublicFiguresSpec):
        return
    specs = ((each, held.find(each.indicator)) for each in section.root)
    public = [
        (
            each.indicator,
            stretch_of(each, is_stock=isinstance(spec.measure, Stock)),
            _counted(spec),
        )
        for each, spec in specs
        if spec is not None
    ]
    clashing = other_stretches(public)
    for place, each in enumerate(section.root):
        if each.indicator in clashing:
            yield Finding(
                (PUBLIC_FIGURES, place, "per"),
                Sentence(
                    "“{code}”和“{other}”数的是同一类记录，相减就能推出小数："
                    "请写成一样的时段，或只公开一个。",
                    "'{code}' and '{other}' go by one kind of record: one less the other tells "
                    "small numbers. Use one stretch of time, or publish one.",
                    {"code": each.indicator, "other": clashing[each.indicator]},
                ),
            )


def _counted(spec: IndicatorSpec) -> set[str]:
    return {kind for path, kind, _, _ in measures_of(spec) if not _BESIDE & {*path}}


def _findings(indicator: IndicatorSpec, at: Path) -> Iterator[Finding]:
    kinds = registry.fact_kinds()
    own = kinds.get(indicator.of)
    for path, name, measure, where in measures_of(indicator):
        kind = kinds.get(name)
        if kind is None:
            yield _unknown((*at, *path, "of"), name, kinds)
            continue
        yield from _measure(kind, *operation(measure), (*at, *path, "measure"))
        yield from _condition(kind, where, (*at, *path, "where"))
        if indicator.area_dimension != PLACE and not {SINCE, LEAVES} & {*path}:
            yield from _area(kind, indicator.area_dimension, at)
    if own is not None:
        allowed = (*own.dimensions, MONTH)
        for number, name in enumerate(indicator.by):
            if name not in allowed:
                yield _unknown((*at, "by", number), name, allowed)


def _measure(kind: FactKind, op: MeasureOp, over: str | None, at: Path) -> Iterator[Finding]:
    if over is None:
        return
    of_numbers = op in (MeasureOp.SUM, MeasureOp.PERCENTILE)
    if over == AMOUNT and kind.amount is not None and of_numbers:
        return
    if over not in kind.dimensions:
        choices = (*kind.dimensions, *((AMOUNT,) if kind.amount else ()))
        yield _unknown(at, over, choices)
    elif of_numbers and kind.dimensions[over] not in _NUMBERS:
        yield Finding(
            at,
            Sentence(
                "“{over}”不是数，不能求和，也没有百分位。",
                "'{over}' is not a number: it has no sum and no percentile.",
                {"over": over},
            ),
        )


def _condition(kind: FactKind, where: object, at: Path) -> Iterator[Finding]:
    if where is None:
        return
    try:
        parse(where, condition_schema(kind.dimensions))
    except PredicateError as error:
        for problem in error.problems:
            yield Finding((*at, *problem.path), problem.sentence)


def _area(kind: FactKind, dimension: str, at: Path) -> Iterator[Finding]:
    if kind.dimensions.get(dimension) is not DimensionType.AREA:
        areas = [name for name, t in kind.dimensions.items() if t is DimensionType.AREA]
        yield _unknown((*at, "area"), dimension, (PLACE, *areas))


def _unknown(at: Path, name: str, known: Mapping[str, object] | tuple[str, ...]) -> Finding:
    return Finding(
        at,
        Sentence(
            "没有“{name}”。可以写：{known}。",
            "There is no '{name}'. Known: {known}.",
            {"name": name, "known": "、".join(sorted(known))},
        ),
    )


def _ranks_people(context: Context) -> Iterator[Finding]:
    """Look at the raw tree: a ranking is refused even where the rest is not valid yet."""
    raw = context.raw.get(SECTION)
    for number, indicator in enumerate(raw if isinstance(raw, list) else ()):
        if not isinstance(indicator, dict):
            continue
        kind = registry.fact_kind(str(indicator.get("of")))
        by = indicator.get("by")
        for place, name in enumerate(by if isinstance(by, list) else ()):
            if _is_somebody(kind, str(name)):
                yield Finding(
                    (SECTION, number, "by", place),
                    Sentence(
                        "指标不能按“{name}”分列：那就成了给居民或工作人员排名。可按区域或月份分列。",
                        "A figure may not be listed by '{name}': that ranks residents or staff. "
                        "Break it down by area or month.",
                        {"name": str(name)},
                    ),
                )


def _times_somebody(context: Context) -> Iterator[Finding]:
    """Look at the raw tree: how long one resident or member of staff took is nobody's figure."""
    for at, indicator in context.rows(SECTION):
        measure = indicator.get("measure")
        kind = registry.fact_kind(str(indicator.get("of")))
        if not isinstance(measure, dict) or "percentile" not in measure:
            continue
        told = measure["percentile"] if isinstance(measure["percentile"], dict) else {}
        since = told.get("since")
        wheres = [((*at, "where"), indicator.get("where"))]
        if isinstance(since, dict):
            wheres.append(((*at, "measure", "percentile", SINCE, "where"), since.get("where")))
        for path, where in wheres:
            for name in _names_in(where):
                if _is_somebody(kind, name):
                    yield Finding(
                        path,
                        Sentence(
                            "不能只算某个人（“{name}”）用了多长时间：那是考核个人。可按区域、类别、单位算。",
                            "How long one person ('{name}') took is not told: that ranks people. "
                            "Tell it by area, type or unit.",
                            {"name": name},
                        ),
                    )


def _names_in(where: object) -> Iterator[str]:
    """Return the fields a condition speaks of, wherever they stand in it."""
    for name, held in where.items() if isinstance(where, dict) else ():
        yield str(name)
        for each in held if isinstance(held, list) else (held,):
            yield from _names_in(each)


def _is_somebody(kind: FactKind | None, name: str) -> bool:
    declared = kind.dimensions.get(name) if kind is not None else None
    return declared in ABOUT_PEOPLE or name in _PEOPLE_NAMES


TIMES_SOMEBODY = Lint(
    "indicators.timing",
    Sentence("不给个人计时", "Nobody's own time is told"),
    "《个人信息保护法》第六条：最小范围",
    _times_somebody,
)

RANKS_PEOPLE = Lint(
    "indicators.ranking",
    Sentence("不给居民和工作人员排名", "No ranking of residents or individual staff"),
    "《整治形式主义为基层减负若干规定》（2024年）：不得以积分排名等方式强制使用；"
    "《个人信息保护法》第六条：最小范围",
    _ranks_people,
)
