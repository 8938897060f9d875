"""Reports that come at once are written together; each is its own, and by what holds now."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from django.db import ProgrammingError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from pydantic_core import to_json

from engines.cases.world import SECTION, World
from liuchi.engines.cases.actions import Told, filing, reporting
from liuchi.engines.cases.enums import Channel
from liuchi.engines.cases.queries import Receipt
from liuchi.engines.directory.queries.areas import _PLACES
from liuchi.engines.journal import actions as journal
from liuchi.kernel import clock
from liuchi.kernel.errors import Conflict
from liuchi.kernel.ids import new_id


def count(table: str) -> int:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def test_filing_is_one_statement(world: World) -> None:
    world.report()
    with CaptureQueriesContext(connection) as captured:
        world.report()
    assert len(captured) == 1
    with CaptureQueriesContext(connection) as captured:
        world.report(actor=world.resident, channel=Channel.RESIDENT, condition_code="")
    # How often the resident did so within the hour, and that it was done once more.
    assert len(captured) == 3


def test_a_method_that_changed_meanwhile_is_read_again(world: World) -> None:
    world.filed()
    changed = SECTION | {"limits": SECTION["limits"] | {"dispatch": "5 work hours"}}
    # As another process would: this one goes on remembering what it read before.
    journal.apply_playbook(
        code="grid",
        source="",
        compiled={"cases": changed},
        places=[world.town.id],
        in_force_from=date(2026, 1, 1),
        spec_version=2,
        approved_by="办事处",
        actor=world.root,
    )
    case_id = world.filed()
    clock = next(each.now for each in world.now(case_id).clocks if each.now.kind == "dispatch")
    assert (clock.limit_amount, count("cases_case")) == (5, 2)


def test_a_refusal_by_what_was_remembered_is_none(world: World) -> None:
    world.filed()
    # What this process read before another one wrote down where people live.
    _PLACES._held = ("before", {})
    assert world.now(world.filed()).row.area_name == "盛塘社区"


def test_in_a_transaction_a_report_is_undone_with_it(world: World) -> None:
    world.report()
    with transaction.atomic():
        world.report()
        transaction.set_rollback(True)
    assert count("cases_case") == 1


def test_many_at_once_are_all_there_once(world: World) -> None:
    world.report()

    def twice(number: int) -> tuple[Receipt, Receipt]:
        try:
            return world.report(key=f"phone-{number}"), world.report(key=f"phone-{number}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(twice, range(24)))
    assert [one for one, two in found if one != two] == []
    assert len({one.case_id for one, _ in found}) == 24
    tables = ("case", "report", "step", "clock")
    assert [count(f"cases_{table}") for table in tables] == [25, 25, 50, 50]


def test_the_others_do_not_suffer_from_one(world: World) -> None:
    one, two, three = (item(world, key) for key in ("one", "two", "three"))
    elsewhere = replace(two, text=two.text.replace(b'"low":"', b'"low":"9'))
    found = filing._take_in([one, elsewhere, three, one])
    assert (found[0], type(found[1]), count("cases_case")) == (found[3], ProgrammingError, 2)
    with pytest.raises(Conflict):
        world.report(key="three", text="别的话")


def item(world: World, key: str) -> filing._Item:
    """Return a report as it waits to be written."""
    told = Told(area_id=world.village.id, type_code="0101", condition_code="0101-1", text="垃圾")
    said = reporting._Said(key, told, Channel.WORKER, new_id(), clock.now(), world.worker)
    rows = reporting._thought(world.worker, said)
    return filing._Item(to_json({**rows, "kept": {}}), str(rows["digest"]), said.at)
