"""The outbox: nothing goes twice, whoever dies when; nothing at night; nobody too often."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections

from engines.notices.conftest import notice, resident_actor
from engines.notices.provider import Provider, ok, said
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.notices import actions, jobs, queries, rules
from liuchi.engines.notices.enums import Channel, MessageState
from liuchi.engines.notices.jobs import Adapter, Parcel, Receipt
from liuchi.engines.notices.scope import sender
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence
from liuchi.project.postgres import Cluster

Tell = Callable[..., int]
AT_ONCE = "points.claim_returned"


def owner(statement: str, *values: object) -> list[tuple[Any, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []


def reader_with_phone(phone: str = "13800000001", **hours: int) -> Actor:
    """Return somebody who wants word by SMS, at a number kept beside the directory."""
    reader = resident_actor()
    actions.hold_contact(channel=Channel.SMS, address=phone, actor=reader)
    wanted = {"quiet_from_hour": 21, "quiet_to_hour": 8, "digest_hour": 18, **hours}
    actions.choose(channel=Channel.SMS, actor=reader, **wanted)
    return reader


def states() -> list[tuple[str, str]]:
    return [
        (state, code)
        for state, code in owner("SELECT state, reason_code FROM notices_message ORDER BY id")
    ]


def deliver(provider: Provider) -> dict[str, int]:
    return {
        str(state): count
        for state, count in jobs.deliver(adapters={Channel.SMS: provider.gateway()}).items()
    }


def test_word_goes_out_once_and_says_nothing_of_the_matter(tell: Tell, provider: Provider) -> None:
    reader = reader_with_phone()
    tell(notice(reader, AT_ONCE, sentence=Sentence("王某的“检测”要补照片。", "…")))
    assert deliver(provider) == {"sent": 1}
    assert deliver(provider) == {}
    (request,) = provider.requests
    assert request.json["phone"] == "13800000001"
    assert request.json["params"]["text"] == rules.kind(AT_ONCE).short.zh
    assert owner("SELECT provider_id, attempts FROM notices_message") == [("m-1", 1)]


def test_a_digest_is_one_message(tell: Tell, provider: Provider, clock: SimulatedClock) -> None:
    reader = reader_with_phone()
    tell(*(notice(reader) for _ in range(3)))
    assert deliver(provider) == {}
    clock.advance(timedelta(hours=9))
    assert deliver(provider) == {"sent": 1}
    assert provider.requests[0].json["params"] == {
        "count": 3,
        "text": "您有 3 条新消息，请打开六尺查看。",
    }


def test_what_has_been_read_meanwhile_is_not_sent(
    tell: Tell, provider: Provider, clock: SimulatedClock
) -> None:
    reader = reader_with_phone()
    tell(notice(reader), notice(reader))
    actions.read_all(actor=reader)
    clock.advance(timedelta(hours=9))
    assert deliver(provider) == {"given_up": 1}
    assert (states(), provider.requests) == ([("given_up", "already_read")], [])


def test_trouble_is_tried_again_ever_later_and_given_up(
    tell: Tell, provider: Provider, clock: SimulatedClock
) -> None:
    tell(notice(reader_with_phone(), AT_ONCE))
    provider.usual = lambda _: (500, b"")
    for minutes in (0, 1, 4, 15):
        clock.advance(timedelta(minutes=minutes))
        assert deliver(provider) == {"pending": 1}
        assert deliver(provider) == {}
    clock.advance(timedelta(hours=1))
    assert deliver(provider) == {"given_up": 1}
    assert states() == [("given_up", "http_500")]
    assert provider.ids() == [provider.ids()[0]] * 5


def test_what_went_through_after_trouble_is_sent(
    tell: Tell, provider: Provider, clock: SimulatedClock
) -> None:
    """The first try had arrived although the gateway said 500; it knows the message again."""
    tell(notice(reader_with_phone(), AT_ONCE))
    provider.answers = [(500, b""), said(code="duplicate", message_id="m-8")]
    deliver(provider)
    clock.advance(timedelta(minutes=1))
    assert deliver(provider) == {"sent": 1}
    assert owner("SELECT provider_id, reason_code FROM notices_message") == [("m-8", "duplicate")]


def test_a_number_that_is_refused_is_not_asked_again(
    tell: Tell, provider: Provider, clock: SimulatedClock
) -> None:
    tell(notice(reader_with_phone(), AT_ONCE))
    provider.usual = lambda _: said(code="blacklisted")
    assert deliver(provider) == {"failed": 1}
    clock.advance(timedelta(days=1))
    assert deliver(provider) == {}
    assert states() == [("failed", "blacklisted")]


def test_nothing_leaves_in_quiet_hours_even_on_a_retry(
    tell: Tell, provider: Provider, clock: SimulatedClock
) -> None:
    tell(notice(reader_with_phone(), AT_ONCE))
    clock.advance(timedelta(hours=11, minutes=59, seconds=30))  # 20:59:30
    provider.answers = [(503, b"")]
    deliver(provider)
    clock.advance(timedelta(minutes=1))
    assert deliver(provider) == {"pending": 1}
    assert len(provider.requests) == 1
    clock.advance(timedelta(hours=11))  # 08:00:30
    assert deliver(provider) == {"sent": 1}


def test_no_more_than_so_many_a_day_and_the_rest_in_one(
    tell: Tell, provider: Provider, clock: SimulatedClock
) -> None:
    """Two at once and the digest; whatever else there is goes with tomorrow's digest."""
    reader = reader_with_phone()
    tell(*(notice(reader, AT_ONCE) for _ in range(6)), notice(reader))
    assert deliver(provider) == {"sent": 2, "pending": 4}
    clock.advance(timedelta(hours=9))
    assert deliver(provider) == {"sent": 1}
    clock.advance(timedelta(days=1))
    assert deliver(provider) == {"sent": 1}
    assert [one.json["params"]["count"] for one in provider.requests] == [1, 1, 1, 4]
    assert owner("SELECT count(*) FROM notices_message_item") == [(7,)]


def test_too_late_is_not_sent(tell: Tell, provider: Provider, clock: SimulatedClock) -> None:
    """A worker that was off for a week does not pour out last week."""
    tell(notice(reader_with_phone(), AT_ONCE))
    clock.advance(timedelta(days=7))
    assert deliver(provider) == {"given_up": 1}
    assert (states(), provider.requests) == ([("given_up", "too_late")], [])


def test_whoever_has_no_number_is_not_tried(tell: Tell, provider: Provider) -> None:
    reader = reader_with_phone()
    actions.hold_contact(channel=Channel.SMS, address="", actor=reader)
    tell(notice(reader, AT_ONCE))
    assert deliver(provider) == {"given_up": 1}
    assert states() == [("given_up", "no_address")]


def test_a_code_goes_first_at_any_hour_and_leaves_nothing(
    tell: Tell, provider: Provider, clock: SimulatedClock
) -> None:
    tell(notice(reader_with_phone("13900000009"), AT_ONCE))
    clock.advance(timedelta(hours=14))  # 23:00
    words = Sentence("验证码 {code}。", "Code {code}.", {"code": "482913"})
    actions.send_code(phone="13800000001", sentence=words, key="code")
    assert deliver(provider) == {"sent": 1, "pending": 1}
    (request,) = provider.requests
    assert request.json["params"] == {"code": "482913", "text": "验证码 482913。"}
    assert owner(
        "SELECT count(*) FROM notices_message WHERE recipient_kind = 'phone' "
        "AND wrapped_key IS NULL AND sealed_text IS NULL AND sealed_address IS NULL"
    ) == [(1,)]


def test_a_code_is_tried_again_within_seconds_and_not_after_five_minutes(
    db: str, provider: Provider, clock: SimulatedClock
) -> None:
    words = Sentence("验证码 {code}。", "Code {code}.", {"code": "1"})
    sent = actions.send_code(phone="13800000001", sentence=words, key="code")
    provider.usual = lambda _: (500, b"")
    deliver(provider)
    clock.advance(timedelta(seconds=2))
    assert deliver(provider) == {"pending": 1}
    clock.advance(timedelta(minutes=5))
    assert deliver(provider) == {"given_up": 1}
    assert len(provider.requests) == 2
    with acting_as(sender()):
        assert queries.message_state(sent) is MessageState.GIVEN_UP


def in_thread(work: Callable[[], Any]) -> Any:
    try:
        return work()
    finally:
        connection.close()


def test_workers_at_once_send_each_message_once(tell: Tell, provider: Provider) -> None:
    readers = [reader_with_phone(f"138000000{n:02}") for n in range(25)]
    tell(*(notice(reader, AT_ONCE) for reader in readers))
    both = threading.Barrier(2)
    provider.answers = [lambda _: (both.wait(30), ok())[1]] * 2  # of two workers: each sends one
    provider.usual = lambda _: (time.sleep(0.01), ok())[1]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: in_thread(lambda: deliver(provider)), range(4)))
    assert sum(each.get("sent", 0) for each in done) == 25
    assert len(provider.ids()) == len(set(provider.ids())) == 25
    assert sum(bool(each) for each in done) > 1


def test_workers_at_once_keep_one_recipients_limit(tell: Tell, provider: Provider) -> None:
    reader = reader_with_phone()
    tell(*(notice(reader, AT_ONCE) for _ in range(12)))
    provider.usual = lambda _: (time.sleep(0.02), ok())[1]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: in_thread(lambda: deliver(provider)), range(4)))
    assert len(provider.requests) == 2


# A worker is killed at every step -----------------------------------------------------

HOLD = """
CREATE OR REPLACE FUNCTION hold_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock(4242); RETURN NEW; END $$;
CREATE TRIGGER hold_message BEFORE UPDATE ON notices_message FOR EACH ROW
WHEN (NEW.state = '{state}') EXECUTE FUNCTION hold_message();
"""


class DiesBefore:
    """Dies with the message in its hands."""

    def send(self, parcel: Parcel) -> Receipt:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


class DiesAfter:
    """Dies with the gateway's answer in its hands."""

    def __init__(self, inner: Adapter) -> None:
        self.inner = inner

    def send(self, parcel: Parcel) -> Receipt:
        self.inner.send(parcel)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


def forked(adapter: Adapter) -> int:
    """Start a worker of its own process on this test's database; return its process id."""
    for alias in ("default", "owner"):
        connections[alias].close()
    child = os.fork()
    if child == 0:
        try:
            jobs.deliver(adapters={Channel.SMS: adapter})
        finally:
            os._exit(0)
    return child


def kill_while_held(cluster: Cluster, db: str, child: int) -> None:
    """Kill a worker whose statement the trigger holds, and its backend with it."""
    with cluster.connect(database=db) as watching:
        waiting = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        deadline = time.monotonic() + 60
        while (row := watching.execute(waiting).fetchone()) is None:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        os.kill(child, signal.SIGKILL)
        watching.execute("SELECT pg_terminate_backend(%s)", [row[0]])


@pytest.mark.parametrize(
    ("dies", "left", "arrived", "ends"),
    [
        ("taking", "pending", 1, "sent"),
        ("taken", "sending", 0, "unknown"),
        ("asked", "sending", 1, "unknown"),
        ("answered", "sending", 1, "unknown"),
        ("writing", "sending", 1, "unknown"),
        ("written", "sent", 1, "sent"),
    ],
)
def test_a_worker_killed_at_any_step_sends_nothing_twice(  # noqa: PLR0917  fixtures
    tell: Tell,
    provider: Provider,
    clock: SimulatedClock,
    cluster: Cluster,
    db: str,
    dies: str,
    left: str,
    arrived: int,
    ends: str,
) -> None:
    tell(notice(reader_with_phone(), AT_ONCE))
    adapter: Adapter = provider.gateway(timeout_seconds=30)
    if dies in {"taking", "writing"}:
        owner(HOLD.replace("{state}", "sending" if dies == "taking" else "sent"))
        with cluster.connect(database=db) as holding, holding.transaction():
            holding.execute("SELECT pg_advisory_xact_lock(4242)")
            child = forked(adapter)
            kill_while_held(cluster, db, child)
        os.waitpid(child, 0)
        owner("DROP TRIGGER hold_message ON notices_message")
    else:
        pids: list[int] = []
        if dies == "asked":
            provider.answers = [lambda _: os.kill(pids[0], signal.SIGKILL)]
        chosen = {"taken": DiesBefore(), "answered": DiesAfter(adapter)}.get(dies, adapter)
        if dies == "asked":
            # The process id has to be known before the request arrives.
            with provider.lock:
                pids.append(forked(chosen))
        else:
            pids.append(forked(chosen))
        os.waitpid(pids[0], 0)
    assert owner("SELECT state FROM notices_message") == [(left,)]
    deliver(provider)
    clock.advance(rules.STUCK_AFTER + timedelta(seconds=1))
    for _ in range(2):
        deliver(provider)
    clock.advance(timedelta(hours=5))
    deliver(provider)
    assert owner("SELECT state FROM notices_message") == [(ends,)]
    assert len(provider.requests) == arrived
    assert len(set(provider.ids())) == min(arrived, 1)


def test_an_answer_that_comes_after_all_is_better_than_unknown(
    tell: Tell, provider: Provider, clock: SimulatedClock
) -> None:
    """A worker that was only slow writes down what it has learnt."""

    class Slow:
        def send(self, parcel: Parcel) -> Receipt:
            clock.advance(rules.STUCK_AFTER + timedelta(minutes=1))
            assert jobs.recover() == 1
            return provider.gateway().send(parcel)

    tell(notice(reader_with_phone(), AT_ONCE))
    jobs.deliver(adapters={Channel.SMS: Slow()})
    assert states() == [("sent", "")]


def test_old_notices_go(tell: Tell, provider: Provider, clock: SimulatedClock) -> None:
    reader = reader_with_phone()
    tell(notice(reader, AT_ONCE))
    deliver(provider)
    actions.read_all(actor=reader)
    tell(notice(reader))
    clock.advance(timedelta(days=91))
    assert jobs.forget() > 0
    assert owner("SELECT count(*) FROM notices_notice") == [(1,)]
    clock.advance(timedelta(days=366))
    jobs.forget()
    assert owner("SELECT count(*) FROM notices_notice") == [(0,)]


def test_nobody_is_told_by_a_cause_twice_whatever_was_sent(
    tell: Tell, provider: Provider, clock: SimulatedClock
) -> None:
    """The flow repeats what it has done after a crash: no second line, no second message."""
    reader, cause = reader_with_phone(), new_id()
    for _ in range(3):
        tell(notice(reader, AT_ONCE, cause_id=cause))
        deliver(provider)
        clock.advance(timedelta(minutes=1))
    assert len(provider.requests) == 1


def test_what_waits_in_a_restored_backup_is_not_sent(tell: Tell, provider: Provider) -> None:
    """It was sent by the installation that went on after the backup, or was it?"""
    tell(notice(reader_with_phone(), AT_ONCE))
    assert jobs.after_restore() == 1
    assert deliver(provider) == {}
    assert (states(), provider.requests) == ([("unknown", "restored")], [])
