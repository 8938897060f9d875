"""Tables sent to units: what one's unit is asked, answering it, and who is missing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from liuchi.engines.collect import actions
from liuchi.engines.collect import queries as collect
from liuchi.engines.collect.queries import Answer, ReplyRow, TableRow
from liuchi.engines.journal.scope import acting_as
from liuchi.surfaces.api import collect_shapes as told
from liuchi.surfaces.api import shapes
from liuchi.surfaces.api.routes import LIMIT_DEFAULT, After, Key, Limit, read, verb, write
from liuchi.surfaces.components.across import gather
from liuchi.surfaces.components.seats import actor_of

router = Router(tags=["collect"])

_READ, _FILL = verb("collect.table.read"), verb("collect.reply.fill")


@read(
    router,
    "/collect/asked",
    access=_FILL,
    gives=shapes.Page[told.CollectReply],
    is_list=True,
)
def list_asked_tables(
    request: HttpRequest, after: After = None, limit: Limit = LIMIT_DEFAULT
) -> object:
    """List what one's units are asked for, newest first."""
    return gather(
        request,
        _FILL.verb,
        lambda actor: collect.to_fill(actor, after=after, limit=limit),
        limit=limit,
        newest_first=True,
    )


@read(router, "/collect/asked/{reply_id}", access=_FILL, gives=told.CollectAnswer)
def get_asked_table(request: HttpRequest, reply_id: UUID) -> object:
    """Get what a unit is asked and what it has filled in so far."""
    return _answer(*collect.asked(actor_of(request), reply_id))


@write(
    router,
    "/collect/asked/{reply_id}",
    access=_FILL,
    gives=told.CollectAnswer,
    status=200,
)
def answer_asked_table(
    request: HttpRequest, reply_id: UUID, body: told.AnswerTaken, key: Key
) -> object:
    """Hand a table in, correct it, or keep it unfinished."""
    actor = actor_of(request)
    actions.save(
        actor=actor,
        key=key,
        reply_id=reply_id,
        rows=body.rows,
        hand_in=body.hand_in,
        expected_version=body.expected_version,
    )
    with acting_as(actor):
        return _answer(*collect.asked(actor, reply_id))


@read(
    router,
    "/collect/tables",
    access=_READ,
    gives=shapes.Page[told.CollectTable],
    is_list=True,
)
def list_sent_tables(
    request: HttpRequest, after: After = None, limit: Limit = LIMIT_DEFAULT
) -> object:
    """List the tables sent from one's areas, newest first."""
    page = gather(
        request,
        _READ.verb,
        lambda actor: collect.tables(actor, after=after, limit=limit),
        limit=limit,
        newest_first=True,
    )
    return {"rows": [_table(row) for row in page.rows], "next_after": page.next_after}


@read(router, "/collect/tables/{table_id}", access=_READ, gives=told.CollectProgress)
def get_sent_table(request: HttpRequest, table_id: UUID) -> object:
    """Get a table that was sent, and where every unit stands with it."""
    actor = actor_of(request)
    replies = [_reply(each) for each in collect.replies(actor, table_id)]
    return {**_table(collect.table(actor, table_id)), "replies": replies}


def _table(row: TableRow) -> dict[str, Any]:
    derived = {"takes": row.takes, "missing": row.missing, "columns": _columns(row)}
    return {**asdict(row), **derived}


def _columns(row: TableRow) -> list[dict[str, Any]]:
    return [{**asdict(each), "asked": each.asked} for each in row.columns]


def _reply(row: ReplyRow) -> dict[str, Any]:
    return asdict(row)


def _answer(table: TableRow, row: Answer) -> dict[str, Any]:
    rows = [
        {
            code: {
                "value": cell["v"],
                "origin": cell["from"],
                "ref": cell.get("ref", ""),
                "at": cell.get("at") or None,
            }
            for code, cell in cells.items()
        }
        for cells in row.rows
    ]
    shared = ("note", "purpose", "retain_days", "rows_max")
    return {
        **asdict(row),
        **{name: getattr(table, name) for name in shared},
        "columns": _columns(table),
        "rows": rows,
    }
