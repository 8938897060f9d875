# ruff: noqa: INP001  run as a file
"""Cases a second: filing, and whole lives, beside a plain endpoint, on durable commits.

    python bench/cases.py [--rounds 3] [--seconds 5] [--grow 10000,100000,1000000]

Ours goes through the HTTP API of a real server: sign-in, permission, the key, the rules, the
limits by the calendar, the log, the facts. A life is five calls (report and file, dispatch,
report done, check, close) with a read-back of the case after them. The peer is an endpoint of
Django REST framework (``pip install djangorestframework``) on the same server and database,
without sign-in, rights or limits, that inserts the same rows of a report by the ORM. Each
round runs everything; medians are printed, and processor time a call as well as the clock.
``--grow`` fills the tables by sets and measures lives, the peer and every page of every list
again at each size, in the same run. At the end ten times as many callers come at once: what they
are answered, how soon all is as before, and what the web server holds in memory.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parent))

from ledger import ground
from ledger.ground import ROOT, Table, owner, processor_seconds, say
from matters.growth import grow

from liuchi.engines.accounts import actions as accounts
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.kernel import clock
from liuchi.kernel.actors import system_actor
from liuchi.kernel.ids import new_id
from liuchi.project import serve
from liuchi.project.postgres import Role
from liuchi.project.settings import Settings
from matters import lists as pages

PORT, PEER_PORT = 8811, 8812
CALLERS = 16
RECOVERED_SECONDS_MAX = 60
SECTION = {
    "types": [
        {"code": "01", "title": "市容环境"},
        {"code": "0101", "title": "暴露垃圾", "parent": "01"},
        {"code": "0102", "title": "道路不洁", "parent": "01"},
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


def call(
    port: int,
    calls: list[list[str]],
    seconds: float,
    *,
    only_first: bool,
    callers: int = CALLERS,
    may: str = "2",
) -> dict[str, Any]:
    """Let callers live cases, in a process of their own; answers ``may`` begin with."""
    plan = {
        "host": "127.0.0.1", "port": port, "seconds": seconds, "callers": callers,
        "run": secrets.token_hex(5), "steps": calls, "only_first": only_first,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("matters") / "callers.py")],
        input=json.dumps(plan), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    answered: dict[str, Any] = json.loads(done.stdout)
    if any(
        status[0] not in may or (status[0] == "4" and status != "429")
        for status in answered["statuses"]
    ):
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


def collect() -> None:
    """Collect scripts and styles, without which the server has no page of the desk."""
    environment = os.environ | {"LIUCHI_MODE": "demo", "PYTHONPATH": str(ROOT / "src")}
    code = "import django; django.setup(); from liuchi.project import static; static.collect()"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def places(place: Place) -> list[str]:
    """Return what a case says of where it is, for every community of the town."""
    return [
        json.dumps(
            {"village_id": str(each.id), "desk_id": str(each.id), "scope_code": each.scope_code}
        )
        for each in directory.children(place.town.id)
    ]


def memory(root_pid: int) -> float:
    """Return the MB a process and all its descendants hold."""
    held, found = 0, [root_pid]
    while found:
        pid = found.pop()
        with suppress(OSError):
            status = Path(f"/proc/{pid}/status").read_text()
            held += int(status.split("VmRSS:")[1].split()[0])
            found += [
                int(child)
                for task in Path(f"/proc/{pid}/task").iterdir()
                for child in (task / "children").read_text().split()
            ]
    return held / 1024


def lists(place: Place, said: dict[str, str]) -> None:
    """Open every page of every list and print how long the pages take."""
    cookies = {role: head.split("Cookie: ")[1].split("\r\n")[0] for role, head in said.items()}
    took = pages.waits(PORT, cookies, pages.addresses(str(place.village.id), str(place.unit)))
    for what in ("/api/", "/desk/"):
        held = sorted(ms for address, ms in took.items() if address.startswith(what))
        p50, p95 = held[len(held) // 2], held[len(held) * 95 // 100]
        say(f"  {len(held)} pages of {what:<7} p50 {p50:.1f} ms, p95 {p95:.1f} ms")
    for address, ms in sorted(took.items(), key=lambda each: -each[1])[:5]:
        say(f"    {ms:>8.1f} ms {address[:110]}")


def burst(calls: list[list[str]], seconds: float, web_pid: int) -> None:
    """Let ten times as many callers in, then see how soon a report is answered as before."""
    before, calm = memory(web_pid), call(PORT, calls, 2, only_first=True)["p95_ms"]["report"]
    got = call(PORT, calls, seconds, only_first=True, callers=10 * CALLERS, may="24")
    ended = time.perf_counter()
    while call(PORT, calls, 0.2, only_first=True, callers=1, may="24")["p95_ms"]["report"] > max(
        calm, 30
    ):
        if time.perf_counter() - ended > RECOVERED_SECONDS_MAX:
            break
    say(
        f"burst of {10 * CALLERS} callers: {dict(sorted(got['statuses'].items()))}, "
        f"{got['lived'] / got['took']:.0f} reports a second meanwhile; as before after "
        f"{time.perf_counter() - ended:.1f} s; web server {before:.0f} MB before, "
        f"{memory(web_pid):.0f} MB after"
    )


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
        collect()
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
            rates: list[float] = []
            for size in [int(float(each)) for each in given.grow.split(",") if each]:
                grow(size, places(place))
                lives = [call(PORT, calls, given.seconds, only_first=False) for _ in range(3)]
                rates.append(statistics.median(got["lived"] / got["took"] for got in lives))
                said = f"at {size:>9,} cases: {rates[-1]:>8.1f} lives a second"
                if not given.without_peer:
                    with peer(place, cluster, PEER_PORT):
                        got = call(PEER_PORT, calls, given.seconds, only_first=True)
                        said += f"; REST framework {got['lived'] / got['took']:.0f} reports"
                say(said)
                lists(place, heads(place, PORT))
            if len(rates) > 1:
                say(f"lives a second, last size / first: {rates[-1] / rates[0]:.2f} (wanted 0.85)")
            burst(calls, given.seconds, web.pid)
    say(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
