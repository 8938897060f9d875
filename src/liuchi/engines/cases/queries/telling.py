"""What has to be known to tell people about cases: for flows, which ask for many at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liuchi.engines.cases.models import Arbitration, Case, Prompt, Whistle
from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class CaseNote:
    """What a notice about a case says: no word of the report, no name of anybody.

    ``caller_id`` is the place whose whistle is or was the last on it, None without one, and
    ``prompter_id`` the place whose prompt sheet was; the ids beside are the last of each.
    """

    id: UUID
    desk_id: UUID
    unit_id: UUID | None
    type_title: str
    due_at: datetime | None
    caller_id: UUID | None
    whistle_id: UUID | None
    prompter_id: UUID | None
    prompt_id: UUID | None
    arbitration_id: UUID | None


def case_notes(actor: Actor, case_ids: Collection[UUID]) -> Mapping[UUID, CaseNote]:
    """Return cases in scope by id, in four statements; unknown ids are left out."""
    require(actor)
    wanted = list(case_ids)
    whistles, prompts = _last(Whistle, wanted), _last(Prompt, wanted)
    arbitrations = dict(
        Arbitration.objects.filter(case_id__in=wanted).order_by("id").values_list("case_id", "id")
    )
    found = Case.objects.filter(pk__in=wanted).only("desk_id", "unit_id", "type_title", "due_at")
    notes = {}
    for each in found:
        whistle_id, caller_id = whistles.get(each.pk, (None, None))
        prompt_id, prompter_id = prompts.get(each.pk, (None, None))
        notes[each.pk] = CaseNote(
            each.pk,
            each.desk_id,
            each.unit_id,
            each.type_title,
            each.due_at,
            caller_id,
            whistle_id,
            prompter_id,
            prompt_id,
            arbitrations.get(each.pk),
        )
    return notes


def _last(
    model: type[Whistle | Prompt], case_ids: Collection[UUID]
) -> Mapping[UUID, tuple[UUID, UUID]]:
    """Return by case the last whistle or sheet, and the place it came from."""
    held = model.objects.filter(case_id__in=case_ids).order_by("id")
    return {
        case_id: (id_, area_id)
        for case_id, id_, area_id in held.values_list("case_id", "id", "area_id")
    }
