"""Messages as pages: one's own, opened by a POST, and never somebody else's."""

from __future__ import annotations

import html
import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.notices import actions, queries
from liuchi.engines.notices.actions import Notice
from liuchi.engines.notices.scope import sender
from liuchi.flows import notifying
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components import pager
from members import Member
from surfaces.test_counts import queries_of
from surfaces.world import World

pytestmark = pytest.mark.slow


def tell(member: Member, *, as_resident: bool, subject: tuple[str, object], times: int = 1) -> None:
    whom = (
        {"recipient_person_id": member.person_id}
        if as_resident
        else {"recipient_user_id": member.user_id}
    )
    kind, subject_id = subject
    actions.notify(
        [
            Notice(
                kind="points.claim_approved",
                subject_kind=kind,
                subject_id=subject_id,  # type: ignore[arg-type]
                sentence=Sentence("第 {n} 条。", "Number {n}.", {"n": n}),
                cause_id=new_id(),
                **whom,
            )
            for n in range(times)
        ],
        actor=sender(),
    )


def lines_of(page: str) -> list[str]:
    return re.findall(r'name="notice_id" value="([^"]+)"', page)


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_resident_opens_what_a_message_is_about(world: World) -> None:
    member, claim_id = world.cast.resident, new_id()
    tell(member, as_resident=True, subject=("points.claim", claim_id))
    client, inbox = world.client("resident"), reverse("portal-inbox")
    page = text_of(client, inbox)
    assert "第 0 条。" in page
    assert "，1 条未读" in page
    (line,) = lines_of(page)
    opened = client.post(inbox, {"key": str(uuid4()), "notice_id": line})
    assert (opened.status_code, opened["Location"]) == (
        302,
        reverse("portal-claim", args=[claim_id]),
    )
    assert "条未读" not in text_of(client, inbox)


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        ("points.claim", "/desk/claims/{id}/"),
        ("points.claims", "/desk/claims/?state=proposed&place={id}"),
        ("points.shop", "/desk/shop/{id}/stock/"),
        ("directory.post", "/desk/"),
        ("accounts.user", "/account/"),
    ],
)
def test_staff_open_it_at_the_desk(world: World, kind: str, where: str) -> None:
    member, subject_id = world.cast.secretary, new_id()
    tell(member, as_resident=False, subject=(kind, subject_id))
    client, inbox = world.client("secretary"), reverse("desk-inbox")
    line = lines_of(text_of(client, inbox))[0]
    opened = client.post(inbox, {"key": str(uuid4()), "notice_id": line})
    assert opened["Location"] == where.format(id=subject_id)


def test_all_can_be_marked_as_read_at_once(world: World) -> None:
    tell(world.cast.secretary, as_resident=False, subject=("points.claim", new_id()), times=3)
    client, inbox = world.client("secretary"), reverse("desk-inbox")
    assert "3<span" in text_of(client, inbox)
    client.post(inbox, {"key": str(uuid4())})
    page = text_of(client, inbox)
    assert ("条未读" in page, len(lines_of(page))) == (False, 3)


def test_another_ones_message_is_not_there(world: World) -> None:
    tell(world.cast.secretary, as_resident=False, subject=("points.claim", new_id()))
    line = lines_of(text_of(world.client("secretary"), reverse("desk-inbox")))[0]
    for role in ("reviewer", "clerk"):
        client = world.client(role)
        assert lines_of(text_of(client, reverse("desk-inbox"))) == []
        body = {"key": str(uuid4()), "notice_id": line}
        assert client.post(reverse("desk-inbox"), body).status_code == 404
    assert queries.unread(world.cast.secretary.user_id) == 1


def test_an_empty_inbox_says_what_will_come(world: World) -> None:
    assert "还没有消息" in text_of(world.client("resident"), reverse("portal-inbox"))


def test_the_list_costs_the_same_with_one_line_and_three(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(world.cast.resident, as_resident=True, subject=("points.claim", new_id()), times=4)
    client, both = world.client("resident"), []
    for rows in (1, 3):
        monkeypatch.setattr(pager, "ROWS", rows)
        both.append(queries_of(client, reverse("portal-inbox")))
    assert both[0] == both[1]


def test_settings_keep_what_was_chosen_and_refuse_what_is_not_offered(world: World) -> None:
    client, address = world.client("resident"), reverse("portal-inbox-settings")
    page = text_of(client, address)
    assert "您没有登记手机号" in page
    body = {
        "key": str(uuid4()),
        "channel": "sms",
        "quiet_from_hour": 22,
        "quiet_to_hour": 7,
        "digest_hour": 9,
    }
    assert client.post(address, body).status_code == 422
    saved = client.post(address, {**body, "channel": "inbox"})
    assert saved["Location"] == f"{address}?saved=1"


def test_a_reviewer_hears_of_the_claims_that_wait(world: World) -> None:
    """The demo's waiting claims, told by the morning's sweep."""
    journal_jobs.catch_up()
    while notifying.follow():
        pass
    notifying.sweep()
    client = world.client("reviewer")
    page = text_of(client, reverse("desk-inbox"))
    assert "笔申报等您评议" in page
    assert (
        str(world.cast.village.id)
        in client.post(
            reverse("desk-inbox"), {"key": str(uuid4()), "notice_id": lines_of(page)[0]}
        )["Location"]
    )


def test_a_resident_binds_and_unbinds_wechat(world: World) -> None:
    """On the console nobody is asked for an address: the code comes back at once."""
    client, page = world.client("resident"), reverse("portal-inbox-wechat")
    (asked,) = re.findall(r'href="([^"]+)" data-action="ask"', text_of(client, page))
    back = html.unescape(asked).removeprefix("http://testserver")
    assert 'name="code" value="console"' in text_of(client, back)
    assert 'name="code"' not in text_of(client, f"{page}?code=console&state=forged")
    sent = {"key": str(uuid4()), "do": "bind", "code": "console"}
    assert client.post(page, sent)["Location"] == page
    assert 'value="unbind"' in text_of(client, page)
    assert 'value="wechat"' in text_of(client, reverse("portal-inbox-settings"))
    client.post(page, {"key": str(uuid4()), "do": "unbind"})
    assert 'data-action="ask"' in text_of(client, page)
