"""What the counter asks before it posts: one statement for all callers who ask at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from liuchi.engines.directory.queries import Gathering
from liuchi.engines.journal.scope import own_person
from liuchi.engines.points.queries.shop import GoodsRow, ShopRow
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

ASKED_MAX = 1_000
_ASK = "SELECT * FROM points_counter(%s, %s, %s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who wants what from which shop, and who asks for it."""

    actor: Actor
    person_id: UUID
    shop_id: UUID
    goods_id: UUID


@dataclass(frozen=True, slots=True)
class AtCounter:
    """Who stands there; ``home`` is the scope code of where they live, ``balance`` in ``unit``."""

    shop: ShopRow
    goods: GoodsRow
    person_id: UUID
    person_name: str
    household_id: UUID | None
    home_area: UUID
    home: str
    balance: int
    asker_name: str


def at_counter(asked: Asked) -> AtCounter:
    """Return who stands at the counter; NotFound for anything out of the asker's scope.

    Waits for a statement that others may be asking in already, and shares the next one.
    """
    found = _gathering.ask(asked)
    if isinstance(found, NotFound):
        raise NotFound(found.what) from found
    return found


def at_counters(asked: Sequence[Asked]) -> tuple[AtCounter | NotFound, ...]:
    """Return the same for many, in order, with one statement for each thousand."""
    found: list[AtCounter | NotFound] = []
    for start in range(0, len(asked), ASKED_MAX):
        found += _ask(asked[start : start + ASKED_MAX])
    return tuple(found)


def _ask(asked: Sequence[Asked]) -> list[AtCounter | NotFound]:
    actors = [each.actor for each in asked]
    with connection.cursor() as cursor:
        cursor.execute(
            _ASK,
            [
                [actor.scope_low for actor in actors],
                [actor.scope_high for actor in actors],
                [own_person(actor) for actor in actors],
                [actor.id for actor in actors],
                [each.person_id for each in asked],
                [each.shop_id for each in asked],
                [each.goods_id for each in asked],
                clock.today(),
            ],
        )
        return [_row(each, *row[1:]) for each, row in zip(asked, cursor.fetchall(), strict=True)]


def _row(  # noqa: PLR0917  the columns of the function, in its order
    asked: Asked,
    shop_name: str | None,
    village_id: UUID,
    village_name: str,
    shop_scope: str,
    unit: str,
    code: str | None,
    title: str,
    price: int,
    value_fen: int | None,
    stock: int,
    low_stock: int,
    image_id: UUID | None,
    barcode: str,
    discontinued: bool,  # noqa: FBT001
    person_name: str | None,
    household_id: UUID | None,
    home_area: UUID,
    home: str,
    balance: int,
    asker_name: str | None,
) -> AtCounter | NotFound:
    if shop_name is None:
        return NotFound("shop")
    if person_name is None:
        return NotFound("person")
    if code is None:
        return NotFound("goods")
    shop_id, goods_id = asked.shop_id, asked.goods_id
    return AtCounter(
        ShopRow(shop_id, shop_name, village_id, village_name, shop_scope, unit),
        GoodsRow(
            goods_id,
            code,
            title,
            price,
            value_fen,
            stock,
            low_stock,
            image_id,
            shop_id,
            barcode,
            discontinued,
        ),
        asked.person_id,
        person_name,
        household_id,
        home_area,
        home,
        balance,
        asker_name or "",
    )


_gathering: Gathering[Asked, AtCounter | NotFound] = Gathering(_ask, ASKED_MAX)
