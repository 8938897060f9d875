"""A table as tests send, fill in and look at it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db import connections

from liuchi.engines.collect import actions, queries
from liuchi.engines.collect.actions import Sending
from liuchi.engines.collect.enums import ColumnKind
from liuchi.engines.collect.queries import Answer, TableRow
from liuchi.engines.collect.rules import Column
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor

TODAY = date(2022, 7, 4)
VILLAGES = ("罗冲社区", "盛塘社区", "乌岭社区")
COLUMNS = (
    Column("c1", "户数", ColumnKind.HELD, source="households"),
    Column("c2", "申报件数", ColumnKind.FIGURE, source="credit.claims"),
    Column("c3", "新增充电桩", ColumnKind.NUMBER, required=True),
    Column("c4", "做法", ColumnKind.CHOICE, choices=("自建", "共建")),
)


def of(username: str) -> Actor:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT id FROM accounts_user WHERE username = %s", [username])
        (user_id,) = cursor.fetchone()
    return directory.actor_of(user_id)


def sending(town: Actor, **changes: Any) -> Sending:
    given: dict[str, Any] = {
        "title": "充电桩情况",
        "columns": COLUMNS,
        "unit_ids": tuple(directory.area_named(name).id for name in VILLAGES),
        "owner_id": town.id,
        "ends_on": TODAY + timedelta(days=3),
        **changes,
    }
    return Sending(**given)


def sent(town: Actor, **changes: Any) -> TableRow:
    return actions.send(actor=town, key=str(uuid4()), sending=sending(town, **changes))


def mine(actor: Actor, table: TableRow) -> Answer:
    with acting_as(actor):
        found = queries.to_fill(actor).rows
        wanted = (table.id, actor.area_id)
        ours = next(row for row in found if (row.table_id, row.area_id) == wanted)
        return queries.asked(actor, ours.id)[1]


def save(actor: Actor, row: Answer, *rows: dict[str, str], **more: Any) -> Answer:
    given: dict[str, Any] = {"hand_in": True, "expected_version": row.version, **more}
    return actions.save(actor=actor, key=str(uuid4()), reply_id=row.id, rows=rows, **given)


def look(actor: Actor, table: TableRow) -> TableRow:
    with acting_as(actor):
        return queries.table(actor, table.id)
