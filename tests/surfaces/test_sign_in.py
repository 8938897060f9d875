"""Getting in by slip, by phone and by password; staying in; being put out."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pyotp
import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.actions import PersonChange
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.clock import SimulatedClock
from members import PASSWORD, Member, office
from surfaces.world import World, rows

pytestmark = pytest.mark.slow

WECHAT = "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile MicroMessenger/8.0.50"
PHONE = "13900000777"


def text_of(response: HttpResponse) -> str:
    return html.unescape(response.content.decode())


def phone_of(address: str = "192.0.2.1") -> Client:
    return Client(headers={"user-agent": WECHAT}, REMOTE_ADDR=address)


def slip_for(world: World, person_id: UUID | None) -> str:
    (slip,) = directory_actions.issue_slips(
        person_ids=[UUID(str(person_id))], actor=world.cast.secretary.actor, key=str(uuid4())
    )
    return slip.code


def by_password(member: Member, client: Client | None = None, **more: str) -> HttpResponse:
    return (client or Client()).post(
        reverse("sign-in"), {"username": member.username, "password": PASSWORD, **more}
    )


def code_of(secret: str) -> str:
    return pyotp.TOTP(secret).at(int(kernel_clock.now().timestamp()))


def set_up(member: Member) -> str:
    accounts_actions.begin_second_factor(user_id=member.user_id)
    secret = accounts.begun_second_factor(member.user_id)
    assert secret is not None
    accounts_actions.confirm_second_factor(user_id=member.user_id, code=code_of(secret))
    return secret


def person_with_phone(world: World, *person_ids: object) -> None:
    actor = world.cast.secretary.actor
    for person_id in person_ids:
        with acting_as(actor):
            version = directory.person(actor, UUID(str(person_id))).version
        directory_actions.correct_person(
            person_id=UUID(str(person_id)),
            change=PersonChange(phone=PHONE),
            expected_version=version,
            actor=actor,
            key=str(uuid4()),
        )


def test_a_slip_lets_a_resident_in_who_then_stays_in(
    world: World, after_demo: SimulatedClock
) -> None:
    person_id = world.ours["person_id"]
    code, mine = slip_for(world, person_id), phone_of()
    visited = mine.get(reverse("slip"))
    assert (visited.status_code, visited["Cache-Control"]) == (200, "no-store")
    entered = mine.post(reverse("slip"), {"code": code, "next": ""})
    assert (entered.status_code, entered["Location"]) == (302, "/me/")
    cookie = entered.cookies["liuchi_device"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert mine.get("/me/").status_code == 200
    assert "手机 · 微信" in text_of(mine.get(reverse("account")))
    after_demo.advance(timedelta(days=90))
    assert mine.get("/me/").status_code == 200
    again = phone_of("192.0.2.2").post(reverse("slip"), {"code": code})
    assert again.status_code == 422
    assert "这张登录条已经用过，请到窗口重新打印。" in text_of(again)


def test_a_computer_is_not_a_residents_own(world: World) -> None:
    library = Client()
    entered = library.post(reverse("slip"), {"code": slip_for(world, world.ours["person_id"])})
    assert entered.cookies["liuchi_device"]["max-age"] == ""
    assert "只用这一次" in text_of(library.get(reverse("account")))
    library.post(reverse("sign-out"))
    assert 'name="user"' not in text_of(library.get(reverse("sign-in")))


def test_the_phone_lets_its_resident_in_again_and_nobody_else(world: World) -> None:
    mine = phone_of()
    mine.post(reverse("slip"), {"code": slip_for(world, world.ours["person_id"])})
    mine.post(reverse("sign-out"))
    page = text_of(mine.get(reverse("sign-in")))
    (user,) = re.findall(r'name="user" value="([^"]+)"', page)
    other = world.cast.resident.user_id
    assert mine.post(reverse("sign-in-here"), {"user": str(other)}).status_code == 403
    assert phone_of().post(reverse("sign-in-here"), {"user": user}).status_code == 403
    assert mine.post(reverse("sign-in-here"), {"user": user})["Location"] == "/me/"
    # One tap is no proof of who holds the phone: other devices stay.
    asked = mine.post(reverse("account"), {"key": str(uuid4()), "device": ""})
    assert asked.status_code == 401
    mine.post(reverse("sign-out"), {"forget": "yes"})
    assert 'name="user"' not in text_of(mine.get(reverse("sign-in")))


def test_a_lost_phone_is_out_with_the_next_page(world: World) -> None:
    person_id, mine = world.ours["person_id"], phone_of()
    mine.post(reverse("slip"), {"code": slip_for(world, person_id)})
    secretary = world.client("secretary")
    address = reverse("desk-access", args=[person_id])
    without = secretary.post(address, {"key": str(uuid4()), "reason": ""})
    assert without.status_code == 422
    reset = secretary.post(address, {"key": str(uuid4()), "reason": "手机掉了"})
    assert reset.status_code == 302
    gone = mine.get("/me/")
    assert (gone.status_code, gone["Location"]) == (302, "/sign-in/?next=%2Fme%2F")
    assert 'name="user"' not in text_of(mine.get(reverse("sign-in")))


def test_a_resident_appointed_since_needs_a_password_for_the_desk(world: World) -> None:
    person_id, mine = UUID(str(world.ours["person_id"])), phone_of()
    mine.post(reverse("slip"), {"code": slip_for(world, person_id)})
    ((user_id,),) = rows(
        "SELECT user_id FROM directory_person_account WHERE person_id = %s", person_id
    )
    directory_actions.appoint(
        user_id, "recorder", world.cast.village.id, actor=office(), key=str(uuid4())
    )
    assert mine.get("/me/").status_code == 200
    assert mine.get("/desk/")["Location"] == "/me/"
    assert mine.get(reverse("desk-people"))["Location"] == "/me/"
    assert mine.get("/api/v1/figures").status_code == 403
    mine.post(reverse("sign-out"))
    assert 'name="user"' not in text_of(mine.get(reverse("sign-in")))


def test_printed_slips_are_a_pdf_nobody_keeps(world: World) -> None:
    secretary = world.client("secretary")
    listed = text_of(secretary.get(reverse("desk-slips")))
    people = re.findall(r'name="person" value="([^"]+)"', listed)[:3]
    body = {"key": str(uuid4()), "person": people}
    printed = secretary.post(reverse("desk-slips-print"), body)
    assert (printed.status_code, printed["Content-Type"]) == (200, "application/pdf")
    assert printed["Cache-Control"] == "private, no-store"
    again = secretary.post(reverse("desk-slips-print"), body)
    assert again.status_code == 409
    nobody = secretary.post(reverse("desk-slips-print"), {"key": str(uuid4())})
    assert nobody.status_code == 422
    assert "请先勾选要打印的人。" in text_of(nobody)


def test_the_answer_never_tells_whether_a_phone_is_known(world: World) -> None:
    person_with_phone(world, world.ours["person_id"])
    answers = []
    for number in (PHONE, "13900000778"):
        answer = phone_of().post(reverse("sign-in-phone"), {"phone": number})
        page = text_of(answer).replace(number, "…").replace(f"139****{number[-4:]}", "…")
        page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
        wrong = phone_of().post(reverse("sign-in-phone"), {"phone": number, "code": "000000"})
        answers.append((answer.status_code, page, wrong.status_code))
    assert answers[0] == answers[1]
    assert rows("SELECT count(*) FROM notices_message WHERE recipient_kind = 'phone'") == [(1,)]


def test_a_couple_chooses_after_the_code_with_masked_names(world: World) -> None:
    person_id = UUID(str(world.ours["person_id"]))
    ((other,),) = rows(
        "SELECT person_id FROM directory_membership WHERE person_id <> %s AND scope_code = "
        "(SELECT scope_code FROM directory_person WHERE id = %s) AND NOT EXISTS (SELECT FROM "
        "directory_person_account AS a WHERE a.person_id = directory_membership.person_id) LIMIT 1",
        person_id,
        person_id,
    )
    person_with_phone(world, person_id, other)
    mine = phone_of()
    code = accounts_actions.ask_phone_code(phone=PHONE, address="192.0.2.9")
    choice = text_of(mine.post(reverse("sign-in-phone"), {"phone": PHONE, "code": code}))
    assert sorted(re.findall(r'name="person" value="([^"]+)"', choice)) == sorted(
        [str(person_id), str(other)]
    )
    ((name,),) = rows("SELECT name FROM directory_person WHERE id = %s", other)
    assert name not in choice
    (proof,) = re.findall(r'name="proof" value="([^"]+)"', choice)
    forged = mine.post(reverse("sign-in-phone"), {"person": str(other), "proof": "x"})
    assert forged["Location"] == "/sign-in/?way=phone"
    stranger = {"person": str(world.cast.resident.person_id), "proof": proof}
    assert mine.post(reverse("sign-in-phone"), stranger).status_code == 404
    entered = mine.post(reverse("sign-in-phone"), {"person": str(other), "proof": proof})
    assert entered["Location"] == "/me/"


def test_a_new_device_of_staff_takes_a_second_step(world: World) -> None:
    secretary, first, second = world.cast.secretary, Client(), Client()
    assert by_password(secretary, first)["Location"] == "/desk/"
    first.post(reverse("sign-out"))
    assert by_password(secretary, first)["Location"] == "/desk/"  # known
    stopped = by_password(secretary, second, next="/desk/people/")
    assert stopped["Location"] == reverse("sign-in-device")
    assert second.get("/desk/").status_code == 302
    wrong = second.post(reverse("sign-in-device"), {"code": "123456789012"})
    assert (wrong.status_code, "登录码不对，请核对后再输。" in text_of(wrong)) == (422, True)
    slip = directory_actions.issue_device_code(
        user_id=secretary.user_id, actor=office(), key=str(uuid4())
    )
    entered = second.post(reverse("sign-in-device"), {"code": slip.code})
    assert entered["Location"] == "/desk/people/"
    assert second.get("/desk/").status_code == 200


def test_the_second_step_waits_ten_minutes(world: World, after_demo: SimulatedClock) -> None:
    secretary, client = world.cast.secretary, Client()
    secret = set_up(secretary)
    assert by_password(secretary, client)["Location"] == reverse("sign-in-device")
    after_demo.advance(timedelta(minutes=10, seconds=1))
    late = client.post(reverse("sign-in-device"), {"code": code_of(secret)})
    assert late["Location"] == "/sign-in/?way=password"
    by_password(secretary, client)
    assert client.post(reverse("sign-in-device"), {"code": code_of(secret)})["Location"] == "/desk/"


def test_a_shared_computer_is_asked_again(world: World) -> None:
    secretary, client = world.cast.secretary, Client()
    entered = by_password(secretary, client, shared="on")
    assert entered["Location"] == "/desk/"
    assert entered.cookies["liuchi_device"]["max-age"] == ""
    client.post(reverse("sign-out"))
    assert by_password(secretary, client)["Location"] == reverse("sign-in-device")


def test_unmasking_asks_once_keeps_what_was_typed_and_returns(
    world: World, after_demo: SimulatedClock
) -> None:
    person_with_phone(world, world.ours["person_id"])
    secretary, client = world.cast.secretary, Client()
    by_password(secretary, client)
    address = reverse("desk-unmask", args=[world.ours["person_id"]])
    to_set_up = client.get(address)
    assert to_set_up["Location"].startswith(reverse("second-factor"))
    secret = set_up(secretary)
    after_demo.advance(timedelta(seconds=30))
    asked = client.get(address)
    assert asked["Location"] == f"/account/again/?next={address.replace('/', '%2F')}"
    body = {"key": str(uuid4()), "field": "phone", "purpose": "电话核实申报"}
    stopped = client.post(address, body)
    assert (stopped.status_code, PHONE in text_of(stopped)) == (401, False)
    (blob,) = re.findall(r'name="carried" value="([^"]+)"', text_of(stopped))
    again = {"code": code_of(secret), "carried": blob}
    assert client.post(reverse("again"), {**again, "code": "000000"}).status_code == 422
    back = client.post(reverse("again"), again)
    assert (back.status_code, back["Location"]) == (302, address)
    assert 'value="电话核实申报"' in text_of(client.get(address))
    assert PHONE in text_of(client.post(address, body))
    after_demo.advance(timedelta(minutes=14))
    assert client.get(address).status_code == 200  # no second time within the window
    after_demo.advance(timedelta(minutes=1))
    assert client.get(address).status_code == 302


def test_setting_up_is_by_whoever_knows_the_password(
    world: World, after_demo: SimulatedClock
) -> None:
    client = Client()
    by_password(world.cast.secretary, client)
    address = reverse("second-factor")
    after_demo.advance(timedelta(minutes=16))
    assert client.get(address)["Location"].startswith(reverse("again"))
    assert client.post(reverse("again"), {"password": "wrong"}).status_code == 422
    client.post(reverse("again"), {"password": PASSWORD, "next": address})
    assert "开始设置" in text_of(client.get(address))
    client.post(address, {"begin": "yes"})
    shown = client.get(address)
    assert shown["Cache-Control"] == "no-store"
    secret = accounts.begun_second_factor(world.cast.secretary.user_id)
    assert secret is not None
    done = text_of(client.post(address, {"code": code_of(secret)}))
    assert len(re.findall(r"<li><code>(\d{5} \d{5})</code></li>", done)) == 8
    assert accounts.has_second_factor(world.cast.secretary.user_id)


def test_turning_another_device_away_needs_more_than_the_session(
    world: World, after_demo: SimulatedClock
) -> None:
    person_id, old, new = world.ours["person_id"], phone_of(), phone_of()
    old.post(reverse("slip"), {"code": slip_for(world, person_id)})
    after_demo.advance(timedelta(hours=1))
    new.post(reverse("slip"), {"code": slip_for(world, person_id)})
    stolen = old.post(reverse("account"), {"key": str(uuid4()), "device": ""})
    assert (stolen.status_code, new.get("/me/").status_code) == (401, 200)
    # Who has just come in with a slip has said who they are.
    done = new.post(reverse("account"), {"key": str(uuid4()), "device": ""})
    assert done.status_code == 302
    assert (old.get("/me/").status_code, new.get("/me/").status_code) == (302, 200)


def test_a_leaver_is_out_in_the_middle_of_a_session(world: World) -> None:
    reviewer, client = world.cast.reviewer, Client()
    by_password(reviewer, client)
    assert client.get("/desk/").status_code == 200
    accounts_actions.close_account(
        user_id=reviewer.user_id, within_reach=True, actor=office(), key=str(uuid4())
    )
    assert client.get("/desk/").status_code == 302
    assert client.post(reverse("desk-claim", args=[world.ours["claim_id"]])).status_code == 401


def test_what_a_session_stands_on_is_asked_with_every_request(world: World) -> None:
    """One statement tells it all, and a post that has ended is gone at the next one."""
    keeper, client = world.cast.shopkeeper, Client()
    by_password(keeper, client)
    address = "/api/v1/redemptions"
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connections["default"]) as asked:
        assert client.post(address, {}, content_type="application/json").status_code == 422
    assert len(asked) == 1
    (held,) = directory.posts_of(keeper.user_id)
    directory_actions.end_post(post_id=held.id, actor=office(), key=str(uuid4()))
    assert client.get(address).status_code == 403
    assert client.post(address, {}, content_type="application/json").status_code == 403


def test_a_changed_password_ends_the_other_sessions(world: World) -> None:
    member, here, there = world.cast.reviewer, Client(), Client()
    by_password(member, here)
    there.cookies["liuchi_device"] = here.cookies["liuchi_device"].value
    by_password(member, there)
    body = {"key": str(uuid4()), "old_password": PASSWORD, "password": "another-lane-of-six"}
    assert here.post(reverse("password"), body).status_code == 302
    assert (here.get("/desk/").status_code, there.get("/desk/").status_code) == (200, 302)


@pytest.mark.parametrize(
    ("agent", "where", "way"),
    [
        (WECHAT, "", "slip"),
        ("Mozilla/5.0 (Windows NT 10.0)", "", "password"),
        (WECHAT, "/desk/", "password"),
        ("Mozilla/5.0 (Windows NT 10.0)", "/me/", "slip"),
    ],
)
def test_the_likeliest_way_is_open(world: World, agent: str, where: str, way: str) -> None:
    page = Client(headers={"user-agent": agent}).get(reverse("sign-in"), {"next": where})
    heads = {"slip": "用登录条", "password": "用账号和密码"}
    opened = re.findall(r"<details [^>]* open><summary>.*?</svg>([^<]+)</summary>", text_of(page))
    assert opened == [heads[way]]


def test_the_administrator_sets_how_long_a_slip_lasts(world: World) -> None:
    administrator, address = world.client("administrator"), reverse("desk-sign-in-rules")
    body = {
        "key": str(uuid4()),
        "slip_days": "3",
        "device_days": "180",
        "second_factor_minutes": "15",
        "phone_codes_a_day": "2000",
    }
    assert administrator.post(address, {**body, "slip_days": "999"}).status_code == 422
    assert administrator.post(address, body).status_code == 302
    assert rows("SELECT code, value FROM accounts_policy") == [("slip_days", 3)]
    assert 'name="slip_days" value="3"' in text_of(administrator.get(address))
    assert world.client("secretary").get(address).status_code == 403
