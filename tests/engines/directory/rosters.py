"""Bringing workbooks in, as the pages do: receive, take what is offered, try, import."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import openpyxl
from django.db import connections

from liuchi.engines.files import queries as files
from liuchi.engines.files.actions import imports
from liuchi.engines.files.rules import ImportReport, SheetChoice
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id

Rows = Sequence[Sequence[Any]]
PERSONAL = (
    "directory_person",
    "directory_household",
    "directory_membership",
    "directory_person_key",
    "directory_person_secret",
)


def workbook(sheets: Mapping[str, Rows]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def receive(actor: Actor, content: bytes | Rows, target: str = "roster") -> UUID:
    given = content if isinstance(content, bytes) else workbook({"名单": content})
    return imports.receive(given, "名单.xlsx", target=target, actor=actor, key=str(new_id())).id


def choose(actor: Actor, import_id: UUID, *, ids: bool = False) -> None:
    """Take the columns as they are offered; ``ids``: the identity numbers as well."""
    with acting_as(actor):
        offered = files.offer(actor, import_id)
    chosen = [
        SheetChoice(
            sheet.name,
            {
                column.index: column.field or column.off_field
                for column in sheet.columns
                if column.field or (ids and column.off_field)
            },
            sheet.header_rows,
            sheet.constants,
        )
        for sheet in offered.sheets
        if sheet.ticked
    ]
    imports.choose_columns(
        import_id, chosen, purpose="登记居民" if ids else "", actor=actor, key=str(new_id())
    )


def ready(
    actor: Actor, content: bytes | Rows, *, ids: bool = False, target: str = "roster"
) -> tuple[UUID, ImportReport]:
    """Receive, choose and try."""
    import_id = receive(actor, content, target)
    choose(actor, import_id, ids=ids)
    return import_id, imports.check(import_id, actor=actor)


def bring(
    actor: Actor, content: bytes | Rows, *, ids: bool = False, target: str = "roster"
) -> tuple[UUID, ImportReport]:
    """Import, and prove on the way that the dry run said the same."""
    import_id, tried = ready(actor, content, ids=ids, target=target)
    report = imports.run(import_id, actor=actor, key=str(new_id()))
    assert report == tried
    return import_id, report


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.unchanged, report.refused


def said(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(row.row, row.column, row.sentence.in_language("zh")) for row in report.rows]


def everything(*tables: str) -> dict[str, list[Any]]:
    """All rows of tables, as the owner sees them, but for the versions of records."""
    held = {}
    with connections["owner"].cursor() as cursor:
        for table in tables or PERSONAL:
            cursor.execute(
                f"SELECT to_jsonb(t) - 'version' FROM {table} AS t ORDER BY to_jsonb(t)::text"
            )
            held[table] = [json.loads(row) for (row,) in cursor.fetchall()]
    return held


def found_anywhere(text: str) -> list[str]:
    """Names of tables with a row that holds a text, in the clear or as hexadecimal bytes."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'm') "
            "AND relnamespace = 'public'::regnamespace ORDER BY relname"
        )
        tables = [name for (name,) in cursor.fetchall()]
        holding = []
        for table in tables:
            cursor.execute(
                f"SELECT EXISTS (SELECT FROM {table} AS t "
                "WHERE strpos(t::text, %s) > 0 OR strpos(t::text, %s) > 0)",
                [text, text.encode().hex()],
            )
            if cursor.fetchone()[0]:
                holding.append(table)
    return holding
