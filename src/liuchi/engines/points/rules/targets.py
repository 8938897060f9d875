"""What the columns of a list of goods may be."""

from __future__ import annotations

from liuchi.engines.files.rules import ImportField
from liuchi.kernel.sentences import Sentence

GOODS = "goods"

GOODS_FIELDS = (
    ImportField(
        "title",
        Sentence("商品名称", "Goods"),
        ("商品", "名称", "品名", "物品", "礼品", "物品名称", "兑换物品"),
        required=True,
        example="洗衣皂",
    ),
    ImportField(
        "price",
        Sentence("所需积分", "Price in points"),
        ("积分", "兑换积分", "分值", "兑换分值", "所需分值"),
        required=True,
        example="20",
    ),
    ImportField(
        "code",
        Sentence("商品编号", "Code"),
        ("编号", "货号", "编码", "商品编码"),
        example="soap",
    ),
    ImportField(
        "shop",
        Sentence("超市", "Shop"),
        ("店名", "信用超市", "积分超市", "门店"),
    ),
    ImportField(
        "value",
        Sentence("市场价（元）", "Value in yuan"),
        ("市场价", "单价", "价格", "参考价", "价值"),
        example="3.50",
    ),
    ImportField(
        "low_stock",
        Sentence("库存提醒", "Low stock"),
        ("最低库存", "库存下限", "提醒数量"),
        example="5",
    ),
)
"""``code`` left out is given by the house; ``shop`` by the only one there is."""
