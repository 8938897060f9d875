"""A playbook's tables as a workbook, and back: values and order come back as they were.

An engine says which lists of its section are tables and what their columns are called
(``registry.SheetTable``). What a workbook does not show stays as it was. Nothing is put
in force here: what comes back is examined like any other playbook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import (
    Cell,
    Flaw,
    SheetOut,
    Table,
    Workbook,
    date_of,
    header_of,
    text_of,
    whole_of,
)
from liuchi.playbooks import registry
from liuchi.playbooks.load import SPEC_VERSIONS, Playbook, examine
from liuchi.playbooks.plan import Change, Sign
from liuchi.playbooks.problems import Mark, PlaybookError, Problem
from liuchi.playbooks.registry import ColumnKind, Path, SheetColumn, SheetTable
from liuchi.playbooks.rewriting import rewritten
from liuchi.playbooks.source import Tree

Compiled = Mapping[str, object]
CODE = "code"
_JOINT = "、"
_SPLIT = str.maketrans(dict.fromkeys("，,；;/", _JOINT))

VERSION = SheetTable(
    title=Sentence("施行", "In force"),
    path=("in_force",),
    single=True,
    columns=(
        SheetColumn(Sentence("施行日期", "From"), ("from",), ColumnKind.DAY),
        SheetColumn(Sentence("由谁通过", "Approved by"), ("approved_by",)),
    ),
)


def tables() -> tuple[SheetTable, ...]:
    """Return the tables of all installed sections, the day of coming into force first."""
    return (VERSION, *(t for section in registry.sections().values() for t in section.tables))


def outgoing(compiled: Compiled, language: str = "zh") -> tuple[SheetOut, ...]:
    """Return the sheets of a compiled playbook, one for each table it has."""
    return tuple(
        SheetOut(
            table.title.in_language(language),
            [column.title.in_language(language) for column in table.columns],
            [
                [_cell(column, item, language) for column in table.columns]
                for item in _items(table, compiled)
            ],
        )
        for table in tables()
        if _held(compiled, table.path) is not None
    )


def incoming(compiled: Compiled, workbook: Workbook, name: str) -> Playbook:
    """Return a playbook with its tables as the workbook has them, examined and linted.

    PlaybookError with a problem per cell: the file's name, the sheet and the row. A sheet
    that is not there leaves its table as it was; one that no table is called is a problem.
    """
    data = _data_of(compiled)
    reader = _Reader(name)
    known = {
        header_of(title): table for table in tables() for title in (table.title.zh, table.title.en)
    }
    for info in workbook.sheets:
        table = known.get(header_of(info.name))
        if table is not None:
            reader.take(table, workbook.table(info.name), data)
        elif not info.hidden and info.rows:
            reader.wrong(Mark(f"{name} {info.name}", 1), _no_sheet(info.name, known))
    return _examined(data, reader, name)


def table_at(place: str) -> SheetTable | None:
    """Return the table at a place such as ``points.rules``, or None."""
    return next((table for table in tables() if ".".join(table.path) == place), None)


def items_of(table: SheetTable, compiled: Compiled) -> tuple[Mapping[str, Any], ...]:
    """Return the items of a table, in order; the one row of a single one."""
    return tuple(_items(table, compiled))


def cell_of(column: SheetColumn, item: Mapping[str, Any], language: str) -> Cell:
    """Return an item's value as the table writes it."""
    return _cell(column, item, language)


def with_item(
    compiled: Compiled, table: SheetTable, code: str | None, given: Mapping[int, Cell]
) -> Playbook:
    """Return the playbook with one item as a form says: cells by the place of their column.

    ``code`` None adds one at the end. PlaybookError with what is wrong, lints included.
    """
    data = _data_of(compiled)
    items = [dict(item) for item in _items(table, data)]
    reader, mark = _Reader(table.title.zh), Mark(table.title.zh, 1)
    before = {str(item.get(CODE)): item for item in items}
    places = {str(item.get(CODE)): place for place, item in enumerate(items)}
    place = 0 if table.single else places.get(code or "", len(items))
    told = dict(given)
    if not table.single:
        (coded,) = (n for n, column in enumerate(table.columns) if column.path == (CODE,))
        told[coded] = code
    if table.single:
        before = {"None": items[0]}
    made = reader._item(table, told, before, [], mark)  # noqa: SLF001  of this module
    items[place : place + 1] = [made]
    _put(data, table.path, items[0] if table.single else items)
    return _examined(data, reader, table.title.zh)


def without_item(compiled: Compiled, table: SheetTable, code: str) -> Playbook:
    """Return the playbook without one item of a table; PlaybookError where it is needed."""
    data = _data_of(compiled)
    _put(data, table.path, [item for item in _items(table, data) if str(item.get(CODE)) != code])
    return _examined(data, _Reader(table.title.zh), table.title.zh)


def examined(compiled: Compiled, name: str) -> Playbook:
    """Return what a compiled form says, validated and linted; PlaybookError otherwise."""
    return _examined(_data_of(compiled), _Reader(name), name)


def _data_of(compiled: Compiled) -> dict[str, Any]:
    return {key: deepcopy(value) for key, value in compiled.items() if key != SPEC_VERSIONS}


def _examined(data: dict[str, Any], reader: _Reader, name: str) -> Playbook:
    if reader.problems:
        raise PlaybookError(reader.problems)
    tree = Tree(data, {(): Mark(name, 1), **reader.marks}, {})
    playbook, problems = examine(tree, FilePath(name))
    if problems or playbook is None:
        raise PlaybookError(problems)
    return playbook


def edited_files(before: Playbook, after: Playbook) -> dict[str, str]:
    """Return the files of a playbook's folder that an edit changes, name to new text."""
    old, new = before.compiled(), after.compiled()
    return rewritten(
        before,
        {
            table: _held(new, table.path)
            for table in tables()
            if _held(new, table.path) != _held(old, table.path)
        },
    )


def in_words(change: Change, before: Compiled, after: Compiled) -> Sentence:
    """Say a change as the table does: the item by its title, the column by its heading."""
    for table in tables():
        place = ".".join(table.path)
        if change.path == f"{place} (order)":
            return _titled(table, Sentence("{title}：顺序有变", "{title}: in another order"))
        code, end, rest = change.path.removeprefix(f"{place}[").partition("]")
        if table.single or not end or not change.path.startswith(f"{place}["):
            continue
        old, new = _coded(table, before, code), _coded(table, after, code)
        name = str((new or old).get("title", code))
        if not rest:
            added = change.sign is Sign.ADD
            words = ("新增：{name}", "New: {name}") if added else ("删去：{name}", "Out: {name}")
            return Sentence(*words, {"name": name})
        field_name = rest.removeprefix(".").split(".")[0]
        if any(column.path[0] == field_name for column in table.columns):
            return _moved(name, table, field_name, old, new)
    return Sentence("{line}", "{line}", {"line": str(change)})


def _moved(
    name: str, table: SheetTable, field_name: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Sentence:
    """Say what an item's columns of one field held and hold; a cap has two of them."""
    said: dict[str, list[str]] = {"zh": [], "en": []}
    for column in table.columns:
        if column.path[0] != field_name:
            continue
        for language, lines in said.items():
            was, is_now = (_cell(column, item, language) for item in (old, new))
            if was != is_now:
                heading = column.title.in_language(language)
                lines.append(f"{heading} {_blank(was)} → {_blank(is_now)}")
    return Sentence(
        "{name}：{zh}",
        "{name}: {en}",
        {"name": name, "zh": "；".join(said["zh"]), "en": "; ".join(said["en"])},
    )


def _coded(table: SheetTable, compiled: Compiled, code: str) -> Mapping[str, Any]:
    return next((item for item in _items(table, compiled) if str(item.get(CODE)) == code), {})


def _titled(table: SheetTable, sentence: Sentence) -> Sentence:
    return Sentence(sentence.zh, sentence.en, {"title": table.title.zh})


def _blank(cell: Cell) -> str:
    return "（空）" if cell in (None, "") else str(cell)


@dataclass(slots=True)
class _Reader:
    """Reads tables into the data of a playbook and remembers what stood where."""

    name: str
    marks: dict[Path, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, mark: Mark, sentence: Sentence) -> None:
        """Note a problem."""
        self.problems.append(Problem(mark, "workbook", sentence))

    def take(self, wanted: SheetTable, table: Table, data: dict[str, Any]) -> None:
        """Replace one table of the playbook by a sheet's."""
        sheet = f"{self.name} {table.sheet}"
        self.marks[wanted.path] = Mark(sheet, 1)
        places = self._places(wanted, table, sheet)
        before = {str(item.get(CODE)): item for item in _items(wanted, data)}
        made: list[dict[str, Any]] = []
        for row in table.rows:
            mark = Mark(sheet, row.number)
            self.marks[(*wanted.path, len(made))] = mark
            given = {index: row.cells[place] for index, place in places.items()}
            if any(text_of(cell) for cell in given.values() if not isinstance(cell, Flaw)):
                made.append(self._item(wanted, given, before, made, mark))
        _put(data, wanted.path, (made[0] if made else {}) if wanted.single else made)

    def _places(self, wanted: SheetTable, table: Table, sheet: str) -> dict[int, int]:
        heads = [header_of(head) for head in table.headers]
        places: dict[int, int] = {}
        for index, column in enumerate(wanted.columns):
            names = {header_of(column.title.zh), header_of(column.title.en)}
            found = next((place for place, head in enumerate(heads) if head in names), None)
            if found is not None:
                places[index] = found
            else:
                self.wrong(
                    Mark(sheet, table.header_rows[0]),
                    Sentence(
                        "少了“{column}”这一列，请照下载的表来。",
                        "The column {column} is missing. Keep the columns as downloaded.",
                        {"column": column.title.zh},
                    ),
                )
        return places

    def _item(
        self,
        wanted: SheetTable,
        given: Mapping[int, Cell],
        before: Mapping[str, Any],
        made: list[dict[str, Any]],
        mark: Mark,
    ) -> dict[str, Any]:
        values = {
            column.path: self._value(column, given[index], mark)
            for index, column in enumerate(wanted.columns)
            if index in given
        }
        code = values.get((CODE,))
        if not wanted.single and not code:
            code = values[CODE,] = _new_code({*before, *(str(item.get(CODE)) for item in made)})
        item: dict[str, Any] = deepcopy(before.get(str(code), {}))
        for path, value in values.items():
            if value is None and len(path) == 1:
                item.pop(path[0], None)  # an empty cell: what the section says then
            else:
                _put(item, path, value)
        for name in {path[0] for path in values if len(path) > 1}:
            if isinstance(item.get(name), dict) and not any(
                value is not None for value in item[name].values()
            ):
                item[name] = None
        return item

    def _value(self, column: SheetColumn, cell: Cell, mark: Mark) -> object:
        try:
            return _read(column, cell)
        except ValueError:
            self.wrong(mark, _unreadable(column))
            return None


def _read(column: SheetColumn, cell: Cell) -> object:
    """Return what a cell says; ValueError where it says nothing of this kind."""
    if isinstance(cell, Flaw):
        raise ValueError(cell)  # noqa: TRY004  the cell is wrong, not the code
    if column.kind is ColumnKind.NUMBER:
        return whole_of(cell)
    if column.kind is ColumnKind.WORK_DAYS:
        days = whole_of(cell)
        return None if days is None else f"{days} work day{'' if days == 1 else 's'}"
    if column.kind is ColumnKind.DAY:
        day = date_of(cell)
        return None if day is None else day.isoformat()
    text = text_of(cell)
    if column.kind is ColumnKind.WORDS:
        parts = [part.strip() for part in text.translate(_SPLIT).split(_JOINT)]
        return [_code_of(column, part) for part in parts if part]
    if column.words:
        return _code_of(column, text) if text else None
    return text


def _code_of(column: SheetColumn, text: str) -> str:
    for code, word in column.words.items():
        if text in {code, word.zh, word.en}:
            return code
    raise ValueError(text)


def _cell(column: SheetColumn, item: Mapping[str, Any], language: str) -> Cell:
    value: Any = item
    for name in column.path:
        value = value.get(name) if isinstance(value, Mapping) else None
    if value is None:
        return None
    if column.kind is ColumnKind.WORDS:
        return _JOINT.join(column.words[code].in_language(language) for code in value)
    if column.kind is ColumnKind.WORK_DAYS:
        return int(str(value).split(" ", 1)[0])
    if column.words:
        return column.words[value].in_language(language)
    return value if isinstance(value, int) else str(value)


def _items(table: SheetTable, data: Compiled) -> Iterator[Mapping[str, Any]]:
    held = _held(data, table.path)
    if table.single:
        yield held if isinstance(held, Mapping) else {}
    elif isinstance(held, list):
        yield from held


def _held(data: Compiled, path: tuple[str, ...]) -> object:
    held: object = data
    for name in path:
        held = held.get(name) if isinstance(held, Mapping) else None
    return held


def _put(data: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    for name in path[:-1]:
        held = data.get(name)
        inner = dict(held) if isinstance(held, Mapping) else {}
        data[name] = inner
        data = inner
    data[path[-1]] = value


def _new_code(taken: set[str]) -> str:
    number = len(taken) + 1
    while f"item-{number}" in taken:
        number += 1
    return f"item-{number}"


def _no_sheet(name: str, known: Mapping[str, SheetTable]) -> Sentence:
    titles = "、".join(dict.fromkeys(table.title.zh for table in known.values()))
    return Sentence(
        "不认识工作表“{name}”，应是：{titles}。",
        "The sheet {name} is not known. There are: {titles}.",
        {"name": name, "titles": titles},
    )


def _unreadable(column: SheetColumn) -> Sentence:
    if column.words:
        words = "、".join(word.zh for word in column.words.values())
        return Sentence(
            "“{column}”只能写：{words}。",
            "{column} is one of: {words}.",
            {"column": column.title.zh, "words": words},
        )
    if column.kind is ColumnKind.DAY:
        return Sentence(
            "“{column}”请写成 2026-01-31。",
            "Write {column} as 2026-01-31.",
            {"column": column.title.zh},
        )
    return Sentence(
        "“{column}”请写整数。", "{column} is a whole number.", {"column": column.title.zh}
    )
