"""The rule table as Excel and back: every value, in its order; a wrong cell is a sentence."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from typer.testing import CliRunner

from liuchi.kernel.sheets import open_workbook, write
from liuchi.playbooks import Playbook, PlaybookError, changes, load, registry
from liuchi.playbooks.registry import Registry
from liuchi.playbooks.workbook import in_words, incoming, outgoing
from liuchi.surfaces.cli import app

FOLDER = Path(__file__).resolve().parents[2] / "playbooks" / "lingbei" / "credit-community"
RULES, GOODS, VERSION = "积分项目", "兑换商品", "施行"


@pytest.fixture(autouse=True)
def engines(toy: Registry) -> Iterator[Registry]:
    """The sections the installed engines register, in place of the tests' own."""
    with registry.using(Registry()) as real:
        for config in apps.get_app_configs():
            if config.name.startswith("liuchi.engines."):
                config.ready()
        yield real


@pytest.fixture
def method(engines: Registry) -> Playbook:
    return load(FOLDER)


def sheets(method: Playbook, language: str = "zh") -> bytes:
    return write(outgoing(method.compiled(), language))


def edited(method: Playbook, edit: Callable[[Any], None]) -> Playbook:
    """Return the playbook after somebody has edited the workbook in another program."""
    book = openpyxl.load_workbook(io.BytesIO(sheets(method)))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    with open_workbook(out.getvalue(), "办法.xlsx") as workbook:
        return incoming(method.compiled(), workbook, "办法.xlsx")


def said(method: Playbook, edit: Callable[[Any], None]) -> list[str]:
    with pytest.raises(PlaybookError) as error:
        edited(method, edit)
    return [f"{each.mark} {each.sentence.in_language('zh')}" for each in error.value.problems]


def column(book: Any, sheet: str, title: str) -> int:
    heads = [cell.value for cell in book[sheet][1]]
    return heads.index(title) + 1


def put(sheet: str, row: int, title: str, value: object) -> Callable[[Any], None]:
    def edit(book: Any) -> None:
        book[sheet].cell(row, column(book, sheet, title)).value = value

    return edit


def as_bytes(compiled: object) -> bytes:
    return json.dumps(compiled, ensure_ascii=False).encode()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_comes_back_to_the_byte(method: Playbook, language: str) -> None:
    with open_workbook(sheets(method, language), "a.xlsx") as workbook:
        back = incoming(method.compiled(), workbook, "a.xlsx")
    assert as_bytes(back.compiled()) == as_bytes(method.compiled())


def test_it_comes_back_to_the_byte_from_another_program(method: Playbook) -> None:
    back = edited(method, lambda book: None)
    assert as_bytes(back.compiled()) == as_bytes(method.compiled())


def test_the_sheet_is_headed_in_chinese_and_holds_38_items(method: Playbook) -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheets(method)))
    assert book.sheetnames == [VERSION, RULES, GOODS]
    head, first, *rest = [[cell.value for cell in row] for row in book[RULES].iter_rows()]
    assert len(rest) + 1 == 38
    assert head == [
        "编号", "类别", "项目", "分值", "计分单位", "上限周期", "上限分值", "凭据",
        "公示工作日", "公示姓名", "备注",
    ]  # fmt: skip
    assert first == [
        "testing", "志愿活动", "核酸检测志愿服务", 2, "每次", "每月", 20, "签到记录",
        5, "隐去部分姓名", "分值为示例自定",
    ]  # fmt: skip


def test_what_is_edited_is_what_changes(method: Playbook) -> None:
    after = edited(method, put(RULES, 2, "分值", 3))
    assert [str(each) for each in changes(method.compiled(), after.compiled())] == [
        "~ points.rules[testing].award: 2 → 3"
    ]


def test_a_new_row_without_a_code_gets_one(method: Playbook) -> None:
    def add(book: Any) -> None:
        book[RULES].append([None, "志愿活动", "看护校门口", 2, "每次", None, None, "照片、证明人",
                            5, None, None])  # fmt: skip

    after = edited(method, add)
    (change,) = changes(method.compiled(), after.compiled())
    assert change.path == "points.rules[item-39]"
    assert change.after == {
        "code": "item-39", "title": "看护校门口", "class": "志愿活动", "award": 2, "per": "session",
        "cap": None, "evidence": ["photo", "witness"], "publicity": "5 work days",
        "name_on_notice": "masked", "note": "",
    }  # fmt: skip


def test_a_change_is_said_as_the_table_says_it(method: Playbook) -> None:
    def edit(book: Any) -> None:
        put(RULES, 2, "分值", 3)(book)
        put(RULES, 3, "上限周期", "每年")(book)
        put(RULES, 3, "上限分值", 30)(book)
        put(RULES, 4, "凭据", None)(book)
        book[RULES].delete_rows(39)
        book[RULES].append([None, "志愿活动", "看护校门口", 2, "每次"])
        put(VERSION, 2, "施行日期", "2027-01-01")(book)

    before, after = method.compiled(), edited(method, edit).compiled()
    said = [in_words(each, before, after).in_language("zh") for each in changes(before, after)]
    assert said == [
        "~ in_force.from: 2022-04-01 → 2027-01-01",
        "核酸检测志愿服务：分值 2 → 3",
        "周末卫生清扫志愿服务：上限周期 每月 → 每年；上限分值 10 → 30",
        "周末卫生清扫志愿服务：上限周期 每月 → 每年；上限分值 10 → 30",
        "路口文明劝导：凭据 签到记录 → （空）",
        "新增：看护校门口",
        "删去：为困难家庭义务维修",
    ]


def test_rows_keep_the_order_they_are_put_in(method: Playbook) -> None:
    def swap(book: Any) -> None:
        sheet = book[RULES]
        for place in range(1, sheet.max_column + 1):
            upper, lower = sheet.cell(2, place), sheet.cell(3, place)
            upper.value, lower.value = lower.value, upper.value

    rules = edited(method, swap).compiled()["points"]["rules"]  # type: ignore[index]
    assert [rule["code"] for rule in rules[:3]] == ["clean-up", "testing", "crossing-guide"]


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (put(RULES, 2, "分值", "两分"), "办法.xlsx 积分项目:2 “分值”请写整数。"),
        (put(RULES, 3, "计分单位", "每回"), "办法.xlsx 积分项目:3 “计分单位”只能写："),
        (put(RULES, 4, "凭据", "口说"), "办法.xlsx 积分项目:4 “凭据”只能写："),
        (put(VERSION, 2, "施行日期", "明天"), "办法.xlsx 施行:2 “施行日期”请写成"),
        (put(RULES, 1, "分值", "分数"), "办法.xlsx 积分项目:1 少了“分值”这一列"),
    ],
)
def test_a_wrong_cell_is_told_with_its_row(
    method: Playbook, edit: Callable[[Any], None], sentence: str
) -> None:
    (told,) = said(method, edit)
    assert told.startswith(sentence)


def test_the_bottom_line_holds_for_a_workbook_as_well(method: Playbook) -> None:
    with pytest.raises(PlaybookError) as error:
        edited(method, put(RULES, 5, "分值", -2))
    told = {(str(each.mark), each.path) for each in error.value.problems}
    assert told == {("办法.xlsx 积分项目:5", ("points", "rules", 3, "award"))}


def test_an_unknown_sheet_is_told(method: Playbook) -> None:
    def add(book: Any) -> None:
        book.create_sheet("另外").append(["项目", "分值"])

    (told,) = said(method, add)
    assert told.startswith("办法.xlsx 另外:1 不认识工作表“另外”")


def test_out_edit_in_by_command(tmp_path: Path) -> None:
    folder, file = tmp_path / "method", tmp_path / "办法.xlsx"
    shutil.copytree(FOLDER, folder)
    before = load(folder).compiled()
    untouched = (folder / "playbook.yaml").read_text()
    runner = CliRunner()
    assert (
        runner.invoke(app, ["playbook", "workbook", "out", str(folder), str(file)]).exit_code == 0
    )

    same = runner.invoke(app, ["playbook", "workbook", "in", str(folder), str(file), "--yes"])
    assert (same.exit_code, load(folder).compiled()) == (0, before)
    assert (folder / "rules.yaml").read_text() == (FOLDER / "rules.yaml").read_text()

    book = openpyxl.load_workbook(file)
    put(RULES, 2, "分值", 3)(book)
    book.save(file)
    back = runner.invoke(app, ["playbook", "workbook", "in", str(folder), str(file), "--yes"])
    assert (back.exit_code, back.stderr) == (0, "")
    assert back.stdout.startswith("~ points.rules[testing].award: 2 → 3\n")
    after = load(folder).compiled()
    assert [each.path for each in changes(before, after)] == ["points.rules[testing].award"]
    assert (folder / "playbook.yaml").read_text() == untouched
    head = (FOLDER / "rules.yaml").read_text().split("\n\n", 1)[0]
    assert (folder / "rules.yaml").read_text().startswith(head)


def test_no_table_at_all_by_command(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"no table")
    result = CliRunner().invoke(app, ["playbook", "workbook", "in", str(FOLDER), str(file)])
    assert (result.exit_code, result.stderr.count("✗")) == (1, 1)
