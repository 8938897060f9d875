"""Lines in an inbox: once for their cause, to their reader alone, gone when the work is done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections

from engines.notices.conftest import notice, resident_actor, staff_actor
from engines.notices.provider import running, said
from liuchi.engines.journal.scope import WrongActor, acting_as
from liuchi.engines.notices import actions, queries
from liuchi.engines.notices.actions import Notice
from liuchi.engines.notices.enums import Channel, MessageState
from liuchi.engines.notices.queries import NoticeRow
from liuchi.engines.notices.scope import sender
from liuchi.engines.notices.spec import ChannelsSpec
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.errors import Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence
from liuchi.project.postgres import Cluster, Role

Tell = Callable[..., int]


def inbox(actor: Actor) -> tuple[NoticeRow, ...]:
    with acting_as(actor):
        return queries.inbox(actor).rows


def texts(actor: Actor, language: str = "zh") -> list[str]:
    return [row.text.in_language(language) for row in inbox(actor)]


def messages(*columns: str) -> list[tuple[object, ...]]:
    """Ask as the owner, whom row-level security does not bind."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM notices_message ORDER BY id")
        return list(cursor.fetchall())


def by_sms(actor: Actor, **said) -> None:
    hours = {"quiet_from_hour": 21, "quiet_to_hour": 8, "digest_hour": 18}
    actions.choose(channel=Channel.SMS, actor=actor, **{**hours, **said})


def test_a_notice_is_told_once_for_its_cause(tell: Tell) -> None:
    reader, cause = resident_actor(), new_id()
    first = notice(reader, cause_id=cause)
    assert tell(first) == 1
    assert tell(first, notice(reader, cause_id=cause)) == 0
    assert tell(notice(reader, "points.awarded", cause_id=cause)) == 1
    assert len(inbox(reader)) == 2


def test_two_flows_at_once_tell_once(tell: Tell) -> None:
    readers = [staff_actor() for _ in range(5)]
    told = [notice(reader, cause_id=new_id()) for reader in readers]

    def run(order: int) -> int:
        try:
            return tell(*told[::order])
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(run, (1, -1, 1, -1)))
    assert sum(made) == 5
    assert [len(inbox(reader)) for reader in readers] == [1] * 5


def test_a_line_says_the_same_in_both_languages_with_braces_left_alone(tell: Tell) -> None:
    reader = resident_actor()
    words = Sentence(
        "“{rule}”通过，+{n} 分。", "'{rule}' approved, +{n}.", {"rule": "{测试}", "n": 2}
    )
    tell(notice(reader, sentence=words))
    assert texts(reader) == ["“{测试}”通过，+2 分。"]
    assert texts(reader, "en") == ["'{测试}' approved, +2."]


def test_a_line_is_no_longer_than_a_message(tell: Tell) -> None:
    reader = resident_actor()
    tell(notice(reader, sentence=Sentence("长" * 200, "long")))
    assert texts(reader) == ["长" * 69 + "…"]


@pytest.mark.parametrize("link", ["https://elsewhere.example/", "//elsewhere.example/", "me/"])
def test_a_notice_leads_nowhere_else(link: str) -> None:
    with pytest.raises(ValueError, match="opens a page of this site"):
        notice(resident_actor(), link=link)


def test_a_notice_is_for_one_reader_and_of_a_known_kind() -> None:
    with pytest.raises(TypeError, match="undeclared kind of notice"):
        notice(resident_actor(), "points.nothing")
    with pytest.raises(ValueError, match="one person or one user"):
        Notice("points.awarded", "claim", new_id(), Sentence("", ""), new_id())


def test_nobody_reads_anothers_inbox(tell: Tell, cluster: Cluster, db: str) -> None:
    """Not a neighbour, not the secretary of the same community, not by raw SQL."""
    reader, neighbour, secretary = resident_actor(), resident_actor(), staff_actor()
    tell(notice(reader))
    ((_, notice_id),) = [("", row.id) for row in inbox(reader)]
    for other in (neighbour, secretary):
        assert inbox(other) == ()
        with acting_as(other), pytest.raises(NotFound):
            queries.notice(other, notice_id)
        with pytest.raises(NotFound):
            actions.read(notice_id=notice_id, actor=other)
        with acting_as(other), connection.cursor() as cursor:
            for table in ("notice", "message", "preference", "contact", "message_item"):
                cursor.execute(f"SELECT count(*) FROM notices_{table}")
                assert cursor.fetchone() == (0,)
    with cluster.connect(Role.APP, db) as raw, raw.transaction():
        raw.execute(
            "SELECT set_config('liuchi.scope_set', 'on', true), "
            "set_config('liuchi.scope_low', '34', true), "
            "set_config('liuchi.scope_high', '34~', true), "
            "set_config('liuchi.scope_person', '', true)"
        )
        assert raw.execute("SELECT count(*) FROM notices_notice").fetchone() == (0,)


def test_a_query_without_a_scope_raises(db: str) -> None:
    with pytest.raises(WrongActor):
        queries.inbox(staff_actor())


def test_telling_is_no_posts_verb(db: str, clock: SimulatedClock) -> None:
    with pytest.raises(Refused):
        actions.notify([notice(resident_actor())], actor=staff_actor())


def test_reading_marks_once_and_the_count_follows(tell: Tell) -> None:
    reader = resident_actor()
    tell(notice(reader), notice(reader), notice(reader))
    newest = inbox(reader)[0]
    assert unread_of_person(reader) == 3
    assert actions.read(notice_id=newest.id, actor=reader).link == "/me/claims/"
    actions.read(notice_id=newest.id, actor=reader)
    assert [row.is_read for row in inbox(reader)] == [True, False, False]
    assert actions.read_all(actor=reader) == 2
    assert actions.read_all(actor=reader) == 0


def unread_of_person(actor: Actor) -> int:
    with acting_as(actor):
        return sum(not row.is_read for row in queries.inbox(actor).rows)


def test_the_unread_count_needs_no_scope_and_stops_at_a_hundred(tell: Tell) -> None:
    reader = staff_actor()
    tell(*(notice(reader) for _ in range(105)))
    assert queries.unread(reader.id) == 100
    assert queries.unread(staff_actor().id) == 0


def test_the_inbox_is_paged_newest_first(tell: Tell) -> None:
    reader = staff_actor()
    tell(*(notice(reader, sentence=Sentence(str(n), str(n))) for n in range(5)))
    with acting_as(reader):
        first = queries.inbox(reader, limit=2)
        second = queries.inbox(reader, after=first.next_after, limit=3)
    found = [*first.rows, *second.rows]
    assert [row.id for row in found] == sorted((row.id for row in found), reverse=True)
    assert (len(first.rows), len(second.rows), second.next_after) == (2, 3, None)
    with acting_as(reader), pytest.raises(Invalid):
        queries.inbox(reader, after="nonsense")


def test_shared_work_vanishes_for_all_when_one_has_done_it(tell: Tell) -> None:
    one, two, subject = staff_actor(), staff_actor(), new_id()
    for reader in (one, two):
        tell(notice(reader, "points.claims_to_review", subject_id=subject))
    tell(notice(one, "points.claims_to_review"))
    gone = actions.settle(kinds=["points.claims_to_review"], subject_ids=[subject], actor=sender())
    assert gone == 2
    assert (len(inbox(one)), len(inbox(two))) == (1, 0)
    assert queries.unread(two.id) == 0


def test_a_line_that_renews_says_the_newest_and_comes_back(tell: Tell) -> None:
    reader, subject, cause = staff_actor(), new_id(), new_id()

    def wait(count: int) -> int:
        words = Sentence("有 {n} 笔申报待评议。", "{n} claims wait.", {"n": count})
        return tell(
            notice(
                reader,
                "points.claims_to_review",
                cause_id=cause,
                subject_id=subject,
                sentence=words,
                renews=True,
            )
        )

    assert (wait(3), texts(reader)) == (1, ["有 3 笔申报待评议。"])
    actions.read_all(actor=reader)
    assert (wait(5), texts(reader), queries.unread(reader.id)) == (
        0,
        ["有 5 笔申报待评议。"],
        0,
    )
    actions.settle(kinds=["points.claims_to_review"], subject_ids=[subject], actor=sender())
    assert texts(reader) == []
    assert (wait(1), texts(reader), queries.unread(reader.id)) == (
        0,
        ["有 1 笔申报待评议。"],
        1,
    )


def test_nothing_goes_out_to_whoever_has_not_asked(tell: Tell) -> None:
    tell(notice(resident_actor()), notice(staff_actor(), "points.claim_returned"))
    assert messages("id") == []


def test_several_lines_of_a_day_are_one_digest(tell: Tell, clock: SimulatedClock) -> None:
    reader = resident_actor()
    by_sms(reader)
    tell(notice(reader))
    clock.advance(timedelta(hours=3))
    tell(notice(reader), notice(reader, "points.awarded"))
    clock.advance(timedelta(hours=7))  # 19:00, past the digest
    tell(notice(reader))
    said = messages("is_digest", "state", "send_at AT TIME ZONE 'Asia/Shanghai'")
    assert [(digest, state, str(at)) for digest, state, at in said] == [
        (True, "pending", "2026-03-02 18:00:00"),
        (True, "pending", "2026-03-03 18:00:00"),
    ]
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM notices_message_item GROUP BY message_id ORDER BY 1")
        assert cursor.fetchall() == [(1,), (3,)]


def test_what_cannot_wait_for_the_digest_waits_for_the_morning(
    tell: Tell, clock: SimulatedClock
) -> None:
    reader = resident_actor()
    by_sms(reader)
    tell(notice(reader, "points.claim_returned"))
    clock.advance(timedelta(hours=13))
    tell(notice(reader, "points.claim_returned"))
    assert [str(at) for (at,) in messages("send_at AT TIME ZONE 'Asia/Shanghai'")] == [
        "2026-03-02 09:00:00",
        "2026-03-03 08:00:00",
    ]


def test_a_muted_kind_stays_in_the_inbox(tell: Tell) -> None:
    reader = resident_actor()
    by_sms(reader, muted=["points.claim_returned", "no.such.kind"])
    tell(notice(reader, "points.claim_returned"))
    with acting_as(reader):
        assert queries.preference(reader).muted == ("points.claim_returned",)
    assert (len(inbox(reader)), messages("id")) == (1, [])


def test_choices_are_checked(db: str) -> None:
    reader = resident_actor()
    with pytest.raises(Invalid, match="wechat_not_bound"):
        actions.choose(
            channel=Channel.WECHAT,
            quiet_from_hour=21,
            quiet_to_hour=8,
            digest_hour=18,
            actor=reader,
        )
    with pytest.raises(Invalid, match="hour_unusable"):
        by_sms(reader, digest_hour=24)
    with acting_as(reader):
        assert queries.preference(reader).channel is None


def test_a_choice_made_as_a_resident_holds_for_the_account(tell: Tell) -> None:
    """Whoever also works here says once how to be told."""
    reader = resident_actor()
    by_sms(reader)
    tell(
        Notice(
            "points.claim_returned",
            "claim",
            new_id(),
            Sentence("一", "one"),
            new_id(),
            recipient_user_id=reader.id,
        )
    )
    assert messages("recipient_kind", "recipient_id") == [("user", reader.id)]


def test_a_code_is_sealed_and_asked_for_once(db: str, clock: SimulatedClock) -> None:
    words = Sentence("验证码 {code}，5 分钟内有效。", "Code {code}, 5 minutes.", {"code": "482913"})
    sent = actions.send_code(phone="138 0000 0001", sentence=words, key="one")
    assert actions.send_code(phone="138 0000 0001", sentence=words, key="one") == sent
    ((found, state, address, text),) = messages("id", "state", "sealed_address", "sealed_text")
    assert (found, state) == (sent, "pending")
    held = bytes(address) + bytes(text)  # type: ignore[arg-type]
    assert b"138" not in held
    assert b"482913" not in held
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT string_agg(held::text, '') FROM notices_message AS held")
        assert "482913" not in cursor.fetchone()[0]
    assert state_of(sent) is MessageState.PENDING


def state_of(message_id: UUID) -> MessageState:
    with acting_as(sender()):
        return queries.message_state(message_id)


def test_a_code_needs_a_number(db: str) -> None:
    with pytest.raises(Invalid, match="phone_unusable"):
        actions.send_code(phone="none", sentence=Sentence("", ""), key="two")


def test_a_code_needs_a_gateway_in_production(db: str, settings) -> None:
    settings.LIUCHI_MODE = "production"
    assert queries.sms_ready() is False
    with pytest.raises(Refused, match="sms_not_set_up"):
        actions.send_code(phone="13800000001", sentence=Sentence("", ""), key="three")


def test_a_wechat_is_bound_by_the_code_its_user_brings(tell: Tell, settings: Any) -> None:
    reader = resident_actor()
    with running() as provider:
        settings.LIUCHI_NOTICES = ChannelsSpec.model_validate(
            {"wechat": {"app_id": "wx1", "secret": "s", "template": "T", "url": provider.url}}
        )
        provider.answers = [said(errcode=40029, errmsg="invalid code"), said(openid="o-1")]
        with pytest.raises(Invalid, match="wechat_code_over"):
            actions.bind_wechat(code="old", actor=reader)
        actions.bind_wechat(code="c&1", actor=reader)
    asked = provider.requests[1].path
    assert asked == (
        "/sns/oauth2/access_token?appid=wx1&secret=s&code=c%261&grant_type=authorization_code"
    )
    chosen = {"quiet_from_hour": 21, "quiet_to_hour": 8, "digest_hour": 18, "actor": reader}
    actions.choose(channel=Channel.WECHAT, **chosen)
    tell(notice(reader, "points.claim_returned"))
    assert messages("channel", "recipient_id") == [("wechat", reader.person_id)]
    held = messages_of("notices_contact", "wrapped_key")
    settings.LIUCHI_KEY_RING = settings.LIUCHI_KEY_RING.rotated()
    assert (actions.rewrap_contacts(), actions.rewrap_contacts()) == (2, 0)
    assert set(held).isdisjoint(messages_of("notices_contact", "wrapped_key"))
    actions.unbind_wechat(actor=reader)
    with acting_as(reader):
        assert queries.preference(reader).channel is None
        assert not queries.has_contact(reader, Channel.WECHAT)


def messages_of(table: str, column: str) -> list[bytes]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        return [bytes(value) for (value,) in cursor.fetchall()]
