"""Reading the journal. Rows are frozen; who may see which areas is decided above."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from pydantic import BaseModel

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
from liuchi.kernel.ids import lowest_id_at
from liuchi.playbooks import section_of

__all__ = [
    "AppliedPlaybook",
    "FactRow",
    "Head",
    "SealRow",
    "applied_playbooks",
    "awaiting_votes",
    "behind",
    "cursor",
    "export",
    "fact",
    "facts_after",
    "facts_of_subject",
    "head",
    "ids_recorded",
    "in_force_of",
    "is_sealed",
    "last_seal",
    "playbook_in_force",
    "playbook_to_follow",
    "playbook_version",
    "playbook_versions",
    "playbooks_in_force",
    "seals",
    "section",
    "section_as_applied",
]

Spec = TypeVar("Spec", bound=BaseModel)
_ID_MARGIN = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ids_recorded(since: datetime, before: datetime) -> tuple[UUID, UUID]:
    """Return the ids, from and up to but not including, that facts recorded in a time can have.

    For finding partitions: the instant itself still has to be asked for. An id is made a moment
    before its fact is written down, perhaps by another machine's clock, so a day is left on
    either side.
    """
    first = lowest_id_at(max(since - _ID_MARGIN, _EPOCH))
    return first, lowest_id_at(before + _ID_MARGIN)


_SECTIONS: dict[tuple[UUID, str], BaseModel | None] = {}
_SECTIONS_KEPT_MAX = 256


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
    """One version of a playbook as it was applied here.

    One that ``needs_vote`` is in force where, and as long as, ``adopted`` says so: by place
    the days from which it holds or no longer holds, in order.
    """

    id: UUID
    code: str
    version: int
    in_force_from: date
    source: str
    compiled: dict[str, Any]
    places: tuple[UUID, ...]
    spec_version: int
    approved_by: str
    applied_at: datetime
    adopted: Mapping[UUID, tuple[tuple[date, bool], ...]] = field(default_factory=dict)

    @property
    def needs_vote(self) -> bool:
        """Whether a meeting of each place has to carry it before it is in force there."""
        return bool(self.compiled.get("in_force", {}).get("vote"))

    def holds_from(self, area_id: UUID, on: date) -> date | None:
        """Return since when this version holds at a place on a day; None where it does not."""
        if not self.needs_vote or area_id not in self.places:
            return self.in_force_from if self.in_force_from <= on else None
        since: date | None = None
        for day, holds in self.adopted.get(area_id, ()):
            if day <= on:
                since = day if holds else None
        return since


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
    "approved_by, applied_at, (SELECT jsonb_agg(jsonb_build_array(area_id, from_day, holds) "
    "ORDER BY from_day, recorded_at, adoption.id) FROM journal_playbook_adoption AS adoption "
    "WHERE adoption.version_id = journal_playbook_version.id) FROM journal_playbook_version "
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


def behind(consumer: str) -> int:
    """Return how many ordered facts a consumer has not looked at yet."""
    return max(0, head().ordinal - cursor(consumer))


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
    """Return the newest version of a playbook in force anywhere on a day, or None."""
    found = [p for p in playbooks_in_force(None, on) if p.code == code]
    return found[-1] if found else None


def playbook_to_follow(code: str, on: date) -> AppliedPlaybook | None:
    """Return the version that the next one replaces on a day: also one that awaits its votes."""
    found = [p for p in _VERSIONS.get() if p.code == code and p.in_force_from <= on]
    return found[-1] if found else None


def playbooks_in_force(area_id: UUID | None, on: date) -> tuple[AppliedPlaybook, ...]:
    """Return what is in force on a day at a place, or everywhere where the place is None.

    At a place ``in_force_from`` is the day it came into force there. Everywhere, ``places``
    are those where that very version holds: two villages may go by two versions of a method.
    """
    return in_force_of(_VERSIONS.get(), area_id, on)


def in_force_of(
    versions: Iterable[AppliedPlaybook], area_id: UUID | None, on: date
) -> tuple[AppliedPlaybook, ...]:
    """Return what of some versions is in force: see :func:`playbooks_in_force`."""
    by_code: dict[str, list[AppliedPlaybook]] = {}
    for each in versions:
        by_code.setdefault(each.code, []).append(each)
    if area_id is not None:
        found = (_at(versions, area_id, on) for versions in by_code.values())
        return tuple(each for each in found if each is not None)
    return tuple(each for held in by_code.values() for each in _anywhere(held, on))


def _at(versions: Sequence[AppliedPlaybook], area_id: UUID, on: date) -> AppliedPlaybook | None:
    """Return the version of one method that holds at a place: the last to have begun there.

    A version that no longer names the place ends the method there on its own day.
    """
    begun = [
        (since, each) for each in versions if (since := each.holds_from(area_id, on)) is not None
    ]
    if not begun:
        return None
    since, last = max(begun, key=lambda pair: (pair[0], pair[1].version))
    if area_id not in last.places:
        return None
    return last if since == last.in_force_from else replace(last, in_force_from=since)


def _anywhere(versions: Sequence[AppliedPlaybook], on: date) -> Iterator[AppliedPlaybook]:
    """Yield the versions of one method that hold somewhere, each with those places."""
    if not any(each.needs_vote for each in versions):
        begun = [each for each in versions if each.in_force_from <= on]
        yield from begun[-1:]
        return
    where: dict[UUID, list[UUID]] = {}
    for area_id in dict.fromkeys(place for each in versions for place in each.places):
        held = _at(versions, area_id, on)
        if held is not None:
            where.setdefault(held.id, []).append(area_id)
    for each in versions:
        if each.id in where:
            yield replace(each, places=tuple(where[each.id]))


def awaiting_votes(area_id: UUID, on: date) -> tuple[AppliedPlaybook, ...]:
    """Return the versions that a meeting of a place has still to carry, one of each method.

    Of one method the newest, and only where it is newer than what holds there.
    """
    held = {each.code: each.version for each in playbooks_in_force(area_id, on)}
    newest = {
        each.code: each
        for each in sorted(_VERSIONS.get(), key=lambda each: each.version)
        if area_id in each.places
    }
    return tuple(
        each
        for each in newest.values()
        if each.needs_vote and each.version > held.get(each.code, 0) and not _coming(each, area_id)
    )


def _coming(version: AppliedPlaybook, area_id: UUID) -> bool:
    """Whether a version was carried at a place, be it from a later day on."""
    told = version.adopted.get(area_id, ())
    return bool(told) and told[-1][1]


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


def section(applied: AppliedPlaybook, name: str, model: type[Spec]) -> Spec | None:
    """Return a section of a playbook in its present shape, None where it has none.

    A version never changes, so what was read once is kept.
    """
    known = (applied.id, name)
    if known not in _SECTIONS:
        if len(_SECTIONS) >= _SECTIONS_KEPT_MAX:
            _SECTIONS.clear()
        _SECTIONS[known] = section_of(applied.compiled, name)
    found = _SECTIONS[known]
    return found if isinstance(found, model) else None


def section_as_applied(version_id: UUID, name: str, model: type[Spec]) -> Spec:
    """Return the section of the version something began under; ValueError where it has none."""
    found = _SECTIONS.get((version_id, name)) or section(playbook_version(version_id), name, model)
    if not isinstance(found, model):
        msg = f"the playbook version {version_id} has no {name}"
        raise ValueError(msg)  # noqa: TRY004  what is held is at fault, not what was given
    return found


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
    (
        version_id, code, version, in_force_from, source, compiled, places, spec, approved_by,
        applied_at, told,
    ) = row  # fmt: skip
    adopted: dict[UUID, tuple[tuple[date, bool], ...]] = {}
    for area_id, from_day, holds in _json(told) or ():
        area = UUID(area_id)
        adopted[area] = (*adopted.get(area, ()), (date.fromisoformat(from_day), holds))
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
        applied_at=applied_at,
        adopted=adopted,
    )


def _json(value: Any) -> Any:
    # Django's cursor hands jsonb over as text; psycopg's own as Python.
    return json.loads(value) if isinstance(value, str) else value
