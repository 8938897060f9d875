"""Adding up along the tree of areas what changes in the counts that are kept."""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper

from liuchi.engines.indicators.queries.changes import Text
from liuchi.engines.indicators.rules.terms import Term
from liuchi.playbooks.registry import MeasureOp

_CHANGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS indicators_change (
    series_id integer NOT NULL, area_id uuid NOT NULL, month date NOT NULL, entity text NOT NULL,
    n bigint NOT NULL, value numeric NOT NULL
) ON COMMIT DELETE ROWS
"""
_NUMBERS = """
CREATE TEMPORARY TABLE IF NOT EXISTS indicators_spread_change (
    series_id integer NOT NULL, area_id uuid NOT NULL, month date NOT NULL,
    measured numeric NOT NULL, n bigint NOT NULL
) ON COMMIT DELETE ROWS
"""
_STRETCHES = """
CROSS JOIN LATERAL (VALUES
    ('month', told.month), ('quarter', date_trunc('quarter', told.month)::date),
    ('year', date_trunc('year', told.month)::date), ('ever', date '1900-01-01')
) AS stretch (stretch, first)
CROSS JOIN LATERAL (
    SELECT node_id, false FROM indicators_node WHERE area_id = told.area_id
    UNION ALL SELECT told.area_id, true
) AS node (node_id, own)
"""
# What is counted once each counts where it came to be named, and no more where it is not.
_ADD_UP = f"""
WITH was AS MATERIALIZED (
    SELECT ref.* FROM indicators_ref AS ref
    JOIN (SELECT DISTINCT series_id, entity FROM indicators_change WHERE entity <> '') AS touched
    USING (series_id, entity)
), named AS (
    SELECT series_id, entity, month, area_id, -1 AS sign FROM was
    UNION ALL
    SELECT series_id, entity, month, area_id, 1 FROM (
        SELECT series_id, entity, month, area_id, n FROM was
        UNION ALL
        SELECT series_id, entity, month, area_id, n FROM indicators_change WHERE entity <> ''
    ) AS both_of GROUP BY series_id, entity, month, area_id HAVING sum(n) > 0
), added AS (
    SELECT told.series_id, node.node_id, node.own, stretch.stretch, stretch.first,
           told.n, told.value
    FROM indicators_change AS told {_STRETCHES} WHERE told.entity = ''
    UNION ALL
    SELECT series_id, node_id, own, stretch, first, sign, sign FROM (
        SELECT DISTINCT told.series_id, told.entity, told.sign, node.node_id, node.own,
               stretch.stretch, stretch.first
        FROM named AS told {_STRETCHES}
    ) AS once
)
MERGE INTO indicators_cell AS cell
USING (
    SELECT series_id, node_id, own, stretch, first, sum(n) AS n, sum(value) AS value
    FROM added GROUP BY series_id, node_id, own, stretch, first
    HAVING sum(n) <> 0 OR sum(value) <> 0
) AS more
ON cell.series_id = more.series_id AND cell.node_id = more.node_id AND cell.own = more.own
   AND cell.stretch = more.stretch AND cell.first = more.first
WHEN MATCHED AND cell.n + more.n = 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET n = cell.n + more.n, value = cell.value + more.value
WHEN NOT MATCHED THEN INSERT VALUES (series_id, node_id, own, stretch, first, n, value)
"""  # noqa: S608  every word is ours
_REMEMBER = """
MERGE INTO indicators_ref AS ref
USING (SELECT * FROM indicators_change WHERE entity <> '') AS more
ON ref.series_id = more.series_id AND ref.entity = more.entity AND ref.month = more.month
   AND ref.area_id = more.area_id
WHEN MATCHED AND ref.n + more.n = 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET n = ref.n + more.n
WHEN NOT MATCHED THEN INSERT VALUES (series_id, entity, month, area_id, n)
"""
_SPREAD = f"""
MERGE INTO indicators_spread AS spread
USING (
    SELECT told.series_id, node.node_id, node.own, stretch.stretch, stretch.first, told.measured,
           sum(told.n)::integer AS n
    FROM indicators_spread_change AS told {_STRETCHES}
    GROUP BY told.series_id, node.node_id, node.own, stretch.stretch, stretch.first, told.measured
    HAVING sum(told.n) <> 0
) AS more
ON spread.series_id = more.series_id AND spread.node_id = more.node_id AND spread.own = more.own
   AND spread.stretch = more.stretch AND spread.first = more.first
   AND spread.measured = more.measured
WHEN MATCHED AND spread.n + more.n = 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET n = spread.n + more.n
WHEN NOT MATCHED THEN INSERT VALUES (series_id, node_id, own, stretch, first, measured, n)
"""  # noqa: S608  every word is ours
_ADDED_UP_OTHERWISE = """
INSERT INTO indicators_change
SELECT cell.series_id, cell.node_id, cell.first, '', cell.n, cell.value FROM indicators_cell AS cell
WHERE cell.own AND cell.stretch = 'month'
AND cell.series_id NOT IN (SELECT DISTINCT series_id FROM indicators_ref)
UNION ALL SELECT series_id, area_id, month, entity, n, n FROM indicators_ref
"""
_NUMBERED_OTHERWISE = """
INSERT INTO indicators_spread_change
SELECT series_id, node_id, first, measured, n FROM indicators_spread WHERE own AND stretch = 'month'
"""


def begin(cursor: CursorWrapper) -> None:
    """Make room for what changes."""
    cursor.execute(_CHANGE)
    cursor.execute(_NUMBERS)


def note(cursor: CursorWrapper, series: int, term: Term, counted: Text) -> None:
    """Take down what changes in one count.

    Of a percentile every number is taken down, and besides how many there are.
    """
    text, given = counted
    # The texts are compiled from declared names (rules.compiling); values are parameters.
    if term.op is not MeasureOp.PERCENTILE:
        told = f"SELECT {series}, told.* FROM ({text}) AS told"  # noqa: S608
        cursor.execute(f"INSERT INTO indicators_change {told}", given)
        return
    cursor.execute(
        f"INSERT INTO indicators_spread_change SELECT {series}, told.area, told.month, "  # noqa: S608
        f"told.entity::numeric, told.n FROM ({text}) AS told",
        given,
    )
    cursor.execute(
        "INSERT INTO indicators_change SELECT series_id, area_id, month, '', sum(n), sum(n) "
        "FROM indicators_spread_change WHERE series_id = %s "
        "GROUP BY series_id, area_id, month HAVING sum(n) <> 0",
        [series],
    )


def add_up(cursor: CursorWrapper) -> None:
    """Add up along the tree what was taken down."""
    cursor.execute(_ADD_UP)
    cursor.execute(_REMEMBER)
    cursor.execute(_SPREAD)
    cursor.execute("DELETE FROM indicators_change")
    cursor.execute("DELETE FROM indicators_spread_change")


def take_back(cursor: CursorWrapper) -> None:
    """Take everything down as it is kept by place, to be added up by another tree."""
    cursor.execute(_ADDED_UP_OTHERWISE)
    cursor.execute(_NUMBERED_OTHERWISE)
    for table in ("indicators_cell", "indicators_ref", "indicators_spread"):
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608
