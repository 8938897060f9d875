"""Entering claims: one deed or a whole list, by the same rules and as many statements.

A single claim is a list of one. Of a list each line is decided by itself: one that is
refused keeps its sentence and the others go through.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Subject
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.engines.points import facts, queries, rules
from liuchi.engines.points.enums import Capacity, ClaimState, UpperReason
from liuchi.engines.points.models import Batch, Claim
from liuchi.engines.points.scope import calendar, sees_internal
from liuchi.engines.points.spec import PointsSpec, RuleSpec
from liuchi.engines.points.spec.currency import INTERNAL, READ_INTERNAL, code_of
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.decisions import Decision
from liuchi.kernel.durations import Duration
from liuchi.kernel.errors import Invalid, NotFound
from liuchi.kernel.sentences import Sentence

NOTE_CHARACTERS_MAX = 400
EVIDENCE_MAX = 9
_REVIEW = "points.claim.review"
_LOCKS_MAX = 300


@dataclass(frozen=True, slots=True)
class Line:
    """A deed of one person. ``evidence`` are documents stored before."""

    person_id: UUID
    rule_code: str
    happened_on: date
    quantity: int = 1
    note: str = ""
    evidence: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Cause:
    """The fact a claim follows from, and whose act it was: they count as who entered it."""

    fact_id: UUID
    user_id: UUID
    capacity: Capacity


@dataclass(frozen=True, slots=True)
class Place:
    """The rule that holds for a deed, and the playbook it stands in."""

    applied: AppliedPlaybook
    spec: PointsSpec
    rule: RuleSpec

    @property
    def unit(self) -> str:
        """The ledger's name of the points."""
        return self.spec.currency.unit


@dataclass(slots=True)
class _Known:
    """What has to be known of all lines together before any is decided."""

    actor: Actor
    people: Mapping[UUID, Subject]
    places: Mapping[int, Place | None]
    used: dict[tuple[UUID, str, str, date], int] = field(default_factory=dict)
    earliest: dict[Duration, date] = field(default_factory=dict)

    def entered_from(self, within: Duration | None, today: date) -> date | None:
        """Return the first day that may still be entered from paper; counted out once."""
        if within is not None and within not in self.earliest:
            self.earliest[within] = rules.earliest_entry(today, within, calendar())
        return None if within is None else self.earliest[within]


def enter(
    actor: Actor,
    lines: Sequence[tuple[UUID, Line]],
    *,
    batch: Batch | None = None,
    asked_by_id: UUID | None = None,
    corrects_id: UUID | None = None,
    cause: Cause | None = None,
    only_look: bool = False,
) -> dict[int, Decision]:
    """Write the claims of the lines that the rules allow; return the refusals by place.

    ``lines`` name the id of each claim, ``asked_by_id`` the person who asked for it, if
    anybody did, ``cause`` the fact they follow from. ``only_look``: decide, write nothing.
    Inside ``acting_as(actor)``. About ten statements, however many lines of one day in one
    village. NotFound for somebody out of scope.
    """
    wanted = {line.person_id for _, line in lines}
    if asked_by_id is not None:
        wanted.add(asked_by_id)
    people = directory.subjects(actor, wanted)
    if wanted - people.keys():
        raise NotFound("person")
    known = _Known(actor, people, _places(people, [line for _, line in lines]))
    _read_caps(known, [line for _, line in lines])
    refused, allowed = {}, []
    for number, (claim_id, line) in enumerate(lines):
        decision = _decide(known, number, line, batch)
        place = known.places[number]
        if not decision.allowed:
            refused[number] = decision
        elif place is not None:
            claim = _claim(actor, line, place, people, asked_by_id)
            claim.id = claim_id
            claim.corrects_id = corrects_id
            if cause is not None:
                claim.proposed_by_id, claim.capacity = cause.user_id, cause.capacity
            _join(claim, batch)
            allowed.append(claim)
    if not only_look:
        _write(actor, allowed, batch, None if cause is None else cause.fact_id)
    return refused


def check_words(note: str, evidence: Sequence[UUID]) -> None:
    """Raise Invalid where a note or the number of documents is past what a claim holds."""
    if len(note) > NOTE_CHARACTERS_MAX or len(evidence) > EVIDENCE_MAX:
        raise Invalid(
            "too_much",
            Sentence(
                "说明最多{note}字，材料最多{files}份。",
                "The note has at most {note} characters, the evidence {files} files.",
                {"note": NOTE_CHARACTERS_MAX, "files": EVIDENCE_MAX},
            ),
        )


def _places(people: Mapping[UUID, Subject], lines: Sequence[Line]) -> dict[int, Place | None]:
    """Return the rule in force for each line where its person lives, by the line's place."""
    in_force: dict[tuple[UUID, date], tuple[tuple[AppliedPlaybook, PointsSpec], ...]] = {}
    found: dict[int, Place | None] = {}
    for number, line in enumerate(lines):
        where = (people[line.person_id].village_id, line.happened_on)
        if where not in in_force:
            in_force[where] = queries.rules_at(*where)
        found[number] = next(
            (
                Place(applied, spec, rule)
                for applied, spec in in_force[where]
                if (rule := spec.rule(line.rule_code)) is not None
            ),
            None,
        )
    return found


def _cap_of(line: Line, place: Place) -> tuple[UUID, str, str, date] | None:
    if place.rule.cap is None:
        return None
    first, _ = rules.cap_period(place.rule.cap.per, line.happened_on)
    return line.person_id, place.unit, place.rule.code, first


def _read_caps(known: _Known, lines: Sequence[Line]) -> None:
    """Lock and read what caps have left; from here to commit nobody else uses their room.

    The locks are taken in order of their words, so that two lists wait and don't deadlock.
    """
    asked: dict[tuple[UUID, str, str, date], dict[str, Any]] = {}
    for number, line in enumerate(lines):
        place = known.places[number]
        name = None if place is None else _cap_of(line, place)
        if place is None or name is None or place.rule.cap is None:
            continue
        _, end = rules.cap_period(place.rule.cap.per, line.happened_on)
        asked[name] = _wanted(*name, end)
    if not asked:
        return
    _lock_words(list(asked), [known.people[row[0]].village_id for row in asked])
    known.used = dict(zip(asked, _used([*asked.values()]), strict=True))


def _wanted(person_id: UUID, unit: str, rule_code: str, first: date, end: date) -> dict[str, Any]:
    return {
        "person_id": str(person_id),
        "unit": unit,
        "rule_code": rule_code,
        "first": None if first == date.min else str(first),
        "end": None if end == date.max else str(end),
    }


def points_used(place: Place, day: date, people: Iterable[Subject]) -> dict[UUID, int]:
    """Return what each has under a rule's cap already, locked until commit; empty without a cap."""
    if place.rule.cap is None:
        return {}
    first, end = rules.cap_period(place.rule.cap.per, day)
    named = [((each.id, place.unit, place.rule.code, first), each.village_id) for each in people]
    _lock_words([name for name, _ in named], {village_id for _, village_id in named})
    used = _used([_wanted(*name, end) for name, _ in named])
    return {name[0]: points for (name, _), points in zip(named, used, strict=True)}


def _used(wanted: Sequence[Mapping[str, Any]]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT used FROM points_used(%s) ORDER BY place", [json.dumps(wanted)])
        return [int(row[0]) for row in cursor.fetchall()]


_LOCK = (
    "SELECT {}(hashtextextended(word, 0)) IS NULL FROM ("
    'SELECT word FROM unnest(%s::text[]) AS word ORDER BY word COLLATE "C") AS words'
)
_WHOLE, _SHARED = "pg_advisory_xact_lock", "pg_advisory_xact_lock_shared"


def room_of(claim: Claim) -> int | None:
    """Return the points left under a claim's cap, locked until commit; None without a cap."""
    rule = queries.spec_as_applied(claim.playbook_version).rule(claim.rule_code)
    if rule is None or rule.cap is None:
        return None
    first, end = rules.cap_period(rule.cap.per, claim.happened_on)
    name = (claim.person_id, claim.unit, claim.rule_code, first)
    _lock_words([name], [claim.village_id])
    return rules.room_under_cap(rule, _used([_wanted(*name, end)])[0])


def _lock_words(held: Sequence[tuple[UUID, str, str, date]], village_ids: Iterable[UUID]) -> None:
    """Wait for whoever counts the same room under a cap; gone with the transaction.

    On words, as there may be no row yet: two claims of one person by one rule, whatever
    their day, wait for each other. The server has room for some thousand locks in all, so a
    long list takes its villages whole; everybody else shares them.
    """
    words = sorted({f"liuchi.points.cap:{person}:{unit}:{rule}" for person, unit, rule, _ in held})
    villages = sorted({f"liuchi.points.caps:{village_id}" for village_id in village_ids})
    with connection.cursor() as cursor:
        if len(words) > _LOCKS_MAX:
            cursor.execute(_LOCK.format(_WHOLE), [villages])
        else:
            both = f"{_LOCK.format(_SHARED)} UNION ALL {_LOCK.format(_WHOLE)}"
            cursor.execute(both, [villages, words])


def _decide(known: _Known, number: int, line: Line, batch: Batch | None) -> Decision:
    place, today = known.places[number], clock.today()
    cap = None if place is None else _cap_of(line, place)
    within = None if batch is None or place is None else place.spec.enter_within
    decision = rules.may_propose(
        rules.Deed(
            rule=None if place is None else place.rule,
            quantity=line.quantity,
            happened_on=line.happened_on,
            today=today,
            claim_within_days=1 if place is None else place.spec.claim_within_days,
            consented=known.people[line.person_id].consented,
            present=known.people[line.person_id].present,
            files=len(line.evidence) + (len(batch.evidence) if batch else 0),
            used_points=known.used.get(cap, 0) if cap else 0,
            enter_within=within,
            entered_from=known.entered_from(within, today),
            awaits_vote=place is None
            and queries.awaits_vote(known.people[line.person_id].village_id, line.rule_code),
        )
    )
    if decision.allowed and place is not None and place.spec.currency.internal:
        decision = rules.may_enter_internal(
            works_with_it=sees_internal(known.actor, line.person_id)
        )
    if decision.allowed and cap is not None and place is not None:
        # The next line of the same person finds the room this one has taken.
        known.used[cap] += rules.award_points(place.rule, line.quantity)
    return decision


def capacity_of(actor: Actor, subject: Subject, asker: Subject | None) -> Capacity:
    """Say in which capacity a claim is made: the household is looked up, nobody is asked."""
    if asker is None:
        return Capacity.OWN if actor.person_id == subject.id else Capacity.RECORDER
    if asker.id == subject.id:
        return Capacity.OWN
    together = subject.household_id is not None and subject.household_id == asker.household_id
    return Capacity.FAMILY if together else Capacity.NEIGHBOUR


def _claim(
    actor: Actor,
    line: Line,
    place: Place,
    people: Mapping[UUID, Subject],
    asker: UUID | None,
) -> Claim:
    person, rule, now = people[line.person_id], place.rule, clock.now()
    capacity = capacity_of(actor, person, people[asker] if asker else None)
    by_another = capacity in (Capacity.FAMILY, Capacity.NEIGHBOUR)
    return Claim(
        person_id=person.id,
        masked_name=person.masked_name,
        household_id=person.household_id,
        village_id=person.village_id,
        scope_code=person.scope_code,
        playbook_version=place.applied.id,
        unit=place.unit,
        rule_code=rule.code,
        rule_title=rule.title,
        rule_class=rule.class_,
        award=rule.award,
        per=rule.per.value,
        quantity=line.quantity,
        points=rules.award_points(rule, line.quantity),
        publicity_work_days=rule.publicity_work_days,
        happened_on=line.happened_on,
        note=line.note,
        evidence=list(line.evidence),
        proposed_by_id=actor.id,
        proposed_at=now,
        waiting_since=now,
        state=ClaimState.PROPOSED,
        version=1,
        review_reason="",
        capacity=capacity,
        asked_by_id=asker if by_another else None,
        upper_since=None,
        upper_reason="",
    )


def _join(claim: Claim, batch: Batch | None) -> None:
    """Let a claim of a book or a list share what shows its deeds were done."""
    if batch is not None:
        claim.batch_id = batch.id
        claim.evidence = [*claim.evidence, *batch.evidence]


def _write(
    actor: Actor, claims: Sequence[Claim], batch: Batch | None, cause_id: UUID | None
) -> None:
    if not claims:
        return
    seconds = directory.second_people(actor, {claim.village_id for claim in claims}, _REVIEW)
    inner = _who_sees_internal(actor, claims)
    now = clock.now()
    for claim in claims:
        found = (
            rules.Second(each.user_id, each.person_id, each.household_id)
            for each in seconds.get(claim.village_id, ())
            if not claim.unit.startswith(INTERNAL) or each.user_id in inner
        )
        if not rules.has_second_person(
            found,
            proposer_id=claim.proposed_by_id,
            claimant_id=claim.person_id,
            household_id=claim.household_id,
            asked_by_id=claim.asked_by_id,
        ):
            claim.upper_since, claim.upper_reason = now, UpperReason.NO_SECOND_PERSON
    proposed = journal.record_all(
        [_proposed(claim, batch, cause_id) for claim in claims], actor=actor
    )
    for claim, fact_id in zip(claims, proposed, strict=True):
        claim.proposed_fact_id = fact_id
    record_raised(actor, [claim for claim in claims if claim.upper_since is not None])
    insert_granted(claims)


def _who_sees_internal(actor: Actor, claims: Sequence[Claim]) -> set[UUID]:
    villages = {claim.village_id for claim in claims if claim.unit.startswith(INTERNAL)}
    if not villages:
        return set()
    held = directory.second_people(actor, villages, READ_INTERNAL)
    return {each.user_id for people in held.values() for each in people}


def _proposed(claim: Claim, batch: Batch | None, cause_id: UUID | None) -> journal.Entry:
    """The fact of a claim. What a book or a list holds was said on the day itself."""
    at: datetime | None = None if batch is None else clock.start_of_day(claim.happened_on)
    return entry_of(facts.CLAIM_PROPOSED, claim, proposed_facts(claim), at=at, cause_id=cause_id)


def record_raised(actor: Actor, claims: Sequence[Claim]) -> None:
    """Journal that claims have gone to the town office, each with its reason."""
    journal.record_all(
        [
            entry_of(
                facts.CLAIM_RAISED,
                claim,
                facts.RaisedData(**dict(claim_facts(claim)), reason=claim.upper_reason),
                cause_id=claim.proposed_fact_id,
            )
            for claim in claims
        ],
        actor=actor,
    )


def claim_facts(claim: Claim) -> facts.ClaimData:
    """Return what every fact about a claim says."""
    return facts.ClaimData(
        person=claim.person_id,
        household=claim.household_id,
        home_area=claim.village_id,
        rule=claim.rule_code,
        rule_class=claim.rule_class,
        happened_on=claim.happened_on,
        quantity=claim.quantity,
        currency=code_of(claim.unit),
    )


def proposed_facts(claim: Claim) -> facts.ProposedData:
    """Return what the fact of proposing says besides."""
    return facts.ProposedData(
        **dict(claim_facts(claim)),
        capacity=claim.capacity,
        asked_by=claim.asked_by_id,
        batch=claim.batch_id,
    )


def open_batch_of(batch_id: UUID) -> Batch:
    """Return a page or list in scope, or raise NotFound."""
    found = Batch.objects.filter(pk=batch_id).first()
    if found is None:
        raise NotFound("batch")
    return found


def entry_of(
    kind: str,
    claim: Claim,
    data: facts.ClaimData,
    *,
    at: datetime | None = None,
    cause_id: UUID | None = None,
) -> journal.Entry:
    """Return a fact about a claim, to be recorded with others."""
    return journal.Entry(
        kind=kind,
        subject_kind="points.claim",
        subject_id=claim.id,
        area_id=claim.village_id,
        data=data,
        at=at,
        amount=claim.points,
        cause_id=cause_id,
        playbook_version=claim.playbook_version,
    )


_GRANTED = (
    "id", "person_id", "masked_name", "household_id", "village_id", "scope_code",
    "playbook_version", "unit", "rule_code", "rule_title", "rule_class", "award", "per",
    "quantity", "points", "publicity_work_days", "happened_on", "note", "evidence",
    "proposed_by_id", "proposed_at", "proposed_fact_id", "state", "version", "review_reason",
    "capacity", "asked_by_id", "batch_id", "waiting_since", "upper_since", "upper_reason",
    "corrects_id",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO points_claim ({', '.join(_GRANTED)}) SELECT {', '.join(_GRANTED)} "  # noqa: S608  the names above
    "FROM jsonb_populate_recordset(NULL::points_claim, %s)"
)


def insert_granted(claims: Iterable[Claim]) -> None:
    """Insert naming only what the application may write; Django would name every column.

    One document for all rows: of five thousand, writing out each value took longer than
    the server needs for the rows.
    """
    rows = [{name: getattr(claim, name) for name in _GRANTED} for claim in claims]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [json.dumps(rows, default=str)])
