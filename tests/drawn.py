"""A case drawn by hand and asked to be left out of rates, for tests of their pages."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from liuchi.engines.cases import actions
from liuchi.engines.cases.enums import DrawPurpose, ExclusionKind
from liuchi.engines.cases.models import Case, Draw, Drawn
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id


@dataclass(frozen=True)
class Followed:
    """What the pages after closing are about."""

    draw_id: UUID
    drawn_id: UUID
    exclusion_id: UUID
    main_type: str


def follow(case_id: UUID, actor: Actor) -> Followed:
    """Draw a case for a call-back, and ask as ``actor`` that it be left out of rates."""
    with acting_as(actor):
        case = Case.objects.get(pk=case_id)
        draw = Draw.objects.create(
            id=new_id(),
            town_id=case.town_id,
            day=clock.today(),
            purpose=DrawPurpose.CALL_BACK,
            percent=100 - Draw.objects.count(),  # a town, day and purpose is drawn once a share
            candidates=1,
            candidate_ids=[case_id],
            many=1,
            seal_head="0" * 64,
            drawn_at=clock.now(),
        )
        drawn = Drawn.objects.create(
            id=new_id(), draw=draw, case=case, town_id=case.town_id, purpose=draw.purpose
        )
    exclusion_id = actions.ask_exclusion(
        case_id=case_id,
        kind=ExclusionKind.TIME,
        reason="山洪断路，人车进不去",
        actor=actor,
        key=f"exclude-{case_id}",
    )
    return Followed(draw.pk, drawn.pk, exclusion_id, case.main_type)
