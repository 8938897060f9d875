"""Percentiles from the numbers that are kept, by rank: see ``rules.spreading``."""

from __future__ import annotations

from liuchi.engines.indicators.rules.spreading import OF_A_HUNDRED

_NOT_KEPT_YET = (
    " UNION ALL SELECT key, measured, n FROM unnest("
    "%(keys)s::text[], %(numbers)s::numeric[], %(many)s::bigint[]) AS new (key, measured, n)"
)


def ranked(number: int, key: str, cells: str, at: int, *, more: bool) -> str:
    """Return the statement of a percentile by key; ``cells`` is which numbers are read.

    ``more``: together with numbers of its parameters, some of which may be taken out.
    """
    # Every word is ours; values are parameters.
    held = f"SELECT {key} AS key, measured, n FROM indicators_spread {cells}"  # noqa: S608
    if more:
        held = (
            f"SELECT key, measured, sum(n) AS n FROM ({held}{_NOT_KEPT_YET}) AS both_of "  # noqa: S608
            "GROUP BY key, measured HAVING sum(n) > 0"
        )
    return (
        f"SELECT {number}, key, max(many)::bigint, min(measured) FROM ("  # noqa: S608
        "SELECT key, measured, sum(n) OVER (PARTITION BY key ORDER BY measured) AS upto, "
        f"sum(n) OVER (PARTITION BY key) AS many FROM ({held}) AS held) AS told "
        f"WHERE upto * {OF_A_HUNDRED} >= many * {at} GROUP BY key"
    )
