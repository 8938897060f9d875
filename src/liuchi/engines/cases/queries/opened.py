"""One case, opened: what its page offers this actor, who told of it, its photos, its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.cases import facts, rules
from liuchi.engines.cases.enums import CaseState, CaseVerb, TaskKind
from liuchi.engines.cases.models import Arbitration, Case, Report, Reporter, Step
from liuchi.engines.cases.queries.answers import AnswerRow, answer_rows
from liuchi.engines.cases.queries.books import spec_as_applied
from liuchi.engines.cases.queries.cases import CaseDetail, case_now, open_tasks
from liuchi.engines.cases.rules import CaseNow, TaskNow
from liuchi.engines.cases.rules.offering import Around, may_look_again, offered
from liuchi.engines.cases.scope import see
from liuchi.engines.directory import queries as directory
from liuchi.engines.files import queries as files
from liuchi.engines.files.queries import DocumentRow
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.errors import NotFound

REPORTS_MAX = 50
_PHOTO_READER = system_actor(
    UUID("0196b2c0-0000-7000-8000-70686f746f73"), "files.document.read", "cases.case.read"
)


@dataclass(frozen=True, slots=True)
class Offered:
    """What an actor may do with a case now.

    ``part`` is the piece of joint handling of one of the actor's units; ``looks_again``
    whether the second look (成果巩固) is the actor's; ``held_up`` that it waits for
    arbitration; ``sets_aside`` whether it could be set aside (挂账) from where it stands.
    """

    verbs: frozenset[CaseVerb]
    part: TaskNow | None
    looks_again: bool
    held_up: bool
    sets_aside: bool


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What one person told. ``has_contact``: sealed; opened for a reason by who may, and kept."""

    id: UUID
    channel: str
    received_at: datetime
    text: str
    place: str
    answers: tuple[AnswerRow, ...]
    evidence: tuple[UUID, ...]
    has_contact: bool
    is_erased: bool


@dataclass(frozen=True, slots=True)
class PartRow:
    """A case that belongs to another: the whole, a part split off, a duplicate, the other one."""

    id: UUID
    type_title: str
    state: CaseState


@dataclass(frozen=True, slots=True)
class Looked:
    """Who looked at a reporter's contact, and when."""

    name: str
    at: datetime


def offered_to(actor: Actor, found: CaseDetail) -> Offered:
    """Return what an actor may do now with a case in sight; two statements at most."""
    units, now = see(actor), found.now
    spec, tasks = spec_as_applied(now.playbook_version), open_tasks(found)
    held_up = is_decided = False
    if now.returned:
        for unit_id, decided_at in Arbitration.objects.filter(case_id=now.id).values_list(
            "unit_id", "decided_at"
        ):
            held_up = held_up or decided_at is None
            is_decided = is_decided or (decided_at is not None and unit_id == now.unit_id)
    parent = None if now.parent_id is None else case_now(now.parent_id)
    around = Around(
        changes=found.changes,
        tasks=tasks,
        held_up=held_up,
        is_decided=is_decided,
        is_top=not spec.goes_up(now.tier, has_desk_above=desk_above(now) is not None),
        late=now.reopen_until is not None and clock.now() > now.reopen_until,
        parent_closed=parent is not None and parent.state is CaseState.CLOSED,
    )
    by = rules.whos(actor, now, directory.area(now.desk_id).scope_code, units)
    own = (each for each in tasks if each.kind is TaskKind.JOINT and each.unit_id in units)
    return Offered(
        offered(actor, now, by, spec, around),
        next(own, None) if actor.may("cases.case.handle").allowed else None,
        may_look_again(actor, now, by),
        held_up,
        rules.may_set_aside(now.state).allowed,
    )


def desk_above(now: CaseNow) -> UUID | None:
    """Return the place above the desk that answers for a case, None at the top."""
    return directory.area(now.desk_id).parent_id


def reports_of(actor: Actor, case_id: UUID) -> tuple[ReportRow, ...]:
    """Return what was told of a case in sight, oldest first. Who told it is never among it."""
    actor.may("cases.case.read").or_refuse()
    see(actor)
    found = list(Report.objects.filter(case_id=case_id).order_by("id")[:REPORTS_MAX])
    sealed = set(
        Reporter.objects.filter(
            report_id__in=[each.id for each in found], wrapped_key__isnull=False
        ).values_list("report_id", flat=True)
    )
    now = case_now(case_id)
    if now is None:
        raise NotFound("case")
    spec = spec_as_applied(now.playbook_version)
    return tuple(
        ReportRow(
            id=each.id,
            channel=each.channel,
            received_at=each.received_at,
            text=each.text,
            place=each.place,
            answers=answer_rows(spec, now.type_code, each.answers),
            evidence=tuple(each.evidence),
            has_contact=each.id in sealed,
            is_erased=each.erased_at is not None,
        )
        for each in found
    )


def looked_at(actor: Actor, now: CaseNow) -> tuple[Looked, ...]:
    """Return who opened a reporter's contact, the newest first; for who may open it as well."""
    actor.may("cases.contact.read").or_refuse()
    told = [
        fact
        for fact in journal.facts_of_subject("cases.case", now.id, area_ids={now.area_id})
        if fact.kind == facts.CONTACT_SEEN
    ]
    names = accounts.names_of({fact.actor_id for fact in told})
    return tuple(Looked(names.get(fact.actor_id, ""), fact.at) for fact in reversed(told))


def related(actor: Actor, now: CaseNow) -> Mapping[str, tuple[PartRow, ...]]:
    """Return what a case belongs together with, as far as it is in sight; one statement.

    ``whole`` it was split off from, ``parts`` split off from it, ``merged`` into it and
    ``into`` which it went.
    """
    see(actor)
    above = {now.parent_id: "whole", now.merged_into_id: "into"}
    ids = [case_id for case_id in above if case_id is not None]
    held = Case.objects.filter(pk__in=ids)
    held |= Case.objects.filter(parent_id=now.id) | Case.objects.filter(merged_into_id=now.id)
    found: dict[str, list[PartRow]] = {"whole": [], "into": [], "parts": [], "merged": []}
    for each in held.order_by("id"):
        name = above.get(each.pk) or ("parts" if each.parent_id == now.id else "merged")
        found[name].append(PartRow(each.pk, each.type_title, CaseState(each.state)))
    return {name: tuple(rows) for name, rows in found.items()}


def shows(actor: Actor, case_id: UUID, document_id: UUID) -> bool:
    """Whether a photo belongs to a case the actor sees: to a report, or to a step of it."""
    if not actor.may("cases.case.read").allowed:
        return False
    see(actor)
    holding = {"case_id": case_id, "evidence__contains": [document_id]}
    return Report.objects.filter(**holding).exists() or Step.objects.filter(**holding).exists()


def photo(document_id: UUID) -> tuple[DocumentRow, bytes]:
    """Return a photo of a case with its bytes, once :func:`shows` has said that it is one.

    A unit from elsewhere sees the photos of what it has to deal with, though they are kept
    under the place they show. Outside ``acting_as``.
    """
    with acting_as(_PHOTO_READER):
        return files.content(_PHOTO_READER, document_id)
