"""The rule table and the shop's price list as sheets of a workbook, headed in Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from liuchi.engines.points.enums import NoticeName
from liuchi.engines.points.spec.words import CAP_PER_WORDS, EVIDENCE_WORDS, PER_WORDS
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import ColumnKind, SheetColumn, SheetTable

T = TypeVar("T", bound=StrEnum)

NOTICE_NAME_WORDS = {
    NoticeName.MASKED: Sentence("隐去部分姓名", "masked"),
    NoticeName.ANONYMOUS: Sentence("匿名", "anonymous"),
}


def _by_code(words: Mapping[T, Sentence]) -> dict[str, Sentence]:
    return {str(code): word for code, word in words.items()}


RULES = SheetTable(
    title=Sentence("积分项目", "Rules"),
    path=("points", "rules"),
    columns=(
        SheetColumn(Sentence("编号", "Code"), ("code",)),
        SheetColumn(Sentence("类别", "Class"), ("class",)),
        SheetColumn(Sentence("项目", "Title"), ("title",)),
        SheetColumn(Sentence("分值", "Points"), ("award",), ColumnKind.NUMBER),
        SheetColumn(Sentence("计分单位", "Per"), ("per",), words=_by_code(PER_WORDS)),
        SheetColumn(Sentence("上限周期", "Cap per"), ("cap", "per"), words=_by_code(CAP_PER_WORDS)),
        SheetColumn(Sentence("上限分值", "Cap"), ("cap", "points"), ColumnKind.NUMBER),
        SheetColumn(
            Sentence("凭据", "Evidence"), ("evidence",), ColumnKind.WORDS, _by_code(EVIDENCE_WORDS)
        ),
        SheetColumn(
            Sentence("公示工作日", "Notice in work days"), ("publicity",), ColumnKind.WORK_DAYS
        ),
        SheetColumn(
            Sentence("公示姓名", "Name on notice"),
            ("name_on_notice",),
            words=_by_code(NOTICE_NAME_WORDS),
        ),
        SheetColumn(Sentence("备注", "Note"), ("note",)),
    ),
)
GOODS = SheetTable(
    title=Sentence("兑换商品", "Goods"),
    path=("points", "shop", "goods"),
    columns=(
        SheetColumn(Sentence("编号", "Code"), ("code",)),
        SheetColumn(Sentence("商品", "Title"), ("title",)),
        SheetColumn(Sentence("兑换积分", "Price"), ("price",), ColumnKind.NUMBER),
        SheetColumn(Sentence("价值（分）", "Value in fen"), ("value_fen",), ColumnKind.NUMBER),
        SheetColumn(Sentence("库存提醒", "Low stock"), ("low_stock",), ColumnKind.NUMBER),
    ),
)
TABLES = (RULES, GOODS)
