"""Two records that are one human being: their points come together, and part again in time.

Claims, entries and redemptions stay about the record they were made about; only what may be
spent moves, by a ``merge`` transfer, and back by another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as, require
from liuchi.engines.points import queries
from liuchi.engines.points.actions import posting
from liuchi.engines.points.enums import AccountKind, Outcome, TransferKind
from liuchi.engines.points.models import Account, Entry, Transfer
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, Refused
from liuchi.kernel.sentences import Sentence

_TOGETHER = "两份登记是同一人，余额并入"
_APART = "撤销合并，余额退回"


def merge_purses(*, duplicate_id: UUID, survivor_id: UUID, merge_id: UUID, actor: Actor) -> int:
    """Move what the duplicate may spend to the survivor; return the points moved.

    Inside ``acting_as(actor)``, in the transaction that merges the records.
    """
    require(actor)
    home = directory.subjects(actor, [survivor_id])[survivor_id]
    purses = list(
        Account.objects.filter(
            kind=AccountKind.PERSON, person_id=duplicate_id, balance__gt=0
        ).order_by("unit")
    )
    items = [
        posting.merge_item(
            actor_id=actor.id,
            # What is awarded to the old record later is another transfer of the same merge.
            key=f"merge:{merge_id}:{each.unit}:{queries.last_entry(each.id)}",
            source=posting.purse_of(duplicate_id, each.unit, each.area_id, each.scope_code),
            target=posting.purse_of(survivor_id, each.unit, home.village_id, home.scope_code),
            points=each.balance,
            reason=_TOGETHER,
        )
        for each in purses
    ]
    _post(items)
    return sum(each.balance for each in purses)


def part_purses(*, duplicate_id: UUID, survivor_id: UUID, merge_id: UUID, actor: Actor) -> int:
    """Move back what a merge has moved; Refused where it is spent. Inside ``acting_as``."""
    require(actor)
    moved: dict[str, int] = {}
    made = Transfer.objects.filter(kind=TransferKind.MERGE, key__startswith=f"merge:{merge_id}:")
    credits_ = Entry.objects.filter(transfer__in=made, person_id=survivor_id, side="credit")
    for unit, points in credits_.values_list("unit", "amount"):
        moved[unit] = moved.get(unit, 0) + points
    purses = {
        (each.person_id, each.unit): each
        for each in Account.objects.filter(
            kind=AccountKind.PERSON, person_id__in=[duplicate_id, survivor_id]
        )
    }
    items = []
    for unit, points in sorted(moved.items()):
        source, target = purses[survivor_id, unit], purses[duplicate_id, unit]
        items.append(
            posting.merge_item(
                actor_id=actor.id,
                key=f"part:{merge_id}:{unit}",
                source=posting.purse_of(survivor_id, unit, source.area_id, source.scope_code),
                target=posting.purse_of(duplicate_id, unit, target.area_id, target.scope_code),
                points=points,
                reason=_APART,
            )
        )
    _post(items)
    return sum(moved.values())


def follow_merged(*, actor: Actor) -> int:
    """Move on what was posted to merged records since; return how many purses that were."""
    with acting_as(actor):
        merged = directory.merged()
        late = _filled(merged)
        for duplicate_id in late:
            survivor_id, merge_id = merged[duplicate_id]
            merge_purses(
                duplicate_id=duplicate_id,
                survivor_id=survivor_id,
                merge_id=merge_id,
                actor=actor,
            )
    return len(late)


def _filled(merged: Mapping[UUID, tuple[UUID, UUID]]) -> list[UUID]:
    held = Account.objects.filter(
        kind=AccountKind.PERSON, person_id__in=list(merged), balance__gt=0
    )
    return [each for each in held.values_list("person_id", flat=True).distinct() if each]


def _post(items: Iterable[posting.Item]) -> None:
    for answer in posting.post_within(tuple(items)):
        if answer.outcome is Outcome.INSUFFICIENT:
            raise Refused(
                "points_spent",
                Sentence(
                    "并入的积分已用去一部分，只剩{available}分，不能撤销合并。",
                    "Part of the points is spent, {available} are left: the merge stands.",
                    {"available": answer.available},
                ),
            )
        if answer.posted is None:
            raise Conflict(
                "purse_changed",
                Sentence(
                    "积分刚有变动，请刷新后再办。", "The points have just changed. Try again."
                ),
            )
