"""Votes about rules: what waits for one, what was decided, what the public may read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory.enums import AreaKind, VoteState
from liuchi.engines.directory.models import RuleVote
from liuchi.engines.directory.queries.areas import area, areas, subtree_ids
from liuchi.engines.directory.queries.people import Page, bounded
from liuchi.engines.directory.scope import list_filter, require_covers, require_read
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.engines.journal.scope import require
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.paging import id_after
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.votes import BODY_TITLES, Body, VoteSpec

READ = "playbooks.playbook.read"
RECORD = "playbooks.vote.record"
CONFIRM = "playbooks.vote.confirm"


@dataclass(frozen=True, slots=True)
class VoteRow:
    """A vote about a version of the rules: how many, never who."""

    id: UUID
    village_id: UUID
    village_name: str
    version_id: UUID
    title: str
    version: int
    body_code: Body
    body: Sentence
    held_on: date
    eligible: int
    present: int
    votes_for: int
    against: int
    abstained: int
    carried: bool
    holds_from: date
    minutes: tuple[UUID, ...]
    corrects_id: UUID | None
    corrected: bool
    state: VoteState
    recorded_by_id: UUID
    recorded_by_name: str
    recorded_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A version of the rules that a village has still to vote on.

    ``refused_on``: the day a meeting of the village did not carry it; it may vote again.
    """

    village_id: UUID
    village_name: str
    version_id: UUID
    code: str
    title: str
    version: int
    version_from: date
    spec: VoteSpec
    recorded: bool
    refused_on: date | None


@dataclass(frozen=True, slots=True)
class PublicVote:
    """The vote by which a version holds, or was refused, as anybody may read it."""

    version_id: UUID
    body: Sentence
    held_on: date
    eligible: int
    present: int
    votes_for: int
    against: int
    abstained: int
    carried: bool
    holds_from: date


def spec_of_vote(version: AppliedPlaybook) -> VoteSpec:
    """Return what a version asks of a vote; NotFound where it asks for none."""
    held = version.compiled.get("in_force", {}).get("vote")
    if not held:
        raise NotFound("vote")
    return VoteSpec.model_validate(held)


def rule_votes(actor: Actor, *, after: str | None = None, limit: int = 50) -> Page[VoteRow]:
    """Return the votes of the actor's area, the newest first."""
    require_read(actor, READ)
    require(actor)
    most = bounded(limit)
    found = RuleVote.objects.order_by("-id")
    equal = list_filter(actor)
    if equal is not None and equal[0] == "village_id":
        found = found.filter(village_id=equal[1])
    elif actor.area_id is not None:
        found = found.filter(village_id__in=subtree_ids(actor.area_id))
    if after is not None:
        found = found.filter(id__lt=id_after(after))
    rows = list(found[: most + 1])
    next_after = str(rows[most - 1].id) if len(rows) > most else None
    return Page(_rows(rows[:most]), next_after)


def rule_vote(actor: Actor, vote_id: UUID) -> VoteRow:
    """Return one vote; NotFound out of scope."""
    require_read(actor, READ)
    require(actor)
    found = RuleVote.objects.filter(pk=vote_id).first()
    if found is None:
        raise NotFound("vote")
    require_covers(actor, area(found.village_id).scope_code, "vote")
    return _rows([found])[0]


def votes_to_confirm(actor: Actor) -> int:
    """Count the records in the actor's area that somebody else is to confirm."""
    require(actor)
    if not any(each.needs_vote for each in journal.applied_playbooks()):
        return 0
    found = RuleVote.objects.filter(state=VoteState.RECORDED).exclude(recorded_by_id=actor.id)
    if actor.area_id is not None:
        found = found.filter(village_id__in=subtree_ids(actor.area_id))
    return found.count()


def awaiting_votes(actor: Actor) -> tuple[Awaiting, ...]:
    """Return what the villages of the actor's area have still to vote on."""
    require_read(actor, READ)
    require(actor)
    today = clock.today()
    named = {
        place for each in journal.applied_playbooks() if each.needs_vote for place in each.places
    }
    villages = [
        each
        for each in areas(named).values()
        if AreaKind(each.kind).is_village and actor.covers(each.scope_code)
    ]
    if not villages:
        return ()
    recorded: set[tuple[UUID, UUID]] = set()
    refused: dict[tuple[UUID, UUID], date] = {}
    for village_id, version_id, state, held_on in (
        RuleVote.objects.filter(
            village_id__in=[each.id for each in villages],
            state__in=[VoteState.RECORDED, VoteState.CONFIRMED],
        )
        .order_by("id")
        .values_list("village_id", "version_id", "state", "held_on")
    ):
        if state == VoteState.RECORDED:
            recorded.add((village_id, version_id))
        else:  # what a meeting carried is not awaited any more
            refused[village_id, version_id] = held_on
    return tuple(
        Awaiting(
            village_id=village.id,
            village_name=village.name,
            version_id=version.id,
            code=version.code,
            title=_title(version),
            version=version.version,
            version_from=version.in_force_from,
            spec=spec_of_vote(version),
            recorded=(village.id, version.id) in recorded,
            refused_on=refused.get((village.id, version.id)),
        )
        for village in villages
        for version in journal.awaiting_votes(village.id, today)
    )


def public_votes(village_id: UUID) -> dict[UUID, PublicVote]:
    """Return by version the last confirmed vote of a village. Anybody may read it."""
    found = RuleVote.objects.filter(village_id=village_id, state=VoteState.CONFIRMED)
    return {
        each.version_id: PublicVote(
            version_id=each.version_id,
            body=BODY_TITLES[Body(each.body)],
            held_on=each.held_on,
            eligible=each.eligible,
            present=each.present,
            votes_for=each.votes_for,
            against=each.against,
            abstained=each.abstained,
            carried=each.carried,
            holds_from=each.holds_from,
        )
        for each in found.order_by("id")
    }


def _rows(found: Sequence[RuleVote]) -> tuple[VoteRow, ...]:
    if not found:
        return ()
    names = accounts.names_of(
        who for each in found for who in (each.recorded_by_id, each.decided_by_id) if who
    )
    places = areas({each.village_id for each in found})
    corrected = _corrected(each.pk for each in found)
    rows = []
    for each in found:
        version = journal.playbook_version(each.version_id)
        rows.append(
            VoteRow(
                id=each.id,
                village_id=each.village_id,
                village_name=places[each.village_id].name,
                version_id=each.version_id,
                title=_title(version),
                version=version.version,
                body_code=Body(each.body),
                body=BODY_TITLES[Body(each.body)],
                held_on=each.held_on,
                eligible=each.eligible,
                present=each.present,
                votes_for=each.votes_for,
                against=each.against,
                abstained=each.abstained,
                carried=each.carried,
                holds_from=each.holds_from,
                minutes=tuple(each.minutes),
                corrects_id=each.corrects_id,
                corrected=each.pk in corrected,
                state=VoteState(each.state),
                recorded_by_id=each.recorded_by_id,
                recorded_by_name=names.get(each.recorded_by_id, ""),
                recorded_at=each.recorded_at,
                decided_by_name=names.get(each.decided_by_id, "") if each.decided_by_id else "",
                decided_at=each.decided_at,
                reason=each.reason,
            )
        )
    return tuple(rows)


def _corrected(vote_ids: Iterable[UUID]) -> set[UUID]:
    held = RuleVote.objects.filter(corrects_id__in=list(vote_ids), state=VoteState.CONFIRMED)
    return set(held.values_list("corrects_id", flat=True))


def _title(version: AppliedPlaybook) -> str:
    return str(version.compiled.get("title", version.code))
