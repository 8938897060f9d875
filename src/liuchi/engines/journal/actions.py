"""Writing to the journal: facts, the keys of commands, versions of playbooks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, connections
from psycopg import sql
from psycopg.types.json import Jsonb
from pydantic import BaseModel

from liuchi.engines.journal import scope
from liuchi.engines.journal.rules import body_hash
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.playbooks.registry import DimensionType, FactKind

_INSERT_FACT = """
INSERT INTO journal_fact (id, kind, at, recorded_at, area_id, actor_id, subject_kind, subject_id,
                          cause_id, corrects_id, playbook_version, amount, data)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def record(
    kind: str,
    *,
    actor: Actor,
    subject_kind: str,
    subject_id: UUID,
    area_id: UUID | None,
    data: BaseModel,
    at: datetime | None = None,
    amount: Decimal | int | None = None,
    cause_id: UUID | None = None,
    corrects_id: UUID | None = None,
    playbook_version: UUID | None = None,
) -> UUID:
    """Add one fact inside ``acting_as(actor)`` and return its id.

    ``at`` is when it happened; left out, it happened now. An undeclared kind, or data of
    another shape than the kind declares, is a bug and raises ``TypeError``.
    """
    scope.require(actor)
    checked(kind, data)
    fact_id, recorded_at = new_id(), clock.now()
    row: tuple[Any, ...] = (
        fact_id, kind, at or recorded_at, recorded_at, area_id, actor.id, subject_kind,
        subject_id, cause_id, corrects_id, playbook_version, amount,
        Jsonb(data.model_dump(mode="json")),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_FACT, row)
    return fact_id


def checked(kind: str, data: BaseModel) -> FactKind:
    """Return the declared kind, or raise where the kind or the shape of data is unknown."""
    declared = registry.fact_kind(kind)
    if declared is None:
        msg = f"undeclared fact kind {kind!r}: declare it in the engine's facts.py"
        raise TypeError(msg)
    if type(data) is not declared.data:
        msg = f"{kind} carries {declared.data.__name__}, not {type(data).__name__}"
        raise TypeError(msg)
    return declared


def once(scope_name: str, key: str, body: Mapping[str, object], result_ref: UUID) -> UUID | None:
    """Take an idempotency key; return what an earlier use of it made, or None to go on.

    Call it first in the action's transaction with the id the action is about to create.
    A second request that comes meanwhile waits on the key's index until the first commits
    or gives up. A refusal rolls back and so leaves the key free.

    Raises ``Conflict("key_reused")`` where the key came with another body before.
    """
    digest = body_hash(body)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_command (scope, key, body_hash, result_ref, recorded_at) "
            "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (scope, key) DO NOTHING",
            [scope_name, key, digest, result_ref, clock.now()],
        )
        if cursor.rowcount == 1:
            return None
        cursor.execute(
            "SELECT body_hash, result_ref FROM journal_command WHERE scope = %s AND key = %s",
            [scope_name, key],
        )
        known, earlier = cursor.fetchone()
    if known != digest:
        raise Conflict(
            "key_reused",
            Sentence(
                "这张表已经提交过，内容不同。请返回列表查看结果，需要时重新填写。",
                "This form was already sent with other contents. Look at the result in the "
                "list and fill in a new form if needed.",
            ),
        )
    return UUID(str(earlier))


def apply_playbook(
    *,
    code: str,
    source: str,
    compiled: Mapping[str, object],
    places: Sequence[UUID],
    in_force_from: date,
    spec_version: int,
    approved_by: str,
    actor: Actor,
) -> UUID:
    """Add the next version of a playbook, in force from a day; return the version's id."""
    version_id = new_id()
    with scope.acting_as(actor), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [code])
        cursor.execute(
            "INSERT INTO journal_playbook_version (id, code, version, in_force_from, source, "
            "compiled, places, spec_version, approved_by, applied_at, applied_by) "
            "SELECT %s, %s, coalesce(max(version), 0) + 1, %s, %s, %s, %s, %s, %s, %s, %s "
            "FROM journal_playbook_version WHERE code = %s",
            [
                version_id, code, in_force_from, source, json.dumps(compiled), list(places),
                spec_version, approved_by, clock.now(), actor.id, code,
            ],
        )  # fmt: skip
    return version_id


_CASTS: Mapping[DimensionType, str] = {
    DimensionType.UUID: "uuid",
    DimensionType.TEXT: "text",
    DimensionType.INTEGER: "bigint",
    DimensionType.DECIMAL: "numeric",
    DimensionType.DATE: "date",
    DimensionType.AREA: "uuid",
    DimensionType.PERSON: "uuid",
    DimensionType.HOUSEHOLD: "uuid",
}


def view_name(kind: str) -> str:
    """Return the name of a kind's typed view: ``journal_fact_points_redeemed``."""
    return "journal_fact_" + kind.replace(".", "_")


def refresh_views() -> None:
    """Make the typed view of every declared kind, as the owner. Safe to repeat."""
    with connections["owner"].cursor() as cursor:
        for kind in registry.fact_kinds().values():
            cursor.execute(_view(kind))


def _view(kind: FactKind) -> sql.Composed:
    dimensions = sql.SQL("").join(
        sql.SQL(", (data->>{name})::{cast} AS {column}").format(
            name=sql.Literal(name), cast=sql.SQL(_CASTS[type_]), column=sql.Identifier(name)
        )
        for name, type_ in kind.dimensions.items()
    )
    # security_invoker: the view lends nobody the owner's rights on the table behind it.
    return sql.SQL(
        "DROP VIEW IF EXISTS {view}; "
        "CREATE VIEW {view} WITH (security_invoker = true) AS "
        "SELECT id, ordinal, at, (at AT TIME ZONE 'Asia/Shanghai')::date AS at_day, "
        "recorded_at, (recorded_at AT TIME ZONE 'Asia/Shanghai')::date AS recorded_day, "
        "area_id, actor_id, subject_kind, subject_id, cause_id, corrects_id, "
        "playbook_version, amount{dimensions} FROM journal_fact WHERE kind = {kind}; "
        "GRANT SELECT ON {view} TO PUBLIC"
    ).format(
        view=sql.Identifier(view_name(kind.kind)),
        dimensions=dimensions,
        kind=sql.Literal(kind.kind),
    )
