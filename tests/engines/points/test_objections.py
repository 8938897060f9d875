"""Public notices and objections: nothing is posted that somebody still asks about."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connections

from engines.points.threads import in_threads
from engines.points.world import World
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, jobs, queries, scope
from liuchi.engines.points.enums import ObjectionOutcome, ObjectionState
from liuchi.kernel.calendar import EnteredDay, WorkCalendar
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.errors import Conflict, NotFound, Refused

WORDS = "那天在场的是另一位邻居，请核对签到表。"


@pytest.fixture
def told(world: World):
    """Return a claim on notice, its sheet, and an objection to it."""
    claim = on_notice(world, world.people[0])
    return claim, objected(world, claim)


def on_notice(world: World, person_id: UUID, **said) -> queries.ClaimRow:
    return world.review(world.propose(person_id, **said))


def objected(world: World, claim: queries.ClaimRow, **said) -> queries.Receipt:
    return actions.object_to(
        key=said.pop("key", world.key()),
        sheet_id=claim.sheet_id,
        place=claim.sheet_place,
        text=said.pop("text", WORDS),
        address=said.pop("address", "192.0.2.7"),
        **said,
    )


def answered(world: World, receipt: queries.Receipt, outcome: str, **said):
    return actions.answer_objection(
        actor=said.pop("actor", world.secretary),
        key=said.pop("key", world.key()),
        objection_id=receipt.objection_id,
        outcome=outcome,
        reason=said.pop("reason", "已核对签到表和照片。"),
        **said,
    )


def claim_now(world: World, claim: queries.ClaimRow) -> queries.ClaimRow:
    with acting_as(world.recorder):
        return queries.claim(world.recorder, claim.id)


def owner(statement: str, *values: object) -> list[tuple]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


def test_a_days_approvals_stand_on_one_numbered_sheet(world: World) -> None:
    first, second = (on_notice(world, person) for person in world.people[:2])
    world.clock.advance(timedelta(days=1))
    third = on_notice(world, world.people[2])

    sheets = queries.notice_sheets(world.village.id).rows
    assert [(row.code, row.items_count, row.full) for row in sheets] == [
        ("2026-2", 1, False),
        ("2026-1", 2, True),
    ]
    one = queries.notice(sheets[1].id)
    assert (one.row.first_day, one.row.until, one.row.down_on) == (
        date(2026, 3, 3), date(2026, 3, 9), date(2026, 3, 10),
    )  # fmt: skip
    assert [(item.place, item.masked_name, item.points) for item in one.items] == [
        (1, "试*", 50),
        (2, "试*", 50),
    ]
    assert (first.sheet_id, second.sheet_id) == (one.row.id, one.row.id)
    assert queries.notice_by_code(world.village.id, "2026-2").row.id == third.sheet_id
    assert queries.notice_sheets(world.other.id).rows == ()


def test_sheets_made_at_once_have_numbers_of_their_own(world: World) -> None:
    claims = [world.propose(person) for person in world.people]
    reviews = in_threads(*(lambda c=claim: world.review(c) for claim in claims))
    assert [row.state for row in reviews] == ["on_notice"] * 4
    assert sorted(row.sheet_place for row in reviews) == [1, 2, 3, 4]
    assert [row.items_count for row in queries.notice_sheets(world.village.id).rows] == [4]


def test_names_are_gone_when_a_notice_is_over(world: World) -> None:
    claim = on_notice(world, world.people[0])
    world.clock.move_to(at(10))
    sheet = queries.notice(claim.sheet_id)
    assert (sheet.row.running, [item.masked_name for item in sheet.items]) == (False, [""])
    assert sheet.counts == (queries.NoticeCount("互助", 1, 50, 0),)
    assert jobs.post_due() == 1
    assert queries.notice(claim.sheet_id).counts == (queries.NoticeCount("互助", 1, 50, 1),)


def test_a_day_off_entered_late_lengthens_a_notice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = on_notice(world, world.people[0])
    off = WorkCalendar.with_days([EnteredDay(date(2026, 3, 9), "放假", is_off_day=True)])
    monkeypatch.setattr(actions.notices, "calendar", lambda: off)
    world.clock.move_to(at(10))
    assert jobs.post_due() == 0
    assert claim_now(world, claim).notice_until == date(2026, 3, 10)
    assert queries.notice(claim.sheet_id).row.until == date(2026, 3, 10)
    world.clock.move_to(at(11))
    assert jobs.post_due() == 1
    assert owner(
        "SELECT kind FROM journal_fact WHERE kind LIKE 'points.notice_%%' ORDER BY id"
    ) == [
        ("points.notice_issued",),
        ("points.notice_extended",),
    ]


def test_a_work_day_entered_late_shortens_none(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = on_notice(world, world.people[0])
    worked = WorkCalendar.with_days([EnteredDay(date(2026, 3, 7), "调休上班", is_off_day=False)])
    monkeypatch.setattr(actions.notices, "calendar", lambda: worked)
    assert jobs.lengthen_notices() == 0
    assert claim_now(world, claim).notice_until == date(2026, 3, 9)


def test_an_objection_holds_the_points_until_it_is_answered(world: World, told) -> None:
    claim, receipt = told
    world.clock.move_to(at(20))
    assert jobs.post_due() == 0
    assert claim_now(world, claim).objected
    answered(world, receipt, "not_upheld")
    assert jobs.post_due() == 0
    # Answered on Friday, 20 March: two work days more are Monday and Tuesday.
    world.clock.move_to(at(24, 23, 59))
    assert jobs.post_due() == 0
    world.clock.move_to(at(25))
    assert jobs.post_due() == 1
    tracked = queries.objection_by_code(receipt.code)
    assert (tracked.state, tracked.outcome, tracked.claim_state) == (
        "answered", "not_upheld", "posted",
    )  # fmt: skip
    assert [(line.from_office, line.text) for line in tracked.lines] == [
        (False, WORDS),
        (True, "已核对签到表和照片。"),
    ]


def test_the_database_itself_posts_nothing_that_is_objected_to(world: World, told) -> None:
    claim, _ = told
    world.clock.move_to(at(20))
    assert actions.post_claims(actor=world.root, claim_ids=[claim.id]) == 0
    with pytest.raises(IntegrityError, match="points_claim_objected"):
        owner(
            "UPDATE points_claim SET state = 'posted', posted_at = %s WHERE id = %s RETURNING 1",
            world.clock.now(),
            claim.id,
        )


def test_upheld_it_ends_the_item_and_answers_everybody(world: World, told) -> None:
    claim, receipt = told
    second = objected(world, claim, text="我也觉得不是这一天。")
    answered(world, receipt, "stopped", reason="签到表上没有这一次。")
    now = claim_now(world, claim)
    assert (now.state, now.review_reason, now.objected) == (
        "rejected", "签到表上没有这一次。", False,
    )  # fmt: skip
    assert queries.objection_by_code(second.code).outcome is ObjectionOutcome.STOPPED
    sheet = queries.notice(claim.sheet_id)
    assert (sheet.items, sheet.taken_down) == ((), (1,))
    world.clock.move_to(at(30))
    assert jobs.post_due() == 0
    with pytest.raises(Refused) as caught:
        objected(world, claim)
    assert caught.value.code == "item_taken_down"


def test_corrected_it_goes_on_a_new_notice(world: World) -> None:
    claim = on_notice(world, world.people[0], quantity=3)
    receipt = objected(world, claim)
    with pytest.raises(Refused) as caught:
        answered(world, receipt, "corrected", corrected_quantity=3)
    assert caught.value.code == "quantity_not_smaller"
    world.clock.move_to(at(6, 15))
    answered(world, receipt, "corrected", corrected_quantity=2)
    now = claim_now(world, claim)
    assert (now.state, now.quantity, now.points) == ("on_notice", 2, 100)
    assert (now.notice_until, queries.notice_of(now.sheet_id).code) == (
        date(2026, 3, 13), "2026-2",
    )  # fmt: skip
    assert queries.notice(claim.sheet_id).taken_down == (1,)
    world.clock.move_to(at(14))
    assert jobs.post_due() == 1
    assert world.balance(world.people[0]) == 100


def test_a_late_objection_asks_for_a_contra_entry(world: World) -> None:
    claim = on_notice(world, world.people[0])
    world.clock.move_to(at(10))
    jobs.post_due()
    receipt = objected(world, claim)
    with pytest.raises(Refused) as caught:
        answered(world, receipt, "stopped")
    assert caught.value.code == "posted_already"
    answered(world, receipt, "contra_entry")
    with acting_as(world.secretary):
        assert queries.objection_work(world.secretary) == queries.ObjectionWork(0, 0, 1)
        (waiting,) = queries.objections(world.secretary, which="to_reverse").rows
        (asked,) = queries.approvals(world.secretary, claim_id=claim.id).rows
    assert waiting.claim_id == claim.id
    other = world.user("reviewer", world.village)
    actions.decide_approval(
        actor=other,
        key=world.key(),
        approval_id=asked.id,
        approve=True,
        expected_version=asked.version,
    )
    with acting_as(world.secretary):
        assert queries.objection_work(world.secretary).to_reverse == 0
    assert world.balance(world.people[0]) == 0


def test_two_answers_at_once_are_one(world: World, told) -> None:
    _, receipt = told
    other = world.user("secretary", world.village)
    outcomes = in_threads(
        lambda: answered(world, receipt, "stopped"),
        lambda: answered(world, receipt, "not_upheld", actor=other),
    )
    refused = [each for each in outcomes if isinstance(each, Refused)]
    assert [each.code for each in refused] == ["objection_answered"]
    assert owner("SELECT count(*) FROM journal_fact WHERE kind = 'points.objection_answered'") == [
        (1,)
    ]


def test_an_objection_and_a_posting_at_once(world: World) -> None:
    """Either the points wait, or the objection came late: never both, never neither."""
    claim = on_notice(world, world.people[0])
    world.clock.move_to(at(10))
    receipt, posted = in_threads(lambda: objected(world, claim), jobs.post_due)
    late = queries.objection_by_code(receipt.code).late
    assert (late, posted) in ((True, 1), (False, 0))
    assert claim_now(world, claim).objected is not late


@pytest.mark.parametrize("who", ["recorder", "reviewer"])
def test_who_had_a_part_in_the_item_neither_reads_nor_answers(world: World, told, who: str) -> None:
    _, receipt = told
    actor = getattr(world, who)
    with pytest.raises(Refused):
        answered(world, receipt, "not_upheld", actor=actor)
    if who == "reviewer":
        with acting_as(actor):
            detail = queries.objection(actor, receipt.objection_id)
        assert (detail.lines, detail.has_contact, detail.may_answer) == ((), False, False)


def test_neither_does_the_claimants_household_but_the_town_clerk_may(world: World, told) -> None:
    _, receipt = told
    at_home = world.user("secretary", world.village, world.people[1])
    with pytest.raises(Refused) as caught:
        answered(world, receipt, "not_upheld", actor=at_home)
    assert caught.value.code == "same_household"
    clerk = world.user("clerk", world.village)
    assert answered(world, receipt, "not_upheld", actor=clerk).state is ObjectionState.ANSWERED


def test_an_objection_is_out_of_sight_next_door_and_for_residents(world: World, told) -> None:
    _, receipt = told
    next_door = world.user("secretary", world.other)
    with pytest.raises(NotFound):
        answered(world, receipt, "not_upheld", actor=next_door)
    claimant = world.resident(world.people[0])
    with acting_as(claimant):
        assert queries.objection_work(claimant) == queries.ObjectionWork(0, 0, 0)
        with pytest.raises(Refused):
            queries.objections(claimant)


def test_a_second_click_gives_the_same_receipt(world: World, told) -> None:
    claim, _ = told
    first = objected(world, claim, key="one-form-twice", text="请再核对一次。")
    assert objected(world, claim, key="one-form-twice", text="请再核对一次。") == first
    with pytest.raises(Conflict):
        objected(world, claim, key="one-form-twice", text="不一样的话。")


def test_a_receipt_is_read_however_it_is_typed_and_cannot_be_guessed(world: World, told) -> None:
    _, receipt = told
    assert len(receipt.code) == 16
    typed = receipt.code.lower().replace("0", "o").replace("1", "l")
    assert queries.objection_by_code(f"{typed[:4]}-{typed[4:8]} {typed[8:]}").sheet_place == 1
    last = "0" if receipt.code[-1] != "0" else "1"
    for wrong in (receipt.code[:-1] + last, receipt.code[:-1], str(receipt.objection_id), ""):
        with pytest.raises(NotFound):
            queries.objection_by_code(wrong)
    # Nothing that leads to it is in the database.
    assert owner("SELECT encode(receipt_hash, 'hex') FROM points_objection") == [
        (queries.receipt_hash(receipt.code).hex(),)
    ]


def test_what_was_written_is_sealed_and_can_be_erased(world: World) -> None:
    claim = on_notice(world, world.people[0])
    receipt = objected(world, claim, contact="13800001234")
    everything = owner(
        "SELECT string_agg(held::text, '') FROM (SELECT o::text AS held FROM points_objection o "
        "UNION ALL SELECT l::text FROM points_objection_line l "
        "UNION ALL SELECT encode(l.ciphertext, 'escape') FROM points_objection_line l "
        "UNION ALL SELECT f::text FROM journal_fact f "
        "UNION ALL SELECT c::text FROM journal_command c) AS every"
    )[0][0]
    assert [word for word in (WORDS, "13800001234", receipt.code) if word in everything] == []
    shown = actions.show_contact(
        actor=world.secretary, key=world.key(), objection_id=receipt.objection_id
    )
    assert shown == "13800001234"
    with pytest.raises(Refused):
        actions.show_contact(
            actor=world.reviewer, key=world.key(), objection_id=receipt.objection_id
        )
    taken_back = actions.withdraw_objection(key=world.key(), code=receipt.code)
    assert (taken_back.state, taken_back.lines, taken_back.erased) == ("withdrawn", (), True)
    assert owner("SELECT count(*) FROM points_objection_key") == [(0,)]
    assert not claim_now(world, claim).objected


def test_a_year_after_the_answer_the_words_are_erased(world: World, told) -> None:
    _, receipt = told
    answered(world, receipt, "not_upheld")
    world.clock.advance(timedelta(days=364))
    assert jobs.forget_objections() == 0
    world.clock.advance(timedelta(days=2))
    assert (jobs.forget_objections(), jobs.forget_objections()) == (1, 0)
    tracked = queries.objection_by_code(receipt.code)
    assert (tracked.outcome, tracked.lines) == ("not_upheld", ())
    assert owner("SELECT count(*) FROM points_objection_guard") == [(0,)]


def test_a_line_may_be_added_while_it_is_open(world: World, told) -> None:
    _, receipt = told
    for number in range(5):
        actions.add_to_objection(key=world.key(), code=receipt.code, text=f"补充第{number}句话。")
    with pytest.raises(Refused) as caught:
        actions.add_to_objection(key=world.key(), code=receipt.code, text="再补充一句。")
    assert caught.value.code == "lines_full"
    answered(world, receipt, "not_upheld")
    with pytest.raises(Refused) as caught:
        actions.add_to_objection(key=world.key(), code=receipt.code, text="再补充一句。")
    assert caught.value.code == "objection_answered"


def test_floods_from_one_address_are_stopped(world: World) -> None:
    claim = on_notice(world, world.people[0])
    for _ in range(10):
        objected(world, claim)
    with pytest.raises(Refused) as caught:
        objected(world, claim)
    assert caught.value.code == "too_many_sent"
    objected(world, claim, address="192.0.2.8")
    objected(world, claim, actor=world.recorder)
    world.clock.advance(timedelta(hours=1, minutes=1))
    objected(world, claim)


def test_staff_take_one_down_for_somebody(world: World) -> None:
    claim = on_notice(world, world.people[0])
    taken = objected(world, claim, actor=world.secretary)
    assert owner("SELECT via, entered_by_id FROM points_objection") == [
        ("paper", world.secretary.id)
    ]
    with pytest.raises(Refused) as caught:
        answered(world, taken, "not_upheld")
    assert caught.value.code == "own_entry"
    with pytest.raises(Refused):
        objected(world, claim, actor=world.keeper)


def test_an_unanswered_objection_is_overdue_after_its_work_days(world: World, told) -> None:
    with acting_as(world.secretary):
        assert queries.objection_work(world.secretary) == queries.ObjectionWork(1, 0, 0)
    world.clock.move_to(at(10))
    with acting_as(world.secretary):
        assert queries.objection_work(world.secretary) == queries.ObjectionWork(1, 1, 0)
        (row,) = queries.objections(world.secretary, which="overdue").rows
    assert (row.overdue, row.due_on) == (True, date(2026, 3, 9))


def test_anonymous_in_public_at_once_and_back(world: World) -> None:
    claim = on_notice(world, world.people[0])
    me = world.resident(world.people[0])
    actions.choose_public_name(actor=me, key=world.key(), person_id=world.people[0], anonymous=True)
    (item,) = queries.notice(claim.sheet_id).items
    assert (item.masked_name, item.anonymous) == ("", True)
    assert [row.masked_name for row in queries.notices(world.village.id)] == [""]
    assert claim_now(world, claim).person_name == "试甲"
    with acting_as(me):
        assert queries.is_anonymous(me, world.people[0])
    actions.choose_public_name(
        actor=world.secretary, key=world.key(), person_id=world.people[0], anonymous=False
    )
    assert [row.masked_name for row in queries.notices(world.village.id)] == ["试*"]
    with pytest.raises(Refused):
        actions.choose_public_name(
            actor=me, key=world.key(), person_id=world.people[1], anonymous=True
        )


def test_facts_of_objections_name_nobody(world: World, told) -> None:
    claim, receipt = told
    answered(world, receipt, "not_upheld")
    kinds = owner(
        "SELECT kind, data FROM journal_fact WHERE subject_kind = 'points.objection' ORDER BY id"
    )
    assert [kind for kind, _ in kinds] == [
        "points.objection_received",
        "points.objection_answered",
    ]
    assert [str(world.people[0]) in str(data) for _, data in kinds] == [False, False]
    assert scope.calendar().is_work_day(claim.notice_until)
