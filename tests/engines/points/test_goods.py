"""Importing what a shop offers, and undoing it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.directory.rosters import bring, counts, ready, said
from liuchi.engines.files.actions import imports
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, queries
from liuchi.kernel.errors import Refused

HEADERS = ["品名", "所需积分", "编号", "市场价", "最低库存"]


@pytest.fixture(autouse=True)
def staging(settings, tmp_path: Path) -> None:
    settings.LIUCHI_DATA_DIR = tmp_path


def listed(world, shop):
    with acting_as(world.keeper):
        rows = queries.goods(world.keeper, shop.id)
    return {row.code: (row.title, row.price_points, row.value_fen, row.low_stock) for row in rows}


def test_goods_come_in_change_and_go_back(world):
    shop, _ = world.shop(soap=9)
    before = listed(world, shop)
    rows = [
        HEADERS,
        ["洗衣皂", 6, "soap", None, None],
        ["毛巾", "１０", None, "8.50元", 2],
        ["保温杯", 30, None, None, None],
    ]
    import_id, report = bring(world.keeper, rows, target="goods")
    assert counts(report) == (1, 1, 1, 0)
    assert listed(world, shop) == {
        "soap": ("洗衣皂", 6, 500, 3),
        "cup": ("保温杯", 30, 3900, 5),
        "g001": ("毛巾", 10, 850, 2),
    }
    assert counts(bring(world.keeper, rows, target="goods")[1]) == (0, 0, 3, 0)
    done = imports.undo(import_id, actor=world.keeper, key="a")
    assert (done.removed, done.restored, listed(world, shop)) == (1, 1, before)


def test_wrong_goods_say_what_to_do_and_used_ones_stay(world):
    shop, _ = world.shop()
    rows = [
        HEADERS,
        ["毛巾", 0, "towel", None, None],
        ["毛巾", "三", "towel", "八元", None],
        ["毛巾", 9, "Tow el", None, None],
        ["毛巾", 9, "towel", None, None],
        ["毛巾", 8, "towel", None, None],
    ]
    import_id, report = bring(world.keeper, rows, target="goods")
    assert counts(report) == (1, 0, 0, 4)
    assert said(report) == [
        (2, "B", "所需积分请填 1 至 1000000 的整数。"),
        (3, "B", "这里请填整数。"),
        (3, "D", "市场价请填金额，如 3.50。"),
        (4, "C", "编号只用小写字母、数字和横线。"),
        (6, "A", "这件商品在表里出现过，这一行没有导入。"),
    ]
    assert listed(world, shop)["towel"] == ("毛巾", 9, None, 5)
    with acting_as(world.keeper):
        (towel,) = (g for g in queries.goods(world.keeper, shop.id) if g.code == "towel")
    actions.stock_in(
        actor=world.keeper, key=world.key(), shop_id=shop.id, goods_id=towel.id, quantity=1
    )
    done = imports.undo(import_id, actor=world.keeper, key="a")
    assert [p.sentence.in_language("zh") for p in done.rows] == ["已有库存或兑换记录，予以保留。"]
    with pytest.raises(Refused):
        ready(world.recorder, rows, target="goods")
