"""Conditions as an Ibis expression, which compiles to PostgreSQL, DuckDB or Spark."""

from __future__ import annotations

import functools
import operator
from datetime import datetime
from typing import TYPE_CHECKING

from liuchi.kernel.predicates.fields import Field, FieldType, Scalar, Schema
from liuchi.kernel.predicates.tree import (
    All,
    Any,
    Compare,
    Member,
    Missing,
    Not,
    Op,
    Predicate,
    Within,
    bounds,
)

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, Table, Value

_TYPES = {
    FieldType.TEXT: "string",
    FieldType.INTEGER: "int64",
    FieldType.DECIMAL: "decimal",
    FieldType.BOOLEAN: "boolean",
    FieldType.DATE: "date",
    FieldType.INSTANT: "timestamp('UTC', 6)",
    FieldType.UUID: "uuid",
}
_TESTS = {
    Op.IS: operator.eq,
    Op.AT_LEAST: operator.ge,
    Op.AT_MOST: operator.le,
    Op.BEFORE: operator.lt,
    Op.AFTER: operator.gt,
}


def to_ibis(
    tree: Predicate, table: Table, schema: Schema, as_of: datetime | None = None
) -> BooleanValue:
    """Return the condition over a table's columns; never null, like the SQL backend.

    Ibis is imported here and not with the kernel: it takes a second to load and
    only indicators need it.
    """
    import ibis  # noqa: PLC0415

    def build(node: Predicate) -> BooleanValue:
        match node:
            case All(parts):
                built = [build(part) for part in parts]
                return functools.reduce(operator.and_, built, ibis.literal(True))  # noqa: FBT003
            case Any(parts):
                built = [build(part) for part in parts]
                return functools.reduce(operator.or_, built, ibis.literal(False))  # noqa: FBT003
            case Not(part):
                return ~build(part)
        field = schema[node.field]
        column = table[field.column or node.field]
        if isinstance(node, Missing):
            return column.isnull() if node.missing else column.notnull()
        return column.notnull() & _leaf(node, field, column, as_of)

    return build(tree)


def _leaf(
    leaf: Compare | Member | Within, field: Field, column: Value, as_of: datetime | None
) -> BooleanValue:
    match leaf:
        case Member(_, values, inside):
            found = column.isin([_literal(value, field) for value in values])
            return found if inside else ~found
        case Within(_, period):
            low, high = (_literal(b, field) for b in bounds(period, field.type, as_of))
            return (column > low) & (column <= high)
        case Compare(_, op, value) if field.ordered and op is not Op.IS:
            rank = field.choices.index(str(value))
            above = op is Op.AT_LEAST
            return column.isin(field.choices[rank:] if above else field.choices[: rank + 1])
        case Compare(_, op, value):
            return _TESTS[op](column, _literal(value, field))


def _literal(value: Scalar, field: Field) -> Value:
    import ibis  # noqa: PLC0415

    return ibis.literal(value, type=_TYPES[field.type])
