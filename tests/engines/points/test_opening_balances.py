"""Points of a paper book: one imports them, another confirms, and the ledger adds up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connections

from engines.directory.rosters import bring, counts, ready, said
from engines.points.threads import in_threads
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory.rules import PersonImport
from liuchi.engines.files.actions import imports
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, jobs, queries
from liuchi.kernel.errors import LiuchiError, NotFound, Refused

HEADERS = ["姓名", "户号", "结余积分", "截至日期"]
BOOK = [
    HEADERS,
    ["试甲", "1", 36, "2026-02-28"],
    ["试乙", "1", "１２", "2026年2月28日"],
    ["试丙", "2", 0, "2026-02-28"],
]


@pytest.fixture(autouse=True)
def staging(settings, tmp_path: Path) -> None:
    settings.LIUCHI_DATA_DIR = tmp_path


def proposed(world, rows=BOOK, **said):
    return bring(said.pop("actor", world.recorder), rows, target="opening_balances", **said)


def confirm(world, list_id, **said):
    return actions.confirm_openings(
        actor=said.pop("actor", world.reviewer), key=said.pop("key", world.key()), list_id=list_id
    )


def balances(world):
    return [world.balance(person) for person in world.people]


def listed(world, list_id):
    with acting_as(world.reviewer):
        return queries.opening_list(world.reviewer, list_id)


def refusal(call):
    with pytest.raises(LiuchiError) as caught:
        call()
    return caught.value.code


def facts(kind):
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT amount, data FROM journal_fact WHERE kind = %s ORDER BY amount", [kind]
        )
        return [(int(amount), json.loads(data)) for amount, data in cursor.fetchall()]


def test_a_paper_book_comes_in_and_a_second_person_posts_it(world):
    list_id, report = proposed(world)
    assert counts(report) == (3, 0, 0, 0)
    assert balances(world) == [0, 0, 0, 0]
    assert (listed(world, list_id).people, listed(world, list_id).points) == (3, 48)
    with acting_as(world.reviewer):
        (waiting,) = queries.opening_lists(world.reviewer).rows
        lines = queries.openings(world.reviewer, list_id).rows
    assert (waiting.id, waiting.state) == (list_id, "asked")
    assert [(row.person_name, row.household_label, row.points) for row in lines] == [
        ("试甲", "1", 36),
        ("试乙", "1", 12),
        ("试丙", "2", 0),
    ]
    done = confirm(world, list_id, key="yes")
    assert done.state == "confirmed"
    assert balances(world) == [36, 12, 0, 0]
    assert jobs.unbalanced_accounts() == ()
    # The same click again, another key, another person: nothing is posted twice.
    assert confirm(world, list_id, key="yes") == done
    assert refusal(lambda: confirm(world, list_id)) == "decided_already"
    assert balances(world) == [36, 12, 0, 0]
    assert [(amount, sorted(data)) for amount, data in facts("points.opened")] == [
        (12, ["currency", "home_area", "household", "person"]),
        (36, ["currency", "home_area", "household", "person"]),
    ]


def test_the_statement_says_where_they_come_from(world):
    list_id, _ = proposed(world)
    confirm(world, list_id)
    with acting_as(world.recorder):
        held = queries.statement(world.recorder, world.people[0])
    (line,) = held.entries
    assert (line.title, line.points_signed, line.kind) == ("期初积分", 36, "opening")
    assert held.earned_total == 36
    words = line.explanation.in_language("zh")
    who = listed(world, list_id)
    assert words == (
        f"2026-02-28台账结余36分，{who.proposed_by_name}导入，"
        f"{who.decided_by_name}于2026-03-02确认。"
    )


def test_the_resident_and_the_household_read_it_too_though_the_list_is_not_theirs(world):
    """The list names many and is of the place that brought it: here of the town above."""
    list_id, _ = proposed(world)
    confirm(world, list_id)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE points_opening_list SET scope_code = left(scope_code, 6) WHERE id = %s",
            [list_id],
        )
    said = set()
    for reader in (world.recorder, world.resident(world.people[0])):
        with acting_as(reader):
            (line,) = queries.statement(reader, world.people[0]).entries
            told = queries.explained(reader, world.people[0], line.transfer_id)
        said.add(line.explanation.in_language("zh"))
        assert [step.title.zh for step in told.steps] == ["台账结余", "导入", "第二人确认"]
    assert len(said) == 1


def test_nobody_confirms_what_they_imported_or_their_own(world):
    list_id, _ = proposed(world, actor=world.secretary)
    assert refusal(lambda: confirm(world, list_id, actor=world.secretary)) == "own_request"
    assert refusal(lambda: confirm(world, list_id, actor=world.recorder)) == "not_permitted"
    neighbour = world.user("reviewer", world.village, world.people[3])
    assert refusal(lambda: confirm(world, list_id, actor=neighbour)) == "same_household"
    stranger = world.user("secretary", world.other)
    with pytest.raises(NotFound):
        confirm(world, list_id, actor=stranger)
    with pytest.raises(Refused):
        ready(world.keeper, BOOK, target="opening_balances")
    assert balances(world) == [0, 0, 0, 0]


def test_two_who_confirm_at_once_post_it_once(world):
    list_id, _ = proposed(world)
    outcomes = in_threads(
        *(
            lambda actor=actor: confirm(world, list_id, actor=actor)
            for actor in (world.reviewer, world.secretary)
        )
    )
    assert sorted(getattr(each, "code", "done") for each in outcomes) == ["decided_already", "done"]
    assert balances(world) == [36, 12, 0, 0]


def test_wrong_rows_say_what_to_do(world):
    twins = [
        PersonImport(name="试同", village=world.village.code, household="7"),
        PersonImport(name="试同", village=world.village.code, household="7"),
        PersonImport(name="试新", village=world.village.code, household="8"),
    ]
    directory_actions.import_people(twins, actor=world.root, key="twins")
    rows = [
        HEADERS,
        ["试同", "7", 5, None],
        ["试新", "8", 5, None],
        ["试戊", "1", 5, None],
        ["试甲", None, 5, None],
        ["试甲", "1", 10_001, None],
        ["试甲", "1", "三", None],
        ["试甲", "1", -1, None],
        ["试甲", "1", None, None],
        ["试甲", "1", 5, "2026-03-03"],
        ["试甲", "1", 5, None],
        ["试甲", "1", 6, None],
    ]
    _, report = proposed(world, rows)
    assert counts(report) == (1, 0, 0, 10)
    assert sorted(said(report)) == [
        (2, "A", "名册里不止一人相符，请补上出生日期或户号。"),
        (3, "A", "本人还没有同意参加积分。"),
        (4, "A", "名册里没有这个人，请核对姓名和户号。"),
        (5, "A", "只有姓名，认不准是谁，请补上出生日期或户号。"),
        (6, "C", "积分余额请填 0 至 10000 的整数。"),
        (7, "C", "这里请填整数。"),
        (8, "C", "积分余额请填 0 至 10000 的整数。"),
        (9, "C", "积分余额请填 0 至 10000 的整数。"),
        (10, "D", "请填今天或以前的日期，如 2026-06-30。"),
        (12, "A", "这个人在表里出现过，这一行没有导入。"),
    ]


def test_nobody_has_two(world):
    list_id, _ = proposed(world)
    again = "已有期初积分，不能再次导入。"
    for _ in range(2):
        _, report = proposed(world)
        assert [text for _, _, text in said(report)] == [again] * 3
        if listed(world, list_id).state == "asked":
            confirm(world, list_id)
    assert balances(world) == [36, 12, 0, 0]


def test_before_it_is_confirmed_an_undo_removes_the_proposal(world):
    list_id, _ = proposed(world)
    done = imports.undo(list_id, actor=world.recorder, key="back")
    assert (done.removed, done.rows, listed(world, list_id).state) == (3, (), "withdrawn")
    assert refusal(lambda: confirm(world, list_id)) == "decided_already"
    assert counts(proposed(world)[1]) == (3, 0, 0, 0)


def test_afterwards_an_undo_posts_contra_entries_and_says_what_stays(world):
    shop, goods = world.shop(soap=5)
    list_id, _ = proposed(world, actor=world.secretary)
    confirm(world, list_id)
    actions.redeem(
        actor=world.keeper,
        key="soap",
        person_id=world.people[1],
        shop_id=shop.id,
        goods_id=goods["soap"].id,
        quantity=1,
    )
    done = imports.undo(list_id, actor=world.secretary, key="back")
    assert (done.removed, listed(world, list_id).state) == (2, "undone")
    assert [(row.row, row.sentence.in_language("zh")) for row in done.rows] == [
        (3, "积分已用去一部分，予以保留。")
    ]
    assert balances(world) == [0, 7, 0, 0]
    assert jobs.unbalanced_accounts() == ()
    assert [amount for amount, _ in facts("points.opening_reversed")] == [36]
    with acting_as(world.recorder):
        undoing, undone = queries.statement(world.recorder, world.people[0]).entries
    assert (undoing.points_signed, undone.points_signed) == (-36, 36)
    assert undone.undone.in_language("zh") == "这一笔已于2026-03-02冲正，理由：撤销期初积分导入。"
    # The right book may come now; whoever has spent keeps the first one.
    assert counts(proposed(world)[1]) == (2, 0, 0, 1)


def test_who_confirmed_does_not_undo(world):
    list_id, _ = proposed(world)
    confirm(world, list_id, actor=world.secretary)
    assert (
        refusal(lambda: imports.undo(list_id, actor=world.secretary, key="back"))
        == "own_confirmation"
    )
    assert balances(world) == [36, 12, 0, 0]


def test_a_second_person_sends_a_list_back_and_it_may_come_again(world):
    list_id, _ = proposed(world)

    def decline(reason="丙的分数不对", actor=world.reviewer):
        return actions.decline_openings(
            actor=actor, key=world.key(), list_id=list_id, reason=reason
        )

    codes = [refusal(lambda: decline("  ")), refusal(lambda: decline(actor=world.recorder))]
    declined = decline()

    assert codes == ["reason_missing", "not_permitted"]
    assert (declined.state, declined.reason) == ("declined", "丙的分数不对")
    assert refusal(lambda: confirm(world, list_id)) == "decided_already"
    assert balances(world) == [0, 0, 0, 0]
    confirm(world, proposed(world)[0])
    assert balances(world) != [0, 0, 0, 0]
