"""A list of who keeps contact with whom: its columns, and what may be wrong with a line."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from liuchi.engines.files.rules import ImportField
from liuchi.kernel.sentences import Sentence

LINK_LIST = "links"


class LinkFault(StrEnum):
    """Kinds of fault a line may have beside those of pairing; the reader adds its own."""

    WHAT_MISSING = "what_missing"
    WHAT_UNKNOWN = "what_unknown"
    VILLAGE_MISSING = "village_missing"
    VILLAGE_UNKNOWN = "village_unknown"
    HOUSEHOLD_MISSING = "household_missing"
    HOUSEHOLD_UNKNOWN = "household_unknown"
    MEMBER_UNKNOWN = "member_unknown"
    REACH_MISSING = "reach_missing"
    KEEPER_MISSING = "keeper_missing"
    KEEPER_UNKNOWN = "keeper_unknown"
    KEEPER_AMBIGUOUS = "keeper_ambiguous"
    TARGET_UNKNOWN = "target_unknown"
    TWICE_IN_TABLE = "twice_in_table"


LINK_FAULT_WORDS: Mapping[LinkFault, Sentence] = {
    LinkFault.WHAT_MISSING: Sentence("请填是哪一项联系或巡查。", "Say which link or patrol."),
    LinkFault.WHAT_UNKNOWN: Sentence(
        "这里的工作法没有这一项。", "No playbook in force here has this."
    ),
    LinkFault.VILLAGE_MISSING: Sentence("请写明是哪个村（社区）。", "Say which village."),
    LinkFault.VILLAGE_UNKNOWN: Sentence(
        "您的范围内没有这个村（社区）。", "No such village in your area."
    ),
    LinkFault.HOUSEHOLD_MISSING: Sentence(
        "请填户号，或户里一人的姓名。", "Give the household's number or a member's name."
    ),
    LinkFault.HOUSEHOLD_UNKNOWN: Sentence("没有这个户号。", "No household has this number."),
    LinkFault.MEMBER_UNKNOWN: Sentence(
        "没有这个人，或同名不止一位，请填户号。", "None or several of this name; give the number."
    ),
    LinkFault.REACH_MISSING: Sentence("请填河段或林片的名称。", "Name the reach."),
    LinkFault.KEEPER_MISSING: Sentence("请填由谁联系。", "Say who keeps contact."),
    LinkFault.KEEPER_UNKNOWN: Sentence(
        "没有这位工作人员或居民，请核对。", "No such staff or resident. Check the name."
    ),
    LinkFault.KEEPER_AMBIGUOUS: Sentence(
        "同名不止一位，请填用户名。", "Several of this name; give the user name."
    ),
    LinkFault.TARGET_UNKNOWN: Sentence(
        "联系单位的，请在页面上结对。", "Links with organisations are made on the page."
    ),
    LinkFault.TWICE_IN_TABLE: Sentence(
        "前面已有相同的一行，这一行没有导入。", "The same line stands above; left out."
    ),
}
assert set(LINK_FAULT_WORDS) == set(LinkFault)  # noqa: S101  a fault without words is a bug

LINK_FIELDS = (
    ImportField(
        "what",
        Sentence("哪一项", "Which link"),
        ("结对类型", "联系类型", "包联类型", "项目", "工作", "类别", "巡查", "编码"),
        example="党员联户",
    ),
    ImportField(
        "keeper",
        Sentence("谁联系", "Keeper"),
        (
            "联系人", "包联干部", "包联人", "联户党员", "党员", "网格员", "责任人", "河长", "林长",
            "巡查人", "用户名", "姓名",
        ),
        required=True,
        example="示例甲",
    ),
    ImportField(
        "household",
        Sentence("户号", "Household"),
        ("住户", "住户户号", "联系户", "包联户", "户编号", "户编码"),
        example="0001",
    ),
    ImportField(
        "member",
        Sentence("户主姓名", "A member of it"),
        ("户主", "联系对象", "包联对象", "居民姓名", "被联系人"),
        example="示例乙",
    ),
    ImportField(
        "reach",
        Sentence("河段或林片", "Reach"),
        ("河段", "林片", "河道", "巡查点", "责任河段", "责任林片"),
        example="",
    ),
    ImportField(
        "village",
        Sentence("村（社区）", "Village"),
        ("村", "社区", "所属社区", "所在村", "村居", "所属村"),
        example="罗冲社区",
    ),
)  # fmt: skip
"""``what`` may be left out where one thing only is in force; ``member`` stands in for a number."""
