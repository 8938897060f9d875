"""Rows as columns: many rows go into one statement as an array for each column.

Writing every value of every row into a statement costs the driver and the server several
times what the rows themselves do. What all rows share is said once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

_QUOTED = frozenset({"text", "jsonb"})


def selected(
    types: Mapping[str, str], rows: Sequence[Sequence[object]]
) -> tuple[str, list[str | None]]:
    """Return the SELECT that gives ``rows`` in their order, and its parameters.

    ``types`` are the columns, in the rows' order, with their PostgreSQL types. A value is None
    or what ``str`` writes as PostgreSQL reads it: a list is given as ``{a,b}``. One row at least.
    """
    chosen, shared = list[str](), list[str | None]()
    named, unnested, arrays = list[str](), list[str](), list[str]()
    for (name, type_), column in zip(types.items(), zip(*rows, strict=True), strict=True):
        first = column[0]
        if column[-1] == first and column.count(first) == len(column):
            chosen.append(f"%s::{type_}")
            shared.append(None if first is None else str(first))
            continue
        is_list = type_.endswith("[]")  # lists of unequal length make no array
        chosen.append(f"{name}::{type_}" if is_list else name)
        named.append(name)
        unnested.append("%s::text[]" if is_list else f"%s::{type_}[]")
        arrays.append(array(column, quoted=is_list or type_ in _QUOTED))
    if not named:
        named, unnested, arrays = ["n"], ["%s::integer[]"], [array(range(len(rows)))]
    given = f"unnest({', '.join(unnested)}) AS given ({', '.join(named)})"
    # Names of columns and types come from code, values are parameters.
    return f"SELECT {', '.join(chosen)} FROM {given}", [*shared, *arrays]  # noqa: S608


def array(values: Iterable[object], *, quoted: bool = False) -> str:
    """Return values as PostgreSQL writes an array of them; ``quoted`` for any text."""
    write = _quoted if quoted else str
    return "{" + ",".join(["NULL" if each is None else write(each) for each in values]) + "}"


def _quoted(value: object) -> str:
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
