"""Draws as lists and pages show them, with all that is needed to draw the same again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.cases.enums import DrawPurpose
from liuchi.engines.cases.models import Case, Draw, Drawn
from liuchi.engines.cases.queries.marks import page_of
from liuchi.engines.cases.rules.prompts import case_number
from liuchi.engines.cases.rules.sampling import why_drawn
from liuchi.engines.cases.scope import page_size
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.paging import id_after
from liuchi.kernel.sampling import Seed, lot
from liuchi.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class DrawRow:
    """A draw: among how many, how many, and by what. ``done`` counts what was looked at."""

    id: UUID
    town_id: UUID
    town: str
    day: date
    purpose: DrawPurpose
    percent: int
    candidates: int
    many: int
    seed: str
    drawn_at: datetime
    done: int


@dataclass(frozen=True, slots=True)
class LotRow:
    """A candidate of a draw, by its lot: the smallest are drawn.

    ``case_id`` is None for a case that is not in sight: its lot stands for it. ``number`` is
    what people call the case on paper.
    """

    case_id: UUID | None
    title: str
    number: str
    lot: str
    is_drawn: bool


@dataclass(frozen=True, slots=True)
class DrawDetail:
    """A draw, opened: every candidate in the order of the lots.

    ``agrees`` says whether drawing again now gives the cases that were drawn; None for a draw
    whose candidates were not kept.
    """

    row: DrawRow
    lots: tuple[LotRow, ...]
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A case that was drawn: what for, how the draw can be made again, and what came of it."""

    id: UUID
    case_id: UUID
    type_title: str
    place: str
    unit: str
    closed_at: datetime | None
    purpose: DrawPurpose
    day: date
    why: Sentence
    done_at: datetime | None
    done_by_name: str
    reached: bool | None
    solved: bool | None
    satisfied: bool | None
    words: str


def draws(actor: Actor, *, after: str | None = None, limit: int = 50) -> Page[DrawRow]:
    """Return a page of the draws of the actor's towns, the newest first."""
    actor.may("cases.case.read").or_refuse()
    require(actor)
    held = Draw.objects.filter(town_id__in=_towns(actor)).order_by("-id")
    if after:
        held = held.filter(id__lt=id_after(after))
    found = list(held[: page_size(limit) + 1])
    return page_of(_draws(found), page_size(limit), lambda row: row.id)


def draw(actor: Actor, draw_id: UUID) -> DrawDetail:
    """Return a draw with every candidate and its lot; NotFound outside the actor's towns."""
    actor.may("cases.case.read").or_refuse()
    require(actor)
    found = Draw.objects.filter(pk=draw_id, town_id__in=_towns(actor)).first()
    if found is None:
        raise NotFound("draw")
    seed = Seed(found.purpose, found.day, found.seal_head)
    lots = sorted((lot(seed, each), each) for each in found.candidate_ids)
    again = {each for _, each in lots[: found.many]}
    (row,) = _draws([found])
    kept = set(Drawn.objects.filter(draw_id=draw_id).values_list("case_id", flat=True))
    told = Case.objects.filter(pk__in=found.candidate_ids)
    seen = {
        pk: (title, case_number(pk, at))
        for pk, title, at in told.values_list("pk", "type_title", "reported_at")
    }
    unseen = ("", "")
    return DrawDetail(
        row,
        tuple(
            LotRow(
                each if each in seen else None, *seen.get(each, unseen), lot_, place < found.many
            )
            for place, (lot_, each) in enumerate(lots)
        ),
        kept <= again if lots else None,
    )


def drawn(
    actor: Actor,
    purpose: DrawPurpose,
    *,
    done: bool = False,
    draw_id: UUID | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[DrawnRow]:
    """Return a page of what was drawn for a purpose and is in sight.

    What waits comes in the order it was drawn; what is done the newest first. Of one draw,
    everything.
    """
    actor.may("cases.case.read").or_refuse()
    require(actor)
    held = Drawn.objects.filter(purpose=purpose).select_related("draw", "case")
    town_id = _town(actor)
    if town_id is not None:
        held = held.filter(town_id=town_id)
    held = held.filter(draw_id=draw_id) if draw_id else held.filter(done_at__isnull=not done)
    newest = done and draw_id is None
    if after:
        mark = id_after(after)
        held = held.filter(id__lt=mark) if newest else held.filter(id__gt=mark)
    found = list(held.order_by("-id" if newest else "id")[: page_size(limit) + 1])
    return page_of(_rows(found), page_size(limit), lambda row: row.id)


def drawn_one(actor: Actor, drawn_id: UUID) -> DrawnRow:
    """Return one case that was drawn, in sight; NotFound."""
    actor.may("cases.case.read").or_refuse()
    require(actor)
    found = list(Drawn.objects.filter(pk=drawn_id).select_related("draw", "case"))
    if not found:
        raise NotFound("drawn")
    return _rows(found)[0]


def _town(actor: Actor) -> UUID | None:
    """Return the town of a post in a town, community or grid; None for one above towns."""
    at = actor.area_id
    while at is not None:
        area = directory.area(at)
        if area.kind.is_town:
            return area.id
        at = area.parent_id
    return None


def _towns(actor: Actor) -> tuple[UUID, ...]:
    town_id = _town(actor)
    if town_id is not None:
        return (town_id,)
    return () if actor.area_id is None else directory.places_down_to_villages([actor.area_id])


def _draws(found: list[Draw]) -> tuple[DrawRow, ...]:
    towns = directory.areas({each.town_id for each in found})
    ids = [each.pk for each in found]
    done: dict[UUID, int] = {}
    for draw_id in Drawn.objects.filter(draw_id__in=ids, done_at__isnull=False).values_list(
        "draw_id", flat=True
    ):
        done[draw_id] = done.get(draw_id, 0) + 1
    return tuple(
        DrawRow(
            each.pk,
            each.town_id,
            towns[each.town_id].name,
            each.day,
            DrawPurpose(each.purpose),
            each.percent,
            each.candidates,
            each.many,
            str(Seed(each.purpose, each.day, each.seal_head)),
            each.drawn_at,
            done.get(each.pk, 0),
        )
        for each in found
    )


def _rows(found: list[Drawn]) -> tuple[DrawnRow, ...]:
    names = accounts.names_of({each.done_by_id for each in found if each.done_by_id})
    units = directory.organization_names(
        {each.case.unit_id for each in found if each.case.unit_id is not None}
    )
    return tuple(
        DrawnRow(
            each.pk,
            each.case_id,
            each.case.type_title,
            each.case.place,
            "" if each.case.unit_id is None else units.get(each.case.unit_id, ""),
            each.case.closed_at,
            DrawPurpose(each.purpose),
            each.draw.day,
            why_drawn(
                Seed(each.purpose, each.draw.day, each.draw.seal_head),
                each.draw.candidates,
                each.draw.many,
                each.draw.percent,
            ),
            each.done_at,
            names.get(each.done_by_id, "") if each.done_by_id else "",
            each.reached,
            each.solved,
            each.satisfied,
            each.words,
        )
        for each in found
    )
