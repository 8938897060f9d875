"""Postings through their actions, on a real PostgreSQL."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection
from PIL import Image

from engines.disclosures.posted import BOOK, ROW, Posted
from liuchi.engines.disclosures import actions, queries, rules
from liuchi.engines.disclosures.enums import PostingState
from liuchi.engines.files import actions as files
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.errors import Conflict, Invalid, NotFound, Refused
from liuchi.project.postgres import Cluster, Role

WORK = {"what": "修渠", "amount": "12000"}


def facts_of(posted: Posted, kind: str) -> list[tuple[Any, ...]]:
    with acting_as(posted.world.root), connection.cursor() as cursor:
        cursor.execute(
            "SELECT amount::int, data->>'item', data->>'in_time', data->>'version' "
            "FROM journal_fact WHERE kind = %s ORDER BY id",
            [kind],
        )
        return list(cursor.fetchall())


def test_what_is_entered_goes_out_masked_by_another_person(posted: Posted) -> None:
    posting_id = posted.submitted(
        {**ROW, "id": "11010519491231002X", "card": "6222021001116245702"}
    )
    before = posted.now(posting_id)
    assert dict(before.rows[0].cells) == {**ROW, "id": "002X", "card": "5702"}
    posted.release(posting_id)
    out = queries.public_posting(posting_id)
    rows, more = queries.public_rows(posting_id)
    assert [row.cells for row in rows] == [("甲大一", "一组", "300.00", "", "****5702")]
    assert (out.row.state, out.row.row_count, str(out.row.total), more) == (
        PostingState.RELEASED, 1, "300.00", None,
    )  # fmt: skip
    # What the preview showed is what went out, and anybody can compute its hash again.
    assert before.preview.rows == tuple(row.cells for row in rows)
    form = before.preview
    assert out.row.content_hash == rules.content_hash("relief", date(2025, 10, 1), form)
    assert facts_of(posted, "disclosures.released") == [(1, "relief", "no", "1")]


def test_nobody_releases_what_they_had_a_hand_in(posted: Posted) -> None:
    posting_id = posted.begin()
    posted.write(posting_id, [ROW], by=posted.world.clerk)
    posted.submit(posting_id)
    for by in (posted.world.secretary, posted.world.clerk):
        with pytest.raises(Refused) as refused:
            posted.release(posting_id, by=by)
        assert refused.value.code == "own_posting"
    # The database refuses as well, whatever an action says.
    with acting_as(posted.world.clerk), pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(
            "SELECT disclosures_publish(jsonb_build_object('posting', to_jsonb(held) || "
            "jsonb_build_object('released_at', now(), 'row_count', 1))) "
            "FROM disclosures_posting AS held WHERE id = %s",
            [posting_id],
        )


def test_the_application_cannot_write_what_everybody_reads(
    posted: Posted, cluster: Cluster, db: str
) -> None:
    posted.released()
    for statement in (
        "INSERT INTO disclosures_public_row SELECT * FROM disclosures_public_row",
        "UPDATE disclosures_public_row SET words = ''",
        "DELETE FROM disclosures_public_row",
        "UPDATE disclosures_public_posting SET note = ''",
        "UPDATE disclosures_posting SET released_at = NULL",
    ):
        with cluster.connect(Role.APP, db) as raw, pytest.raises(psycopg.Error) as refused:
            raw.execute(statement)
        assert refused.value.sqlstate == "42501"


def test_a_whole_number_gets_into_no_public_table(
    posted: Posted, cluster: Cluster, db: str
) -> None:
    posted.released()
    for number in ("110105194912310029", "13800138000"):
        with cluster.connect(Role.OWNER, db) as raw, pytest.raises(psycopg.Error) as refused:
            raw.execute("UPDATE disclosures_public_row SET words = %s", [f"电{number}话"])
        assert refused.value.sqlstate == "23514"


def test_another_village_sees_nothing_of_what_is_prepared(posted: Posted) -> None:
    posting_id = posted.begin()
    posted.write(posting_id, [ROW])
    elsewhere = posted.world.elsewhere
    with acting_as(elsewhere), connection.cursor() as cursor:
        for table in ("posting", "row", "import", "attachment"):
            cursor.execute(f"SELECT count(*) FROM disclosures_{table}")
            assert cursor.fetchone() == (0,)
    with pytest.raises(Refused if "disclosures.posting.read" not in elsewhere.grants else NotFound):
        posted.now(posting_id, elsewhere)
    with pytest.raises(NotFound):
        queries.public_posting(posting_id)


def test_a_finding_holds_a_posting_back_until_it_is_masked_or_answered(posted: Posted) -> None:
    posting_id = posted.submitted({**ROW, "use": "住院，请拨13800138000"})
    with pytest.raises(Refused) as refused:
        posted.release(
            posting_id, answers={f.key: "已核对" for f in posted.now(posting_id).findings}
        )
    assert refused.value.code == "must_be_masked"
    world = posted.world
    actions.send_back_posting(
        actor=world.clerk, key=world.key(), posting_id=posting_id, reason="有手机号"
    )
    assert actions.mask_found(actor=world.secretary, key=world.key(), posting_id=posting_id) == 1
    posted.submit(posting_id)
    with pytest.raises(Refused) as refused:
        posted.release(posting_id)
    assert refused.value.code == "finding_unanswered"
    (finding,) = posted.now(posting_id).findings
    posted.release(posting_id, answers={finding.key: "本人书面同意", "cell:9": "无关"})
    assert posted.now(posting_id).answers == {finding.key: "本人书面同意"}
    (row,) = queries.public_rows(posting_id)[0]
    assert row.cells[3] == "住院，请拨****8000"


def test_only_a_draft_is_edited(posted: Posted) -> None:
    posting_id = posted.submitted()
    with pytest.raises(Refused) as refused:
        posted.write(posting_id, [ROW])
    assert refused.value.code == "posting_state"
    with acting_as(posted.world.secretary), pytest.raises(DatabaseError), connection.cursor() as c:
        c.execute("UPDATE disclosures_row SET cells = '{}' WHERE posting_id = %s", [posting_id])


def test_bad_rows_are_named_and_nothing_is_written(posted: Posted) -> None:
    posting_id = posted.begin()
    with pytest.raises(Invalid) as invalid:
        posted.write(posting_id, [ROW, {"name": "乙", "amount": "许多"}])
    assert [each.field for each in invalid.value.errors] == ["2.group", "2.amount"]
    assert posted.now(posting_id).rows == ()


def test_a_row_is_changed_removed_and_all_are_replaced(posted: Posted) -> None:
    posting_id, world = posted.begin(), posted.world
    assert posted.write(posting_id, [ROW, {**ROW, "name": "乙大二"}]) == 2
    first, second = posted.now(posting_id).rows
    common = {"actor": world.secretary, "posting_id": posting_id}
    actions.change_row(key=world.key(), row_id=first.id, cells={**ROW, "amount": "5"}, **common)
    actions.change_row(key=world.key(), row_id=second.id, cells=None, **common)
    assert [row.cells["amount"] for row in posted.now(posting_id).rows] == ["5.00"]
    assert actions.write_rows(key=world.key(), rows=[ROW] * 3, replace=True, **common) == 3


def test_a_period_is_posted_once_and_what_happens_at_once_by_its_subject(posted: Posted) -> None:
    posted.begin()
    with pytest.raises(Conflict) as conflict:
        posted.begin(on=date(2025, 10, 1))
    assert conflict.value.code == "posting_there"
    day = date(2026, 2, 27)
    with pytest.raises(Invalid):
        posted.begin("works", day)
    for subject in ("修渠", "修路"):
        posted.released(WORK, item="works", on=day, subject=subject)
    found = queries.public_postings(posted.village, item_code="works").rows
    assert sorted((row.number, row.subject) for row in found) == [(1, "修渠"), (2, "修路")]


def test_a_key_repeated_changes_nothing(posted: Posted) -> None:
    world = posted.world
    common: dict[str, Any] = {"actor": world.secretary, "key": "again"}
    given = {"area_id": posted.village, "playbook": BOOK, "item_code": "relief"}
    one = actions.begin_posting(**common, **given, on=date(2026, 1, 2))
    assert actions.begin_posting(**common, **given, on=date(2026, 1, 2)) == one
    for _ in range(2):
        actions.write_rows(**common, posting_id=one, rows=[ROW])
    actions.submit_posting(**common, posting_id=one)
    actions.write_rows(**common, posting_id=one, rows=[ROW])
    assert posted.now(one).row.row_count == 1


def test_an_item_that_does_not_apply_is_not_posted(posted: Posted) -> None:
    world = posted.world

    def set_to(applies: bool) -> None:
        actions.set_applicability(
            actor=world.clerk,
            key=world.key(),
            area_id=posted.village,
            playbook=BOOK,
            item_code="relief",
            applies=applies,
            reason="本社区没有农户",
        )

    set_to(False)
    assert "relief" not in [each.row.spec.code for each in queries.public_items(posted.village)]
    with pytest.raises(Refused) as refused:
        posted.begin()
    assert refused.value.code == "item_not_here"
    with pytest.raises(Refused):
        actions.set_applicability(
            actor=world.secretary,
            key=world.key(),
            area_id=posted.village,
            playbook=BOOK,
            item_code="relief",
            applies=True,
            reason="自己改回",
        )
    set_to(True)
    assert posted.begin()


def test_a_correction_says_what_and_why_and_the_old_one_stays_as_such(posted: Posted) -> None:
    world, old = posted.world, posted.released(ROW, {**ROW, "name": "乙大二"})
    new = actions.correct_posting(
        actor=world.secretary, key=world.key(), posting_id=old, why="金额录错"
    )
    assert queries.public_posting(old).row.state is PostingState.RELEASED
    with pytest.raises(Conflict):
        actions.correct_posting(
            actor=world.secretary, key=world.key(), posting_id=old, why="再来一次"
        )
    row = posted.now(new).rows[1]
    actions.change_row(
        actor=world.secretary,
        key=world.key(),
        posting_id=new,
        row_id=row.id,
        cells={**row.cells, "amount": "350"},
    )
    posted.submit(new)
    posted.release(new)
    was, now = queries.public_posting(old), queries.public_posting(new)
    assert (was.row.state, was.newer) == (PostingState.CORRECTED, new)
    assert (now.row.version, now.why, now.older) == (2, "金额录错", old)
    assert [each.columns for each in queries.correction_changes(new)] == [(2,)]
    assert len(queries.public_rows(old)[0]) == 2
    hits = queries.search(posted.village, "乙大二").rows
    assert [hit.row.posting_id for hit in hits] == [new]
    assert facts_of(posted, "disclosures.corrected") == [(2, "relief", "no", "2")]


def test_taken_down_its_rows_are_gone_and_the_reason_stays(posted: Posted) -> None:
    world, posting_id = posted.world, posted.released()
    with pytest.raises(Invalid) as invalid:
        actions.take_down_posting(
            actor=world.clerk, key=world.key(), posting_id=posting_id, reason="13800138000来电"
        )
    assert invalid.value.code == "reason_tells"
    actions.take_down_posting(
        actor=world.clerk, key=world.key(), posting_id=posting_id, reason="录错了村"
    )
    out = queries.public_posting(posting_id)
    assert (out.row.state, out.row.down_reason) == (PostingState.TAKEN_DOWN, "录错了村")
    assert queries.public_rows(posting_id)[0] == ()
    assert queries.search(posted.village, "甲大一").rows == ()
    assert posted.begin() != posting_id


def test_what_has_been_up_long_enough_is_taken_down_with_its_versions(posted: Posted) -> None:
    world, old = posted.world, posted.released()
    new = actions.correct_posting(
        actor=world.secretary, key=world.key(), posting_id=old, why="金额录错"
    )
    posted.submit(new)
    posted.release(new)
    until = queries.public_posting(new).row.takes_down_on
    assert until == date(2027, 3, 2)
    world.clock.advance(timedelta(days=364))
    assert actions.take_down_expired() == 0
    world.clock.advance(timedelta(days=1))
    assert actions.take_down_expired() == 2
    assert actions.take_down_expired() == 0
    assert queries.public_posting(old).row.state is PostingState.TAKEN_DOWN
    assert queries.public_posting(new).row.down_reason == "公开期满"


def test_search_finds_rows_by_parts_of_words_page_by_page(posted: Posted) -> None:
    for month in (10, 11, 12):
        rows = [
            {"day": f"2025-{month}-0{n}", "what": f"购办公用品{n}批", "amount": n * 100}
            for n in range(1, 4)
        ]
        posted.released(*rows, item="spending", on=date(2025, month, 5))
    found, after = [], None
    while True:
        page = queries.search(posted.village, "办公 批", after=after, limit=4)
        found += [(hit.row.first.month, hit.row.position) for hit in page.rows]
        after = page.next_after
        if after is None:
            break
    assert found == [(m, n) for m in (12, 11, 10) for n in (1, 2, 3)]
    assert len(queries.search(posted.village, "200.00").rows) == 3
    assert queries.search(posted.village, "办公", year=2024).rows == ()
    assert queries.search(posted.village, "办公", item_code="relief").rows == ()
    assert queries.search(posted.world.other.id, "办公").rows == ()
    assert queries.search(posted.village, "  ").rows == ()


def test_what_everybody_reads_needs_no_scope_and_nothing_else_can_be_read(posted: Posted) -> None:
    posting_id = posted.released()
    assert queries.public_postings(posted.village).rows[0].id == posting_id
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM disclosures_row")


def test_moves_are_those_the_database_knows(db: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT state_before, state_after FROM disclosures_moves()")
        assert set(cursor.fetchall()) == rules.STATE_CHANGES


def test_a_key_stands_for_one_command_with_all_its_words(
    posted: Posted, settings: Any, tmp_path: Path
) -> None:
    settings.LIUCHI_DATA_DIR = tmp_path
    world = posted.world
    posting_id, drawn = posted.begin(), io.BytesIO()
    Image.new("RGB", (8, 8)).save(drawn, "PNG")
    document = files.store_image(
        drawn.getvalue(), "一.png", actor=world.secretary, key="drawn",
        scope_code=world.village.scope_code,
    ).id  # fmt: skip
    said = {"actor": world.secretary, "key": "one", "posting_id": posting_id}
    made = actions.attach(**said, document_id=document, file_name="一.jpg")
    assert actions.attach(**said, document_id=document, file_name="一.jpg") == made
    with pytest.raises(Conflict):
        actions.attach(**said, document_id=document, file_name="二.jpg")

    other = posted.submitted({**ROW, "use": "住院费用大"}, on=date(2025, 9, 30))
    (finding,) = posted.now(other).findings
    out = {"actor": world.clerk, "key": "two", "posting_id": other}
    actions.release_posting(**out, answers={finding.key: "本人书面同意"})
    actions.release_posting(**out, answers={finding.key: "本人书面同意"})
    with pytest.raises(Conflict):
        actions.release_posting(**out, answers={finding.key: "随便写的"})

    seat = actions.elect_member(
        actor=world.clerk, key="three", area_id=posted.village, name="丙三",
        elected_on=date(2026, 1, 5), votes=3, voters=5,
    )  # fmt: skip
    left = {"actor": world.clerk, "key": "four", "seat_id": seat, "left_on": date(2026, 2, 1)}
    actions.end_membership(**left, reason="搬到外地")
    actions.end_membership(**left, reason="搬到外地")
    with pytest.raises(Conflict):
        actions.end_membership(**left, reason="本人辞去")
