"""A server of our own, the people and shops on it, and what work costs.

Importing this sets Django up; nothing of Liuchi may be imported before.
"""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import house
from django.db import connections
from house import DATABASE, FOLDER, ROOT  # sets Django up

from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.rules import PersonImport
from liuchi.engines.journal import actions as journal_actions
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, jobs, queries
from liuchi.engines.points.actions import posting
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.ids import new_id
from liuchi.project import serve
from liuchi.project.postgres import Cluster, Role
from liuchi.project.settings import Settings

gc.collect()  # as in a server of ours, for the peers as well
gc.freeze()
gc.set_threshold(20_000, 20, 50)

VILLAGES = ("罗冲社区", "乌岭社区", "盛塘社区")
PEOPLE = 1_500
SHOPS = 63
BALANCE = 1_000_000
SECTION = {
    "currency": {"code": "credit", "title": "信用积分"},
    "rules": [
        {"code": "help", "title": "邻里互助", "class": "互助", "award": 10_000},
        {"code": "small", "title": "清扫楼道", "class": "互助", "award": 2},
    ],
    "shop": {"goods": [{"code": "soap", "title": "洗衣皂", "price": 1}]},
}
VERBS = (
    "directory.person.write", "accounts.user.write", "points.stock.write", "points.claim.read",
    "points.redemption.make", "points.goods.read", "points.account.read",
    "directory.post.write", "points.claim.propose", "points.claim.review", "points.claim.post",
)  # fmt: skip
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class World:
    """Who is there. ``tills`` are (shop, goods) pairs, ``people`` of the shop's village."""

    root: Actor
    cluster: Cluster
    people: dict[str, list[UUID]] = field(default_factory=dict)
    tills: list[tuple[str, UUID, UUID]] = field(default_factory=list)
    keepers: dict[str, str] = field(default_factory=dict)  # user name by village


@contextmanager
def served() -> Iterator[Cluster]:
    """Start a server of our own, as large as a counter's rush needs."""
    large = {"shared_buffers": "1GB", "max_wal_size": "8GB", "max_connections": "200"}
    with house.served(**large) as cluster:
        try:
            yield cluster
        finally:
            posting.stop()


def owner(query: str, *values: object, **named: object) -> list[tuple[Any, ...]]:
    """Ask as the owner, whom row-level security does not bind."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(query, values or named or None)
        return list(cursor.fetchall()) if cursor.description else []


def make_world(cluster: Cluster) -> World:
    """Make villages, people with points, shops with goods, and a keeper for each village."""
    directory_actions.load_reference_areas()
    root = system_actor(new_id(), *VERBS)
    world = World(root, cluster)
    users = {name: new_id() for name in ("bench", "other", *(f"keeper-{n}" for n in range(3)))}
    users["bench"] = root.id
    for name, id_ in users.items():
        owner(
            "INSERT INTO accounts_user (id, username, display_name, password, language, "
            "is_active, must_change_password, created_at) "
            "VALUES (%s, %s, %s, '!', 'zh-hans', true, false, %s)",
            id_, name, name, clock.now(),
        )  # fmt: skip
    for place, village in enumerate(map(directory.area_named, VILLAGES)):
        world.keepers[village.name] = f"keeper-{place}"
        for role in ("shopkeeper", "secretary"):
            owner(
                "INSERT INTO directory_post (id, user_id, role_id, area_id, valid_from) "
                "VALUES (%s, %s, %s, %s, '2020-01-01')",
                new_id(), users[f"keeper-{place}"], role, village.id,
            )  # fmt: skip
        rows = [
            PersonImport(name=f"众{chr(0x4E00 + n)}", village=village.code)
            for n in range(PEOPLE // len(VILLAGES))
        ]
        done = directory_actions.import_people(rows, actor=root, key=f"people-{place}")
        world.people[village.name] = list(done.person_ids)
    journal_actions.apply_playbook(
        code="bench", source="", compiled={"points": SECTION},
        places=[directory.area_named(name).id for name in VILLAGES],
        in_force_from=date(2020, 1, 1), spec_version=1, approved_by="bench", actor=root,
    )  # fmt: skip
    _give_points(root)
    _open_shops(world)
    owner("ANALYZE")
    return world


def _give_points(root: Actor) -> None:
    """Give everybody points by a confirmed list of opening balances, as a paper book would."""
    list_id = new_id()
    owner(
        "INSERT INTO points_opening_list (id, scope_code, state, people, points, proposed_by_id, "
        "proposed_at, decided_by_id, decided_at, reason) SELECT %s, '34', 'confirmed', count(*), "
        "count(*) * %s, %s, %s, (SELECT id FROM accounts_user WHERE username = 'other'), %s, "
        "'' FROM directory_person",
        list_id, BALANCE, root.id, clock.now(), clock.now(),
    )  # fmt: skip
    owner(
        "INSERT INTO points_opening (id, list_id, person_id, village_id, scope_code, unit, "
        "points, held_on, state) SELECT gen_random_uuid(), %s, id, village_id, scope_code, "
        "'points:credit', %s, '2020-01-01', 'asked' FROM directory_person",
        list_id, BALANCE,
    )  # fmt: skip
    from liuchi.engines.points.actions.openings import _item  # noqa: PLC0415
    from liuchi.engines.points.models import Opening  # noqa: PLC0415

    with acting_as(root):
        asked = list(Opening.objects.all())
    posting.post_all([_item(root, each) for each in asked], wait_seconds=120)


def _open_shops(world: World) -> None:
    for n in range(SHOPS):
        village = directory.area_named(VILLAGES[n % len(VILLAGES)])
        shop = actions.open_shop(
            actor=world.root, key=f"shop-{n}", village_id=village.id, name=f"信用超市{n}"
        )
        with acting_as(world.root):
            goods = queries.goods(world.root, shop.id)[0]
        for m in range(10):
            actions.stock_in(
                actor=world.root, key=f"stock-{n}-{m}", shop_id=shop.id, goods_id=goods.id,
                quantity=10_000,
            )  # fmt: skip
        world.tills.append((village.name, shop.id, goods.id))
    # The hot shop sells far more than any other.
    owner(
        "UPDATE points_account SET balance = balance + 100000000 WHERE kind = 'stock' "
        "AND unit = %s", f"goods:{world.tills[0][2]}",
    )  # fmt: skip


@contextmanager
def web(cluster: Cluster, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run the web server as ``liuchi serve`` runs it, on the same database."""
    environment = os.environ | {
        "LIUCHI_MODE": "demo",
        "LIUCHI_DATABASE_URL": cluster.url(Role.APP, DATABASE),
        "LIUCHI_OWNER_DATABASE_URL": cluster.url(Role.OWNER, DATABASE),
        "PYTHONPATH": str(ROOT / "src"),
    }
    with (FOLDER / "web.log").open("wb") as log:
        process = subprocess.Popen(
            serve.web_command(Settings(port=port)), env=environment, stdout=log, stderr=log
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/health/live", process)
            yield process
        finally:
            process.terminate()
            process.wait(20)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.25)
        if process.poll() is not None:
            break
    sys.exit("the web server did not start: " + (FOLDER / "web.log").read_text()[-2000:])


# What work costs ---------------------------------------------------------------------


def processor_seconds(root_pid: int) -> float:
    """Return the processor time a process and all its descendants have used, in seconds."""
    parents: dict[int, int] = {}
    used: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            text = (entry / "stat").read_text()
        except OSError:
            continue
        parts = text.rpartition(")")[2].split()
        pid = int(entry.name)
        parents[pid] = int(parts[1])
        used[pid] = sum(int(each) for each in parts[11:15])  # own, and of ended children
    total = 0
    for pid, ticks in used.items():
        above = pid
        while above not in (0, root_pid):
            above = parents.get(above, 0)
        total += ticks if above == root_pid else 0
    return total / TICK


def postmaster(cluster: Cluster) -> int:
    """Return the process of the database server."""
    with cluster.connect() as raw:
        row = raw.execute("SELECT setting FROM pg_settings WHERE name = 'data_directory'")
        folder = row.fetchone()[0]
    return int((Path(folder) / "postmaster.pid").read_text().split()[0])


def rate(seconds: float, step: Callable[[int], int], threads: int = 1) -> float:
    """Return how many a second ``step`` does, called over and over from some threads."""
    done = [0] * threads
    end = time.perf_counter() + seconds

    def run(place: int) -> None:
        n = place
        while time.perf_counter() < end:
            done[place] += step(n)
            n += threads
        connections.close_all()

    started = time.perf_counter()
    workers = [threading.Thread(target=run, args=[place]) for place in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(done) / (time.perf_counter() - started)


@dataclass
class Table:
    """Measures by name, one value a round; medians are what is printed."""

    rounds: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, per_second: float) -> None:
        """Keep a value of this round."""
        self.rounds.setdefault(name, []).append(per_second)
        sys.stderr.write(f"  {name:<58}{per_second:>12,.1f}\n")

    def median(self, name: str) -> float:
        """Return the middle value."""
        return statistics.median(self.rounds[name])

    def ratio(self, one: str, other: str) -> float:
        """Return the median of the rounds' ratios: what drifts, drifts for both."""
        pairs = zip(self.rounds[one], self.rounds[other], strict=True)
        return statistics.median(a / b for a, b in pairs)


def say(text: str = "") -> None:
    """Print a line of the result."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


__all__ = ["BALANCE", "Sequence", "Table", "World", "jobs", "journal_jobs"]
