"""A connection as in a stairwell: what is sent is lost before or after, comes late, or twice."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

FATES = {
    "passes": 45,
    "lost_before": 15,  # the server never hears of it
    "lost_after": 20,  # the server has done it, and nobody is told
    "twice": 12,
    "late": 8,
}
LATE_SECONDS = 0.05
_HOP = {"connection", "transfer-encoding", "content-length", "server", "date"}


class Proxy(ThreadingHTTPServer):
    """Stands before a server; ``fates`` counts what has become of what was sent through it."""

    daemon_threads = False
    block_on_close = True
    request_queue_size = 256

    def __init__(self, address: str, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = urlsplit(address)
        self.fates: Counter[str] = Counter()
        self._lots, self._lock = random.Random(seed), threading.Lock()  # noqa: S311  no secret

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def draw(self) -> str:
        """Return what becomes of the next request."""
        with self._lock:
            (fate,) = self._lots.choices(list(FATES), weights=list(FATES.values()))
            self.fates[fate] += 1
        return fate

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A phone that has hung up is no error here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fate = self.server.draw()
        self.close_connection = True
        if fate == "lost_before":
            return
        if fate == "late":
            time.sleep(LATE_SECONDS)
        answer = self._ask(body)
        if fate == "twice":
            answer = self._ask(body)
        if fate != "lost_after":
            self._tell(*answer)

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        target = self.server.target
        asked = http.client.HTTPConnection(str(target.hostname), target.port, timeout=60)
        try:
            asked.request("POST", self.path, body, dict(self.headers.items()))
            answer = asked.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            asked.close()

    def _tell(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in _HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def flaky(address: str, seed: int) -> Iterator[Proxy]:
    """Lose, delay and double what is sent to a server, by a lot that can be drawn again."""
    proxy = Proxy(address, seed)
    thread = threading.Thread(target=proxy.serve_forever, name="flaky")
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join()
