"""Registering people, one or a whole roster: staged by COPY, merged set by set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from uuid import UUID

from django.db import connection

from liuchi.engines.directory import queries, rules
from liuchi.engines.directory.enums import AreaKind, SensitiveField
from liuchi.engines.directory.facts import PEOPLE_IMPORTED, PERSON_ADDED, ImportData, PersonData
from liuchi.engines.directory.models import Person, PersonSecret
from liuchi.engines.directory.queries.people import lookup, place
from liuchi.engines.directory.rules import PersonImport
from liuchi.engines.directory.scope import key_ring
from liuchi.engines.journal.actions import once, record
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import FieldError, Invalid, LiuchiError
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

ROWS_MAX = 50_000
_COLUMNS = (
    "id", "name", "name_sort", "search_terms", "sex", "birth_date", "scope_code", "town_id",
    "village_id", "grid_id", "label", "address_masked", "wrapped_key", "phone", "phone_hash",
    "id_number", "id_number_hash", "address",
)  # fmt: skip
_STAGE = """
CREATE TEMP TABLE directory_staging (
    id uuid, name text, name_sort text, search_terms text[], sex text, birth_date date,
    scope_code text, town_id uuid, village_id uuid, grid_id uuid, label text,
    address_masked text, wrapped_key bytea, phone bytea, phone_hash bytea, id_number bytea,
    id_number_hash bytea, address bytea
) ON COMMIT DROP
"""
# One statement per table: the work of the database grows with sets, not with rows.
_MERGE = """
INSERT INTO directory_household (id, label, address_masked, scope_code, town_id, village_id,
                                 grid_id)
SELECT DISTINCT ON (village_id, label) id, label, address_masked, scope_code, town_id,
       village_id, grid_id
FROM directory_staging WHERE label <> ''
ORDER BY village_id, label, address_masked = '', id
ON CONFLICT (village_id, label) DO NOTHING;

INSERT INTO directory_person (id, name, name_sort, search_terms, sex, birth_date, scope_code,
                              town_id, village_id, grid_id, valid_from, version)
SELECT id, name, name_sort, search_terms, sex, birth_date, scope_code, town_id, village_id,
       grid_id, %(today)s, 1
FROM directory_staging;

INSERT INTO directory_membership (id, person_id, household_id, scope_code, valid_from)
SELECT staged.id, staged.id, household.id, staged.scope_code, %(today)s
FROM directory_staging AS staged
JOIN directory_household AS household
  ON household.village_id = staged.village_id AND household.label = staged.label COLLATE "C"
WHERE staged.label <> '';

INSERT INTO directory_person_key (person_id, wrapped_key, ring_id, scope_code)
SELECT id, wrapped_key, %(ring)s, scope_code
FROM directory_staging WHERE wrapped_key IS NOT NULL;

INSERT INTO directory_person_secret (person_id, field, ciphertext, lookup_hash, scope_code)
SELECT id, value.field, value.ciphertext, value.hash, scope_code
FROM directory_staging AS staged,
     LATERAL (VALUES ('phone', staged.phone, staged.phone_hash),
                     ('id_number', staged.id_number, staged.id_number_hash),
                     ('address', staged.address, NULL::bytea)) AS value (field, ciphertext, hash)
WHERE value.ciphertext IS NOT NULL;

DROP TABLE directory_staging;
"""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """``person_ids``: one per row, in order; ``added`` of them are new."""

    batch_id: UUID
    person_ids: tuple[UUID, ...]
    added: int


@dataclass(frozen=True, slots=True)
class _Home:
    """Where a row belongs."""

    village: UUID
    town: UUID
    grid: UUID | None
    scope_code: str


def import_people(rows: Sequence[PersonImport], *, actor: Actor, key: str) -> ImportResult:
    """Register people and their households, all or none.

    A row whose identity number is already registered in the actor's area is that
    person and changes nothing. Invalid names every wrong cell as ``rows[3].phone``.
    A repeated key returns the same people. One fact per village.
    """
    actor.may("directory.person.write").or_refuse()
    checked, homes = _checked(rows, actor)
    with acting_as(actor):
        batch, repeated = _batch("directory.import_people", checked, actor, key)
        result = _register(checked, homes, batch, repeated=repeated)
        if not repeated:
            _journal_import(checked, homes, result, actor)
    return result


def add_person(row: PersonImport, *, actor: Actor, key: str) -> UUID:
    """Register one person and return the id; as a row of :func:`import_people`."""
    actor.may("directory.person.write").or_refuse()
    checked, homes = _checked([row], actor)
    with acting_as(actor):
        batch, repeated = _batch("directory.add_person", checked, actor, key)
        result = _register(checked, homes, batch, repeated=repeated)
        person_id = result.person_ids[0]
        if not repeated and result.added:
            record(
                PERSON_ADDED.kind,
                actor=actor,
                subject_kind="person",
                subject_id=person_id,
                area_id=homes[0].village,
                data=PersonData(
                    person=person_id,
                    home_area=homes[0].village,
                    household=queries.household_id_of(person_id, clock.today()),
                ),
            )
    return person_id


def _checked(rows: Sequence[PersonImport], actor: Actor) -> tuple[list[PersonImport], list[_Home]]:
    """Return rows in their one form with where they belong; Invalid for any wrong cell."""
    if not 0 < len(rows) <= ROWS_MAX:
        raise Invalid(
            "import_size",
            Sentence("一次导入 1 至 {most} 行。", "Import 1 to {most} rows.", {"most": ROWS_MAX}),
        )
    today, errors = clock.today(), list[FieldError]()
    places = _Places(actor)
    normal, homes = [_normal(row) for row in rows], list[_Home]()
    numbers = Counter(row.id_number for row in normal if row.id_number)
    for index, row in enumerate(normal):
        problems = list(rules.check_import(row, today))
        home = places.home(row)
        if isinstance(home, _Home):
            homes.append(home)
        else:
            problems.append(home)
        if numbers[row.id_number] > 1:
            problems.append(
                rules.Problem(
                    "id_number", Sentence("身份证号在本表中重复。", "Twice in this table.")
                )
            )
        errors.extend(FieldError(f"rows[{index}].{p.field}", p.sentence) for p in problems)
    if errors:
        count = len({error.field.partition(".")[0] for error in errors})
        raise Invalid(
            "import_rows",
            Sentence(
                "有 {count} 行需要修改，什么都没有导入。",
                "{count} rows need correcting. Nothing was imported.",
                {"count": count},
            ),
            tuple(errors),
        )
    return normal, homes


def _normal(row: PersonImport) -> PersonImport:
    id_number = rules.normal_id_number(row.id_number)
    return replace(
        row,
        name=rules.normal_name(row.name),
        phone=rules.normal_phone(row.phone),
        id_number=id_number,
        birth_date=row.birth_date or rules.birth_date_of(id_number),
        household=row.household.strip(),
        address=row.address.strip(),
    )


class _Places:
    """Looks villages and grids up once each, by name, alias or code, in the actor's area."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._villages: dict[str, tuple[queries.AreaRow, UUID] | None] = {}
        self._grids: dict[UUID, dict[str, queries.AreaRow]] = {}

    def home(self, row: PersonImport) -> _Home | rules.Problem:
        found = self._village(row.village)
        if found is None:
            return rules.Problem(
                "village",
                Sentence(
                    "您的范围内没有这个村（社区）。", "No such village or community in your area."
                ),
            )
        village, town = found
        if not row.grid:
            return _Home(village.id, town, None, village.scope_code)
        grid = self._grids[village.id].get(row.grid.strip())
        if grid is None:
            return rules.Problem(
                "grid", Sentence("这个村（社区）没有这个网格。", "No such grid in this village.")
            )
        return _Home(village.id, town, grid.id, grid.scope_code)

    def _village(self, text: str) -> tuple[queries.AreaRow, UUID] | None:
        if text not in self._villages:
            self._villages[text] = self._find(text.strip())
        return self._villages[text]

    def _find(self, text: str) -> tuple[queries.AreaRow, UUID] | None:
        try:
            area = queries.area_by_code(text) if text.isdecimal() else queries.area_named(text)
        except LiuchiError:
            return None
        town = queries.town_of(area.id)
        if not AreaKind(area.kind).is_village or town is None or not self._visible(area):
            return None
        grids = queries.children(area.id)
        self._grids[area.id] = {key: grid for grid in grids for key in (grid.name, grid.code)}
        return area, town.id

    def _visible(self, area: queries.AreaRow) -> bool:
        # A grid worker registers people of the grid; the grid decides, later, by row.
        return self._actor.covers(area.scope_code) or self._actor.scope_code.startswith(
            area.scope_code
        )


def _batch(action: str, rows: Sequence[PersonImport], actor: Actor, key: str) -> tuple[UUID, bool]:
    """Take the key; returns the batch's id and whether it was imported before.

    The body is a keyed hash: a plain one of a short row could be guessed back.
    """
    batch = new_id()
    text = "\n".join(repr(astuple(row)) for row in rows)
    body = {"rows": key_ring().lookup_hash(text, action).hex()}
    earlier = once(f"{action}:{actor.id}", key, body, batch)
    return (batch, False) if earlier is None else (earlier, True)


def _register(
    rows: Sequence[PersonImport], homes: Sequence[_Home], batch: UUID, *, repeated: bool
) -> ImportResult:
    """Write what is new. A row's id follows from the batch's, so a repeat finds it again."""
    own = [UUID(int=batch.int + 1 + index) for index in range(len(rows))]
    hashes = {
        index: lookup(SensitiveField.ID_NUMBER, row.id_number)
        for index, row in enumerate(rows)
        if row.id_number
    }
    written = (
        set(Person.objects.filter(id__in=own).values_list("id", flat=True)) if repeated else ()
    )
    known = _known(list(hashes.values()))
    ids = [
        id_ if id_ in written else known.get(hashes.get(index, b""), id_)
        for index, id_ in enumerate(own)
    ]
    if repeated:
        return ImportResult(batch, tuple(ids), len(written))
    fresh = [index for index, id_ in enumerate(own) if ids[index] == id_]
    if fresh:
        _write([(own[index], rows[index], homes[index], hashes.get(index)) for index in fresh])
    return ImportResult(batch, tuple(ids), len(fresh))


def _known(hashes: list[bytes]) -> dict[bytes, UUID]:
    found = PersonSecret.objects.filter(
        lookup_hash__in=hashes, field=SensitiveField.ID_NUMBER
    ).values_list("lookup_hash", "person_id")
    return {bytes(hash_): person_id for hash_, person_id in found if hash_ is not None}


def _write(staged: Sequence[tuple[UUID, PersonImport, _Home, bytes | None]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        columns = ", ".join(_COLUMNS)
        with cursor.copy(f"COPY directory_staging ({columns}) FROM STDIN") as copy:
            for row in _staging_rows(staged):
                copy.write_row(row)
        for statement in _MERGE.split(";\n"):
            if statement.strip():
                cursor.execute(statement, {"today": clock.today(), "ring": key_ring().current})


def _staging_rows(
    staged: Sequence[tuple[UUID, PersonImport, _Home, bytes | None]],
) -> Iterator[tuple[object, ...]]:
    ring = key_ring()
    for id_, row, home, id_hash in staged:
        values: Mapping[SensitiveField, str] = {
            SensitiveField.PHONE: row.phone,
            SensitiveField.ID_NUMBER: row.id_number,
            SensitiveField.ADDRESS: row.address,
        }
        # A person without secrets gets the key as well: they may come later.
        data_key, wrapped = ring.new_subject_key(str(id_))
        sealed = {
            field: data_key.encrypt(value, place(field, id_)) if value else None
            for field, value in values.items()
        }
        yield (
            id_, row.name, rules.sort_key(row.name), rules.search_terms(row.name), str(row.sex),
            row.birth_date, home.scope_code, home.town, home.village, home.grid, row.household,
            rules.mask_address(row.address), wrapped, sealed[SensitiveField.PHONE],
            lookup(SensitiveField.PHONE, row.phone) if row.phone else None,
            sealed[SensitiveField.ID_NUMBER], id_hash, sealed[SensitiveField.ADDRESS],
        )  # fmt: skip


def _journal_import(
    rows: Sequence[PersonImport], homes: Sequence[_Home], result: ImportResult, actor: Actor
) -> None:
    """Journal one fact per village: how many people and households came in."""
    people, households = Counter[UUID](), dict[UUID, set[str]]()
    for index, (row, home) in enumerate(zip(rows, homes, strict=True)):
        if result.person_ids[index].int == result.batch_id.int + 1 + index:
            people[home.village] += 1
            households.setdefault(home.village, set()).update({row.household} - {""})
    for village, count in people.items():
        record(
            PEOPLE_IMPORTED.kind,
            actor=actor,
            subject_kind="import",
            subject_id=result.batch_id,
            area_id=village,
            amount=count,
            data=ImportData(area=village, people=count, households=len(households[village])),
        )
