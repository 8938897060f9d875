"""Reading the journal. Rows are frozen; who may see which areas is decided above."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.engines.journal.rules import (
    GENESIS,
    FactRow,
    SealForm,
    canonical_json,
    end_line,
    fact_bytes,
    fact_form,
    header,
    instant_text,
    leaf,
    read_json,
    seal_line,
)
from liuchi.engines.journal.scope import Kept
from liuchi.kernel.errors import NotFound

__all__ = [
    "AppliedPlaybook",
    "FactRow",
    "Head",
    "SealRow",
    "applied_playbooks",
    "cursor",
    "export",
    "fact",
    "facts_after",
    "facts_of_subject",
    "head",
    "is_sealed",
    "last_seal",
    "playbook_in_force",
    "playbook_version",
    "playbook_versions",
    "playbooks_in_force",
    "seals",
]


@dataclass(frozen=True, slots=True)
class Head:
    """How far the journal reaches: ordinals given, ordinals sealed, the last seal's root."""

    ordinal: int
    sealed_ordinal: int
    root: str


@dataclass(frozen=True, slots=True)
class SealRow:
    """A seal and the root it was given."""

    form: SealForm
    root: str


@dataclass(frozen=True, slots=True)
class AppliedPlaybook:
    """One version of a playbook as it was applied here."""

    id: UUID
    code: str
    version: int
    in_force_from: date
    source: str
    compiled: dict[str, Any]
    places: tuple[UUID, ...]
    spec_version: int
    approved_by: str


_FACT = (
    "SELECT id, ordinal, kind, at, recorded_at, area_id, actor_id, subject_kind, subject_id, "
    "cause_id, corrects_id, playbook_version, amount, data FROM journal_fact "
)
_SEAL = (
    "SELECT number, first_ordinal, last_ordinal, previous_root, areas, format_version, "
    "sealed_at, root FROM journal_seal "
)
_PLAYBOOK = (
    "SELECT id, code, version, in_force_from, source, compiled, places, spec_version, "
    "approved_by FROM journal_playbook_version "
)


def fact(fact_id: UUID, *, area_ids: Collection[UUID]) -> FactRow:
    """Return one fact of the areas the caller may see, or raise ``NotFound``."""
    rows = _facts("WHERE id = %s AND area_id = ANY(%s)", [fact_id, list(area_ids)])
    if not rows:
        raise NotFound("fact")
    return rows[0]


def facts_of_subject(
    subject_kind: str, subject_id: UUID, *, area_ids: Collection[UUID]
) -> tuple[FactRow, ...]:
    """Return what happened to one record, oldest first."""
    return _facts(
        "WHERE subject_kind = %s AND subject_id = %s AND area_id = ANY(%s) ORDER BY id LIMIT 500",
        [subject_kind, subject_id, list(area_ids)],
    )


def facts_after(ordinal: int, limit: int) -> tuple[FactRow, ...]:
    """Return facts in order behind an ordinal: for consumers, none is ever missed."""
    return _facts("WHERE ordinal > %s ORDER BY ordinal LIMIT %s", [ordinal, limit])


def head() -> Head:
    """Return how far the journal reaches."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT h.ordinal, coalesce(s.last_ordinal, 0), coalesce(s.root, '') "
            "FROM journal_head AS h LEFT JOIN LATERAL "
            "(SELECT last_ordinal, root FROM journal_seal ORDER BY number DESC LIMIT 1) AS s "
            "ON true"
        )
        return Head(*cursor.fetchone())


def cursor(consumer: str) -> int:
    """Return how far a consumer has come; 0 where it has not begun."""
    with connection.cursor() as held:
        held.execute("SELECT ordinal FROM journal_cursor WHERE consumer = %s", [consumer])
        row = held.fetchone()
    return int(row[0]) if row else 0


def seals(after: int = 0) -> Iterator[SealRow]:
    """Yield the seals behind a number, in order, one at a time."""
    while seal := _seal("WHERE number > %s ORDER BY number LIMIT 1", [after]):
        after = seal.form.number
        yield seal


def is_sealed(root: str) -> bool:
    """Whether the journal holds a seal with this root."""
    return _seal("WHERE root = %s", [root]) is not None


def last_seal() -> SealRow | None:
    """Return the newest seal, or None."""
    return _seal("ORDER BY number DESC LIMIT 1", [])


def _seal(where: str, params: Sequence[Any]) -> SealRow | None:
    with connection.cursor() as cursor:
        cursor.execute(_SEAL + where, params)
        row = cursor.fetchone()
    if row is None:
        return None
    number, first, last, previous, areas, version, sealed_at, root = row
    form = SealForm(number, first, last, previous, _json(areas), version, instant_text(sealed_at))
    return SealRow(form, root)


def export(area_id: UUID | None = None) -> Iterator[bytes]:
    """Yield the lines of an export: everything sealed, or the facts of one area.

    One seal's facts are in memory at a time. ``liuchi journal verify`` reads it; the form
    is described in ``rules.proof``. An area's export carries the other areas' sub-roots and
    none of their facts.
    """
    yield canonical_json(header(str(area_id) if area_id else None))
    count, number, root = 0, 0, GENESIS
    for seal in seals():
        before = seal.form.first_ordinal - 1
        rows = facts_after(before, seal.form.last_ordinal - before)
        lines = list(_fact_lines(row for row in rows if area_id in (None, row.area_id)))
        if area_id is not None:
            lines = [{**line, "place": place} for place, line in enumerate(lines, start=1)]
        # As sealed, not as computed now: a row altered in the database fails to prove itself.
        yield canonical_json(seal_line(seal.form, seal.root, len(lines)))
        yield from map(canonical_json, lines)
        count, number, root = count + len(lines), number + 1, seal.root
    yield canonical_json(end_line(count, number, root))


def _fact_lines(rows: Iterable[FactRow]) -> Iterator[dict[str, object]]:
    for row in rows:
        yield {"fact": fact_form(row), "leaf": leaf(fact_bytes(row))}


def playbook_in_force(code: str, on: date) -> AppliedPlaybook | None:
    """Return the version of a playbook in force on a day, or None."""
    return next((p for p in playbooks_in_force(None, on) if p.code == code), None)


def playbooks_in_force(area_id: UUID | None, on: date) -> tuple[AppliedPlaybook, ...]:
    """Return what is in force on a day at a place, or everywhere where the place is None."""
    latest = {p.code: p for p in _VERSIONS.get() if p.in_force_from <= on}
    return tuple(p for p in latest.values() if area_id is None or area_id in p.places)


def applied_playbooks() -> tuple[AppliedPlaybook, ...]:
    """Return every version of every playbook; of one code the later in force comes later."""
    return _VERSIONS.get()


def playbook_version(version_id: UUID) -> AppliedPlaybook:
    """Return one version by id: the rules as they stood when a fact happened."""
    found = next((p for p in _VERSIONS.get() if p.id == version_id), None)
    if found is None:
        raise NotFound("playbook_version")
    return found


def playbook_versions(code: str) -> tuple[AppliedPlaybook, ...]:
    """Return every version of a playbook, the newest first."""
    found = (p for p in _VERSIONS.get() if p.code == code)
    return tuple(sorted(found, key=lambda p: -p.version))


def _facts(where: str, params: Sequence[Any]) -> tuple[FactRow, ...]:
    # Ids are compared, not areas alone: the primary key leads to one partition.
    with connection.cursor() as cursor:
        cursor.execute(_FACT + where, params)
        return tuple(FactRow(*_loaded(row)) for row in cursor.fetchall())


def _loaded(row: tuple[Any, ...]) -> tuple[Any, ...]:
    # Without floats: a fact's canonical bytes know none.
    data = row[-1]
    return (*row[:-1], read_json(data) if isinstance(data, str) else data)


def _playbooks() -> tuple[AppliedPlaybook, ...]:
    """Read every version, so that of one code the later in force comes later."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_PLAYBOOK} ORDER BY code, in_force_from, version")
        return tuple(_applied(row) for row in cursor.fetchall())


_VERSIONS = Kept("playbooks", _playbooks)


def _applied(row: tuple[Any, ...]) -> AppliedPlaybook:
    version_id, code, version, in_force_from, source, compiled, places, spec, approved_by = row
    return AppliedPlaybook(
        id=version_id,
        code=code,
        version=version,
        in_force_from=in_force_from,
        source=source,
        compiled=_json(compiled),
        places=tuple(places),
        spec_version=spec,
        approved_by=approved_by,
    )


def _json(value: Any) -> Any:
    # Django's cursor hands jsonb over as text; psycopg's own as Python.
    return json.loads(value) if isinstance(value, str) else value
