"""Papers beside a posting, from the desk to a phone: found, replaced, looked at, taken away."""

from __future__ import annotations

import io
import re
from uuid import UUID

import pypdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from engines.disclosures.posted import ROW, Posted
from liuchi.engines.disclosures import actions
from planted_papers import planted, scanned, word
from surfaces.cases.pages import browser, page
from surfaces.disclosures.test_desk import send

LEAKY = next(each for each in planted() if each.code == "word_comment")


def add(by: Client, there: str, content: bytes, name: str, title: str = "修渠合同") -> str:
    paper = SimpleUploadedFile(name, content)
    answer = send(by, there, do="attach_paper", papers=paper, title=title)
    assert answer.status_code == 302, answer.content.decode()
    return page(by, there)


def released(posted: Posted, posting_id: UUID) -> None:
    posted.submit(posting_id)
    found = posted.now(posting_id).findings
    posted.release(posting_id, answers={each.key: "看过，没有个人信息" for each in found})


def test_a_paper_is_mended_looked_at_and_read_on_a_phone(posted: Posted, client: Client) -> None:
    posting_id = posted.begin()
    posted.write(posting_id, [ROW])
    here = f"/desk/disclosures/{posting_id}/"
    secretary, clerk = browser(posted.world.secretary), browser(posted.world.clerk)
    shown = add(secretary, f"{here}pictures/", LEAKY.content, "合同.docx")
    assert ("批注 · 身份证号" in shown, "把原件改好再加" in shown) == (True, True)
    assert "附件 1（批注）" in page(secretary, here)
    assert LEAKY.secret not in shown
    (gone,) = re.findall(r'name="attachment" value="([^"]+)"', shown)
    send(secretary, f"{here}pictures/", do="detach", attachment=gone)
    add(secretary, f"{here}pictures/", word(), "合同.docx")
    shown = add(secretary, f"{here}pictures/", scanned(), "图.pdf", "盖章页")
    assert shown.count("居民下载的就是这一份") == 2
    send(secretary, here, do="submit")
    boxes = re.findall(r'type="checkbox" name="(a:page:[^"]*)" value="([^"]+)"', page(clerk, here))
    assert [name for name, _value in boxes] == ["a:page:2:1:unread:0-0"]
    assert send(clerk, here, do="release").status_code == 403
    assert send(clerk, here, do="release", **dict(boxes)).status_code == 302

    out = f"/v/{posted.world.village.code}/open/relief/{posting_id}/"
    listed = page(client, out)
    assert ("修渠合同" in listed, "盖章页" in listed, "/photos/" in listed) == (True, True, False)
    assert f'href="{out}ask/?paper=1"' in listed  # for who hears pages read out
    asked = page(client, f"{out}ask/?paper=2")
    assert "我看不到图片，请把附件《盖章页》的内容告诉我。</textarea>" in asked
    opened = page(client, f"{out}?paper=1#papers")
    (picture,) = re.findall(r'<img src="(/v/[^"]+)"', opened)
    assert Image.open(io.BytesIO(client.get(picture).content)).format == "WEBP"
    pdf = client.get(f"{out}papers/1.pdf")
    (sheet,) = pypdf.PdfReader(io.BytesIO(pdf.content)).pages
    assert (pdf["Content-Type"], sheet.extract_text()) == ("application/pdf", "")
    for address in (f"{out}papers/3.pdf", f"{out}papers/1/photos/2/"):
        assert client.get(address).status_code == 404
    actions.take_down_posting(
        actor=posted.world.clerk, key="down", posting_id=posting_id, reason="不属于公开范围"
    )
    assert [client.get(each).status_code for each in (picture, f"{out}papers/1.pdf")] == [404, 404]


def test_a_correction_replaces_a_paper_and_says_so(posted: Posted, client: Client) -> None:
    first = posted.begin()
    posted.write(first, [ROW])
    by = browser(posted.world.secretary)
    add(by, f"/desk/disclosures/{first}/pictures/", word(), "合同.docx", "旧合同")
    released(posted, first)
    again = actions.correct_posting(
        actor=posted.world.secretary, key="again", posting_id=first, why="合同换过"
    )
    (held,) = posted.now(again).attachments
    actions.detach(actor=posted.world.secretary, key="off", posting_id=again, attachment_id=held.id)
    add(by, f"/desk/disclosures/{again}/pictures/", word(), "合同.docx", "新合同")
    released(posted, again)
    village = posted.world.village
    shown = page(client, f"/v/{village.code}/open/relief/")
    assert ("<del>旧合同</del>" in shown, "<ins>新合同</ins>" in shown) == (True, True)
    before = page(client, f"/v/{village.code}/open/relief/{first}/")
    assert ("旧合同" in before, "新合同" in before) == (True, False)
    address = f"/v/{village.code}/open/relief/{again}/papers/1.pdf"
    for where in ("open/feed.atom", "open/catalogue.jsonld", "open/relief.json"):
        told = client.get(f"/v/{village.code}/{where}")
        text = b"".join(told.streaming_content) if told.streaming else told.content  # type: ignore[attr-defined]
        assert (address in text.decode(), "旧合同" in text.decode()) == (True, False), where
    opened = client.get(f"/api/v1/disclosures/postings/{again}").json()
    assert [(each["title"], each["pages"]) for each in opened["papers"]] == [("新合同", 1)]


def test_what_is_no_paper_says_so_and_six_are_too_many(posted: Posted) -> None:
    posting_id = posted.begin()
    there = f"/desk/disclosures/{posting_id}/pictures/"
    by = browser(posted.world.secretary)
    wrong = SimpleUploadedFile("合同.doc", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    answer = send(by, there, do="attach_paper", papers=wrong, title="合同")
    assert (answer.status_code, "老格式的 Word" in answer.content.decode()) == (422, True)
    assert 'value="合同"' in answer.content.decode()
    empty = send(by, there, do="attach_paper", title="").content.decode()
    assert ("请选择文件。" in empty, "请写文件叫什么" in empty) == (True, True)
    for number in range(actions.PAPERS_MAX):
        shown = add(by, there, scanned(), "图.pdf", f"第{number}份")
    assert 'value="attach_paper"' not in shown
    full = send(by, there, do="attach_paper", papers=SimpleUploadedFile("a.pdf", scanned()),
                title="多一份")  # fmt: skip
    assert "文件最多 5 份" in full.content.decode()
