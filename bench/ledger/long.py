"""What grows: a campaign of a hundred thousand awards, and a ledger of millions of entries."""

from __future__ import annotations

import statistics
import time
import urllib.request
from uuid import UUID

from django.db import connections

from ledger import ours
from ledger.ground import World, jobs, owner, processor_seconds
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries

_CROWD = 100_000


def crowd(many: int = _CROWD) -> None:
    """Let more people live in the villages: copies of those who do."""
    columns = [
        name
        for (name,) in owner(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_name = 'directory_person' AND is_generated = 'NEVER' "
            "ORDER BY ordinal_position"
        )
    ]
    here = owner("SELECT count(*) FROM directory_person")[0][0]
    chosen = ", ".join("gen_random_uuid()" if name == "id" else name for name in columns)
    owner(
        f"INSERT INTO directory_person ({', '.join(columns)}) SELECT {chosen} "  # noqa: S608
        f"FROM directory_person, generate_series(1, {many // here + 1})"
    )
    owner("ANALYZE directory_person")


def campaign(world: World, many: int = _CROWD) -> tuple[float, float]:
    """Post one list's awards by the job; return seconds it took and seconds of processor.

    The list stands as the office would have it by then: proposed by one, approved by
    another, its public notice over.
    """
    owner(
        "INSERT INTO points_claim (id, person_id, masked_name, village_id, scope_code, "
        "playbook_version, unit, rule_code, rule_title, rule_class, award, per, quantity, points, "
        "publicity_work_days, happened_on, note, evidence, proposed_by_id, proposed_at, "
        "proposed_fact_id, state, version, reviewed_by_id, reviewed_at, review_reason, "
        "notice_ends_at, name_hidden, objections_open, capacity, waiting_since, upper_reason, "
        "review_round, review_step) "
        "SELECT uuidv7(), person.id, '众*', village_id, scope_code, version.id, 'points:credit', "
        "'help', '邻里互助', '互助', 2, 'case', 1, 2, 5, '2020-01-01', '', '{}', a.id, "
        "now() - interval '9 days', gen_random_uuid(), 'on_notice', 1, b.id, "
        "now() - interval '9 days', '', now() - interval '1 day', false, 0, 'recorder', now(), "
        "'', 1, 1 "
        "FROM directory_person AS person, journal_playbook_version AS version, "
        "accounts_user AS a, accounts_user AS b "
        f"WHERE a.username = 'bench' AND b.username = 'other' LIMIT {many}"
    )
    owner("VACUUM ANALYZE points_claim")
    started = time.perf_counter()
    posted = jobs.post_due()
    took = time.perf_counter() - started
    if posted != many:
        msg = f"{posted} of {many} awards were posted"
        raise SystemExit(msg)
    return took, owner_seconds(world)


def owner_seconds(world: World) -> float:
    """Return the processor time of the database server so far."""
    from ledger.ground import postmaster  # noqa: PLC0415

    return processor_seconds(postmaster(world.cluster))


def grow(world: World, entries: int) -> None:
    """Bring the ledger to so many entries: transfers of other people's, in place of years.

    Triggers rest meanwhile (a superuser's setting), since what is written adds up by itself.
    """
    held = owner("SELECT count(*) FROM points_entry")[0][0]
    missing = (entries - held) // 2
    if missing <= 0:
        return
    with world.cluster.connect(database="bench") as raw:
        raw.execute("SET session_replication_role = replica")
        step, read = 250_000, _readers(world)
        for start in range(0, missing, step):
            raw.execute(_GROW, {"many": min(step, missing - start), "start": start, "but": read})
            raw.commit()
        raw.execute("ANALYZE points_entry")
        raw.execute("ANALYZE points_transfer")
        raw.commit()


_GROW = """
WITH purse AS (
    SELECT *, row_number() OVER (ORDER BY id) AS place, count(*) OVER () AS many
    FROM points_account WHERE kind = 'person' AND person_id <> ALL (%(but)s)
), made AS (
    SELECT n, uuidv7() AS id, purse.id AS purse, purse.unit, purse.scope_code, purse.person_id,
           issue.id AS issue, issue.scope_code AS issue_scope
    FROM generate_series(%(start)s + 1, %(start)s + %(many)s) AS n
    JOIN purse ON purse.place = n %% purse.many + 1
    JOIN points_account AS issue ON issue.kind = 'issue' AND issue.unit = purse.unit
     AND issue.holder_id = purse.area_id
), transfers AS (
    INSERT INTO points_transfer (id, key, body_hash, kind, at, recorded_at, actor_id, reason,
                                 fact_id, scope_code, person_id)
    SELECT id, 'old:' || id, repeat('0', 64), 'expiry', now(), now(), gen_random_uuid(), '',
           gen_random_uuid(), scope_code, person_id FROM made
)
INSERT INTO points_entry (transfer_id, account_id, unit, side, amount, balance_before,
                          balance_after, scope_code, person_id)
SELECT id, side.account, unit, side.side, 1, 1, side.after, side.scope, side.person
FROM made CROSS JOIN LATERAL (VALUES
    ('debit', purse, 0, scope_code, person_id), ('credit', issue, 2, issue_scope, NULL::uuid)
) AS side (side, account, after, scope, person)
"""


def _readers(world: World) -> list[UUID]:
    return next(iter(world.people.values()))[:60]


def reads(world: World, site: ours.Site) -> tuple[float, float]:
    """Return milliseconds, by the middle, of a balance read and of a statement's first page.

    The page is the API's, of people whose own history does not grow with the ledger's.
    """
    village = next(iter(world.people))
    balances, pages = [], []
    for person in _readers(world):
        started = time.perf_counter()
        with acting_as(world.root):
            queries.balance(world.root, person)
        balances.append(time.perf_counter() - started)
        request = urllib.request.Request(
            f"http://127.0.0.1:{site.port}/api/v1/people/{person}/statement",
            headers={"Cookie": site.cookies[village]},
        )
        started = time.perf_counter()
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            answer.read()
        pages.append(time.perf_counter() - started)
    connections.close_all()
    return statistics.median(balances) * 1000, statistics.median(pages) * 1000
