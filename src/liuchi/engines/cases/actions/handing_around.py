"""Cases that units hand around: found when one is given back, stopped until somebody decides."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.cases import facts
from liuchi.engines.cases.actions.moving import Moving, Step
from liuchi.engines.cases.enums import TaskKind, TaskState
from liuchi.engines.cases.models import Arbitration, Task
from liuchi.engines.cases.rules.routing import is_ping_pong
from liuchi.kernel.errors import Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence


def ask_if_handed_around(moving: Moving, step: Step, unit_id: UUID | None) -> None:
    """Put a case that a unit has just given back to arbitration, where it is handed around."""
    if unit_id is None:
        return
    given_back = [*_returned_by(moving), unit_id]
    if not is_ping_pong(given_back, moving.spec.returns_max):
        return
    Arbitration.objects.create(
        id=new_id(), case_id=moving.case.id, returned_by=given_back, asked_at=moving.at
    )
    step.tell(facts.ARBITRATION_ASKED, facts.CaseData)


def require_dispatchable(moving: Moving) -> None:
    """Refuse to dispatch what waits for arbitration. No statement for what was never returned."""
    if moving.case.returned and open_arbitration(moving) is not None:
        raise Refused(
            "arbitration_open",
            Sentence(
                "几个单位都退回了，请先裁定由谁承办。",
                "Units hand this around: let it be decided first whose it is.",
            ),
        )


def require_returnable(moving: Moving) -> None:
    """Refuse to give back what was decided to be the unit's."""
    if not moving.case.returned:
        return
    decided = Arbitration.objects.filter(
        case_id=moving.case.id, decided_at__isnull=False, unit_id=moving.case.unit_id
    )
    if decided.exists():
        raise Refused(
            "arbitrated_unit",
            Sentence(
                "已裁定由您单位承办，不能再退回，可以申诉。",
                "This was decided to be your unit's: it can't go back. You may appeal.",
            ),
        )


def open_arbitration(moving: Moving) -> Arbitration | None:
    """Return the arbitration a case waits for, locked; None where it waits for none."""
    found = Arbitration.objects.select_for_update().filter(
        case_id=moving.case.id, decided_at__isnull=True
    )
    return found.first()


def _returned_by(moving: Moving) -> list[UUID]:
    """Return which units gave it back before, since it was last decided whose it is."""
    if moving.case.returned <= 1:
        return []
    last = (
        Arbitration.objects.filter(case_id=moving.case.id, decided_at__isnull=False)
        .order_by("-decided_at")
        .values_list("decided_at", flat=True)
        .first()
    )
    found = Task.objects.filter(
        case_id=moving.case.id, kind=TaskKind.MAIN, state=TaskState.RETURNED
    )
    if last is not None:
        found = found.filter(given_at__gt=last)
    return list(found.order_by("id").values_list("unit_id", flat=True))
