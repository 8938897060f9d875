"""Which of the figures that are kept are counted anew to see whether they are right."""

from __future__ import annotations

from django.db import connection

from liuchi.engines.indicators.queries.asked import ask
from liuchi.engines.indicators.queries.questions import Question
from liuchi.engines.indicators.rules.compiling import Shape
from liuchi.engines.indicators.rules.rolling import Stretch
from liuchi.engines.indicators.scope import KEEPER, READ
from liuchi.kernel.errors import NotFound
from liuchi.kernel.periods import Per, Span


def drawn(many: int) -> list[Question]:
    """Return the questions that some cells answer, drawn at random."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT series.code, cell.node_id, "
            "cell.stretch, cell.first FROM indicators_cell AS cell "
            "JOIN indicators_series AS series ON series.id = cell.series_id "
            "WHERE NOT cell.own ORDER BY random() LIMIT %(many)s",
            {"many": many},
        )
        cells = cursor.fetchall()
    found = []
    for code, node, stretch, first in cells:
        span = None if stretch == Stretch.EVER else Span(Per(stretch), first)
        try:
            asked = ask(KEEPER, READ, code, node, span=span, as_of=None)
        except NotFound:  # no longer defined: forgotten with the next facts
            continue
        found.append(Question(asked, Shape.TOTAL, asked.whole, (node,)))
    return found
