"""The form of a table to send: a column to begin with, more by a button, moved and copied.

Without JavaScript as well: each button sends the whole form, and it comes back as it was but
for what the button did. A column keeps its number when it moves, so that what a browser kept
of the form goes back where it was typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from liuchi.engines.collect import rules
from liuchi.engines.collect.enums import ColumnKind, Held
from liuchi.engines.collect.queries import Elsewhere, TableRow
from liuchi.engines.collect.rules import Column, Offer
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components.forms import DayInput, Sheet

REQUIRED = {"required": _("请填写。"), "invalid": _("请填写。")}
PARTS = ("title", "kind", "choices", "required", "personal")
KINDS: list[tuple[object, list[tuple[str, object]]]] = [
    (_("请单位填"), [
        ("text", _("文字")), ("number", _("数字")), ("date", _("日期")), ("choice", _("选项")),
    ]),
    (_("系统里已有，自动填"), [
        ("held:people", _("居民人数")), ("held:households", _("户数")),
        ("held:grids", _("网格数")), ("held:code", _("区划代码")),
    ]),
]  # fmt: skip
_NUMBER_MAX = 999  # of a column, however many were added and deleted


@dataclass(frozen=True, slots=True)
class Line:
    """A column's fields. ``offer`` is what fills it in by itself, ``elsewhere`` who asks it too."""

    number: int
    fields: dict[str, forms.BoundField]
    offer: Offer | None
    elsewhere: Elsewhere | None
    is_first: bool
    is_last: bool

    @property
    def title(self) -> forms.BoundField:
        """Return the field of its title."""
        return self.fields["title"]

    @property
    def warned(self) -> Sentence | None:
        """Say who else asks for it."""
        title = str(self.title.value() or "").strip()
        return None if self.elsewhere is None else self.elsewhere.sentence(title)


class TableForm(Sheet):
    """A table to send. Columns without a title are left out."""

    lines = forms.CharField(required=False, widget=forms.HiddenInput)
    used = forms.CharField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=_("表名"), max_length=60, error_messages=REQUIRED)
    note = forms.CharField(
        label=_("填表说明"), max_length=400, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    owner_id = forms.TypedChoiceField(label=_("负责人"), coerce=UUID, error_messages=REQUIRED)
    ends_on = forms.DateField(label=_("截止日期"), widget=DayInput, error_messages=REQUIRED)
    rows_max = forms.IntegerField(
        label=_("每个单位最多几行"), initial=1, min_value=1, max_value=rules.ROWS_MAX,
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
    again = forms.BooleanField(label=_("知道别处也在要，仍然要发"), required=False)

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
        figures: list[tuple[str, object]] = [
            (f"figure:{code}", title) for code, title in (counted or {}).items()
        ]
        self.codes = {title: code for code, title in (counted or {}).items()}
        self.kinds = [*KINDS, *([(_("指标，自动填"), figures)] if figures else [])]
        self.codes_of_kinds = {code for _group, kinds in self.kinds for code, _words in kinds}
        self.elsewhere: Mapping[str, Elsewhere] = {}
        self.numbers: list[int] = []
        self._make_lines()

    def pressed(self) -> bool:
        """Do what a button beside the columns asks for; nothing typed is lost."""
        pressed = [name for name in ("add", "drop", "up", "down", "fill") if name in self.data]
        if not pressed:
            return False
        data, numbers = self._copy(), list(self.numbers)
        name, value = pressed[0], self.data[pressed[0]]
        number = int(value) if value.isascii() and value.isdigit() else 0
        if name == "add" and len(numbers) < rules.COLUMNS_MAX:
            numbers.append(self._used() + 1)
        elif number in numbers:
            place = numbers.index(number)
            self._change(name, number, place, numbers, data)
        data["used"] = str(max([self._used(), *numbers]))
        data["lines"] = ",".join(map(str, numbers))
        self.data = data
        self._make_lines()
        return True

    def _change(
        self, name: str, number: int, place: int, numbers: list[int], data: QueryDict
    ) -> None:
        if name == "drop" and len(numbers) > 1:
            numbers.remove(number)
        elif name in {"up", "down"}:
            other = max(0, min(place + (1 if name == "down" else -1), len(numbers) - 1))
            numbers[place], numbers[other] = numbers[other], numbers[place]
        elif name == "fill":
            offer = rules.offered(str(data.get(f"title_c{number}", "")).strip(), self.codes)
            if offer is not None:
                data[f"kind_c{number}"] = f"{offer.kind}:{offer.source}"

    def column_lines(self) -> Iterator[Line]:
        """Return each column's fields, in order."""
        for place, number in enumerate(self.numbers):
            fields = {part: self[f"{part}_c{number}"] for part in PARTS}
            title = str(fields["title"].value() or "").strip()
            asked = ":" not in str(fields["kind"].value() or "")
            yield Line(
                number,
                fields,
                rules.offered(title, self.codes) if asked else None,
                self.elsewhere.get(title) if asked else None,
                is_first=place == 0,
                is_last=place == len(self.numbers) - 1,
            )

    def columns(self) -> tuple[Column, ...]:
        """Return the columns that have a title, of what was sent, right or wrong."""
        return tuple(self._columns())

    def _columns(self) -> Iterator[Column]:
        for number in self.numbers:
            said = {part: self.data.get(f"{part}_c{number}", "") for part in PARTS}
            title = said["title"].strip()
            if not title:
                continue
            known = said["kind"] if said["kind"] in self.codes_of_kinds else "text"
            kind, _colon, source = known.partition(":")
            choices = said["choices"].replace("，", "、").split("、")
            yield Column(
                code=f"c{number}",
                title=title,
                kind=ColumnKind(kind),
                required=bool(said["required"]),
                personal=bool(said["personal"]),
                choices=tuple(each.strip() for each in choices if each.strip()),
                source=Held(source).value if kind == ColumnKind.HELD else source,
            )

    def _make_lines(self) -> None:
        """Make the fields of every column, of those that were sent or to begin with."""
        for number in self.numbers:
            for part in PARTS:
                del self.fields[f"{part}_c{number}"]
        self.numbers = self._asked_for()
        for number in self.numbers:
            self.fields |= {
                f"title_c{number}": forms.CharField(
                    label=_("列名"), max_length=rules.TITLE_CHARACTERS_MAX, required=False
                ),
                f"kind_c{number}": forms.ChoiceField(
                    label=_("填什么"), choices=self.kinds, required=False
                ),
                f"choices_c{number}": forms.CharField(
                    label=_("选项，用、隔开"), max_length=200, required=False
                ),
                f"required_c{number}": forms.BooleanField(label=_("必填"), required=False),
                f"personal_c{number}": forms.BooleanField(label=_("是个人信息"), required=False),
            }
            for part in ("title", "kind", "choices"):  # the action says which of them is missing
                self.fields[f"{part}_c{number}"].is_decided_later = True  # type: ignore[attr-defined]

    def _asked_for(self) -> list[int]:
        given = (self.data if self.is_bound else self.initial).get("lines") or "1"
        numbers = [int(each) for each in str(given).split(",") if each.isascii() and each.isdigit()]
        kept = [each for each in dict.fromkeys(numbers) if 1 <= each <= _NUMBER_MAX]
        return kept[: rules.COLUMNS_MAX] or [1]

    def _used(self) -> int:
        given = str(self.data.get("used") or "0")
        used = int(given) if given.isascii() and given.isdigit() else 0
        return max([min(used, _NUMBER_MAX - 1), *self.numbers])

    def _copy(self) -> QueryDict:
        data = QueryDict(mutable=True)
        for name, value in cast(QueryDict, self.data).lists():
            data.setlist(name, value)
        return data


def as_sent(row: TableRow, unit_ids: Sequence[UUID]) -> dict[str, object]:
    """Return a table as the form shows it, to be sent once more."""
    shown: dict[str, object] = {
        "title": row.title,
        "note": row.note,
        "purpose": row.purpose,
        "retain_days": row.retain_days,
        "rows_max": row.rows_max,
        "unit_ids": [str(each) for each in unit_ids],
        "lines": ",".join(str(place) for place in range(1, len(row.columns) + 1)),
        "used": str(len(row.columns)),
    }
    for place, column in enumerate(row.columns, start=1):
        kind = str(column.kind) if column.asked else f"{column.kind}:{column.source}"
        shown |= {
            f"title_c{place}": column.title,
            f"kind_c{place}": kind,
            f"choices_c{place}": "、".join(column.choices),
            f"required_c{place}": column.required,
            f"personal_c{place}": column.personal,
        }
    return shown
