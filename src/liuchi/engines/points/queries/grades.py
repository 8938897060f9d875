"""Grades in force: what eligibility asks, and what a resident's page tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from liuchi.engines.points.enums import GradeMethod


@dataclass(frozen=True, slots=True)
class Standing:
    """One grade somebody holds. ``rank`` counts from 1, the lowest step of its scheme.

    ``method`` keeps the place's own grades and an issuer's apart; ``issuer`` is empty for
    the place's own. ``line_id`` is the record the grade stands on.
    """

    scheme: str
    scheme_title: str
    method: GradeMethod
    issuer: str
    grade: str
    title: str
    rank: int
    issued_on: date
    valid_to: date | None
    line_id: UUID


def standings(person_id: UUID, on: date) -> tuple[Standing, ...]:
    """Return the grades a person holds on a day, the place's own first; one statement.

    Of each scheme the newest that was issued by then. Whoever asks: an offer at a merchant
    asks it about somebody of another place and answers yes or no. Empty for who takes no
    part (no consent, moved away, unknown).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM points_standings(%s, %s)", [person_id, on])
        return tuple(
            Standing(scheme, named, GradeMethod(method), *rest)
            for scheme, named, method, *rest in cursor.fetchall()
        )
