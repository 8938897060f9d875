"""Points near their last day: their holder is told, and nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from liuchi.engines.journal.queries import FactRow
from liuchi.engines.notices.actions import Notice
from liuchi.flows.notifying.words import Batch, Effect
from liuchi.kernel.sentences import Sentence


def expiry_near(fact: FactRow, _batch: Batch) -> Iterable[Effect]:
    """Tell a resident how many points end on which day."""
    yield Notice(
        kind="points.expiry_near",
        subject_kind="points.purse",
        subject_id=fact.subject_id,
        sentence=Sentence(
            "有 {points} 积分到 {day} 到期，请在这天以前使用。",
            "{points} points end on {day}. Spend them by then.",
            {"points": int(fact.amount or 0), "day": str(fact.data["day"])},
        ),
        cause_id=fact.id,
        area_id=UUID(str(fact.data["home_area"])),
        recipient_person_id=fact.subject_id,
    )
