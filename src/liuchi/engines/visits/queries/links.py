"""Links with how their norms stand; a village's coverage. Never a keeper beside another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.directory.queries.people import cursor_text, cursor_values
from liuchi.engines.journal.scope import require
from liuchi.engines.visits.enums import Duty, Target, Tier, Way
from liuchi.engines.visits.models import Link, Raised, Reach, Visit
from liuchi.engines.visits.queries.books import norm_of, spec_of, ways_of
from liuchi.engines.visits.rules import Standing, may_take_back, needs_reason, standing
from liuchi.engines.visits.scope import LOG, keeps_list, page_size, require_read
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.periods import Per, period

_SELECT = """
SELECT held.id, held.area_id, place.name, held.playbook_version, held.duty, held.code, held.tier,
       held.keeper_user_id, held.keeper_person_id, held.household_id, held.organization_id,
       held.reach_id, held.label, held.begun_on, held.ended_on,
       (SELECT max(visit."on") FROM visits_visit AS visit
        WHERE visit.link_id = held.id AND visit.taken_back_at IS NULL),
       ARRAY(SELECT visit."on" FROM visits_visit AS visit
             WHERE visit.link_id = held.id AND visit."on" >= %(since)s
               AND visit.taken_back_at IS NULL)
FROM visits_link AS held
JOIN directory_area_name AS place
  ON place.area_id = held.area_id AND place.kind = 'official' AND place.valid_to IS NULL
"""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as lists show one. ``stands`` is how its norm stands in the stretch that runs."""

    id: UUID
    area_id: UUID
    area_name: str
    duty: Duty
    code: str
    title: str
    tier: Tier | None
    target: Target
    label: str
    keeper: str
    ways: tuple[Way, ...]
    per: Per
    begun_on: date
    ended_on: date | None
    last_on: date | None
    stands: Standing


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One contact or patrol, with the cases that came of it.

    ``may_take_back`` by whoever looks, who has to say why where it ``needs_reason``.
    """

    id: UUID
    on: date
    way: Way
    by_another: bool
    case_ids: tuple[UUID, ...]
    taken_back_at: datetime | None
    taken_back_why: str
    may_take_back: bool
    needs_reason: bool


@dataclass(frozen=True, slots=True)
class LinkDetail:
    """A link with its visits, the newest first, and the version of the playbook it began with."""

    row: LinkRow
    visits: tuple[VisitRow, ...]
    playbook_version: UUID


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a place is covered by one duty: of its households or reaches, never per keeper."""

    title: str
    target: Target
    linked: int
    reached: int
    total: int | None


def own_links(actor: Actor, *, limit: int = 100) -> tuple[LinkRow, ...]:
    """Return the actor's own links that stand, those with something missing first."""
    require(actor)
    rows = _rows(
        actor,
        "held.ended_on IS NULL AND (held.keeper_user_id = %(user)s "
        "OR held.keeper_person_id = %(person)s) ORDER BY held.label, held.id LIMIT %(limit)s",
        {"user": actor.id, "person": actor.person_id, "limit": page_size(limit)},
    )
    return tuple(sorted(rows, key=lambda row: (row.stands.missing == 0, row.last_on or date.min)))


def links(
    actor: Actor, *, duty: Duty | None = None, after: str | None = None, limit: int = 50
) -> Page[LinkRow]:
    """Return the links of the actor's area that stand, by label. Refused without the verb."""
    require_read(actor)
    most = page_size(limit)
    where, values = ["held.ended_on IS NULL"], dict[str, Any](limit=most + 1)
    if duty is not None:
        where.append("held.duty = %(duty)s")
        values["duty"] = str(duty)
    start = cursor_values(after)
    if start is not None:
        where.append("(held.label, held.id) > (%(label)s, %(id)s)")
        values |= {"label": start[0], "id": start[1]}
    rows = _rows(
        actor, f"{' AND '.join(where)} ORDER BY held.label, held.id LIMIT %(limit)s", values
    )
    last = rows[most - 1] if len(rows) > most else None
    return Page(tuple(rows[:most]), None if last is None else cursor_text(last.label, last.id))


def link(actor: Actor, link_id: UUID) -> LinkDetail:
    """Return one link the actor may see, its own or the area's; NotFound otherwise."""
    require(actor)
    held = Link.objects.filter(pk=link_id).first()
    if held is None:
        raise NotFound("link")
    rows = _rows(actor, "held.id = %(id)s", {"id": link_id})
    found = list(Visit.objects.filter(link_id=link_id).order_by("-on", "-id")[: page_size(50)])
    raised: dict[UUID, list[UUID]] = {}
    for each in Raised.objects.filter(visit_id__in=[visit.pk for visit in found]).order_by("pk"):
        raised.setdefault(each.visit_id, []).append(each.pk)
    keeps = keeps_list(actor, held.scope_code)
    visits = tuple(
        _visit(actor, each, tuple(raised.get(each.pk, ())), keeps=keeps) for each in found
    )
    return LinkDetail(rows[0], visits, held.playbook_version)


def _visit(actor: Actor, held: Visit, case_ids: tuple[UUID, ...], *, keeps: bool) -> VisitRow:
    wrote_it, now = held.recorded_by == actor.id, clock.now()
    return VisitRow(
        held.pk,
        held.on,
        Way(held.way),
        held.by_another,
        case_ids,
        held.taken_back_at,
        held.taken_back_why,
        actor.may(LOG).allowed
        and may_take_back(
            wrote_it=wrote_it,
            keeps_list=keeps,
            recorded_at=held.recorded_at,
            now=now,
            taken_back=held.taken_back_at is not None,
        ).allowed,
        needs_reason(wrote_it=wrote_it, recorded_at=held.recorded_at, now=now),
    )


def reaches(actor: Actor, *, limit: int = 200) -> tuple[tuple[UUID, str], ...]:
    """Return the reaches of the actor's area by id, to choose one from."""
    require_read(actor)
    found = Reach.objects.order_by("title", "id")[: page_size(limit)]
    return tuple((each.pk, each.title) for each in found)


_COVERED = """
SELECT held.duty, held.code, min(held.playbook_version::text),
       count(DISTINCT coalesce(held.household_id, held.organization_id, held.reach_id)),
       count(DISTINCT coalesce(held.household_id, held.organization_id, held.reach_id))
           FILTER (WHERE EXISTS (SELECT FROM visits_visit AS visit
                                 WHERE visit.link_id = held.id AND visit."on" >= %(since)s
                                   AND visit.taken_back_at IS NULL)),
       bool_or(held.household_id IS NOT NULL), bool_or(held.reach_id IS NOT NULL)
FROM visits_link AS held WHERE held.ended_on IS NULL
GROUP BY held.duty, held.code ORDER BY held.duty, held.code
"""


def coverage(actor: Actor) -> tuple[Coverage, ...]:
    """Return by duty how many of the area's targets are linked, and in touch this quarter."""
    require_read(actor)
    since, _ = period(Per.QUARTER, clock.today())
    with connection.cursor() as cursor:
        cursor.execute(_COVERED, {"since": since})
        rows = cursor.fetchall()
        cursor.execute("SELECT count(*) FROM visits_reach")
        reach_count = cursor.fetchone()[0]
    households = directory.household_count(actor)
    found = []
    for duty, code, version, linked, reached, with_households, with_reaches in rows:
        spec = spec_of(UUID(version), Duty(duty), code)
        total = households if with_households else reach_count if with_reaches else None
        target = (
            Target.HOUSEHOLD
            if with_households
            else Target.REACH
            if with_reaches
            else Target.ORGANIZATION
        )
        title = code if spec is None else spec.title
        found.append(Coverage(title, target, linked, reached, total))
    return tuple(found)


def _rows(actor: Actor, where: str, values: Mapping[str, Any]) -> list[LinkRow]:
    # A year holds every stretch a norm may have, but for a week that began in the last one.
    today = clock.today()
    since = min(period(Per.YEAR, today)[0], period(Per.WEEK, today)[0])
    with connection.cursor() as cursor:
        cursor.execute(f"{_SELECT} WHERE {where}", {"since": since, **values})
        found = cursor.fetchall()
    keepers = _keepers(actor, found)
    return [_row(row, keepers) for row in found]


def _keepers(actor: Actor, rows: Sequence[Sequence[Any]]) -> dict[UUID, str]:
    users = {row[7] for row in rows if row[7] is not None}
    people = {row[8] for row in rows if row[8] is not None}
    named = dict(accounts.names_of(users)) if users else {}
    if people:
        named |= {id_: row.masked_name for id_, row in _people(actor, people).items()}
    return named


def _people(actor: Actor, people: Iterable[UUID]) -> Mapping[UUID, Any]:
    return directory.people_of(actor, people)


def _row(row: Sequence[Any], keepers: Mapping[UUID, str]) -> LinkRow:
    version, duty, code, tier = row[3], Duty(row[4]), row[5], row[6]
    spec = spec_of(version, duty, code)
    norm = norm_of(spec)
    first, end = period(norm.per, clock.today())
    done = sum(first <= on < end for on in row[16])
    return LinkRow(
        id=row[0],
        area_id=row[1],
        area_name=row[2],
        duty=duty,
        code=code,
        title=code if spec is None else spec.title,
        tier=Tier(tier) if tier else None,
        target=Target.HOUSEHOLD
        if row[9] is not None
        else Target.ORGANIZATION
        if row[10] is not None
        else Target.REACH,
        label=row[12],
        keeper=keepers.get(row[7] or row[8], ""),
        ways=ways_of(spec),
        per=norm.per,
        begun_on=row[13],
        ended_on=row[14],
        last_on=row[15],
        stands=standing(norm, done, clock.today()),
    )


def links_in_force(scope_codes: Collection[str], code: str) -> int:
    """Return how many links of a code the staff keeps below some places today.

    What a resident keeps asks no post for an entry.
    """
    within = Q()
    for low in scope_codes:
        within |= Q(scope_code__gte=low, scope_code__lt=f"{low}~")
    kept = Link.objects.filter(code=code, ended_on__isnull=True, keeper_user__isnull=False)
    return kept.filter(within).count() if scope_codes else 0
