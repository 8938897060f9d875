# ruff: noqa: INP001  run as a file
"""Figures over a long journal: from what is rolled up, beside the same counted over the facts.

    python bench/figures.py [FACTS] [ROUNDS] [SECONDS]

FACTS facts (1,000,000) of four kinds over 36 months and all villages of the zone, a hundredth of
them corrected. Then: how long rolling everything up takes; each definition for a village, a town
and the zone, by month and ever, from roll-ups and counted anew; and how far roll-ups stay behind
while facts are written for SECONDS, and what that costs the writing; then all of it is sealed and
exported as Parquet, and every definition counted anew over the export and in PostgreSQL.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import house  # sets Django up
from django.db import connection, connections
from house import ROOT
from pydantic import TypeAdapter

from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries.area_history import AreaHistory, area_history
from liuchi.engines.indicators import actions as indicators
from liuchi.engines.indicators.queries import asked as asking
from liuchi.engines.indicators.queries.changing import why_changed
from liuchi.engines.indicators.queries.exports import Wanted, count, installations
from liuchi.engines.indicators.queries.exports.duck import DuckDB
from liuchi.engines.indicators.queries.exports.sources import Installation
from liuchi.engines.indicators.queries.questions import Question
from liuchi.engines.indicators.queries.running import values
from liuchi.engines.indicators.rules.compiling import Shape
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal import queries as journal_queries
from liuchi.engines.journal.actions import Entry
from liuchi.engines.journal.jobs.parquet import export_parquet
from liuchi.engines.journal.rules.parquet import Folder
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import system_actor
from liuchi.kernel.periods import Per, span_of
from liuchi.playbooks import registry

ZONE, TOWN = "安庆经济开发区", "菱北办事处"
MONTHS = 36
PEOPLE = 60_000
READ = "indicators.figure.read"
SYSTEM = system_actor(UUID(int=7), READ)
TRACER = system_actor(UUID(int=7), READ, "indicators.figure.trace")
HOME = {"by": ["home_area", "month"]}
APPROVED = {"outcome": {"is": "approve"}}
DEFINITIONS = (
    {"code": "b.redeemers", "of": "points.redeemed", "measure": {"count_distinct": "person"}},
    {"code": "b.redeeming", "of": "points.redeemed", "measure": {"count_distinct": "household"}},
    {"code": "b.redeemed", "of": "points.redeemed", "measure": "count"},
    {"code": "b.spent", "of": "points.redeemed", "measure": {"sum": "amount"}},
    {"code": "b.earners", "of": "points.awarded", "measure": {"count_distinct": "person"}},
    {"code": "b.awarded", "of": "points.awarded", "measure": {"sum": "amount"}},
    {"code": "b.claims", "of": "points.claim_proposed", "measure": "count"},
    {
        "code": "b.approved",
        "of": "points.claim_reviewed",
        "measure": {"ratio": {"numerator": {"where": APPROVED}, "denominator": {}}},
    },
    {
        "code": "b.reviewing",
        "of": "points.claim_reviewed",
        "measure": {
            "percentile": {"at": 90, "since": {"of": "points.claim_proposed"}, "in": "hours"}
        },
    },
    {
        "code": "b.waiting",
        "of": "points.claim_proposed",
        "measure": {"stock": {"leaves": [{"of": "points.claim_reviewed"}]}},
    },
)
KINDS = ("points.redeemed", "points.awarded", "points.claim_proposed", "points.claim_reviewed")
_FILL = """
WITH numbered AS (
    -- A review is of the claim before it: of the same place and person, up to three weeks later.
    SELECT n, CASE WHEN n %% 4 = 3 THEN n - 1 ELSE n END AS record,
           CASE WHEN n %% 4 = 3 THEN 21.0 * (n %% 997) / 997 ELSE 0 END AS days_later
    FROM generate_series(%(from)s, %(to)s) AS n
), drawn AS (
    SELECT n, record, 1 + (hashint8(record) & 1048575) %% %(areas)s AS area,
           (hashint8(record + 1000000007) & 1048575) %% %(people)s AS person,
           least(%(last)s::timestamptz, %(first)s::timestamptz
               + (hashint8(record + 2000000011) & 1048575) / 1048575.0
                 * (%(last)s::timestamptz - %(first)s::timestamptz)
               + days_later * interval '1 day') AS at
    FROM numbered
), placed AS (
    SELECT *, (%(ids)s::uuid[])[least(greatest(area, 1), %(areas)s)] AS area_id,
           lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') AS moment FROM drawn
)
INSERT INTO journal_fact (id, ordinal, kind, at, recorded_at, area_id, actor_id, subject_kind,
                          subject_id, playbook_version, amount, data)
SELECT (substr(moment, 1, 8) || '-' || substr(moment, 9, 4) || '-7'
        || substr(md5(n::text), 1, 3) || '-8' || substr(md5(n::text), 4, 3) || '-'
        || substr(md5(n::text), 7, 12))::uuid,
       n, (%(kinds)s::text[])[1 + n %% 4], at, at, area_id, %(actor)s, 'points.claim',
       md5('s' || record)::uuid, %(version)s, 1 + n %% 9,
       jsonb_build_object('person', md5('p' || person)::uuid,
                          'household', md5('h' || person / 3)::uuid,
                          'home_area', area_id, 'currency', 'credit', 'quantity', 1,
                          'outcome', CASE WHEN n %% 5 = 0 THEN 'refuse' ELSE 'approve' END)
FROM placed
"""
_CORRECT = """
INSERT INTO journal_fact (id, ordinal, kind, at, recorded_at, area_id, actor_id, subject_kind,
                          subject_id, corrects_id, playbook_version, amount, data)
SELECT (substr(id::text, 1, 24) || substr(md5(id::text), 1, 12))::uuid,
       %(behind)s + row_number() OVER (ORDER BY id), 'points.redemption_reversed', recorded_at,
       recorded_at, area_id, actor_id, subject_kind, subject_id, id, playbook_version, amount, data
FROM journal_fact WHERE kind = 'points.redeemed' AND ordinal %% 100 = 0
"""


def fill(facts: int) -> UUID:
    """Write the facts, in order; returns the version they happened under."""
    directory_actions.load_reference_areas()
    directory_actions.load_reference_areas(ROOT / "src/liuchi/flows/demo/data/open-villages.yaml")
    last = clock.now() - timedelta(days=1)
    first = last - timedelta(days=30 * MONTHS)
    journal_jobs.make_partitions(first.date())
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT journal_make_partitions(%s, %s)", [first.date(), MONTHS + 3])
    version = journal.apply_playbook(
        code="bench",
        source="",
        compiled={
            "points": {"currency": {"code": "credit"}},
            "indicators": [{"title": "数", **HOME, **each} for each in DEFINITIONS],
        },
        places=[directory.area_named(ZONE).id],
        in_force_from=first.date(),
        spec_version=1,
        approved_by="",
        actor=SYSTEM,
    )
    below = directory.subtrees([directory.area_named(ZONE).id])
    villages = [id_ for id_, area in directory.areas(below).items() if area.kind.is_village]
    behind = journal_queries.head().ordinal
    given = {
        "areas": len(villages), "people": PEOPLE, "ids": villages, "first": first, "last": last,
        "kinds": list(KINDS), "actor": SYSTEM.id, "version": version,
    }  # fmt: skip
    journal_jobs.sequence()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT ordinal FROM journal_head")
        behind = cursor.fetchone()[0]
        cursor.execute("SELECT setseed(0.5)")
        for start in range(0, facts, 500_000):
            given |= {"from": behind + start + 1, "to": behind + min(facts, start + 500_000)}
            cursor.execute(_FILL, given)
        cursor.execute(_CORRECT, {"behind": behind + facts})
        cursor.execute("UPDATE journal_head SET ordinal = (SELECT max(ordinal) FROM journal_fact)")
        cursor.execute("VACUUM ANALYZE journal_fact")
    return version


def timed(ask: Callable[[], object], rounds: int) -> float:
    """Return the median of some askings, in milliseconds."""
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        ask()
        found.append((time.perf_counter() - began) * 1000)
    return statistics.median(found)


def compare(rounds: int) -> None:
    """Ask for each definition in three places, in both ways; the answers are equal or it ends."""
    village = directory.children(directory.area_named(TOWN).id)[0].id
    places = {"village": village, "town": directory.area_named(TOWN).id}
    places["zone"] = directory.area_named(ZONE).id
    kept_all, anew_all = [], []
    for code in (str(each["code"]) for each in DEFINITIONS):
        for place, area in places.items():
            for shape in (Shape.TOTAL, Shape.BY_MONTH):
                with acting_as(SYSTEM):
                    asked = asking.ask(SYSTEM, READ, code, area, span=None, as_of=None)
                    question = [Question(asked, shape, asked.whole, (area,))]
                    if values(question) != values(question, anew=True):
                        msg = f"{code} of the {place}: roll-up and recount differ"
                        raise SystemExit(msg)
                    kept = timed(partial(values, question), rounds)
                    anew = timed(partial(values, question, anew=True), 1)
                kept_all.append(kept)
                anew_all.append(anew)
                print(  # noqa: T201
                    f"{code:<13} {place:<8} {shape.value:<9} {kept:8.2f} ms, "
                    f"counted {anew:10.1f} ms"
                )
    print(  # noqa: T201
        f"all: median {statistics.median(kept_all):.2f}, worst {max(kept_all):.2f} ms (limit 10); "
        f"counted: median {statistics.median(anew_all):.0f}, worst {max(anew_all):.0f} ms"
    )


def changed(rounds: int) -> None:
    """Ask why each definition is not what it was a month ago: of last month, and of all time."""
    village = directory.children(directory.area_named(TOWN).id)[0].id
    today = clock.today()
    since, told = today - timedelta(days=31), []
    month = span_of(Per.MONTH, today).previous
    for code in (str(each["code"]) for each in DEFINITIONS):
        for place, area in (("village", village), ("zone", directory.area_named(ZONE).id)):
            for span in (month, None):
                with acting_as(TRACER):
                    ask = partial(why_changed, TRACER, code, area, since=since, span=span)
                    found = timed(ask, rounds)
                told.append(found)
                print(f"{code:<13} {place:<8} {'month' if span else 'ever':<9} {found:8.0f} ms")  # noqa: T201
    print(f"why it changed: median {statistics.median(told):.0f}, worst {max(told):.0f} ms")  # noqa: T201


def exported(facts: int) -> None:
    """Seal, export, check, and count everything anew over the export and in PostgreSQL."""
    folder = Path(tempfile.mkdtemp(prefix="liuchi-export-", dir=os.environ.get("LIUCHI_BENCH_DIR")))
    try:
        began = time.monotonic()
        while journal_jobs.seal():
            pass
        print(f"sealed in {time.monotonic() - began:.0f} s")  # noqa: T201
        began = time.monotonic()
        before = peak()
        address = folder / "zone"
        areas = TypeAdapter(AreaHistory).dump_python(area_history(), mode="json")
        export_parquet(Folder(str(address)), name="zone", areas=areas)
        took = time.monotonic() - began
        size = sum(file.stat().st_size for file in address.rglob("*") if file.is_file())
        print(  # noqa: T201
            f"exported in {took:.1f} s ({facts / took:,.0f} facts/s; limit 90 s for ten million), "
            f"{size / 1e6:,.0f} MB; peak memory {before:,.0f} MB before, {peak():,.0f} MB after"
        )
        began = time.monotonic()
        found = installations([str(address)])
        print(f"files and seals checked in {time.monotonic() - began:.1f} s")  # noqa: T201
        recomputed(found)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def recomputed(found: Sequence[Installation]) -> None:
    """Count each definition for the zone by month, over all facts, in both engines."""
    zone = directory.area_named(ZONE)
    codes = tuple(str(each["code"]) for each in DEFINITIONS)
    wanted = Wanted(as_of=clock.today(), by="month", area=zone.code)
    ratios = []
    for code in codes:
        with acting_as(SYSTEM):
            asked = asking.ask(SYSTEM, READ, code, zone.id, span=None, as_of=None)
            question = [Question(asked, Shape.BY_MONTH, asked.whole, (zone.id,))]
            live = timed(partial(values, question, anew=True), 1)
            (told,) = values(question, anew=True)
        with DuckDB() as engine:
            asking_anew = partial(count, engine, found, replace(wanted, codes=(code,)))
            began = time.perf_counter()
            rows = asking_anew().rows
            duck = (time.perf_counter() - began) * 1000
        same = {f"{month:%Y-%m}": value for month, value in told.items()}
        if {row.key: row.value for row in rows if row.key in same} != same:
            msg = f"{code}: PostgreSQL and DuckDB differ"
            raise SystemExit(msg)
        ratios.append(live / duck)
        print(  # noqa: T201
            f"{code:<13} by month  PostgreSQL {live:10.0f} ms, DuckDB {duck:8.0f} ms, "
            f"{live / duck:5.1f} times"
        )
    print(f"recomputed: median {statistics.median(ratios):.1f} times faster (8 wanted)")  # noqa: T201


def peak() -> float:
    """Return the most memory this process has held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def written(seconds: float, version: UUID, each: int = 100, *, rate: float | None = None) -> int:
    """Write facts in hundreds for some seconds, at most ``rate`` a second; return how many."""
    kind = registry.fact_kinds()["points.awarded"]
    home = directory.children(directory.area_named(TOWN).id)[0].id
    many, ends = 0, time.monotonic() + seconds
    while time.monotonic() < ends:
        entries = [
            Entry(
                "points.awarded", "points.claim", UUID(int=many + n), home,
                kind.data.model_validate(
                    {"person": UUID(int=(many + n) % 5000), "household": None, "home_area": home,
                     "rule": "r", "rule_class": "c", "happened_on": clock.today(), "quantity": 1,
                     "currency": "credit"}
                ),
                amount=2, playbook_version=version,
            )
            for n in range(each)
        ]  # fmt: skip
        with acting_as(SYSTEM):
            journal.record_all(entries, actor=SYSTEM)
        many += each
        if rate is not None:
            time.sleep(max(0.0, many / rate - (seconds - (ends - time.monotonic()))))
    return round(many / seconds)


@dataclass
class Followed:
    """What following the journal took: seconds behind and at work, each time; processor."""

    lags: list[tuple[float, float]] = field(default_factory=list)
    processor: float = 0.0


@contextmanager
def followed() -> Iterator[Followed]:
    """Order and roll up what is written meanwhile, every half second."""
    stop, found = threading.Event(), Followed()

    def follow() -> None:
        while not stop.wait(0.5):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT extract(epoch FROM now() - min(recorded_at)) FROM journal_fact "
                    "WHERE recorded_at > now() - interval '1 minute' AND (ordinal IS NULL OR "
                    "ordinal > (SELECT ordinal FROM journal_cursor WHERE consumer = 'indicators'))"
                )
                oldest = float(cursor.fetchone()[0] or 0)
            began, cpu = time.monotonic(), time.thread_time()
            journal_jobs.sequence()
            while indicators.roll_up():
                pass
            found.processor += time.thread_time() - cpu
            took = time.monotonic() - began
            found.lags.append((oldest + took, took))
        connection.close()

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        yield found
    finally:
        stop.set()
        thread.join()


def behind(seconds: float, version: UUID) -> None:
    """Write a thousand facts a second while they are rolled up, then as many as go in."""
    with followed() as following:
        rate = written(seconds, version, rate=1000)
    lags = [lag for lag, _ in following.lags]
    print(  # noqa: T201
        f"{rate} facts/s written; behind: median {statistics.median(lags):.2f}, "
        f"worst {max(lags):.2f} s (limit 5); rolling up took "
        f"{sum(took for _, took in following.lags) / seconds:.0%} of the time, "
        f"{following.processor / seconds:.0%} of a processor in Python"
    )
    # In turns: what came in before a turn is rolled up before it, so that each begins alike.
    alone, beside = [], []
    for _ in range(3):
        alone.append(written(seconds / 4, version))
        journal_jobs.sequence()
        while indicators.roll_up():
            pass
        with followed():
            beside.append(written(seconds / 4, version))
    free, kept = statistics.median(alone), statistics.median(beside)
    print(  # noqa: T201
        f"as fast as one writer can: {free:,.0f} facts/s alone, {kept:,.0f} while they are "
        f"rolled up: {1 - kept / free:.0%} less (limit 25 %)"
    )


def main(facts: int, rounds: int, seconds: float) -> None:
    """Fill, roll up, compare, and follow."""
    with house.served(shared_buffers="2GB", max_wal_size="8GB"):
        began = time.monotonic()
        version = fill(facts)
        print(f"{facts:,} facts in {time.monotonic() - began:.0f} s")  # noqa: T201
        began = time.monotonic()
        # Everything is counted from the start for each definition, as on the day it is new.
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "INSERT INTO journal_cursor (consumer, ordinal, moved_at) "
                "SELECT 'indicators', ordinal, now() FROM journal_head"
            )
        while indicators.roll_up():
            pass
        print(f"all definitions rolled up in {time.monotonic() - began:.0f} s")  # noqa: T201
        compare(rounds)
        changed(max(1, rounds // 4))
        behind(seconds, version)
        exported(facts)


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000,
        int(sys.argv[2]) if len(sys.argv) > 2 else 20,  # noqa: PLR2004
        float(sys.argv[3]) if len(sys.argv) > 3 else 20.0,  # noqa: PLR2004
    )
