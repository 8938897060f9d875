"""Ours, through the door everybody uses: the HTTP API of a real server."""

from __future__ import annotations

import json
import secrets
import string
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
)
from django.contrib.sessions.backends.db import SessionStore

from ledger.ground import World, processor_seconds
from liuchi.engines.accounts.actions import recognise_device
from liuchi.engines.accounts.enums import DeviceKind
from liuchi.engines.points import actions
from liuchi.kernel import clock
from liuchi.kernel.ids import new_id
from liuchi.surfaces.components.sessions import SESSION_DEVICE, SESSION_SINCE

_BACKEND = "liuchi.engines.accounts.actions.PasswordBackend"
CALLERS = 64
BATCH = 1_000


@dataclass
class Site:
    """A running server, the sign-ins on it, and the processes whose time counts."""

    world: World
    port: int
    web_pid: int
    database_pid: int
    cookies: dict[str, str]  # the header's text, by village
    tokens: dict[str, str]


@dataclass(frozen=True)
class Measured:
    """What a run of callers came to, by posting."""

    per_second: float
    p95_ms: float
    web_us: float
    database_us: float
    callers_us: float


def sign_in(world: World, port: int, web_pid: int, database_pid: int) -> Site:
    """Begin a session for every village's keeper, as signing in by password does."""
    site = Site(world, port, web_pid, database_pid, {}, {})
    for village, username in world.keepers.items():
        user = get_user_model().objects.get(username=username)
        device = recognise_device(
            user_id=user.pk, token="", kind=DeviceKind.COMPUTER, browser="chrome", trusted=True
        )
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), _BACKEND
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session[SESSION_DEVICE], session[SESSION_SINCE] = str(device.id), clock.now().isoformat()
        session.create()
        token = "".join(secrets.choice(string.ascii_letters) for _ in range(32))
        site.cookies[village] = f"sessionid={session.session_key}; csrftoken={token}"
        site.tokens[village] = token
    return site


def head(site: Site, village: str, path: str) -> str:
    """Return the head of a POST; the key is filled in by the caller."""
    return (
        f"POST /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\n"
        f"Cookie: {site.cookies[village]}\r\nX-CSRFToken: {site.tokens[village]}\r\n"
        f"Origin: http://127.0.0.1:{site.port}\r\n"
        "Idempotency-Key: bench-{key}\r\nContent-Type: application/json\r\n"
    )


def singles(site: Site, *, hot: bool) -> list[list[tuple[str, str]]]:
    """Return what 64 callers send, one redemption a request: at one shop or at many."""
    world, plans = site.world, []
    for n in range(CALLERS):
        village, shop, goods = world.tills[0 if hot else n % len(world.tills)]
        people = world.people[village]
        plans.append(
            [
                (
                    head(site, village, "/redemptions"),
                    json.dumps({"person_id": str(people[(n * 7 + m) % len(people)]),
                                "shop_id": str(shop), "goods_id": str(goods), "quantity": 1}),
                )
                for m in range(len(people))
            ]
        )  # fmt: skip
    return plans


def batches(site: Site, callers: int) -> list[list[tuple[str, str]]]:
    """Return what callers send who hand in a thousand redemptions a request."""
    world, plans = site.world, []
    for n in range(callers):
        village, shop, goods = world.tills[n % len(world.tills)]
        people = world.people[village]
        items = [
            {"person_id": str(people[m % len(people)]),
             "shop_id": str(shop), "goods_id": str(goods), "quantity": 1}
            for m in range(BATCH)
        ]  # fmt: skip
        plans.append([(head(site, village, "/redemptions/batch"), json.dumps({"items": items}))])
    return plans


def call(site: Site, plans: Sequence[Any], seconds: float, *, items: bool = False) -> Measured:
    """Let callers call, in a process of their own, and return what came of it."""
    plan = {
        "host": "127.0.0.1", "port": site.port, "seconds": seconds, "callers": plans,
        "run": uuid4().hex[:12], "items": items,
    }  # fmt: skip
    before = processor_seconds(site.web_pid), processor_seconds(site.database_pid)
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("callers.py"))],
        input=json.dumps(plan), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    after = processor_seconds(site.web_pid), processor_seconds(site.database_pid)
    said = json.loads(done.stdout)
    good = sum(n for status, n in said["statuses"].items() if status[0] == "2")
    if good != said["answers"]:
        sys.exit(f"not all were posted: {said['statuses']} {said['last']}")
    n = said["items"]
    return Measured(
        n / said["took"], said["p95_ms"], (after[0] - before[0]) / n * 1e6,
        (after[1] - before[1]) / n * 1e6, said["cpu"] / n * 1e6,
    )  # fmt: skip


def by_action(world: World) -> Callable[[int], int]:
    """Return the public action, called in this process: reads, decides, posts, reads back."""
    village, shop, goods = world.tills[0]
    people = world.people[village]

    def step(n: int) -> int:
        actions.redeem(
            actor=world.root, key=str(new_id()), person_id=people[n % len(people)],
            shop_id=shop, goods_id=goods, quantity=1,
        )  # fmt: skip
        return 1

    return step
