"""The rules as Excel at the desk: down, edited, up, and what it would change; nothing kept."""

from __future__ import annotations

import html
import io
import re
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from surfaces.world import World, rows

pytestmark = pytest.mark.slow

PAGE = "/desk/methods/lingbei-credit-community/"


def test_a_clerk_edits_the_rules_and_sees_what_would_change(world: World) -> None:
    clerk = world.client("clerk")
    held = rows("SELECT id, version, compiled::text FROM journal_playbook_version ORDER BY id")

    def sent(book: Any) -> tuple[int, str]:
        out = io.BytesIO()
        book.save(out)
        file = SimpleUploadedFile("办法.xlsx", out.getvalue())
        answer = clerk.post(PAGE, {"key": str(uuid4()), "file": file})
        return answer.status_code, html.unescape(answer.content.decode())

    def downloaded() -> Any:
        return openpyxl.load_workbook(io.BytesIO(clerk.get(f"{PAGE}table/").content))

    status, page = sent(downloaded())
    assert (status, "和现行的一样。" in page) == (200, True)

    book = downloaded()
    book["积分项目"]["D2"].value = 3
    status, page = sent(book)
    assert (status, re.findall(r'l-change is-(\w+)">(.*?)</span>', page)) == (
        200, [("change", "核酸检测志愿服务：分值 2 → 3")],
    )  # fmt: skip

    book = downloaded()
    book["积分项目"]["E3"].value = "每回"
    status, page = sent(book)
    assert status == 422
    assert "办法.xlsx 积分项目:3：“计分单位”只能写：每次、" in page

    answer = clerk.post(
        PAGE, {"key": str(uuid4()), "file": SimpleUploadedFile("a.xlsx", b"\x89PNG\r\n\x1a\n")}
    )
    assert (answer.status_code, "图片读不了" in answer.content.decode()) == (422, True)
    assert clerk.get("/desk/methods/no-such-method/").status_code == 404
    assert held == rows(
        "SELECT id, version, compiled::text FROM journal_playbook_version ORDER BY id"
    )
