"""Screens in halls, and what they show: a place's few figures, of nobody in particular."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from uuid import UUID

from django.conf import settings
from django.db import connection

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.indicators.queries.asked import Asked, ask, concerns, in_force, may
from liuchi.engines.indicators.queries.questions import Question, with_people
from liuchi.engines.indicators.queries.running import values
from liuchi.engines.indicators.queries.together import began_by, target
from liuchi.engines.indicators.rules import figures
from liuchi.engines.indicators.rules.compiling import Shape
from liuchi.engines.indicators.rules.opening import about_how_many, usual_threshold
from liuchi.engines.indicators.rules.suppressing import Groups, held_back
from liuchi.engines.indicators.rules.targets import Target
from liuchi.engines.indicators.scope import KEEPER, READ, SCREEN
from liuchi.engines.indicators.spec import IndicatorSpec
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.keyring import KeyRing
from liuchi.kernel.periods import Per, Span, span_of
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry

MONTHS_SHOWN = 6
_ID_DIGITS, _PROOF_DIGITS = 32, 32
_PURPOSE = "indicators.screen"
_EVER = date.min  # all months together
_COLUMNS = "SELECT id, area_id, title, opened_at, closed_at FROM indicators_screen "


@dataclass(frozen=True, slots=True)
class ScreenRow:
    """A screen: where it hangs, which place it shows, and whether it still may."""

    id: UUID
    area_id: UUID
    area_name: str
    title: str
    opened_at: datetime
    closed_at: datetime | None
    token: str


@dataclass(frozen=True, slots=True)
class WallMonth:
    """One bar. Text and value are None where so few people are nobody's business."""

    span: Span
    text: str | None
    value: Decimal | None
    target: Target | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class WallFigure:
    """One figure of a screen. A text is None where so few people are nobody's business.

    ``months`` end with the one that runs; before the method's first there is none.
    """

    code: str
    title: Sentence
    unit: str
    text: str | None
    months: tuple[WallMonth, ...]

    @property
    def month(self) -> WallMonth:
        """The one that runs."""
        return self.months[-1]

    @property
    def previous(self) -> WallMonth | None:
        """The one before, if the method was in force then."""
        return self.months[-2] if len(self.months) > 1 else None


@dataclass(frozen=True, slots=True)
class Wall:
    """What a screen shows: one place, a few figures, on a day."""

    title: str
    area: AreaRow
    day: date
    figures: tuple[WallFigure, ...]


def screens(actor: Actor) -> tuple[ScreenRow, ...]:
    """Return the screens of the actor's area, those that still show something first."""
    may(actor, SCREEN).or_refuse()
    with connection.cursor() as cursor:
        cursor.execute(f"{_COLUMNS} ORDER BY closed_at IS NOT NULL, opened_at DESC, id DESC")
        return tuple(_row(each) for each in cursor.fetchall())


def screen(actor: Actor, screen_id: UUID) -> ScreenRow:
    """Return a screen of the actor's area; NotFound for any other."""
    may(actor, SCREEN).or_refuse()
    return _screen(screen_id)


def wall(token: str) -> Wall | None:
    """Return what the screen of an address shows now; None where it was taken back.

    NotFound for an address that was never given out.

    Counted for no actor: what is kept inside an organisation is not among it.
    """
    try:
        screen_id = UUID(token[:_ID_DIGITS])
    except ValueError:
        raise NotFound("screen") from None
    if not hmac.compare_digest(token.encode(), _token(screen_id).encode()):
        raise NotFound("screen")
    with acting_as(KEEPER):
        held = _screen(screen_id)
        if held.closed_at is not None:
            return None
        area, today = directory.area(held.area_id), clock.today()
        return Wall(held.title, area, today, _figures(area, today))


def _figures(area: AreaRow, today: date) -> tuple[WallFigure, ...]:
    declared: dict[str, tuple[str, IndicatorSpec]] = {}
    for playbook, spec in in_force(KEEPER, today, lambda each: concerns(each, area.scope_code)):
        if spec.headline:
            declared.setdefault(spec.code, (playbook.code, spec))
    codes = figures.headlines((playbook, code) for code, (playbook, _) in declared.items())
    asked = [ask(KEEPER, READ, code, area.id, span=None, as_of=None) for code in codes]
    below = cache(partial(directory.subtrees, (area.id,), on=today))
    each_told = [tuple(with_people(one)) for one in asked]
    questions = [
        Question(each, shape, below, (area.id,))
        for told in each_told
        for each in told
        for shape in (Shape.TOTAL, Shape.BY_MONTH)
    ]
    answers = iter(values(questions))
    return tuple(
        _figure(one, [(next(answers).get(None), next(answers)) for _ in told])
        for one, told in zip(asked, each_told, strict=True)
    )


def _figure(
    one: Asked, counted: Sequence[tuple[Decimal | None, Mapping[date, Decimal | None]]]
) -> WallFigure:
    """Dress a figure, counted ever and by month, with what says about how many people it is.

    The months make up the whole, so of them two are held back or none.
    """
    (whole, by_month), *people = counted
    shown = _spans(one)
    months = sorted({*by_month, *(each.first for each in shown)})
    about: dict[date, Groups] = {
        each: about_how_many([told.get(each) for _, told in people]) for each in months
    }
    held = held_back(
        {_EVER: months},
        about | {_EVER: about_how_many([ever for ever, _ in people])},
        usual_threshold(one.terms, registry.fact_kinds()),
        unprinted={*months}.difference(each.first for each in shown),
    )
    return WallFigure(
        one.spec.code,
        one.spec.name,
        one.spec.unit_shown,
        None if _EVER in held else one.figure(whole, one.area, None).text,
        tuple(
            _month(one, each, by_month.get(each.first, one.nothing), hidden=each.first in held)
            for each in shown
        ),
    )


def _month(one: Asked, span: Span, value: Decimal | None, *, hidden: bool) -> WallMonth:
    figure = one.figure(value, one.area, span)
    is_over = span.end <= one.days.as_of
    if hidden:
        return WallMonth(span, None, None, target(figure), is_over)
    return WallMonth(span, figure.text, value, target(figure), is_over)


def _spans(one: Asked) -> tuple[Span, ...]:
    """Return the months drawn, the one that runs last."""
    found = [span_of(Per.MONTH, one.days.as_of)]
    while len(found) < MONTHS_SHOWN and began_by(one.during(found[-1].previous)):
        found.append(found[-1].previous)
    return tuple(reversed(found))


def _screen(screen_id: UUID) -> ScreenRow:
    with connection.cursor() as cursor:
        cursor.execute(f"{_COLUMNS} WHERE id = %s", [screen_id])
        found = cursor.fetchone()
    if found is None:
        raise NotFound("screen")
    return _row(found)


def _row(found: tuple[UUID, UUID, str, datetime, datetime | None]) -> ScreenRow:
    screen_id, area_id, title, opened_at, closed_at = found
    name = directory.area(area_id).name
    return ScreenRow(screen_id, area_id, name, title, opened_at, closed_at, _token(screen_id))


def _token(screen_id: UUID) -> str:
    """Return the address's secret: proved by the house's key, kept nowhere."""
    ring: KeyRing = settings.LIUCHI_KEY_RING
    return screen_id.hex + ring.lookup_hash(screen_id.hex, _PURPOSE).hex()[:_PROOF_DIGITS]
