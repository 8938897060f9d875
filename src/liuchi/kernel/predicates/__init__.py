"""One closed grammar for conditions, with three backends that must agree.

A condition is written as a mapping of a field to operators, ``{kind: {is: testing},
quantity: {at_least: 2}}``; all parts must hold. ``all``, ``any`` and ``not``
combine. Values are two-valued everywhere: a comparison with a missing operand is
false, and ``not`` is the plain complement. Nothing else can be said, on purpose:
a playbook names things, it does not compute.
"""

from liuchi.kernel.predicates.fields import Field, FieldType, Schema
from liuchi.kernel.predicates.ibis_backend import to_ibis
from liuchi.kernel.predicates.parse import PredicateError, parse
from liuchi.kernel.predicates.python_backend import evaluate
from liuchi.kernel.predicates.sql_backend import to_sql
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
    fields_of,
)
from liuchi.kernel.predicates.words import Names, describe

__all__ = [
    "All",
    "Any",
    "Compare",
    "Field",
    "FieldType",
    "Member",
    "Missing",
    "Names",
    "Not",
    "Op",
    "Predicate",
    "PredicateError",
    "Schema",
    "Within",
    "describe",
    "evaluate",
    "fields_of",
    "parse",
    "to_ibis",
    "to_sql",
]
