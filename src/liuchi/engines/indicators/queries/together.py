"""Several figures of one area in one statement, and each beside what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, partial
from typing import Any
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators.queries.asked import Asked, ask, concerns
from liuchi.engines.indicators.queries.questions import Question
from liuchi.engines.indicators.queries.rows import Compared, Figure
from liuchi.engines.indicators.queries.running import values
from liuchi.engines.indicators.rules import figures
from liuchi.engines.indicators.rules.checks import TARGETS
from liuchi.engines.indicators.rules.compiling import Shape
from liuchi.engines.indicators.rules.targets import Target, target_of
from liuchi.engines.indicators.scope import READ
from liuchi.engines.indicators.spec import TargetSpec, TargetsSpec
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.periods import Per, Span, span_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """One of several figures asked for together: of a month, by month, as of an earlier day.

    ``span`` is a month, quarter or year; ``month`` stands for the one its day lies in.
    """

    code: str
    month: date | None = None
    as_of: date | None = None
    by_month: bool = False
    span: Span | None = None


def figures_of(
    actor: Actor, area_id: UUID, wanted: Sequence[Wanted]
) -> tuple[tuple[Figure, ...] | None, ...]:
    """Compute several figures of one area together; None where none was defined that day.

    One statement for all, beside one for each as-of day that says which areas lay below.
    """
    return _counted(area_id, [_asked_then(actor, area_id, each) for each in wanted], wanted)


def compared(
    actor: Actor, area_id: UUID, codes: Sequence[str], span: Span, *, as_of: date | None = None
) -> tuple[Compared, ...]:
    """Compute figures of one area and span, each beside the span before, a year before, a target.

    A span that ended before the method came into force has nothing to be compared with. The
    spans are whole ones: of a month that is not over yet, the caller says so.
    """
    wanted = [
        Wanted(code, span=each, as_of=as_of)
        for code in codes
        for each in (span, span.previous, span.year_before)
    ]
    asked = [_asked_then(actor, area_id, each) for each in wanted]
    told = [
        one if one and (each.span == span or began_by(one)) else None
        for one, each in zip(asked, wanted, strict=True)
    ]
    found = _counted(area_id, told, wanted)
    each_alone = [each[0] if each else None for each in found]
    return tuple(
        Compared(now, before, year_before, target(now))
        for now, before, year_before in zip(*[iter(each_alone)] * 3, strict=True)
        if now is not None
    )


def has_targets(code: str, per: Per, on: date | None = None) -> bool:
    """Whether any method in force sets a figure a target for each month, quarter or year."""
    return any(
        each.indicator == code and each.per == per
        for applied in journal.playbooks_in_force(None, on or clock.today())
        for each in _targets(applied)
    )


def target(figure: Figure) -> Target | None:
    """Return what a figure should come to, as the methods in force at its place say."""
    span, area = figure.span, figure.area
    if span is None:
        return None
    held = (
        each
        for applied in journal.playbooks_in_force(None, figure.as_of)
        if any(one.indicator == figure.code for one in _targets(applied))
        and concerns(applied, area.scope_code)
        for each in _targets(applied)
    )
    return target_of(held, figure.code, (area.name, area.code), span)


def _targets(applied: AppliedPlaybook) -> tuple[TargetSpec, ...]:
    section = journal.section(applied, TARGETS, TargetsSpec)
    return () if section is None else section.root


def began_by(asked: Asked) -> bool:
    """Whether a playbook that defines the figure came into force before the days ended."""
    return any(
        each.code in asked.playbooks and each.in_force_from < asked.days.before
        for each in journal.applied_playbooks()
    )


def _counted(
    area_id: UUID, asked: Sequence[Asked | None], wanted: Sequence[Wanted]
) -> tuple[tuple[Figure, ...] | None, ...]:
    below = cache(lambda day: directory.subtrees([area_id], on=day))
    questions = [
        Question(
            one,
            Shape.BY_MONTH if each.by_month else Shape.TOTAL,
            partial(below, one.days.as_of),
            (area_id,),
        )
        for one, each in zip(asked, wanted, strict=True)
        if one is not None
    ]
    found = iter(values(questions))
    return tuple(
        None if one is None else _answers(one, next(found), by_month=each.by_month)
        for one, each in zip(asked, wanted, strict=True)
    )


def _asked_then(actor: Actor, area_id: UUID, each: Wanted) -> Asked | None:
    try:
        span = figures.asked_span(each.month, each.span)
        return ask(actor, READ, each.code, area_id, span=span, as_of=each.as_of)
    except NotFound:
        if each.as_of is None:
            raise
        return None  # the method was not in force then


def _answers(
    asked: Asked, found: Mapping[Any, Decimal | None], *, by_month: bool
) -> tuple[Figure, ...]:
    if by_month:
        return by_stretch(asked, found, Per.MONTH)
    return (asked.figure(found.get(None), asked.area, asked.span),)


def by_stretch(
    asked: Asked, found: Mapping[Any, Decimal | None], per: Per, *, to_present: bool = False
) -> tuple[Figure, ...]:
    """Dress a figure's values by stretch of time, from the first to the last that has one.

    ``to_present``: on to the one of the as-of day, be there anything in it or not.
    """
    known = sorted(found)
    last = [*known[-1:], *([span_of(per, asked.days.as_of).first] if to_present else [])]
    every = figures.spans(Span(per, known[0]), Span(per, max(last))) if known else ()
    return tuple(
        asked.figure(found.get(each.first, asked.nothing), asked.area, each) for each in every
    )
