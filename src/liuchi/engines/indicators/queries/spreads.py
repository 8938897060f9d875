"""Percentiles from the numbers that are kept, by rank: see ``rules.spreading``."""

from __future__ import annotations

from liuchi.engines.indicators.rules.spreading import OF_A_HUNDRED

_MIDDLE = 50
_TYPES = {"first": "date", "node_id": "uuid", "NULL": "text"}
"""What may be the key of a percentile, and of which type."""


def ranked(number: int, key: str, where: str, at: int) -> str:
    """Return the statement of a percentile by key; ``where`` says which cells are read.

    The numbers of a cell are read in their order, from the nearer end, no further than they
    have to be: a cell knows how many there are.
    """
    # Every word is ours; values are parameters.
    told = "NULL::text" if key == "NULL" else f"cell.{key}::text"
    order, reached = "", f"upto * {OF_A_HUNDRED} >= cell.n * {at}"
    if at > _MIDDLE:
        order, reached = "DESC", f"upto * {OF_A_HUNDRED} > cell.n * {OF_A_HUNDRED - at}"
    return (
        f"SELECT {number}, {told}, cell.n, found.measured "  # noqa: S608
        f"FROM (SELECT * FROM indicators_cell {where}) AS cell CROSS JOIN LATERAL ("
        "SELECT measured FROM (SELECT spread.measured, sum(spread.n) OVER "
        f"(ORDER BY spread.measured {order} ROWS UNBOUNDED PRECEDING) AS upto "
        "FROM indicators_spread AS spread WHERE spread.series_id = cell.series_id "
        "AND spread.node_id = cell.node_id AND spread.own = cell.own "
        "AND spread.stretch = cell.stretch AND spread.first = cell.first) AS told "
        f"WHERE {reached} ORDER BY measured {order} LIMIT 1) AS found"
    )


def ranked_with(key: str, where: str, at: int) -> str:
    """Return the statement of a percentile of some keys, with numbers that are not kept yet.

    Those are its parameters; some may be taken out.
    """
    # Every word is ours; values are parameters.
    type_ = _TYPES[key]
    of_those = "" if key == "NULL" else f"AND {key} = ANY(%(keys)s::{type_}[])"
    return (
        f"SELECT key::text, min(measured) FROM (SELECT key, measured, sum(n) OVER "  # noqa: S608
        "(PARTITION BY key ORDER BY measured) AS upto, sum(n) OVER (PARTITION BY key) AS many "
        "FROM (SELECT key, measured, sum(n) AS n FROM ("
        f"SELECT {key}::{type_} AS key, measured, n FROM indicators_spread {where} {of_those} "
        f"UNION ALL SELECT key, measured, n FROM unnest(%(keys)s::{type_}[], "
        "%(numbers)s::numeric[], %(many)s::integer[]) AS new (key, measured, n)) AS both_of "
        "GROUP BY key, measured HAVING sum(n) > 0) AS held) AS told "
        f"WHERE upto * {OF_A_HUNDRED} >= many * {at} GROUP BY key"
    )
