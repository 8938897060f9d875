# ruff: noqa: INP001  run as a file
"""Search at 200,000 people beside a plain ILIKE, in one run.

    python bench/search.py [PEOPLE] [ROUNDS]

Each kind of query is asked for a whole district and for one community, in turns with its
peer, so that a slower minute is slower for both. The peer is what one writes first: ILIKE
on names, spellings and initials in one table with an index on its scope and one on its
order, without row-level security. Trust the ratios, not the absolutes.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from random import Random

import house  # sets Django up
from django.db import connection, connections

from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.actions.areas import REFERENCE
from liuchi.engines.directory.rules import PersonImport
from liuchi.engines.journal.jobs import make_partitions
from liuchi.engines.journal.scope import acting_as
from liuchi.flows.demo import names
from liuchi.kernel.actors import Actor, Reach, system_actor
from liuchi.kernel.ids import new_id

SHOWN = 6
CHUNK = 5_000
COMMUNITIES = 40
HALF = 0.5
VERBS = ("directory.person.read", "directory.person.write", "directory.household.read")
QUERIES = (
    ("surname, common 王", "王"),
    ("whole name 王建国", "王建国"),
    ("part of a name 建国", "建国"),
    ("spelling wangjianguo", "wangjianguo"),
    ("spelling, short wa", "wa"),
    ("initials wjg", "wjg"),
    ("initial, single w", "w"),
    ("nobody 龘龘", "龘龘"),
)


def areas() -> list[directory.AreaRow]:
    """Load the reference areas with enough communities for a district beside them."""
    text = REFERENCE.read_text(encoding="utf-8")
    marker = "              - name: 刘纪社区\n"
    more = "".join(
        f"              - name: 新{number}社区\n                kind: community\n"
        f'                code: "3408710012{number:02}"\n                provisional: true\n'
        for number in range(COMMUNITIES)
    )
    path = house.FOLDER / "areas.yaml"
    path.write_text(text.replace(marker, more + marker), encoding="utf-8")
    directory_actions.load_reference_areas(path)
    return [directory.area_named(f"新{number}社区") for number in range(COMMUNITIES)]


def populate(people: int) -> list[directory.AreaRow]:
    """Register people, three to a household, over all communities there are."""
    make_partitions()
    places = areas()
    root, chance = system_actor(new_id(), *VERBS), Random(7)  # noqa: S311  a bench, not a secret
    for first in range(0, people, CHUNK):
        village = places[first // CHUNK % len(places)]
        rows = [
            PersonImport(
                name=names.surname(chance)
                + names.given_name(
                    chance, chance.randint(1940, 2015), woman=chance.random() < HALF
                ),
                village=village.code,
                household=f"{first // CHUNK}-{number // 3:04}",
                phone=f"13{first + number:09}",
                address=f"{village.name}花园{number // 90 + 1}栋{number % 6 + 1}单元{number}室",
            )
            for number in range(min(CHUNK, people - first))
        ]
        directory_actions.import_people(rows, actor=root, key=f"bench-{first}")
    return places


def plain_table() -> None:
    """Make the peer's table: what search would be without terms."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE TABLE plain AS SELECT id, name, name_sort, scope_code, "
            "regexp_replace(left(name_sort, -length(name) - 1), '[0-9 ]', '', 'g') AS spelling, "
            "(SELECT string_agg(left(part, 1), '') FROM regexp_split_to_table("
            "left(name_sort, -length(name) - 1), ' ') AS part) AS initials FROM directory_person"
        )
        cursor.execute('CREATE INDEX ON plain (scope_code COLLATE "C", id)')
        cursor.execute('CREATE INDEX ON plain (name_sort COLLATE "C", id)')
        cursor.execute("GRANT SELECT ON plain TO liuchi_app")
        cursor.execute("VACUUM ANALYZE")


def ours(actor: Actor, text: str) -> int:
    """Search people as the desk does, masked phones included."""
    with acting_as(actor):
        return len(directory.people_found(actor, text, limit=SHOWN))


def listed(actor: Actor, text: str) -> int:
    """Search people as the list does, all of them in order."""
    with acting_as(actor):
        return len(directory.people(actor, text=text, limit=SHOWN).rows)


def households(actor: Actor, text: str) -> int:
    """Search households as the desk does."""
    with acting_as(actor):
        return len(directory.households_found(actor, text, limit=SHOWN))


def plain(actor: Actor, text: str) -> int:
    """Search people as one writes it first."""
    with acting_as(actor), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name FROM plain WHERE (name ILIKE %s OR spelling ILIKE %s "
            "OR initials ILIKE %s) AND scope_code >= %s AND scope_code < %s "
            'ORDER BY name_sort COLLATE "C", id LIMIT %s',
            [*[f"%{text}%"] * 3, actor.scope_low, actor.scope_high, SHOWN],
        )
        return len(cursor.fetchall())


def plain_households(actor: Actor, text: str) -> int:
    """Search households as one writes it first, past row-level security."""
    with acting_as(actor), connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT id FROM directory_household WHERE (label ILIKE %s OR address_masked ILIKE %s) "
            "AND scope_code >= %s AND scope_code < %s ORDER BY label, id LIMIT %s",
            [f"%{text}%", f"%{text}%", actor.scope_low, actor.scope_high, SHOWN],
        )
        return len(cursor.fetchall())


def timed(work: Callable[[], int]) -> tuple[float, int]:
    """Return milliseconds and what was found."""
    began = time.perf_counter()
    found = work()
    return (time.perf_counter() - began) * 1000, found


def compare(
    title: str, mine: Callable[[], int], peer: Callable[[], int] | None, rounds: int
) -> None:
    """Ask both in turns and print p50 and p95 in milliseconds, and how they compare."""
    times: dict[str, list[float]] = {"mine": [], "peer": []}
    count = other = 0
    mine()
    for _ in range(rounds):
        took, count = timed(mine)
        times["mine"].append(took)
        if peer is not None:
            took, other = timed(peer)
            times["peer"].append(took)
    mine50, mine95 = quantiles(times["mine"])
    line = f"{title:34} {count:3} rows  p50 {mine50:7.1f}  p95 {mine95:7.1f} ms"
    if peer is not None:
        peer50, peer95 = quantiles(times["peer"])
        line += f"   ILIKE {other:3} rows  p50 {peer50:7.1f}  p95 {peer95:7.1f}"
        line += f"   ×{peer50 / mine50:6.1f}"
    print(line, flush=True)  # noqa: T201


def quantiles(times: list[float]) -> tuple[float, float]:
    """Return p50 and p95."""
    found = statistics.quantiles(times, n=20)
    return statistics.median(times), found[18]


def main(people: int, rounds: int) -> None:
    """Print one line for each kind of query, for a district and for a community."""
    with house.served(fsync="off"):
        began = time.perf_counter()
        places = populate(people)
        plain_table()
        print(f"{people} people in {len(places)} communities, {time.perf_counter() - began:.0f} s")  # noqa: T201
        grants = dict.fromkeys(VERBS, Reach.AREA)
        wide = Actor(new_id(), "clerk", None, "34", grants=grants)
        village = places[0]
        narrow = Actor(new_id(), "secretary", village.id, village.scope_code, grants=grants)
        for where, actor in (("district", wide), ("community", narrow)):
            print(f"\n{where}")  # noqa: T201
            for title, text in QUERIES:
                compare(title, lambda: ours(actor, text), lambda: plain(actor, text), rounds)  # noqa: B023
            compare("list of 王", lambda: listed(actor, "王"), lambda: plain(actor, "王"), rounds)  # noqa: B023
            compare("last four digits 0042", lambda: ours(actor, "0042"), None, rounds)  # noqa: B023
            compare("whole number", lambda: ours(actor, "13000000042"), None, rounds)  # noqa: B023
            for text in ("12栋3单元", "花园", "1-0042"):
                compare(
                    f"household {text}",
                    lambda: households(actor, text),  # noqa: B023
                    lambda: plain_households(actor, text),  # noqa: B023
                    rounds,
                )


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 200_000,
        int(sys.argv[2]) if len(sys.argv) > 2 else 20,  # noqa: PLR2004
    )
