"""Cases that units hand around, and how cases went up the tiers: for whoever decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.cases import facts
from liuchi.engines.cases.enums import CaseVerb
from liuchi.engines.cases.models import Arbitration, Case, Step
from liuchi.engines.cases.queries.books import spec_as_applied
from liuchi.engines.cases.queries.marks import page_of
from liuchi.engines.cases.scope import HANDLE, page_size, see
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal import queries as journal
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.paging import id_after

DECIDE = "cases.case.decide"


@dataclass(frozen=True, slots=True)
class ArbitrationRow:
    """A case that was given back too often. ``returned_by`` names units in their order."""

    id: UUID
    case_id: UUID
    version: int
    type_title: str
    area: str
    place: str
    description: str
    returned_by: tuple[str, ...]
    asked_at: datetime
    unit: str
    reason: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Return:
    """One return: which unit, when, why, and in whose words."""

    unit: str
    at: datetime
    reason: str
    opinion: str


@dataclass(frozen=True, slots=True)
class ArbitrationOpened:
    """A case to be decided on: what each unit said, and whom it may be given to."""

    row: ArbitrationRow
    returns: tuple[Return, ...]
    units: tuple[tuple[UUID, str], ...]
    decided_by: str


@dataclass(frozen=True, slots=True)
class Referral:
    """A case that went one level up: by hand (转上一级) or because a limit had passed.

    ``who`` is "" for what the clock did, ``post`` the post it was done under. ``to`` names
    whose desk heard that it was late.
    """

    verb: CaseVerb
    at: datetime
    who: str
    post: str
    reason: str
    opinion: str
    to: str = ""


def arbitrations(
    actor: Actor, *, decided: bool = False, after: str | None = None, limit: int = 50
) -> Page[ArbitrationRow]:
    """Return cases that wait to be decided on, the oldest first; or decided, the last first."""
    actor.may(DECIDE).or_refuse()
    see(actor)
    size = page_size(limit)
    found = Arbitration.objects.select_related("case").filter(decided_at__isnull=not decided)
    if after is not None:
        mark = id_after(after)
        found = found.filter(pk__lt=mark) if decided else found.filter(pk__gt=mark)
    held = list(found.order_by("-id" if decided else "id")[: size + 1])
    return page_of(_rows(held), size, lambda row: row.id)


def arbitrations_of(actor: Actor, case_id: UUID) -> tuple[ArbitrationRow, ...]:
    """Return the arbitrations of a case in sight, the first first."""
    see(actor)
    found = Arbitration.objects.select_related("case").filter(case_id=case_id).order_by("id")
    return _rows(list(found))


def arbitration(actor: Actor, arbitration_id: UUID) -> ArbitrationOpened:
    """Return a case to be decided on; NotFound out of sight."""
    actor.may(DECIDE).or_refuse()
    see(actor)
    found = Arbitration.objects.select_related("case").filter(pk=arbitration_id).first()
    if found is None:
        raise NotFound("arbitration")
    (row,) = _rows([found])
    spec = spec_as_applied(found.case.playbook_version)
    titles = {each.code: each.title for each in spec.reasons.get(CaseVerb.RETURN, ())}
    steps = list(
        Step.objects.filter(
            case_id=found.case_id, verb=CaseVerb.RETURN, at__lte=found.asked_at
        ).order_by("id")
    )[-len(found.returned_by) :]
    names = directory.organization_names(set(found.returned_by))
    returns = tuple(
        Return(
            names.get(unit, ""),
            each.at,
            titles.get(each.reason_code, ""),
            each.opinion,
        )
        for each, unit in zip(steps, found.returned_by[-len(steps) :] if steps else (), strict=True)
    )
    near = directory.organizations_serving([found.case.desk_id], HANDLE)
    serving = [(each.id, each.name) for each in near]
    first = [(unit, names.get(unit, "")) for unit in dict.fromkeys(found.returned_by)]
    told = {unit for unit, _ in first}
    who = accounts.names_of({found.decided_by_id}) if found.decided_by_id else {}
    return ArbitrationOpened(
        row,
        returns,
        (*first, *(each for each in serving if each[0] not in told)),
        next(iter(who.values()), ""),
    )


def referrals(actor: Actor, case_id: UUID) -> tuple[Referral, ...]:
    """Return how a case in sight went up, the first first: who, under which post, when, why."""
    see(actor)
    verbs = (CaseVerb.REFER, CaseVerb.ESCALATE)
    found = list(
        Step.objects.select_related("case").filter(case_id=case_id, verb__in=verbs).order_by("id")
    )
    if not found:
        return ()
    spec = spec_as_applied(found[0].case.playbook_version)
    titles = {each.code: each.title for each in spec.reasons.get(CaseVerb.REFER, ())}
    names = accounts.names_of({each.actor_id for each in found if each.actor_id})
    posts = directory.post_titles({each.post_id for each in found if each.post_id})
    heard = _heard_by(found[0].case)
    return tuple(
        Referral(
            CaseVerb(each.verb),
            each.at,
            names.get(each.actor_id, "") if each.actor_id else "",
            posts.get(each.post_id, "") if each.post_id else "",
            titles.get(each.reason_code, ""),
            each.opinion,
            heard.get(each.at, "") if each.verb == CaseVerb.ESCALATE else "",
        )
        for each in found
    )


def _heard_by(case: Case) -> dict[datetime, str]:
    """Return the places that heard of an overdue case, by when: the journal has them."""
    areas = {each for each in (case.grid_id, case.village_id, case.town_id) if each is not None}
    told = journal.facts_of_subject("cases.case", case.id, area_ids=areas)
    found = {
        each.at: UUID(str(each.data["to_area"])) for each in told if each.kind == facts.ESCALATED
    }
    places = directory.areas(set(found.values()))
    return {at: places[area_id].name for at, area_id in found.items() if area_id in places}


def _rows(found: list[Arbitration]) -> tuple[ArbitrationRow, ...]:
    wanted = {unit for each in found for unit in each.returned_by}
    wanted |= {each.unit_id for each in found if each.unit_id is not None}
    names = directory.organization_names(wanted)
    return tuple(
        ArbitrationRow(
            each.pk,
            each.case_id,
            each.case.version,
            each.case.type_title,
            directory.area(each.case.grid_id or each.case.village_id or each.case.town_id).name,
            each.case.place,
            each.case.description,
            tuple(names.get(unit, "") for unit in each.returned_by),
            each.asked_at,
            "" if each.unit_id is None else names.get(each.unit_id, ""),
            each.reason,
            each.decided_at,
        )
        for each in found
    )
