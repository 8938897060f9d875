"""The ledger of cases left out of rates: who asked and why, who agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.cases.enums import ExclusionKind, ExclusionState
from liuchi.engines.cases.models import Exclusion
from liuchi.engines.cases.queries.marks import page_of
from liuchi.engines.cases.scope import page_size
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.paging import id_after


@dataclass(frozen=True, slots=True)
class ExclusionRow:
    """A request to leave a case out of rates. Names are those of staff, for the record."""

    id: UUID
    case_id: UUID
    type_title: str
    kind: ExclusionKind
    reason: str
    state: ExclusionState
    asked_by: UUID
    asked_by_name: str
    asked_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    answer: str
    ended_at: datetime | None


def exclusions(
    actor: Actor,
    *,
    state: ExclusionState | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[ExclusionRow]:
    """Return a page of the ledger in sight, the newest first. Inside ``acting_as``."""
    actor.may("cases.case.read").or_refuse()
    require(actor)
    held = Exclusion.objects.select_related("case").order_by("-id")
    if state is not None:
        held = held.filter(state=state)
    if after:
        held = held.filter(id__lt=id_after(after))
    found = list(held[: page_size(limit) + 1])
    return page_of(_rows(found), page_size(limit), lambda row: row.id)


def exclusion(actor: Actor, exclusion_id: UUID) -> ExclusionRow:
    """Return one line of the ledger in sight; NotFound."""
    actor.may("cases.case.read").or_refuse()
    require(actor)
    found = list(Exclusion.objects.select_related("case").filter(pk=exclusion_id))
    if not found:
        raise NotFound("exclusion")
    return _rows(found)[0]


def _rows(found: list[Exclusion]) -> tuple[ExclusionRow, ...]:
    people = {each.asked_by_id for each in found}
    names = accounts.names_of(people | {each.decided_by_id for each in found if each.decided_by_id})
    return tuple(
        ExclusionRow(
            id=each.pk,
            case_id=each.case_id,
            type_title=each.case.type_title,
            kind=ExclusionKind(each.kind),
            reason=each.reason,
            state=ExclusionState(each.state),
            asked_by=each.asked_by_id,
            asked_by_name=names.get(each.asked_by_id, ""),
            asked_at=each.asked_at,
            decided_by_name=names.get(each.decided_by_id, "") if each.decided_by_id else "",
            decided_at=each.decided_at,
            answer=each.answer,
            ended_at=each.ended_at,
        )
        for each in found
    )
