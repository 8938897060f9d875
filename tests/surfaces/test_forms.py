"""Wrong input through a form: nothing typed is lost, nothing is done twice."""

from __future__ import annotations

import html
import re
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.actions import PersonChange
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points.enums import Evidence
from liuchi.surfaces.components.methods import rules_at
from members import PASSWORD, photo
from surfaces.world import ANONYMOUS, World, rows

PHONE = "13900000111"
NOTE = "楼道口的旧家具，搬了两趟。"


def claims_of(person_id: UUID | None) -> list[tuple[UUID, str]]:
    return [
        (claim_id, note)
        for claim_id, note in rows(
            "SELECT id, note FROM points_claim WHERE person_id = %s ORDER BY id", person_id
        )
    ]


def typed(world: World, **changes: object) -> dict[str, object]:
    return {
        "key": str(uuid4()),
        "rule_code": rule_code(world),
        "happened_on": world.today.isoformat(),
        "note": NOTE,
        **changes,
    }


def rule_code(world: World) -> str:
    """Return a rule in force that can be claimed without a photo."""
    needing_a_file = {Evidence.PHOTO, Evidence.CERTIFICATE}
    found = (rule for rule in rules_at(world.cast.village.id))
    return next(rule.code for rule in found if not needing_a_file & set(rule.evidence))


def text_of(response: HttpResponse) -> str:
    return html.unescape(response.content.decode())


def value_of(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    assert found is not None, name
    return found.group(1)


@pytest.fixture
def resident(world: World) -> Client:
    return world.client("resident")


def test_an_expired_session_loses_nothing_that_was_typed(world: World) -> None:
    """Sign-out behind somebody's back, in the middle of a claim."""
    member = world.cast.resident
    before = claims_of(member.person_id)
    client = world.client(ANONYMOUS)
    form = reverse("portal-propose")

    asked = client.post(form, typed(world))
    assert asked.status_code == 401
    assert claims_of(member.person_id) == before

    fields = {
        "username": member.username,
        "password": PASSWORD,
        "next": form,
        "carried": value_of(text_of(asked), "carried"),
    }
    mistyped = client.post(reverse("sign-in"), {**fields, "password": "something else"})
    assert mistyped.status_code == 422
    fields["carried"] = value_of(text_of(mistyped), "carried")
    signed_in = client.post(reverse("sign-in"), fields)
    assert (signed_in.status_code, signed_in["Location"]) == (302, form)

    page = text_of(client.get(form))
    assert NOTE in page
    assert value_of(page, "happened_on") == world.today.isoformat()
    assert re.findall(r'value="([^"]*)" required checked', page) == [rule_code(world)]

    sent = client.post(form, typed(world, key=value_of(page, "key")))
    assert sent.status_code == 302
    assert [note for _id, note in claims_of(member.person_id)[len(before) :]] == [NOTE]
    assert NOTE not in text_of(client.get(form))


def test_a_password_is_never_carried(world: World) -> None:
    client = world.client(ANONYMOUS)
    asked = client.post(reverse("password"), {"password": "a secret of mine", "old_password": "x"})
    blob = value_of(text_of(asked), "carried")
    member = world.cast.resident
    fields = {"username": member.username, "password": PASSWORD, "carried": blob}
    client.post(reverse("sign-in"), fields)
    assert client.session["liuchi_carried"]["data"] == {}


def test_a_forged_carried_form_is_left_out(world: World) -> None:
    member = world.cast.resident
    client = world.client(ANONYMOUS)
    fields = {
        "username": member.username,
        "password": PASSWORD,
        "next": "https://elsewhere.example/",
        "carried": "eyJwYXRoIjoiLyJ9:forged",
    }
    signed_in = client.post(reverse("sign-in"), fields)
    assert (signed_in.status_code, signed_in["Location"]) == (302, "/me/")


def test_a_second_click_changes_nothing(world: World, resident: Client) -> None:
    person_id = world.cast.resident.person_id
    before, body = claims_of(person_id), typed(world)
    first, second = (resident.post(reverse("portal-propose"), body) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert len(claims_of(person_id)) == len(before) + 1


def test_a_replayed_key_with_another_body_is_told_and_kept(world: World, resident: Client) -> None:
    person_id, body = world.cast.resident.person_id, typed(world)
    resident.post(reverse("portal-propose"), body)
    before = claims_of(person_id)
    other = resident.post(reverse("portal-propose"), {**body, "note": "改过的说明"})
    page = text_of(other)
    assert other.status_code == 409
    assert 'role="alert"' in page
    assert "改过的说明" in page
    assert value_of(page, "key") != body["key"]
    assert claims_of(person_id) == before


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"rule_code": ""}, "请选择一项。"),
        ({"happened_on": "昨天"}, "请选择日期。"),
        ({"happened_on": ""}, "请选择日期。"),
    ],
)
def test_a_wrong_field_has_its_sentence_and_the_rest_stays(
    world: World, resident: Client, changes: dict[str, object], sentence: str
) -> None:
    before = claims_of(world.cast.resident.person_id)
    answer = resident.post(reverse("portal-propose"), typed(world, **changes))
    page = text_of(answer)
    assert answer.status_code == 422
    assert sentence in page
    assert NOTE in page
    assert claims_of(world.cast.resident.person_id) == before


def test_a_file_that_is_not_what_its_name_says(world: World, resident: Client) -> None:
    """A program called .jpg is refused beside the field; what was typed stays."""
    before = claims_of(world.cast.resident.person_id)
    program = SimpleUploadedFile("deed.jpg", b"MZ this is no picture", "image/jpeg")
    answer = resident.post(reverse("portal-propose"), typed(world, photos=program))
    page = text_of(answer)
    assert answer.status_code == 422
    assert 'id="f-photos-error"' in page
    assert NOTE in page
    assert claims_of(world.cast.resident.person_id) == before


def test_more_photos_than_allowed(world: World, resident: Client) -> None:
    photos = [SimpleUploadedFile(f"{n}.jpg", photo(), "image/jpeg") for n in range(4)]
    answer = resident.post(reverse("portal-propose"), typed(world, photos=photos))
    assert answer.status_code == 422
    assert "最多选择 3 张照片。" in text_of(answer)


def test_a_photo_is_seen_by_its_owner_and_not_next_door(world: World, resident: Client) -> None:
    picture = SimpleUploadedFile("deed.jpg", photo(), "image/jpeg")
    made = resident.post(reverse("portal-propose"), typed(world, photos=picture))
    page = text_of(resident.get(made["Location"]))
    (address,) = re.findall(r'src="(/files/[^"]+)"', page)
    assert resident.get(address).status_code == 200
    assert world.client_of_theirs().get(address).status_code == 404


def test_a_rejection_needs_a_reason(world: World) -> None:
    claim_id = world.ours["claim_id"]
    address = reverse("desk-claim", args=[claim_id])
    reviewer = world.client("reviewer")
    answer = reviewer.post(
        address,
        {"key": str(uuid4()), "version": world.ours["version"], "outcome": "reject", "reason": ""},
    )
    assert answer.status_code == 422
    assert "请写明理由，居民会看到。" in text_of(answer)
    assert rows("SELECT state FROM points_claim WHERE id = %s", claim_id) == [("proposed",)]


def test_a_claim_that_changed_meanwhile_is_a_conflict(world: World) -> None:
    address = reverse("desk-claim", args=[world.ours["claim_id"]])
    body = {"key": str(uuid4()), "outcome": "approve", "reason": ""}
    reviewer = world.client("reviewer")
    answer = reviewer.post(address, {**body, "version": int(str(world.ours["version"])) + 7})
    assert answer.status_code == 409


def test_a_stale_page_says_so(world: World) -> None:
    client = world.client("resident", enforce_csrf_checks=True)
    answer = client.post(reverse("portal-propose"), typed(world))
    assert answer.status_code == 403
    assert "页面已过期，内容没有提交。请返回上一页，刷新后再提交。" in text_of(answer)


def test_points_are_asked_for_twice_before_they_are_spent(world: World) -> None:
    """The first POST at the counter shows what it costs and writes nothing."""
    shop, goods = world.cast.cheapest_goods()
    person_id = world.cast.resident.person_id
    address = reverse("desk-redeem", args=[shop.id, person_id])
    keeper, body = world.client("shopkeeper"), {"key": str(uuid4()), "goods_id": str(goods.id)}
    count = "SELECT count(*) FROM points_redemption WHERE person_id = %s"
    before = rows(count, person_id)[0][0]

    shown = keeper.post(address, {**body, "quantity": 1})
    assert (shown.status_code, rows(count, person_id)[0][0]) == (200, before)
    assert value_of(text_of(shown), "key") == body["key"]

    answers = [keeper.post(address, {**body, "quantity": 1, "confirmed": "yes"}) for _ in "12"]
    assert [each.status_code for each in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert rows(count, person_id)[0][0] == before + 1
    assert "兑换成功" in text_of(keeper.get(answers[0]["Location"]))


def test_too_many_at_the_counter_is_told_and_nothing_moves(world: World) -> None:
    shop, goods = world.cast.cheapest_goods()
    person_id = world.cast.resident.person_id
    address = reverse("desk-redeem", args=[shop.id, person_id])
    body = {"key": str(uuid4()), "goods_id": str(goods.id), "quantity": 99, "confirmed": "yes"}
    ledger = "SELECT count(*), sum(balance) FROM points_account"
    before = rows(ledger)
    answer = world.client("shopkeeper").post(address, body)
    assert answer.status_code in {403, 409}
    assert 'role="alert"' in text_of(answer)
    assert rows(ledger) == before


def test_a_masked_field_is_shown_for_a_purpose_and_logged(world: World) -> None:
    secretary = world.client("secretary")
    person_id = UUID(str(world.ours["person_id"]))
    actor = world.cast.secretary.actor
    with acting_as(actor):
        version = directory.person(actor, person_id).version
    directory_actions.correct_person(
        person_id=person_id,
        change=PersonChange(phone=PHONE),
        expected_version=version,
        actor=actor,
        key=str(uuid4()),
    )
    address = reverse("desk-unmask", args=[person_id])
    body = {"key": str(uuid4()), "field": "phone", "purpose": "电话核实申报"}
    log = "SELECT purpose FROM directory_unmask_log WHERE person_id = %s"
    without = secretary.post(address, {**body, "purpose": ""})
    assert (without.status_code, rows(log, person_id)) == (422, [])
    shown = secretary.post(address, body)
    assert (shown.status_code, shown["Cache-Control"]) == (200, "no-store")
    assert PHONE in text_of(shown)
    assert rows(log, person_id) == [("电话核实申报",)]
    assert PHONE not in text_of(secretary.get(reverse("desk-person", args=[person_id])))
