"""From the desk to a resident's phone and back: slip, trust, loss. And a second factor once.

Secretary prints a slip → the resident scans it and is in → closes the phone and is in
again → loses it → the secretary resets → the phone is out. Staff set up one-time
passwords on the way to a full phone number, and are asked once.
"""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pyotp
import pypdfium2
import pytest
from django.urls import reverse

from journeys.conftest import Site
from journeys.eyes import PHONE, WIDE, Eyes
from journeys.test_journey import sign_in_by_keyboard
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.actions import PersonChange
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.ids import new_id
from members import Cast
from pages_read import codes

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WECHAT = "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile MicroMessenger/8.0.50"
NUMBER = "13900000555"


@pytest.mark.parametrize("site", [PHONE], ids=["phone"], indirect=True)
def test_a_slip_a_phone_and_its_loss(site: Site, cast: Cast) -> None:
    person_id = cast.resident.person_id
    desk = sign_in_by_keyboard(site, cast.secretary)
    desk.open(reverse("desk-person", args=[person_id]))
    desk.follow(desk.page.get_by_role("link", name="打印登录条"))
    paper = printed(desk)
    address, typed = read(paper)
    assert address == f"{site.address}/s/#{typed}"

    phone = site.window(agent=WECHAT)
    phone.open(address)
    phone.press("进入")
    assert phone.page.url == f"{site.address}/me/"
    phone.open("/account/")
    assert "手机 · 微信 本机" in phone.text()
    phone.open("/sign-out/")
    phone.press(phone.page.get_by_role("button", name="退出", exact=True))
    phone.open("/sign-in/")
    phone.press(f"以 {cast.resident.masked_name} 的身份进入")
    assert phone.page.url == f"{site.address}/me/"

    desk.open(reverse("desk-access", args=[person_id]))
    assert "登录条已用" in desk.text()
    desk.page.locator('textarea[name="reason"]').fill("本人到窗口，手机丢了")
    desk.press(desk.page.locator('[data-action="reset"]'))
    assert "已重置" in desk.text()

    phone.open("/me/")
    assert "/sign-in/" in phone.page.url
    phone.open(address)
    phone._expected = 422
    phone.press("进入")
    assert "这张登录条已经用过" in phone.text()


@pytest.mark.parametrize("site", [WIDE], ids=["desktop"], indirect=True)
def test_a_second_factor_is_asked_for_once(site: Site, cast: Cast, time: SimulatedClock) -> None:
    person_id = cast.resident.person_id
    remember_phone(cast)
    eyes = sign_in_by_keyboard(site, cast.secretary)
    eyes.open(reverse("desk-unmask", args=[person_id]))
    eyes.press("开始设置")
    secret = accounts.begun_second_factor(cast.secretary.user_id)
    eyes.page.locator('input[name="code"]').fill(code_of(secret))
    eyes.press("完成")
    assert len(re.findall(r"\d{5} \d{5}", eyes.text())) == 8
    eyes.follow(eyes.page.get_by_role("link", name="我已收好，继续"))
    show(eyes)
    time.advance(timedelta(minutes=14))
    eyes.open(reverse("desk-unmask", args=[person_id]))
    show(eyes)
    time.advance(timedelta(minutes=1))
    eyes.open(reverse("desk-unmask", args=[person_id]))
    eyes.page.locator('input[name="code"]').fill(code_of(secret))
    eyes.press("确认")
    show(eyes)


def show(eyes: Eyes) -> None:
    eyes.page.locator('input[name="purpose"]').fill("电话核实申报")
    eyes.press("查看")
    assert NUMBER in eyes.text()


def printed(desk: Eyes) -> bytes:
    """Send the form as the button does; the browser would show the PDF in another tab."""
    form = desk.page.locator(f'form[action="{reverse("desk-slips-print")}"]')
    fields = form.locator("input").evaluate_all("all => all.map((one) => [one.name, one.value])")
    answer = desk.page.request.post(
        desk.page.url.split("/desk/")[0] + reverse("desk-slips-print"),
        form=dict(fields),
        headers={"Referer": desk.page.url},
    )
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    return answer.body()


def read(paper: bytes) -> tuple[str, str]:
    """Return what the QR code says and what is printed to be typed."""
    page = pypdfium2.PdfDocument(io.BytesIO(paper))[0]
    (code,) = codes(paper, scale=3)
    (typed,) = re.findall(r"\d{4} \d{4} \d{4}", page.get_textpage().get_text_range())
    return code, typed.replace(" ", "")


def remember_phone(cast: Cast) -> None:
    actor = cast.secretary.actor
    with acting_as(actor):
        version = directory.person(actor, cast.resident.person_id).version
    directory_actions.correct_person(
        person_id=cast.resident.person_id,
        change=PersonChange(phone=NUMBER),
        expected_version=version,
        actor=actor,
        key=str(new_id()),
    )


def code_of(secret: str | None) -> str:
    assert secret is not None
    return pyotp.TOTP(secret).at(int(clock.now().timestamp()))
