"""Conditions answered in Python, over one mapping of values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from operator import eq, ge, gt, le, lt
from typing import Any as Anything

from liuchi.kernel.predicates.fields import Field, Scalar, Schema, read
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

_TESTS: Mapping[Op, Callable[[Anything, Anything], bool]] = {
    Op.IS: eq,
    Op.AT_LEAST: ge,
    Op.AT_MOST: le,
    Op.BEFORE: lt,
    Op.AFTER: gt,
}


def evaluate(
    tree: Predicate,
    values: Mapping[str, object],
    schema: Schema,
    as_of: datetime | None = None,
) -> bool:
    """Answer a condition for one row of values.

    A value may be absent or None: then every comparison with it is false.
    ``as_of`` is the instant ``within`` looks back from. Raises ValueError for a
    value that is not of its field's type.
    """
    match tree:
        case All(parts):
            return all(evaluate(part, values, schema, as_of) for part in parts)
        case Any(parts):
            return any(evaluate(part, values, schema, as_of) for part in parts)
        case Not(part):
            return not evaluate(part, values, schema, as_of)
    field = schema[tree.field]
    held = values.get(tree.field)
    if isinstance(tree, Missing):
        return (held is None) is tree.missing
    return held is not None and _holds(tree, field, read(held, field.type), as_of)


def _holds(
    leaf: Compare | Member | Within, field: Field, held: Scalar, as_of: datetime | None
) -> bool:
    match leaf:
        case Member(_, candidates, inside):
            return (held in candidates) is inside
        case Within(_, period):
            low, high = bounds(period, field.type, as_of)
            return _TESTS[Op.AFTER](held, low) and _TESTS[Op.AT_MOST](held, high)
        case Compare(_, op, value) if field.ordered and op is not Op.IS:
            if held not in field.choices:
                return False
            rank = field.choices.index
            return _TESTS[op](rank(str(held)), rank(str(value)))
        case Compare(_, op, value):
            return _TESTS[op](held, value)
