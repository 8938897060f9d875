# ruff: noqa: INP001  run as a file
"""Cases a second: filing, and whole lives, beside a plain endpoint, on durable commits.

    python bench/cases.py [--rounds 3] [--seconds 5] [--grow 10000,100000,1000000]

Ours goes through the HTTP API of a real server: sign-in, permission, the key, the rules, the
limits by the calendar, the log, the facts. A life is five calls (report and file, dispatch,
report done, check, close) with a read-back of the case after them. The peer is an endpoint of
Django REST framework (``pip install djangorestframework``) on the same server and database,
without sign-in, rights or limits, that inserts the same rows of a report by the ORM. Each
round runs everything; medians are printed, and processor time a call as well as the clock.
``--grow`` fills the tables by SQL and measures again; p95 of list pages at each size.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parent))

from ledger import ground
from ledger.ground import ROOT, Table, owner, processor_seconds, say

from liuchi.engines.accounts import actions as accounts
from liuchi.engines.cases import queries
from liuchi.engines.cases.enums import CaseState
from liuchi.engines.cases.queries import Order, Wanted
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.ids import new_id
from liuchi.project import serve
from liuchi.project.postgres import Role
from liuchi.project.settings import Settings

PORT, PEER_PORT = 8811, 8812
CALLERS = 16
SECTION = {
    "types": [
        {"code": "01", "title": "市容环境"},
        {"code": "0101", "title": "暴露垃圾", "parent": "01"},
    ],
    "limits": {"total": "10 work days"},
}
ROLES = ("grid_worker", "dispatcher", "handler", "checker", "clerk")


class Place:
    """A town with its staff, and who is signed in."""

    def __init__(self) -> None:
        """Make it."""
        directory_actions.load_reference_areas()
        self.root = system_actor(
            new_id(), "accounts.post.write", "accounts.user.write", "directory.area.write"
        )
        self.village = directory.area_named("盛塘社区")
        self.town = directory.area(self.village.parent_id or self.village.id)
        self.version = journal.apply_playbook(
            code="grid", source="", compiled={"cases": SECTION}, places=[self.town.id],
            in_force_from=clock.today(), spec_version=1, approved_by="", actor=self.root,
        )  # fmt: skip
        self.unit = directory_actions.add_organization(
            name="环卫所", kind="office", area_id=self.town.id, actor=self.root, key="unit"
        )
        self.users = {role: self._hire(role) for role in ROLES}
        owner("ANALYZE")

    def _hire(self, role: str) -> UUID:
        user_id = accounts.create_user(
            username=role, display_name=role, password=secrets.token_urlsafe(16),
            actor=self.root, key=role,
        )  # fmt: skip
        directory_actions.appoint(
            user_id, role, self.town.id, self.unit if role == "handler" else None,
            actor=self.root, key=f"post-{role}",
        )  # fmt: skip
        owner("UPDATE accounts_user SET must_change_password = false WHERE id = %s", user_id)
        return user_id

    def actor(self, role: str) -> Actor:
        """Return somebody as they act."""
        return directory.actor_of(self.users[role])


def heads(place: Place, port: int) -> dict[str, str]:
    """Sign everybody in and return the head each sends, without its first line."""
    from ledger.ours import sign_in  # noqa: PLC0415  Django is set up by now

    world = ground.World(place.root, None, keepers={role: role for role in ROLES})  # type: ignore[arg-type]
    site = sign_in(world, port, 0, 0)
    return {
        role: f"Host: 127.0.0.1:{port}\r\nCookie: {site.cookies[role]}\r\n"
        f"X-CSRFToken: {site.tokens[role]}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        "Idempotency-Key: bench-{key}\r\nContent-Type: application/json\r\n"
        for role in ROLES
    }


def steps(place: Place, said: dict[str, str]) -> list[list[str]]:
    """Return the calls of a life: name, head, body."""
    told = {
        "area_id": str(place.village.id), "type_code": "0101", "condition_code": "",
        "channel": "worker", "text": "菜场门口有一堆垃圾", "place": "菜场东门",
        "longitude": "117.060100", "latitude": "30.510200",
    }  # fmt: skip
    found = [["report", f"POST /api/v1/cases HTTP/1.1\r\n{said['grid_worker']}", json.dumps(told)]]
    for role, body in (
        ("dispatcher", {"verb": "dispatch", "unit_id": str(place.unit)}),
        ("handler", {"verb": "finish", "opinion": "已清理"}),
        ("checker", {"verb": "check"}),
        ("checker", {"verb": "close"}),
    ):
        head = f"POST /api/v1/cases/{{case}}/steps HTTP/1.1\r\n{said[role]}"
        found.append([body["verb"], head, json.dumps(body)])
    found.append(["read", f"GET /api/v1/cases/{{case}} HTTP/1.1\r\n{said['clerk']}", ""])
    return found


def call(port: int, calls: list[list[str]], seconds: float, *, only_first: bool) -> dict[str, Any]:
    """Let callers live cases, in a process of their own."""
    plan = {
        "host": "127.0.0.1", "port": port, "seconds": seconds, "callers": CALLERS,
        "run": secrets.token_hex(5), "steps": calls, "only_first": only_first,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("matters") / "callers.py")],
        input=json.dumps(plan), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    answered: dict[str, Any] = json.loads(done.stdout)
    if any(status[0] != "2" for status in answered["statuses"]):
        sys.exit(f"not all were taken: {answered['statuses']} {answered['last']}")
    return answered


@contextmanager
def peer(place: Place, cluster: Any, port: int) -> Any:
    """Run the peer under the same server with the same number of threads."""
    command = serve.web_command(Settings(port=port))
    command[-1] = "matters.drf_peer:application"
    environment = os.environ | {
        "LIUCHI_MODE": "demo",
        "LIUCHI_DATABASE_URL": cluster.url(Role.APP, ground.DATABASE),
        "LIUCHI_OWNER_DATABASE_URL": cluster.url(Role.OWNER, ground.DATABASE),
        "LIUCHI_BENCH_PLACE": f"{place.town.id} {place.village.id} {place.version} "
        f"{place.village.scope_code}",
        "PYTHONPATH": os.pathsep.join(
            [str(ROOT / "src"), str(ROOT / "bench"), os.environ.get("PYTHONPATH", "")]
        ),
    }
    process = subprocess.Popen(command, env=environment)
    try:
        for _ in range(240):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.25)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def grow(place: Place, size: int) -> None:
    """Fill the tables up to so many cases, a twentieth of them open, as years of use would."""
    owner("SET session_replication_role = replica")
    owner(
        "INSERT INTO cases_case SELECT (jsonb_populate_record(held, jsonb_build_object("
        "'id', gen_random_uuid(), 'state', CASE WHEN n %% 20 = 0 THEN 'filed' ELSE 'rejected' END, "
        "'clock', CASE WHEN n %% 20 = 0 THEN 'dispatch' ELSE '' END, "
        "'due_at', CASE WHEN n %% 20 = 0 THEN held.reported_at + n * interval '1 second' END, "
        "'unit_id', NULL, 'closed_at', NULL, 'closed_by_id', NULL, 'reopen_until', NULL))).* "
        "FROM (SELECT * FROM cases_case WHERE village_id IS NOT NULL LIMIT 1) AS held, "
        "generate_series(1, %s - (SELECT count(*) FROM cases_case)) AS n",
        size,
    )
    owner(
        "INSERT INTO cases_clock (id, case_id, kind, round, started_at, limit_amount, limit_unit, "
        "due_at) SELECT gen_random_uuid(), id, 'dispatch', 1, reported_at, 2, 'work hours', "
        "due_at + interval '10 years' FROM cases_case AS held WHERE clock = 'dispatch' AND "
        "NOT EXISTS (SELECT FROM cases_clock WHERE case_id = held.id)"
    )
    owner("SET session_replication_role = origin")
    owner("VACUUM ANALYZE cases_case")
    owner("VACUUM ANALYZE cases_clock")
    del place


def pages(place: Place) -> float:
    """Return the p95 of a list page in ms, over every filter and order that is offered."""
    actor, waits = place.actor("clerk"), []
    asked = [
        Wanted(states=states, order=order, overdue=overdue, type_code=code)
        for states in ((), (CaseState.FILED,), (CaseState.REJECTED,), (CaseState.CLOSED,))
        for order in Order
        for overdue in (False, True)
        for code in ("", "0101")
    ]
    for _ in range(5):
        for wanted in asked:
            at = time.perf_counter()
            with acting_as(actor):
                page = queries.cases(actor, wanted)
                if page.next_after is not None:
                    queries.cases(actor, wanted, after=page.next_after)
            waits.append((time.perf_counter() - at) * 1000)
    return sorted(waits)[len(waits) * 95 // 100]


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--seconds", type=float, default=5)
    asked.add_argument("--grow", default="")
    asked.add_argument("--without-peer", action="store_true")
    given = asked.parse_args()
    table = Table()
    with ground.served() as cluster:
        place = Place()
        database_pid = ground.postmaster(cluster)
        with ground.web(cluster, PORT) as web:
            calls = steps(place, heads(place, PORT))
            call(PORT, calls, 1, only_first=False)
            for _ in range(given.rounds):
                for name, only_first in (("filing", True), ("lives", False)):
                    before = processor_seconds(web.pid), processor_seconds(database_pid)
                    got = call(PORT, calls, given.seconds, only_first=only_first)
                    after = processor_seconds(web.pid), processor_seconds(database_pid)
                    table.add(f"{name} a second", got["lived"] / got["took"])
                    table.add(f"{name}: p95 of a report ms", got["p95_ms"]["report"])
                    for who, used in (("web", 0), ("PostgreSQL", 1)):
                        cost = (after[used] - before[used]) / got["lived"] * 1e6
                        table.add(f"{name}: {who} µs", cost)
                if not given.without_peer:
                    with peer(place, cluster, PEER_PORT):
                        got = call(PEER_PORT, calls, given.seconds, only_first=True)
                        table.add("REST framework, reports a second", got["lived"] / got["took"])
            for name in table.rounds:
                say(f"{name:<44}{table.median(name):>12,.1f}")
            for size in [int(float(each)) for each in given.grow.split(",") if each]:
                grow(place, size)
                got = call(PORT, calls, given.seconds, only_first=False)
                say(
                    f"at {size:>9,} cases: {got['lived'] / got['took']:>8.1f} lives a second, "
                    f"list page p95 {pages(place):.1f} ms"
                )
    say(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
