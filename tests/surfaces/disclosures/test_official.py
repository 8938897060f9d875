"""Out again in the template of the official platform: the public rows, and nothing but them."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from engines.disclosures.posted import ROW, Posted, apply_section
from engines.disclosures.section import SECTION
from liuchi.engines.disclosures import queries
from surfaces.cases.pages import browser, page

ID, CARD = "11010519491231002X", "6222021001116245702"
WHOLE = {
    "sheet": "公示信息",
    "columns": [
        {"title": "序号", "is": "number"},
        {"title": "村", "is": "village"},
        {"title": "事项", "is": "item"},
        {"title": "期间", "is": "period"},
        {"title": "内容", "is": "content"},
        {"title": "金额", "is": "amount"},
        {"title": "平台编号"},
    ],
}
RELIEF = {
    "sheet": "救助名单",
    "columns": [
        {"title": "金额（元）", "of": "amount"},
        {"title": "享受人", "of": "name"},
        {"title": "证件号", "of": "id"},
        {"title": "卡号", "of": "card"},
        {"title": "组", "of": "group"},
    ],
}


@pytest.fixture
def templated(posted: Posted) -> Posted:
    items = [dict(each) for each in SECTION["items"]]
    items[0]["official"] = RELIEF
    # Earlier versions keep how they were; the platform's template is the one in force.
    apply_section(posted.world, items=items, official=WHOLE)
    return posted


def book(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    held = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in held.worksheets}


def test_a_posting_goes_out_in_the_platforms_columns_as_everybody_reads_it(
    templated: Posted,
) -> None:
    posting_id = templated.released(
        {**ROW, "id": ID, "card": CARD}, {**ROW, "name": "乙小二", "amount": "20.5"}
    )
    clerk = browser(templated.world.clerk)
    here = f"/desk/disclosures/{posting_id}/official/table/"
    assert f'href="{here}"' in page(clerk, f"/desk/disclosures/{posting_id}/")
    answer = clerk.get(here)
    assert book(answer.content) == {
        "救助名单": [
            ("金额（元）", "享受人", "证件号", "卡号", "组"),
            (300, "甲大一", None, "****5702", "一组"),
            (20.5, "乙小二", None, None, "一组"),
        ]
    }
    out = queries.public_posting(posting_id)
    public, _more = queries.public_rows(posting_id)
    codes = [column.code for column in out.columns]
    names = [row.cells[codes.index("name")] for row in public]
    assert [row[1] for row in book(answer.content)["救助名单"][1:]] == names


def test_a_quarter_of_a_village_is_one_workbook(templated: Posted) -> None:
    templated.released(ROW)
    templated.released({**ROW, "name": "甲大一"}, item="disabled")
    templated.released({"day": "2025-11-03", "what": "修路", "amount": "80"}, item="spending",
                       on=date(2025, 11, 3))  # fmt: skip
    templated.released({**ROW, "amount": "1"}, on=date(2025, 9, 30))  # of another quarter
    clerk = browser(templated.world.clerk)
    asked = f"?area={templated.village}&on=2025-12-31&per=quarter"
    shown = page(clerk, f"/desk/disclosures/official/{asked}")
    assert shown.count('href="/desk/disclosures/') >= 4
    held = book(clerk.get(f"/desk/disclosures/official/{asked}&file=1").content)
    village = templated.world.village.name
    assert set(held) == {"公示信息", "救助名单"}
    assert held["救助名单"][1:] == [(300, "甲大一", None, None, "一组")]
    assert held["公示信息"][1:] == [
        (1, village, "残疾人补贴", "2025年第四季度",
         "姓名：甲**；村民组：一组；金额：300.00", 300, None),
        (2, village, "集体收支", "2025年11月",
         "日期：2025-11-03；摘要：修路；金额：80.00", 80, None),
    ]  # fmt: skip


def test_what_is_not_out_is_in_no_official_table(templated: Posted) -> None:
    clerk = browser(templated.world.clerk)
    waiting = templated.submitted(ROW)
    assert clerk.get(f"/desk/disclosures/{waiting}/official/table/").status_code == 404
    asked = f"?area={templated.world.town.id}&on=2025-12-31&per=quarter&file=1"
    assert clerk.get(f"/desk/disclosures/official/{asked}").status_code == 200  # no village: asked
