"""A fact about a case that moves it nowhere: drawn, called back, left out of rates."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from liuchi.engines.cases.facts import CaseData
from liuchi.engines.cases.models import Case
from liuchi.engines.journal.actions import Entry


def beside(
    fact: str, model: type[CaseData], case: Case, /, *, corrects_id: UUID | None = None, **more: Any
) -> Entry:
    """Return the fact, of the playbook version the case runs under: figures are a playbook's."""
    area_id = case.grid_id or case.village_id or case.town_id
    data = model(
        area=area_id,
        type=case.type_code,
        main_type=case.main_type,
        condition=case.condition_code,
        channel=case.channel,
        tier=case.tier,
        urgent="yes" if case.urgent else "no",
        unit=case.unit_id,
        state=case.state,
        state_before=case.state,
        **more,
    )
    return Entry(
        fact,
        "cases.case",
        case.pk,
        area_id,
        data,
        corrects_id=corrects_id,
        playbook_version=case.playbook_version,
    )
