"""A visit and the matters that came of it: cases by the existing intake, then the visit.

Visits and cases know nothing of each other; here they meet. The matters come first, each under
a key of its own, so that what is sent again makes neither a second case nor a second visit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from liuchi.engines.cases import actions as cases
from liuchi.engines.cases.actions import Told
from liuchi.engines.cases.enums import Channel
from liuchi.engines.cases.queries import Receipt
from liuchi.engines.visits import actions as visits
from liuchi.engines.visits.enums import Duty, Way
from liuchi.kernel.actors import Actor

CHANNELS = {Duty.LINK: Channel.VISIT, Duty.PATROL: Channel.PATROL}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A visit that was written down, with the receipts of what was raised."""

    visit_id: UUID
    receipts: tuple[Receipt, ...]


def record_visit(
    *,
    actor: Actor,
    key: str,
    link_id: UUID,
    on: date,
    way: Way | None = None,
    matters: Sequence[Told] = (),
) -> Recorded:
    """Report each matter a household agreed to raise, or found on patrol; then log the visit."""
    duty = visits.require_loggable(actor=actor, link_id=link_id, on=on, way=way)
    receipts = tuple(
        cases.report_case(key=f"{key}:{number}", told=told, channel=CHANNELS[duty], actor=actor)
        for number, told in enumerate(matters, start=1)
    )
    visit_id = visits.log_visit(
        actor=actor,
        key=key,
        link_id=link_id,
        on=on,
        way=way,
        case_ids=[receipt.case_id for receipt in receipts],
    )
    return Recorded(visit_id, receipts)
