"""A provider on a real socket: speaks as a gateway or as WeChat does, well or badly."""

from __future__ import annotations

import contextlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from liuchi.engines.notices.jobs.sms import SmsGateway
from liuchi.engines.notices.jobs.wechat import WeChatAccount
from liuchi.engines.notices.spec import SmsSpec, WeChatSpec

PATIENCE_SECONDS = 30.0
"""Longer than an answer takes on any machine; a test of silence says less."""
SECRET = "shared-with-the-gateway"
Answer = tuple[int, bytes]


@dataclass
class Request:
    """What arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.body)
        return read


@dataclass
class Provider:
    """``answers`` are given one after the other, then ``usual``; each may be a function."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    answers: list[Answer | Callable[[Request], Answer | None]] = field(default_factory=list)
    usual: Callable[[Request], Answer | None] = lambda _: ok("m-1")
    lock: threading.Lock = field(default_factory=threading.Lock)
    opened: list[SmsGateway | WeChatAccount] = field(default_factory=list)

    def gateway(self, **given: object) -> SmsGateway:
        """Return an adapter for this provider, closed with it."""
        shape = {
            "url": self.url,
            "key_id": "lingbei",
            "secret": SECRET,
            "signature": "六尺",
            "template": "T-1",
            "timeout_seconds": PATIENCE_SECONDS,
            **given,
        }
        self.opened.append(made := SmsGateway(SmsSpec.model_validate(shape)))
        return made

    def account(self) -> WeChatAccount:
        shape = {
            "url": self.url,
            "app_id": "wx1",
            "secret": "s",
            "template": "TPL",
            "site": "https://lingbei.example/",
            "timeout_seconds": PATIENCE_SECONDS,
        }
        self.opened.append(made := WeChatAccount(WeChatSpec.model_validate(shape)))
        return made

    def ids(self) -> list[str]:
        return [str(one.json.get("request_id", "")) for one in self.requests]


def ok(message_id: str = "m-1") -> Answer:
    return 200, json.dumps({"code": "ok", "message_id": message_id}).encode()


def said(**answer: object) -> Answer:
    return 200, json.dumps(answer).encode()


def signed_well(request: Request) -> bool:
    stamp = request.headers["x-timestamp"].encode()
    wanted = hmac.digest(SECRET.encode(), stamp + b"\n" + request.body, "sha256").hex()
    return request.headers["x-signature"] == wanted


@contextmanager
def running() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.path, headers, body)
            with provider.lock:
                provider.requests.append(request)
                answer = provider.answers.pop(0) if provider.answers else provider.usual
            given = answer(request) if callable(answer) else answer
            if given is None:  # hangs up without a word
                self.close_connection = True
                return
            status, content = given
            # Whoever asked may have stopped waiting.
            with contextlib.suppress(OSError):
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        for adapter in provider.opened:
            adapter.close()
        server.shutdown()
        thread.join()
        server.server_close()
