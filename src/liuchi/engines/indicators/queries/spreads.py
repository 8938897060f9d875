"""Percentiles from the numbers that are kept, by rank: see ``rules.spreading``."""

from __future__ import annotations

from liuchi.engines.indicators.rules.spreading import OF_A_HUNDRED

_TYPES = {"first": "date", "node_id": "uuid", "NULL": "text"}
"""What may be the key of a percentile, and of which type: in the order in which it is kept."""


def ranked(number: int, key: str, cells: str, at: int, *, more: bool) -> str:
    """Return the statement of a percentile by key; ``cells`` is which numbers are read.

    ``more``: together with numbers of its parameters, some of which may be taken out.
    """
    # Every word is ours; values are parameters.
    type_ = _TYPES[key]
    held = f"SELECT {key}::{type_} AS key, measured, n FROM indicators_spread {cells}"  # noqa: S608
    if more:
        held = (
            f"SELECT key, measured, sum(n)::integer AS n FROM ({held} UNION ALL "  # noqa: S608
            f"SELECT key, measured, n FROM unnest(%(keys)s::{type_}[], %(numbers)s::numeric[], "
            "%(many)s::integer[]) AS new (key, measured, n)) AS both_of "
            "GROUP BY key, measured HAVING sum(n) > 0"
        )
    return (
        f"SELECT {number}, key::text, max(many)::bigint, min(measured) FROM ("  # noqa: S608
        "SELECT key, measured, sum(n) OVER (PARTITION BY key ORDER BY measured) AS upto, "
        f"sum(n) OVER (PARTITION BY key) AS many FROM ({held}) AS held) AS told "
        f"WHERE upto * {OF_A_HUNDRED} >= many * {at} GROUP BY key"
    )
