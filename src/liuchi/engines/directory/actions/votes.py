"""Votes about rules: recorded by one person, confirmed by another, corrected by a new record.

A version that needs a vote is in force at a place only where a confirmed vote carried it,
from the day the meeting named. What the meeting refused leaves the old version in force.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from liuchi.engines.directory import rules
from liuchi.engines.directory.enums import AreaKind, VoteState
from liuchi.engines.directory.facts import (
    RULES_ADOPTED,
    RULES_SET_ASIDE,
    RULES_VOTED,
    AdoptionData,
    VoteData,
)
from liuchi.engines.directory.models import RuleVote
from liuchi.engines.directory.queries.areas import AreaRow, area, areas
from liuchi.engines.directory.queries.votes import CONFIRM, RECORD, spec_of_vote
from liuchi.engines.directory.rules.votes import Counts, Voting
from liuchi.engines.directory.scope import require_covers
from liuchi.engines.files import queries as files
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.actions import adopt_playbook, once, record
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.votes import Body

MINUTES_MAX = 3
REASON_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Meeting:
    """What somebody says a meeting decided. ``minutes`` are documents stored before."""

    body: Body
    held_on: date
    counts: Counts
    holds_from: date
    minutes: tuple[UUID, ...]


def record_vote(
    *,
    village_id: UUID,
    version_id: UUID,
    meeting: Meeting,
    actor: Actor,
    key: str,
    corrects_id: UUID | None = None,
) -> UUID:
    """Record a meeting's vote about a version of the rules; returns the record's id.

    ``corrects_id``: the confirmed record this one puts right. Refused unless the version
    awaits a vote there or the record corrected is the last one about it.
    """
    actor.may(RECORD).or_refuse()
    body = _body_of(village_id, version_id, meeting, corrects_id)
    with acting_as(actor):
        place = _village(actor, village_id)
        vote_id = new_id()
        earlier = once(f"directory.record_vote:{actor.id}", key, body, vote_id)
        if earlier is not None:
            return earlier
        version = journal.playbook_version(version_id)
        _may_be_voted_on(version, place, corrects_id)
        spec = spec_of_vote(version)
        rules.may_record_vote(_voting(meeting, version, place.id), spec).or_refuse()
        _check_minutes(actor, meeting.minutes)
        how = spec.body(meeting.body)
        _create(
            RuleVote(
                id=vote_id,
                village_id=place.id,
                version_id=version.id,
                body=meeting.body,
                held_on=meeting.held_on,
                eligible=meeting.counts.eligible,
                present=meeting.counts.present,
                votes_for=meeting.counts.votes_for,
                against=meeting.counts.against,
                abstained=meeting.counts.abstained,
                carried=how is not None and rules.carried(meeting.counts, how),
                holds_from=meeting.holds_from,
                minutes=list(meeting.minutes),
                corrects_id=corrects_id,
                state=VoteState.RECORDED,
                recorded_by_id=actor.id,
                recorded_at=clock.now(),
            )
        )
    return vote_id


def confirm_vote(*, vote_id: UUID, actor: Actor, key: str) -> None:
    """Confirm a record as another than who made it: only now does it have effect."""
    actor.may(CONFIRM).or_refuse()
    with acting_as(actor):
        vote, place = _locked(vote_id, actor)
        if once(f"directory.confirm_vote:{actor.id}", key, {"vote": str(vote_id)}, vote_id):
            return
        version = journal.playbook_version(vote.version_id)
        rules.may_confirm_vote(
            VoteState(vote.state),
            recorded_by_id=vote.recorded_by_id,
            actor_id=actor.id,
            voting=_voting(_meeting(vote), version, place.id),
            spec=spec_of_vote(version),
        ).or_refuse()
        _decide(vote, VoteState.CONFIRMED, actor)
        _journal(vote, version, actor)
        _take_effect(vote, version, place, actor)


def decline_vote(*, vote_id: UUID, reason: str, actor: Actor, key: str) -> None:
    """Send a record back to whoever made it, with a reason."""
    actor.may(CONFIRM).or_refuse()
    reason = reason.strip()[:REASON_CHARACTERS_MAX]
    with acting_as(actor):
        vote, _ = _locked(vote_id, actor)
        body = {"vote": str(vote_id), "reason": reason}
        if once(f"directory.decline_vote:{actor.id}", key, body, vote_id):
            return
        rules.may_decline_vote(
            VoteState(vote.state),
            recorded_by_id=vote.recorded_by_id,
            actor_id=actor.id,
            reason=reason,
        ).or_refuse()
        _decide(vote, VoteState.DECLINED, actor, reason)


def take_back_vote(*, vote_id: UUID, actor: Actor, key: str) -> None:
    """Take back what one has recorded, while nobody has decided it."""
    actor.may(RECORD).or_refuse()
    with acting_as(actor):
        vote, _ = _locked(vote_id, actor)
        if once(f"directory.take_back_vote:{actor.id}", key, {"vote": str(vote_id)}, vote_id):
            return
        if vote.recorded_by_id != actor.id or vote.state != VoteState.RECORDED:
            raise NotFound("vote")
        _decide(vote, VoteState.TAKEN_BACK, actor)


def _village(actor: Actor, village_id: UUID) -> AreaRow:
    place = area(village_id)
    require_covers(actor, place.scope_code, "area")
    if not AreaKind(place.kind).is_village:
        raise NotFound("area")
    return place


def _locked(vote_id: UUID, actor: Actor) -> tuple[RuleVote, AreaRow]:
    vote = RuleVote.objects.select_for_update().filter(pk=vote_id).first()
    if vote is None:
        raise NotFound("vote")
    place = area(vote.village_id)
    require_covers(actor, place.scope_code, "vote")
    return vote, place


def _may_be_voted_on(version: AppliedPlaybook, place: AreaRow, corrects_id: UUID | None) -> None:
    """Raise unless the version waits for a vote here, or the last vote about it is corrected."""
    if not version.needs_vote or place.id not in version.places:
        raise NotFound("playbook_version")
    last = (
        RuleVote.objects.filter(
            village_id=place.id, version_id=version.id, state=VoteState.CONFIRMED
        )
        .order_by("-id")
        .values_list("pk", flat=True)
        .first()
    )
    awaited = any(each.id == version.id for each in journal.awaiting_votes(place.id, clock.today()))
    if (corrects_id is not None and corrects_id != last) or (corrects_id is None and not awaited):
        raise Conflict(
            "not_awaited",
            Sentence(
                "这一版不在等表决，请回列表查看。",
                "This version awaits no vote. Look at the list again.",
            ),
        )


def _voting(meeting: Meeting, version: AppliedPlaybook, village_id: UUID) -> Voting:
    today = clock.today()
    held = journal.playbooks_in_force(village_id, max(today, meeting.holds_from))
    return Voting(
        body=meeting.body,
        counts=meeting.counts,
        held_on=meeting.held_on,
        holds_from=meeting.holds_from,
        today=today,
        version_from=version.in_force_from,
        is_first=all(each.code != version.code or each.id == version.id for each in held),
    )


def _meeting(vote: RuleVote) -> Meeting:
    counts = Counts(vote.eligible, vote.present, vote.votes_for, vote.against, vote.abstained)
    return Meeting(Body(vote.body), vote.held_on, counts, vote.holds_from, tuple(vote.minutes))


def _check_minutes(actor: Actor, minutes: Sequence[UUID]) -> None:
    if 1 <= len(minutes) <= MINUTES_MAX and len(files.visible(actor, minutes)) == len(minutes):
        return
    said = Sentence(
        "请附会议记录照片，1到{most}张。",
        "Add one to {most} photos of the minutes.",
        {"most": MINUTES_MAX},
    )
    raise Invalid("minutes_missing", said, (FieldError("photos", said),))


def _create(vote: RuleVote) -> None:
    try:
        with transaction.atomic():
            vote.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            "recorded_already",
            Sentence("已有一份记录等人确认。", "A record already waits to be confirmed."),
        ) from error


def _decide(vote: RuleVote, state: VoteState, actor: Actor, reason: str = "") -> None:
    vote.state, vote.reason = state, reason
    vote.decided_by_id, vote.decided_at = actor.id, clock.now()
    vote.save(update_fields=["state", "reason", "decided_by", "decided_at"])


def _take_effect(vote: RuleVote, version: AppliedPlaybook, place: AreaRow, actor: Actor) -> None:
    """Put the version in force from its day, or out of force where a correction says so.

    What has begun is not moved to another day: claims were made under it.
    """
    told = version.adopted.get(place.id, ())
    since = told[-1][0] if told and told[-1][1] else None
    begun = since is not None and since <= clock.today()
    if since is not None and (not vote.carried or (since != vote.holds_from and not begun)):
        ends = max(since, clock.today())
        _adopt(vote, version, [place.id], actor, holds=False, from_day=ends)
        since = None
    if vote.carried and since is None:
        held = [place.id, *_above(version, place)]
        _adopt(vote, version, held, actor, holds=True, from_day=vote.holds_from)


def _above(version: AppliedPlaybook, place: AreaRow) -> list[UUID]:
    """Return the towns above that the version names and where it does not hold yet.

    What a town has in common, such as its shop, follows the first village that decides.
    """
    found: list[UUID] = []
    parent = place.parent_id
    while parent is not None:
        if parent in version.places and parent not in version.adopted:
            found.append(parent)
        row = areas([parent]).get(parent)
        parent = None if row is None else row.parent_id
    return found


def _adopt(
    vote: RuleVote,
    version: AppliedPlaybook,
    area_ids: Sequence[UUID],
    actor: Actor,
    *,
    holds: bool,
    from_day: date,
) -> None:
    adopt_playbook(
        version_id=version.id, area_ids=area_ids, holds=holds, from_day=from_day, actor=actor
    )
    record(
        (RULES_ADOPTED if holds else RULES_SET_ASIDE).kind,
        actor=actor,
        subject_kind="rule_vote",
        subject_id=vote.id,
        area_id=vote.village_id,
        data=AdoptionData(
            home_area=vote.village_id,
            village=vote.village_id,
            playbook=version.code,
            version=version.id,
            vote=vote.id,
            from_day=from_day,
        ),
        playbook_version=version.id,
    )


def _journal(vote: RuleVote, version: AppliedPlaybook, actor: Actor) -> None:
    record(
        RULES_VOTED.kind,
        actor=actor,
        subject_kind="rule_vote",
        subject_id=vote.id,
        area_id=vote.village_id,
        amount=vote.votes_for,
        data=VoteData(
            home_area=vote.village_id,
            playbook=version.code,
            version=version.id,
            body=vote.body,
            outcome="carried" if vote.carried else "failed",
            eligible=vote.eligible,
            present=vote.present,
            against=vote.against,
            abstained=vote.abstained,
        ),
        playbook_version=version.id,
    )


def _body_of(
    village_id: UUID, version_id: UUID, meeting: Meeting, corrects_id: UUID | None
) -> dict[str, object]:
    counts = meeting.counts
    return {
        "village": str(village_id),
        "version": str(version_id),
        "body": meeting.body,
        "held_on": str(meeting.held_on),
        "counts": [
            counts.eligible, counts.present, counts.votes_for, counts.against, counts.abstained
        ],
        "holds_from": str(meeting.holds_from),
        "minutes": [str(each) for each in meeting.minutes],
        "corrects": str(corrects_id),
    }  # fmt: skip
