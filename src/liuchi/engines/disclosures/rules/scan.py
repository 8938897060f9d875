"""Looking for personal data in whatever is about to be published. Only what is certain blocks.

Numbers: see :mod:`.numbers`. Besides them words are read: a date of birth, an address down to
the door, an age below eighteen or a word for a child beside a name, illness or disability
beside a name (《个人信息保护法》 28, 31; 《未成年人保护法》 4), and names that are masked in their
column and stand whole elsewhere. What a rule of words finds may be wrong, so a person answers it;
what a number is, is not answered away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from liuchi.engines.disclosures.enums import ColumnKind, FoundAt, FoundKind, Guards, Sensitivity
from liuchi.engines.disclosures.rules.naming import is_named, where
from liuchi.engines.disclosures.rules.numbers import Found, numbers_in, plain
from liuchi.engines.disclosures.rules.split import Piece, split_numbers
from liuchi.engines.disclosures.spec import ItemSpec
from liuchi.kernel.sentences import Sentence

_DAY = r"(?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?"
_BIRTH = re.compile(
    rf"(?:出生|生日|生于|诞生|born)[^\d]{{0,6}}{_DAY}|{_DAY}\s*(?:出生|生\b|生人)", re.IGNORECASE
)
_NUMERAL = r"[\d一二三四五六七八九十百A-Za-z]"
_ADDRESS = re.compile(
    rf"{_NUMERAL}{{1,5}}\s*(?:号楼|栋|幢|座|#)[^，。；]{{0,8}}?{_NUMERAL}{{1,5}}\s*(?:室|房|户|号)"
    rf"|{_NUMERAL}{{1,4}}\s*单元\s*{_NUMERAL}{{2,5}}\s*(?:室|房|户|号)?"
    rf"|[路街巷弄]\s*{_NUMERAL}{{1,5}}\s*号\s*{_NUMERAL}{{1,5}}\s*(?:室|房)"
    rf"|组\s*{_NUMERAL}{{1,5}}\s*号(?!文|楼|通知|令)"
    r"|(?<!\d)\d{1,3}\s*-\s*\d{1,2}\s*-\s*\d{3,4}(?!\d)"
)
_STREET = re.compile(rf"[路街巷弄]\s*{_NUMERAL}{{1,5}}\s*号(?!文|楼|通知|令)")
_ACCOUNT = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"
    r"|(?:微信|QQ|wechat)\s*号?\s*[:：]?\s*[A-Za-z0-9_-]{5,20}",
    re.ASCII | re.IGNORECASE,
)
_AGE = re.compile(r"(?<!\d)(?:1[0-7]|\d)\s*(?:周岁|岁)(?!以|至|及)")
_CHILD = re.compile(
    r"孤儿|未成年|幼儿|女儿|儿子|孙子|孙女|小学生|初中生|高中生|学生|孩子|婴儿|男童|女童"
)
_ILL = re.compile(
    r"残疾|[一二三四]级残|智力障碍|精神(?:病|障碍|分裂)|癌|肿瘤|白血病|尿毒症|透析|艾滋|HIV|肝炎"
    r"|结核|糖尿病|心脏病|脑瘫|偏瘫|瘫痪|抑郁|自闭|癫痫|失明|失聪|聋哑|重病|大病|患有|患病|病重|住院|因病|因残|致残|伤残",
    re.IGNORECASE,
)
_ANYWHERE = (
    (FoundKind.BIRTH_DATE, _BIRTH),
    (FoundKind.ADDRESS, _ADDRESS),
    (FoundKind.STREET, _STREET),
    (FoundKind.ACCOUNT, _ACCOUNT),
)
_BESIDE_A_NAME = ((FoundKind.HEALTH, _ILL), (FoundKind.MINOR, _AGE), (FoundKind.MINOR, _CHILD))

FOUND_WORDS: Mapping[FoundKind, Sentence] = {
    FoundKind.ID_NUMBER: Sentence("身份证号", "identity number"),
    FoundKind.MOBILE: Sentence("手机号", "mobile number"),
    FoundKind.CARD: Sentence("银行卡号", "bank card"),
    FoundKind.NAME_AGAIN: Sentence("已隐去的姓名", "a name that is masked elsewhere"),
    FoundKind.LANDLINE: Sentence("电话号码", "telephone number"),
    FoundKind.BIRTH_DATE: Sentence("出生日期", "date of birth"),
    FoundKind.ADDRESS: Sentence("详细住址", "exact address"),
    FoundKind.STREET: Sentence("门牌号", "number of a house"),
    FoundKind.ACCOUNT: Sentence("邮箱或微信、QQ 号", "e-mail, WeChat or QQ"),
    FoundKind.MINOR: Sentence("可能是未成年人", "perhaps a minor"),
    FoundKind.HEALTH: Sentence("病情或残疾", "illness or disability"),
    FoundKind.UNREAD: Sentence("图片要人看过", "a picture nobody has looked at"),
}


_READ_AS_WRITTEN = frozenset({FoundAt.TITLE, FoundAt.WHY, FoundAt.PAPER})


@dataclass(frozen=True, slots=True)
class Text:
    """Something to be published: where it stands, in which row (from 1) and column."""

    at: FoundAt
    text: str
    row: int = 0
    column: str = ""
    named: bool = False
    """Whether a name the public reads stands in the same row."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in a text and where; ``key`` is the same as long as the text is."""

    at: FoundAt
    row: int
    column: str
    found: Found

    @property
    def kind(self) -> FoundKind:
        """What it is."""
        return self.found.kind

    @property
    def is_final(self) -> bool:
        """Whether no reason lets it out: also what is read as written, with no mask."""
        kind = self.found.kind
        return kind.is_final or (
            self.at in _READ_AS_WRITTEN and (self.found.named or kind.is_always_cut)
        )

    @property
    def key(self) -> str:
        """What an answer names: ``cell:3:use:landline:0-11``."""
        span = f"{self.found.start}-{self.found.end}"
        return f"{self.at}:{self.row}:{self.column}:{self.kind}:{span}"


def scan_text(
    text: str,
    *,
    named: bool = False,
    hidden: frozenset[str] = frozenset(),
    known: frozenset[str] = frozenset(),
) -> list[Found]:
    """Return what a text holds that may not go out, each with whether a name stands beside it.

    ``named``: one stands elsewhere in the row. ``hidden`` are names the public reads masked,
    ``known`` those it reads whole.
    """
    given = plain(text)
    named = named or is_named(given.text, known) or is_named(given.text, hidden)
    kinds = [*_ANYWHERE, *(_BESIDE_A_NAME if named else ())]
    found = list(numbers_in(given))
    taken = {(each.start, each.end) for each in found}
    for kind, pattern in kinds:
        for match in pattern.finditer(given.text):
            each = given.found(kind, *match.span())
            if not any(low <= each.start and each.end <= high for low, high in taken):
                found.append(each)
                taken.add((each.start, each.end))
    found += [given.found(FoundKind.NAME_AGAIN, *span) for span in where(given.text, hidden)]
    return [replace(each, named=named) for each in found]


def tells_of_health_or_child(text: str) -> bool:
    """Whether a text beside a name says that somebody is ill, disabled or a child."""
    return any(pattern.search(plain(text).text) for _kind, pattern in _BESIDE_A_NAME)


def scan(
    texts: Iterable[Text],
    hidden: frozenset[str] = frozenset(),
    known: frozenset[str] = frozenset(),
) -> tuple[Finding, ...]:
    """Return everything found in what is about to be published, in order."""
    return tuple(
        Finding(each.at, each.row, each.column, found)
        for each in texts
        for found in scan_text(each.text, named=each.named, hidden=hidden, known=known)
    )


def texts_of(item: ItemSpec, rows: Sequence[Mapping[str, str]]) -> Iterator[Text]:
    """Yield the cells of rows that the public would read as they are."""
    shown = {c.code: item.shown_as(c) for c in item.columns}
    whole = [c for c in item.columns if shown[c.code] is Sensitivity.SHOWN]
    names = [c.code for c in item.columns if c.kind is ColumnKind.NAME]
    hidden = hidden_names(item, rows)
    for number, cells in enumerate(rows, start=1):
        named = any(cells.get(code) and shown[code] is not Sensitivity.OMITTED for code in names)
        for column in whole:
            text = cells.get(column.code, "")
            masked = column.kind is ColumnKind.NAME and text in hidden
            if text and not masked and column.kind not in _READ_OTHERWISE:
                yield Text(FoundAt.CELL, text, number, column.code, named and says(column.kind))


def pieces_in(item: ItemSpec, rows: Sequence[Mapping[str, str]]) -> tuple[Piece, ...]:
    """Return the pieces of numbers that stand in several cells the public would read."""
    shown = (c for c in item.columns if item.shown_as(c) is Sensitivity.SHOWN)
    return split_numbers(rows, [c.code for c in shown if c.kind not in _READ_OTHERWISE])


# Amounts, counts and days have one form that no number of a person's fits into.
_READ_OTHERWISE = frozenset({ColumnKind.AMOUNT, ColumnKind.COUNT, ColumnKind.DATE})


def says(kind: ColumnKind) -> bool:
    """Whether a column's cells are words that may tell of the person named beside them."""
    return kind in {ColumnKind.TEXT, ColumnKind.PERIOD, ColumnKind.GROUP}


def names_of(item: ItemSpec, rows: Sequence[Mapping[str, str]]) -> frozenset[str]:
    """Return every name in the rows, however it is shown."""
    codes = [c.code for c in item.columns if c.kind is ColumnKind.NAME]
    return frozenset(name for cells in rows for code in codes if (name := cells.get(code, "")))


def hidden_names(item: ItemSpec, rows: Sequence[Mapping[str, str]]) -> frozenset[str]:
    """Return the names that the public reads masked or not at all.

    Those of a column that is masked, and those of rows that tell of illness or a child: there
    no reason shows them.
    """
    shown = {c.code: item.shown_as(c) for c in item.columns}
    names = [c.code for c in item.columns if c.kind is ColumnKind.NAME]
    read = [c for c in item.columns if shown[c.code] is not Sensitivity.OMITTED]
    told = [c.code for c in read if says(c.kind) or c.kind is ColumnKind.NAME]
    found = set()
    for cells in rows:
        guarded = any(tells_of_health_or_child(cells.get(code, "")) for code in told)
        found |= {
            cells[code]
            for code in names
            if cells.get(code) and (guarded or shown[code] is not Sensitivity.SHOWN)
        }
    return frozenset(found)


def minds_words(item: ItemSpec) -> bool:
    """Whether an item's own subject is children or illness, so that such words say nothing new."""
    return item.guards in {Guards.MINORS, Guards.HEALTH}
