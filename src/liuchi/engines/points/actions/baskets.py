"""Several goods at once at the counter: all of them with one receipt, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, IntegrityError, connection
from django.db.models import Max

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts, queries
from liuchi.engines.points.actions import posting
from liuchi.engines.points.actions.leases import open_lease
from liuchi.engines.points.actions.secrets import confirm
from liuchi.engines.points.actions.shop import Counter, redemption_item
from liuchi.engines.points.enums import AccountKind, BasketState, Confirmation
from liuchi.engines.points.models import Basket, BasketLine, GoodsPrice, Lease, Redemption
from liuchi.engines.points.queries.counter import BasketRow, account_names, others_reserved, purse
from liuchi.engines.points.rules import counter as rules
from liuchi.engines.points.rules import shop as shop_rules
from liuchi.engines.points.scope import require_own_area
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

PIECES_MAX = 99
_MAKE = "points.redemption.make"


@dataclass(frozen=True, slots=True)
class Line:
    """So many pieces of goods, at the price the resident was told."""

    goods_id: UUID
    quantity: int
    price: int


@dataclass(frozen=True, slots=True)
class Later:
    """That a basket was taken while the network was cut, and is sent afterwards.

    ``handed_over``: against what the device had leased. Otherwise the resident waits for word.
    """

    taken_at: datetime
    handed_over: bool


@dataclass(frozen=True, slots=True)
class _Command:
    """What was asked for, and how the resident confirmed it."""

    actor: Actor
    key: str
    shop_id: UUID
    person_id: UUID
    lines: tuple[Line, ...]
    device: str
    later: Later | None
    how: Confirmation = Confirmation.SIGNATURE

    @property
    def body(self) -> dict[str, object]:
        """What makes it the same command again.

        Not how it was confirmed, nor whether it comes later: a counter that heard no answer
        sends the same again, and may have been cut off meanwhile.
        """
        return {
            "shop_id": self.shop_id,
            "person_id": self.person_id,
            "lines": [[str(line.goods_id), line.quantity, line.price] for line in self.lines],
        }

    def begin(self, basket_id: UUID) -> UUID | None:
        """Take the key; return the basket it made before, or None."""
        return journal.once(f"points.take_basket:{self.actor.id}", self.key, self.body, basket_id)


@dataclass(frozen=True, slots=True)
class _At:
    """Who takes what, looked up once."""

    counters: tuple[Counter, ...]
    lines: tuple[Line, ...]
    lease: Lease | None

    @property
    def first(self) -> Counter:
        return self.counters[0]

    @property
    def points(self) -> int:
        return sum(line.price * line.quantity for line in self.lines)

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)


def take_basket(
    *,
    actor: Actor,
    key: str,
    shop_id: UUID,
    person_id: UUID,
    lines: Sequence[Line],
    secret: str = "",
    device: str = "",
    later: Later | None = None,
) -> BasketRow:
    """Redeem several goods at once, confirmed by the resident's PIN, code or signature.

    ``secret`` is the PIN or the code; without one the resident signs the receipt. ``device``
    names the counter whose lease may be used. What was taken ``later`` and can't be posted is
    kept as refused, and sending it again gives the same answer.
    """
    actor.may(_MAKE).or_refuse()
    plain = tuple(sorted(lines, key=lambda line: str(line.goods_id)))
    command = _Command(actor, key, shop_id, person_id, plain, device, later)
    if secret:
        with acting_as(actor):  # before a secret is tried: nobody outside is to be guessed at
            _looked_up(command)
        command = replace(command, how=confirm(actor, person_id, secret, key))
    try:
        return _take(command)
    except Refused as error:
        if later is None:
            raise
        return _keep_refused(command, error.code)


def settle_refused(*, actor: Actor, key: str, basket_id: UUID) -> BasketRow:
    """Say that a basket which could not be posted has been looked after. A second person."""
    actor.may("points.redemption.reverse").or_refuse()
    with acting_as(actor):
        found = Basket.objects.filter(pk=basket_id, state=BasketState.REFUSED).first()
        if found is None:
            raise NotFound("basket")
        require_own_area(queries.shop(actor, found.shop_id).scope_code, actor)
        if found.by_id == actor.id:
            raise Refused(
                "second_person_needed",
                Sentence("要由另一人处理。", "Another person must look after it."),
            )
        body = {"basket_id": basket_id}
        if journal.once(f"points.settle_refused:{actor.id}", key, body, basket_id) is None:
            Basket.objects.filter(pk=basket_id, settled_at__isnull=True).update(
                settled_at=clock.now(), settled_by_id=actor.id
            )
        return queries.basket(actor, basket_id)


def _take(command: _Command) -> BasketRow:
    actor = command.actor
    try:
        with acting_as(actor):
            basket_id = new_id()
            earlier = command.begin(basket_id)
            if earlier is None:
                at = _looked_up(command)
                _decide(actor, at)
                _write(command, basket_id, at, _post(actor, at, basket_id))
            return queries.basket(actor, earlier or basket_id)
    except IntegrityError as error:
        if posting.is_set_aside(error):
            raise posting.set_aside() from error
        raise


def _looked_up(command: _Command) -> _At:
    actor, lines, person_id = command.actor, command.lines, command.person_id
    shop = queries.shop(actor, command.shop_id)
    require_own_area(shop.scope_code, actor)
    person = directory.people_of(actor, [person_id]).get(person_id)
    if person is None:
        raise NotFound("person")
    if len({line.goods_id for line in lines}) != len(lines) or not lines:
        raise Invalid("basket_lines", Sentence("请先选商品。", "Choose some goods first."))
    shelf = {row.id: row for row in queries.goods(actor, shop.id, discontinued=True)}
    if any(line.goods_id not in shelf for line in lines):
        raise NotFound("goods")
    home = directory.scope_code_of(actor, person_id)
    counters = tuple(
        Counter(
            shop=shop,
            goods=shelf[line.goods_id],
            person_id=person_id,
            household_id=person.household_id,
            home_area=person.village_id,
            home=home,
            unit=shop.unit,
        )
        for line in lines
    )
    return _At(counters, lines, open_lease(shop.id, command.device) if command.device else None)


def _decide(actor: Actor, at: _At) -> None:
    _prices(at)
    lease_id = None if at.lease is None else at.lease.id
    others = others_reserved((line.goods_id for line in at.lines), lease_id)
    held = purse(actor, at.first.person_id, at.first.unit)
    wanted = tuple(
        rules.Wanted(
            title=each.goods.title,
            price=line.price,
            quantity=line.quantity,
            free=each.goods.stock - others.get(line.goods_id, 0),
            offered=not each.goods.discontinued,
        )
        for each, line in zip(at.counters, at.lines, strict=True)
    )
    rules.may_take(wanted, held.balance, PIECES_MAX).or_refuse()


def _prices(at: _At) -> None:
    """Refuse a price the shop never asked; one it asked until a moment ago is kept to."""
    other = [
        line
        for each, line in zip(at.counters, at.lines, strict=True)
        if line.price != each.goods.price_points
    ]
    known = set(
        GoodsPrice.objects.filter(goods_id__in=[line.goods_id for line in other]).values_list(
            "goods_id", "price_points"
        )
        if other
        else ()
    )
    if any((line.goods_id, line.price) not in known for line in other):
        raise Refused(
            "price_changed",
            Sentence("积分价刚改过，请重新核对。", "A price has changed. Check again."),
        )


def _post(actor: Actor, at: _At, basket_id: UUID) -> tuple[UUID, ...]:
    """Post every line, or none: one statement, in the transaction of the receipt."""
    _release(at)
    items = [
        redemption_item(
            actor, f"points.take_basket:{basket_id}:{place}", each, line.quantity, line.price
        )
        for place, (each, line) in enumerate(zip(at.counters, at.lines, strict=True))
    ]
    transfers = []
    for each, answer in zip(at.counters, posting.post_within(items), strict=True):
        if answer.short is AccountKind.STOCK:
            shop_rules.out_of_stock(each.goods.title, answer.available).or_refuse()
        if answer.short is AccountKind.PERSON:
            balance = purse(actor, each.person_id, each.unit).balance
            shop_rules.not_enough_points(balance, at.points).or_refuse()
        if answer.posted is None:
            raise Refused("basket_stale", Sentence("没有记上，请再试一次。", "Not posted."))
        transfers.append(answer.posted)
    return tuple(transfers)


def _release(at: _At) -> None:
    """Free what the device had set aside for this; all accounts are locked in one order."""
    if at.lease is None:
        return
    first = at.first
    wanted = [
        (first.unit, AccountKind.PERSON, first.person_id, at.points),
        (first.unit, AccountKind.SHOP, first.shop.id, 0),
    ]
    for each, line in zip(at.counters, at.lines, strict=True):
        unit = f"goods:{each.goods.id}"
        wanted.append((unit, AccountKind.STOCK, first.shop.id, line.quantity))
        wanted.append((unit, AccountKind.HANDED_OUT, first.shop.id, 0))
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM points_release(%s, %s)", [at.lease.id, account_names(wanted)]
            )
    except DatabaseError as error:
        raise posting.busy() from error


def _write(command: _Command, basket_id: UUID, at: _At, transfers: tuple[UUID, ...]) -> None:
    """Write the receipt. Its number is safe: posting has locked the shop's own account."""
    year = clock.today().year
    used = Basket.objects.filter(shop_id=at.first.shop.id, year=year).aggregate(most=Max("number"))
    _row(command, basket_id, at, number=(used["most"] or 0) + 1).save(force_insert=True)
    made = dict(
        Redemption.objects.filter(transfer_id__in=transfers).values_list("transfer_id", "id")
    )
    BasketLine.objects.bulk_create(
        [
            BasketLine(redemption_id=made[transfer], basket_id=basket_id, place=place)
            for place, transfer in enumerate(transfers)
        ]
    )


def _keep_refused(command: _Command, code: str) -> BasketRow:
    actor, handed_over = command.actor, bool(command.later and command.later.handed_over)
    with acting_as(actor):
        basket_id = new_id()
        earlier = command.begin(basket_id)
        if earlier is None:
            at = _looked_up(command)
            _row(command, basket_id, at, refusal=code).save(force_insert=True)
            journal.record(
                facts.BASKET_REFUSED,
                actor=actor,
                subject_kind="points.basket",
                subject_id=basket_id,
                area_id=at.first.shop.village_id,
                data=facts.BasketData(
                    person=at.first.person_id,
                    home_area=at.first.home_area,
                    shop=at.first.shop.id,
                    refusal=code,
                    handed_over="yes" if handed_over else "no",
                ),
                amount=at.points,
            )
        return queries.basket(actor, earlier or basket_id)


def _row(
    command: _Command, basket_id: UUID, at: _At, *, number: int | None = None, refusal: str = ""
) -> Basket:
    now, later = clock.now(), command.later
    return Basket(
        id=basket_id,
        shop_id=at.first.shop.id,
        person_id=at.first.person_id,
        scope_code=at.first.home,
        year=clock.today().year,
        number=number,
        pieces=at.pieces,
        points=at.points,
        asked=[
            [str(line.goods_id), each.goods.title, line.quantity, line.price]
            for each, line in zip(at.counters, at.lines, strict=True)
        ],
        confirmation=command.how,
        state=BasketState.REFUSED if refusal else BasketState.MADE,
        refusal=refusal,
        handed_over=later is None or later.handed_over,
        offline=later is not None,
        taken_at=min(later.taken_at, now) if later else now,
        at=now,
        by_id=command.actor.id,
    )
