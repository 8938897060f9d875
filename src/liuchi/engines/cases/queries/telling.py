"""What has to be known to tell people about cases: for flows, which ask for many at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liuchi.engines.cases.models import Case, Whistle
from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class CaseNote:
    """What a notice about a case says: no word of the report, no name of anybody.

    ``caller_id`` is the place whose whistle is or was the last on it, None without one.
    """

    id: UUID
    desk_id: UUID
    unit_id: UUID | None
    type_title: str
    due_at: datetime | None
    caller_id: UUID | None


def case_notes(actor: Actor, case_ids: Collection[UUID]) -> Mapping[UUID, CaseNote]:
    """Return cases in scope by id, in two statements; unknown ids are left out."""
    require(actor)
    wanted = list(case_ids)
    callers = dict(
        Whistle.objects.filter(case_id__in=wanted).order_by("id").values_list("case_id", "area_id")
    )
    found = Case.objects.filter(pk__in=wanted).only("desk_id", "unit_id", "type_title", "due_at")
    return {
        each.pk: CaseNote(
            each.pk, each.desk_id, each.unit_id, each.type_title, each.due_at, callers.get(each.pk)
        )
        for each in found
    }
