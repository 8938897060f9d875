"""The supervision committee: its elected members, its meetings, its review of the money."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.rules import normal_name
from liuchi.engines.directory.scope import require_covers
from liuchi.engines.disclosures import facts, queries, rules
from liuchi.engines.disclosures.actions.preparing import who
from liuchi.engines.disclosures.models import Meeting, Member, PublicPosting, Review
from liuchi.engines.disclosures.queries import Book
from liuchi.engines.disclosures.scope import COMMITTEE, digest
from liuchi.engines.disclosures.spec import CommitteeSpec
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.decisions import refuse
from liuchi.kernel.errors import Conflict, Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.periods import Per, period
from liuchi.kernel.sentences import Sentence

NAME_CHARACTERS_MAX = 40
WORDS_CHARACTERS_MAX = 400


def elect_member(
    *,
    actor: Actor,
    key: str,
    area_id: UUID,
    name: str,
    elected_on: date,
    votes: int,
    voters: int,
    leads: bool = False,
) -> UUID:
    """Record an elected member of a village's committee; returns the seat's id.

    Refused("seats_full") where the playbook's number of members is in office.
    """
    actor.may(COMMITTEE).or_refuse()
    seat, named = new_id(), normal_name(name)
    body = {"area": area_id, "name": digest(named), "on": str(elected_on), "votes": votes}
    with acting_as(actor):
        earlier = journal.once(f"disclosures.elect_member:{actor.id}", key, body, seat)
        if earlier is not None:
            return earlier
        place, book, spec = _committee(actor, area_id)
        if not named or len(named) > NAME_CHARACTERS_MAX:
            raise Invalid("name_missing", Sentence("请写成员姓名。", "Give the member's name."))
        if not 1 <= votes <= voters or elected_on > clock.today():
            raise Invalid(
                "votes_wrong", Sentence("请核对票数和日期。", "Check the votes and the day.")
            )
        sitting = Member.objects.filter(
            area_id=area_id, playbook=book.playbook, left_on__isnull=True, until__gt=elected_on
        )
        if sitting.filter(name=named).exists():
            raise Conflict("member_there", Sentence("这位已经在任。", "Already in office."))
        if sitting.count() >= spec.members:
            refuse(
                "seats_full",
                "已有 {many} 名成员，请先办离任。",
                "{many} members are in office already.",
                many=spec.members,
            ).or_refuse()
        Member.objects.create(
            id=seat,
            scope_code=place.scope_code,
            area_id=area_id,
            playbook=book.playbook,
            name=named,
            leads=leads,
            elected_on=elected_on,
            votes=votes,
            voters=voters,
            until=spec.term.after(elected_on),
            recorded_by_id=who(actor),
        )
        _tell(facts.MEMBER_ELECTED, seat, area_id, book, actor, seat=seat, day=elected_on)
    return seat


def end_membership(*, actor: Actor, key: str, seat_id: UUID, left_on: date, reason: str) -> None:
    """Record that a member left, on which day and why."""
    actor.may(COMMITTEE).or_refuse()
    rules.reason_given(reason).or_refuse()
    with acting_as(actor):
        held = Member.objects.select_for_update().filter(pk=seat_id).first()
        if held is None:
            raise NotFound("member")
        body = {"seat": seat_id, "on": str(left_on), "reason": digest(reason)}
        scope = f"disclosures.end_membership:{actor.id}"
        if journal.once(scope, key, body, seat_id) is not None:
            return
        if held.left_on is not None or not held.elected_on <= left_on <= clock.today():
            raise Conflict("member_left", Sentence("请核对离任日期。", "Check the day of leaving."))
        Member.objects.filter(pk=seat_id).update(left_on=left_on, left_reason=reason.strip())
        _, book, _ = _committee(actor, held.area_id)
        _tell(facts.MEMBER_LEFT, seat_id, held.area_id, book, actor, seat=seat_id, day=left_on)


def hold_meeting(
    *,
    actor: Actor,
    key: str,
    area_id: UUID,
    held_on: date,
    present: int,
    topics: str,
    conclusions: str = "",
) -> UUID:
    """Record a meeting of the committee: how many came, what about; returns its id."""
    actor.may(COMMITTEE).or_refuse()
    meeting_id = new_id()
    body = {"area": area_id, "on": str(held_on), "present": present}
    body |= {"topics": digest(topics), "conclusions": digest(conclusions)}
    with acting_as(actor):
        earlier = journal.once(f"disclosures.hold_meeting:{actor.id}", key, body, meeting_id)
        if earlier is not None:
            return earlier
        place, book, _ = _committee(actor, area_id)
        members = Member.objects.filter(
            area_id=area_id, playbook=book.playbook, elected_on__lte=held_on, until__gt=held_on
        ).exclude(left_on__lte=held_on)
        many = members.count()
        if not 1 <= present <= many or held_on > clock.today():
            raise Invalid(
                "present_wrong",
                Sentence(
                    "请核对日期和到会人数（在任 {many} 人）。",
                    "Check the day and who came: {many} are in office.",
                    {"many": many},
                ),
            )
        said_openly(topics, conclusions)
        if Meeting.objects.filter(
            area_id=area_id, playbook=book.playbook, held_on=held_on
        ).exists():
            raise Conflict("met_already", Sentence("这天已记过会。", "That day is recorded."))
        fact_id = _tell(facts.COMMITTEE_MET, meeting_id, area_id, book, actor, day=held_on)
        Meeting.objects.create(
            id=meeting_id,
            scope_code=place.scope_code,
            area_id=area_id,
            playbook=book.playbook,
            held_on=held_on,
            present=present,
            members=many,
            topics=topics.strip(),
            conclusions=conclusions.strip(),
            recorded_by_id=who(actor),
            recorded_at=clock.now(),
            fact_id=fact_id,
        )
    return meeting_id


def review_spending(
    *,
    actor: Actor,
    key: str,
    meeting_id: UUID,
    month: date,
    income: Decimal,
    spending: Decimal,
    agreed: bool,
    opinion: str = "",
    posting_id: UUID | None = None,
) -> UUID:
    """Record a meeting's review of a month's income and spending; returns its id.

    Where the committee did not agree it says why. ``posting_id`` is what was reviewed, if posted.
    """
    actor.may(COMMITTEE).or_refuse()
    review_id = new_id()
    body = {"meeting": meeting_id, "month": str(month), "sums": f"{income}/{spending}"}
    body |= {"agreed": agreed, "opinion": digest(opinion)}
    with acting_as(actor):
        meeting = Meeting.objects.filter(pk=meeting_id).first()
        if meeting is None:
            raise NotFound("meeting")
        earlier = journal.once(f"disclosures.review_spending:{actor.id}", key, body, review_id)
        if earlier is not None:
            return earlier
        if income < 0 or spending < 0 or not (agreed or opinion.strip()):
            raise Invalid(
                "opinion_missing",
                Sentence("金额不能为负；不同意请写明意见。", "Say why, where not agreed."),
            )
        said_openly(opinion)
        if (
            posting_id is not None
            and not PublicPosting.objects.filter(pk=posting_id, area_id=meeting.area_id).exists()
        ):
            raise NotFound("posting")
        _, book, _ = _committee(actor, meeting.area_id)
        first, end = period(Per.MONTH, month)
        Review.objects.create(
            id=review_id,
            scope_code=meeting.scope_code,
            area_id=meeting.area_id,
            meeting_id=meeting_id,
            first=first,
            end=end,
            income=income,
            spending=spending,
            agreed=agreed,
            opinion=opinion.strip(),
            posting_id=posting_id,
            recorded_by_id=who(actor),
            recorded_at=clock.now(),
        )
        _tell(
            facts.SPENDING_REVIEWED,
            review_id,
            meeting.area_id,
            book,
            actor,
            day=meeting.held_on,
            outcome="agreed" if agreed else "questioned",
            amount=income + spending,
        )
    return review_id


def _committee(actor: Actor, area_id: UUID) -> tuple[directory.AreaRow, Book, CommitteeSpec]:
    place = directory.area(area_id)
    require_covers(actor, place.scope_code, "area")
    book, spec = queries.committee_at(area_id, clock.today())
    return place, book, spec


def said_openly(*words: str) -> None:
    """Raise Invalid where words that everybody will read are too long, or tell of a person."""
    if any(len(each) > WORDS_CHARACTERS_MAX for each in words):
        sentence = Sentence(
            "最多 {most} 字。", "At most {most} characters.", {"most": WORDS_CHARACTERS_MAX}
        )
        raise Invalid("words_too_long", sentence)
    if any(rules.scan_text(each) for each in words):
        raise Invalid(
            "words_tell",
            Sentence("这些会公开，请不要写个人信息。", "This is public: nothing personal."),
        )


def _tell(
    kind: str,
    subject_id: UUID,
    area_id: UUID,
    book: Book,
    actor: Actor,
    *,
    day: date,
    seat: UUID | None = None,
    outcome: str = "",
    amount: Decimal | None = None,
) -> UUID:
    return journal.record(
        kind,
        actor=actor,
        subject_kind="disclosures.committee",
        subject_id=subject_id,
        area_id=area_id,
        at=clock.start_of_day(day) if day < clock.today() else None,
        amount=amount,
        data=facts.CommitteeData(village=area_id, seat=seat, outcome=outcome),
        playbook_version=book.version_id,
    )
