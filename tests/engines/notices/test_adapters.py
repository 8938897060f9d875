"""The adapters against a provider on a real socket: what each answer means."""

from __future__ import annotations

import json
import socket
import threading
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from engines.notices import provider as other_side
from engines.notices.provider import Provider, ok, said, signed_well
from liuchi.engines.notices.enums import Channel, Outcome
from liuchi.engines.notices.jobs import Console, Parcel, Receipt
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.ids import new_id

TEXT = "您有 2 条新消息，请打开六尺查看。"


def parcel(**given: object) -> Parcel:
    values = {"channel": Channel.SMS, "address": "13800000001", "text": TEXT, **given}
    return Parcel(new_id(), **values)  # type: ignore[arg-type]


def test_a_message_arrives_signed_with_its_template(provider: Provider) -> None:
    sent = parcel(values={"count": 2})
    assert provider.gateway().send(sent) == Receipt(Outcome.SENT, "m-1")
    (request,) = provider.requests
    assert signed_well(request)
    assert request.json == {
        "request_id": str(sent.id),
        "phone": "13800000001",
        "signature": "六尺",
        "template": "T-1",
        "params": {"count": 2, "text": TEXT},
    }


def test_a_form_says_the_same(provider: Provider) -> None:
    sent = parcel()
    assert provider.gateway(form="form").send(sent).outcome is Outcome.SENT
    (request,) = provider.requests
    assert signed_well(request)
    read = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
    assert read.pop("params") == json.dumps({"text": TEXT}, ensure_ascii=False)
    assert read == {
        "request_id": str(sent.id),
        "phone": "13800000001",
        "signature": "六尺",
        "template": "T-1",
    }


def test_a_code_has_a_template_of_its_own(provider: Provider) -> None:
    sms = provider.gateway(code_template="T-code")
    sms.send(parcel(is_code=True))
    sms.send(parcel())
    assert [one.json["template"] for one in provider.requests] == ["T-code", "T-1"]


@pytest.mark.parametrize(
    ("answer", "receipt"),
    [
        (ok("m/9 ✓"), Receipt(Outcome.SENT, "m_9__")),
        (said(code=0, message_id=7), Receipt(Outcome.SENT, "7")),
        (said(code="duplicate", message_id="m-1"), Receipt(Outcome.SENT, "m-1", "duplicate")),
        (said(code="BUSY"), Receipt(Outcome.RETRY, code="busy")),
        (said(code="blacklisted"), Receipt(Outcome.FAILED, code="blacklisted")),
        ((400, b"{}"), Receipt(Outcome.FAILED, code="http_400")),
        ((429, b"later"), Receipt(Outcome.RETRY, code="http_429")),
        ((500, b"oh"), Receipt(Outcome.RETRY, code="http_500")),
        ((503, b""), Receipt(Outcome.RETRY, code="http_503")),
        ((302, b""), Receipt(Outcome.FAILED, code="http_302")),
        ((200, b"<html>ok</html>"), Receipt(Outcome.UNKNOWN, code="answer_unreadable")),
        ((200, b"[1]"), Receipt(Outcome.UNKNOWN, code="answer_unreadable")),
        ((200, b'{"result": "ok"}'), Receipt(Outcome.UNKNOWN, code="answer_unreadable")),
        ((200, b"\xff\xfe"), Receipt(Outcome.UNKNOWN, code="answer_unreadable")),
        (lambda _: None, Receipt(Outcome.UNKNOWN, code="answer_cut_short")),
    ],
    ids=lambda value: value.code if isinstance(value, Receipt) else None,
)
def test_what_an_answer_means(provider: Provider, answer: object, receipt: Receipt) -> None:
    provider.answers = [answer]  # type: ignore[list-item]
    assert provider.gateway().send(parcel()) == receipt
    assert len(provider.requests) == 1


def test_silence_is_not_a_no(provider: Provider) -> None:
    """The gateway took it and answers too late: it must not be sent again."""

    given_up = threading.Event()

    def slow(_: other_side.Request) -> other_side.Answer:
        given_up.wait(30)
        return ok()

    provider.answers = [slow]
    receipt = provider.gateway(timeout_seconds=1).send(parcel())
    given_up.set()
    assert receipt == Receipt(Outcome.UNKNOWN, code="no_answer")


def test_where_nobody_listens_nothing_was_accepted(provider: Provider) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    receipt = provider.gateway(url=f"http://127.0.0.1:{port}").send(parcel())
    assert receipt == Receipt(Outcome.RETRY, code="no_connection")


def test_the_console_shows_the_end_of_an_address(capsys: pytest.CaptureFixture[str]) -> None:
    Console().send(parcel())
    assert capsys.readouterr().err == f"[sms] …0001: {TEXT}\n"


def test_a_parcel_in_a_traceback_tells_nothing() -> None:
    shown = repr(parcel(values={"code": "482913"}))
    assert ("1380000" in shown, TEXT in shown, "482913" in shown) == (False, False, False)


def token(name: str = "t1", lasts: int = 7200) -> other_side.Answer:
    return said(access_token=name, expires_in=lasts)


def to_follower() -> Parcel:
    return parcel(channel=Channel.WECHAT, address="openid-1", title="申报通过评议")


def test_a_template_message(provider: Provider, clock: SimulatedClock) -> None:
    provider.answers = [token(), said(errcode=0, errmsg="ok", msgid=200228332)]
    sent = to_follower()
    assert provider.account().send(sent) == Receipt(Outcome.SENT, "200228332")
    asked, told = provider.requests
    assert asked.json == {"grant_type": "client_credential", "appid": "wx1", "secret": "s"}
    assert told.path == "/cgi-bin/message/template/send?access_token=t1"
    assert told.json == {
        "touser": "openid-1",
        "template_id": "TPL",
        "url": "https://lingbei.example/",
        "client_msg_id": str(sent.id),
        "data": {
            "thing1": {"value": "申报通过评议"},
            "thing2": {"value": TEXT[:20]},
            "time3": {"value": "2026-03-02 09:00"},
        },
    }


def test_a_token_is_asked_for_once_until_it_ends(provider: Provider, clock: SimulatedClock) -> None:
    fine = said(errcode=0, msgid=1)
    provider.answers = [token(), fine, fine, token("t2"), fine]
    wechat = provider.account()
    wechat.send(to_follower())
    wechat.send(to_follower())
    clock.advance(timedelta(hours=2))
    wechat.send(to_follower())
    assert [one.path.rpartition("/")[2] for one in provider.requests] == [
        "stable_token",
        "send?access_token=t1",
        "send?access_token=t1",
        "stable_token",
        "send?access_token=t2",
    ]


def test_a_token_ended_early_is_renewed_once(provider: Provider, clock: SimulatedClock) -> None:
    ended = said(errcode=42001, errmsg="access_token expired")
    provider.answers = [token(), ended, token("t2"), said(errcode=0, msgid=5)]
    assert provider.account().send(to_follower()) == Receipt(Outcome.SENT, "5")
    provider.answers = [token(), ended, token("t2"), ended]
    receipt = provider.account().send(to_follower())
    assert receipt == Receipt(Outcome.FAILED, code="errcode_42001")


@pytest.mark.parametrize(
    ("answers", "receipt"),
    [
        ([said(errcode=40013, errmsg="bad appid")], Receipt(Outcome.RETRY, code="token_40013")),
        ([(200, b"<html>")], Receipt(Outcome.RETRY, code="token_http_200")),
        ([(500, b"")], Receipt(Outcome.RETRY, code="token_http_500")),
        ([lambda _: None], Receipt(Outcome.RETRY, code="answer_cut_short")),
        ([token(), said(errcode=43004)], Receipt(Outcome.FAILED, code="errcode_43004")),
        ([token(), said(errcode=-1)], Receipt(Outcome.RETRY, code="errcode_-1")),
        ([token(), said(errmsg="ok")], Receipt(Outcome.UNKNOWN, code="answer_unreadable")),
        ([token(), (502, b"")], Receipt(Outcome.RETRY, code="http_502")),
    ],
    ids=lambda value: value.code if isinstance(value, Receipt) else None,
)
def test_what_wechat_means(
    provider: Provider, answers: list[object], receipt: Receipt, clock: SimulatedClock
) -> None:
    provider.answers = answers  # type: ignore[assignment]
    assert provider.account().send(to_follower()) == receipt
