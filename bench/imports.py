# ruff: noqa: INP001  run as a file
"""Rows a second of a roster from its file to its tables, beside its peers, in one run.

    python bench/imports.py [ROWS ...]

The dry run reads the sealed file in pieces, checks every row, seals phone and address under a
key for each person, recognises who is there, and leaves the rows waiting; the import brings
them in with keys, secrets, homes and the facts, in one transaction; tidying puts them in
their places in the search indexes, which nobody waits for. Peers: the usual way, openpyxl
read-only and ORM bulk_create in batches, which makes the same people, memberships, keys and
sealed values from the same rules, but recognises nobody; and the limit, COPY of a ready text
into the table of people alone, with its indexes and nothing else. "ours" and "server" are
processor time of this process and of the database's, which a busy machine changes less than
the clock. Memory is what this process holds beyond what it held before, at its highest.
Trust the ratios, not the absolutes.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

import house  # sets Django up
import openpyxl
from django.db import connection, connections, transaction

from liuchi.engines.directory import actions, queries, rules
from liuchi.engines.directory.enums import SensitiveField
from liuchi.engines.directory.models import (
    Household,
    Membership,
    Person,
    PersonKey,
    PersonSecret,
)
from liuchi.engines.directory.queries.people import lookup, place
from liuchi.engines.directory.scope import key_ring
from liuchi.engines.files import queries as files
from liuchi.engines.files.actions import imports
from liuchi.engines.files.rules import ImportReport, SheetChoice
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.ids import new_id
from liuchi.kernel.sheets import SheetOut, open_workbook, write

VERBS = ("directory.import.run", "directory.import.undo", "directory.person.write")
HEADERS = ("村（社区）", "户号", "姓名", "性别", "出生日期", "手机", "住址")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志红海波文斌"
VILLAGES = ("罗冲社区", "乌岭社区", "盛塘社区")


def roster(rows: int, seed: int) -> Path:
    """Write a roster of invented people, three to a household, and return its path."""
    path = house.FOLDER / f"roster-{rows}-{seed}.xlsx"

    def made() -> Iterator[tuple[str, ...]]:
        for n in range(rows):
            m = n * 7919 + seed * 104729
            name = SURNAMES[m % 20] + GIVEN[m // 20 % 33] + GIVEN[m // 660 % 33]
            yield (
                VILLAGES[n // 3 % 3],
                f"{seed}-{n // 9:06d}",
                name,
                "男女"[n % 2],
                f"{1940 + m % 70}-{1 + m % 12:02d}-{1 + n % 28:02d}",
                f"138{n:08d}",
                f"示例花园{n // 300}栋{n % 4 + 1}单元{n % 30}室",
            )

    path.write_bytes(write([SheetOut("花名册", HEADERS, made())]))
    return path


def received(actor: Actor, path: Path) -> UUID:
    """Bring a file as far as the dry run, by the columns as they are offered."""
    row = imports.receive(path, path.name, target="roster", actor=actor, key=str(new_id()))
    with acting_as(actor):
        offered = files.offer(actor, row.id)
    chosen = [
        SheetChoice(s.name, {c.index: c.field for c in s.columns if c.field}, s.header_rows)
        for s in offered.sheets
    ]
    imports.choose_columns(row.id, chosen, actor=actor, key=str(new_id()))
    return row.id


def by_orm(path: Path) -> int:
    """The usual way."""
    ring, today, done = key_ring(), clock.today(), 0
    areas = {name: queries.area_named(name) for name in VILLAGES}
    towns = {name: queries.town_of(area.id) for name, area in areas.items()}
    houses: dict[tuple[str, str], Household] = {}
    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    rows = sheet.iter_rows(min_row=2, values_only=True)
    with transaction.atomic(using="owner"):
        while batch := [row for _, row in zip(range(1000), rows, strict=False)]:
            made: list[list[object]] = [[], [], [], [], []]
            for village, label, name, sex, born, phone, address in batch:
                area, town = areas[village], towns[village]
                at = {"scope_code": area.scope_code, "village_id": area.id, "town_id": town.id}
                if (village, label) not in houses:
                    houses[village, label] = Household(
                        label=label, address_masked=rules.mask_address(address), **at
                    )
                    made[0].append(houses[village, label])
                given = rules.PersonImport(name, village, phone=phone, address=address)
                if rules.check_import(given, today):
                    continue
                person = Person(
                    name=name, name_sort=rules.sort_key(name), valid_from=today,
                    search_terms=rules.search_terms(name), birth_date=born,
                    sex="male" if sex == "男" else "female", **at,
                )  # fmt: skip
                data_key, wrapped = ring.new_subject_key(str(person.id))
                made[1].append(person)
                made[2].append(
                    Membership(person=person, household=houses[village, label],
                               scope_code=area.scope_code, valid_from=today)
                )  # fmt: skip
                made[3].append(
                    PersonKey(person=person, wrapped_key=wrapped, ring_id=ring.current,
                              scope_code=area.scope_code)
                )  # fmt: skip
                for field, value in (("phone", phone), ("address", address)):
                    which = SensitiveField(field)
                    made[4].append(
                        PersonSecret(
                            person=person, field=field, scope_code=area.scope_code,
                            ciphertext=data_key.encrypt(value, place(which, person.id)),
                            lookup_hash=lookup(which, value),
                        )
                    )  # fmt: skip
            for model, rows_made in zip(
                (Household, Person, Membership, PersonKey, PersonSecret), made, strict=True
            ):
                model.objects.using("owner").bulk_create(rows_made)
            done += len(batch)
    return done


def held_bytes() -> int:
    """Return what the process holds of its own, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    return 0


def server_seconds() -> float:
    """Return the processor time of the server processes behind our connections."""
    total = 0
    for alias in ("default", "owner"):
        connections[alias].ensure_connection()
        pid = connections[alias].connection.info.backend_pid
        total += int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
    return total / 1e9


def timed(name: str, rows: int, work: Callable[[], object], base: float | None = None) -> float:
    """Do it once, and print rows a second, the ratio, processor time and memory."""
    before, highest, done = held_bytes(), [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            highest[0] = max(highest[0], held_bytes() - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    served_before = server_seconds()
    started, busy = time.perf_counter(), time.process_time()
    result = work()
    took, busy = time.perf_counter() - started, time.process_time() - busy
    served_for = server_seconds() - served_before
    done.set()
    watcher.join()
    if isinstance(result, ImportReport) and result.refused:
        sys.exit(f"{result.refused} rows were refused: {result.rows[:3]}")
    ratio = f"{rows / took / base:7.2f} ×" if base else " " * 9
    print(  # noqa: T201
        f"{name:<40}{rows / took:>9,.0f} rows/s {ratio}  a row: {busy / rows * 1e6:>4.0f} µs ours "
        f"{served_for / rows * 1e6:>4.0f} µs server  +{highest[0] / 1e6:>3.0f} MB",
        flush=True,
    )
    return rows / took


def read(path: Path) -> int:
    """Read every cell of a file."""
    with open_workbook(path, path.name) as workbook:
        return sum(1 for _ in workbook.table(workbook.sheets[0].name).rows)


def copied(rows: int) -> None:
    """Copy people who are ready: what the table of people alone takes. Nothing stays."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT name, name_sort, search_terms, sex, birth_date, scope_code, town_id, "
            "village_id, grid_id, valid_from, version FROM directory_person LIMIT %s",
            [rows],
        )
        ready = cursor.fetchall()
        with cursor.copy(
            "COPY directory_person (id, name, name_sort, search_terms, sex, birth_date, "
            "scope_code, town_id, village_id, grid_id, valid_from, version) FROM STDIN"
        ) as copy:
            for row in ready:
                copy.write_row((new_id(), *row))
        transaction.set_rollback(True, using="owner")


def tidy() -> None:
    """Put what waits in its place in the search indexes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_tidy_search()")


def main(sizes: Sequence[int]) -> None:
    """Run everything once."""
    with house.served():
        actions.load_reference_areas()
        actor = system_actor(new_id(), *VERBS)
        peers = roster(2_000, 1)
        base = timed("openpyxl and bulk_create, 2,000", 2_000, lambda: by_orm(peers))
        for seed, count in enumerate(sizes, 2):
            path = roster(count, seed)
            timed(f"{count:,}: reading alone", count, partial(read, path), base)
            import_id = received(actor, path)
            check = partial(imports.check, import_id, actor=actor)
            run = partial(imports.run, import_id, actor=actor, key=str(new_id()))
            tried = timed(f"{count:,}: dry run", count, check, base)
            brought = timed(f"{count:,}: import", count, run, base)
            both = 1 / (1 / tried + 1 / brought)
            tidied = timed(f"{count:,}: tidying the search", count, tidy, base)
            whole = 1 / (1 / both + 1 / tidied)
            print(f"{count:,}: both {both:,.0f}, with tidying {whole:,.0f} rows/s")  # noqa: T201
        timed(f"{count:,}: COPY of people alone", count, partial(copied, count), base)
        again = received(actor, path)
        timed("dry run again", count, lambda: imports.check(again, actor=actor), base)
        run = partial(imports.run, again, actor=actor, key=str(new_id()))
        timed("import again, nothing new", count, run, base)
        undo = partial(imports.undo, import_id, actor=actor, key=str(new_id()))
        timed("undo", count, undo, base)


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [5_000, 20_000, 100_000])
