"""Prompt sheets (提示单) as lists and paper show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liuchi.engines.cases.enums import PromptKind
from liuchi.engines.cases.models import Prompt
from liuchi.engines.cases.rules.prompts import Sheet, case_number
from liuchi.engines.cases.scope import see
from liuchi.engines.directory import queries as directory
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class PromptRow:
    """A sheet issued about a case, and what its unit answered."""

    id: UUID
    kind: PromptKind
    year: int
    number: int
    area: str
    unit: str
    issued_at: datetime
    reply_by: datetime
    answer: str
    answered_at: datetime | None


def prompts_of(actor: Actor, case_id: UUID) -> tuple[PromptRow, ...]:
    """Return the sheets of a case in sight, the first first."""
    see(actor)
    found = list(Prompt.objects.filter(case_id=case_id).order_by("id"))
    units = directory.organization_names({each.unit_id for each in found})
    return tuple(
        PromptRow(
            each.pk,
            PromptKind(each.kind),
            each.year,
            each.number,
            directory.area(each.area_id).name,
            units.get(each.unit_id, ""),
            each.issued_at,
            each.reply_by,
            each.answer,
            each.answered_at,
        )
        for each in found
    )


def prompt_sheet(actor: Actor, prompt_id: UUID) -> Sheet:
    """Return a sheet for ``rules.prompts.html_of``, as it was issued; NotFound out of sight."""
    see(actor)
    found = Prompt.objects.select_related("case").filter(pk=prompt_id).first()
    if found is None:
        raise NotFound("prompt")
    return Sheet(
        kind=PromptKind(found.kind),
        issuer=directory.area(found.area_id).name,
        year=found.year,
        number=found.number,
        day=clock.local_day(found.issued_at),
        to=directory.organization_names([found.unit_id])[found.unit_id],
        type_title=found.case.type_title,
        case_number=case_number(found.case_id, found.case.reported_at),
        paragraphs=tuple(found.paragraphs),
    )
