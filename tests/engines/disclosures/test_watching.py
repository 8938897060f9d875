"""What is due, spot checks and the committee, through actions and queries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from engines.disclosures.posted import BOOK, ROW, Posted
from liuchi.engines.disclosures import actions, queries
from liuchi.engines.disclosures.enums import Fault, FaultStanding, Standing
from liuchi.engines.disclosures.queries import Outcome
from liuchi.engines.disclosures.rules import Cell
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, Invalid, Refused
from liuchi.kernel.sampling import Seed, drawn

MONEY = {"day": "2026-01-05", "what": "购纸", "amount": "20"}


def standings(posted: Posted, on: date) -> dict[tuple[str, str], Standing]:
    world = posted.world
    with acting_as(world.clerk):
        held = queries.heat_map(world.clerk, world.town.id, on)
    names = {each.id: each.name for each in held.villages}
    return {(names[key[0]], key[2]): cell.standing for key, cell in held.cells.items()}


def test_the_map_shows_what_is_due_of_every_village(posted: Posted) -> None:
    world = posted.world
    here, there = world.village.name, world.other.name
    posted.released(item="relief")
    posted.released(MONEY, item="spending", on=date(2026, 1, 5))
    found = standings(posted, date(2026, 3, 2))
    assert {key: value for key, value in found.items() if key[0] in {here, there}} == {
        (here, "relief"): Standing.LATE,
        (here, "disabled"): Standing.MISSING,
        (here, "spending"): Standing.DUE,
        (there, "relief"): Standing.MISSING,
        (there, "disabled"): Standing.MISSING,
        (there, "spending"): Standing.DUE,
    }
    assert standings(posted, date(2026, 3, 11))[here, "spending"] is Standing.MISSING
    with acting_as(world.secretary):
        table = queries.due_table(world.secretary, posted.village, date(2026, 3, 2), periods=2)
    months = [each.cell for each in table if each.item_code == "spending"]
    assert [(cell.first.month, cell.standing) for cell in months] == [
        (2, Standing.DUE),
        (1, Standing.LATE),
    ]


def test_what_happened_and_was_not_posted_at_once_shows(posted: Posted) -> None:
    posting_id = posted.begin("works", date(2026, 2, 20), subject="修渠")
    here = posted.world.village.name
    assert (here, "works") not in standings(posted, date(2026, 2, 25))
    assert standings(posted, date(2026, 2, 26))[here, "works"] is Standing.MISSING
    posted.write(posting_id, [{"what": "修渠", "amount": "9"}])
    posted.submit(posting_id)
    posted.release(posting_id)
    assert standings(posted, date(2026, 3, 2))[here, "works"] is Standing.LATE


def test_the_map_is_read_in_as_many_statements_for_one_posting_as_for_three(posted: Posted) -> None:
    world, counted = posted.world, []
    for month in (10, 11, 12):
        posted.released(
            {**MONEY, "day": f"2025-{month}-05"}, item="spending", on=date(2025, month, 5)
        )
        with acting_as(world.clerk), CaptureQueriesContext(connection) as captured:
            queries.heat_map(world.clerk, world.town.id)
        counted.append(len(captured))
    assert counted[0] == counted[1] == counted[2] <= 6


def announced(posted: Posted, many: int = 4) -> tuple[UUID, list[UUID]]:
    world = posted.world
    days = [date(2026, 2, 10 + n) for n in range(many)]
    out = [
        posted.released({"what": f"修{n}", "amount": n + 1}, item="works", on=day, subject=f"修{n}")
        for n, day in enumerate(days)
    ]
    check_id = actions.announce_check(
        actor=world.clerk, key=world.key(), area_id=world.town.id, playbook=BOOK
    )
    return check_id, out


def draw(posted: Posted) -> int:
    posted.world.clock.advance(timedelta(minutes=5))
    journal_jobs.sequence()
    journal_jobs.seal()
    return actions.draw_checks()


def test_a_check_is_drawn_by_a_seal_nobody_could_choose(posted: Posted) -> None:
    check_id, out = announced(posted)
    assert actions.draw_checks() == 0
    late = posted.released({"what": "后来", "amount": 1}, item="works", subject="后来")
    assert draw(posted) == 2
    proof = queries.check_proof(check_id)
    assert (sorted(proof.candidates), proof.holds, late in proof.candidates) == (
        sorted(out), True, False,
    )  # fmt: skip
    seed = Seed("spot_check", date(2026, 3, 2), proof.row.seal_head)
    assert str(seed) == proof.seed
    assert tuple(each.posting_id for each in proof.drawn) == drawn(seed, out, 50)
    assert [each.changed for each in proof.drawn] == [False, False]
    assert draw(posted) == 0


def test_a_posting_changed_after_the_draw_shows_as_changed(posted: Posted) -> None:
    check_id, _ = announced(posted)
    draw(posted)
    first = queries.check_proof(check_id).drawn[0].posting_id
    world = posted.world
    new = actions.correct_posting(
        actor=world.secretary, key=world.key(), posting_id=first, why="补一行"
    )
    posted.write(new, [{"what": "补录", "amount": "7"}])
    posted.submit(new)
    posted.release(new)
    assert [each.changed for each in queries.check_proof(check_id).drawn] == [True, False]
    among = queries.candidates(check_id)
    assert [(each.place, each.is_drawn, each.changed) for each in among] == [
        (1, True, True), (2, True, False), (3, False, False), (4, False, False),
    ]  # fmt: skip
    assert [each.lot for each in among] == sorted(each.lot for each in among)


def test_a_fault_is_found_and_struck_off(posted: Posted) -> None:
    world = posted.world
    announced(posted)
    draw(posted)
    with acting_as(world.clerk):
        one, two = queries.checked(world.clerk)
    with pytest.raises(Invalid):
        actions.record_check(
            actor=world.clerk, key=world.key(), checked_id=one.id, fault=Fault.OMITTED
        )
    actions.record_check(
        actor=world.clerk, key=world.key(), checked_id=one.id, fault=Fault.OMITTED, words="少两笔"
    )
    actions.record_check(actor=world.clerk, key=world.key(), checked_id=two.id, fault=None)
    with pytest.raises(Conflict):
        actions.record_check(actor=world.clerk, key=world.key(), checked_id=two.id, fault=None)
    with acting_as(world.secretary):
        (held,) = queries.checked(world.secretary, open_only=True)
        assert queries.fault_counts(world.secretary) == {"omitted": (1, 1)}
    assert (held.id, held.rectify_by, held.is_overdue) == (one.id, date(2026, 3, 12), False)
    with acting_as(world.elsewhere):
        assert queries.checked(world.elsewhere) == ()
    with pytest.raises(Refused) as early:
        answer(posted, one.id, world.clerk, actions.strike_off)
    answer(posted, one.id, world.secretary, actions.mend_fault)
    with pytest.raises(Refused) as outside:
        answer(posted, one.id, world.secretary, actions.strike_off)
    assert (early.value.code, outside.value.code) == ("not_mended", "not_permitted")
    answer(posted, one.id, world.clerk, actions.return_mending)
    with acting_as(world.secretary):
        back = queries.checked_one(world.secretary, one.id)
    assert (back.standing, back.returned, back.returned_words) == (
        FaultStanding.TO_MEND, 1, "补录两笔",
    )  # fmt: skip
    answer(posted, one.id, world.clerk, actions.mend_fault)
    with pytest.raises(Refused) as own:
        answer(posted, one.id, world.clerk, actions.strike_off)
    assert own.value.code == "own_mending"
    with pytest.raises(IntegrityError), connection.cursor() as cursor, acting_as(world.clerk):
        cursor.execute(
            "UPDATE disclosures_checked "
            "SET rectified_by_id = mended_by_id, rectified_at = mended_at"
        )


def test_a_fault_put_right_names_the_correction_and_is_struck_off_once(posted: Posted) -> None:
    world = posted.world
    announced(posted)
    draw(posted)
    with acting_as(world.clerk):
        one, _ = queries.checked(world.clerk)
    actions.record_check(
        actor=world.clerk,
        key=world.key(),
        checked_id=one.id,
        fault=Fault.WRONG_FORM,
        words="缺日期",
    )
    world.clock.advance(timedelta(days=11))
    with acting_as(world.clerk):
        assert queries.checked_one(world.clerk, one.id).standing is FaultStanding.OVERDUE
    new = actions.correct_posting(
        actor=world.secretary, key=world.key(), posting_id=one.posting_id, why="补日期"
    )
    posted.submit(new)
    posted.release(new)
    for _again in range(2):
        answer(posted, one.id, world.secretary, actions.mend_fault, key="one")
    with acting_as(world.clerk):
        held = queries.checked_one(world.clerk, one.id)
    assert (held.mended_posting_id, held.out_now_id, held.standing) == (
        new, new, FaultStanding.MENDED,
    )  # fmt: skip
    for _again in range(2):
        answer(posted, one.id, world.clerk, actions.strike_off, key="two")
    with acting_as(world.clerk):
        assert queries.checked(world.clerk, open_only=True) == ()
        assert queries.fault_counts(world.clerk) == {"wrong_form": (1, 0)}
    assert queries.public_outcome(one.check_id) == Outcome(2, 1, 1, 1)


def answer(posted: Posted, checked_id: UUID, by: Actor, verb: Any, key: str = "") -> None:
    verb(actor=by, key=key or posted.world.key(), checked_id=checked_id, words="补录两笔")


def elect(posted: Posted, name: str, **more: int) -> UUID:
    given = {"votes": 61, "voters": 80} | more
    return actions.elect_member(
        actor=posted.world.secretary,
        key=posted.world.key(),
        area_id=posted.village,
        name=name,
        elected_on=date(2026, 1, 10),
        **given,
    )


def test_three_are_elected_meet_every_month_and_review_the_money(posted: Posted) -> None:
    world = posted.world
    seats = [elect(posted, name) for name in ("甲一", "乙二", "丙三")]
    with pytest.raises(Refused) as refused:
        elect(posted, "丁四")
    assert refused.value.code == "seats_full"
    with pytest.raises(Invalid):
        elect(posted, "丁四", votes=90)
    common = {"actor": world.secretary, "area_id": posted.village}
    with pytest.raises(Invalid):
        actions.hold_meeting(
            key=world.key(), held_on=date(2026, 3, 1), present=4, topics="收支", **common
        )
    meeting = actions.hold_meeting(
        key=world.key(), held_on=date(2026, 3, 1), present=3, topics="收支", **common
    )
    review = {"month": date(2026, 2, 1), "income": Decimal(500), "spending": Decimal("120.5")}
    with pytest.raises(Invalid):
        actions.review_spending(
            actor=world.secretary, key=world.key(), meeting_id=meeting, agreed=False, **review
        )
    actions.review_spending(
        actor=world.secretary, key=world.key(), meeting_id=meeting, agreed=True, **review
    )
    with acting_as(world.secretary):
        held = queries.committee(world.secretary, posted.village)
    assert ([m.name for m in held.members], held.vacant) == (["甲一", "乙二", "丙三"], 0)
    assert [(each.met, each.standing) for each in held.stretches] == [
        (0, Standing.MISSING), (0, Standing.MISSING), (1, Standing.IN_TIME),
    ]  # fmt: skip
    assert [(r.spending, r.agreed) for r in held.meetings[0].reviews] == [(Decimal("120.50"), True)]
    actions.end_membership(
        actor=world.secretary,
        key=world.key(),
        seat_id=seats[0],
        left_on=date(2026, 3, 2),
        reason="搬走了",
    )
    assert [m.name for m in queries.public_members(posted.village)] == ["乙二", "丙三"]
    assert elect(posted, "丁四")


def test_another_community_records_nothing_here(posted: Posted) -> None:
    with pytest.raises(Exception, match="not_found"):
        actions.hold_meeting(
            actor=posted.world.elsewhere,
            key=posted.world.key(),
            area_id=posted.village,
            held_on=date(2026, 3, 1),
            present=1,
            topics="收支",
        )


def test_thin_and_incomplete_postings_show(posted: Posted) -> None:
    rows = [{**MONEY, "what": f"购纸{n}"} for n in range(4)]
    posted.released(*rows, item="spending", on=date(2025, 12, 5))
    posted.released(MONEY, item="spending", on=date(2026, 1, 5))
    here = posted.world.village.name
    on = date(2026, 2, 20)
    assert standings(posted, on)[here, "spending"] is Standing.THIN
    posted.released(ROW, ROW, item="relief")
    assert standings(posted, on)[here, "relief"] is Standing.MALFORMED


def test_a_posting_is_compared_with_the_last_one_however_long_ago(posted: Posted) -> None:
    here, on = posted.world.village.name, date(2026, 2, 20)
    rows = [{**MONEY, "what": f"购纸{n}"} for n in range(4)]
    for month in (7, 8):
        posted.released(*rows[: month - 4], item="spending", on=date(2025, month, 5))
    posted.released(MONEY, item="spending", on=date(2026, 1, 5))
    assert standings(posted, on)[here, "spending"] is Standing.THIN
    with acting_as(posted.world.secretary):
        table = queries.due_table(posted.world.secretary, posted.village, on, periods=7)
    cells = [each.cell for each in table if each.item_code == "spending"]
    late, missing = Standing.LATE, Standing.MISSING
    assert [(cell.first.month, cell.standing) for cell in cells] == [
        (1, Standing.THIN),
        *((month, missing) for month in (12, 11, 10, 9)),
        (8, late),
        (7, late),
    ]
    again = posted.released(MONEY, item="spending", on=date(2026, 2, 5))
    cell = next(
        each
        for key, each in _cells(posted, date(2026, 3, 11)).items()
        if key[0] == posted.village and key[2] == "spending"
    )
    assert (cell.posting_id, cell.standing) == (again, Standing.IN_TIME)


def _cells(posted: Posted, on: date) -> Mapping[tuple[UUID, str, str], Cell]:
    world = posted.world
    with acting_as(world.clerk):
        return queries.heat_map(world.clerk, world.town.id, on).cells
