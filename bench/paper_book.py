# ruff: noqa: INP001  run as a file
"""A paper book out of Excel, and claims into it: beside their usual peers, in one run.

    python bench/paper_book.py [ROWS]

In: a book of points typed by somebody, one row in twenty-five with a fault (an unknown name,
an unknown item, a day to come, a wrong sum). Ours reads the sealed file, checks every row,
recognises people, holds caps and consents, writes claims with their facts and an answer for
each faulty row. The peer is django-import-export with a resource that finds person and item
by name, checks the same of day and sum, and saves the same claims (``use_bulk``), without
caps, consents, facts or keys. Out: the desk's list of claims as Excel, from its query to the
file; the peer is openpyxl in its write-only mode, with the rows as the ORM gives them, and
with our own rows.

Memory is what the process holds beyond what it held before, at its highest, at a tenth of the
rows and at all of them. A peer that is not installed is left out, and said so.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from ledger import ground
from ledger.ground import clock, new_id, owner, say

from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.rules import PersonImport
from liuchi.engines.files import queries as files
from liuchi.engines.files.actions import imports
from liuchi.engines.files.rules import SheetChoice
from liuchi.engines.journal import actions as journal_actions
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries
from liuchi.engines.points.models import Claim
from liuchi.kernel.actors import Actor
from liuchi.kernel.sheets import SheetOut, open_workbook, write

HEADERS = ("姓名", "户号", "项目", "日期", "次数", "积分")
PEOPLE = 3_000
RULES = ("清扫楼道", "邻里互助", "护绿植树")
SECTION = {
    "currency": {"code": "credit", "title": "信用积分"},
    "enter_within": "360 days",
    "rules": [
        {"code": f"deed{n}", "title": title, "class": "互助", "award": 2, "per": "case"}
        for n, title in enumerate(RULES)
    ],
}


def world() -> tuple[Actor, directory.AreaRow]:
    """Make a village of people who take part, its rules, and a recorder of it."""
    directory_actions.load_reference_areas()
    village = directory.area_named("罗冲社区")
    root = ground.system_actor(new_id(), "directory.person.write", "accounts.user.write")
    owner(
        "INSERT INTO accounts_user (id, username, display_name, password, language, is_active, "
        "must_change_password, created_at) "
        "VALUES (%s, 'bench', 'bench', '!', 'zh-hans', true, false, %s)",
        root.id, clock.now(),
    )  # fmt: skip
    rows = [
        PersonImport(name=name(n), village=village.code, household=f"{n // 3 + 1}")
        for n in range(PEOPLE)
    ]
    directory_actions.import_people(rows, actor=root, key="people")
    owner(
        "INSERT INTO directory_consent (id, person_id, purpose, playbook, scope_code, given_at, "
        "given_to) SELECT gen_random_uuid(), id, 'credit-points', 'bench', scope_code, now(), id "
        "FROM directory_person"
    )
    journal_actions.apply_playbook(
        code="bench", source="", compiled={"points": SECTION}, places=[village.id],
        in_force_from=clock.today() - timedelta(days=900), spec_version=1, approved_by="bench",
        actor=root,
    )  # fmt: skip
    second = new_id()  # somebody of the village reviews what is entered, as anywhere
    owner(
        "INSERT INTO accounts_user (id, username, display_name, password, language, is_active, "
        "must_change_password, created_at) "
        "VALUES (%s, 'second', 'second', '!', 'zh-hans', true, false, %s)",
        second, clock.now(),
    )  # fmt: skip
    owner(
        "INSERT INTO directory_post (id, user_id, role_id, area_id, valid_from) "
        "VALUES (%s, %s, 'reviewer', %s, '2020-01-01')",
        new_id(), second, village.id,
    )  # fmt: skip
    verbs = (
        "points.claim.propose", "points.claim.read", "directory.person.read", "files.import.run",
    )  # fmt: skip
    owner("ANALYZE")
    return (
        Actor(root.id, "recorder", village.id, village.scope_code,
              grants=ground.system_actor(root.id, *verbs).grants),
        village,
    )  # fmt: skip


def name(n: int) -> str:
    """Return a name nobody else has."""
    return f"众{chr(0x4E00 + n % 5000)}{chr(0x5E00 + n // 5000)}"


def book(rows: int, round_: int) -> Path:
    """Write a book of ``rows`` deeds, no two alike, one in twenty-five with a fault."""
    path = Path(ground.FOLDER) / f"book-{rows}-{round_}.xlsx"
    today = clock.today()

    def made() -> Iterator[tuple[Any, ...]]:
        for n in range(rows):
            person, deed = n % PEOPLE, n // PEOPLE
            day = today - timedelta(days=1 + round_ * 100 + deed // len(RULES))
            row = [name(person), f"{person // 3 + 1}", RULES[deed % len(RULES)],
                   day.isoformat(), 1, 2]  # fmt: skip
            match n % 100:
                case 7:
                    row[0] = "查无此人"
                case 32:
                    row[2] = "没有这一项"
                case 57:
                    row[3] = (today + timedelta(days=3)).isoformat()
                case 82:
                    row[5] = 3
            yield tuple(row)

    path.write_bytes(write([SheetOut("登记簿", HEADERS, made())]))
    return path


def ours_in(actor: Actor, path: Path, rows: int) -> Callable[[], int]:
    """Return the dry run and the import of a file that was received, its columns chosen."""
    row = imports.receive(path, path.name, target="paper_entries", actor=actor, key=str(new_id()))
    with acting_as(actor):
        offered = files.offer(actor, row.id)
    chosen = [
        SheetChoice(s.name, {c.index: c.field for c in s.columns if c.field}, s.header_rows)
        for s in offered.sheets
    ]
    imports.choose_columns(row.id, chosen, actor=actor, key=str(new_id()))

    def run() -> int:
        imports.check(row.id, actor=actor)  # the dry run that everybody is shown first
        report = imports.run(row.id, actor=actor, key=str(new_id()))
        if (report.new, report.refused) != (rows - rows // 25, rows // 25):
            sys.exit(f"{report.new} new, {report.refused} refused: {report.rows[:3]}")
        return rows

    return run


def peer_in(  # noqa: C901  one resource, as its documentation has one write it
    actor: Actor, village: directory.AreaRow, path: Path
) -> Callable[[], int] | None:
    """Return the same by django-import-export, None where it is not installed."""
    try:
        import tablib  # noqa: PLC0415
        from import_export import resources  # noqa: PLC0415
    except ImportError:
        return None
    from django.db import connections  # noqa: PLC0415

    version = owner("SELECT id FROM journal_playbook_version")[0][0]
    today = clock.today()

    class ClaimResource(resources.ModelResource):  # type: ignore[misc]
        class Meta:
            model = Claim
            fields = ("id",)
            use_bulk = True
            batch_size = 1000
            skip_diff = True
            using_db = "owner"

        def get_queryset(self) -> Any:
            return Claim.objects.using("owner")

        def before_import_row(self, row: Any, **_kwargs: Any) -> None:
            from liuchi.engines.directory.models import Membership, Person  # noqa: PLC0415

            person = Person.objects.using("owner").get(village_id=village.id, name=row["姓名"])
            member = Membership.objects.using("owner").get(person=person, valid_to=None)
            day = date.fromisoformat(row["日期"])
            if day > today or row["项目"] not in RULES or int(row["积分"]) != 2 * int(row["次数"]):
                msg = "wrong"
                raise ValueError(msg)
            row["made"] = (person, member.household_id, day)

        def get_instance(self, *_args: Any, **_kwargs: Any) -> None:
            return None

        def import_instance(self, instance: Claim, row: Any, **_kwargs: Any) -> None:
            person, household_id, day = row["made"]
            deed = RULES.index(row["项目"])
            values = {
                "id": new_id(), "person": person, "masked_name": person.name[0] + "**",
                "household_id": household_id, "village_id": village.id,
                "scope_code": village.scope_code, "playbook_version": version,
                "unit": "points:credit", "rule_code": f"deed{deed}", "rule_title": RULES[deed],
                "rule_class": "互助", "award": 2, "per": "case", "quantity": 1, "points": 2,
                "publicity_work_days": 5, "happened_on": day, "note": "", "evidence": [],
                "proposed_by_id": actor.id, "proposed_at": clock.now(),
                "proposed_fact_id": new_id(), "state": "proposed", "version": 1,
                "review_reason": "", "capacity": "recorder", "waiting_since": clock.now(),
                "upper_reason": "",
            }  # fmt: skip
            for field, value in values.items():
                setattr(instance, field, value)

        def get_diff_headers(self) -> list[str]:
            return []

    def run() -> int:
        with open_workbook(path, path.name) as workbook:
            table = workbook.table(workbook.sheets[0].name)
            data = tablib.Dataset(*(row.cells for row in table.rows), headers=table.headers)
        done = ClaimResource().import_data(data, dry_run=False, raise_errors=False)
        connections["owner"].close()
        if len(done.row_errors()) * 25 != len(data):
            sys.exit(f"{len(done.row_errors())} errors: {done.row_errors()[:1]}")
        return len(data)

    return run


def ours_out(actor: Actor, path: Path) -> int:
    """Write the desk's list of claims, as its download does."""
    from liuchi.surfaces.components import excel  # noqa: PLC0415
    from liuchi.surfaces.components.tables import Listing  # noqa: PLC0415
    from liuchi.surfaces.desk import columns  # noqa: PLC0415

    listing = Listing(
        "claims", "申报", columns.claims(with_place=False),
        lambda after, limit: queries.claims(actor, after=after, limit=limit), empty="",
    )  # fmt: skip
    count, write_down = 0, excel.writer(listing)

    def records() -> Iterator[dict[str, object]]:
        nonlocal count
        for row in _rows(actor, excel.BATCH_ROWS):
            count += 1
            yield write_down(row)

    excel.write(path, listing, records())
    return count


def peer_out(path: Path, rows: Callable[[], Iterator[Any]], values: Sequence[Any]) -> int:
    """Write rows with openpyxl in its write-only mode."""
    from openpyxl import Workbook  # noqa: PLC0415

    book_ = Workbook(write_only=True)
    sheet = book_.create_sheet("申报")
    sheet.append(HEADERS)
    count = 0
    for row in rows():
        count += 1
        sheet.append([_plain(value(row)) for value in values])
    book_.save(path)
    return count


def by_orm(actor: Actor) -> tuple[Callable[[], Iterator[Any]], Sequence[Any]]:
    """Return the list as Django's documentation has one read it, and its columns."""
    found = Claim.objects.using("owner").select_related("person", "proposed_by")
    found = found.filter(village_id=actor.area_id).order_by("-id")
    return lambda: found.iterator(chunk_size=2000), (
        lambda row: row.person.name, lambda row: row.rule_title, lambda row: row.points,
        lambda row: row.happened_on, lambda row: row.proposed_by.display_name,
        lambda row: row.state,
    )  # fmt: skip


def by_ours(actor: Actor) -> tuple[Callable[[], Iterator[Any]], Sequence[Any]]:
    """Return the desk's own rows and columns."""
    from liuchi.surfaces.desk import columns  # noqa: PLC0415

    listed = [each.value for each in columns.claims(with_place=False)]
    return lambda: _rows(actor, 1_000), listed


def _plain(value: object) -> object:
    return value if isinstance(value, int | float) else str(value)


def _rows(actor: Actor, most: int) -> Iterator[Any]:
    after: str | None = None
    while True:
        with acting_as(actor):
            page = queries.claims(actor, after=after, limit=most)
        yield from page.rows
        if page.next_after is None:
            return
        after = page.next_after


def timed(what: str, work: Callable[[], int], server: int) -> float:
    """Do it once; print rows a second, processor and memory; return rows a second."""
    before, highest, done = _held(), [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            highest[0] = max(highest[0], _held() - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    started, busy = time.perf_counter(), time.process_time()
    theirs = ground.processor_seconds(server)
    rows = work()
    took, busy = time.perf_counter() - started, time.process_time() - busy
    theirs = ground.processor_seconds(server) - theirs
    done.set()
    watcher.join()
    say(
        f"{what:<42}{rows / took:>10,.0f} rows/s{busy / rows * 1e6:>8,.0f} µs of Python's and"
        f"{theirs / rows * 1e6:>7,.0f} µs of PostgreSQL's a row{highest[0] / 1e6:>8,.0f} MB"
    )
    return rows / took


def _held() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    return 0


def main(rows: int) -> None:
    """Run everything once."""
    small = max(rows // 10, 100)
    with ground.served() as cluster:
        actor, village = world()
        server = ground.postmaster(cluster)
        timed(f"in, ours, {small:,}", ours_in(actor, book(small, 1), small), server)
        ours = timed(f"in, ours, {rows:,}", ours_in(actor, book(rows, 2), rows), server)
        few = min(small, 2_000)
        peer = peer_in(actor, village, book(few, 3))
        if peer is None:
            say("django-import-export is not installed: left out")
        else:
            theirs = timed(f"in, django-import-export, {few:,}", peer, server)
            say(f"in: {ours / theirs:.1f} × (wanted 20)")
        with tempfile.TemporaryDirectory() as folder:
            to = Path(folder) / "a.xlsx"
            out = timed("out, ours", lambda: ours_out(actor, to), server)
            for name, (read, values) in (
                ("the ORM's rows", by_orm(actor)), ("our rows", by_ours(actor)),
            ):  # fmt: skip
                other = timed(
                    f"out, openpyxl, {name}", lambda r=read, v=values: peer_out(to, r, v), server
                )
                say(f"out, beside openpyxl with {name}: {out / other:.1f} × (wanted 4)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
