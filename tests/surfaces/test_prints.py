"""Every printed sheet, read back: its text, its size, its fonts, and where its codes lead."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client, override_settings
from django.urls import resolve

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import cards as card_queries
from liuchi.kernel import paper
from liuchi.surfaces.components.printing import receipt_number
from members import Cast
from pages_read import codes, fonts, lines, read, size_mm
from surfaces.walk import Route, routes
from surfaces.world import ANONYMOUS, World

pytestmark = pytest.mark.slow

A3, A4, A5 = (297, 420), (210, 297), (148, 210)
SITE = "http://testserver"
OF_A_RESIDENT = "/me/"
# Sheet: its size, whose QR code it carries, as the name of the page it leads to.
SHEETS = {
    "portal-notices-print": (A4, "portal-notices"),
    "portal-rules-print": (A4, "portal-rules"),
    "portal-consent-print": (A4, "portal-home"),
    "portal-contact-consent-print": (A4, "portal-home"),
    "portal-claim-slip-print": (A5, "portal-rules"),
    "portal-poster-print": (A4, "portal-home"),
    "portal-shop-poster-print": (A4, "portal-home"),
    "portal-open-poster-print": (A4, "portal-open"),
    "portal-open-card-print": ((297, 210), "portal-open"),
    "portal-claim-print": (A5, "portal-claim"),
    "desk-consent-print": (A4, "portal-home"),
    "desk-household-consent-print": (A4, "portal-home"),
    "desk-contact-consent-print": (A4, "portal-home"),
    "desk-household-contact-consent-print": (A4, "portal-home"),
    "desk-claim-slip-print": (A5, "portal-rules"),
    "desk-claim-print": (A5, "portal-claim"),
    "desk-receipt-print": (A5, "portal-me"),
    "desk-prices-print": (A4, "portal-home"),
    "desk-statement-print": (A4, "portal-statement"),
    "portal-statement-print": (A4, "portal-statement"),
    "desk-card-print": (A5, "card-check"),
    "desk-household-cards-print": (A4, "card-check"),
    "desk-cards-print": (A4, "card-check"),
}
# All but these fit on one page: 38 rules in large print, some forty cards.
LONGER = {"portal-open-card-print": 2, "portal-rules-print": 2, "desk-cards-print": 4}
FONTS = {"Liuchi-Sans", "Liuchi-Sans-Bold", "Liuchi-Serif-Bold"}


def prints() -> dict[str, Route]:
    return {route.name: route for route in routes() if route.path.endswith("/print/")}


def printed(world: World, name: str, **query: str) -> bytes:
    route = prints()[name]
    role = "resident" if route.path.startswith(OF_A_RESIDENT) else "secretary"
    response = world.client(role).get(route.fill(world.cast.own_values(route)), query)
    assert response.status_code == 200, (name, response.content[:300])
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "private, no-store"
    return bytes(response.content)


def page_of(address: str) -> str:
    assert address.startswith(SITE)
    return resolve(address.removeprefix(SITE).partition("#")[0]).url_name


def test_every_sheet_has_its_size_its_fonts_and_its_code(world: World) -> None:
    seen, sheets, feet, named = {}, {}, set[str](), set[str]()
    for name in SHEETS:
        pdf = printed(world, name)
        held = fonts(pdf)
        assert all(held.values()), name
        assert set(held) <= FONTS, name
        pages = {page_of(code) for code in codes(pdf)}
        seen[name] = (size_mm(pdf), *pages)
        sheets[name] = len(read(pdf).pages)
        feet |= {line.split(" —")[0] for line in lines(pdf) if " 打印" in line}
        named |= {word for code in codes(pdf) for word in re.findall(r"[^\x00-\x7f]+", code)}

    assert seen == SHEETS
    assert {name: n for name, n in sheets.items() if n > 1} == LONGER
    assert feet == {"罗冲社区 · 2022年7月4日 09:00 打印"}
    assert named == set()  # a code on paper holds an address and an opaque id


def test_the_public_notice_lists_masked_names(world: World) -> None:
    points_actions.review_claim(
        actor=world.cast.secretary.actor,
        key=str(uuid4()),
        claim_id=world.ours["claim_id"],
        outcome="approve",
        reason="",
        expected_version=world.ours["version"],
    )
    (row,) = points.notice_sheets(world.cast.village.id, running=True).rows
    (item,) = points.notice(row.id).items
    pdf = printed(world, "portal-notices-print")

    assert lines(pdf)[:7] == [
        "罗冲社区积分公示",
        f"2022年第{row.number}号",
        "下列积分已经审核，现予公示。",
        "公示期 5 个工作日：2022年7月5日 至 2022年7月11日。",
        "序号 姓名 项目 积分",
        f"1 {item.masked_name} {item.rule_title} +{item.points}",
        "今天审核通过的还会继续列入，请明天再打印一次。",
    ]
    assert world.ours["name"] not in "".join(lines(pdf))
    assert lines(printed(world, "portal-notices-print", notice=row.code)) == lines(pdf)


def test_the_price_list_is_the_shelf(world: World) -> None:
    actor = world.cast.shopkeeper.actor
    with acting_as(actor):
        goods = points.goods(actor, world.ours["shop_id"])
    shown = lines(printed(world, "desk-prices-print"))

    assert shown[0] == "罗冲社区信用超市兑换价目"
    assert shown[1 : 2 + len(goods)] == [
        "商品 需要积分",
        *(f"{item.title} {item.price_points} 分" for item in goods),
    ]


def test_a_household_signs_line_by_line(world: World) -> None:
    actor = world.cast.secretary.actor
    with acting_as(actor):
        found = directory.household(actor, world.ours["household_id"])
    shown = lines(printed(world, "desk-household-consent-print"))

    asked = [line for line in shown if "□" in line]
    assert asked == [f"{person.name} □ 同意　□ 不同意" for person in found.members]
    assert shown[:5] == [
        "参加积分同意书",
        "依据的办法 罗冲社区党建引领信用社区",
        "用来做什么 信用积分的申报、评议、公示和兑换",
        "用到的信息 姓名、所属家庭户",
        "保存多久 3年",
    ]


def test_being_kept_contact_with_is_signed_apart(world: World) -> None:
    shown = lines(printed(world, "desk-household-contact-consent-print"))

    assert shown[:5] == [
        "同意联系走访书",
        "依据的办法 罗冲社区包联住户和看护河段",
        "用来做什么 网格员联系住户，住户同意反映的事登记办理",
        "用到的信息 所属家庭户",
        "保存多久 1年",
    ]
    assert [line for line in shown if "积分" in line] == [
        "不想再被联系，到社区服务窗口说一声，或扫码后在“我的积分”里退出。"
    ]


def test_a_receipt_says_what_was_claimed(world: World) -> None:
    actor = world.cast.secretary.actor
    with acting_as(actor):
        claim = points.claim(actor, world.ours["claim_id"])
    shown = lines(printed(world, "desk-claim-print"))

    assert shown[:5] == [
        "罗冲社区积分申报回执",
        f"回执号 {receipt_number(claim.id)}",
        f"居民 {claim.person_name}",
        f"项目 {claim.rule_title}",
        f"哪一天 2022年6月{claim.happened_on.day}日",
    ]


def good_cards(world: World) -> tuple[object, ...]:
    actor = world.cast.secretary.actor
    with acting_as(actor):
        return card_queries.cards(actor, limit=50).rows


def test_cards_of_a_list_are_ten_to_a_sheet(world: World) -> None:
    pdf = printed(world, "desk-cards-print")
    counted = [len(codes(pdf, page)) for page in range(len(read(pdf).pages))]

    assert set(counted[:-1]) == {10}
    assert sum(counted) == len(good_cards(world))


def test_posters_are_made_in_a3_too(world: World) -> None:
    assert size_mm(printed(world, "portal-poster-print", size="a3")) == A3
    assert len(read(printed(world, "portal-shop-poster-print", size="a3")).pages) == 1


@override_settings(LIUCHI_PUBLIC_ADDRESS="https://liuchi.example")
def test_codes_carry_the_address_residents_reach(world: World) -> None:
    code = world.cast.village.code
    assert codes(printed(world, "portal-poster-print")) == [f"https://liuchi.example/v/{code}/"]


def test_a_card_leads_each_to_their_own_page(world: World) -> None:
    resident, other = world.cast.resident, world.ours["person_id"]
    mine, theirs = f"/card/{resident.person_id}/", f"/card/{other}/"

    def answer(client: Client, address: str) -> tuple[int, str]:
        response = client.get(address)
        return response.status_code, response.headers.get("Location", "")

    asked_to_sign_in = f"/sign-in/?next=%2Fcard%2F{resident.person_id}%2F"
    assert answer(world.client(ANONYMOUS), mine) == (302, asked_to_sign_in)
    assert answer(world.client("resident"), mine) == (302, "/me/")
    assert answer(world.client("resident"), theirs) == (404, "")
    assert answer(world.client("shopkeeper"), theirs) == (302, f"/desk/people/{other}/")
    assert answer(world.client_of_theirs(), theirs) == (404, "")


def test_a_scanned_card_finds_its_person_at_the_counter(world: World) -> None:
    address = f"/desk/shop/{world.ours['shop_id']}/"
    card = f"https://liuchi.example/card/{world.ours['person_id']}/"
    other = f"https://liuchi.example/card/{world.theirs['person_id']}/"
    client = world.client("shopkeeper")

    assert f">{world.ours['name']}<" in client.get(address, {"text": card}).content.decode()
    assert "没有找到这个人" in client.get(address, {"text": other}).content.decode()


def test_a_server_that_cannot_print_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(paper.LIBRARIES, "libpango-1.0-0", ("libnowhere.so.0",))
    response = world.client(ANONYMOUS).get(f"/v/{world.cast.village.code}/poster/print/")

    assert response.status_code == 503
    assert "服务器暂时不能打印，请管理员运行 liuchi doctor。" in response.content.decode()


def test_the_desk_offers_what_belongs_to_its_village(world: World) -> None:
    page = world.client("secretary").get("/desk/prints/").content.decode()
    neighbours = Cast("盛塘社区").village

    assert f"/v/{world.cast.village.code}/notices/print/" in page
    assert f"/desk/shop/{world.ours['shop_id']}/prices/print/" in page
    assert neighbours.code not in page
