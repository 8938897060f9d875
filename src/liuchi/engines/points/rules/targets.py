"""What the columns of a list of goods, or of balances of a paper book, may be."""

from __future__ import annotations

from liuchi.engines.files.rules import ImportField
from liuchi.kernel.sentences import Sentence

GOODS = "goods"
OPENING_BALANCES = "opening_balances"
OFFICIAL_GRADES = "official_grades"

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

OPENING_FIELDS = (
    ImportField(
        "name",
        Sentence("姓名", "Name"),
        ("名字", "居民姓名", "户主姓名", "人员姓名"),
        required=True,
        example="张小明",
    ),
    ImportField(
        "points",
        Sentence("积分余额", "Points held"),
        ("积分", "余额", "结余", "结余积分", "现有积分", "剩余积分", "期初积分", "累计积分"),
        required=True,
        example="36",
    ),
    ImportField(
        "household",
        Sentence("户号", "Household number"),
        ("户编号", "户籍号", "户序号", "家庭编号"),
        example="0001",
    ),
    ImportField(
        "birth_date",
        Sentence("出生日期", "Birth date"),
        ("出生年月日", "生日", "出生"),
        example="1980-05-01",
    ),
    ImportField("head", Sentence("户主", "Head of household"), ("户主名字",), example="张大明"),
    ImportField(
        "held_on",
        Sentence("截至日期", "Held on"),
        ("截至", "截止日期", "结余日期", "统计日期", "日期"),
        example="2026-06-30",
    ),
    ImportField(
        "village",
        Sentence("村（社区）", "Village"),
        ("村", "社区", "所属社区", "所在社区", "村社区", "行政村"),
        example="罗冲社区",
    ),
    ImportField(
        "currency",
        Sentence("积分种类", "Kind of points"),
        ("积分类别", "积分名称"),
    ),
    ImportField(
        "id_number",
        Sentence("身份证号", "Identity number"),
        ("身份证", "身份证号码", "公民身份号码", "证件号码", "证件号"),
        sensitive=True,
        off_by_default=True,
    ),
)
"""A person by identity number, or by name with birth date, household or head. ``held_on`` left
out is the day of the import; ``currency`` the only one in force where the person lives."""

_WHO = tuple(
    field for field in OPENING_FIELDS if field.code not in {"points", "held_on", "currency"}
)
OFFICIAL_GRADE_FIELDS = (
    *_WHO[:1],
    ImportField(
        "grade",
        Sentence("等级", "Grade"),
        ("信用等级", "评定等级", "级别", "评级结果", "评级"),
        required=True,
        example="AA",
    ),
    ImportField(
        "issued_on",
        Sentence("评定日期", "Issued on"),
        ("评定时间", "发布日期", "评级日期", "日期"),
        required=True,
        example="2026-06-30",
    ),
    *_WHO[1:],
    ImportField(
        "round", Sentence("轮次", "Round"), ("批次", "评定轮次", "期次"), example="2026年上半年"
    ),
    ImportField(
        "valid_to",
        Sentence("有效期至", "Valid to"),
        ("到期日期", "有效期", "截止日期"),
        example="2027-06-29",
    ),
    ImportField("scheme", Sentence("等级种类", "Kind of grade"), ("评级种类", "评定种类")),
)
"""An issuer's list. ``round`` left out is the month of issue; ``valid_to`` what the scheme says."""
