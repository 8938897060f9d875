"""The typed fields a condition may speak of, and how their values are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from uuid import UUID

from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.sentences import Sentence

Scalar = str | int | bool | Decimal | date | datetime | UUID


class FieldType(StrEnum):
    """What a field holds."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "instant"
    UUID = "uuid"


TIMES = (FieldType.DATE, FieldType.INSTANT)
NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL)


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its type, and where SQL finds it.

    ``choices`` closes the set of values a text may have. Where ``ordered`` is
    true they stand from low to high (grades ``D`` … ``AAA``) and may be compared
    with ``at_least``; plain text may not, since its order depends on a collation.
    ``column`` is the column's name where it differs from the field's.
    """

    type: FieldType
    title: Sentence | None = None
    choices: tuple[str, ...] = ()
    ordered: bool = False
    column: str | None = None

    def __post_init__(self) -> None:
        """Only text is chosen from a list."""
        if self.choices and self.type is not FieldType.TEXT:
            msg = "only a text field has choices"
            raise ValueError(msg)
        if self.ordered and not self.choices:
            msg = "an ordered field names its choices from low to high"
            raise ValueError(msg)

    @property
    def comparable(self) -> bool:
        """Whether ``at_least`` and ``at_most`` make sense."""
        return self.type in NUMBERS or self.ordered


Schema = Mapping[str, Field]


def read(value: object, kind: FieldType) -> Scalar:
    """Read a value as a field's type holds it; ValueError where it is another.

    Accepts the typed value and the text form in which YAML or JSON carries it.
    An instant without a zone is Shanghai time.
    """
    return _READERS[kind](value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _wrong(value)
    if "\x00" in value:  # PostgreSQL can't hold it, so no text may
        raise _wrong(value)
    return value


def _integer(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 1 << 63:
        raise _wrong(value)
    return value


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise _wrong(value)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise _wrong(value) from None
    if not number.is_finite():
        raise _wrong(value)
    return number


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(value)
    return value


def _date(value: object) -> date:
    if isinstance(value, str):
        return date.fromisoformat(value)
    if isinstance(value, datetime) or not isinstance(value, date):
        raise _wrong(value)
    return value


def _instant(value: object) -> datetime:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        raise _wrong(value)
    return value if value.tzinfo else value.replace(tzinfo=SHANGHAI)


def _uuid(value: object) -> UUID:
    if isinstance(value, UUID):
        return value
    return UUID(_text(value))


def _wrong(value: object) -> ValueError:
    return ValueError(f"{value!r} has another type")


_READERS: Mapping[FieldType, Callable[[object], Scalar]] = {
    FieldType.TEXT: _text,
    FieldType.INTEGER: _integer,
    FieldType.DECIMAL: _decimal,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
    FieldType.INSTANT: _instant,
    FieldType.UUID: _uuid,
}
