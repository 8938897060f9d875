"""Lives many cases at once through an HTTP server and prints how fast, as JSON.

    python bench/matters/callers.py < plan.json

The plan: host, port, seconds, how many callers; the steps of a life, each a head and a body
with ``{key}`` and ``{case}`` to be filled in; the first answers ``case_id``. With ``only_first``
nothing but reports are made.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from itertools import count

_keys = count()


async def life(plan: dict, caller: int, waits: dict[str, list[float]], statuses: dict) -> int:
    """Live cases one after the other over one connection; return how many were lived."""
    reader, writer = await asyncio.open_connection(plan["host"], plan["port"])
    done = 0
    steps = plan["steps"][:1] if plan["only_first"] else plan["steps"]
    while time.perf_counter() < plan["until"]:
        case = ""
        for name, head, body in steps:
            key = f"{plan['run']}-{caller}-{next(_keys):08d}"
            sent = body.replace("{case}", case).encode()
            length = f"Content-Length: {len(sent)}\r\n" if body else ""
            text = head.replace("{key}", key).replace("{case}", case) + length + "\r\n"
            at = time.perf_counter()
            writer.write(text.encode() + sent)
            status, answer = await _answer(reader)
            waits.setdefault(name, []).append(time.perf_counter() - at)
            statuses[status] = statuses.get(status, 0) + 1
            if status[0] != "2":
                plan["last"] = answer.decode(errors="replace")[-400:]
                break
            case = case or json.loads(answer)["case_id"]
        else:
            done += 1
    writer.close()
    return done


async def _answer(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    at = head.find(b"content-length:")
    if at < 0:
        return head[9:12].decode(), head
    length = int(head[at + 15 :].split(b"\r\n", 1)[0])
    return head[9:12].decode(), await reader.readexactly(length)


async def main() -> None:
    """Run the plan."""
    plan = json.load(sys.stdin)
    started = time.perf_counter()
    plan["until"] = started + plan["seconds"]
    waits: dict[str, list[float]] = {}
    statuses: dict[str, int] = {}
    lived = await asyncio.gather(
        *(life(plan, caller, waits, statuses) for caller in range(plan["callers"]))
    )
    took = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    p95 = {name: sorted(held)[len(held) * 95 // 100] * 1000 for name, held in waits.items()}
    json.dump(
        {
            "took": took,
            "lived": sum(lived),
            "statuses": statuses,
            "p95_ms": p95,
            "cpu": used.ru_utime + used.ru_stime,
            "last": plan.get("last", ""),
        },
        sys.stdout,
    )


asyncio.run(main())
