# ruff: noqa: INP001  run as a file
"""Facts a second: ours beside its peers, in one run, on durable commits.

    python bench/journal.py [SECONDS]

``record()`` checks the actor, the declared kind and the shape of the data, and writes to a
partitioned table with five indexes. Its peers write the same values: a bare INSERT into the
same table, and a bare INSERT into a plain table that has only a primary key. Each is
measured with one fact a transaction and with a hundred. Then the sequencer and the seals
work through what was written. Trust the ratios, not the absolutes.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from uuid import UUID

import house  # sets Django up
from django.db import connection, connections, transaction
from pydantic import BaseModel, ConfigDict

from liuchi.engines.journal import actions, jobs, queries
from liuchi.engines.journal.rules import verify
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import system_actor
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.playbooks.registry import DimensionType, FactKind

KIND = "bench.bought"
ACTOR, AREA = system_actor(new_id()), new_id()
_COLUMNS = (
    "(id, kind, at, recorded_at, area_id, actor_id, subject_kind, subject_id, amount, data) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb)"
)


class Bought(BaseModel):
    """Shaped like a redemption."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: UUID
    household: UUID
    goods: str
    quantity: int


def make_plain_table() -> None:
    """Make the peer: the same columns and key, and nothing else."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_plain AS SELECT id, kind, at, recorded_at, area_id, actor_id, "
            "subject_kind, subject_id, amount, data FROM journal_fact; "
            "ALTER TABLE bench_plain ADD PRIMARY KEY (id); "
            "GRANT INSERT ON bench_plain TO PUBLIC"
        )


def record() -> None:
    """Write one fact as engines do."""
    actions.record(
        KIND,
        actor=ACTOR,
        subject_kind="redemption",
        subject_id=new_id(),
        area_id=AREA,
        amount=12,
        data=Bought(person=new_id(), household=new_id(), goods="soap", quantity=1),
    )


def bare(table: str) -> Callable[[], None]:
    """Return a writer of the same values with nothing checked."""
    statement = f"INSERT INTO {table} {_COLUMNS}"

    def write() -> None:
        now = clock.now()
        data = {"person": str(new_id()), "household": str(new_id()), "goods": "soap", "quantity": 1}
        row = [new_id(), KIND, now, now, AREA, ACTOR.id, "redemption", new_id(), 12]
        with connection.cursor() as cursor:
            cursor.execute(statement, [*row, json.dumps(data)])

    return write


def rate(write: Callable[[], None], each: int, seconds: float, *, scoped: bool) -> float:
    """Return facts a second at ``each`` facts a transaction."""
    written, began = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - began) < seconds:
        with acting_as(ACTOR) if scoped else transaction.atomic():
            for _ in range(each):
                write()
        written += each
    return written / elapsed


def main(seconds: float) -> None:
    """Measure in turn, and print each rate with its ratio to the bare INSERT."""
    registry.register_fact_kind(
        FactKind(KIND, Sentence("买", "Bought"), Bought, {"person": DimensionType.PERSON})
    )
    with house.served():
        make_plain_table()
        for each in (1, 100):
            ours = rate(record, each, seconds, scoped=True)
            same = rate(bare("journal_fact"), each, seconds, scoped=False)
            plain = rate(bare("bench_plain"), each, seconds, scoped=False)
            print(f"{each:>3} facts a transaction")  # noqa: T201
            for name, found in (
                ("record()", ours),
                ("bare INSERT, same table", same),
                ("bare INSERT, plain table", plain),
            ):
                print(f"    {name:<26}{found:>9,.0f}/s  {found / same:5.2f} ×")  # noqa: T201
        work("sequencer", jobs.catch_up)
        work("seals", lambda: jobs.seal() and queries.head().sealed_ordinal)
        work("export and verify", lambda: verify(queries.export()).facts)


def work(name: str, run: Callable[[], int]) -> None:
    """Time one job over everything written and print its rate."""
    began = time.perf_counter()
    done = run()
    elapsed = time.perf_counter() - began
    print(f"{name:<20}{done:>9,} facts {done / elapsed:>9,.0f}/s")  # noqa: T201


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0)
