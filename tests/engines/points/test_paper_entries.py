"""A paper book comes in as a table: every fault is named, and the undo is exact."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

import pytest
from django.db import connections

from engines.directory.rosters import bring, ready, workbook
from engines.points.paper_book import FAULTS, HEADERS, SOMEBODYS, book
from engines.points.threads import in_threads
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory.rules import PersonImport
from liuchi.engines.files.actions import imports
from liuchi.engines.journal import actions as journal_actions
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, jobs, queries
from liuchi.kernel import clock
from liuchi.kernel.errors import Refused

LINES, PLANTED, KINDS = 5_000, 200, 20
PATROL = {"code": "patrol", "title": "夜间巡逻", "class": "治安", "award": 3, "per": "session"}


@pytest.fixture(autouse=True)
def staging(settings, tmp_path: Path) -> None:
    settings.LIUCHI_DATA_DIR = tmp_path


@pytest.fixture
def residents(world):
    """150 more people, two of one name in one house, one who takes no part; a rule of today."""
    names = [(f"试{chr(0x4E10 + n)}", f"{n + 100}") for n in range(150)]
    rows = [PersonImport(name=n, village=world.village.code, household=h) for n, h in names]
    ids = directory_actions.import_people(rows, actor=world.root, key="more").person_ids
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO directory_consent (id, person_id, purpose, playbook, scope_code, "
            "given_at, given_to) SELECT gen_random_uuid(), person.id, consent.purpose, "
            "consent.playbook, person.scope_code, consent.given_at, consent.given_to "
            "FROM directory_person AS person, (SELECT * FROM directory_consent LIMIT 1) "
            "AS consent WHERE person.id = ANY(%s)",
            [list(ids)],
        )
    others = [("试同", "901"), ("试同", "901"), ("试未同意", "902")]
    rows = [PersonImport(name=n, village=world.village.code, household=h) for n, h in others]
    rows.append(PersonImport("试证", world.village.code, household="903", id_number=SOMEBODYS))
    directory_actions.import_people(rows, actor=world.root, key="others-too")
    journal_actions.apply_playbook(
        code="patrols",
        source="",
        compiled={
            "points": {"currency": {"code": "patrol", "title": "巡逻积分"}, "rules": [PATROL]}
        },
        places=[world.village.id],
        in_force_from=clock.today(),
        spec_version=1,
        approved_by="居民代表会议",
        actor=world.root,
    )
    return names


def counts(village_id):
    """Return how many claims, facts and transfers there are: what an undo must give back."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT state, count(*) FROM points_claim WHERE village_id = %s GROUP BY state",
            [village_id],
        )
        return dict(cursor.fetchall())


def test_a_book_of_five_thousand_lines_with_two_hundred_faults(world, residents, capsys):
    held = book(residents, clock.today(), lines=LINES, faults=PLANTED)
    assert (len(held.rows) - 1, len(held.faults), held.good) == (LINES, PLANTED, LINES - PLANTED)
    assert len(set(held.faults.values())) == KINDS
    before = world.propose(world.people[0], on=date(2026, 2, 27))
    content = workbook({"登记簿": held.rows})
    began = perf_counter()
    import_id, tried = ready(world.recorder, content, target="paper_entries", ids=True)
    checked = perf_counter()
    # The dry run names each row and each kind, and nothing else; it leaves nothing behind.
    assert {row.row: row.code for row in tried.rows} == held.faults
    assert (tried.new, tried.refused) == (held.good, PLANTED)
    assert counts(world.village.id) == {"proposed": 1}

    report = imports.run(import_id, actor=world.recorder, key="run")
    done = perf_counter()
    assert (report.new, report.rows) == (held.good, tried.rows)
    assert counts(world.village.id) == {"proposed": held.good + 1}

    undone = imports.undo(import_id, actor=world.recorder, key="back")
    assert (undone.removed, undone.rows) == (held.good, ())
    assert counts(world.village.id) == {"proposed": 1, "withdrawn": held.good}
    with acting_as(world.recorder):
        assert queries.claim(world.recorder, before.id) == before
    with capsys.disabled():
        print(  # noqa: T201  what a clerk waits for
            f"\n{LINES} lines: tried in {checked - began:.1f} s, imported in {done - checked:.1f} s"
            f", undone in {perf_counter() - done:.1f} s"
        )


def test_every_kind_of_fault_has_a_name_of_its_own(world, residents):
    today, rows = clock.today(), [HEADERS]
    for number, spoil in enumerate(FAULTS.values()):
        name, house = residents[number]
        rows.append(
            spoil([name, house, None, "邻里互助", f"{today}", None, 50, None, None], today, 0)
        )
    _, report = ready(world.recorder, rows, target="paper_entries", ids=True)
    assert Counter(row.code for row in report.rows) == dict.fromkeys(FAULTS, 1)
    assert [row.code for row in report.rows if len(row.sentence.in_language("zh")) > 70] == []


def entries(world, *names):
    return [
        HEADERS,
        *([n, "1", None, "邻里互助", "2026-02-27", 1, 50, "帮邻居搬家", None] for n in names),
    ]


def only(world, batch_id):
    with acting_as(world.reviewer):
        return queries.claims(world.reviewer, batch_id=batch_id).rows


def test_an_undo_after_review_withdraws_from_the_notice_and_asks_for_the_contra_entry(world):
    import_id, report = bring(world.recorder, entries(world, "试甲"), target="paper_entries")
    assert (report.new, report.rows) == (1, ())
    (claim,) = only(world, import_id)
    assert (claim.note, claim.capacity, claim.happened_on) == (
        "帮邻居搬家",
        "recorder",
        date(2026, 2, 27),
    )
    world.review(claim)
    undone = imports.undo(import_id, actor=world.recorder, key="back")
    assert (undone.removed, undone.rows, only(world, import_id)[0].state) == (1, (), "withdrawn")

    # What was taken back may come again; posted, it takes a second person to undo it.
    again, report = bring(world.recorder, entries(world, "试甲", "试乙"), target="paper_entries")
    assert report.new == 2
    world.review(next(each for each in only(world, again) if each.person_name == "试甲"))
    world.clock.advance(timedelta(days=10))
    assert jobs.post_due() == 1
    undone = imports.undo(again, actor=world.recorder, key="back-again")
    assert undone.removed == 1
    assert [(row.row, row.sentence.zh) for row in undone.rows] == [
        (2, "已记入，已提请另一人核准冲正。")
    ]
    with acting_as(world.reviewer):
        (asked,) = queries.approvals(world.reviewer).rows
    actions.decide_approval(
        actor=world.reviewer,
        key="yes",
        approval_id=asked.id,
        approve=True,
        expected_version=asked.version,
    )
    assert world.balance(world.people[0]) == 0
    assert {each.state for each in only(world, again)} == {"withdrawn", "reversed"}


def test_a_book_is_entered_in_its_own_village(world):
    town = world.user("clerk", world.village)
    high = replace(town, scope_code=town.scope_code[:9], grants=world.secretary.grants)
    with pytest.raises(Refused) as refused:
        ready(high, entries(world, "试甲"), target="paper_entries")
    assert refused.value.code == "one_village"


def test_a_long_list_and_a_single_claim_count_the_same_room(world, monkeypatch):
    monkeypatch.setattr("liuchi.engines.points.actions.entering._LOCKS_MAX", 0)
    book_line = ["试甲", "1", None, "核酸检测志愿服务", "2026-02-27", 10, 20, None, None]
    book, _ = ready(world.recorder, [HEADERS, book_line], target="paper_entries")
    outcomes = in_threads(
        lambda: imports.run(book, actor=world.recorder, key="together").new,
        lambda: (
            world.propose(
                world.people[0], "testing", on=date(2026, 2, 26), quantity=1, actor=world.secretary
            ).state
        ),
    )
    with acting_as(world.root):
        held = queries.claims(world.root, person_id=world.people[0]).rows
    assert sum(each.points for each in held) <= 20, outcomes
    assert len(held) == 1
