"""What may be wrong with a line of a paper book, each kind of fault with what to do.

Columns of the table a book is typed into stand here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from liuchi.engines.files.rules import ImportField
from liuchi.kernel.sentences import Sentence

PAPER_ENTRIES = "paper_entries"
NOTE_CHARACTERS_MAX = 400


class EntryFault(StrEnum):
    """Kinds of fault a row may have beside those of the rules of claiming.

    The reader adds ``cell_unusable``, ``quantity_unreadable`` and ``points_unreadable``;
    ``may_propose`` adds ``no_consent``, ``quantity_out_of_range``, ``in_the_future``,
    ``too_long_ago_to_enter``, ``evidence_missing`` and ``cap_reached``.
    """

    NAME_MISSING = "name_missing"
    PERSON_UNKNOWN = "person_unknown"
    PERSON_AMBIGUOUS = "person_ambiguous"
    PERSON_UNSURE = "person_unsure"
    ID_OF_ANOTHER = "id_of_another"
    BIRTH_DATE_UNREADABLE = "birth_date_unreadable"
    RULE_MISSING = "rule_missing"
    RULE_UNKNOWN = "rule_unknown"
    RULE_NOT_IN_FORCE = "rule_not_in_force"
    DAY_MISSING = "day_missing"
    DAY_UNREADABLE = "day_unreadable"
    POINTS_DISAGREE = "points_disagree"
    NOTE_TOO_LONG = "note_too_long"
    TWICE_IN_TABLE = "twice_in_table"
    ENTERED_ALREADY = "entered_already"
    OTHER_VILLAGE = "other_village"


ENTRY_FAULT_WORDS: Mapping[EntryFault, Sentence] = {
    EntryFault.NAME_MISSING: Sentence("请填姓名。", "Give the name."),
    EntryFault.PERSON_UNKNOWN: Sentence(
        "名册里没有这个人，请核对姓名和户号。", "Nobody on the roster fits. Check the row."
    ),
    EntryFault.PERSON_AMBIGUOUS: Sentence(
        "名册里不止一人相符，请补上出生日期或户号。",
        "Several people on the roster fit. Add the birth date or the household.",
    ),
    EntryFault.PERSON_UNSURE: Sentence(
        "只有姓名，认不准是谁，请补上出生日期或户号。",
        "A name alone is not enough. Add the birth date or the household.",
    ),
    EntryFault.ID_OF_ANOTHER: Sentence(
        "身份证号和姓名对不上，请核对。", "The identity number is not this person's."
    ),
    EntryFault.BIRTH_DATE_UNREADABLE: Sentence(
        "出生日期请写成 1980-05-01 的样子。", "Write the birth date like 1980-05-01."
    ),
    EntryFault.RULE_MISSING: Sentence("请填积分项目。", "Say which rule it is."),
    EntryFault.RULE_UNKNOWN: Sentence(
        "现行规则里没有这个项目，请按规则表填写。", "No rule has this title. Use the rule table."
    ),
    EntryFault.RULE_NOT_IN_FORCE: Sentence(
        "这个项目当天还没有实行。", "This rule was not in force on that day."
    ),
    EntryFault.DAY_MISSING: Sentence("请填日期。", "Give the day."),
    EntryFault.DAY_UNREADABLE: Sentence(
        "日期请写成 2026-03-01 的样子。", "Write the day like 2026-03-01."
    ),
    EntryFault.POINTS_DISAGREE: Sentence(
        "登记的积分与规则不符：按规则是{points}分。", "The rule gives {points} points, not this."
    ),
    EntryFault.NOTE_TOO_LONG: Sentence(
        "说明最多{most}字。", "A note has at most {most} characters.", {"most": NOTE_CHARACTERS_MAX}
    ),
    EntryFault.TWICE_IN_TABLE: Sentence(
        "同一人同一天同一项前面已有一行，请并成一行、写数量。",
        "The same deed of this day stands above. Make it one row with a quantity.",
    ),
    EntryFault.ENTERED_ALREADY: Sentence(
        "这一笔已经申报过，没有再记。", "This deed has been claimed already."
    ),
    EntryFault.OTHER_VILLAGE: Sentence(
        "不是本村（社区）的居民，请由当地录入。", "This person lives in another village."
    ),
}
assert set(ENTRY_FAULT_WORDS) == set(EntryFault)  # noqa: S101  a fault without words is a bug

PAPER_ENTRY_FIELDS = (
    ImportField(
        "name",
        Sentence("姓名", "Name"),
        ("名字", "居民姓名", "村民姓名", "人员姓名", "登记人"),
        required=True,
        example="张小明",
    ),
    ImportField(
        "rule",
        Sentence("积分项目", "Rule"),
        ("项目", "加分项", "加分事项", "事项", "积分事项", "内容", "事由", "行为"),
        required=True,
        example="清扫楼道",
    ),
    ImportField(
        "happened_on",
        Sentence("日期", "Day"),
        ("时间", "发生日期", "活动日期", "登记日期", "哪一天"),
        required=True,
        example="2026-06-30",
    ),
    ImportField(
        "quantity",
        Sentence("数量", "Quantity"),
        ("次数", "件数", "小时数", "天数"),
        example="1",
    ),
    ImportField(
        "points",
        Sentence("登记积分", "Points written down"),
        ("积分", "分值", "得分", "加分", "分数"),
        example="2",
    ),
    ImportField("note", Sentence("说明", "Note"), ("备注", "补充说明", "情况说明")),
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
    ImportField("head", Sentence("户主", "Head of household"), ("户主姓名",), example="张大明"),
    ImportField(
        "id_number",
        Sentence("身份证号", "Identity number"),
        ("身份证", "身份证号码", "公民身份号码", "证件号码", "证件号"),
        sensitive=True,
        off_by_default=True,
    ),
)
"""``quantity`` left out is one. ``points`` left out is what the rule gives; written down, it
must be just that, so that a book kept by other rules is not taken for these."""
