"""Which items apply to which villages, and who set it when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.disclosures.models import Applicability
from liuchi.engines.disclosures.queries.books import (
    ItemRow,
    applicability,
    items_of,
    rows_of_items,
)
from liuchi.engines.disclosures.queries.model_villages import models_standing
from liuchi.engines.disclosures.queries.standing import villages_of
from liuchi.engines.disclosures.scope import require_read
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor

HISTORY_MAX = 100


@dataclass(frozen=True, slots=True)
class AppliesRow:
    """A village with its items, those that do not apply by their titles."""

    village: AreaRow
    items: tuple[ItemRow, ...]
    is_model: bool = False

    @property
    def id(self) -> UUID:
        """The village's id."""
        return self.village.id

    @property
    def applying(self) -> int:
        """How many items apply."""
        return sum(each.applies for each in self.items)

    @property
    def excepted(self) -> tuple[str, ...]:
        """The titles of those that do not."""
        return tuple(each.spec.title for each in self.items if not each.applies)


@dataclass(frozen=True, slots=True)
class SetRow:
    """An entry of what was ever set for a village."""

    item_title: str
    applies: bool
    reason: str
    since: date
    set_by: str
    set_at: datetime


def applying(actor: Actor, area_id: UUID) -> tuple[AppliesRow, ...]:
    """Return the villages at or below a place with their items, in a few statements."""
    require_read(actor)
    villages = villages_of(actor, area_id)
    ids = [each.id for each in villages]
    history, models = applicability(ids), models_standing(ids)
    today = clock.today()
    found = (
        AppliesRow(each, rows_of_items(each.id, today, history.get(each.id, {})), each.id in models)
        for each in villages
    )
    return tuple(row for row in found if row.items)


def applicability_history(actor: Actor, area_id: UUID) -> tuple[SetRow, ...]:
    """Return what was ever set for a village, the newest first."""
    require_read(actor)
    titles = {
        (row.playbook, row.spec.code): row.spec.title for row in items_of(area_id, clock.today())
    }
    rows = list(Applicability.objects.filter(area_id=area_id).order_by("-id")[:HISTORY_MAX])
    names = accounts.names_of({each.set_by_id for each in rows if each.set_by_id})
    return tuple(
        SetRow(
            titles.get((each.playbook, each.item_code), each.item_code),
            each.applies,
            each.reason,
            each.since,
            names.get(each.set_by_id, "") if each.set_by_id else "",
            each.set_at,
        )
        for each in rows
    )
