"""What became of public cases: kept in time or not, and what the office answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from liuchi.engines.cases.rules.public import told_to_all
from liuchi.engines.cases.scope import INTAKE
from liuchi.engines.journal.scope import acting_as


@dataclass(frozen=True, slots=True)
class PublicOutcome:
    """How a closed case ended. ``answer`` is the office's, to everybody; "" without one."""

    in_time: bool | None
    basically_done: bool
    answer: str


_SELECT = """
SELECT held.id, coalesce(
    (SELECT whole.in_time FROM cases_clock AS whole
     WHERE whole.case_id = held.id AND whole.kind = 'total' ORDER BY whole.round DESC LIMIT 1),
    (SELECT bool_and(part.in_time) FROM cases_clock AS part WHERE part.case_id = held.id)),
  held.basically_done,
  coalesce((SELECT step.opinion FROM cases_step AS step
     WHERE step.case_id = held.id AND step.verb = 'close' ORDER BY step.id DESC LIMIT 1), '')
FROM cases_case AS held
WHERE held.id = ANY (%s) AND held.state = 'closed' AND NOT held.sensitive
  AND held.about_id IS NULL
"""


def public_outcomes(case_ids: Collection[UUID]) -> Mapping[UUID, PublicOutcome]:
    """Return how those of some public cases ended that are closed; one statement.

    For cases that :func:`public_cases` has returned: what a type says of them is not asked
    again here.
    """
    with acting_as(INTAKE), connection.cursor() as cursor:
        cursor.execute(_SELECT, [list(case_ids)])
        return {
            case_id: PublicOutcome(in_time, basically_done, told_to_all(answer))
            for case_id, in_time, basically_done, answer in cursor.fetchall()
        }
