"""What waits for a second person's decision, and what was decided; gifts handed out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import ApprovalKind, ApprovalState
from liuchi.engines.points.models import Approval, Gift
from liuchi.engines.points.scope import page_size, require_any, uuid_cursor, village_of
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

_READ = ("points.claim.read", "points.claim.review", "points.gift.give")


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A correction or a gift somebody asked for. Points are below zero where they go out.

    Of a correction: the claim, its rule, points and quantity, and ``right_quantity``, None
    where all of it is undone. Of a gift: shop, goods and ``gift_quantity``.
    """

    id: UUID
    kind: ApprovalKind
    state: ApprovalState
    version: int
    person_id: UUID
    person_name: str
    village_id: UUID
    village_name: str
    reason: str
    asked_by_id: UUID
    asked_by_name: str
    asked_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    answer: str
    claim_id: UUID | None
    rule_title: str
    happened_on: date | None
    points: int
    quantity: int
    right_quantity: int | None
    right_points: int
    shop_id: UUID | None
    goods_title: str
    gift_quantity: int


@dataclass(frozen=True, slots=True)
class GiftRow:
    """Goods handed out without points, and why."""

    id: UUID
    person_id: UUID
    goods_title: str
    quantity: int
    at: datetime
    by_name: str
    reason: str
    shop_id: UUID
    shop_name: str
    fact_id: UUID


def approval(actor: Actor, approval_id: UUID) -> ApprovalRow:
    """Return one request of the actor's area, or raise NotFound."""
    require_any(actor, *_READ)
    require(actor)
    found = Approval.objects.select_related("claim", "goods").filter(pk=approval_id)
    rows = _rows(actor, list(found))
    if not rows:
        raise NotFound("approval")
    return rows[0]


def approvals(
    actor: Actor,
    *,
    state: ApprovalState | None = None,
    claim_id: UUID | None = None,
    after: str | UUID | None = None,
    limit: int = 50,
) -> Page[ApprovalRow]:
    """Return requests of the actor's area: what waits, oldest first; the rest newest first."""
    require_any(actor, *_READ)
    require(actor)
    most, start = page_size(limit), uuid_cursor(after)
    found = Approval.objects.select_related("claim", "goods")
    village = village_of(actor)
    if village is not None:
        found = found.filter(village_id=village)
    if state is not None:
        found = found.filter(state=state)
    if claim_id is not None:
        found = found.filter(claim_id=claim_id)
    if state is ApprovalState.ASKED:
        found = found.order_by("id") if start is None else found.filter(id__gt=start).order_by("id")
    else:
        found = found if start is None else found.filter(id__lt=start)
        found = found.order_by("-id")
    rows = list(found[: most + 1])
    next_after = str(rows[most - 1].id) if len(rows) > most else None
    return Page(_rows(actor, rows[:most]), next_after)


def gifts(
    actor: Actor,
    *,
    person_id: UUID | None = None,
    shop_id: UUID | None = None,
    after: str | UUID | None = None,
    limit: int = 50,
) -> Page[GiftRow]:
    """Return gifts the actor may see, newest first: of one person, or of one shop."""
    require_any(actor, "points.account.read", "points.gift.give", "points.goods.read")
    require(actor)
    most, start = page_size(limit), uuid_cursor(after)
    found = Gift.objects.select_related("shop").order_by("-id")
    if person_id is not None:
        found = found.filter(person_id=person_id)
    if shop_id is not None:
        found = found.filter(shop_id=shop_id)
    if start is not None:
        found = found.filter(id__lt=start)
    rows = list(found[: most + 1])
    next_after = str(rows[most - 1].id) if len(rows) > most else None
    names = accounts.names_of(row.by_id for row in rows) if rows else {}
    return Page(
        tuple(
            GiftRow(
                row.id,
                row.person_id,
                row.goods_title,
                row.quantity,
                row.at,
                names.get(row.by_id, ""),
                row.reason,
                row.shop_id,
                row.shop.name,
                row.fact_id,
            )
            for row in rows[:most]
        ),
        next_after,
    )


def _rows(actor: Actor, found: Sequence[Approval]) -> tuple[ApprovalRow, ...]:
    if not found:
        return ()
    people = directory.people_of(actor, (each.person_id for each in found))
    names = accounts.names_of(
        who for each in found for who in (each.asked_by_id, each.decided_by_id) if who
    )
    places = directory.areas({each.village_id for each in found})
    return tuple(
        _row(
            each,
            people[each.person_id].name if each.person_id in people else "—",
            places[each.village_id].name,
            names,
        )
        for each in found
    )


def _row(
    each: Approval, person_name: str, village_name: str, names: dict[UUID, str]
) -> ApprovalRow:
    claim, goods = each.claim, each.goods
    return ApprovalRow(
        id=each.id,
        kind=ApprovalKind(each.kind),
        state=ApprovalState(each.state),
        version=each.version,
        person_id=each.person_id,
        person_name=person_name,
        village_id=each.village_id,
        village_name=village_name,
        reason=each.reason,
        asked_by_id=each.asked_by_id,
        asked_by_name=names.get(each.asked_by_id, ""),
        asked_at=each.asked_at,
        decided_by_name=names.get(each.decided_by_id, "") if each.decided_by_id else "",
        decided_at=each.decided_at,
        answer=each.answer,
        claim_id=each.claim_id,
        rule_title=claim.rule_title if claim else "",
        happened_on=claim.happened_on if claim else None,
        points=claim.points if claim else 0,
        quantity=claim.quantity if claim else 0,
        right_quantity=each.right_quantity,
        right_points=claim.award * (each.right_quantity or 0) if claim else 0,
        shop_id=each.shop_id,
        goods_title=goods.title if goods else "",
        gift_quantity=each.quantity or 0,
    )
