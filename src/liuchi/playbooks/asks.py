"""What a method asks whom to write down, and how often: the burden before anybody bears it.

Each engine says it of its own section (``Section.asks``), in its own words; nobody else knows
what a section asks. Which facts are entries made by hand, and how many there are of what a
rhythm counts (households linked, reaches), engines register here too, in their ``apps.py``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from liuchi.kernel.periods import PER_WORDS, Per
from liuchi.kernel.sentences import Sentence, Value

WEEKS_IN = {
    Per.DAY: 1 / 7,
    Per.WEEK: 1.0,
    Per.MONTH: 365.2425 / 12 / 7,
    Per.QUARTER: 365.2425 / 4 / 7,
    Per.YEAR: 365.2425 / 7,
}
"""How many weeks a stretch has, in the mean of the calendar."""

PLACE = "place"
"""What a rhythm counts that holds for each village or community of a method's places."""


@dataclass(frozen=True, slots=True)
class AskedField:
    """One thing to write: its name, and where it belongs (``of``: a type, an item).

    ``means`` is the word of the field dictionary, told from the title where left out.
    ``tells`` says that it names whom or what the entry is about, which nobody can leave out.
    """

    code: str
    title: str
    of: str = ""
    means: str = ""
    tells: bool = False

    @property
    def meaning(self) -> str:
        """The word of the field dictionary for it, "" where there is none."""
        return self.means or meaning(self.title)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often: so many times a stretch, for each of something that is counted.

    ``each`` is :data:`PLACE` or a name under which an engine counts, ``of`` which of them.
    """

    times: int
    per: Per
    each: str = PLACE
    of: str = ""

    def a_week(self, number: int) -> float:
        """Return how many entries a week that is, for a number of what it holds for."""
        return self.times * number / WEEKS_IN[self.per]

    @property
    def words(self) -> Sentence:
        """How people say it: 每月 2 次."""
        per = PER_WORDS[self.per]
        return Sentence(per.zh + " {n} 次", "{n} times " + per.en, {"n": self.times})


@dataclass(frozen=True, slots=True)
class Ask:
    """One kind of entry a method asks for.

    Whoever may do ``verb`` in the method's places is asked. Without a rhythm it comes as things
    happen, and nobody can say how often beforehand.
    """

    code: str
    title: Sentence
    verb: str
    fields: tuple[AskedField, ...] = ()
    rhythm: Rhythm | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """A method as far as it asks: what, below which places, and what its indicators count."""

    code: str
    title: str
    asks: tuple[Ask, ...]
    scope_codes: tuple[str, ...]
    counted: tuple[str, ...] = ()


def within(scope_codes: Iterable[str], places: Iterable[str]) -> tuple[str, ...]:
    """Return where two sets of places lie in each other: of each pair the one below."""
    below = {
        max(one, other, key=len)
        for one in scope_codes
        for other in places
        if one.startswith(other) or other.startswith(one)
    }
    # A place below another of them would be counted twice.
    return tuple(
        sorted(
            each for each in below if not any(each != up and each.startswith(up) for up in below)
        )
    )


Asks = Callable[[object], Collection[Ask]]
"""Takes a section's validated model and says what it asks."""
Census = Callable[[Collection[str], str], int]
"""``count(scope_codes, of)``: how many there are below some places, inside ``acting_as``."""
OpenAsks = Callable[[Collection[str]], Collection[Asking]]
"""What is asked below some places today by no method, such as a table, inside ``acting_as``."""

# Titles people give to what the directory holds. The first word found decides.
_MEANINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("id_number", ("身份证",)),
    ("phone", ("电话", "手机", "联系方式")),
    ("address", ("住址", "家庭地址", "居住地址", "门牌号")),
    ("birth_date", ("出生",)),
    ("sex", ("性别",)),
    ("household", ("户主", "户编号")),
    ("name", ("姓名",)),
)
_WHOLE: Mapping[str, str] = {
    "户数": "households", "住户数": "households", "总户数": "households", "人数": "people",
    "人口": "people", "人口数": "people", "总人口": "people", "居民数": "people",
    "居民人数": "people", "网格数": "grids", "区划代码": "area_code", "村名": "area",
    "所属村": "area", "所属社区": "area", "社区名称": "area", "所在村居": "area",
    "所属网格": "grid", "所在网格": "grid", "网格名称": "grid",
}  # fmt: skip
PERSONAL_WORDS = tuple(word for _, words in _MEANINGS for word in words)
"""Words in a title by which it asks about a person what the directory holds."""

_NOTHING_SAID = re.compile(r"[\s、，。：:；;（）()【】\[\]“”\"'·*_/\-]+")


def plain(title: str) -> str:
    """Return a title without what does not tell it from another: width, case, marks, 请填写."""
    text = _NOTHING_SAID.sub("", unicodedata.normalize("NFKC", title)).casefold()
    return text.removeprefix("请填写").removeprefix("填写")


def meaning(title: str) -> str:
    """Return the word of the field dictionary a title stands for, "" where it is none."""
    text = plain(title)
    if text in _WHOLE:
        return _WHOLE[text]
    return next((code for code, words in _MEANINGS if any(word in text for word in words)), "")


def in_both(name: str, sentence: Sentence) -> dict[str, Value]:
    """Return a sentence as two values of another: ``{name}`` and ``{name_en}``."""
    return {name: sentence.in_language("zh"), f"{name}_en": sentence.in_language("en")}


_entries: dict[str, str] = {}
_censuses: dict[str, Census] = {}
_open_asks: dict[str, OpenAsks] = {}


def register_entries(entries: Mapping[str, str]) -> None:
    """Register the fact kinds that are entries made by hand, with the verb they are made by."""
    for kind, verb in entries.items():
        if _entries.setdefault(kind, verb) != verb:
            msg = f"{kind} is registered as an entry twice, differently"
            raise ValueError(msg)


def entries() -> Mapping[str, str]:
    """Return the fact kinds that are entries made by hand, and the verb of each."""
    return dict(_entries)


def register_census(name: str, count: Census) -> None:
    """Register how many there are of something a rhythm holds for."""
    _censuses.setdefault(name, count)


def censuses() -> Mapping[str, Census]:
    """Return what rhythms may hold for, besides places, and how it is counted."""
    return dict(_censuses)


def register_open_asks(name: str, asks: OpenAsks) -> None:
    """Register what an engine asks beside all methods."""
    _open_asks.setdefault(name, asks)


def open_asks(scope_codes: Collection[str]) -> tuple[Asking, ...]:
    """Return what is asked below some places today beside all methods."""
    return tuple(each for asks in _open_asks.values() for each in asks(scope_codes))
