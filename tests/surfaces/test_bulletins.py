"""Bulletins as their office works with them, and as anybody verifies them."""

from __future__ import annotations

import html
import re
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pages_read import codes, lines, read
from surfaces.world import ANONYMOUS, BULLETIN, World, rows

pytestmark = pytest.mark.slow

FIGURE = "{credit.claims|area=罗冲社区|as_of=2022-07-04}"


def body_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content[:300]
    return html.unescape(response.content.decode())


def send(client: Client, address: str, **fields: object) -> object:
    return client.post(address, {"key": str(uuid4()), **fields})


def written(world: World, role: str, **changes: object) -> tuple[Client, str]:
    client = world.client(role)
    response = send(client, "/desk/bulletins/new/", **{**BULLETIN, **changes})
    assert response.status_code == 302, response.content.decode()[:2000]
    return client, response.headers["Location"]


def test_from_the_first_word_to_the_proof(world: World) -> None:
    recorder, address = written(
        world, "recorder", body=f"共申报{FIGURE}件。", title="申报情况", masthead="信用社区简报"
    )
    page = body_of(recorder, address)
    (count,) = re.findall(r"共申报(\d+)件。", page)
    assert "请另一位同事核对：写的人不能核对自己写的。" in page

    secretary = world.client("secretary")
    assert send(secretary, address, step="check", version=1).status_code == 302
    assert "可以签发。签发后不能再改。" in body_of(secretary, address)
    assert send(secretary, address, step="issue", version=1).status_code == 302

    pdf = secretary.get(f"{address}print/").content
    (root,) = rows("SELECT root FROM bulletins_bulletin WHERE title = '申报情况'")[0]
    said = [line for number in range(len(read(pdf).pages)) for line in lines(pdf, number)]
    assert f"共申报{count}件。" in said
    assert f"封签：{root[:32]}" in said
    (proof,) = codes(pdf, len(read(pdf).pages) - 1)
    assert proof == f"http://testserver/verify/{address.split('/')[-2]}/"

    anybody = world.client(ANONYMOUS)
    path = proof.removeprefix("http://testserver")
    assert root in body_of(anybody, path)
    assert compared(anybody, path, pdf) == "一致：这个文件就是签发的原件。"
    word = secretary.get(f"{address}word/").content
    assert compared(anybody, path, word) == "一致：这个文件就是签发的原件。"
    altered = pdf.replace(b"%%EOF", b"%%eof")
    assert compared(anybody, path, altered) == "不一致：这个文件不是签发的原件，内容可能被改过。"
    assert secretary.get(f"{address}print/").content == pdf  # the very file, every time


def compared(client: Client, path: str, content: bytes) -> str:
    file = SimpleUploadedFile("x.pdf", content, "application/pdf")
    page = client.post(path, {"key": str(uuid4()), "file": file}).content.decode()
    (words,) = re.findall(r"(?:一致|不一致)：[^<]+", page)
    return str(words)


def test_a_draft_has_no_proof_page(world: World) -> None:
    (draft,) = rows("SELECT id FROM bulletins_bulletin WHERE state = 'draft' LIMIT 1")[0]
    client = world.client(ANONYMOUS)
    assert [client.get(f"/verify/{each}/").status_code for each in (draft, UUID(int=1))] == [
        404,
        404,
    ]


def test_a_changed_figure_is_shown_and_renewed(world: World) -> None:
    client, address = written(world, "recorder", body="共申报{credit.claims}件。")
    send(
        client,
        f"/desk/record/{world.cast.resident.person_id}/",
        rule_code=world.rule_code,
        happened_on=world.today.isoformat(),
        note="",
    )
    page = body_of(client, address)
    ((old, new),) = re.findall(r"写的是 (\d+)，现在是 (\d+)", page)
    assert int(new) == int(old) + 1
    secretary = world.client("secretary")
    refused = send(secretary, address, step="check", version=1)
    assert refused.status_code == 403
    assert "有 1 个数字变了，请先更新或确认沿用。" in refused.content.decode()

    assert send(client, address, step="renew", version=1).status_code == 302
    assert f"共申报{new}件。" in body_of(client, address)


def test_numbers_typed_by_hand_are_pointed_out(world: World) -> None:
    client, address = written(world, "recorder", body="新增12户，比上月多5%。")
    page = body_of(client, address)
    assert "第 1 段：12（…新增12户，比上月多5%…）" in page
    assert "第 1 段：5%" in page


def test_wrong_input_keeps_what_was_typed(world: World) -> None:
    client = world.client("recorder")
    response = send(
        client, "/desk/bulletins/new/", **{**BULLETIN, "body": "有{credit.nothing}人", "title": ""}
    )
    page = html.unescape(response.content.decode())
    assert response.status_code == 422
    assert "有{credit.nothing}人</textarea>" in page
    unknown = send(client, "/desk/bulletins/new/", **{**BULLETIN, "body": "有{credit.nothing}人"})
    assert unknown.status_code == 422
    assert "这个数字数不出来：{credit.nothing}" in html.unescape(unknown.content.decode())


def test_preview_and_insert_save_nothing(world: World) -> None:
    client = world.client("recorder")
    before = rows("SELECT count(*) FROM bulletins_bulletin")
    shown = send(
        client, "/desk/bulletins/new/", **{**BULLETIN, "body": f"共{FIGURE}件", "preview": "1"}
    )
    assert re.search(r"共\d+件", shown.content.decode())
    inserted = send(
        client,
        "/desk/bulletins/new/",
        **{**BULLETIN, "body": "共", "insert": "1", "figure_code": "credit.claims"},
        figure_area="罗冲社区",
        figure_as_of="2022-07-04",
    )
    assert f"共{FIGURE}</textarea>" in html.unescape(inserted.content.decode())
    assert rows("SELECT count(*) FROM bulletins_bulletin") == before


def test_two_people_write_at_once_and_nothing_typed_is_lost(world: World) -> None:
    first, address = written(world, "recorder", body="第一稿。")
    second = world.client("secretary")
    mine = {**BULLETIN, "body": "秘书写的。", "version": 1}
    assert send(second, f"{address}edit/", **mine).status_code == 302
    refused = send(first, f"{address}edit/", **{**mine, "body": "记录员写的。"})
    page = html.unescape(refused.content.decode())
    assert refused.status_code == 409
    assert "记录员写的。</textarea>" in page  # what was typed
    assert "秘书写的。</textarea>" in page  # and what the other saved
    (version,) = set(re.findall(r'name="version" value="(\d+)"', page))
    again = send(first, f"{address}edit/", **{**mine, "body": "两稿合一。", "version": version})
    assert again.status_code == 302
    assert "两稿合一。" in body_of(first, address)


def test_several_units_and_a_table_inserted_by_the_machine(world: World) -> None:
    client = world.client("recorder")
    more = {**BULLETIN, "articles": "1", "add": "1"}
    page = html.unescape(send(client, "/desk/bulletins/new/", **more).content.decode())
    assert 'name="body_2"' in page
    asked = {**BULLETIN, "articles": "2", "title_2": "第二篇", "body_2": "乙。", "insert": "1"}
    chosen = {"figure_code": "credit.claims", "figure_area": "罗冲社区", "figure_how": "lines"}
    period = {"figure_period": "2022-Q2", "figure_into": "body_2"}
    page = html.unescape(
        send(client, "/desk/bulletins/new/", **asked, **chosen, **period).content.decode()
    )
    assert "| 6月 | {credit.claims|area=罗冲社区|month=2022-06} |" in page
    wrong = send(client, "/desk/bulletins/new/", **asked, **chosen, figure_period="上月")
    assert "时段写成 2022、2022-Q2 或 2022-05。" in html.unescape(wrong.content.decode())
    body = re.findall(r'name="body_2"[^>]*>([^<]+)</textarea>', page)[0].strip()
    client, address = written(world, "recorder", articles="2", title_2="第二篇", body_2=body)
    shown = body_of(client, address)
    assert "<title>图1　申报件数" in shown or "<figcaption>图1" in shown
    assert len(re.findall(r'<div class="l-item">', shown)) == 3  # April, May, June


def test_a_review_begins_with_a_section_for_each_method(world: World) -> None:
    client = world.client("secretary")
    page = body_of(client, "/desk/bulletins/new/?form=review")
    assert "——2022年" in page
    assert "|period=2022|than=2021}" in page
    assert "# 下一步打算" in page


def test_a_leader_reads_and_signs_and_writes_nothing(world: World) -> None:
    leader = world.client("leader")
    address = f"/desk/bulletins/{world.ours['bulletin_id']}/"
    page = body_of(leader, address)
    assert "data-action" not in page
    assert leader.get(f"{address}print/")["Content-Type"] == "application/pdf"
    assert leader.get("/desk/bulletins/new/").status_code == 403
    assert send(leader, address, step="renew", version=1).status_code == 403
    assert world.client("resident").get(address).status_code in {302, 403, 404}


def test_another_system_reads_what_was_issued(world: World) -> None:
    client = world.client("leader")
    page = client.get("/api/v1/bulletins?state=issued").json()
    first = page["rows"][0]
    assert {row["state"] for row in page["rows"]} == {"issued"}
    one = client.get(f"/api/v1/bulletins/{first['id']}").json()
    shown = {name: one[name] for name in first}
    assert shown == first
    assert (one["pdf_sha256"], one["root"]) == rows(
        "SELECT pdf_sha256, root FROM bulletins_bulletin WHERE id = %s", first["id"]
    )[0]
    assert {figure["source"] for figure in one["figures"]} == set(
        re.findall(r"\{[^{}]+\}", one["body"] + one["note"])
    )
    assert client.get(f"/api/v1/bulletins/{uuid4()}").status_code == 404
