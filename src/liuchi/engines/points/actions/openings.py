"""Opening balances: importing them proposes a list, a second person's word posts it whole.

What the paper book held is nobody's award: it stands on no notice and has a kind of its own
in the ledger, credited from the village's issuing account.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Description, Subject, Unmatched
from liuchi.engines.files.actions.lists import ListWork
from liuchi.engines.files.rules import (
    ImportBatch,
    ImportReport,
    ListReader,
    ListRow,
    RowProblem,
    UndoReport,
)
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts, queries, rules
from liuchi.engines.points.actions import posting
from liuchi.engines.points.actions.expiring import date_openings
from liuchi.engines.points.enums import (
    AccountKind,
    OpeningListState,
    OpeningState,
    Outcome,
    TransferKind,
)
from liuchi.engines.points.models import Opening, OpeningList
from liuchi.engines.points.queries import OpeningListRow
from liuchi.engines.points.spec.currency import CurrencySpec, code_of
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import date_of

_CONFIRM = "points.claim.review"
_UNDO_REASON = "撤销期初积分导入"
_HELD = (OpeningState.ASKED, OpeningState.POSTED)
_POINTS = Sentence(
    "积分余额请填 0 至 {most} 的整数。",
    "The points held are 0 to {most}.",
    {"most": rules.OPENING_POINTS_MAX},
)
NO_NAME = Sentence("请填姓名。", "Give the name.")
_DAY = Sentence("请填今天或以前的日期，如 2026-06-30。", "A day such as 2026-06-30, not later.")
UNMATCHED = {
    Unmatched.UNKNOWN: Sentence(
        "名册里没有这个人，请核对姓名和户号。", "Nobody on the roster fits. Check the row."
    ),
    Unmatched.AMBIGUOUS: Sentence(
        "名册里不止一人相符，请补上出生日期或户号。",
        "Several people on the roster fit. Add the birth date or the household.",
    ),
    Unmatched.OTHER_NAME: Sentence(
        "身份证号和姓名对不上，请核对。", "The identity number is not this person's."
    ),
    Unmatched.TOO_LITTLE: Sentence(
        "只有姓名，认不准是谁，请补上出生日期或户号。",
        "A name alone is not enough. Add the birth date or the household.",
    ),
}
NO_CONSENT = Sentence("本人还没有同意参加积分。", "This person has not agreed to take part.")
_NO_POINTS = Sentence("所在村（社区）还没有积分办法。", "No playbook with points holds there.")
_WHICH = Sentence(
    "当地有几种积分，请写明是哪一种。", "There are several kinds of points. Say which."
)
_TWICE = Sentence("这个人在表里出现过，这一行没有导入。", "Already in this table; left out.")
_HAS_ONE = Sentence("已有期初积分，不能再次导入。", "This person has an opening balance already.")
_SPENT = Sentence("积分已用去一部分，予以保留。", "Partly spent already; kept.")


@dataclass(frozen=True, slots=True)
class _Given:
    """What a row says, in one form."""

    row: ListRow
    described: Description
    points: int
    held_on: date
    currency: str


@dataclass(frozen=True, slots=True)
class OpeningsWork(ListWork):
    """What points does with balances of a paper book: it proposes them."""

    lock = "liuchi.points.openings"

    def bring(self, batch: ImportBatch, actor: Actor) -> ImportReport:
        """Propose the good rows as one list. Nothing is posted."""
        reader = ListReader()
        given = [each for row in reader.rows(batch) if (each := _given(row, reader)) is not None]
        openings = _openings(given, reader, actor, batch.id)
        if openings:
            OpeningList.objects.create(
                id=batch.id,
                scope_code=actor.scope_code,
                state=OpeningListState.ASKED,
                people=len(openings),
                points=sum(each.points for _, each in openings),
                proposed_by_id=actor.id,
                proposed_at=clock.now(),
            )
            Opening.objects.bulk_create([each for _, each in openings])
        made = {str(each.id): [row.sheet, row.number] for row, each in openings}
        return ImportReport(
            new=len(openings),
            refused=len(reader.refused),
            rows=tuple(reader.problems),
            kept={"made": made},
        )

    def undo(self, batch_id: UUID, kept: Mapping[str, Any], actor: Actor) -> UndoReport:
        """Withdraw a list nobody has confirmed; undo a confirmed one by contra-entries."""
        held = OpeningList.objects.select_for_update().filter(pk=batch_id).first()
        if held is None:
            return UndoReport()
        if held.state == OpeningListState.ASKED:
            asked = Opening.objects.filter(list_id=batch_id, state=OpeningState.ASKED)
            removed = asked.update(state=OpeningState.WITHDRAWN)
            OpeningList.objects.filter(pk=batch_id).update(
                state=OpeningListState.WITHDRAWN, decided_by_id=actor.id, decided_at=clock.now()
            )
            return UndoReport(removed)
        if held.state != OpeningListState.CONFIRMED:  # declined: nothing of it was posted
            return UndoReport()
        rules.may_undo_openings(held.decided_by_id, actor.id).or_refuse()
        stayed = _reverse(batch_id, actor)
        OpeningList.objects.filter(pk=batch_id).update(state=OpeningListState.UNDONE)
        places = kept.get("made", {})
        return UndoReport(
            held.people - len(stayed),
            rows=tuple(
                RowProblem(sheet, row, "points", _SPENT)
                for sheet, row in (places[str(each)] for each in stayed)
            ),
        )


def confirm_openings(*, actor: Actor, key: str, list_id: UUID) -> OpeningListRow:
    """Confirm a list somebody else imported, and post all of it in the same transaction."""
    actor.may(_CONFIRM).or_refuse()
    with acting_as(actor):
        scope = f"points.confirm_openings:{actor.id}"
        if journal.once(scope, key, {"list_id": list_id}, list_id) is not None:
            return queries.opening_list(actor, list_id)
        held = OpeningList.objects.select_for_update().filter(pk=list_id).first()
        if held is None:
            raise NotFound("opening_list")
        asked = list(Opening.objects.filter(list_id=list_id).order_by("id"))
        rules.may_confirm_openings(_confirming(actor, held, asked)).or_refuse()
        OpeningList.objects.filter(pk=list_id).update(
            state=OpeningListState.CONFIRMED, decided_by_id=actor.id, decided_at=clock.now()
        )
        # Nothing moves where the book says nothing is left, but that line is settled too.
        Opening.objects.filter(list_id=list_id, points=0).update(state=OpeningState.POSTED)
        date_openings(asked)
        answers = posting.post_within([_item(actor, each) for each in asked if each.points])
        if any(answer.posted is None for answer in answers):
            raise _moved_on()
        return queries.opening_list(actor, list_id)


def decline_openings(*, actor: Actor, key: str, list_id: UUID, reason: str) -> OpeningListRow:
    """Send back a list somebody else imported, with a reason; nothing of it is posted."""
    actor.may(_CONFIRM).or_refuse()
    reason = reason.strip()[:REASON_CHARACTERS_MAX]
    with acting_as(actor):
        scope = f"points.decline_openings:{actor.id}"
        body = {"list_id": list_id, "reason": reason}
        if journal.once(scope, key, body, list_id) is not None:
            return queries.opening_list(actor, list_id)
        held = OpeningList.objects.select_for_update().filter(pk=list_id).first()
        if held is None:
            raise NotFound("opening_list")
        asked = list(Opening.objects.filter(list_id=list_id).order_by("id"))
        rules.may_decline_openings(_confirming(actor, held, asked), reason).or_refuse()
        OpeningList.objects.filter(pk=list_id).update(
            state=OpeningListState.DECLINED,
            decided_by_id=actor.id,
            decided_at=clock.now(),
            reason=reason,
        )
        Opening.objects.filter(list_id=list_id).update(state=OpeningState.WITHDRAWN)
        return queries.opening_list(actor, list_id)


def _confirming(actor: Actor, held: OpeningList, asked: Sequence[Opening]) -> rules.Confirming:
    return rules.Confirming(
        state=OpeningListState(held.state),
        proposed_by_id=held.proposed_by_id,
        decider_id=actor.id,
        concerns_own=_concerns(actor, {each.person_id for each in asked}),
    )


REASON_CHARACTERS_MAX = 200


def _given(row: ListRow, reader: ListReader) -> _Given | None:
    name, points = row.text("name"), reader.whole(row, "points")
    if not name:
        reader.refuse(row, "name", NO_NAME)
    written = bool(row.text("points"))
    if not written or (points is not None and not 0 <= points <= rules.OPENING_POINTS_MAX):
        reader.refuse(row, "points", _POINTS)
    born, held_on = (_day(row, reader, field) for field in ("birth_date", "held_on"))
    if (row.sheet, row.number) in reader.refused or points is None:
        return None
    return _Given(
        row,
        Description(
            name,
            born,
            row.text("household"),
            row.text("head"),
            row.text("village"),
            row.text("id_number"),
        ),
        points,
        held_on or clock.today(),
        row.text("currency"),
    )


def _day(row: ListRow, reader: ListReader, field: str) -> date | None:
    try:
        day = date_of(row.cells.get(field))
    except (ValueError, OverflowError):
        day = date.max
    if day is not None and day > clock.today():
        reader.refuse(row, field, _DAY)
        return None
    return day


def _openings(
    given: Sequence[_Given], reader: ListReader, actor: Actor, list_id: UUID
) -> list[tuple[ListRow, Opening]]:
    """Return the lines that may be proposed; the others are refused with what to do."""
    matched = directory.recognised(actor, [each.described for each in given])
    known = {each for each in matched if isinstance(each, UUID)}
    people = directory.subjects(actor, known)
    held = set(
        Opening.objects.filter(person_id__in=known, state__in=_HELD).values_list(
            "person_id", "unit"
        )
    )
    purses = _Purses()
    seen: set[tuple[UUID, str]] = set()
    found = []
    for each, who in zip(given, matched, strict=True):
        subject = people.get(who) if isinstance(who, UUID) else None
        if subject is None:
            reason = who if isinstance(who, Unmatched) else Unmatched.UNKNOWN
            reader.refuse(each.row, "name", UNMATCHED[reason])
            continue
        unit = purses.unit(subject.village_id, each.currency)
        if not subject.consented:
            reader.refuse(each.row, "name", NO_CONSENT)
        elif isinstance(unit, Sentence):
            reader.refuse(each.row, "currency" if each.currency else "name", unit)
        elif (subject.id, unit) in seen:
            reader.refuse(each.row, "name", _TWICE)
        elif (subject.id, unit) in held:
            reader.refuse(each.row, "name", _HAS_ONE)
        else:
            seen.add((subject.id, unit))
            found.append((each.row, _opening(each, subject, unit, list_id)))
    return found


def _opening(given: _Given, subject: Subject, unit: str, list_id: UUID) -> Opening:
    return Opening(
        id=new_id(),
        list_id=list_id,
        person_id=subject.id,
        household_id=subject.household_id,
        village_id=subject.village_id,
        scope_code=subject.scope_code,
        unit=unit,
        points=given.points,
        held_on=given.held_on,
        state=OpeningState.ASKED,
    )


class _Purses:
    """The ledger's names of the points in force at each village, looked up once."""

    def __init__(self) -> None:
        self._held: dict[UUID, dict[str, CurrencySpec]] = {}

    def unit(self, village_id: UUID, said: str) -> str | Sentence:
        if village_id not in self._held:
            self._held[village_id] = {
                spec.currency.unit: spec.currency
                for _, spec in queries.rules_at(village_id, clock.today())
            }
        here = self._held[village_id]
        fitting = [
            unit
            for unit, currency in here.items()
            if (not said and currency.visibility == "public")
            or said in (currency.code, currency.title)
        ]
        if len(fitting) == 1:
            return fitting[0]
        return _WHICH if here else _NO_POINTS


def _concerns(actor: Actor, people: set[UUID]) -> bool:
    """Whether the actor or somebody of the actor's household is among people."""
    if actor.person_id is None:
        return False
    homes = directory.household_ids_of([*people, actor.person_id], clock.today())
    own = homes.get(actor.person_id)
    return actor.person_id in people or (
        own is not None and any(homes.get(each) == own for each in people)
    )


def _item(actor: Actor, opening: Opening, *, undone: bool = False) -> posting.Item:
    """Return what posts a line, or the contra-entry that takes it back."""
    issue = posting.AccountOf(
        AccountKind.ISSUE,
        opening.unit,
        "area",
        opening.village_id,
        opening.village_id,
        opening.scope_code,
    )
    purse = posting.AccountOf(
        AccountKind.PERSON,
        opening.unit,
        "person",
        opening.person_id,
        opening.village_id,
        opening.scope_code,
        opening.person_id,
    )
    debit, credit = (purse, issue) if undone else (issue, purse)
    kind = TransferKind.OPENING_REVERSAL if undone else TransferKind.OPENING
    return posting.Item(
        key=f"{kind}:{opening.id}",
        body={"opening_id": opening.id},
        kind=kind,
        actor_id=actor.id,
        legs=(posting.Leg(debit, credit, opening.points),),
        fact=posting.FactOf(
            kind=facts.OPENING_REVERSED if undone else facts.OPENED,
            area_id=opening.village_id,
            subject_kind="points.opening",
            subject_id=opening.id,
            data=facts.OpeningData(
                person=opening.person_id,
                household=opening.household_id,
                home_area=opening.village_id,
                currency=code_of(opening.unit),
            ),
            amount=opening.points,
            corrects_id=opening.transfer.fact_id if undone and opening.transfer else None,
        ),
        scope_code=opening.scope_code,
        person_id=opening.person_id,
        reason=_UNDO_REASON if undone else "",
        opening_id=opening.id,
        reverses_id=opening.transfer_id if undone else None,
    )


def _reverse(list_id: UUID, actor: Actor) -> list[UUID]:
    """Take back what can be; return the lines that stay because points were spent."""
    posted = Opening.objects.filter(list_id=list_id, state=OpeningState.POSTED)
    moved = list(posted.exclude(points=0).select_related("transfer").order_by("id"))
    posted.filter(points=0).update(state=OpeningState.REVERSED)
    answers = posting.post_within([_item(actor, each, undone=True) for each in moved])
    stayed = [
        each.id
        for each, answer in zip(moved, answers, strict=True)
        if answer.outcome is Outcome.INSUFFICIENT
    ]
    if sum(answer.posted is None for answer in answers) != len(stayed):
        raise _moved_on()
    return stayed


def _moved_on() -> Conflict:
    return Conflict(
        "openings_changed",
        Sentence("这份名单有变动，请刷新页面。", "This list has changed. Load the page again."),
    )
