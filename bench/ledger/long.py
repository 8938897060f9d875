"""What grows: a campaign of a hundred thousand awards, and a ledger of millions of entries."""

from __future__ import annotations

import statistics
import time
import urllib.request
from dataclasses import dataclass
from uuid import UUID

from django.db import connections

from ledger import ours
from ledger.ground import World, jobs, owner, processor_seconds
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, queries
from liuchi.engines.points.enums import CampaignSource, CampaignVerb
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.ids import new_id

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


@dataclass(frozen=True)
class Campaign:
    """What one campaign took, in seconds; ``processor`` is PostgreSQL's while it was posted."""

    people: int
    propose: float
    approve: float
    post: float
    processor: float
    undo: float


def campaign(world: World, many: int = _CROWD) -> Campaign:
    """Award one item to many people: proposed by one, approved by another, on notice, posted.

    The notice is over when it is posted: its end alone is moved, everything else is as the
    office would have it. Half of the people have a purse already.
    """
    _agree()
    people = [row[0] for row in owner("SELECT id FROM directory_person LIMIT %s", many)]
    _purses(world, people[: many // 2])
    second = system_actor(
        owner("SELECT id FROM accounts_user WHERE username = 'other'")[0][0], *world.root.grants
    )
    area = directory.area_named("罗冲社区")
    town = directory.town_of(area.id)
    started = time.perf_counter()
    row = actions.propose_campaign(
        actor=world.root, key=str(new_id()), area_id=town.id if town else area.id,
        title="全员", source=CampaignSource.AREA, rule_code="small", happened_on=clock.today(),
        person_ids=people,
    )  # fmt: skip
    proposed = time.perf_counter()
    row = actions.decide_campaign(
        actor=second, key=str(new_id()), campaign_id=row.id, expected_version=row.version,
        verb=CampaignVerb.APPROVE,
    )  # fmt: skip
    approved = time.perf_counter()
    owner(
        "UPDATE points_notice_sheet SET issued_on = issued_on - 30, "
        "ends_at = now() - interval '1 second'"
    )
    owner("VACUUM ANALYZE points_campaign_line")
    owner("ANALYZE points_account")
    busy, begun = owner_seconds(world), time.perf_counter()
    posted = jobs.post_campaigns()
    took, busy = time.perf_counter() - begun, owner_seconds(world) - busy
    if posted != row.people:
        msg = f"{posted} of {row.people} awards were posted"
        raise SystemExit(msg)
    return Campaign(
        posted, proposed - started, approved - proposed, took, busy, _undone(world, second, row.id)
    )


def _undone(world: World, second: Actor, campaign_id: UUID) -> float:
    row = actions.ask_to_undo_campaign(
        actor=world.root, key=str(new_id()), campaign_id=campaign_id, reason="bench"
    )
    actions.undo_campaign(
        actor=second, key=str(new_id()), campaign_id=campaign_id, expected_version=row.version
    )
    begun = time.perf_counter()
    jobs.post_campaigns()
    return time.perf_counter() - begun


def _agree() -> None:
    """Let everybody have agreed to take part."""
    owner(
        "INSERT INTO directory_consent (id, person_id, purpose, playbook, scope_code, given_at, "
        "given_to) SELECT gen_random_uuid(), id, 'credit-points', 'bench', scope_code, now(), "
        "gen_random_uuid() FROM directory_person AS person WHERE NOT EXISTS (SELECT FROM "
        "directory_consent WHERE person_id = person.id)"
    )
    owner("ANALYZE directory_consent")


def _purses(world: World, people: list[UUID]) -> None:
    """Open the purses of some, as an earlier award would have."""
    with world.cluster.connect(database="bench") as raw:
        raw.execute(
            "INSERT INTO points_account (id, kind, unit, holder_kind, holder_id, area_id, "
            "scope_code, person_id, balance, reserved, overdraft_allowed) "
            "SELECT uuidv7(), 'person', 'points:credit', 'person', id, village_id, scope_code, id, "
            "0, 0, false FROM directory_person WHERE id = ANY (%s) "
            "ON CONFLICT (unit, kind, holder_id) DO NOTHING",
            [people],
        )
        raw.commit()
    owner("VACUUM ANALYZE points_account")


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
        # Here, or the server's own would begin while pages are measured.
        raw.execute("VACUUM (ANALYZE) points_entry, points_transfer")


_GROW = """
WITH purse AS (
    SELECT *, row_number() OVER (ORDER BY id) AS place
    FROM points_account WHERE kind = 'person' AND person_id <> ALL (%(but)s)
), made AS (
    SELECT n, uuidv7() AS id, purse.id AS purse, purse.unit, purse.scope_code, purse.person_id,
           issue.id AS issue, issue.scope_code AS issue_scope
    FROM generate_series(%(start)s + 1, %(start)s + %(many)s) AS n
    JOIN purse ON purse.place = n %% (SELECT count(*) FROM purse) + 1
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


@dataclass(frozen=True)
class Reads:
    """Milliseconds by the middle: a balance, and the API's first page of a statement.

    ``young`` are people whose own history stays as short as it is while the ledger grows,
    ``old`` people whose history grows with it.
    """

    balance: float
    young: float
    old: float


def reads(world: World, site: ours.Site) -> Reads:
    """Measure it, after the night's work: sums of purses are carried on once a day."""
    jobs.roll_up_totals()
    owner("ANALYZE points_total")
    village, everybody = next(iter(world.people.items()))
    balances = []
    for person in _readers(world):
        started = time.perf_counter()
        with acting_as(world.root):
            queries.balance(world.root, person)
        balances.append(time.perf_counter() - started)
    connections.close_all()
    young = _pages(site, village, _readers(world))
    old = _pages(site, village, everybody[60:120])
    return Reads(statistics.median(balances) * 1000, young, old)


def _pages(site: ours.Site, village: str, people: list[UUID]) -> float:
    took = []
    for person in people:
        request = urllib.request.Request(
            f"http://127.0.0.1:{site.port}/api/v1/people/{person}/statement",
            headers={"Cookie": site.cookies[village]},
        )
        started = time.perf_counter()
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            answer.read()
        took.append(time.perf_counter() - started)
    return statistics.median(took) * 1000
