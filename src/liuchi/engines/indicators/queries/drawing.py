"""Which of the figures that are kept are counted anew to see whether they are right."""

from __future__ import annotations

from django.db import connection

from liuchi.engines.indicators.queries.asked import ask
from liuchi.engines.indicators.queries.questions import Question
from liuchi.engines.indicators.rules.compiling import Shape
from liuchi.engines.indicators.rules.rolling import Stretch
from liuchi.engines.indicators.scope import KEEPER, READ
from liuchi.kernel.errors import NotFound


def drawn(many: int) -> list[Question]:
    """Return the questions that some cells answer, drawn at random: months, and all of time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT series.code, cell.node_id, "
            "CASE cell.stretch WHEN %(month)s THEN cell.first END FROM indicators_cell AS cell "
            "JOIN indicators_series AS series ON series.id = cell.series_id "
            "WHERE NOT cell.own AND cell.stretch IN (%(month)s, %(ever)s) "
            "ORDER BY random() LIMIT %(many)s",
            {"month": str(Stretch.MONTH), "ever": str(Stretch.EVER), "many": many},
        )
        cells = cursor.fetchall()
    found = []
    for code, node, month in cells:
        try:
            asked = ask(KEEPER, READ, code, node, month=month, as_of=None)
        except NotFound:  # no longer defined: forgotten with the next facts
            continue
        found.append(Question(asked, Shape.TOTAL, asked.whole, (node,)))
    return found
