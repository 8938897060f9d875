"""Importing what shops offer. How many there are is taken in at the shop, by the ledger."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from liuchi.engines.files.actions.lists import ListWork
from liuchi.engines.files.rules import (
    ImportBatch,
    ImportReport,
    ListReader,
    ListRow,
    RowProblem,
    UndoReport,
)
from liuchi.engines.points.models import Account, Goods, GoodsPrice, Shop
from liuchi.engines.points.queries.catalogue import price_of
from liuchi.engines.points.spec.shapes import PRICE_MAX
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

TITLE_CHARACTERS_MAX = 80
_LOW_STOCK = 5
_VALUE_FEN_MAX = 10**8
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_TITLE = Sentence("请写商品名称，最多 80 字。", "Name the goods in 1 to 80 characters.")
_PRICE = Sentence(
    "所需积分请填 1 至 {most} 的整数。", "The price is 1 to {most} points.", {"most": PRICE_MAX}
)
_CODE_WRONG = Sentence(
    "编号只用小写字母、数字和横线。", "A code has small letters, digits and dashes."
)
_VALUE = Sentence("市场价请填金额，如 3.50。", "The value is an amount such as 3.50.")
_SHOP = Sentence("您的范围内没有这家超市。", "No such shop in your area.")
_WHICH = Sentence("有几家超市，请写明是哪一家。", "There are several shops. Say which.")
_TWICE = Sentence("这件商品在表里出现过，这一行没有导入。", "Already in this table; left out.")
_STAYED = Sentence("已有库存或兑换记录，予以保留。", "It has stock or was handed out; kept.")
_CHANGED_SINCE = Sentence("导入后又有改动，予以保留。", "Changed again after the import; kept.")


@dataclass(frozen=True, slots=True)
class _Given:
    """What a row says, in one form; None and "" where it says nothing."""

    shop: Shop
    title: str
    price: int
    code: str
    value_fen: int | None
    low_stock: int | None


@dataclass(frozen=True, slots=True)
class GoodsWork(ListWork):
    """What points does with a list of goods."""

    lock = "liuchi.points.goods"

    def bring(self, batch: ImportBatch, actor: Actor) -> ImportReport:
        """Offer what is new and correct what differs."""
        reader, shops = ListReader(), _Shops(actor)
        seen: set[UUID] = set()
        made: dict[str, list[Any]] = {}
        changed: dict[str, list[Any]] = {}
        unchanged = 0
        for row in reader.rows(batch):
            given = _given(row, reader, shops)
            if given is None:
                continue
            held = _known(given)
            if held is not None and held.id in seen:
                reader.refuse(row, "title", _TWICE)
                continue
            before = None if held is None else _shape(held)
            now = _put(held, given, actor)
            seen.add(now.id)
            if before is None:
                made[str(now.id)] = [row.sheet, row.number, _shape(now)]
            elif before == _shape(now):
                unchanged += 1
            else:
                changed[str(now.id)] = [row.sheet, row.number, _shape(now), before]
        return ImportReport(
            len(made), len(changed), unchanged, len(reader.refused),
            rows=tuple(reader.problems), kept={"made": made, "changed": changed},
        )  # fmt: skip

    def undo(self, batch_id: UUID, kept: Mapping[str, Any], actor: Actor) -> UndoReport:  # noqa: ARG002
        """Take new goods off the list where nothing was done with them; give prices back."""
        stayed: list[RowProblem] = []
        removed = restored = 0
        for id_, (sheet, number, shape, *before) in (
            *kept.get("made", {}).items(), *kept.get("changed", {}).items(),
        ):  # fmt: skip
            held = Goods.objects.select_for_update().filter(pk=id_).first()
            if held is None or _shape(held) != shape:
                stayed.append(RowProblem(sheet, number, "title", _CHANGED_SINCE))
            elif before:
                held.title, held.price_points, held.value_fen, held.low_stock = before[0]
                held.save(update_fields=_FIELDS)
                restored += 1
            elif _removed(held):
                removed += 1
            else:
                stayed.append(RowProblem(sheet, number, "title", _STAYED))
        return UndoReport(removed, restored, tuple(stayed))


_FIELDS = ("title", "price_points", "value_fen", "low_stock")


class _Shops:
    """Shops of the actor's area, by name."""

    def __init__(self, actor: Actor) -> None:
        self._held = [s for s in Shop.objects.order_by("id") if actor.covers(s.scope_code)]

    def find(self, name: str) -> Shop | Sentence:
        found = [s for s in self._held if not name or s.name == name]
        if len(found) == 1:
            return found[0]
        return _WHICH if found else _SHOP


def _given(row: ListRow, reader: ListReader, shops: _Shops) -> _Given | None:
    shop, title = shops.find(row.text("shop")), row.text("title")
    price, low_stock = reader.whole(row, "price"), reader.whole(row, "low_stock")
    code, value = row.text("code").lower(), _fen(row.text("value"))
    if isinstance(shop, Sentence):
        reader.refuse(row, "shop", shop)
    if not 1 <= len(title) <= TITLE_CHARACTERS_MAX:
        reader.refuse(row, "title", _TITLE)
    if not row.text("price") or (price is not None and not 1 <= price <= PRICE_MAX):
        reader.refuse(row, "price", _PRICE)
    if code and not _CODE.fullmatch(code):
        reader.refuse(row, "code", _CODE_WRONG)
    if value is not None and not 0 <= value <= _VALUE_FEN_MAX:
        reader.refuse(row, "value", _VALUE)
    refused = (row.sheet, row.number) in reader.refused
    if refused or isinstance(shop, Sentence) or price is None:
        return None
    return _Given(shop, title, price, code, value, None if low_stock is None else max(low_stock, 0))


def _fen(text: str) -> int | None:
    """Return yuan as fen, None where empty, -1 for what is no amount."""
    text = text.removeprefix("¥").removesuffix("元").strip()
    if not text:
        return None
    try:
        fen = Decimal(text) * 100
        return int(fen) if fen == fen.to_integral_value() else -1
    except (InvalidOperation, OverflowError, ValueError):
        return -1


def _known(given: _Given) -> Goods | None:
    offered = Goods.objects.filter(shop=given.shop)
    if given.code:
        return offered.filter(code=given.code).first()
    return offered.filter(title=given.title).order_by("id").first()


def _put(held: Goods | None, given: _Given, by: Actor) -> Goods:
    if held is None:
        return Goods.objects.create(
            id=new_id(),
            shop=given.shop,
            code=given.code or _next_code(given.shop),
            title=given.title,
            price_points=given.price,
            value_fen=given.value_fen,
            low_stock=_LOW_STOCK if given.low_stock is None else given.low_stock,
        )
    if price_of(held) != given.price:  # the table says what counts from today
        held.price_points = given.price
        held.next_price_points = held.next_price_from = None
        held.save(update_fields=["next_price_points", "next_price_from"])
        _decided(held, by)
    held.title = given.title
    held.value_fen = held.value_fen if given.value_fen is None else given.value_fen
    held.low_stock = held.low_stock if given.low_stock is None else given.low_stock
    held.save(update_fields=_FIELDS)
    return held


def _decided(held: Goods, by: Actor) -> None:
    GoodsPrice.objects.create(
        id=new_id(),
        goods=held,
        price_points=held.price_points,
        from_day=clock.today(),
        decided_by_id=by.id,
        decided_at=clock.now(),
    )


def _next_code(shop: Shop) -> str:
    taken = set(Goods.objects.filter(shop=shop).values_list("code", flat=True))
    return next(code for n in range(1, 10**6) if (code := f"g{n:03d}") not in taken)


def _shape(held: Goods) -> list[Any]:
    return [getattr(held, name) for name in _FIELDS]


def _removed(held: Goods) -> bool:
    """Delete goods nobody has taken in or handed out; the ledger names them by their unit."""
    if Account.objects.filter(unit=f"goods:{held.id}").exists():
        return False
    try:
        with transaction.atomic():
            Goods.objects.filter(pk=held.pk).delete()
    except IntegrityError:
        return False
    return True
