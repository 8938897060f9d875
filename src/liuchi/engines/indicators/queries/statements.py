"""What statements over facts share: how they are planned, and a fact read from a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper

from liuchi.engines.indicators.enums import Part
from liuchi.engines.indicators.queries.rows import TracedFact
from liuchi.playbooks import registry


def hashed(
    cursor: CursorWrapper, text: str, given: Mapping[str, Any], **settings: str
) -> list[tuple[Any, ...]]:
    """Execute a statement that joins by hashing alone, and return its rows; one round trip.

    Of a condition on what facts carry the planner believes that next to nothing meets it, and
    would look every fact up in every month: ten times slower at a million. ``settings`` of the
    server hold for this statement as well. Inside a transaction.
    """
    held = {"enable_nestloop": "off", **settings}
    begins = "; ".join(f"SET LOCAL {name} = '{value}'" for name, value in held.items())
    ends = "; ".join(f"SET LOCAL {name} TO DEFAULT" for name in held)
    cursor.execute(f"{begins}; {text}; {ends}", given)
    for _setting in held:
        cursor.nextset()
    return list(cursor.fetchall())


def traced_fact(row: Sequence[Any]) -> TracedFact:
    """Return a fact of twelve columns, or thirteen: ``measured`` is the last."""
    return TracedFact(
        id=row[0],
        kind=row[1],
        kind_title=registry.fact_kinds()[row[1]].title,
        at=row[2],
        recorded_at=row[3],
        area_id=row[4],
        actor_id=row[5],
        subject_kind=row[6],
        subject_id=row[7],
        amount=row[8],
        part=Part(row[9]),
        entity=row[10],
        first_of_entity=row[11],
        measured=row[12] if len(row) > 12 else None,  # noqa: PLR2004  the last of them
    )
