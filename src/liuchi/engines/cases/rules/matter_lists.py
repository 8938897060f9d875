"""A clerk's list of matters: its columns, and what may be wrong with a line of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from liuchi.engines.cases.enums import Channel
from liuchi.engines.cases.spec import CHANNEL_WORDS
from liuchi.engines.files.rules import ImportField
from liuchi.kernel.sentences import Sentence

MATTERS = "matters"
TEXT_CHARACTERS_MAX = 400
CONTACT_CHARACTERS_MAX = 60
CHANNELS = (
    Channel.IMPORT,
    Channel.CALL,
    Channel.COUNTER,
    Channel.HOTLINE,
    Channel.SUPERIOR,
    Channel.MEDIA,
    Channel.PATROL,
    Channel.WORKER,
)
"""How a matter of a list may have come in; a column that says nothing means the list itself."""

_WAYS: Mapping[str, Channel] = {
    **{CHANNEL_WORDS[each].zh: each for each in CHANNELS},
    **{CHANNEL_WORDS[each].en: each for each in CHANNELS},
    "来电": Channel.CALL,
    "电话": Channel.CALL,
    "来访": Channel.COUNTER,
    "窗口": Channel.COUNTER,
    "热线": Channel.HOTLINE,
    "12345": Channel.HOTLINE,
    "交办": Channel.SUPERIOR,
    "媒体": Channel.MEDIA,
    "巡查": Channel.PATROL,
    "网格员": Channel.WORKER,
}
_YES = frozenset({"是", "紧急", "急", "加急", "特急", "yes", "1", "√", "y"})
_NO = frozenset({"", "否", "不急", "一般", "普通", "no", "0", "n"})
_PARTS = re.compile(r"[;；\n]")


class MatterFault(StrEnum):
    """Kinds of fault a line may have beside those of answers to questions.

    The reader adds ``cell_unusable``.
    """

    TEXT_MISSING = "text_missing"
    TEXT_TOO_LONG = "text_too_long"
    PLACE_TOO_LONG = "place_too_long"
    CONTACT_TOO_LONG = "contact_too_long"
    TYPE_MISSING = "type_missing"
    TYPE_UNKNOWN = "type_unknown"
    TYPE_NOT_LAST = "type_not_last"
    TYPE_AMBIGUOUS = "type_ambiguous"
    TYPE_CLOSED = "type_closed"
    TYPE_ABOVE = "type_above"
    CONDITION_UNKNOWN = "condition_unknown"
    VILLAGE_MISSING = "village_missing"
    VILLAGE_UNKNOWN = "village_unknown"
    GRID_UNKNOWN = "grid_unknown"
    NO_METHOD = "no_method"
    DAY_UNREADABLE = "day_unreadable"
    DAY_AHEAD = "day_ahead"
    POINT_UNREADABLE = "point_unreadable"
    POINT_HALF = "point_half"
    POINT_OFF_EARTH = "point_off_earth"
    URGENT_UNREADABLE = "urgent_unreadable"
    CHANNEL_UNKNOWN = "channel_unknown"
    ANSWERS_UNREADABLE = "answers_unreadable"
    TWICE_IN_TABLE = "twice_in_table"
    TAKEN_IN_ALREADY = "taken_in_already"


MATTER_FAULT_WORDS: Mapping[MatterFault, Sentence] = {
    MatterFault.TEXT_MISSING: Sentence("请写明是什么事。", "Say what the matter is."),
    MatterFault.TEXT_TOO_LONG: Sentence(
        "事项最多{most}字，请写短一些。",
        "A matter has at most {most} characters.",
        {"most": TEXT_CHARACTERS_MAX},
    ),
    MatterFault.PLACE_TOO_LONG: Sentence(
        "地点太长，请写短一些。", "The place is too long; make it shorter."
    ),
    MatterFault.CONTACT_TOO_LONG: Sentence(
        "联系方式最多{most}字。",
        "A contact has at most {most} characters.",
        {"most": CONTACT_CHARACTERS_MAX},
    ),
    MatterFault.TYPE_MISSING: Sentence("请填类别，按类别表写。", "Give the type, as listed."),
    MatterFault.TYPE_UNKNOWN: Sentence(
        "类别表里没有这一类，请按类别表写。", "There is no such type. Use the list of types."
    ),
    MatterFault.TYPE_NOT_LAST: Sentence(
        "这是大类，请填它下面的小类。", "This is a main type; give one below it."
    ),
    MatterFault.TYPE_AMBIGUOUS: Sentence(
        "有几个同名的类别，请填类别编码。", "Several types have this title; give the code."
    ),
    MatterFault.TYPE_CLOSED: Sentence(
        "这一类不能这样登记，请核对来源。", "This type does not come in this way."
    ),
    MatterFault.TYPE_ABOVE: Sentence(
        "反映社区本身的，请单独登记，由镇街受理。",
        "What is about the community itself is entered alone, for the town.",
    ),
    MatterFault.CONDITION_UNKNOWN: Sentence(
        "这一类没有这个立案条件。", "This type has no such condition."
    ),
    MatterFault.VILLAGE_MISSING: Sentence("请写明是哪个村（社区）。", "Say which village."),
    MatterFault.VILLAGE_UNKNOWN: Sentence(
        "您的范围内没有这个村（社区）。", "No such village in your area."
    ),
    MatterFault.GRID_UNKNOWN: Sentence(
        "这个村（社区）没有这个网格。", "This village has no such grid."
    ),
    MatterFault.NO_METHOD: Sentence(
        "这里还没有施行中的办事办法。", "No method with matters is in force here."
    ),
    MatterFault.DAY_UNREADABLE: Sentence(
        "日期请写成 2026-03-01 的样子。", "Write the day like 2026-03-01."
    ),
    MatterFault.DAY_AHEAD: Sentence("日期在今天以后，请核对。", "The day lies ahead. Check it."),
    MatterFault.POINT_UNREADABLE: Sentence(
        "经纬度请填数字，比如 117.06。", "Give degrees as a number such as 117.06."
    ),
    MatterFault.POINT_HALF: Sentence(
        "经度和纬度要一起填。", "Longitude and latitude belong together."
    ),
    MatterFault.POINT_OFF_EARTH: Sentence(
        "经纬度不对，请看是否填反了。", "That is no place on earth; are the two swapped?"
    ),
    MatterFault.URGENT_UNREADABLE: Sentence("是否紧急请填是或否。", "Urgent: yes or no."),
    MatterFault.CHANNEL_UNKNOWN: Sentence(
        "来源请填来电、来访、热线、交办等。", "How it came in: telephone, counter, hotline …"
    ),
    MatterFault.ANSWERS_UNREADABLE: Sentence(
        "补充内容请写成“问题：回答；问题：回答”。", "Write answers as “question: answer; …”."
    ),
    MatterFault.TWICE_IN_TABLE: Sentence(
        "前面已有相同的一行，这一行没有导入。", "The same line stands above; left out."
    ),
    MatterFault.TAKEN_IN_ALREADY: Sentence(
        "已有相同的一件在办，没有再登记。", "The same matter is open already; left out."
    ),
}
assert set(MATTER_FAULT_WORDS) == set(MatterFault)  # noqa: S101  a fault without words is a bug

MATTER_FIELDS = (
    ImportField(
        "text",
        Sentence("事项", "Matter"),
        (
            "内容",
            "反映内容",
            "问题描述",
            "事项内容",
            "问题",
            "诉求",
            "情况",
            "主要内容",
            "反映事项",
        ),
        required=True,
        example="3 栋东侧路灯不亮",
    ),
    ImportField(
        "type",
        Sentence("类别", "Type"),
        ("事项类别", "类型", "问题类别", "小类", "分类", "类别编码"),
        example="路灯损坏",
    ),
    ImportField(
        "village",
        Sentence("村（社区）", "Village"),
        ("村", "社区", "所属社区", "所在村", "村居", "所属村", "单位"),
        example="罗冲社区",
    ),
    ImportField("grid", Sentence("网格", "Grid"), ("所属网格", "网格名称"), example="第一网格"),
    ImportField(
        "place",
        Sentence("地点", "Place"),
        ("具体位置", "位置", "地址", "发生地点", "详细地址", "点位"),
        example="3 栋东侧",
    ),
    ImportField(
        "day",
        Sentence("日期", "Day"),
        ("时间", "受理日期", "反映日期", "登记日期", "上报时间", "受理时间", "发现时间"),
        example="2026-03-01",
    ),
    ImportField(
        "channel",
        Sentence("来源", "How it came in"),
        ("事项来源", "反映渠道", "渠道", "受理方式"),
        example="来电登记",
    ),
    ImportField(
        "contact",
        Sentence("联系方式", "Contact"),
        ("联系电话", "电话", "手机", "反映人电话", "联系人"),
        sensitive=True,
        example="13800000000",
    ),
    ImportField(
        "urgent", Sentence("是否紧急", "Urgent"), ("紧急", "紧急程度", "缓急"), example="否"
    ),
    ImportField(
        "condition", Sentence("立案条件", "Condition"), ("立案标准", "条件编码"), example=""
    ),
    ImportField("longitude", Sentence("经度", "Longitude"), ("lng", "lon"), example="117.06"),
    ImportField("latitude", Sentence("纬度", "Latitude"), ("lat",), example="30.51"),
    ImportField(
        "answers",
        Sentence("补充内容", "Answers"),
        ("补充", "补充说明", "其他信息"),
        example="几楼：3；挡路吗：是",
    ),
)


def channel_said(text: str) -> Channel | None:
    """Return the channel a cell names, that of the list where it is empty, None for another."""
    return _WAYS.get(text) if text else Channel.IMPORT


def urgent_said(text: str) -> bool | None:
    """Return whether a cell says urgent; None where it says neither."""
    word = text.lower()
    return True if word in _YES else False if word in _NO else None


def answers_said(text: str) -> Mapping[str, str] | None:
    """Return what a cell answers, by the titles of questions; None where it is no such list."""
    found: dict[str, str] = {}
    for part in filter(None, map(str.strip, _PARTS.split(text))):
        title, colon, answer = part.replace("：", ":", 1).partition(":")
        if not colon or not title.strip():
            return None
        found[title.strip()] = answer.strip()
    return found
