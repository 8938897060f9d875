"""The two forms of an import: the file, and what its columns are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from liuchi.engines.files.queries import ColumnOffer, ImportOffer, ImportRow, SheetOffer
from liuchi.engines.files.rules import SheetChoice
from liuchi.kernel.errors import LiuchiError
from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import FILE_BYTES_MAX
from liuchi.surfaces.components.forms import Sheet, say

MEGABYTE = 1024 * 1024
PURPOSE_CHARACTERS_MAX = 200
_ROWS = re.compile(r"^([1-9]\d{0,4})-([1-9]\d{0,4})$")


class ReceiveForm(Sheet):
    """The file. What it really is, its content says."""

    file = forms.FileField(
        label=_("表格文件"),
        widget=forms.ClearableFileInput(
            attrs={
                "accept": ".xlsx,.xls,.csv,.geojson,.json",
                "x-bind": "pick",
                "data-most": FILE_BYTES_MAX,
            }
        ),
        error_messages={
            "required": _("请选择一个文件。"),
            "empty": _("文件是空的，请重新选择。"),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Draw a plain file control: there is never an old file to clear."""
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.template_name = "django/forms/widgets/file.html"

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse by size before anything is read."""
        given: UploadedFile[Any] = self.cleaned_data["file"]
        if (given.size or 0) > FILE_BYTES_MAX:
            raise forms.ValidationError(
                _("文件太大：最多 %(most)s MB，请分成几个文件。"),
                params={"most": FILE_BYTES_MAX // MEGABYTE},
            )
        return given

    def content(self) -> bytes | Path:
        """Return the file: where it lies on disk, or its bytes where it is small."""
        given = self.cleaned_data["file"]
        if isinstance(given, TemporaryUploadedFile):
            return Path(given.temporary_file_path())
        given.seek(0)
        content: bytes = given.read()
        return content

    def name(self) -> str:
        """Return the name the file came with."""
        return str(self.cleaned_data["file"].name)

    def refuse_file(self, error: LiuchiError) -> None:
        """Say beside the file what is wrong with it."""
        self.status = error.status
        self.add_error("file", say(error.sentence))
        self._renew_key()


class ChooseForm(Sheet):
    """Why a column is imported that is off by default; the columns are drawn by hand."""

    purpose = forms.CharField(
        label=_("用途"),
        required=False,
        max_length=PURPOSE_CHARACTERS_MAX,
        widget=forms.TextInput,
    )

    def refuse(self, error: LiuchiError) -> None:
        """Say which sheet lacks what."""
        self.status = error.status
        wrong = [each for each in getattr(error, "errors", ()) if each.field != "purpose"]
        for each in wrong:
            self.add_error(None, f"{each.field}：{say(each.sentence)}")
        if len(wrong) < len(getattr(error, "errors", ())):
            self.add_error("purpose", say(error.sentence))
        elif not wrong:
            super().refuse(error)
        self._renew_key()


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """A column as the page shows it; ``chosen`` is the field's code or ``""``."""

    name: str
    offer: ColumnOffer
    chosen: str
    off_title: Sentence | None


@dataclass(frozen=True, slots=True)
class ConstantShown:
    """A field that may have one value for the whole sheet."""

    name: str
    title: Sentence
    value: str


@dataclass(frozen=True, slots=True)
class SheetShown:
    """A sheet as the page shows it; ``place`` numbers it in the form.

    ``like`` is the place of the first sheet with the same headings: that one's choices
    hold for all of them, until somebody looks closer.
    """

    place: int
    offer: SheetOffer
    ticked: bool
    like: int
    like_name: str
    columns: tuple[ColumnShown, ...]
    constants: tuple[ConstantShown, ...]


def offered(offer: ImportOffer, given: QueryDict | None) -> tuple[SheetShown, ...]:
    """Return the sheets as they seem to be, or as they were just filled in."""
    return tuple(
        _sheet_shown(place, sheet, offer, given) for place, sheet in enumerate(offer.sheets)
    )


def chosen(row: ImportRow, given: QueryDict) -> tuple[SheetChoice, ...]:
    """Return what the form chose: ticked sheets, and of each the columns with a field."""
    rows = header_rows(row, given)
    return tuple(
        SheetChoice(
            name=name,
            columns=_columns(given, place),
            header_rows=rows.get(name),
            constants=_constants(given, place),
        )
        for place, name in enumerate(row.sheets)
        if given.get(f"sheet-{place}")
    )


def header_rows(row: ImportRow, given: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Return the header rows given by hand, such as ``head-0=2-3``; what is no pair is left."""
    found = {}
    for place, name in enumerate(row.sheets):
        match = _ROWS.match(str(given.get(f"head-{place}", "")).strip())
        if match is not None:
            found[name] = (int(match[1]), int(match[2]))
    return found


def _sheet_shown(
    place: int, sheet: SheetOffer, offer: ImportOffer, given: QueryDict | None
) -> SheetShown:
    ticked = sheet.ticked if given is None else bool(given.get(f"sheet-{place}"))
    first = next(n for n, each in enumerate(offer.sheets) if _headers(each) == _headers(sheet))
    return SheetShown(
        place,
        sheet,
        ticked and sheet.fault is None,
        first,
        offer.sheets[first].name,
        tuple(_column_shown(place, each, offer, given) for each in sheet.columns),
        tuple(
            _constant_shown(place, code, value, offer, given)
            for code, value in sheet.constants.items()
        ),
    )


def _headers(sheet: SheetOffer) -> tuple[str, ...]:
    return tuple(column.header for column in sheet.columns)


def _column_shown(
    place: int, column: ColumnOffer, offer: ImportOffer, given: QueryDict | None
) -> ColumnShown:
    name = f"col-{place}-{column.index}"
    off = offer.target.field(column.off_field) if column.off_field else None
    value = column.field if given is None else given.get(name, "")
    return ColumnShown(name, column, value, off.title if off else None)


def _constant_shown(
    place: int, code: str, value: str, offer: ImportOffer, given: QueryDict | None
) -> ConstantShown:
    name = f"const-{place}-{code}"
    field = offer.target.field(code)
    title = field.title if field else Sentence(code, code)
    return ConstantShown(name, title, value if given is None else given.get(name, ""))


def _columns(given: QueryDict, place: int) -> dict[int, str]:
    prefix = f"col-{place}-"
    return {
        int(name[len(prefix) :]): str(value)
        for name, value in given.items()
        if name.startswith(prefix) and name[len(prefix) :].isdigit() and value
    }


def _constants(given: QueryDict, place: int) -> dict[str, str]:
    prefix = f"const-{place}-"
    return {
        name[len(prefix) :]: str(value).strip()
        for name, value in given.items()
        if name.startswith(prefix) and str(value).strip()
    }
