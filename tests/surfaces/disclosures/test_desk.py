"""From the item's table to what is out, at the desk, by two people."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from engines.disclosures.posted import ROW, Posted
from liuchi.engines.disclosures import queries
from liuchi.engines.disclosures.enums import PostingState
from surfaces.cases.pages import browser, page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_numbers = iter(range(1000))


def send(client: Client, address: str, **fields: Any) -> Any:
    return client.post(address, {"key": f"step-{next(_numbers)}", **fields})


def sheet(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("表.xlsx", content, content_type=XLSX)


def filled(template: bytes, *rows: list[Any]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(template))
    for row in rows:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_table_is_tried_brought_in_handed_in_and_released_by_another(posted: Posted) -> None:
    world = posted.world
    clerk, secretary = browser(world.clerk), browser(world.secretary)
    due = re.search(r'href="(/desk/disclosures/new/\?item=open/relief[^"]*)"',
                    page(secretary, "/desk/disclosures/"))  # fmt: skip
    assert due is not None
    assert 'value="open/relief" selected' in page(secretary, due[1].replace("&amp;", "&"))
    begun = send(
        secretary, "/desk/disclosures/new/",
        item="open/relief", area=str(posted.village), on="2025-12-31",
    )  # fmt: skip
    here = begun["Location"]
    template = secretary.get(f"{here}template/").content
    table = filled(
        template,
        ["甲大一", "一组", 300, "看病", "11010519491231002X", ""],
        ["乙小二", "一组", "很多", "", "", ""],
    )
    send(secretary, here, do="check", sheet=sheet(table))
    tried = page(secretary, here)
    assert "可以录入 1 行，有问题 1 行。" in tried
    assert "很多" not in tried
    (brought,) = re.findall(r'name="brought" value="([^"]+)"', tried)
    send(secretary, here, do="run", brought=brought)
    wrong = send(secretary, here, do="add", **{"1.name": "丙三", "1.amount": "三百"})
    text = wrong.content.decode()
    assert (wrong.status_code, 'value="三百"' in text, "金额请填数字" in text) == (422, True, True)
    send(secretary, here, do="add", **{"1.name": "丙三", "1.group": "二组", "1.amount": "20"})
    shown = page(secretary, here)
    assert ("丙三" in shown, "002X" in shown) == (True, False)  # what is omitted is not previewed
    send(secretary, here, do="submit")
    assert "等另一位同事看过发布" in page(secretary, here)
    assert send(secretary, here, do="release").status_code == 403
    assert 'value="release"' in page(clerk, here)
    assert send(clerk, here, do="release").status_code == 302
    posting_id = posted.now(_id(here), world.clerk).row.id
    rows, _more = queries.public_rows(posting_id)
    assert [row.cells[0] for row in rows] == ["甲大一", "丙三"]
    out = reverse("portal-open-posting", args=[world.village.code, "relief", posting_id])
    assert f'href="{out}"' in page(secretary, here)


def test_what_the_scan_finds_is_said_and_stops_the_release(posted: Posted) -> None:
    posting_id = posted.submitted({**ROW, "use": "致电13805561234"}, {**ROW, "name": "乙小二"})
    here = f"/desk/disclosures/{posting_id}/"
    clerk, secretary = browser(posted.world.clerk), browser(posted.world.secretary)
    shown = page(clerk, here)
    assert ("第 1 行「事由」" in shown, "手机号" in shown) == (True, True)
    refused = send(clerk, here, do="release")
    assert (refused.status_code, "没有隐去" in refused.content.decode()) == (403, True)
    send(clerk, here, do="send_back", reason="请隐去电话")
    assert "请隐去电话" in page(secretary, here)
    send(secretary, here, do="mask")
    send(secretary, here, do="submit")
    assert send(clerk, here, do="release").status_code == 302
    again = send(secretary, here, do="correct", reason="电话不该写")["Location"]
    assert posted.now(_id(again)).row.state is PostingState.DRAFT
    send(secretary, again, do="discard")
    send(clerk, here, do="take_down", reason="不属于公开范围")
    assert posted.now(posting_id).row.state is PostingState.TAKEN_DOWN


def test_the_map_says_in_words_how_villages_stand(posted: Posted) -> None:
    posted.released(on=date(2025, 12, 31))
    shown = page(browser(posted.world.clerk), "/desk/disclosures/map/")
    for village in (posted.world.village, posted.world.other):
        assert village.name in shown
    money = page(browser(posted.world.clerk), "/desk/disclosures/map/?group=open/money")
    assert ("工程项目" in money, "集体收支" in money) == (False, True)  # at once: never due
    assert ("集体收支" in shown, "临时救助" in shown) == (False, True)  # a group at a time
    assert re.search(r'class="[^"]*l-standing is-missing', shown)
    late = re.search(
        r'href="(/desk/disclosures/[0-9a-f-]{36}/)"><span class="l-main">临时救助', shown
    )
    assert late is not None
    assert "第四季度" in page(browser(posted.world.clerk), late[1])


@pytest.mark.parametrize("address", ["/desk/disclosures/", "/desk/disclosures/map/"])
def test_staff_without_the_verb_are_turned_away(posted: Posted, address: str) -> None:
    page(browser(posted.world.worker), address, 403)


def _id(address: str) -> UUID:
    return UUID(address.rstrip("/").rsplit("/", 1)[1])
