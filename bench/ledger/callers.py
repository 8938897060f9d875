"""Calls an HTTP server over kept connections and prints what came back, as JSON.

    python bench/ledger/callers.py < plan.json

The plan: host, port, seconds, and for each caller a list of requests' heads and bodies, sent
one after the other and over again; ``{key}`` in either stands for a key never used before.
Whoever is answered 429 sends the very same again a little later, and its wait goes on.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from itertools import count

_keys = count()
AGAIN_SECONDS = 0.05
"""After which who was turned away for want of room comes again."""


class Caller(asyncio.Protocol):
    """One connection: the next request goes out when the last is answered."""

    def __init__(self, plan: dict[str, object], requests: list[list[str]]) -> None:
        """Take the requests; nothing is sent before the connection stands."""
        self.plan, self.requests = plan, requests
        self.place, self.buffer, self.wanted = 0, b"", -1
        self.sent, self.turned_away = b"", 0
        self.sent_at, self.waits = 0.0, []
        self.statuses: dict[str, int] = {}
        self.last = b""
        self.items = 0
        self.over = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = transport
        self.send()

    def send(self) -> None:
        """Send the next request, or end."""
        if time.perf_counter() >= self.plan["until"]:
            self.transport.close()
            self.over.set_result(None)
            return
        head, body = self.requests[self.place % len(self.requests)]
        self.place += 1
        while "{key}" in body:
            body = body.replace("{key}", f"{self.plan['run']}-{next(_keys):08d}", 1)
        head = head.replace("{key}", f"{self.plan['run']}-{next(_keys):08d}")
        sent = body.encode()
        self.sent = f"{head}Content-Length: {len(sent)}\r\n\r\n".encode() + sent
        self.sent_at = time.perf_counter()
        self.transport.write(self.sent)

    def data_received(self, data: bytes) -> None:
        """Collect one answer, note it and go on."""
        self.buffer += data
        if self.wanted < 0:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self.buffer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0])
            self.wanted = end + 4 + length
        if len(self.buffer) < self.wanted:
            return
        status = self.buffer[9:12].decode()
        if status == "429":
            self.turned_away += 1
            self.buffer, self.wanted = b"", -1
            asyncio.get_running_loop().call_later(AGAIN_SECONDS, self.transport.write, self.sent)
            return
        self.waits.append(time.perf_counter() - self.sent_at)
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.items += self.buffer.count(b'"posted"') if self.plan.get("items") else 1
        self.last, self.buffer, self.wanted = self.buffer, b"", -1
        self.send()

    def connection_lost(self, error: Exception | None) -> None:
        """Tell of a server that hung up."""
        if not self.over.done():
            self.over.set_exception(error or ConnectionError("the server hung up"))


async def main() -> None:
    """Run the plan."""
    plan = json.load(sys.stdin)
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    plan["until"] = started + plan["seconds"]
    callers = []
    for requests in plan["callers"]:
        _, caller = await loop.create_connection(
            lambda requests=requests: Caller(plan, requests), plan["host"], plan["port"]
        )
        callers.append(caller)
    await asyncio.gather(*(caller.over for caller in callers))
    took = time.perf_counter() - started
    waits = sorted(wait for caller in callers for wait in caller.waits)
    statuses: dict[str, int] = {}
    for caller in callers:
        for status, number in caller.statuses.items():
            statuses[status] = statuses.get(status, 0) + number
    used = resource.getrusage(resource.RUSAGE_SELF)
    json.dump(
        {
            "took": took,
            "answers": len(waits),
            "items": sum(caller.items for caller in callers),
            "statuses": statuses,
            "turned_away": sum(caller.turned_away for caller in callers),
            "p50_ms": waits[len(waits) // 2] * 1000,
            "p95_ms": waits[len(waits) * 95 // 100] * 1000,
            "cpu": used.ru_utime + used.ru_stime,
            "last": callers[0].last.decode(errors="replace")[-600:],
        },
        sys.stdout,
    )


asyncio.run(main())
