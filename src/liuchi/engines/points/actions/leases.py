"""What a counter sets aside, so that it never oversells while its network is cut.

A device leases some of each kind of goods, and the points of whoever stands before it. Both
are ``reserved`` on their accounts: nobody else can have them, whatever happens meanwhile.
What was handed out without a network is posted later against exactly that. A lease ends when
its device says it is done, when a second person closes it without the device, or by itself
when the device was not heard of for days.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts, queries
from liuchi.engines.points.enums import AccountKind
from liuchi.engines.points.models import Lease
from liuchi.engines.points.queries import ShopRow
from liuchi.engines.points.queries.counter import (
    LeaseRow,
    Purse,
    account_names,
    lease_row,
    others_reserved,
    purse,
)
from liuchi.engines.points.rules import counter as rules
from liuchi.engines.points.scope import require_own_area
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

DEVICE_CHARACTERS = (8, 64)
PEOPLE_KEPT_MAX = 200
_MAKE = "points.redemption.make"


def renew_lease(
    *, actor: Actor, shop_id: UUID, device: str, keep_people: Collection[UUID] = ()
) -> LeaseRow:
    """Open a device's lease at a shop, or say that it is still there; return what it holds.

    ``keep_people``: whose points stay set aside, since redemptions of theirs wait to be sent.
    Asked every minute and each time with the same outcome, so it takes no key.
    """
    actor.may(_MAKE).or_refuse()
    with acting_as(actor):
        shop = _own_shop(actor, shop_id)
        lease = _opened(actor, shop, device)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT points_release_all(%s, %s, false)",
                [lease.id, list(keep_people)[:PEOPLE_KEPT_MAX]],
            )
        _stock_up(actor, shop, lease)
        return lease_row(lease)


def hold_points(
    *,
    actor: Actor,
    shop_id: UUID,
    device: str,
    person_id: UUID,
    keep_people: Collection[UUID] = (),
) -> tuple[Purse, int]:
    """Set aside the points of whoever stands at the counter; return the purse and how many.

    Points of people who stood there before are free again, but for ``keep_people``.
    """
    actor.may(_MAKE).or_refuse()
    with acting_as(actor):
        shop = _own_shop(actor, shop_id)
        if person_id not in directory.people_of(actor, [person_id]):
            raise NotFound("person")
        lease = _opened(actor, shop, device)
        kept = [*list(keep_people)[:PEOPLE_KEPT_MAX], person_id]
        with connection.cursor() as cursor:
            cursor.execute("SELECT points_release_all(%s, %s, false)", [lease.id, kept])
        before = purse(actor, person_id, shop.unit)
        wanted = account_names([(shop.unit, AccountKind.PERSON, person_id, before.balance)])
        held = sum(amount for _, amount in _reserve(lease.id, wanted))
        return purse(actor, person_id, shop.unit), held


def close_lease(*, actor: Actor, shop_id: UUID, device: str) -> None:
    """Give back all a device holds: it has sent everything and is put away."""
    actor.may(_MAKE).or_refuse()
    with acting_as(actor):
        _own_shop(actor, shop_id)
        lease = Lease.objects.select_for_update().filter(
            shop_id=shop_id, device=device, closed_at__isnull=True
        ).first()  # fmt: skip
        if lease is not None:
            _close(lease, actor.id, "")


def close_lost_lease(*, actor: Actor, key: str, shop_id: UUID, lease_id: UUID, reason: str) -> None:
    """Close the lease of a device that does not come back. Another person than opened it.

    What it may have handed out meanwhile is found by counting the stock.
    """
    actor.may("points.stock.write").or_refuse()
    if not reason.strip():
        raise Invalid("reason_missing", Sentence("请写明理由。", "Give the reason."))
    with acting_as(actor):
        shop = _own_shop(actor, shop_id)
        lease = Lease.objects.select_for_update().filter(shop_id=shop_id, pk=lease_id).first()
        if lease is None:
            raise NotFound("lease")
        body = {"lease_id": lease_id, "reason": reason}
        if journal.once(f"points.close_lost_lease:{actor.id}", key, body, lease_id) is not None:
            return
        if lease.by_id == actor.id:
            raise Refused(
                "second_person_needed",
                Sentence("要由另一人收回预留。", "Another person must take this back."),
            )
        if lease.closed_at is None:
            _close(lease, actor.id, reason.strip())
            journal.record(
                facts.LEASE_TAKEN_BACK,
                actor=actor,
                subject_kind="points.lease",
                subject_id=lease.id,
                area_id=shop.village_id,
                data=facts.LeaseData(shop=shop.id, lease=lease.id),
            )


def lapse_leases(*, actor: Actor, limit: int) -> int:
    """Give back what counters hold that were not heard of for days; return how many it was.

    What such a counter sends afterwards is posted from what is there, or kept as refused.
    """
    lapsed = 0
    with acting_as(actor):
        silent = Lease.objects.select_for_update(of=("self",), skip_locked=True).filter(
            closed_at__isnull=True, seen_at__lt=clock.now() - rules.LEASE_LAPSES_AFTER
        )
        for lease in silent.select_related("shop").order_by("seen_at")[:limit]:
            pieces = sum(lease_row(lease).goods.values())
            _close(lease, None, rules.LAPSED)
            journal.record(
                facts.LEASE_LAPSED,
                actor=actor,
                subject_kind="points.lease",
                subject_id=lease.id,
                area_id=lease.shop.village_id,
                data=facts.LapseData(
                    shop=lease.shop_id, lease=lease.id, pieces=pieces, by=lease.by_id
                ),
            )
            lapsed += 1
    return lapsed


def open_lease(shop_id: UUID, device: str) -> Lease | None:
    """Return a device's lease, for what is posted against it."""
    return Lease.objects.filter(shop_id=shop_id, device=device, closed_at__isnull=True).first()


def _opened(actor: Actor, shop: ShopRow, device: str) -> Lease:
    least, most = DEVICE_CHARACTERS
    if not least <= len(device) <= most:
        raise Invalid("device_wrong", Sentence("这台设备没有编号。", "This device has no id."))
    now = clock.now()
    lease, _new = Lease.objects.select_for_update().get_or_create(
        shop_id=shop.id,
        device=device,
        closed_at=None,
        defaults={
            "id": new_id(),
            "by_id": actor.id,
            "taken_at": now,
            "seen_at": now,
            "offline_until": now + rules.OFFLINE_FOR,
        },
    )
    lease.by_id, lease.seen_at, lease.offline_until = actor.id, now, now + rules.OFFLINE_FOR
    lease.save(update_fields=["by", "seen_at", "offline_until"])
    return lease


def _stock_up(actor: Actor, shop: ShopRow, lease: Lease) -> None:
    """Hold the share of each kind of goods that is due to one counter."""
    shelf = queries.goods(actor, shop.id)
    others = others_reserved((row.id for row in shelf), lease.id)
    wanted = [
        (f"goods:{row.id}", AccountKind.STOCK, shop.id, share)
        for row in shelf
        if (share := rules.lease_share(row.stock, others.get(row.id, 0)))
    ]
    _reserve(lease.id, account_names(wanted))


def _reserve(lease_id: UUID, wanted: str) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT place, held FROM points_reserve(%s, %s)", [lease_id, wanted])
        return list(cursor.fetchall())


def _close(lease: Lease, by_id: UUID | None, reason: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT points_release_all(%s, '{}', true)", [lease.id])
    lease.closed_at, lease.closed_by_id, lease.close_reason = clock.now(), by_id, reason
    lease.save(update_fields=["closed_at", "closed_by", "close_reason"])


def _own_shop(actor: Actor, shop_id: UUID) -> ShopRow:
    shop = queries.shop(actor, shop_id)
    require_own_area(shop.scope_code, actor)
    return shop
