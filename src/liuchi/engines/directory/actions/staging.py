"""Rows of a roster on their way into the table they wait in: read, checked, sealed, copied.

One row is in memory at a time, and the lines of a block on their way to the server. The
work of a row decides how long an import takes, so what repeats is looked up once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import count
from typing import Any
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from liuchi.engines.directory import rules
from liuchi.engines.directory.actions.places import Home, Places
from liuchi.engines.directory.enums import SensitiveField, Sex
from liuchi.engines.directory.queries.people import lookup_in, place_before_id
from liuchi.engines.directory.scope import key_ring
from liuchi.engines.files.rules import PROBLEMS_MAX, MappedSheet, RowProblem, too_many_problems
from liuchi.kernel.ids import new_id
from liuchi.kernel.keyring import Sealer
from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import Cell, Flaw, date_of, digits_lost, text_of

SHEET_SHIFT = 20
"""A place in a file is sheet × 2²⁰ + row: Excel's rows end at 2²⁰."""

_GIVEN = """
CREATE TEMP TABLE roster_given ON COMMIT DROP AS
SELECT {columns} FROM directory_roster_row WITH NO DATA
"""
_KEEP = """
INSERT INTO directory_roster_row (roster_id, {columns})
SELECT %s, {columns} FROM roster_given
"""
_COPIED = (
    "n, place, id, name, name_sort, search_terms, sex, birth_date, scope_code, town_id, "
    "village_id, grid_id, label, family, head, address_masked, wrapped_key, phone, phone_hash, "
    "id_number, id_number_hash, address, address_hash"
)
_LINES_IN_BLOCK = 2_000
_SEXES = {
    "男": Sex.MALE, "男性": Sex.MALE, "m": Sex.MALE, "male": Sex.MALE, "1": Sex.MALE,
    "女": Sex.FEMALE, "女性": Sex.FEMALE, "f": Sex.FEMALE, "female": Sex.FEMALE, "2": Sex.FEMALE,
    "": Sex.UNKNOWN, "未知": Sex.UNKNOWN, "未说明": Sex.UNKNOWN, "9": Sex.UNKNOWN,
}  # fmt: skip
_HEADS = frozenset({"户主", "本人", "自己", "户主本人", "head", "self"})
_ESCAPED = re.compile(r"[\\\t\n\r]")
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_NULL = "\\N"
_PHONE_PLACE, _ID_NUMBER_PLACE, _ADDRESS_PLACE = (
    place_before_id(each)
    for each in (SensitiveField.PHONE, SensitiveField.ID_NUMBER, SensitiveField.ADDRESS)
)

_SEX_WRONG = Sentence("性别请填“男”或“女”。", "Sex is 男 or 女.")
_DATE_WRONG = Sentence(
    "没有这一天，日期请写成 1980-05-01。", "There is no such day. Write 1980-05-01."
)
_UNCALCULATED = Sentence(
    "公式还没有算出结果，请打开保存后再传。",
    "A formula without a result. Open and save the file.",
)
_ERROR = Sentence("单元格是错误值，请改正。", "The cell holds an error. Correct it.")
_DIGITS_LOST = Sentence(
    "号码存成了数字，末几位已丢失，请改为文本。",
    "Stored as a number, its last digits are lost. Use text.",
)


@dataclass(slots=True)
class _Family:
    """Who the rows above belong to, while a sheet is read."""

    number: int = 0
    head: str = ""
    label: str = ""


@dataclass(slots=True)
class _Values:
    """A row's texts in one form."""

    name: str = ""
    village: str = ""
    grid: str = ""
    household: str = ""
    head: str = ""
    relation: str = ""
    sex: Sex = Sex.UNKNOWN
    birth_date: date | None = None
    phone: str = ""
    address: str = ""
    id_number: str = ""


@dataclass(slots=True)
class _Plan:
    """How the rows of a sheet are read: by column, and what all of them share."""

    columns: list[tuple[str, Callable[[Cell], Any]]]
    given: list[tuple[str, Any]] = field(default_factory=list)
    wrong: list[tuple[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Staging:
    """Reads sheets into ``directory_roster_row``; ``problems`` are the rows left out.

    ``read`` counts rows read, ``kept`` those that wait.
    """

    places: Places
    today: date
    problems: list[RowProblem] = field(default_factory=list)
    refused: int = 0
    sheets: list[str] = field(default_factory=list)
    read: int = 0
    kept: int = 0

    def copy(self, cursor: CursorWrapper, roster_id: UUID, sheets: Iterator[MappedSheet]) -> None:
        """Copy the rows of the sheets."""
        cursor.execute(_GIVEN.format(columns=_COPIED))
        lines: list[str] = []
        for sheet in sheets:
            for line in self._lines(sheet):
                lines.append(line)
                if len(lines) == _LINES_IN_BLOCK:
                    self._send(cursor, lines)
        self._send(cursor, lines)
        # PostgreSQL copies into no table under row-level security; it inserts.
        cursor.execute(_KEEP.format(columns=_COPIED), [roster_id])
        self.kept = cursor.rowcount
        cursor.execute("DROP TABLE roster_given")

    @staticmethod
    def _send(cursor: CursorWrapper, lines: list[str]) -> None:
        # Block by block: places are looked up over the same connection in between.
        with cursor.copy(f"COPY roster_given ({_COPIED}) FROM STDIN") as copy:
            copy.write("".join(lines))
        lines.clear()

    def _lines(self, sheet: MappedSheet) -> Iterator[str]:
        number = len(self.sheets) << SHEET_SHIFT
        self.sheets.append(sheet.name)
        family, first = _Family(), new_id().int
        writer = _LineWriter()
        families, plan = count(number + 1), _plan(sheet)
        for row, cells in sheet.rows:
            self.read += 1
            problems: list[tuple[str, Sentence]] = []
            values = _values(plan, cells, problems)
            home = self.places.find(values.village, values.grid)
            if not isinstance(home, Home):
                problems.append((home.field, home.sentence))
            self._check(values, problems)
            _join_family(family, values, families)
            if problems:
                self._refuse(sheet.name, row, problems)
            elif isinstance(home, Home):
                first += 1
                where = (self.read, number + row, UUID(int=first))
                yield writer.line(where, values, home, family)

    def _check(self, values: _Values, problems: list[tuple[str, Sentence]]) -> None:
        found = rules.check_values(
            name=values.name,
            birth_date=values.birth_date,
            phone=values.phone,
            id_number=values.id_number,
            address=values.address,
            household=values.household,
            today=self.today,
        )
        wrong = {name for name, _ in problems}
        problems.extend((p.field, p.sentence) for p in found if p.field not in wrong)

    def _refuse(self, sheet: str, row: int, problems: list[tuple[str, Sentence]]) -> None:
        self.refused += 1
        if self.refused > PROBLEMS_MAX:
            raise too_many_problems()
        self.problems.extend(RowProblem(sheet, row, name, said) for name, said in problems)


def _plan(sheet: MappedSheet) -> _Plan:
    """Look up how each column of a sheet is read, and read once what is the same in all rows."""
    plan = _Plan([(code, _READERS.get(code, text_of)) for code in sheet.fields])
    for code, text in sheet.constants.items():
        value = _READERS.get(code, text_of)(text)
        (plan.wrong if isinstance(value, Sentence) else plan.given).append((code, value))
    return plan


def _values(plan: _Plan, cells: tuple[Cell, ...], problems: list[tuple[str, Sentence]]) -> _Values:
    """Return a row's cells in their one form; those that have none are in ``problems``."""
    values = _Values()
    problems.extend(plan.wrong)
    for code, value in plan.given:
        setattr(values, code, value)
    for (code, read), cell in zip(plan.columns, cells, strict=True):
        if cell is None:
            continue
        if cell.__class__ is Flaw:
            problems.append((code, _UNCALCULATED if cell is Flaw.UNCALCULATED else _ERROR))
            continue
        value = read(cell)
        if value.__class__ is Sentence:
            problems.append((code, value))
        else:
            setattr(values, code, value)
    if values.id_number and values.birth_date is None:
        values.birth_date = rules.birth_date_of(values.id_number)
    return values


def _name(cell: Cell) -> str:
    return rules.normal_name(text_of(cell))


def _phone(cell: Cell) -> str:
    return rules.normal_phone(text_of(cell))


def _id_number(cell: Cell) -> str | Sentence:
    return _DIGITS_LOST if digits_lost(cell) else rules.normal_id_number(text_of(cell))


def _sex(cell: Cell) -> Sex | Sentence:
    return _SEXES.get(text_of(cell).casefold(), _SEX_WRONG)


@lru_cache(maxsize=1 << 15, typed=True)
def _day(cell: Cell) -> date | Sentence | None:
    # A hundred years have no more days than this; a roster says each of them many times.
    try:
        return date_of(cell)
    except (ValueError, OverflowError):
        return _DATE_WRONG


_READERS: Mapping[str, Callable[[Cell], Any]] = {
    "name": _name,
    "head": _name,
    "phone": _phone,
    "id_number": _id_number,
    "sex": _sex,
    "birth_date": _day,
}


def _join_family(family: _Family, values: _Values, numbers: Iterator[int]) -> None:
    """Find out which household a row belongs to.

    By its number; else rows with one head are one family, and so are the rows from one
    head to the next. Rows that give neither belong to none.
    """
    is_head = bool(values.relation) and values.relation.casefold() in _HEADS
    if values.household:
        family.number, family.head, family.label = 0, values.head, values.household
    elif is_head or (values.head and values.head != family.head):
        family.number, family.label = next(numbers), ""
        family.head = values.name if is_head else values.head
    elif not values.head and not values.relation:
        family.number, family.head, family.label = 0, "", ""


class _LineWriter:
    """Writes rows as COPY takes them."""

    __slots__ = ("_homes", "_ring", "_sealer")

    def __init__(self) -> None:
        """Begin; a sealer lives no longer than a sheet."""
        self._ring = key_ring()
        self._sealer = Sealer(self._ring)
        self._homes: dict[Home, str] = {}

    def line(
        self, where: tuple[int, int, UUID], values: _Values, home: Home, family: _Family
    ) -> str:
        n, placed, person_id = where
        id_ = str(person_id)
        sort, terms = rules.spelled(values.name)
        quoted = '","'.join(terms)
        born = _NULL if values.birth_date is None else values.birth_date.isoformat()
        text = _text
        where_to = self._homes.get(home)
        if where_to is None:
            where_to = f"{home.scope_code}\t{home.town}\t{home.village}\t{home.grid or _NULL}"
            self._homes[home] = where_to
        key, phone, id_number, address = self._sealed(id_, values)
        return (
            f"{n}\t{placed}\t{id_}\t{text(values.name)}\t{text(sort)}\t"
            f'{{"{quoted}"}}\t{values.sex.value}\t{born}\t{where_to}\t'
            f"{text(family.label)}\t{family.number}\t"
            f"{text(family.head)}\t{text(rules.mask_address(values.address))}\t{key}\t"
            f"{phone}\t{self._hash(SensitiveField.PHONE, values.phone)}\t"
            f"{id_number}\t{self._hash(SensitiveField.ID_NUMBER, values.id_number)}\t"
            f"{address}\t{self._hash(SensitiveField.ADDRESS, values.address)}\n"
        )

    def _hash(self, which: SensitiveField, value: str) -> str:
        return _bytes(lookup_in(self._ring, which, value)) if value else _NULL

    def _sealed(self, id_: str, values: _Values) -> list[str]:
        # A person without secrets gets the key as well: they may come later.
        sealed = self._sealer.seal(
            id_,
            (
                (values.phone, _PHONE_PLACE + id_),
                (values.id_number, _ID_NUMBER_PLACE + id_),
                (values.address, _ADDRESS_PLACE + id_),
            ),
        )
        return [_NULL if value is None else _bytes(value) for value in sealed]


def _text(text: str) -> str:
    if _ESCAPED.search(text) is None:
        return text
    return _ESCAPED.sub(lambda found: _ESCAPES[found[0]], text)


def _bytes(value: bytes) -> str:
    return "\\\\x" + value.hex()
