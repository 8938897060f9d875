"""Rounds of local grades: opened, counted, put on notice, issued by another person, corrected.

A round counts a village in a constant number of statements. Its lines are replaced by every
count until it is issued; from then on a line only changes by a correction that is a fact.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts
from liuchi.engines.points.enums import AppealState, GradeState, RoundState, RoundVerb
from liuchi.engines.points.models import Grade, GradeAppeal, GradeRound
from liuchi.engines.points.queries.grade_rounds import (
    MOMENT,
    RoundRow,
    Sum,
    changed_lines,
    round_of,
    scheme_at,
    scheme_of,
    sums,
)
from liuchi.engines.points.rules import grades as rules
from liuchi.engines.points.scope import calendar
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.durations import Duration, TimeUnit
from liuchi.kernel.errors import NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

_ONE_DAY = timedelta(days=1)
_ADULT_AFTER_YEARS = 18
_BATCH = 1000
_WRITE = "points.grade.write"
_ISSUE = "points.grade.issue"
_RUNNING = (RoundState.OPENED, RoundState.COMPUTED, RoundState.ON_NOTICE)
NO_GRADE = "none"


def open_round(
    *, actor: Actor, key: str, village_id: UUID, scheme: str, as_of: date | None = None
) -> RoundRow:
    """Open a round of a scheme in force at a village; ``as_of`` left out is yesterday."""
    actor.may(_WRITE).or_refuse()
    today, round_id = clock.today(), new_id()
    day = as_of or today - _ONE_DAY
    body = {"village_id": village_id, "scheme": scheme, "as_of": day}
    with acting_as(actor):
        earlier = journal.once(f"points.open_round:{actor.id}", key, body, round_id)
        if earlier is not None:
            return round_of(actor, earlier)
        village = directory.area(village_id)
        if not actor.covers(village.scope_code):
            raise NotFound("village")
        version, unit, local = scheme_at(village_id, scheme, today)
        running = GradeRound.objects.filter(
            village_id=village_id, scheme=scheme, state__in=_RUNNING
        ).exists()
        rules.may_open_round(as_of=day, today=today, running=running).or_refuse()
        made = GradeRound(
            id=round_id,
            scheme=scheme,
            scheme_title=local.title,
            playbook_version=version,
            unit=unit,
            per=local.per,
            names=local.names_on_notice,
            village_id=village_id,
            scope_code=village.scope_code,
            as_of=day,
            window_from=None if local.within is None else local.within.before(day) + _ONE_DAY,
            state=RoundState.OPENED,
            version=1,
            opened_by_id=actor.id,
            opened_at=clock.now(),
            work_days=local.publicity.amount,
        )
        made.fact_id = _record(actor, facts.ROUND_OPENED, made)
        made.save(force_insert=True)
        return round_of(actor, round_id)


def compute_round(*, actor: Actor, key: str, round_id: UUID) -> RoundRow:
    """Count a round from the ledger as it stood at the end of its day; again where asked."""
    actor.may(_WRITE).or_refuse()
    with acting_as(actor):
        if journal.once(f"points.compute_round:{actor.id}", key, {"round": round_id}, round_id):
            return round_of(actor, round_id)
        held = _locked(round_id)
        state = rules.moved_round(RoundState(held.state), RoundVerb.COMPUTE)
        Grade.objects.filter(round_id=round_id).delete()
        counted_to = clock.start_of_day(held.as_of + _ONE_DAY)
        lines = _lines(actor, held, sums(held, counted_to), counted_to)
        graded = sum(line.rank > 0 for line in lines)
        Grade.objects.bulk_create(lines, batch_size=_BATCH)
        held.people, held.graded = len(lines), graded
        GradeRound.objects.filter(pk=round_id).update(
            state=state,
            version=held.version + 1,
            people=len(lines),
            graded=graded,
            computed_by_id=actor.id,
            computed_at=clock.now(),
        )
        _record(actor, facts.ROUND_COUNTED, held)
        return round_of(actor, round_id)


def publish_round(*, actor: Actor, key: str, round_id: UUID) -> RoundRow:
    """Put a counted round on public notice for the work days its scheme gives."""
    actor.may(_WRITE).or_refuse()
    with acting_as(actor):
        if journal.once(f"points.publish_round:{actor.id}", key, {"round": round_id}, round_id):
            return round_of(actor, round_id)
        held = _locked(round_id)
        state = rules.moved_round(RoundState(held.state), RoundVerb.PUBLISH)
        if not held.graded:
            raise Refused(
                "nobody_graded",
                Sentence("没有人达到等级，不用公示。", "Nobody reached a grade."),
            )
        now = clock.now()
        GradeRound.objects.filter(pk=round_id).update(
            state=state, version=held.version + 1, published_at=now, notice_ends_at=_end(held, now)
        )
        _record(actor, facts.ROUND_PUBLISHED, held)
        return round_of(actor, round_id)


def issue_round(*, actor: Actor, key: str, round_id: UUID) -> RoundRow:
    """Issue a round whose notice is over: by another person than who counted it.

    A day off that was entered meanwhile makes the notice longer, as it does for claims.
    """
    actor.may(_ISSUE).or_refuse()
    with acting_as(actor):
        if journal.once(f"points.issue_round:{actor.id}", key, {"round": round_id}, round_id):
            return round_of(actor, round_id)
        held, now = _locked(round_id), clock.now()
        ends = held.notice_ends_at
        if held.published_at is not None and ends is not None:
            ends = max(ends, _end(held, held.published_at))
        rules.may_issue(
            rules.Issuing(
                RoundState(held.state),
                held.computed_by_id,
                actor.id,
                ends,
                GradeAppeal.objects.filter(round_id=round_id, state=AppealState.OPEN).count(),
                now,
            )
        ).or_refuse()
        today = clock.local_day(now)
        valid_to = scheme_of(held).valid_for.after(today) - _ONE_DAY
        GradeRound.objects.filter(pk=round_id).update(
            state=RoundState.ISSUED,
            version=held.version + 1,
            notice_ends_at=ends,
            issued_by_id=actor.id,
            issued_at=now,
            issued_on=today,
            valid_to=valid_to,
        )
        cause = _record(actor, facts.ROUND_ISSUED, held)
        Grade.objects.filter(round_id=round_id, state=GradeState.PROPOSED).update(
            state=GradeState.ISSUED, since=today
        )
        issued = Grade.objects.filter(round_id=round_id, state=GradeState.ISSUED, rank__gt=0)
        _journal(actor, held, list(issued.order_by("id")), facts.GRADE_ISSUED, cause=cause)
        return round_of(actor, round_id)


def cancel_round(*, actor: Actor, key: str, round_id: UUID) -> RoundRow:
    """Cancel a round before it is issued; a new one may be opened then."""
    actor.may(_WRITE).or_refuse()
    with acting_as(actor):
        if journal.once(f"points.cancel_round:{actor.id}", key, {"round": round_id}, round_id):
            return round_of(actor, round_id)
        held = _locked(round_id)
        state = rules.moved_round(RoundState(held.state), RoundVerb.CANCEL)
        GradeRound.objects.filter(pk=round_id).update(state=state, version=held.version + 1)
        Grade.objects.filter(round_id=round_id).update(state=GradeState.CANCELLED)
        _record(actor, facts.ROUND_CANCELLED, held)
        return round_of(actor, round_id)


def correct_round(*, actor: Actor, key: str, round_id: UUID) -> RoundRow:
    """Correct the lines of an issued round whose points were reversed since.

    Each gives a fact that names the grade it corrects; what was spent plays no part, and
    deeds entered later count in the next round.
    """
    actor.may(_ISSUE).or_refuse()
    with acting_as(actor):
        if journal.once(f"points.correct_round:{actor.id}", key, {"round": round_id}, round_id):
            return round_of(actor, round_id)
        held = _locked(round_id)
        rules.moved_round(RoundState(held.state), RoundVerb.CORRECT)
        changed = changed_lines(held)
        if not changed:
            raise Refused(
                "nothing_changed",
                Sentence("账目没有变化，不用更正。", "Nothing was reversed since."),
            )
        scheme, today = scheme_of(held), clock.today()
        Grade.objects.filter(pk__in=[line.id for line, _ in changed]).update(
            state=GradeState.CORRECTED
        )
        made = []
        for line, points in changed:
            rank, code, title = _step(scheme.step_for(points))
            made.append(
                Grade(
                    id=new_id(),
                    round_id=round_id,
                    person_id=line.person_id,
                    household_id=line.household_id,
                    scope_code=line.scope_code,
                    masked_name=line.masked_name,
                    name_hidden=line.name_hidden,
                    points=points,
                    counted_to=line.counted_to,
                    grade=code,
                    title=title,
                    rank=rank,
                    place=line.place,
                    state=GradeState.ISSUED,
                    since=today,
                    corrects_id=line.id,
                )
            )
        Grade.objects.bulk_create(made, batch_size=_BATCH)
        GradeRound.objects.filter(pk=round_id).update(
            version=held.version + 1,
            graded=Grade.objects.filter(
                round_id=round_id, state=GradeState.ISSUED, rank__gt=0
            ).count(),
        )
        _journal(
            actor,
            held,
            made,
            facts.GRADE_CORRECTED,
            corrects={line.person_id: line.fact_id for line, _ in changed},
        )
        return round_of(actor, round_id)


def recount(held: GradeRound, line: Grade) -> None:
    """Count one line of a running round again, as the ledger stands now: after an objection.

    For this engine's actions, inside their transaction. A household's lines move together.
    """
    now = clock.now() + MOMENT
    people = [line.person_id]
    if held.per == "household" and line.household_id is not None:
        of_home = Grade.objects.filter(round_id=held.id, household_id=line.household_id)
        people = list(of_home.values_list("person_id", flat=True))
    scheme = scheme_of(held)
    for found in sums(held, now, people):
        rank, code, title = _step(scheme.step_for(found.points))
        Grade.objects.filter(round_id=held.id, person_id=found.person_id).update(
            points=found.points, counted_to=now, grade=code, title=title, rank=rank
        )
    _number(held.id)
    GradeRound.objects.filter(pk=held.id).update(
        graded=Grade.objects.filter(round_id=held.id, rank__gt=0).count()
    )


def _locked(round_id: UUID) -> GradeRound:
    held = GradeRound.objects.select_for_update().filter(pk=round_id).first()
    if held is None:
        raise NotFound("round")
    return held


def _lines(
    actor: Actor, held: GradeRound, found: Sequence[Sum], counted_to: datetime
) -> list[Grade]:
    scheme, today = scheme_of(held), clock.today()
    names = _names(actor, [each.person_id for each in found])
    lines = []
    for each in found:
        rank, code, title = _step(scheme.step_for(each.points))
        minor = each.birth_year is not None and today.year - each.birth_year <= _ADULT_AFTER_YEARS
        lines.append(
            Grade(
                id=new_id(),
                round_id=held.id,
                person_id=each.person_id,
                household_id=each.household_id,
                scope_code=held.scope_code,
                masked_name=names.get(each.person_id, ""),
                name_hidden=minor,
                points=each.points,
                counted_to=counted_to,
                grade=code,
                title=title,
                rank=rank,
                state=GradeState.PROPOSED,
            )
        )
    # By name, never by points: a list on which one finds oneself, not an order of merit.
    listed = sorted((line for line in lines if line.rank), key=lambda line: line.masked_name)
    for place, line in enumerate(listed, 1):
        line.place = place
    return lines


def _number(round_id: UUID) -> None:
    """Give a place at the end of the list to who has reached a grade since."""
    last = Grade.objects.filter(round_id=round_id).order_by("-place")
    top = last.exclude(place=None).values_list("place", flat=True).first() or 0
    for line in Grade.objects.filter(round_id=round_id, rank__gt=0, place=None).order_by("id"):
        top += 1
        Grade.objects.filter(pk=line.id).update(place=top)


def _names(actor: Actor, people: Sequence[UUID]) -> dict[UUID, str]:
    return {
        person_id: subject.masked_name
        for part in _parts(people)
        for person_id, subject in directory.subjects(actor, part).items()
    }


def _parts(of: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    return (of[start : start + _BATCH] for start in range(0, len(of), _BATCH))


def _step(reached: tuple[int, object] | None) -> tuple[int, str, str]:
    if reached is None:
        return 0, "", ""
    rank, step = reached
    return rank, str(getattr(step, "code", "")), str(getattr(step, "named", ""))


def _end(held: GradeRound, published_at: datetime) -> datetime:
    return calendar().end_of_notice(published_at, Duration(held.work_days, TimeUnit.WORK_DAYS))


def _record(actor: Actor, kind: str, held: GradeRound) -> UUID:
    return journal.record(
        kind,
        actor=actor,
        subject_kind="points.grade_round",
        subject_id=held.id,
        area_id=held.village_id,
        data=facts.RoundData(
            home_area=held.village_id,
            scheme=held.scheme,
            as_of=held.as_of,
            people=held.people,
            graded=held.graded,
        ),
        playbook_version=held.playbook_version,
    )


def _journal(
    actor: Actor,
    held: GradeRound,
    lines: Collection[Grade],
    kind: str,
    *,
    cause: UUID | None = None,
    corrects: dict[UUID, UUID | None] | None = None,
) -> None:
    """Record a fact per line and keep its id on the line, a thousand at a time."""
    rows = list(lines)
    for start in range(0, len(rows), _BATCH):
        part = rows[start : start + _BATCH]
        ids = journal.record_all(
            [
                journal.Entry(
                    kind,
                    "points.grade",
                    line.id,
                    held.village_id,
                    facts.GradeData(
                        person=line.person_id,
                        household=line.household_id,
                        home_area=held.village_id,
                        scheme=held.scheme,
                        grade=line.grade or NO_GRADE,
                    ),
                    amount=line.points,
                    cause_id=cause,
                    corrects_id=(corrects or {}).get(line.person_id),
                    playbook_version=held.playbook_version,
                )
                for line in part
            ],
            actor=actor,
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE points_grade AS line SET fact_id = given.fact_id "
                "FROM unnest(%s::uuid[], %s::uuid[]) AS given (id, fact_id) "
                "WHERE line.id = given.id",
                [[line.id for line in part], list(ids)],
            )
