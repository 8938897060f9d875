"""The forms of collecting: what is asked of whom, what a unit answers, what happens next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from liuchi.engines.collect.enums import ColumnKind, Held
from liuchi.engines.collect.queries import ReplyRow, TableRow
from liuchi.engines.collect.rules import Column
from liuchi.surfaces.components.forms import DayInput, Sheet

COLUMNS_FIRST, COLUMNS_MAX, ROWS_MAX = 4, 20, 200
REQUIRED = {"required": _("请填写。"), "invalid": _("请填写。")}
KINDS = [
    (_("请单位填"), [
        ("text", _("文字")), ("number", _("数字")), ("date", _("日期")), ("choice", _("选项")),
    ]),
    (_("系统里已有，自动填"), [
        ("held:people", _("居民人数")), ("held:households", _("户数")),
        ("held:grids", _("网格数")), ("held:code", _("区划代码")),
    ]),
]  # fmt: skip


class GrowingSheet(Sheet):
    """A form with lines of fields, of which a button asks for more."""

    lines = forms.IntegerField(required=False, widget=forms.HiddenInput)
    lines_first, lines_max = 1, 1

    def line_count(self) -> int:
        """Return how many lines there are: as many as were sent, or to begin with."""
        given = str((self.data if self.is_bound else self.initial).get("lines") or "")
        count = int(given) if given.isascii() and given.isdigit() else self.lines_first
        return max(1, min(count, self.lines_max))

    def grown(self) -> bool:
        """Add a line where the button asked for it; nothing typed is lost."""
        if "add" not in self.data:
            return False
        data = QueryDict(mutable=True)
        for name, value in self.data.lists():  # type: ignore[attr-defined]  # what a browser sent
            data.setlist(name, value)
        data["lines"] = str(min(self.line_count() + 1, self.lines_max))
        self.data = data
        self.make_lines()
        return True

    def make_lines(self) -> None:
        """Make the fields of every line."""
        raise NotImplementedError


class TableForm(GrowingSheet):
    """A table to send. Lines of columns without a title are left out."""

    lines_first, lines_max = COLUMNS_FIRST, COLUMNS_MAX
    title = forms.CharField(label=_("表名"), max_length=60, error_messages=REQUIRED)
    note = forms.CharField(
        label=_("填表说明"), max_length=400, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    owner_id = forms.TypedChoiceField(label=_("负责人"), coerce=UUID, error_messages=REQUIRED)
    ends_on = forms.DateField(label=_("截止日期"), widget=DayInput, error_messages=REQUIRED)
    rows_max = forms.IntegerField(
        label=_("每个单位最多几行"), initial=1, min_value=1, max_value=ROWS_MAX,
        error_messages=REQUIRED,
    )  # fmt: skip
    unit_ids = forms.TypedMultipleChoiceField(
        label=_("填报单位"), coerce=UUID, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请选择填报单位。")},
    )  # fmt: skip
    purpose = forms.CharField(label=_("个人信息的用途"), max_length=120, required=False)
    retain_days = forms.IntegerField(
        label=_("截止后保存几天"), required=False, min_value=1, max_value=365
    )

    def __init__(
        self,
        *args: Any,
        units: Sequence[tuple[UUID, str]] = (),
        owners: Sequence[tuple[UUID, str]] = (),
        counted: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        """Take who may be asked, who may answer for it, and which indicators fill a column."""
        super().__init__(*args, **kwargs)
        for name, offered in (("unit_ids", units), ("owner_id", owners)):
            choices = [(str(code), words) for code, words in offered]
            cast(forms.ChoiceField, self.fields[name]).choices = choices
        figures = [(f"figure:{code}", title) for code, title in (counted or {}).items()]
        self.kinds = [*KINDS, *([(_("指标，自动填"), figures)] if figures else [])]
        self.make_lines()

    def make_lines(self) -> None:
        """Make the fields of every column."""
        for place in range(1, self.line_count() + 1):
            self.fields[f"title_{place}"] = forms.CharField(
                label=_("列名"), max_length=30, required=False
            )
            self.fields[f"kind_{place}"] = forms.ChoiceField(
                label=_("填什么"), choices=self.kinds, required=False
            )
            self.fields[f"choices_{place}"] = forms.CharField(
                label=_("选项，用、隔开"), max_length=200, required=False
            )
            self.fields[f"required_{place}"] = forms.BooleanField(label=_("必填"), required=False)
            self.fields[f"personal_{place}"] = forms.BooleanField(
                label=_("是个人信息"), required=False
            )

    def column_fields(self) -> Iterator[list[forms.BoundField]]:
        """Return the fields of each column."""
        names = ("title", "kind", "choices", "required", "personal")
        for place in range(1, self.line_count() + 1):
            yield [self[f"{name}_{place}"] for name in names]

    def columns(self) -> tuple[Column, ...]:
        """Return the columns that have a title."""
        return tuple(self._columns())

    def _columns(self) -> Iterator[Column]:
        values = self.cleaned_data
        for place in range(1, self.line_count() + 1):
            title = values.get(f"title_{place}", "").strip()
            if not title:
                continue
            kind, _colon, source = (values.get(f"kind_{place}") or "text").partition(":")
            choices = values.get(f"choices_{place}", "").replace("，", "、").split("、")
            yield Column(
                code=f"c{place}",
                title=title,
                kind=ColumnKind(kind),
                required=values.get(f"required_{place}", False),
                personal=values.get(f"personal_{place}", False),
                choices=tuple(each.strip() for each in choices if each.strip()),
                source=Held(source).value if kind == ColumnKind.HELD else source,
            )


class ReplyForm(GrowingSheet):
    """What a unit fills in: one field for each row and asked column; or a workbook, tried first."""

    step = forms.ChoiceField(
        choices=[(each, "") for each in ("save", "hand_in", "upload")], required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    origin = forms.CharField(required=False, widget=forms.HiddenInput)
    file = forms.FileField(label=_("填好的表格"), required=False)

    def __init__(self, *args: Any, table: TableRow, **kwargs: Any) -> None:
        """Take the table: its columns are the fields."""
        super().__init__(*args, **kwargs)
        self.columns = tuple(column for column in table.columns if column.asked)
        self.lines_max = table.rows_max
        self.make_lines()

    def make_lines(self) -> None:
        """Make the fields of every row; what is wrong with a value, the action says."""
        for row in range(1, self.line_count() + 1):
            for column in self.columns:
                self.fields[f"cell_{row}_{column.code}"] = _field_of(column)

    def rows(self) -> list[dict[str, str]]:
        """Return what stands in the fields, row by row."""
        return [
            {c.code: self.cleaned_data.get(f"cell_{row}_{c.code}", "") for c in self.columns}
            for row in range(1, self.line_count() + 1)
        ]

    def row_fields(self) -> Iterator[list[forms.BoundField]]:
        """Return the fields of each row."""
        for row in range(1, self.line_count() + 1):
            yield [self[f"cell_{row}_{column.code}"] for column in self.columns]

    def show(self, rows: Sequence[Mapping[str, str]], *, version: int, origin: str) -> None:
        """Put rows on screen in place of what stands there: a workbook that is tried."""
        data = QueryDict(mutable=True)
        data.update({"key": self.data["key"], "version": str(version), "origin": origin})
        data["lines"] = str(max(1, min(len(rows), self.lines_max)))
        for number, row in enumerate(rows[: self.lines_max], start=1):
            for code, value in row.items():
                data[f"cell_{number}_{code}"] = value
        self.data = data
        self.make_lines()

    def newer(self, version: int) -> None:
        """Let what is on screen be saved over what somebody else saved meanwhile."""
        data = QueryDict(mutable=True)
        for name, value in self.data.items():
            data[name] = value
        data["version"] = str(version)
        self.data = data


class _Value(forms.CharField):
    """A value of a column: the action says what is wrong with it, once it is handed in."""

    def validate(self, value: object) -> None:
        """Let what is unfinished be kept."""


def _field_of(column: Column) -> forms.Field:
    needed = column.required
    if column.kind is ColumnKind.CHOICE:
        choices = [("", "—"), *((each, each) for each in column.choices)]
        widget: forms.Widget = forms.Select(choices=choices)
        return _Value(label=column.title, required=needed, widget=widget)
    attrs = {"inputmode": "decimal"} if column.kind is ColumnKind.NUMBER else {}
    widget = DayInput() if column.kind is ColumnKind.DATE else forms.TextInput(attrs)
    return _Value(label=column.title, required=needed, widget=widget)


def held_values(row: ReplyRow, columns: Sequence[Column]) -> dict[str, object]:
    """Return what a unit filled in so far, as the form shows it."""
    shown: dict[str, object] = {"version": row.version, "lines": max(1, len(row.rows))}
    for number, cells in enumerate(row.values, start=1):
        for column in columns:
            shown[f"cell_{number}_{column.code}"] = cells.get(column.code, "")
    return shown


class NextForm(Sheet):
    """What happens next to a table or to one unit's answer."""

    step = forms.ChoiceField(
        choices=[(each, "") for each in ("remind", "close", "prolong", "hand_over", "send_back")]
    )
    reply_id = forms.UUIDField(required=False)
    reason = forms.CharField(label=_("哪里要改"), max_length=200, required=False)
    ends_on = forms.DateField(label=_("截止日期"), widget=DayInput, required=False)
    owner_id = forms.UUIDField(required=False)
