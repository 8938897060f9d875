"""Writing to the journal: facts, the keys of commands, versions of playbooks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import connection, connections, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql
from pydantic import BaseModel
from pydantic_core import to_json

from liuchi.engines.journal import queries, scope
from liuchi.engines.journal.rules import body_hash, canonical_json
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.columns import selected
from liuchi.kernel.errors import Conflict, Invalid
from liuchi.kernel.ids import new_id, new_ids
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.playbooks.registry import DimensionType, FactKind

_FACT = {
    "id": "uuid", "kind": "text", "at": "timestamptz", "recorded_at": "timestamptz",
    "area_id": "uuid", "actor_id": "uuid", "subject_kind": "text", "subject_id": "uuid",
    "cause_id": "uuid", "corrects_id": "uuid", "playbook_version": "uuid", "amount": "numeric",
    "data": "jsonb",
}  # fmt: skip


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
    another shape than the kind declares, is a bug and raises ``TypeError``, as does a float
    amount; free text in a fact raises ``ValueError``.
    """
    entry = Entry(
        kind, subject_kind, subject_id, area_id, data, at, amount, cause_id, corrects_id,
        playbook_version,
    )  # fmt: skip
    return record_all([entry], actor=actor)[0]


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact of several that :func:`record_all` adds; the fields are those of ``record``."""

    kind: str
    subject_kind: str
    subject_id: UUID
    area_id: UUID | None
    data: BaseModel
    at: datetime | None = None
    amount: Decimal | int | None = None
    cause_id: UUID | None = None
    corrects_id: UUID | None = None
    playbook_version: UUID | None = None


def record_all(entries: Sequence[Entry], *, actor: Actor) -> tuple[UUID, ...]:
    """Add several facts inside ``acting_as(actor)``, in one statement; their ids in order."""
    scope.require(actor)
    if not entries:
        return ()
    recorded_at, ids = clock.now(), new_ids(len(entries))
    rows: list[tuple[object, ...]] = []
    for fact_id, entry in zip(ids, entries, strict=True):
        checked(entry.kind, entry.data)
        if not isinstance(entry.amount, int | None):
            canonical_json(entry.amount)  # refuses a float
        rows.append(
            (
                fact_id, entry.kind, entry.at or recorded_at, recorded_at, entry.area_id,
                actor.id, entry.subject_kind, entry.subject_id, entry.cause_id,
                entry.corrects_id, entry.playbook_version, entry.amount,
                to_json(entry.data).decode(),
            )
        )  # fmt: skip
    query, values = selected(_FACT, rows)
    with connection.cursor() as cursor:
        _ensure_partition(cursor, recorded_at)
        cursor.execute(f"INSERT INTO journal_fact ({', '.join(_FACT)}) {query}", values)
    return tuple(ids)


def make_room(at: datetime) -> None:
    """Make sure that a fact of an instant has its partition, for owners' functions that write."""
    with connection.cursor() as cursor:
        _ensure_partition(cursor, at)


# Months whose partition a database session has seen committed. By session, so that another
# database (a test's clone, a restored one) is never taken for this one.
_seen: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def _ensure_partition(cursor: CursorWrapper, at: datetime) -> None:
    """Make the month's partition where the daily job has not: a clock may jump.

    One look a month for each session. What this transaction makes is not remembered, as it
    may yet be rolled back.
    """
    seen = _seen.setdefault(connection.connection, set())
    day = clock.local_day(at)
    month = f"{day:%Y%m}"
    if month in seen:
        return
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"journal_fact_p{month}"])
    if cursor.fetchone()[0]:
        seen.add(month)
    else:
        cursor.execute("SELECT journal_make_partitions(%s, 1)", [day])


def checked(kind: str, data: BaseModel) -> FactKind:
    """Return the declared kind, or raise where the kind or the shape of data is unknown.

    ``TypeError`` for an undeclared kind, another model, one that admits undeclared fields,
    or a value without canonical form (a float); ``ValueError`` for values the model refuses
    and for free text.
    """
    declared = registry.fact_kind(kind)
    if declared is None:
        msg = f"undeclared fact kind {kind!r}: declare it in the engine's facts.py"
        raise TypeError(msg)
    if type(data) is not declared.data:
        msg = f"{kind} carries {declared.data.__name__}, not {type(data).__name__}"
        raise TypeError(msg)
    if declared.data.model_config.get("extra") != "forbid":
        msg = f"{declared.data.__name__} must forbid undeclared fields (extra='forbid')"
        raise TypeError(msg)
    # Once more, since model_construct and a changed field pass by validation.
    texts = _texts_of(declared.data)
    if texts is not None:
        values = data.__dict__
        declared.data.__pydantic_validator__.validate_python(values.copy())
        for name in texts:
            _refuse_free_text(kind, values[name])
        return declared
    values = declared.data.model_validate(data.model_dump(warnings=False)).model_dump()
    canonical_json(values)
    _refuse_free_text(kind, values)
    return declared


# Types whose values, once valid, always have a canonical form.
_PLAIN = frozenset({UUID, str, int, bool, date, NoneType})


@cache
def _texts_of(model: type[BaseModel]) -> tuple[str, ...] | None:
    """Return the fields of a flat model that hold text; None where values may be others."""
    texts = []
    for name, field in model.model_fields.items():
        held = field.annotation
        kinds = set(get_args(held)) if get_origin(held) in {Union, UnionType} else {held}
        if not kinds <= _PLAIN:
            return None
        if str in kinds:
            texts.append(name)
    return tuple(texts)


TEXT_CHARACTERS_MAX = 80
"""A code fits, a story doesn't. Facts can't be erased, so they carry no story."""


def _refuse_free_text(kind: str, value: object) -> None:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for held in value:
            _refuse_free_text(kind, held)
    elif isinstance(value, str) and len(value) > TEXT_CHARACTERS_MAX:
        msg = f"{kind}: facts carry codes, not free text ({len(value)} characters)"
        raise ValueError(msg)


def once(scope_name: str, key: str, body: Mapping[str, object], result_ref: UUID) -> UUID | None:
    """Take an idempotency key; return what an earlier use of it made, or None to go on.

    Call it first in the action's transaction with the id the action is about to create.
    A second request that comes meanwhile waits on the key's index until the first commits
    or gives up. A refusal rolls back and so leaves the key free.

    Raises ``Conflict("key_reused")`` where the key came with another body before, and
    ``Invalid("key_missing")`` where it is empty or overlong.
    """
    check_key(key)
    if not connection.in_atomic_block:
        msg = "once() belongs into the transaction of the action it guards"
        raise transaction.TransactionManagementError(msg)
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
        raise key_reused()
    return UUID(str(earlier))


def key_reused() -> Conflict:
    """Return the error for a key that came with another body before."""
    return Conflict(
        "key_reused",
        Sentence(
            "这张表已经提交过，内容不同。请返回列表查看结果，需要时重新填写。",
            "This form was already sent with other contents. Look at the result in the "
            "list and fill in a new form if needed.",
        ),
    )


KEY_CHARACTERS_MAX = 200


def check_key(key: str) -> None:
    """Refuse an empty or overlong key: ``Invalid("key_missing")``."""
    if not key.strip() or len(key) > KEY_CHARACTERS_MAX:
        raise Invalid(
            "key_missing",
            Sentence(
                "这次提交缺少编号，或编号超过 {most} 个字符。请刷新页面后重新提交。",
                "This submission has no key, or one of over {most} characters. "
                "Reload the page and send it again.",
                {"most": KEY_CHARACTERS_MAX},
            ),
        )


def take(consumer: str, limit: int) -> tuple[queries.FactRow, ...]:
    """Return the next facts in order for a consumer and move its cursor behind them.

    Call it in the transaction that writes what follows from the facts: a crash takes both
    back. A second process of the same consumer waits for the first.
    """
    facts = queries.facts_after(hold(consumer), limit)
    if facts and (last := facts[-1].ordinal) is not None:
        move(consumer, last)
    return facts


def hold(consumer: str) -> int:
    """Return how far a consumer has come; a second process of the same waits for this one.

    Call it, and :func:`move`, in the transaction that writes what follows from the facts: a
    crash takes both back.
    """
    if not connection.in_atomic_block:
        msg = "a consumer's place belongs into the transaction that uses the facts"
        raise transaction.TransactionManagementError(msg)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_cursor (consumer, ordinal, moved_at) VALUES (%s, 0, %s) "
            "ON CONFLICT (consumer) DO NOTHING",
            [consumer, clock.now()],
        )
        cursor.execute(
            "SELECT ordinal FROM journal_cursor WHERE consumer = %s FOR UPDATE", [consumer]
        )
        ordinal: int = cursor.fetchone()[0]
        return ordinal


def move(consumer: str, ordinal: int) -> None:
    """Say how far a consumer has come now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE journal_cursor SET ordinal = %s, moved_at = %s WHERE consumer = %s",
            [ordinal, clock.now(), consumer],
        )


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
        scope.changed("playbooks")
    return version_id


def adopt_playbook(
    *, version_id: UUID, area_ids: Sequence[UUID], holds: bool, from_day: date, actor: Actor
) -> None:
    """Say that a version that needs a vote holds at places from a day, or no longer does.

    Inside ``acting_as(actor)``: who may, and after which vote, is decided above.
    """
    scope.require(actor)
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO journal_playbook_adoption (id, version_id, area_id, holds, from_day, "
            "recorded_at, recorded_by) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [
                (new_id(), version_id, area_id, holds, from_day, clock.now(), actor.id)
                for area_id in area_ids
            ],
        )
    scope.changed("playbooks")


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
