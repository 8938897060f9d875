"""What may be asked: nothing the house holds, and nothing personal without a purpose.

Burden rules for the grass roots (基层减负): what is held is filled in and never asked again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from liuchi.engines.collect.enums import ColumnKind, Held
from liuchi.kernel.errors import FieldError
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.asks import PERSONAL_WORDS

COLUMNS_MAX = 20
TITLE_CHARACTERS_MAX = 30
# Words of a column's title → what the directory holds of that name; None where it is people.
_HELD: Mapping[str, Held | None] = {
    "户数": Held.HOUSEHOLDS,
    "住户数": Held.HOUSEHOLDS,
    "总户数": Held.HOUSEHOLDS,
    "人数": Held.PEOPLE,
    "人口": Held.PEOPLE,
    "人口数": Held.PEOPLE,
    "总人口": Held.PEOPLE,
    "居民数": Held.PEOPLE,
    "居民人数": Held.PEOPLE,
    "网格数": Held.GRIDS,
    "区划代码": Held.CODE,
    "单位": None,
    "村名": None,
    "社区名称": None,
    "单位名称": None,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``source`` is what fills it in: a word of the directory, or an indicator."""

    code: str
    title: str
    kind: ColumnKind
    required: bool = False
    personal: bool = False
    choices: tuple[str, ...] = ()
    source: str = ""

    @property
    def asked(self) -> bool:
        """Whether units fill it in themselves."""
        return self.kind not in {ColumnKind.HELD, ColumnKind.FIGURE}


def held_words(title: str) -> bool:
    """Whether a column of this title asks for what the directory holds."""
    return title in _HELD or any(word in title for word in PERSONAL_WORDS)


@dataclass(frozen=True, slots=True)
class Offer:
    """What fills a column in by itself instead of asking for it, and the sentence that says so."""

    kind: ColumnKind
    source: str
    sentence: Sentence


def offered(title: str, counted: Mapping[str, str]) -> Offer | None:
    """Return what the house holds under a column's title; None where it holds nothing like it.

    Data about people are held as well and offered to no table.
    """
    held = _HELD.get(title)
    if held is not None:
        return Offer(ColumnKind.HELD, str(held), _held_already(title))
    if title in counted:
        return Offer(ColumnKind.FIGURE, counted[title], _counted_already(title))
    return None


def faults(
    columns: Sequence[Column],
    *,
    purpose: str,
    retain_days: int | None,
    counted: Mapping[str, str],
) -> Iterator[FieldError]:
    """Yield what a table may not ask; ``counted`` are titles of indicators with their codes.

    A field is ``columns`` for all of them, or ``title_<code>`` for one.
    """
    if not any(column.asked for column in columns):
        sentence = Sentence("至少要有一列请单位填。", "Ask for one column at least.")
        yield FieldError("columns", sentence)
    if len(columns) > COLUMNS_MAX:
        sentence = Sentence("最多{most}列。", "{most} columns at most.", {"most": COLUMNS_MAX})
        yield FieldError("columns", sentence)
    if any(column.personal for column in columns) and not (purpose.strip() and retain_days):
        yield FieldError(
            "purpose",
            Sentence(
                "有个人信息的列，要写明用途和保存天数。",
                "Personal columns need a purpose, and for how many days they are kept.",
            ),
        )
    titles = [column.title for column in columns]
    for column in columns:
        for sentence in _faults_of(column, titles, counted):
            yield FieldError(f"title_{column.code}", sentence)


def _faults_of(
    column: Column, titles: Sequence[str], counted: Mapping[str, str]
) -> Iterator[Sentence]:
    if not 1 <= len(column.title) <= TITLE_CHARACTERS_MAX:
        yield Sentence(
            "列名1到{most}字。",
            "A title of 1 to {most} characters.",
            {"most": TITLE_CHARACTERS_MAX},
        )
    if titles.count(column.title) > 1:
        yield Sentence("列名重复。", "This title occurs twice.")
    if not column.asked:
        return
    offer = offered(column.title, counted)
    if offer is not None:
        yield offer.sentence
    elif held_words(column.title):
        yield _never_asked(column.title)
    if column.kind is ColumnKind.CHOICE and len(column.choices) < 2:  # noqa: PLR2004  a choice
        yield Sentence("请写出选项，用、隔开。", "Write the choices.")


def _held_already(title: str) -> Sentence:
    return Sentence(
        "「{title}」名录里已有，不能再要，可以改成自动填。",
        "The directory holds {title}: it is not asked again. Have it filled in by itself.",
        {"title": title},
    )


def _never_asked(title: str) -> Sentence:
    return Sentence(
        "「{title}」名录里已有，不能再向单位要。请删去这一列。",
        "The directory holds {title}: units are not asked for it. Delete this column.",
        {"title": title},
    )


def _counted_already(title: str) -> Sentence:
    return Sentence(
        "「{title}」是系统数出来的指标，不能再要，可以改成自动填。",
        "{title} is counted by an indicator: have it filled in by itself.",
        {"title": title},
    )
