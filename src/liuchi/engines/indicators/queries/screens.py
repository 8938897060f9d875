"""Screens in halls, and what they show: a place's few figures, of nobody in particular."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import connection

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.indicators.queries.asked import concerns, in_force, may
from liuchi.engines.indicators.queries.rows import Compared, Figure
from liuchi.engines.indicators.queries.together import Wanted, compared, figures_of
from liuchi.engines.indicators.rules import figures
from liuchi.engines.indicators.rules.checks import about_people
from liuchi.engines.indicators.rules.opening import PEOPLE_FEWER_THAN
from liuchi.engines.indicators.rules.terms import terms
from liuchi.engines.indicators.scope import KEEPER, TRACE
from liuchi.engines.indicators.spec import IndicatorSpec
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.keyring import KeyRing
from liuchi.kernel.periods import Per, span_of
from liuchi.playbooks import registry

MONTHS_SHOWN = 6
_ID_DIGITS, _PROOF_DIGITS = 32, 32
_PURPOSE = "indicators.screen"
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
class WallFigure:
    """One figure of a screen. A text is None where so few people are nobody's business."""

    code: str
    title: str
    unit: str
    text: str | None
    beside: Compared
    month_text: str | None
    previous_text: str | None
    months: tuple[tuple[date, str | None], ...]


@dataclass(frozen=True, slots=True)
class Wall:
    """What a screen shows: one place, a few figures, on a day."""

    title: str
    area: AreaRow
    day: date
    figures: tuple[WallFigure, ...]


def screens(actor: Actor) -> tuple[ScreenRow, ...]:
    """Return the screens of the actor's area, those that still show something first."""
    may(actor, TRACE).or_refuse()
    with connection.cursor() as cursor:
        cursor.execute(f"{_COLUMNS} ORDER BY closed_at IS NOT NULL, opened_at DESC, id DESC")
        return tuple(_row(each) for each in cursor.fetchall())


def screen(actor: Actor, screen_id: UUID) -> ScreenRow:
    """Return a screen of the actor's area; NotFound for any other."""
    may(actor, TRACE).or_refuse()
    return _screen(screen_id)


def wall(token: str) -> Wall:
    """Return what the screen of an address shows now; NotFound where it was taken back.

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
            raise NotFound("screen")
        area, today = directory.area(held.area_id), clock.today()
        return Wall(held.title, area, today, _figures(area, today))


def _figures(area: AreaRow, today: date) -> tuple[WallFigure, ...]:
    declared: dict[str, tuple[str, IndicatorSpec]] = {}
    for playbook, spec in in_force(KEEPER, today, lambda each: concerns(each, area.scope_code)):
        if spec.headline:
            declared.setdefault(spec.code, (playbook.code, spec))
    specs = {code: spec for code, (_, spec) in declared.items()}
    codes = figures.headlines((playbook, code) for code, (playbook, _) in declared.items())
    beside = compared(KEEPER, area.id, codes, span_of(Per.MONTH, today))
    wanted = [Wanted(code) for code in codes] + [Wanted(code, by_month=True) for code in codes]
    found = figures_of(KEEPER, area.id, wanted)
    return tuple(
        _figure(specs[code], whole, each, months or ())
        for code, (whole, *_), each, months in zip(
            codes, _known(found[: len(codes)]), beside, found[len(codes) :], strict=True
        )
    )


def _known(found: tuple[tuple[Figure, ...] | None, ...]) -> list[tuple[Figure, ...]]:
    return [each for each in found if each is not None]


def _figure(
    spec: IndicatorSpec, whole: Figure, beside: Compared, months: tuple[Figure, ...]
) -> WallFigure:
    kinds = registry.fact_kinds()
    people = any(about_people(kinds[each.kind]) for each in terms(spec, kinds))

    def shown(figure: Figure | None) -> str | None:
        if figure is None:
            return "—"
        few = people and figure.value is not None and 0 < figure.value < PEOPLE_FEWER_THAN
        return None if few else figure.text

    return WallFigure(
        spec.code,
        spec.title,
        spec.unit_shown,
        shown(whole),
        beside,
        shown(beside.figure),
        shown(beside.previous),
        tuple((each.month, shown(each)) for each in months[-MONTHS_SHOWN:] if each.month),
    )


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
