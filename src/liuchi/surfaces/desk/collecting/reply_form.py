"""The form a unit fills in: a field for each cell, or a whole workbook that is tried first.

Of many rows only those to be mended have fields; the others travel along in one field, so that
five hundred rows are no five thousand fields.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from liuchi.engines.collect import rules
from liuchi.engines.collect.enums import ColumnKind
from liuchi.engines.collect.queries import Answer, TableRow
from liuchi.engines.collect.rules import Column
from liuchi.surfaces.components.forms import DayInput, Sheet

ROWS_SHOWN = 30
"""As many rows have fields at once; of more, the first are shown to be read."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row's number and its fields."""

    number: int
    fields: list[forms.BoundField]


class ReplyForm(Sheet):
    """What a unit fills in; or a workbook, tried first."""

    step = forms.ChoiceField(
        choices=[(each, "") for each in ("save", "hand_in", "upload")], required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    origin = forms.CharField(required=False, widget=forms.HiddenInput)
    lines = forms.CharField(required=False, widget=forms.HiddenInput)
    sheet = forms.CharField(required=False, widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("填好的表格"),
        required=False,
        allow_empty_file=True,  # who reads it says so
    )

    def __init__(self, *args: Any, table: TableRow, **kwargs: Any) -> None:
        """Take the table: its columns are the fields."""
        super().__init__(*args, **kwargs)
        self.columns = tuple(column for column in table.columns if column.asked)
        self.rows_max = table.rows_max
        self.numbers: list[int] = []
        self.carried: list[dict[str, str]] = []
        self._make_lines()

    def grown(self) -> bool:
        """Add a row where the button asked for it; nothing typed is lost."""
        if "add" not in self.data:
            return False
        most = min(self.rows_max, ROWS_SHOWN)
        count = min(max(self.numbers, default=0) + 1, most)
        data = self._copy()
        data["lines"] = ",".join(str(number) for number in range(1, count + 1))
        self.data = data
        self._make_lines()
        return True

    @property
    def may_grow(self) -> bool:
        """Whether one more row may have fields."""
        return not self.carried and len(self.numbers) < min(self.rows_max, ROWS_SHOWN)

    def rows(self) -> list[dict[str, str]]:
        """Return what stands in the fields, row by row, among the rows that travel along."""
        found = [dict(row) for row in self.carried]
        found += [{} for _ in range(max(self.numbers, default=0) - len(found))]
        for number in self.numbers:
            found[number - 1] = {
                c.code: self.cleaned_data.get(f"cell_{number}_{c.code}", "") for c in self.columns
            }
        return found

    def row_fields(self) -> Iterator[Row]:
        """Return the fields of each row that has any."""
        for number in self.numbers:
            yield Row(number, [self[f"cell_{number}_{each.code}"] for each in self.columns])

    def shown_rows(self) -> list[list[str]]:
        """Return the first of the rows that travel along, to be read."""
        codes = [column.code for column in self.columns]
        return [[row.get(code, "") for code in codes] for row in self.carried[:ROWS_SHOWN]]

    def show(self, rows: Sequence[Mapping[str, str]], *, version: int, origin: str) -> None:
        """Put rows on screen in place of what stands there: a workbook that is tried."""
        wrong = {each.row for each in rules.checked(self.columns, rows).problems}
        data = QueryDict(mutable=True)
        data.update({"key": self.data["key"], "version": str(version), "origin": origin})
        data.update(_laid_out(rows, self.columns, wrong))
        self.data = data
        self._make_lines()

    def open_wrong(self) -> None:
        """Give a field to each of the first rows with something wrong, among many."""
        if self.carried:
            cleaned = self.cleaned_data
            self.show(
                self.rows(), version=cleaned["version"], origin=str(cleaned.get("origin") or "")
            )
            self.full_clean()

    def newer(self, version: int) -> None:
        """Let what is on screen be saved over what somebody else saved meanwhile."""
        data = self._copy()
        data["version"] = str(version)
        self.data = data

    def _make_lines(self) -> None:
        """Make the fields of the rows that have any; what is wrong, the action says."""
        given = self.data if self.is_bound else self.initial
        self.carried = _carried(given.get("sheet"), self.columns, self.rows_max)
        most = len(self.carried) or min(self.rows_max, ROWS_SHOWN)
        said = [int(n) for n in str(given.get("lines") or "").split(",") if n.isdecimal()]
        numbers = [each for each in dict.fromkeys(said) if 1 <= each <= most][:ROWS_SHOWN]
        self.numbers = numbers or ([] if self.carried else [1])
        for number in self.numbers:
            for column in self.columns:
                name = f"cell_{number}_{column.code}"
                self.fields[name] = _field_of(column, str(given.get(name) or ""))

    def _copy(self) -> QueryDict:
        data = QueryDict(mutable=True)
        for name, value in cast(QueryDict, self.data).lists():
            data.setlist(name, value)
        return data


def held_values(row: Answer, columns: Sequence[Column]) -> dict[str, str]:
    """Return what a unit filled in so far, as the form shows it."""
    rows = [{c.code: cells.get(c.code, "") for c in columns} for cells in row.values]
    return {"version": str(row.version), **_laid_out(rows, columns, set())}


def _laid_out(
    rows: Sequence[Mapping[str, str]], columns: Sequence[Column], wrong: set[int]
) -> dict[str, str]:
    """Return rows as values of fields: all of a few, of many those with something wrong."""
    shown: dict[str, str] = {}
    numbers = list(range(1, max(1, len(rows)) + 1))
    if len(rows) > ROWS_SHOWN:
        codes = [column.code for column in columns]
        told = [[row.get(code, "") for code in codes] for row in rows]
        shown["sheet"] = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        numbers = sorted(wrong)[:ROWS_SHOWN]
    for number in numbers:
        row = rows[number - 1] if rows else {}
        shown |= {f"cell_{number}_{c.code}": row.get(c.code, "") for c in columns}
    shown["lines"] = ",".join(map(str, numbers))
    return shown


def _carried(sheet: object, columns: Sequence[Column], most: int) -> list[dict[str, str]]:
    """Read the rows that travel along; what no form of ours wrote is none.

    One more than a table takes is read, so that too many are refused and not cut.
    """
    try:
        told = json.loads(str(sheet or "[]"))
    except ValueError:
        return []
    if not isinstance(told, list):
        return []
    return [
        {c.code: str(cell) for c, cell in zip(columns, row, strict=False)}
        for row in told[: most + 1]
        if isinstance(row, list)
    ]


class _Value(forms.CharField):
    """A value of a column: the action says what is wrong with it, once it is handed in."""

    def validate(self, value: object) -> None:
        """Let what is unfinished be kept."""


def _field_of(column: Column, value: str) -> forms.Field:
    """Return the field of a cell; one that shows a value of another kind, if that is there."""
    widget: forms.Widget
    if column.kind is ColumnKind.CHOICE:
        other = [(value, value)] if value and value not in column.choices else []
        choices = [("", "—"), *((each, each) for each in column.choices), *other]
        widget = forms.Select(choices=choices)
    elif column.kind is ColumnKind.DATE and _is_day(value):
        widget = DayInput()
    else:
        attrs = {"inputmode": "decimal"} if column.kind is ColumnKind.NUMBER else {}
        widget = forms.TextInput(attrs)
    return _Value(label=column.title, required=column.required, widget=widget)


def _is_day(value: str) -> bool:
    try:
        return not value or bool(date.fromisoformat(value))
    except ValueError:
        return False
