"""What the public reads of a posting: one pure function, for the preview and for the release."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from liuchi.engines.directory.rules import mask_address, mask_name
from liuchi.engines.disclosures.enums import ColumnKind, FoundKind, Sensitivity
from liuchi.engines.disclosures.rules.naming import without_names
from liuchi.engines.disclosures.rules.numbers import redacted, tail
from liuchi.engines.disclosures.rules.scan import (
    hidden_names,
    names_of,
    pieces_in,
    says,
    scan_text,
    tells_of_health_or_child,
)
from liuchi.engines.disclosures.rules.split import without_pieces
from liuchi.engines.disclosures.spec import ColumnSpec, ItemSpec


@dataclass(frozen=True, slots=True)
class PublicColumn:
    """A column as the public reads it."""

    code: str
    title: str
    kind: ColumnKind
    key: bool


@dataclass(frozen=True, slots=True)
class PublicForm:
    """A posting as the public reads it. ``total`` sums the first column of money, if any."""

    columns: tuple[PublicColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    amounts: tuple[Decimal | None, ...]
    note: str

    @property
    def total(self) -> Decimal | None:
        """What all rows come to; None where no column is of money."""
        given = [amount for amount in self.amounts if amount is not None]
        return sum(given, Decimal(0)) if given else None


def public_form(item: ItemSpec, rows: Sequence[Mapping[str, str]], note: str = "") -> PublicForm:
    """Return what everybody will read of some rows and their note."""
    columns = item.public_columns
    money = next((c.code for c in columns if c.kind is ColumnKind.AMOUNT), None)
    hidden, known = hidden_names(item, rows), names_of(item, rows)
    rows = without_pieces(rows, pieces_in(item, rows))
    names = [c.code for c in columns if c.kind is ColumnKind.NAME]
    told = []
    for cells in rows:
        named = any(cells.get(code) for code in names)
        told.append(
            tuple(_public(item, c, cells.get(c.code, ""), hidden, named=named) for c in columns)
        )
    return PublicForm(
        tuple(PublicColumn(c.code, c.title, c.kind, c.key) for c in columns),
        tuple(told),
        tuple(_amount(cells.get(money, "")) if money else None for cells in rows),
        released(note.strip(), known=known),
    )


def without_numbers(item: ItemSpec, rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return rows with every number that never goes out cut down, also those in pieces."""
    whole = without_pieces(rows, pieces_in(item, rows))
    return [{code: redacted(text) for code, text in cells.items()} for cells in whole]


def released(text: str, *, named: bool = False, known: frozenset[str] = frozenset()) -> str:
    """Return a text as the public reads it, whatever reason was given for what it holds.

    Numbers are cut to their tail, a day of birth and an address down to the door lose theirs, and
    beside a name so does every telephone and every house. Where it tells of illness or of a child
    the names are masked instead. ``known`` are names that may stand in it.
    """
    if not text:
        return ""
    found = scan_text(text, named=named, known=known)
    told = text
    for each in sorted(found, key=lambda each: each.start, reverse=True):
        if each.kind.is_always_cut or each.named:
            told = (
                told[: each.start] + _cut(each.kind, told[each.start : each.end]) + told[each.end :]
            )
    return without_names(told, known) if tells_of_health_or_child(text) else told


def _cut(kind: FoundKind, text: str) -> str:
    match kind:
        case FoundKind.HEALTH | FoundKind.MINOR:
            return text
        case FoundKind.ADDRESS | FoundKind.STREET:
            return mask_address(redacted(text))
        case FoundKind.BIRTH_DATE | FoundKind.ACCOUNT:
            return "****"
    return f"****{tail(text)}"


def content_hash(item_code: str, first: date, form: PublicForm) -> str:
    """Return the SHA-256 of what the public reads, for anybody to compute again.

    Over ``{"columns": [titles], "item": …, "note": …, "period": "2026-10-01", "rows": [[…]]}`` as
    compact JSON with sorted keys, in UTF-8.
    """
    told = {
        "item": item_code,
        "period": first.isoformat(),
        "columns": [column.title for column in form.columns],
        "rows": [list(row) for row in form.rows],
        "note": form.note,
    }
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _public(
    item: ItemSpec, column: ColumnSpec, text: str, hidden: frozenset[str], *, named: bool
) -> str:
    if not text:
        return ""
    masked = item.shown_as(column) is Sensitivity.MASKED
    match column.kind:
        case kind if kind.keeps_tail_only:
            return f"****{tail(text)}"
        case ColumnKind.ADDRESS:
            return mask_address(redacted(text))
        case ColumnKind.AMOUNT | ColumnKind.COUNT | ColumnKind.DATE:
            return "****" if masked else text
        case ColumnKind.NAME if text in hidden:
            return mask_name(text)
    return mask_name(text) if masked else released(text, named=named and says(column.kind))


def _amount(text: str) -> Decimal | None:
    return Decimal(text) if text else None
