"""Figures and the facts behind them.

Call these inside ``journal.scope.acting_as(actor)``. A figure of an area is read by
whoever holds ``indicators.figure.read`` for an area above it; the facts behind it
need ``indicators.figure.trace`` as well. A figure costs one statement, a breakdown no
more, and several asked for together as much as one.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from uuid import UUID

from liuchi.engines.indicators.enums import By
from liuchi.engines.indicators.queries.asked import (
    ask,
    breakdowns,
    concerns,
    defined,
    dimensions,
    in_force,
    may,
    may_see_fact,
)
from liuchi.engines.indicators.queries.changing import why_changed
from liuchi.engines.indicators.queries.opened import (
    NotOpened,
    PublicFigure,
    PublicRow,
    PublicTable,
    not_opened,
    opens_figures,
    public_figures,
    public_table,
)
from liuchi.engines.indicators.queries.questions import BY_STRETCH, Question
from liuchi.engines.indicators.queries.rows import (
    Change,
    ChangedFact,
    ChangePage,
    Compared,
    Figure,
    IndicatorRow,
    Share,
    TracedFact,
    TracePage,
)
from liuchi.engines.indicators.queries.running import extent, traced, values
from liuchi.engines.indicators.queries.together import (
    Wanted,
    by_stretch,
    compared,
    figures_of,
    has_targets,
    target,
)
from liuchi.engines.indicators.rules import figures, words
from liuchi.engines.indicators.rules.compiling import Shape
from liuchi.engines.indicators.rules.opening import PEOPLE_FEWER_THAN
from liuchi.engines.indicators.rules.targets import Target
from liuchi.engines.indicators.rules.words import Definition
from liuchi.engines.indicators.scope import READ, SCREEN, TRACE
from liuchi.engines.indicators.spec import Percentile
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Invalid
from liuchi.kernel.periods import Span
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry

__all__ = [
    "PEOPLE_FEWER_THAN",
    "READ",
    "SCREEN",
    "TRACE",
    "Change",
    "ChangePage",
    "ChangedFact",
    "Compared",
    "Figure",
    "IndicatorRow",
    "NotOpened",
    "PublicFigure",
    "PublicRow",
    "PublicTable",
    "Share",
    "Target",
    "TracePage",
    "TracedFact",
    "Wanted",
    "breakdown",
    "catalogue",
    "compared",
    "definition",
    "facts_behind",
    "figure",
    "figures_of",
    "has_targets",
    "headlines",
    "listed_by",
    "may_see_fact",
    "not_opened",
    "opens_figures",
    "public_figures",
    "public_table",
    "target",
    "unit_words",
    "why_changed",
]


FACTS_PER_PAGE_MAX = 200


def catalogue(actor: Actor, *, as_of: date | None = None) -> tuple[IndicatorRow, ...]:
    """Return the indicators in force in the actor's area on a day, by playbook and in its order."""
    may(actor, READ).or_refuse()
    kinds = registry.fact_kinds()
    here = partial(concerns, scope_code=actor.scope_code)
    found: dict[str, IndicatorRow] = {}
    for playbook, spec in in_force(actor, as_of or clock.today(), here):
        if spec.code not in found:
            found[spec.code] = IndicatorRow(
                spec.code,
                spec.title,
                spec.name,
                words.definition(spec, kinds),
                spec.unit_shown,
                breakdowns(spec),
                playbook.code,
                spec.headline,
                dimensions(spec),
                str(playbook.compiled.get("title", playbook.code)),
                isinstance(spec.measure, Percentile),
            )
    return tuple(found.values())


def headlines(actor: Actor) -> tuple[IndicatorRow, ...]:
    """Return the few of :func:`catalogue` that are shown before anybody asks."""
    rows = {row.code: row for row in catalogue(actor) if row.headline}
    return tuple(
        rows[code] for code in figures.headlines((r.playbook, r.code) for r in rows.values())
    )


def unit_words(unit: str) -> Sentence:
    """Say a unit in both languages."""
    return words.unit_words(unit)


def definition(actor: Actor, code: str, *, as_of: date | None = None) -> Definition:
    """Say an indicator in plain words, as it was in force on a day; NotFound."""
    _, spec = defined(actor, code, as_of or clock.today())[0]
    return words.definition(spec, registry.fact_kinds())


def figure(
    actor: Actor,
    code: str,
    area_id: UUID,
    *,
    month: date | None = None,
    span: Span | None = None,
    as_of: date | None = None,
) -> Figure:
    """Compute one figure. Refused without the right, NotFound outside the actor's area."""
    asked = ask(actor, READ, code, area_id, span=figures.asked_span(month, span), as_of=as_of)
    (found,) = values([Question(asked, Shape.TOTAL, asked.whole, (area_id,))])
    return asked.figure(found.get(None), asked.area, asked.span)


def breakdown(
    actor: Actor,
    code: str,
    area_id: UUID,
    *,
    by: By = By.AREA,
    month: date | None = None,
    span: Span | None = None,
    as_of: date | None = None,
    to_present: bool = False,
) -> tuple[Figure, ...]:
    """Compute a figure for each child area, or each month, quarter or year anything counts in.

    By area, what belongs to no child but to the area itself is a row of its own, the
    last, where there is any. Shares of people counted once do not add up to the whole,
    since a person may count in two months. ``to_present``: stretches of time go on to the
    one of the as-of day.
    """
    asked = ask(actor, READ, code, area_id, span=figures.asked_span(month, span), as_of=as_of)
    if by not in breakdowns(asked.spec):
        raise _no_such_breakdown()
    if by is not By.AREA:
        (found,) = values([Question(asked, BY_STRETCH[by.per], asked.whole, (area_id,))])
        return by_stretch(asked, found, by.per, to_present=to_present)
    children = asked.children()
    nodes = tuple(child.id for child in children)
    groups = partial(asked.grouped, children)
    (found,) = values([Question(asked, Shape.BY_AREA, groups, nodes)])
    rows = [
        asked.figure(found.get(child.id, asked.nothing), child, asked.span) for child in children
    ]
    if area_id in found:
        rows.append(asked.figure(found[area_id], asked.area, asked.span))
    return tuple(rows)


def listed_by(
    actor: Actor,
    code: str,
    area_id: UUID,
    dimension: str,
    *,
    span: Span | None = None,
    as_of: date | None = None,
) -> tuple[Share, ...]:
    """Compute a figure for each value of a declared dimension, in the order of their codes.

    Counted over the facts: only places and stretches of time are kept rolled up.
    """
    asked = ask(actor, READ, code, area_id, span=span, as_of=as_of)
    if dimension not in dimensions(asked.spec):
        raise _no_such_breakdown()
    question = Question(asked, Shape.BY_DIMENSION, asked.whole, dimension=dimension)
    (found,) = values([question])
    playbook, _ = defined(actor, code, asked.days.as_of, asked.area)[0]
    titles = words.titles_in(playbook.compiled)
    return tuple(
        Share(
            key,
            words.code_words(dimension, key, titles),
            found[key],
            words.text_of(found[key], asked.spec.decimals_shown),
        )
        for key in sorted(found)
    )


def _no_such_breakdown() -> Invalid:
    return Invalid(
        "no_such_breakdown",
        Sentence("这个指标不能这样分列。", "This figure has no such breakdown."),
    )


def facts_behind(
    actor: Actor,
    code: str,
    area_id: UUID,
    *,
    month: date | None = None,
    span: Span | None = None,
    as_of: date | None = None,
    after: str | None = None,
    limit: int = 50,
) -> TracePage:
    """List exactly the facts that make a figure, oldest first; of a ratio, numerator first."""
    asked = ask(actor, TRACE, code, area_id, span=figures.asked_span(month, span), as_of=as_of)
    start = figures.read_cursor(after, tuple(term.part for term in asked.terms))
    limit = max(1, min(limit, FACTS_PER_PAGE_MAX))
    groups = asked.whole()
    rows = traced(asked, groups, start, limit + 1)
    more = len(rows) > limit
    rows = rows[:limit]
    facts, entities = extent(asked, groups)
    return TracePage(
        rows,
        figures.cursor(rows[-1].part, rows[-1].id) if more else None,
        facts,
        entities,
    )
