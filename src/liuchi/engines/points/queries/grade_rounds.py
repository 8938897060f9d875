"""Rounds of local grades: where they stand, their lines, and how each line came about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import AppealState, GradePer, GradeState, GradeSum, RoundState
from liuchi.engines.points.models import Grade, GradeAppeal, GradeRound
from liuchi.engines.points.queries.places import last_day, rules_at, spec_as_applied
from liuchi.engines.points.scope import page_size, uuid_cursor
from liuchi.engines.points.spec import LocalScheme
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound, Refused
from liuchi.kernel.sentences import Sentence

READ = "points.grade.read"
MOMENT = timedelta(microseconds=1)
"""Added to now, so that what was posted this very moment counts."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What one person's grade goes by: the own points, or the household's."""

    person_id: UUID
    household_id: UUID | None
    birth_year: int | None
    points: int


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round as lists show it. ``until`` is the last day of the notice."""

    id: UUID
    scheme: str
    scheme_title: str
    village_id: UUID
    village_name: str
    village_code: str
    per: GradePer
    as_of: date
    window_from: date | None
    state: RoundState
    version: int
    people: int
    graded: int
    opened_by_name: str
    opened_at: datetime
    computed_by_id: UUID | None
    computed_by_name: str
    computed_at: datetime | None
    published_at: datetime | None
    until: date | None
    notice_over: bool
    issued_by_name: str
    issued_on: date | None
    valid_to: date | None
    appeals_open: int

    @property
    def code(self) -> str:
        """What the public list's address says: the scheme and the day."""
        return f"{self.scheme}-{self.as_of}"


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of a round for staff. Names are masked as in every list of people."""

    id: UUID
    place: int | None
    person_id: UUID
    person_name: str
    household_label: str
    points: int
    title: str
    rank: int
    state: GradeState
    since: date | None


@dataclass(frozen=True, slots=True)
class GradeCount:
    """How many people of a round have a grade."""

    grade: str
    title: str
    rank: int
    people: int


@dataclass(frozen=True, slots=True)
class CountedEntry:
    """One entry a grade was counted from; ``points`` is below zero for a contra-entry."""

    transfer_id: UUID
    fact_id: UUID
    title: str
    class_title: str
    day: date
    points: int
    is_reversal: bool


@dataclass(frozen=True, slots=True)
class GradeExplained:
    """How one line came about: its sum over its days, the steps, and every entry in it.

    ``others_points`` is what the other members of the household brought in, as one number.
    ``counted`` is the sum of ``entries`` as they stand now; it equals ``points`` less
    ``others_points`` unless something was reversed since.
    """

    line_id: UUID
    round_id: UUID
    scheme_title: str
    person_id: UUID
    per: GradePer
    title: str
    points: int
    others_points: int
    window_from: date | None
    as_of: date
    steps: tuple[tuple[str, int], ...]
    entries: tuple[CountedEntry, ...]
    state: GradeState


def scheme_at(village_id: UUID, code: str, on: date) -> tuple[UUID, str, LocalScheme]:
    """Return a local scheme in force at a village: its version, its currency, itself."""
    for playbook, spec in rules_at(village_id, on):
        scheme = spec.grades.local_scheme(code)
        if scheme is not None:
            return playbook.id, spec.currency.unit, scheme
    raise Refused(
        "no_scheme",
        Sentence("当地没有这项评级办法。", "No such grade scheme holds at this place."),
    )


def schemes_at(village_id: UUID, on: date) -> tuple[LocalScheme, ...]:
    """Return the local schemes in force at a village."""
    return tuple(each for _, spec in rules_at(village_id, on) for each in spec.grades.local)


def scheme_of(held: GradeRound) -> LocalScheme:
    """Return the scheme a round runs under, as it was written when the round was opened."""
    scheme = spec_as_applied(held.playbook_version).grades.local_scheme(held.scheme)
    if scheme is None:
        msg = f"the round {held.id} runs under a scheme its playbook does not have"
        raise ValueError(msg)
    return scheme


def sums(
    held: GradeRound,
    counted_to: datetime,
    people: Collection[UUID] | None = None,
    reversals_to: datetime | None = None,
) -> list[Sum]:
    """Return the sums of a round as the ledger stood at a moment; one statement.

    Everybody of the village who takes part and whose sum is above zero; ``people``: only
    these, whatever their sum. For this engine's actions.
    """
    scheme = scheme_of(held)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM points_earned(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                held.village_id,
                None if people is None else list(people),
                held.unit,
                held.window_from,
                held.as_of,
                counted_to,
                reversals_to or counted_to,
                list(scheme.classes),
                scheme.of is GradeSum.EARNED and not scheme.classes,
                held.as_of,
            ],
        )
        rows = [Sum(*row) for row in cursor.fetchall()]
    if held.per == GradePer.HOUSEHOLD:
        rows = _by_household(rows)
    return rows if people is not None else [row for row in rows if row.points > 0]


def changed_lines(held: GradeRound) -> list[tuple[Grade, int]]:
    """Return the issued lines whose points were partly reversed since, with the sum now."""
    now = clock.now() + MOMENT
    by_moment: dict[datetime, list[Grade]] = defaultdict(list)
    for line in Grade.objects.filter(round_id=held.id, state=GradeState.ISSUED):
        by_moment[line.counted_to].append(line)
    changed = []
    for counted_to, lines in by_moment.items():
        people = [line.person_id for line in lines]
        found = {each.person_id: each.points for each in sums(held, counted_to, people, now)}
        changed += [
            (line, found[line.person_id])
            for line in lines
            if found.get(line.person_id, line.points) < line.points
        ]
    return changed


def rounds(
    actor: Actor, *, after: str | UUID | None = None, limit: int = 50, running: bool = False
) -> Page[RoundRow]:
    """Return the rounds of the actor's area, the newest first."""
    actor.may(READ).or_refuse()
    require(actor)
    most, start = page_size(limit), uuid_cursor(after)
    found = GradeRound.objects.filter(
        scope_code__gte=actor.scope_low, scope_code__lt=actor.scope_high
    )
    if running:
        found = found.exclude(state__in=[RoundState.ISSUED, RoundState.CANCELLED])
    if start is not None:
        found = found.filter(id__lt=start)
    rows = list(found.order_by("-id")[: most + 1])
    next_after = str(rows[most - 1].id) if len(rows) > most else None
    return Page(_rows(rows[:most]), next_after)


def round_of(actor: Actor, round_id: UUID) -> RoundRow:
    """Return a round of the actor's area, or raise NotFound."""
    require(actor)
    return _rows([_held(actor, round_id)])[0]


def lines(
    actor: Actor, round_id: UUID, *, after: str | None = None, limit: int = 50
) -> Page[LineRow]:
    """Return the lines of a round that reached a grade, in the order of the public list."""
    actor.may(READ).or_refuse()
    require(actor)
    _held(actor, round_id)
    most = page_size(limit)
    found = Grade.objects.filter(round_id=round_id, place__isnull=False).exclude(
        state=GradeState.CORRECTED
    )
    if after is not None:
        found = found.filter(place__gt=int(after) if after.isdigit() else 0)
    rows = list(found.order_by("place")[: most + 1])
    next_after = str(rows[most - 1].place) if len(rows) > most else None
    people = directory.people_of(actor, (row.person_id for row in rows))
    return Page(tuple(_line(row, people.get(row.person_id)) for row in rows[:most]), next_after)


def grade_counts(round_id: UUID) -> tuple[GradeCount, ...]:
    """Return how many have each grade of a round, the highest first. Anybody may read it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM points_grade_counts(%s)", [round_id])
        return tuple(GradeCount(*row) for row in cursor.fetchall())


def corrections_due(actor: Actor, round_id: UUID) -> int:
    """Count the lines of an issued round whose points were reversed since."""
    require(actor)
    held = _held(actor, round_id)
    return len(changed_lines(held)) if held.state == RoundState.ISSUED else 0


def rounds_to_issue(actor: Actor) -> QuerySet[GradeRound]:
    """Return the rounds whose notice is over and which the actor may issue. For this engine."""
    if not actor.may("points.grade.issue").allowed:
        return GradeRound.objects.none()
    over = GradeRound.objects.filter(
        state=RoundState.ON_NOTICE,
        notice_ends_at__lte=clock.now(),
        scope_code__gte=actor.scope_low,
        scope_code__lt=actor.scope_high,
    )
    return over.exclude(computed_by_id=actor.id)


def explained(actor: Actor, line_id: UUID) -> GradeExplained:
    """Return how a line came about, to staff of the area or to the person it is about."""
    actor.may(READ).or_refuse()
    require(actor)
    line = Grade.objects.select_related("round").filter(pk=line_id).first()
    if line is None:
        raise NotFound("grade")
    held, scheme = line.round, scheme_of(line.round)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT transfer_id, fact_id, title, class, day, points, is_reversal "
            "FROM points_counted(%s, %s, %s, %s, %s, %s, %s, %s, %s) ORDER BY day, transfer_id",
            [
                held.village_id,
                [line.person_id],
                held.unit,
                held.window_from,
                held.as_of,
                line.counted_to,
                line.counted_to,
                list(scheme.classes),
                scheme.of is GradeSum.EARNED and not scheme.classes,
            ],
        )
        entries = tuple(CountedEntry(*row) for row in cursor.fetchall())
    own = sum(entry.points for entry in entries)
    return GradeExplained(
        line_id=line.id,
        round_id=held.id,
        scheme_title=held.scheme_title,
        person_id=line.person_id,
        per=GradePer(held.per),
        title=line.title,
        points=line.points,
        others_points=line.points - own if held.per == GradePer.HOUSEHOLD else 0,
        window_from=held.window_from,
        as_of=held.as_of,
        steps=tuple((step.named, step.at_least) for step in scheme.steps),
        entries=entries,
        state=GradeState(line.state),
    )


def _by_household(rows: Sequence[Sum]) -> list[Sum]:
    homes: dict[UUID, int] = defaultdict(int)
    for row in rows:
        homes[row.household_id or row.person_id] += row.points
    return [
        Sum(
            row.person_id,
            row.household_id,
            row.birth_year,
            homes[row.household_id or row.person_id],
        )
        for row in rows
    ]


def _held(actor: Actor, round_id: UUID) -> GradeRound:
    found = GradeRound.objects.filter(pk=round_id).first()
    if found is None or not actor.covers(found.scope_code):
        raise NotFound("round")
    return found


def _rows(found: Sequence[GradeRound]) -> tuple[RoundRow, ...]:
    if not found:
        return ()
    now = clock.now()
    places = directory.areas({row.village_id for row in found})
    names = accounts.names_of(
        who
        for row in found
        for who in (row.opened_by_id, row.computed_by_id, row.issued_by_id)
        if who
    )
    waiting = dict(
        GradeAppeal.objects.filter(round__in=found, state=AppealState.OPEN)
        .values_list("round_id")
        .annotate(n=Count("id", filter=Q(state=AppealState.OPEN)))
    )
    return tuple(
        RoundRow(
            id=row.id,
            scheme=row.scheme,
            scheme_title=row.scheme_title,
            village_id=row.village_id,
            village_name=places[row.village_id].name,
            village_code=places[row.village_id].code,
            per=GradePer(row.per),
            as_of=row.as_of,
            window_from=row.window_from,
            state=RoundState(row.state),
            version=row.version,
            people=row.people,
            graded=row.graded,
            opened_by_name=names.get(row.opened_by_id, ""),
            opened_at=row.opened_at,
            computed_by_id=row.computed_by_id,
            computed_by_name=names.get(row.computed_by_id, "") if row.computed_by_id else "",
            computed_at=row.computed_at,
            published_at=row.published_at,
            until=None if row.notice_ends_at is None else last_day(row.notice_ends_at),
            notice_over=row.notice_ends_at is not None and row.notice_ends_at <= now,
            issued_by_name=names.get(row.issued_by_id, "") if row.issued_by_id else "",
            issued_on=row.issued_on,
            valid_to=row.valid_to,
            appeals_open=waiting.get(row.id, 0),
        )
        for row in found
    )


def _line(row: Grade, person: directory.PersonRow | None) -> LineRow:
    return LineRow(
        id=row.id,
        place=row.place,
        person_id=row.person_id,
        person_name=person.name if person else row.masked_name,
        household_label=person.household_label if person else "",
        points=row.points,
        title=row.title,
        rank=row.rank,
        state=GradeState(row.state),
        since=row.since,
    )
