"""Which column is which field: guessed, remembered, chosen, checked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from liuchi.engines.files.rules.targets import ImportField, ImportTarget
from liuchi.kernel.errors import FieldError, Invalid
from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import header_of

PURPOSE_CHARACTERS = range(2, 201)


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """What to take from a sheet: place of a column → field; the others are not read.

    ``header_rows`` are the first and last row of the header, from 1, None to find them.
    ``constants`` give a field one value for the whole sheet.
    """

    name: str
    columns: Mapping[int, str]
    header_rows: tuple[int, int] | None = None
    constants: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """A column and the field it seems to be; ``remembered``: chosen so the last time.

    ``off_field`` is the field it would be, were that not off by default.
    """

    index: int
    header: str
    field: str = ""
    remembered: bool = False
    off_field: str = ""


def header_words(target: ImportTarget) -> frozenset[str]:
    """Return every header the target's fields go by, in the compared form."""
    return frozenset(word for each in target.fields for word in _words(each))


def signature(headers: Sequence[str]) -> str:
    """Return what a mapping is remembered under: the headers, in order, as a hash."""
    text = "\n".join(header_of(header) for header in headers)
    return hashlib.sha256(text.encode()).hexdigest()


def guess_columns(
    target: ImportTarget, headers: Sequence[str], remembered: Mapping[str, str]
) -> tuple[ColumnGuess, ...]:
    """Match headers with fields; ``remembered`` (header → field) wins over likeness.

    The whole header first, then the last part of a joined one ("户主信息 手机号"), then a
    header that contains a field's word. Every field is given away once.
    """
    found: dict[int, str] = {}
    kept = {header_of(header): code for header, code in remembered.items()}
    known = {
        index: kept[header_of(header)]
        for index, header in enumerate(headers)
        if header_of(header) in kept and target.field(kept[header_of(header)]) is not None
    }
    found.update(known)
    for likeness in (_whole, _last_part, _contained):
        for each in target.fields:
            if each.code in found.values():
                continue
            place = next(
                (
                    index
                    for index, header in enumerate(headers)
                    if header and index not in found and likeness(header, each)
                ),
                None,
            )
            if place is not None:
                found[place] = each.code
    return tuple(
        _guess(target, index, header, found.get(index, ""), remembered=index in known)
        for index, header in enumerate(headers)
    )


def _guess(
    target: ImportTarget, index: int, header: str, code: str, *, remembered: bool
) -> ColumnGuess:
    off = code and (target.field(code) or ImportField("", Sentence("", ""))).off_by_default
    if off:
        return ColumnGuess(index, header, off_field=code)
    return ColumnGuess(index, header, code, remembered)


def check_choice(target: ImportTarget, sheets: Sequence[SheetChoice], purpose: str) -> None:
    """Raise Invalid for a choice that cannot be read: what is missing, what is there twice."""
    errors: list[FieldError] = []
    if not sheets:
        raise Invalid(
            "sheets_missing", Sentence("请至少选一个工作表。", "Choose at least one sheet.")
        )
    for sheet in sheets:
        given = [*sheet.columns.values(), *sheet.constants]
        for code in dict.fromkeys(given):
            held = target.field(code)
            if held is None:
                errors.append(FieldError(sheet.name, Sentence("没有这一项。", "No such field.")))
            elif given.count(code) > 1:
                errors.append(FieldError(sheet.name, _twice(held)))
        missing = [each for each in target.fields if each.required and each.code not in given]
        errors.extend(FieldError(sheet.name, _missing(each)) for each in missing)
        off = [each for each in target.fields if each.off_by_default and each.code in given]
        if off and len(purpose.strip()) not in PURPOSE_CHARACTERS:
            errors.append(FieldError("purpose", _purpose_missing(off[0])))
    if errors:
        raise Invalid("columns_unusable", errors[0].sentence, tuple(errors))


def _twice(held: ImportField) -> Sentence:
    return Sentence(
        "有两列都对应“{zh}”，请留一列。",
        "Two columns are matched with {en}. Keep one.",
        {"zh": held.title.zh, "en": held.title.en},
    )


def _missing(held: ImportField) -> Sentence:
    return Sentence(
        "请指明哪一列是“{zh}”。",
        "Say which column is {en}.",
        {"zh": held.title.zh, "en": held.title.en},
    )


def _purpose_missing(held: ImportField) -> Sentence:
    return Sentence(
        "导入“{zh}”请写明用途（2 至 200 字）。",
        "State why {en} is imported (2 to 200 characters).",
        {"zh": held.title.zh, "en": held.title.en},
    )


def _words(held: ImportField) -> tuple[str, ...]:
    return tuple(header_of(word) for word in (held.title.zh, held.title.en, *held.aliases))


def _whole(header: str, held: ImportField) -> bool:
    return header_of(header) in _words(held)


def _last_part(header: str, held: ImportField) -> bool:
    return header_of(header.rpartition(" ")[2]) in _words(held)


def _contained(header: str, held: ImportField) -> bool:
    text = header_of(header)
    return any(len(word) > 1 and word in text for word in _words(held))
