"""Pure decisions of disclosures: cells, masks, what the scan finds, what is due, who may."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.disclosures.section import item
from liuchi.engines.disclosures import rules
from liuchi.engines.disclosures.enums import (
    ColumnKind,
    FoundKind,
    PostingState,
    PostingVerb,
    Standing,
)
from liuchi.engines.disclosures.rules import CellFault, Posted, PublicColumn
from liuchi.engines.disclosures.spec import ColumnSpec
from liuchi.kernel.sheets import Cell

ROOT = Path(__file__).resolve().parents[3]
ONE, TWO = UUID(int=1), UUID(int=2)
ID, MOBILE, CARD = "11010519491231002X", "13800138000", "6222021001116245702"


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        ("text", "  修 渠 ", "修 渠"),
        ("name", "欧阳 锋", "欧阳锋"),
        ("amount", "1,200", "1200.00"),
        ("amount", 0.1 + 0.2, "0.30"),
        ("amount", "￥-35.5元", "-35.50"),
        ("count", 3.0, "3"),
        ("date", "2026年3月1日", "2026-03-01"),
        ("id_number", ID.lower(), "002X"),
        ("id_number", "002x", "002X"),
        ("phone", "138-0013-8000", "8000"),
        ("card", "6222 0210 0111 6245 702", "5702"),
        ("address", "幸福路1号", "幸福路1号"),
    ],
)
def test_a_cell_has_one_form(kind: str, cell: Cell, expected: str) -> None:
    assert (
        rules.read_cell(ColumnSpec(code="x", title="列", kind=ColumnKind(kind)), cell) == expected
    )


@pytest.mark.parametrize(
    ("kind", "cell", "said"),
    [
        ("amount", "三百", "金额请填数字，最多两位小数。"),
        ("amount", "1.234", "金额请填数字，最多两位小数。"),
        ("amount", "10000000000", "金额请填数字，最多两位小数。"),
        ("count", -1, "数量请填整数。"),
        ("date", "2026-02-30", "日期请写成 2026-03-01 的样子。"),
        ("id_number", "110105194912310021", "身份证号不对，请核对。"),
        ("card", 6222021001116245702, "长号码要存成文本，末几位已丢。"),
        ("phone", "12", "号码位数不对，请核对。"),
        ("text", "长" * 201, "太长，最多 200 字。"),
    ],
)
def test_a_cell_that_cannot_be_used_says_why(kind: str, cell: Cell, said: str) -> None:
    with pytest.raises(CellFault) as fault:
        rules.read_cell(ColumnSpec(code="x", title="列", kind=ColumnKind(kind)), cell)
    assert fault.value.sentence.in_language("zh") == said


def test_a_row_names_what_is_missing_and_what_is_wrong() -> None:
    row, wrong = rules.read_row(item("relief"), {"name": "甲一", "amount": "许多", "odd": "x"})
    assert (row, [code for code, _ in wrong]) == ({"name": "甲一"}, ["group", "amount"])


def test_the_same_row_twice_is_told() -> None:
    row = {"name": "甲一", "group": "一组", "amount": "1.00"}
    found = rules.malformed(item("relief"), [row, {**row, "amount": "2.00"}, {"name": "乙二"}])
    assert [(each.row, each.column) for each in found] == [(2, ""), (3, "group"), (3, "amount")]


def test_the_public_reads_what_the_item_says() -> None:
    row = {"name": "甲一", "group": "一组", "amount": "5.00", "id": "002X", "card": "5702"}
    form = rules.public_form(item("relief"), [row], f" 领取人请带 {MOBILE} ")
    assert [column.code for column in form.columns] == ["name", "group", "amount", "use", "card"]
    assert form.rows == (("甲一", "一组", "5.00", "", "****5702"),)
    assert (str(form.total), form.note) == ("5.00", "领取人请带 ****8000")


@pytest.mark.parametrize("code", ["disabled", "works"])
def test_a_guarded_name_is_masked_and_a_total_needs_money(code: str) -> None:
    form = rules.public_form(item("disabled"), [{"name": "欧阳锋", "group": "二组"}])
    assert (form.rows, form.total) == ((("欧阳*", "二组", "", ""),), None)


def test_anybody_can_compute_the_content_hash() -> None:
    form = rules.public_form(item("works"), [{"what": "修路", "amount": "9.00"}], "已完工")
    told = {
        "columns": ["事项", "金额"],
        "item": "works",
        "note": "已完工",
        "period": "2026-03-01",
        "rows": [["修路", "9.00"]],
    }
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    expected = hashlib.sha256(text.encode()).hexdigest()
    assert rules.content_hash("works", date(2026, 3, 1), form) == expected


@pytest.mark.parametrize(
    ("text", "kinds", "left"),
    [
        (f"身份证{ID}", ["id_number"], "身份证****002X"),
        ("证号 110105 19491231 002X 已核", ["id_number"], "证号 ****002X 已核"),
        ("１１０１０５１９４９１２３１００２Ｘ", ["id_number"], "****００２Ｘ"),
        ("110105\u200b194912310029", ["id_number"], "****0029"),
        ("旧证110105491231002", ["id_number"], "旧证****1002"),
        ("138-0013-8000", ["mobile"], "****8000"),
        ("138.0013.8000转告", ["mobile"], "****8000转告"),
        ("一三八零零一三八零零零", ["mobile"], "****八零零零"),
        (f"卡号{CARD}", ["card"], "卡号****5702"),
        ("6222 0210 0111 6245 702", ["card"], "**** 702"),
        ("联系电话0556-5512345", ["landline"], "联系电话0556-5512345"),
        ("电话5512345", ["landline"], "电话5512345"),
        ("1949年12月31日出生", ["birth_date"], "1949年12月31日出生"),
        ("住罗冲花园3栋2单元502室", ["address"], "住罗冲花园3栋2单元502室"),
        ("李小明今年9岁", ["minor"], "李小明今年9岁"),
        ("张三，患尿毒症", ["health"], "张三，患尿毒症"),
    ],
)
def test_what_belongs_to_one_person_is_found(text: str, kinds: list[str], left: str) -> None:
    assert [str(each.kind) for each in rules.scan_text(text)][:1] == kinds
    assert rules.redacted(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "修路一条，长300米，合同号20240501",
        "2024年1-3月",
        "维修费138001380.00元",
        "13,800,138,000",
        "发票号34002231130",
        "村残疾人专职委员工资",
        "统一社会信用代码91340800MA2N00001X",
        "购石子120吨、水泥35吨",
    ],
)
def test_what_is_nobodys_is_let_through(text: str) -> None:
    assert rules.scan_text(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "left"),
    [
        ("110105  19491231\n002X", "id_number", "****002X"),
        ("一一零1零5一九四九一二三一零零二X", "id_number", "****零零二X"),
        ("11010519491231002Х", "id_number", "****002Х"),  # of the Cyrillic script
        ("残疾证11010519491231002X43", "id_number", "残疾证****2X43"),
        ("11O1O51949I231OO29", "id_number", "****OO29"),
        ("110105 491231 002", "id_number", "**** 002"),
        ("+8613800138000", "mobile", "+****8000"),
        ("013800138000", "mobile", "****8000"),
        ("138  0013 (8000)", "mobile", "****8000)"),
        ("李四 0556-5512345", "landline", "李四 ****2345"),
        ("李四，1949年12月31日出生", "birth_date", "李四，****"),
        ("罗冲花园3栋2单元502室", "address", "罗冲花园*栋*单元*室"),
        ("李四住六尺巷12号", "street", "李四住六尺巷*号"),
        ("李四微信：lane_1980", "account", "李四****"),
        ("李四 lane@example.cn", "account", "李四 ****"),
        ("女儿张小花上学", "minor", "女儿张**上学"),
        ("度小满，8岁", "minor", "度**，8岁"),
        ("欧阳锋患尿毒症", "health", "欧阳*患尿毒症"),
    ],
)
def test_what_is_found_is_cut_whatever_is_answered(text: str, kind: str, left: str) -> None:
    assert kind in {str(each.kind) for each in rules.scan_text(text)}
    assert rules.released(text) == left


@pytest.mark.parametrize(
    "text", ["咨询电话0556-5512345", "便民大厅在六尺巷12号", "严重残疾补贴", "本期高中生补助"]
)
def test_what_is_an_offices_goes_out_with_a_reason(text: str) -> None:
    assert rules.released(text) == text
    found = rules.scan_posting(item("relief"), [], note=text)
    assert rules.open_findings(found, {each.key: "办公电话" for each in found}) == ((), ())


def test_a_row_that_tells_of_illness_goes_out_without_its_name() -> None:
    rows = [
        {"name": "甲大一", "group": "一组", "amount": "1.00", "use": "住院"},
        {"name": "甲大一", "group": "一组", "amount": "2.00"},
        {"name": "乙小二", "group": "一组", "amount": "3.00", "use": "误工"},
    ]
    form = rules.public_form(item("relief"), rows, "甲 大一的钱已付")
    assert [row[0] for row in form.rows] == ["甲**", "甲**", "乙小二"]
    found = rules.scan_posting(item("relief"), rows, note="甲 大一的钱已付")
    assert [str(each.kind) for each in found if each.is_final] == ["name_again"]


def test_a_title_is_read_as_written_so_nothing_is_answered_away() -> None:
    for text, final in (("张三住院", True), ("便民大厅（六尺巷12号）", False), ("3栋502室", True)):
        found = rules.scan_posting(item("works"), [], subject=text)
        assert [each.is_final for each in found] == [final], text


def test_a_name_that_is_masked_stands_nowhere_else() -> None:
    rows = [{"name": "甲大一", "group": "一组", "amount": "1.00", "use": "甲大一本人领取"}]
    found = rules.scan_posting(
        item("disabled"), rows, note="甲大一已领", files=[("甲大一.jpg", "")]
    )
    assert [(str(each.at), str(each.kind)) for each in found] == [
        ("cell", "name_again"),
        ("note", "name_again"),
        ("file_name", "name_again"),
        ("file", "unread"),
    ]
    refused = rules.may_release(found, {each.key: "已核对" for each in found})
    assert refused.reason_code == "must_be_masked"


def test_words_that_may_be_wrong_are_answered() -> None:
    rows = [{"name": "甲大一", "group": "一组", "amount": "1.00", "use": "住院费用大"}]
    found = rules.scan_posting(item("relief"), rows)
    assert [str(each.kind) for each in found] == ["health"]
    assert rules.may_release(found, {}).reason_code == "finding_unanswered"
    assert rules.may_release(found, {found[0].key: " "}).reason_code == "finding_unanswered"
    assert rules.may_release(found, {found[0].key: "本人书面同意"}).allowed
    # In an item about illness its own words say nothing of one person: the names are masked.
    assert rules.scan_posting(item("disabled"), rows) == ()


@given(st.text(max_size=40), st.sampled_from([ID, MOBILE, CARD]), st.text(max_size=40))
def test_a_whole_number_never_survives(before: str, number: str, after: str) -> None:
    text = f"{before}，{number}，{after}"
    assert number not in rules.redacted(text)
    assert any(each.kind.is_final for each in rules.scan_text(text))


@given(st.text(max_size=60))
def test_whatever_is_found_lies_in_the_text(text: str) -> None:
    for each in rules.scan_text(text):
        assert 0 <= each.start < each.end <= len(text)


@pytest.mark.parametrize(
    ("code", "on", "first", "end", "due"),
    [
        ("relief", "2026-11-21", "2026-10-01", "2027-01-01", "2027-01-20"),
        ("spending", "2024-02-29", "2024-02-01", "2024-03-01", "2024-03-10"),
        ("works", "2026-12-30", "2026-12-30", "2026-12-31", "2027-01-04"),
    ],
)
def test_when_a_posting_is_due(code: str, on: str, first: str, end: str, due: str) -> None:
    held, day = item(code), date.fromisoformat(on)
    begun, ended = rules.period_of(held, day)
    told = (begun.isoformat(), ended.isoformat(), rules.due_on(held, begun).isoformat())
    assert told == (first, end, due)


def test_which_periods_are_due() -> None:
    months = rules.periods_due(item("spending"), date(2026, 1, 5), date(2026, 4, 1))
    assert [first.month for first, _ in months] == [1, 2, 3]
    assert list(rules.periods_due(item("works"), date(2026, 1, 5), date(2026, 4, 1))) == []


JANUARY = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("posted", "before", "today", "expected"),
    [
        (None, None, "2026-01-20", None),
        (None, None, "2026-02-01", Standing.DUE),
        (None, None, "2026-02-10", Standing.DUE),
        (None, None, "2026-02-11", Standing.MISSING),
        (Posted(JANUARY, None, 3), None, "2026-02-11", Standing.MISSING),
        (Posted(JANUARY, date(2026, 2, 10), 3), None, "2026-03-01", Standing.IN_TIME),
        (Posted(JANUARY, date(2026, 2, 11), 3), None, "2026-03-01", Standing.LATE),
        (Posted(JANUARY, date(2026, 2, 3), 4), 9, "2026-03-01", Standing.THIN),
        (Posted(JANUARY, date(2026, 2, 3), 5), 10, "2026-03-01", Standing.IN_TIME),
        (Posted(JANUARY, date(2026, 2, 3), 0), 0, "2026-03-01", Standing.IN_TIME),
        (Posted(JANUARY, date(2026, 2, 11), 5, 1), 10, "2026-03-01", Standing.MALFORMED),
    ],
)
def test_how_a_village_stands(
    posted: Posted | None, before: int | None, today: str, expected: Standing | None
) -> None:
    earlier = None if before is None else Posted(date(2025, 12, 1), JANUARY, before)
    cell = rules.standing_of(item("spending"), JANUARY, posted, earlier, date.fromisoformat(today))
    assert (None if cell is None else cell.standing) == expected


def test_an_item_applies_until_it_is_set_not_to() -> None:
    history = [(date(2026, 5, 1), True), (date(2026, 2, 1), False)]
    days = (date(2026, 1, 31), date(2026, 2, 1), date(2026, 4, 30), date(2026, 5, 1))
    assert [rules.applies_on(history, day) for day in days] == [True, False, False, True]


def _columns(*keys: bool) -> list[PublicColumn]:
    return [PublicColumn(str(n), str(n), ColumnKind.TEXT, key) for n, key in enumerate(keys)]


def test_a_correction_shows_what_changed() -> None:
    old, new = [("甲", "1"), ("乙", "2"), ("丙", "3")], [("甲", "1"), ("乙", "5"), ("丁", "4")]
    told = rules.changes(_columns(True, False), old, new)
    assert [(each.before, each.after, each.columns) for each in told] == [
        (("乙", "2"), ("乙", "5"), (1,)),
        (None, ("丁", "4"), ()),
        (("丙", "3"), None, ()),
    ]
    whole = rules.changes(_columns(False, False), old, new)
    assert [(each.before, each.after) for each in whole] == [
        (None, ("乙", "5")),
        (None, ("丁", "4")),
        (("乙", "2"), None),
        (("丙", "3"), None),
    ]


@pytest.mark.parametrize(
    ("state", "verb", "reason", "code"),
    [
        ("submitted", "release", "", ""),
        ("draft", "release", "", "posting_state"),
        ("submitted", "send_back", "", "reason_missing"),
        ("submitted", "send_back", "少两户", ""),
        ("released", "edit", "", "posting_state"),
        ("released", "correct", "金额错", ""),
        ("taken_down", "correct", "金额错", "posting_state"),
        ("corrected", "take_down", "到期", ""),
    ],
)
def test_what_may_be_done_with_a_posting(state: str, verb: str, reason: str, code: str) -> None:
    decision = rules.may_move(
        PostingState(state), PostingVerb(verb), actor_id=ONE, preparers=[TWO], reason=reason
    )
    assert decision.reason_code == code


def test_nobody_releases_what_they_prepared() -> None:
    decision = rules.may_move(
        PostingState.SUBMITTED, PostingVerb.RELEASE, actor_id=TWO, preparers=[ONE, TWO]
    )
    assert decision.reason_code == "own_posting"


def test_the_lifecycle_is_written_down() -> None:
    kept = (ROOT / "docs/reference/disclosures-lifecycle.md").read_text(encoding="utf-8")
    assert kept == rules.lifecycle_markdown()


def test_every_kind_of_finding_has_words() -> None:
    assert set(rules.FOUND_WORDS) == set(FoundKind)
