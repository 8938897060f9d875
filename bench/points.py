# ruff: noqa: INP001  run as a file
"""Postings a second: ours beside its peers, in one run, on durable commits.

    python bench/points.py [SECONDS]

Every posting is a redemption at one hot shop: two legs, four entries, a transfer, a
redemption row and a fact. The peers: one ORM transaction per redemption that locks, reads,
saves and inserts the same rows; and a bare single-row UPDATE, which does none of it and
marks what a commit costs here. Trust the ratios, not the absolutes.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))
os.environ["LIUCHI_MODE"] = "test"
os.environ["DJANGO_SETTINGS_MODULE"] = "liuchi.project.django_settings"
_FOLDER = tempfile.mkdtemp(prefix="liuchi-bench-")
Path(_FOLDER).chmod(0o755)  # run by root, the server has an account of its own
os.environ["LIUCHI_DATA_DIR"] = _FOLDER

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402

from liuchi.engines.directory import actions as directory_actions  # noqa: E402
from liuchi.engines.directory import queries as directory  # noqa: E402
from liuchi.engines.directory.rules import PersonImport  # noqa: E402
from liuchi.engines.journal import actions as journal_actions  # noqa: E402
from liuchi.engines.journal.scope import acting_as  # noqa: E402
from liuchi.engines.points import actions, facts, jobs, queries, rules  # noqa: E402
from liuchi.engines.points.actions import posting  # noqa: E402
from liuchi.engines.points.actions import shop as counter  # noqa: E402
from liuchi.engines.points.models import Account, Entry, Redemption, Transfer  # noqa: E402
from liuchi.kernel import clock  # noqa: E402
from liuchi.kernel.actors import Actor, system_actor  # noqa: E402
from liuchi.kernel.ids import new_id  # noqa: E402
from liuchi.project import database  # noqa: E402
from liuchi.project.django_settings import database as from_url  # noqa: E402
from liuchi.project.postgres import Cluster, Role  # noqa: E402

PEOPLE = 500
THREADS = 64
SECTION = {
    "currency": {"code": "credit", "title": "信用积分"},
    "rules": [{"code": "help", "title": "邻里互助", "class": "互助", "award": 10_000}],
    "shop": {"goods": [{"code": "soap", "title": "洗衣皂", "price": 1}]},
}
VERBS = (
    "directory.person.write", "accounts.user.write", "points.stock.write", "points.claim.read",
    "points.redemption.make", "points.goods.read",
)  # fmt: skip


@contextmanager
def served() -> Iterator[None]:
    """Start a server of our own, durable as in production, and point Django at it."""
    cluster = Cluster(Path(_FOLDER), options={"shared_buffers": "512MB"})
    with cluster.running():
        with cluster.connect() as raw:
            cluster.create_database(raw, "bench")
        for alias, role in (("default", Role.APP), ("owner", Role.OWNER)):
            given = from_url(cluster.url(role, "bench"), pooled=False)
            for held in (settings.DATABASES[alias], connections.settings[alias]):
                held.update(given)
            connections[alias].settings_dict.update(given)
        database.bring_up_to_date()
        yield
        posting.stop()
        connections.close_all()
    shutil.rmtree(_FOLDER, ignore_errors=True)


def world() -> tuple[Actor, list[Any]]:
    """Return an actor and, per resident, who stands at the counter with points to spend."""
    directory_actions.load_reference_areas()
    root = system_actor(new_id(), *VERBS)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_user (id, username, display_name, password, language, "
            "is_active, must_change_password, created_at) "
            "VALUES (%s, 'bench', 'bench', '', 'zh-hans', true, false, %s), "
            "(%s, 'other', 'other', '', 'zh-hans', true, false, %s)",
            [root.id, clock.now(), other := new_id(), clock.now()],
        )
    village = directory.area_named("盛塘社区")
    version = journal_actions.apply_playbook(
        code="bench",
        source="",
        compiled={"points": SECTION},
        places=[village.id],
        in_force_from=date(2020, 1, 1),
        spec_version=1,
        approved_by="bench",
        actor=root,
    )
    rows = [PersonImport(name=f"众{chr(0x4E00 + n)}", village=village.code) for n in range(PEOPLE)]
    people = directory_actions.import_people(rows, actor=root, key="people").person_ids
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO points_claim (id, person_id, masked_name, village_id, scope_code, "
            "playbook_version, unit, rule_code, rule_title, rule_class, award, per, quantity, "
            "points, publicity_work_days, happened_on, note, evidence, proposed_by_id, "
            "proposed_at, proposed_fact_id, state, version, reviewed_by_id, reviewed_at, "
            "review_reason, notice_ends_at) SELECT gen_random_uuid(), id, '众*', village_id, "
            "scope_code, %s, 'points:credit', 'help', '邻里互助', '互助', 10000, 'case', 100, "
            "1000000, 5, %s, '', '{}', %s, %s, gen_random_uuid(), 'on_notice', 1, %s, %s, '', %s "
            "FROM directory_person",
            [version, clock.today(), root.id, past := clock.now() - timedelta(days=9), other,
             past, past],
        )  # fmt: skip
    started = time.perf_counter()
    posted = jobs.post_due()
    line("awards posted by the job", posted / (time.perf_counter() - started))
    shop = actions.open_shop(actor=root, key="shop", village_id=village.id, name="信用超市")
    with acting_as(root):
        goods = queries.goods(root, shop.id)[0]
    for n in range(100):
        actions.stock_in(
            actor=root, key=f"stock-{n}", shop_id=shop.id, goods_id=goods.id, quantity=10_000
        )
    with acting_as(root):
        return root, [counter._counter(root, shop.id, goods.id, who) for who in people]  # noqa: SLF001


def item(actor: Actor, at: Any) -> posting.Item:
    """Return the very item that ``redeem`` posts."""
    wanted = rules.Redemption(at.goods.title, 1, 1, 1, 1)
    return counter._redemption(actor, str(new_id()), at, wanted)  # noqa: SLF001


def rate(seconds: float, step: Callable[[int], int], threads: int = 1) -> float:
    """Return how many a second ``step`` does, called over and over from some threads."""
    done = [0] * threads
    end = time.perf_counter() + seconds

    def run(place: int) -> None:
        while time.perf_counter() < end:
            done[place] += step(place + done[place] * threads)
        connections.close_all()

    started = time.perf_counter()
    workers = [threading.Thread(target=run, args=[place]) for place in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(done) / (time.perf_counter() - started)


def one_by_one(actor: Actor, crowd: Sequence[Any]) -> Callable[[int], int]:
    """Each caller posts one redemption and waits for it."""

    def step(n: int) -> int:
        return int(posting.post(item(actor, crowd[n % PEOPLE])).outcome == "posted")

    return step


def in_bulk(actor: Actor, crowd: Sequence[Any]) -> Callable[[int], int]:
    """One caller hands in a full batch at a time."""

    def step(_: int) -> int:
        answers = posting.post_all([item(actor, at) for at in crowd])
        return sum(answer.outcome == "posted" for answer in answers)

    return step


def by_orm(actor: Actor, crowd: Sequence[Any]) -> Callable[[int], int]:
    """The usual way: lock, read, save and insert row by row in one transaction."""
    shop, goods = crowd[0].shop, crowd[0].goods
    till = Account.objects.using("owner").get(kind="shop", holder_id=shop.id)
    shelf = Account.objects.using("owner").get(kind="stock", unit=f"goods:{goods.id}")
    handed = Account.objects.using("owner").get(kind="handed_out", unit=f"goods:{goods.id}")
    purses = {
        each.person_id: each.id for each in Account.objects.using("owner").filter(kind="person")
    }

    def step(n: int) -> int:
        at, now = crowd[n % PEOPLE], clock.now()
        ids = [purses[at.person_id], till.id, shelf.id, handed.id]
        with transaction.atomic(using="owner"):
            locked = Account.objects.using("owner").select_for_update().filter(pk__in=ids)
            held = {each.id: each for each in locked.order_by("id")}
            fact_id = new_id()
            made = Transfer.objects.using("owner").create(
                id=new_id(), key=str(new_id()), body_hash="0" * 64, kind="redemption", at=now,
                recorded_at=now, actor_id=actor.id, fact_id=fact_id, scope_code=at.home,
                person_id=at.person_id,
            )  # fmt: skip
            entries = []
            for account_id, sign in zip(ids, (-1, 1, -1, 1), strict=True):
                account = held[account_id]
                before = account.balance
                account.balance += sign
                account.save(using="owner", update_fields=["balance"])
                entries.append(
                    Entry(
                        transfer=made,
                        account=account,
                        unit=account.unit,
                        side="credit" if sign > 0 else "debit",
                        amount=1,
                        balance_before=before,
                        balance_after=account.balance,
                        scope_code=account.scope_code,
                        person_id=account.person_id,
                    )
                )
            Entry.objects.using("owner").bulk_create(entries)
            Redemption.objects.using("owner").create(
                **at.handover(new_id(), 1), points=1, unit=at.unit, state="made", at=now,
                by_id=actor.id, fact_id=fact_id, transfer=made, reverse_reason="",
            )  # fmt: skip
            with connections["owner"].cursor() as cursor:
                cursor.execute(
                    "INSERT INTO journal_fact (id, kind, at, recorded_at, area_id, actor_id, "
                    "subject_kind, subject_id, amount, data) VALUES (%s, %s, %s, %s, %s, %s, "
                    "'points.redemption', %s, 1, %s)",
                    [fact_id, facts.REDEEMED, now, now, shop.village_id, actor.id, new_id(),
                     at.data(1).model_dump_json()],
                )  # fmt: skip
        return 1

    return step


def bare_update() -> Callable[[int], int]:
    """One row, one UPDATE, one commit."""
    ids = list(Account.objects.using("owner").filter(kind="person").values_list("id", flat=True))

    def step(n: int) -> int:
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "UPDATE points_account SET balance = balance + 1 WHERE id = %s",
                [ids[n % PEOPLE]],
            )
        return 1

    return step


def line(name: str, per_second: float, base: float | None = None) -> float:
    """Print a rate and its ratio."""
    ratio = f"{per_second / base:8.2f} ×" if base else ""
    print(f"{name:<58}{per_second:>10,.0f}/s {ratio}", flush=True)  # noqa: T201
    return per_second


def main(seconds: float) -> None:
    """Run everything once."""
    with served():
        actor, crowd = world()
        posting.post(item(actor, crowd[0]))  # opens the accounts the peers write to
        base = line("ORM, one transaction each", rate(seconds, by_orm(actor, crowd)))
        line("bare single-row UPDATE", rate(seconds, bare_update()), base)
        line("posting, one caller", rate(seconds, one_by_one(actor, crowd)), base)
        line(
            f"posting, {THREADS} callers at one shop",
            rate(seconds, one_by_one(actor, crowd), THREADS),
            base,
        )
        line(f"posting, batches of {PEOPLE}", rate(seconds, in_bulk(actor, crowd)), base)
        with acting_as(actor), connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM points_entry AS e WHERE balance_after <> balance_before "
                "+ CASE side WHEN 'credit' THEN amount ELSE -amount END"
            )
            print(f"entries that do not add up: {cursor.fetchone()[0]}")  # noqa: T201


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0)
