# ruff: noqa: INP001  run as a file
"""What everybody reads of a village with five years of postings, beside PostgreSQL's raw query.

    python bench/disclosures.py [ROWS] [ROUNDS]

One village has ROWS public rows (200,000), ten others a tenth of that each, sixteen more a row
for each posting. Each search is asked
in turns with its peer, the same words by LIKE on the same table, so that a slower minute is slower
for both. Times are of the whole query function; ``cpu`` is this process alone.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from uuid import UUID

import house  # sets Django up
from django.db import connection, connections
from house import ROOT

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.disclosures import queries
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.ids import new_id
from liuchi.playbooks import SPEC_VERSION
from liuchi.playbooks import load as load_playbook

AREAS = ROOT / "src/liuchi/flows/demo/data/open-villages.yaml"
PLAYBOOK = ROOT / "playbooks/jingkai/open-villages"
MONTHS, OTHERS = 60, 10
ON = date(2026, 11, 1)
ZONE, TOWNS = "安庆经济开发区", ("菱北办事处", "老峰镇")
ITEM = "pensions"
SEARCHES = (
    ("in every third row", "低保"),
    ("in every fifth row", "三组"),
    ("a name", "王建国"),
    ("a surname", "王"),
    ("two words", "补贴 五组"),
    ("an amount", "4320.00"),
    ("nothing", "直升机"),
)
COLUMNS = (
    {"code": "name", "title": "姓名", "kind": "name", "key": True},
    {"code": "group", "title": "村民组", "kind": "group", "key": False},
    {"code": "use", "title": "事由", "kind": "text", "key": False},
    {"code": "amount", "title": "金额", "kind": "amount", "key": False},
)
_FILL = """
WITH posting AS (
    INSERT INTO disclosures_public_posting (id, area_id, playbook, playbook_version, item_code,
        item_title, first, "end", number, subject, version, why, note, state, columns, row_count,
        malformed, content_hash, due_on, released_at, takes_down_on, down_reason)
    SELECT gen_random_uuid(), %(area)s, %(playbook)s, %(version)s, item, title,
           month::date, (month + interval '1 month')::date, 1, '', 1, '', '', 'released',
           %(columns)s::jsonb, %(each)s, 0,
           repeat('0', 64), month::date, month + interval '5 weeks', '2099-01-01', ''
    FROM unnest(%(codes)s::text[], %(titles)s::text[]) AS listed(item, title),
         generate_series('2021-11-01'::timestamptz, '2021-11-01'::timestamptz
             + %(months)s * interval '1 month' - interval '1 day', interval '1 month') AS month
    RETURNING id, item_code, first
), line AS (
    SELECT posting.*, place,
        (ARRAY['王','李','张','刘','陈','杨','赵','黄','周','吴'])[1 + floor(random() * 10)::int]
        || (ARRAY['建','志','国','卫','家','文','丽','红','春','秀'])[1 + floor(random() * 10)::int]
        || (ARRAY['国','军','平','华','英','兰','芳','梅','强','明'])[1 + floor(random() * 10)::int]
            AS name,
        (ARRAY['一组','二组','三组','四组','五组'])[1 + floor(random() * 5)::int] AS grouped,
        (ARRAY['低保金','耕地补贴','养老保险'])[1 + floor(random() * 3)::int] AS use,
        (floor(random() * 900) * 10)::text || '.00' AS amount
    FROM posting, generate_series(1, %(each)s) AS place
)
INSERT INTO disclosures_public_row (id, posting_id, area_id, item_code, first, position, cells,
    amount, words, current)
SELECT gen_random_uuid(), id, %(area)s, item_code, first, place, ARRAY[name, grouped, use, amount],
       amount::numeric, concat_ws('|', name, grouped, use, amount), true FROM line
"""


def fill(rows: int) -> UUID:
    """Fill the villages with the playbook's items as if all had been released; the large one."""
    directory_actions.load_reference_areas()
    directory_actions.load_reference_areas(AREAS)
    book = load_playbook(PLAYBOOK)
    version = journal.apply_playbook(
        code=book.code,
        source=book.source,
        compiled=book.compiled(),
        places=[directory.area_named(name).id for name in book.core.places],
        in_force_from=book.in_force_from,
        spec_version=SPEC_VERSION,
        approved_by="bench",
        actor=system_actor(new_id()),
    )
    villages = [
        village for town in TOWNS for village in directory.children(directory.area_named(town).id)
    ]
    items = [row.spec for row in queries.items_of(villages[0].id, ON)]
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
        for number, village in enumerate(villages):
            share = 1 if number == 0 else OTHERS
            each = rows // (MONTHS * len(items) * share) if number <= OTHERS else 1
            values = {"area": village.id, "each": each, "months": MONTHS}
            values |= {"playbook": book.code, "version": version}
            values |= {"codes": [i.code for i in items], "titles": [i.title for i in items]}
            values["columns"] = json.dumps(COLUMNS)
            cursor.execute(_FILL, values)
        cursor.execute("VACUUM ANALYZE disclosures_public_row, disclosures_public_posting")
        cursor.execute("SELECT pg_size_pretty(pg_relation_size('disclosures_public_row_pieces'))")
        print("index of pieces:", cursor.fetchone()[0])  # noqa: T201
    return villages[0].id


def plain(area_id: UUID, text: str) -> list[tuple[object, ...]]:
    """Search as one writes it first: LIKE for each word, in order, twenty of them."""
    words = [f"%{word}%" for word in text.split()]
    where = " AND ".join("words LIKE %s" for _ in words)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, cells FROM disclosures_public_row WHERE area_id = %s AND current "  # noqa: S608
            f"AND {where} ORDER BY first DESC, id LIMIT 21",
            [area_id, *words],
        )
        return list(cursor.fetchall())


def timed(ask: Callable[[], object]) -> float:
    """Return milliseconds of one asking."""
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def compare(
    title: str, ask: Callable[[], object], peer: Callable[[], object] | None, rounds: int
) -> None:
    """Print medians and worst of both, asked in turns."""
    ask()
    ours, theirs = [], []
    cpu = time.process_time()
    for _ in range(rounds):
        ours.append(timed(ask))
        if peer is not None:
            theirs.append(timed(peer))
    cpu = (time.process_time() - cpu) / rounds * 1000
    told = f"{title:24} {statistics.median(ours):8.2f} ms (worst {max(ours):7.2f}), cpu {cpu:5.2f}"
    if theirs:
        told += f" | LIKE {statistics.median(theirs):8.2f} ms"
    print(told)  # noqa: T201


def main(rows: int, rounds: int) -> None:
    """Print one line for each page and each kind of search."""
    with house.served(fsync="off"):
        began = time.perf_counter()
        area = fill(rows)
        print(f"{rows} rows, {time.perf_counter() - began:.0f} s; load {os.getloadavg()[0]:.1f}")  # noqa: T201
        for title, text in SEARCHES:
            compare(
                f"search {title}",
                lambda: queries.search(area, text),  # noqa: B023
                lambda: plain(area, text),  # noqa: B023
                rounds,
            )
        compare("search in a year", lambda: queries.search(area, "低保", year=2023), None, rounds)
        compare(
            "search in an item",
            lambda: queries.search(area, "王建", item_code=ITEM),
            None,
            rounds,
        )
        compare(
            "postings of an item",
            lambda: queries.public_postings(area, item_code=ITEM),
            None,
            rounds,
        )
        middle = queries.public_postings(area, year=2024).rows[0]
        compare("rows of a posting", lambda: queries.public_rows(middle.id), None, rounds)
        compare(
            "items of the village",
            lambda: queries.public_items(area, ON),
            None,
            rounds,
        )
        compare("years", lambda: queries.years_of(area), None, rounds)
        watch(rounds)


def watch(rounds: int) -> None:
    """Ask for what the desk sees of all villages × items: the map, and what is due."""
    zone = directory.area_named(ZONE)
    reads = accounts.grants_of("clerk")
    actor = Actor(new_id(), "clerk", zone.id, zone.scope_code, grants=reads)
    with acting_as(actor):
        shown = queries.heat_map(actor, zone.id, ON)
        print(f"{len(shown.villages)} villages × {len(shown.items)} items")  # noqa: T201
        compare("map", lambda: queries.heat_map(actor, zone.id, ON), None, rounds)
        compare("what is due", lambda: queries.waiting(actor, zone.id, ON), None, rounds)
        village = shown.villages[0].id
        compare("six periods", lambda: queries.due_table(actor, village, ON), None, rounds)


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 200_000,
        int(sys.argv[2]) if len(sys.argv) > 2 else 20,  # noqa: PLR2004
    )
