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
from liuchi.engines.points.actions.claim_writing import (
    NewClaim,
    entry_of,
    insert_granted,
    proposed_facts,
    record_raised,
)
from liuchi.engines.points.enums import Capacity, UpperReason
from liuchi.engines.points.models import Batch, Claim
from liuchi.engines.points.scope import calendar, sees_internal
from liuchi.engines.points.spec import PointsSpec, RuleSpec
from liuchi.engines.points.spec.currency import INTERNAL, READ_INTERNAL
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


_CapName = tuple[UUID, str, str, date]  # person, unit, rule, first day of the period


@dataclass(slots=True)
class Known:
    """What has to be known before lines are decided; it grows from list to list.

    Decisions are kept, too: a book of a hundred thousand deeds says few things anew. ``writes``
    is False where nothing will be written, so nobody is kept waiting for it.
    """

    actor: Actor
    writes: bool = True
    today: date = field(default_factory=clock.today)
    people: dict[UUID, Subject] = field(default_factory=dict)
    used: dict[_CapName, int] = field(default_factory=dict)
    _places: dict[tuple[UUID, date, str], Place | None] = field(default_factory=dict)
    _decided: dict[tuple[object, ...], Decision] = field(default_factory=dict)
    _earliest: dict[Duration, date] = field(default_factory=dict)

    def meet(self, person_ids: Iterable[UUID]) -> None:
        """Look people up who are not known yet, one statement; NotFound out of scope."""
        strangers = set(person_ids) - self.people.keys()
        if strangers:
            self.people |= directory.subjects(self.actor, strangers)
        if strangers - self.people.keys():
            raise NotFound("person")

    def place(self, line: Line) -> Place | None:
        """Return the rule in force for a deed where its person lives."""
        where = (self.people[line.person_id].village_id, line.happened_on, line.rule_code)
        if where not in self._places:
            self._places[where] = _place(*where)
        return self._places[where]

    def decide(self, line: Line, place: Place | None, files: int, *, from_book: bool) -> Decision:
        """Decide by the rules of claiming, with what the cap has left now."""
        person, today = self.people[line.person_id], self.today
        cap = None if place is None else _cap_of(line, place)
        used = self.used.get(cap, 0) if cap else 0
        asked = (
            person.village_id, line.rule_code, line.happened_on, line.quantity, files, from_book,
            person.consented, person.present, used,
        )  # fmt: skip
        decision = self._decided.get(asked)
        if decision is None:
            within = place.spec.enter_within if from_book and place is not None else None
            decision = self._decided[asked] = rules.may_propose(
                rules.Deed(
                    rule=None if place is None else place.rule,
                    quantity=line.quantity,
                    happened_on=line.happened_on,
                    today=today,
                    claim_within_days=1 if place is None else place.spec.claim_within_days,
                    consented=person.consented,
                    present=person.present,
                    files=files,
                    used_points=used,
                    enter_within=within,
                    entered_from=self._entered_from(within),
                    awaits_vote=place is None
                    and queries.awaits_vote(person.village_id, line.rule_code),
                )
            )
        if decision.allowed and place is not None and place.spec.currency.internal:
            decision = rules.may_enter_internal(
                works_with_it=sees_internal(self.actor, line.person_id)
            )
        if decision.allowed and cap is not None and place is not None:
            # The next line of the same person finds the room this one has taken.
            self.used[cap] += rules.award_points(place.rule, line.quantity)
        return decision

    def _entered_from(self, within: Duration | None) -> date | None:
        """Return the first day that may still be entered from paper; counted out once."""
        if within is not None and within not in self._earliest:
            self._earliest[within] = rules.earliest_entry(self.today, within, calendar())
        return None if within is None else self._earliest[within]


def enter(
    actor: Actor,
    lines: Sequence[tuple[UUID, Line]],
    *,
    batch: Batch | None = None,
    asked_by_id: UUID | None = None,
    cause: Cause | None = None,
    known: Known | None = None,
) -> dict[int, Decision]:
    """Write the claims of the lines that the rules allow; return the refusals by place.

    ``lines`` name the id of each claim, ``asked_by_id`` the person who asked for it, if
    anybody did, ``cause`` the fact they follow from. ``known``: what the lists before this one
    have left, of one book. Inside ``acting_as(actor)``. About ten statements, however many
    lines. NotFound for somebody out of scope.
    """
    known = known or Known(actor)
    wanted = {line.person_id for _, line in lines}
    known.meet(wanted if asked_by_id is None else wanted | {asked_by_id})
    places = [known.place(line) for _, line in lines]
    _read_caps(known, lines, places)
    shown, files = ([], 0) if batch is None else (batch.evidence, len(batch.evidence))
    refused, allowed = {}, []
    for number, ((claim_id, line), place) in enumerate(zip(lines, places, strict=True)):
        decision = known.decide(
            line, place, len(line.evidence) + files, from_book=batch is not None
        )
        if not decision.allowed:
            refused[number] = decision
        elif place is not None and known.writes:
            claim = _claim(known, claim_id, line, place, asked_by_id)
            if cause is not None:
                claim.proposed_by_id, claim.capacity = cause.user_id, cause.capacity
            if batch is not None:
                # What comes from one page or list shares what shows that it was done.
                claim.batch_id, claim.evidence = batch.id, [*line.evidence, *shown]
            allowed.append(claim)
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


def _place(village_id: UUID, on: date, rule_code: str) -> Place | None:
    for applied, spec in queries.rules_at(village_id, on):
        rule = spec.rule(rule_code)
        if rule is not None:
            return Place(applied, spec, rule)
    return None


def _cap_of(line: Line, place: Place) -> _CapName | None:
    if place.rule.cap is None:
        return None
    first, _ = rules.cap_period(place.rule.cap.per, line.happened_on)
    return line.person_id, place.unit, place.rule.code, first


def _read_caps(
    known: Known, lines: Sequence[tuple[UUID, Line]], places: Sequence[Place | None]
) -> None:
    """Lock and read what caps have left; from here to commit nobody else uses their room.

    The locks are taken in order of their words, so that two lists wait and don't deadlock.
    """
    asked: dict[_CapName, dict[str, Any]] = {}
    for (_, line), place in zip(lines, places, strict=True):
        name = None if place is None else _cap_of(line, place)
        if place is None or name is None or place.rule.cap is None or name in known.used:
            continue
        _, end = rules.cap_period(place.rule.cap.per, line.happened_on)
        asked[name] = _wanted(*name, end)
    if not asked:
        return
    if known.writes:
        _lock_words(list(asked), [known.people[row[0]].village_id for row in asked])
    known.used |= zip(asked, _used([*asked.values()]), strict=True)


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


def capacity_of(actor: Actor, subject: Subject, asker: Subject | None) -> Capacity:
    """Say in which capacity a claim is made: the household is looked up, nobody is asked."""
    if asker is None:
        return Capacity.OWN if actor.person_id == subject.id else Capacity.RECORDER
    if asker.id == subject.id:
        return Capacity.OWN
    together = subject.household_id is not None and subject.household_id == asker.household_id
    return Capacity.FAMILY if together else Capacity.NEIGHBOUR


def _claim(
    known: Known, claim_id: UUID, line: Line, place: Place, asked_by_id: UUID | None
) -> NewClaim:
    person, rule, now = known.people[line.person_id], place.rule, clock.now()
    asker = None if asked_by_id is None else known.people[asked_by_id]
    capacity = capacity_of(known.actor, person, asker)
    by_another = capacity in (Capacity.FAMILY, Capacity.NEIGHBOUR)
    return NewClaim(
        id=claim_id,
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
        proposed_by_id=known.actor.id,
        proposed_at=now,
        waiting_since=now,
        capacity=capacity,
        asked_by_id=asked_by_id if by_another else None,
    )


def _write(
    actor: Actor, claims: Sequence[NewClaim], batch: Batch | None, cause_id: UUID | None
) -> None:
    if not claims:
        return
    _raise_where_alone(actor, claims)
    proposed = journal.record_all(
        [_proposed(claim, batch, cause_id) for claim in claims], actor=actor
    )
    for claim, fact_id in zip(claims, proposed, strict=True):
        claim.proposed_fact_id = fact_id
    record_raised(actor, [claim for claim in claims if claim.upper_since is not None])
    insert_granted(claims)


def _raise_where_alone(actor: Actor, claims: Sequence[NewClaim]) -> None:
    """Send to the town office what nobody of the village could review."""
    seconds = directory.second_people(actor, {claim.village_id for claim in claims}, _REVIEW)
    inner = _who_sees_internal(actor, claims)
    now, known = clock.now(), dict[tuple[object, ...], bool]()
    for claim in claims:
        is_inner = claim.unit.startswith(INTERNAL)
        who = (claim.village_id, claim.person_id, claim.asked_by_id, is_inner)
        if who not in known:
            known[who] = rules.has_second_person(
                (
                    rules.Second(each.user_id, each.person_id, each.household_id)
                    for each in seconds.get(claim.village_id, ())
                    if not is_inner or each.user_id in inner
                ),
                proposer_id=claim.proposed_by_id,
                claimant_id=claim.person_id,
                household_id=claim.household_id,
                asked_by_id=claim.asked_by_id,
            )
        if not known[who]:
            claim.upper_since, claim.upper_reason = now, UpperReason.NO_SECOND_PERSON


def _who_sees_internal(actor: Actor, claims: Sequence[NewClaim]) -> set[UUID]:
    villages = {claim.village_id for claim in claims if claim.unit.startswith(INTERNAL)}
    if not villages:
        return set()
    held = directory.second_people(actor, villages, READ_INTERNAL)
    return {each.user_id for people in held.values() for each in people}


def _proposed(claim: NewClaim, batch: Batch | None, cause_id: UUID | None) -> journal.Entry:
    """The fact of a claim. What a book or a list holds was said on the day itself."""
    at: datetime | None = None if batch is None else clock.start_of_day(claim.happened_on)
    return entry_of(facts.CLAIM_PROPOSED, claim, proposed_facts(claim), at=at, cause_id=cause_id)


def open_batch_of(batch_id: UUID) -> Batch:
    """Return a page or list in scope, or raise NotFound."""
    found = Batch.objects.filter(pk=batch_id).first()
    if found is None:
        raise NotFound("batch")
    return found
