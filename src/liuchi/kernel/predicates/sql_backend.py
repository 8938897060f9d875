"""Conditions as PostgreSQL, every value a parameter."""

from __future__ import annotations

from datetime import datetime

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

Parameter = Scalar | list[Scalar] | list[str]

_CASTS = {
    FieldType.TEXT: "text",
    FieldType.INTEGER: "bigint",
    FieldType.DECIMAL: "numeric",
    FieldType.BOOLEAN: "boolean",
    FieldType.DATE: "date",
    FieldType.INSTANT: "timestamptz",
    FieldType.UUID: "uuid",
}
_SIGNS = {Op.IS: "=", Op.AT_LEAST: ">=", Op.AT_MOST: "<=", Op.BEFORE: "<", Op.AFTER: ">"}


def to_sql(
    tree: Predicate,
    schema: Schema,
    *,
    alias: str = "",
    as_of: datetime | None = None,
) -> tuple[str, list[Parameter]]:
    """Return a boolean SQL expression and its parameters, in psycopg's ``%s`` style.

    The expression is never NULL: each comparison also asks whether the column is
    there, in a form an index on the column can still serve. ``alias`` qualifies
    the columns.
    """
    builder = _Builder(schema, alias, as_of)
    return builder.sql(tree), builder.parameters


def quoted(identifier: str) -> str:
    """Quote an identifier for PostgreSQL and for ``%s`` formatting."""
    if "\x00" in identifier:
        msg = "an identifier can't hold a null byte"
        raise ValueError(msg)
    return '"' + identifier.replace('"', '""').replace("%", "%%") + '"'


class _Builder:
    def __init__(self, schema: Schema, alias: str, as_of: datetime | None) -> None:
        self.schema = schema
        self.alias = alias
        self.as_of = as_of
        self.parameters: list[Parameter] = []

    def sql(self, tree: Predicate) -> str:
        match tree:
            case All(parts):
                return self._joined(parts, "AND", "TRUE")
            case Any(parts):
                return self._joined(parts, "OR", "FALSE")
            case Not(part):
                return f"(NOT {self.sql(part)})"
        field = self.schema[tree.field]
        column = self._column(tree.field, field)
        if isinstance(tree, Missing):
            return f"({column} IS {'' if tree.missing else 'NOT '}NULL)"
        return f"({column} IS NOT NULL AND {self._leaf(tree, field, column)})"

    def _joined(self, parts: tuple[Predicate, ...], word: str, empty: str) -> str:
        if not parts:
            return empty
        return "(" + f" {word} ".join(self.sql(part) for part in parts) + ")"

    def _column(self, name: str, field: Field) -> str:
        column = quoted(field.column or name)
        return f"{quoted(self.alias)}.{column}" if self.alias else column

    def _leaf(self, leaf: Compare | Member | Within, field: Field, column: str) -> str:
        cast = _CASTS[field.type]
        match leaf:
            case Member(_, values, inside):
                self.parameters.append(list(values))
                return f"{'' if inside else 'NOT '}{column} = ANY(%s::{cast}[])"
            case Within(_, period):
                self.parameters.extend(bounds(period, field.type, self.as_of))
                return f"{column} > %s::{cast} AND {column} <= %s::{cast}"
            case Compare(_, op, value) if field.ordered and op is not Op.IS:
                # At least AA is: one of AA and all above it.
                rank = field.choices.index(str(value))
                above = op is Op.AT_LEAST
                reach = field.choices[rank:] if above else field.choices[: rank + 1]
                self.parameters.append(list(reach))
                return f"{column} = ANY(%s::{cast}[])"
            case Compare(_, op, value):
                self.parameters.append(value)
                return f"{column} {_SIGNS[op]} %s::{cast}"
