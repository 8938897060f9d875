"""Importing a roster from a workbook: who is new, changed, moved, refused; and undoing it."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.db import connection, connections
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.directory.rosters import (
    bring,
    choose,
    counts,
    everything,
    found_anywhere,
    ready,
    receive,
    said,
    workbook,
)
from liuchi.engines.directory import actions, queries
from liuchi.engines.directory import jobs as directory_jobs
from liuchi.engines.directory.actions import PersonChange
from liuchi.engines.files import jobs
from liuchi.engines.files import queries as files
from liuchi.engines.files.actions import imports
from liuchi.engines.files.enums import ImportState
from liuchi.engines.files.rules import SheetChoice
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.errors import Conflict, Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id

ID_NUMBER = "11010519491231002X"
HEADERS = ["户号", "姓名", "性别", "出生日期", "手机", "住址"]
ROWS = [
    HEADERS,
    ["0001", "甲一", "男", "1980-05-01", "13800000001", "示例花园1栋"],
    ["0001", "甲二", "女", "1982-05-01", None, None],
    ["0002", "乙一", "男", "1950-01-01", "13900000001", "示例花园2栋"],
]


def key() -> str:
    return str(new_id())


def owner(statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture(autouse=True)
def staging(settings, tmp_path: Path) -> Path:
    settings.LIUCHI_DATA_DIR = tmp_path
    return tmp_path / "imports"


@pytest.fixture
def secretary(official):
    return official("secretary", "罗冲社区")


def names(actor):
    with acting_as(actor):
        return {row.name: row for row in queries.people(actor, limit=200).rows}


def homes(actor):
    return {name: row.household_label for name, row in names(actor).items()}


def facts(kind: str, *columns: str):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(columns)} FROM journal_fact WHERE kind = %s ORDER BY id", [kind]
        )
        return cursor.fetchall()


# Bringing in ---------------------------------------------------------------------------


def test_a_roster_comes_in_and_comes_again_unchanged(secretary):
    import_id, report = bring(secretary, ROWS)
    assert (counts(report), report.rows) == ((3, 0, 0, 0), ())
    assert homes(secretary) == {"甲一": "0001", "甲二": "0001", "乙一": "0002"}
    row = names(secretary)["甲一"]
    assert (row.phone_masked, row.birth_year, row.sex) == ("138****0001", 1980, "male")
    before = everything()
    _, again = bring(secretary, ROWS)
    assert counts(again) == (0, 0, 3, 0)
    assert everything() == before
    assert facts("files.import_run", "subject_id", "amount::int", "data->>'added'") == [
        (import_id, 3, "3"),
        (facts("files.import_run", "subject_id")[1][0], 3, "0"),
    ]
    assert facts("directory.people_imported", "amount::int", "data->>'households'") == [(3, "2")]


def test_what_changed_changes_and_an_empty_cell_changes_nothing(secretary):
    bring(secretary, ROWS)
    later = [
        HEADERS,
        ["0001", "甲一", None, "1980-05-01", "13811111111", None],
        ["0002", "甲二", "女", "1982-05-01", None, None],
    ]
    _, report = bring(secretary, later)
    assert (counts(report), report.moved, report.missing) == ((0, 2, 0, 0), 1, 1)
    held = names(secretary)
    assert (held["甲一"].phone_masked, held["甲一"].sex) == ("138****1111", "male")
    assert homes(secretary) == {"甲一": "0001", "甲二": "0002", "乙一": "0002"}
    value = actions.unmask(held["甲一"].id, "phone", "核对", actor=secretary, key=key())
    address = actions.unmask(held["甲一"].id, "address", "核对", actor=secretary, key=key())
    assert (value, address) == ("13811111111", "示例花园1栋")


def test_a_later_move_keeps_where_one_lived_before(secretary, clock):
    bring(secretary, ROWS)
    clock.advance(timedelta(days=30))
    bring(secretary, [HEADERS, ["0002", "甲二", "女", "1982-05-01", None, None]])
    with connection.cursor() as cursor, acting_as(secretary):
        cursor.execute(
            "SELECT household.label, member.valid_from::text, member.valid_to::text "
            "FROM directory_membership AS member JOIN directory_household AS household "
            "ON household.id = member.household_id JOIN directory_person AS person "
            "ON person.id = member.person_id WHERE person.name = '甲二' ORDER BY 2"
        )
        assert cursor.fetchall() == [
            ("0001", "2026-03-02", "2026-04-01"),
            ("0002", "2026-04-01", None),
        ]


def test_an_identity_number_is_recognised_whatever_else_changed(secretary):
    headers = ["姓名", "身份证号", "户号"]
    bring(secretary, [headers, ["甲一", ID_NUMBER, "0001"]], ids=True)
    _, report = bring(secretary, [headers, ["甲一一", ID_NUMBER.lower(), "0003"]], ids=True)
    assert (counts(report), report.moved) == ((0, 1, 0, 0), 1)
    assert homes(secretary) == {"甲一一": "0003"}
    assert found_anywhere(ID_NUMBER) == []


def test_a_title_two_header_rows_merged_households_and_a_sheet_for_each_grid(secretary):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for grid, name in (("第一网格", "甲"), ("罗冲第二网格", "乙")):
        sheet = made.create_sheet(grid)
        for row in (
            ["罗冲社区居民花名册"],
            ["户号", "家庭成员", None, "联系", None],
            [None, "姓名", "与户主关系", "电话", "门牌号"],
            ["0001", f"{name}一", "户主", "13800000001", "1栋101"],
            [None, f"{name}二", "配偶", None, None],
            ["注：以上人员"],
        ):
            sheet.append(row)
        for merged in ("A1:E1", "A2:A3", "B2:C2", "D2:E2", "A4:A5", "E4:E5"):
            sheet.merge_cells(merged)
    hidden = made.create_sheet("旧")
    hidden.append(["姓名"])
    hidden.append(["丙一"])
    hidden.sheet_state = "hidden"
    made.save(path := Path(imports.staging_folder().parent / "roster.xlsx"))
    _, report = bring(secretary, path.read_bytes())
    # 0001 of the second sheet is another household: each sheet counts its own.
    assert counts(report) == (4, 0, 0, 0)
    held = names(secretary)
    assert {n: (r.household_label, r.grid_name) for n, r in held.items()} == {
        "甲一": ("0001", "罗冲第一网格"),
        "甲二": ("0001", "罗冲第一网格"),
        "乙一": ("002-0001", "罗冲第二网格"),
        "乙二": ("002-0001", "罗冲第二网格"),
    }
    before = everything()
    assert counts(bring(secretary, path.read_bytes())[1]) == (0, 0, 4, 0)
    del made["第一网格"]
    made.save(path)
    assert counts(bring(secretary, path.read_bytes())[1]) == (0, 0, 2, 0)
    assert everything() == before


def test_families_without_a_number_begin_with_their_head_and_keep_together(secretary):
    headers = ["姓名", "与户主关系", "户主"]
    rows = [
        headers,
        ["甲一", "户主", None],
        ["甲二", "配偶", None],
        ["乙一", "本人", "乙一"],
        ["乙二", "子", "乙一"],
        ["丙一", None, None],
    ]
    bring(secretary, rows)
    assert homes(secretary) == {
        "甲一": "0001", "甲二": "0001", "乙一": "0002", "乙二": "0002", "丙一": "",
    }  # fmt: skip
    assert counts(bring(secretary, rows)[1]) == (0, 0, 5, 0)
    _, report = bring(secretary, [headers, ["乙一", "户主", None], ["乙三", "女", None]])
    assert counts(report) == (1, 0, 1, 0)
    assert homes(secretary)["乙三"] == "0002"


# Wrong rows -----------------------------------------------------------------------------


def test_bad_rows_are_named_and_the_good_ones_come_in(secretary):
    rows = [
        [*HEADERS, "身份证号"],
        ["0001", "甲一", "男", "1980-05-01", "13800000001", "示例花园1栋", None],
        ["0001", "13号", "男", "2022-02-30", "12345", "长" * 121, None],
        ["0001", "甲三", "不明", None, None, None, "123"],
        ["0001", "甲四", None, None, None, None, ID_NUMBER],
        ["0001", "甲五", None, None, None, None, ID_NUMBER],
        ["0001", "甲一", "男", "1980-05-01", None, None, None],
        ["0001", "甲六", None, None, None, None, 110105194912310000],
        ["0001", "甲七", None, "=TODAY()", None, None, None],
        ["0001", "甲八", None, "1949-01-01", None, None, ID_NUMBER],
    ]
    _, report = bring(secretary, rows, ids=True)
    assert counts(report) == (1, 0, 0, 8)
    assert said(report) == [
        (3, "D", "没有这一天，日期请写成 1980-05-01。"),
        (3, "B", "姓名只能是文字，最多 40 个字。"),
        (3, "E", "电话号码不对：手机号 11 位，座机请带区号。"),
        (3, "F", "太长了，最多 120 个字。"),
        (4, "C", "性别请填“男”或“女”。"),
        (4, "G", "身份证号不对：请核对位数、出生日期和最后一位。"),
        (5, "G", "与第 6 行身份证号相同，请改正其中一行。"),
        (6, "G", "与第 5 行身份证号相同，请改正其中一行。"),
        (7, "B", "与第 2 行是同一个人，这一行没有导入。"),
        (8, "G", "号码存成了数字，末几位已丢失，请改为文本。"),
        (9, "D", "公式还没有算出结果，请打开保存后再传。"),
        (10, "D", "出生日期与身份证号不一致。"),
    ]
    assert list(names(secretary)) == ["甲一"]
    assert max(len(text) for _, _, text in said(report)) <= 40


def test_bad_rows_are_handed_back_mended_and_brought_in(secretary, staging):
    rows = [*ROWS, ["0003", "丙一", "男", "1990-13-01", None, None]]
    import_id, report = bring(secretary, rows)
    with acting_as(secretary):
        given = files.bad_rows(secretary, import_id)
        assert files.problems(secretary, import_id) == report.rows
    path = staging.parent / "bad.xlsx"
    path.write_bytes(given)
    book = openpyxl.load_workbook(path)
    held = [[cell.value for cell in row] for row in book.active.rows]
    assert held == [
        ["户号", "姓名", "性别", "出生日期", "手机号", "住址", "原行号", "问题"],
        ["0003", "丙一", "男", "1990-13-01", None, None, 5,
         "D没有这一天，日期请写成 1980-05-01。"],
    ]  # fmt: skip
    book.active["D2"] = "1990-12-01"
    book.save(path)
    _, mended = bring(secretary, path.read_bytes())
    assert counts(mended) == (1, 0, 0, 0)
    assert len(names(secretary)) == 4


def test_namesakes_nobody_can_tell_apart_are_refused(secretary):
    headers = ["姓名", "户号", "出生日期"]
    bring(secretary, [headers, ["甲一", "0001", "1980-01-01"], ["甲一", "0002", "1990-01-01"]])
    _, report = bring(secretary, [["姓名"], ["甲一"]])
    assert said(report) == [(2, "A", "同名的人不止一个，请补出生日期或身份证号。")]
    _, report = bring(secretary, [headers, ["甲一", "0002", None], ["甲一", None, "1980-01-01"]])
    assert counts(report) == (0, 0, 2, 0)


def test_who_is_registered_elsewhere_is_refused(root, official, secretary):
    clerk = official("clerk", "菱北办事处")
    headers = ["姓名", "社区", "身份证号"]
    bring(clerk, [headers, ["甲一", "盛塘社区", ID_NUMBER]], ids=True)
    _, report = bring(clerk, [headers, ["甲一", "罗冲社区", ID_NUMBER]], ids=True)
    assert said(report) == [(2, "A", "此人已登记在别的村（社区），请先办迁移。")]
    _, report = bring(clerk, [["姓名"], ["乙一"]])
    assert said(report) == [(2, "", "请写明是哪个村（社区）。")]
    _, report = bring(secretary, [["姓名", "社区"], ["乙一", "盛塘社区"]])
    assert said(report) == [(2, "B", "您的范围内没有这个村（社区）。")]


# What is kept -------------------------------------------------------------------------


def test_an_unmapped_column_is_found_nowhere(secretary, staging):
    rows = [
        ["姓名", "银行卡号", "身份证号", "备注"],
        ["甲一", "6222021234567890", ID_NUMBER, "低保户贫困"],
    ]
    import_id, _ = ready(secretary, rows)
    assert [path.name for path in staging.iterdir()] == [f"{import_id}.file"]
    assert "甲一".encode() not in (staging / f"{import_id}.file").read_bytes()
    imports.run(import_id, actor=secretary, key=key())
    assert list(staging.iterdir()) == []
    hidden = ("6222021234567890", ID_NUMBER, "低保户贫困", "银行卡号")
    assert {text: found_anywhere(text) for text in hidden} == {text: [] for text in hidden}
    assert found_anywhere("甲一") == ["directory_person"]


def test_identity_numbers_are_off_until_ticked_with_a_purpose_and_never_remembered(secretary):
    content = workbook({"名单": [["姓名", "身份证号"], ["甲一", ID_NUMBER]]})
    import_id = receive(secretary, content)
    chosen = [SheetChoice("名单", {0: "name", 1: "id_number"})]
    with pytest.raises(Invalid) as refused:
        imports.choose_columns(import_id, chosen, actor=secretary, key=key())
    assert [error.field for error in refused.value.errors] == ["purpose"]
    imports.choose_columns(import_id, chosen, purpose="核对身份", actor=secretary, key=key())
    with acting_as(secretary):
        columns = files.offer(secretary, receive(secretary, content)).sheets[0].columns
    assert [(c.field, c.off_field, c.remembered, c.samples) for c in columns] == [
        ("name", "", True, ("甲一",)),
        ("", "id_number", False, ("110***************",)),
    ]


def test_a_choice_is_remembered_for_these_headers_in_this_place(secretary, official):
    content = workbook({"名单": [["居民", "楼栋"], ["甲一", "示例花园1栋"]]})
    import_id = receive(secretary, content)
    chosen = [SheetChoice("名单", {0: "name", 1: "address"}, (1, 1))]
    imports.choose_columns(import_id, chosen, actor=secretary, key=key())

    def offered(actor):
        with acting_as(actor):
            sheet = files.offer(actor, receive(actor, content)).sheets[0]
        return [(column.field, column.remembered) for column in sheet.columns]

    assert offered(secretary) == [("name", True), ("address", True)]
    assert offered(official("secretary", "盛塘社区")) == [("", False), ("", False)]


def test_a_choice_that_cannot_be_read_is_told_what_is_missing(secretary):
    import_id = receive(secretary, ROWS)
    for sheets, words in (
        ([], "请至少选一个工作表。"),
        ([SheetChoice("名单", {0: "household"})], "请指明哪一列是“姓名”。"),
        ([SheetChoice("名单", {1: "name", 2: "name"})], "有两列都对应“姓名”，请留一列。"),
        ([SheetChoice("名单", {1: "name", 2: "wealth"})], "没有这一项。"),
    ):
        with pytest.raises(Invalid) as refused:
            imports.choose_columns(import_id, sheets, actor=secretary, key=key())
        assert refused.value.sentence.in_language("zh") == words
    for wrong in ([SheetChoice("无", {1: "name"})], [SheetChoice("名单", {1: "name", 99: "sex"})]):
        with pytest.raises(NotFound):
            imports.choose_columns(import_id, wrong, actor=secretary, key=key())


def test_a_file_lives_a_day_and_no_longer(secretary, staging, clock):
    import_id, _ = ready(secretary, [*ROWS, ["9", "9", None, None, None, None]])
    clock.advance(timedelta(hours=24))
    with pytest.raises(Invalid) as refused:
        imports.run(import_id, actor=secretary, key=key())
    assert refused.value.code == "file_gone"
    (staging / "stray.draft").write_bytes(b"left by a crash")
    assert (jobs.forget_imports(), jobs.forget_imports()) == (2, 0)
    assert list(staging.iterdir()) == []
    assert found_anywhere("甲一") == []
    with acting_as(secretary):
        row = files.imported(secretary, import_id)
    assert (row.state, row.file_kept) == (ImportState.ABANDONED, False)


def test_an_abandoned_import_is_gone_at_once(secretary, staging):
    import_id, _ = ready(secretary, ROWS)
    imports.abandon(import_id, actor=secretary)
    imports.abandon(import_id, actor=secretary)
    assert list(staging.iterdir()) == []
    assert found_anywhere("甲一") == []
    with pytest.raises(Conflict):
        imports.run(import_id, actor=secretary, key=key())


# Between the check and the word -------------------------------------------------------------


def test_what_was_checked_comes_in_without_the_file_and_knows_who_came_meanwhile(
    secretary, official, staging
):
    import_id, tried = ready(secretary, [*ROWS, ["9", "9", None, None, None, None]])
    assert counts(tried) == (3, 0, 0, 1)
    assert found_anywhere("甲一") == ["directory_roster_row"]
    assert found_anywhere("13800000001") == found_anywhere("示例花园1栋") == []
    with acting_as(official("secretary", "盛塘社区")), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM directory_roster_row")
        assert cursor.fetchone() == (0,)

    (staging / f"{import_id}.file").unlink()
    bring(secretary, [HEADERS, ["0001", "甲一", "男", "1980-05-01", "13800000002", None]])
    report = imports.run(import_id, actor=secretary, key=key())

    assert counts(report) == (2, 1, 0, 1)
    assert said(report) == said(tried)
    assert everything("directory_roster", "directory_roster_row") == {
        "directory_roster": [],
        "directory_roster_row": [],
    }


@pytest.mark.parametrize("since", ["crash", "ring", "choice", "town"])
def test_what_can_no_longer_be_relied_on_is_read_again(secretary, settings, since):
    import_id, tried = ready(secretary, ROWS)
    if since == "crash":
        owner("TRUNCATE directory_roster_row")
    elif since == "ring":
        settings.LIUCHI_KEY_RING = settings.LIUCHI_KEY_RING.rotated()
    elif since == "choice":
        choose(secretary, import_id)
        assert found_anywhere("甲一") == []
        assert imports.check(import_id, actor=secretary) == tried
    else:
        owner("UPDATE directory_roster_row SET town_id = village_id")
    assert imports.run(import_id, actor=secretary, key=key()) == tried

    (held,) = everything("directory_person_key").values()
    assert {row["ring_id"] for row in held} == {settings.LIUCHI_KEY_RING.current}
    assert {row["town_id"] for row in everything("directory_person")["directory_person"]} == {
        str(queries.town_of(queries.area_named("罗冲社区").id).id)
    }
    assert found_anywhere("甲一") == ["directory_person"]


# Once, and by whom ------------------------------------------------------------------------


def test_the_same_key_imports_once(secretary):
    import_id, _ = ready(secretary, ROWS)
    first = imports.run(import_id, actor=secretary, key="k")
    assert imports.run(import_id, actor=secretary, key="k") == first
    with pytest.raises(Conflict):
        imports.run(import_id, actor=secretary, key="other")
    assert len(names(secretary)) == 3
    content = workbook({"名单": ROWS})
    given = {"target": "roster", "actor": secretary, "key": "same"}
    one = imports.receive(content, "a.xlsx", **given)
    assert imports.receive(content, "a.xlsx", **given).id == one.id
    with pytest.raises(Conflict):
        imports.receive(workbook({"名单": ROWS[:2]}), "a.xlsx", **given)


def test_two_people_importing_at_once_make_no_doubles(secretary, official):
    others = [secretary, official("recorder", "罗冲社区")]
    waiting = [(actor, ready(actor, ROWS)[0]) for actor in others]
    reports = []

    def go(actor, import_id):
        try:
            reports.append(counts(imports.run(import_id, actor=actor, key=key())))
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=each) for each in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(reports) == [(0, 0, 3, 0), (3, 0, 0, 0)]
    assert len(names(secretary)) == 3


def test_who_may_import_and_who_may_undo(official):
    recorder, leader = official("recorder", "罗冲社区"), official("leader", "罗冲社区")
    neighbour = official("secretary", "盛塘社区")
    with pytest.raises(Refused):
        receive(leader, ROWS)
    with acting_as(leader), pytest.raises(Refused):
        files.imports(leader)
    import_id, _ = bring(recorder, ROWS)
    with pytest.raises(Refused):
        imports.undo(import_id, actor=recorder, key=key())
    with pytest.raises(NotFound):
        imports.undo(import_id, actor=neighbour, key=key())
    with acting_as(neighbour):
        assert files.imports(neighbour).rows == ()
    secretary = official("secretary", "罗冲社区")
    with acting_as(secretary):
        page = files.imports(secretary, limit=1)
    assert [(row.id, row.by_id, row.counts["new"]) for row in page.rows] == [
        (import_id, recorder.id, 3)
    ]
    assert imports.undo(import_id, actor=secretary, key=key()).removed == 3


# Undo -----------------------------------------------------------------------------------


def test_undo_takes_back_exactly_that_import_and_only_once(secretary, clock):
    bring(secretary, ROWS)
    before = everything()
    clock.advance(timedelta(days=1))
    import_id, report = bring(
        secretary,
        [
            HEADERS,
            ["0002", "甲一", "女", "1980-05-01", "13811111111", "示例花园9栋"],
            ["0003", "丙一", "男", "1990-01-01", "13822222222", None],
            ["0001", "甲二", "女", "1982-05-01", "13833333333", None],
        ],
    )
    assert (counts(report), report.moved) == ((1, 2, 0, 0), 1)
    done = imports.undo(import_id, actor=secretary, key="undo")
    assert (done.removed, done.restored, done.rows) == (1, 2, ())
    assert everything() == before
    assert imports.undo(import_id, actor=secretary, key="undo").removed == 0
    assert imports.undo(import_id, actor=secretary, key="again").removed == 0
    assert facts("files.import_undone", "subject_id", "amount::int", "data->>'stayed'") == [
        (import_id, 3, "0")
    ]


def test_who_is_depended_on_or_was_changed_stays_with_a_reason(secretary):
    import_id, _ = bring(secretary, ROWS)
    held = names(secretary)
    actions.give_consent(held["甲一"].id, "credit-points", "lingbei", actor=secretary, key=key())
    actions.correct_person(
        person_id=held["乙一"].id,
        change=PersonChange(phone="13899999999"),
        expected_version=1,
        actor=secretary,
        key=key(),
    )
    report = imports.undo(import_id, actor=secretary, key=key())
    assert (report.removed, report.restored) == (1, 0)
    assert [(p.sheet, p.row, p.sentence.in_language("zh")) for p in report.rows] == [
        ("名单", 2, "此人已有积分、同意书等记录，予以保留。"),
        ("名单", 4, "导入后又有改动，予以保留。"),
    ]
    assert homes(secretary) == {"甲一": "0001", "乙一": "0002"}


def test_after_some_weeks_an_import_can_no_longer_be_undone(secretary, clock):
    import_id, _ = bring(secretary, ROWS)
    clock.advance(timedelta(days=31))
    assert (directory_jobs.forget_imports(), directory_jobs.forget_imports()) == (1, 0)
    with pytest.raises(Refused) as refused:
        imports.undo(import_id, actor=secretary, key=key())
    assert refused.value.code == "undo_too_late"


def test_erasure_reaches_what_is_kept_to_undo(secretary):
    bring(secretary, ROWS)
    bring(secretary, [HEADERS, [None, "甲一", "女", "1980-05-01", "13811111111", None]])
    person_id = names(secretary)["甲一"].id
    actions.erase_person(person_id=person_id, actor=secretary, key=key())
    assert everything("directory_import_change")["directory_import_change"] == []


cells = st.tuples(
    st.sampled_from(["甲一", "甲二", "乙一", "丙一", "丁一"]),
    st.sampled_from([None, "0001", "0002", "0003"]),
    st.sampled_from([None, "男", "女"]),
    st.sampled_from([None, "1980-01-01", "1990-01-01"]),
    st.sampled_from([None, "13800000001", "13800000002"]),
    st.sampled_from([None, "示例花园1栋"]),
)
tables = st.lists(cells, min_size=1, max_size=8)


@given(first=tables, second=tables)
@settings(max_examples=25)
def test_import_and_undo_together_change_nothing(secretary, first, second):
    headers = ["姓名", "户号", "性别", "出生日期", "手机", "住址"]
    bring(secretary, [headers, *first])
    before = everything()
    import_id, report = bring(secretary, [headers, *second])
    assert sum(counts(report)) == len(second)
    done = imports.undo(import_id, actor=secretary, key=key())
    assert (done.removed, done.restored, done.rows) == (report.new, report.changed, ())
    assert everything() == before
