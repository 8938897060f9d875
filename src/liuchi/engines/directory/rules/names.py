"""How a Chinese name sounds, sorts and is found.

The sort key is the syllables with their tones, then the characters, compared by
code point (collation "C"): 陈 before 程, 张伟 before 张卫. Found means: part of
the name (伟国), of the initials (wg) or of the spelling from a syllable on
(weiguo, zhangw).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import combinations

from pypinyin import Style, lazy_pinyin, pinyin
from pypinyin.constants import PHRASES_DICT

# Surnames read otherwise than the same character elsewhere (姓氏异读), with tone.
_SURNAMES: dict[str, tuple[str, ...]] = {
    "单": ("shan4",), "曾": ("zeng1",), "解": ("xie4",), "仇": ("qiu2",), "任": ("ren2",),
    "华": ("hua4",), "查": ("zha1",), "朴": ("piao2",), "区": ("ou1",), "盖": ("ge3",),
    "缪": ("miao4",), "乐": ("yue4",), "冼": ("xian3",), "洗": ("xian3",), "翟": ("zhai2",),
    "员": ("yun4",), "秘": ("bi4",), "召": ("shao4",), "种": ("chong2",), "繁": ("po2",),
    "覃": ("qin2",), "宿": ("su4",), "折": ("she2",), "黑": ("he4",), "燕": ("yan1",),
    "应": ("ying1",), "那": ("na1",), "谌": ("chen2",), "句": ("gou1",), "隗": ("wei3",),
    "葛": ("ge3",), "尹": ("yin3",), "祭": ("zhai4",), "尉": ("wei4",), "晟": ("cheng2",),
    "过": ("guo1",), "令": ("ling2",), "藏": ("zang1",), "牟": ("mu4",), "盛": ("sheng4",),
}  # fmt: skip
_COMPOUND: dict[str, tuple[str, ...]] = {
    "尉迟": ("yu4", "chi2"), "万俟": ("mo4", "qi2"), "长孙": ("zhang3", "sun1"),
    "澹台": ("tan2", "tai2"), "令狐": ("ling2", "hu2"), "欧阳": ("ou1", "yang2"),
    "司马": ("si1", "ma3"), "上官": ("shang4", "guan1"), "诸葛": ("zhu1", "ge3"),
    "东方": ("dong1", "fang1"), "皇甫": ("huang2", "fu3"), "公孙": ("gong1", "sun1"),
    "慕容": ("mu4", "rong2"), "司徒": ("si1", "tu2"), "夏侯": ("xia4", "hou2"),
    "宇文": ("yu3", "wen2"), "轩辕": ("xuan1", "yuan2"), "端木": ("duan1", "mu4"),
    "百里": ("bai3", "li3"), "钟离": ("zhong1", "li2"), "闻人": ("wen2", "ren2"),
    "太史": ("tai4", "shi3"), "申屠": ("shen1", "tu2"), "独孤": ("du2", "gu1"),
    "南宫": ("nan2", "gong1"), "西门": ("xi1", "men2"), "呼延": ("hu1", "yan2"),
}  # fmt: skip
# Characters of names that are read in several ways: every way finds the person.
_ALSO: dict[str, str] = {
    "单": "dan shan", "曾": "ceng zeng", "解": "jie xie", "仇": "chou qiu", "任": "ren",
    "查": "cha zha", "朴": "pu piao", "区": "qu ou", "盖": "gai ge", "缪": "mou miao miu",
    "乐": "le yue", "翟": "di zhai", "员": "yuan yun", "秘": "mi bi", "召": "zhao shao",
    "种": "zhong chong", "繁": "fan po", "覃": "tan qin", "折": "zhe she", "黑": "hei he",
    "尉": "wei yu", "葛": "ge", "过": "guo", "藏": "cang zang", "盛": "cheng sheng",
    "句": "ju gou", "令": "ling", "那": "na", "谌": "chen", "隗": "wei kui", "祭": "ji zhai",
    "贾": "jia gu", "车": "che ju", "宁": "ning", "柏": "bai bo", "褚": "chu zhu",
    "长": "chang zhang", "行": "hang xing", "重": "chong zhong", "朝": "chao zhao",
    "晟": "cheng sheng", "茜": "qian xi", "莎": "sha suo", "娜": "na nuo", "传": "chuan zhuan",
    "调": "diao tiao", "降": "jiang xiang", "校": "xiao jiao", "会": "hui kuai",
    "石": "shi dan", "万": "wan mo", "俟": "si qi", "沈": "shen chen", "阿": "a e",
}  # fmt: skip
_MANY_SOUNDS = frozenset(_ALSO)
_COMPOUND_LENGTH = 2
_SPELLING_LETTERS_MAX = 12
_ONLY_CHARACTERS = re.compile(r"[一-鿿]+")
_SEPARATORS = " ·•・.,'-\u3000"


def surname_of(name: str) -> str:
    """Return the surname: two characters where it is a compound one with a given name."""
    if len(name) > _COMPOUND_LENGTH and name[:_COMPOUND_LENGTH] in _COMPOUND:
        return name[:_COMPOUND_LENGTH]
    return name[:1]


def sort_key(name: str) -> str:
    """Return what names sort by, under collation "C"."""
    return " ".join((*syllables(name), name))


def search_terms(name: str) -> list[str]:
    """Return everything a person may be found by, sorted: about thirty short strings."""
    return list(spelled(name)[1])


@lru_cache(maxsize=1 << 14)
def spelled(name: str) -> tuple[str, tuple[str, ...]]:
    """Return a name's :func:`sort_key` and :func:`search_terms`, reading it once."""
    read = syllables(name)
    found = {*_parts(_plain(name))}
    _add_sounds(found, read)
    if not _MANY_SOUNDS.isdisjoint(name):
        for other in _other_readings(name, read):
            _add_sounds(found, other)
    return " ".join((*read, name)), tuple(sorted(found))


def _add_sounds(found: set[str], read: tuple[str, ...]) -> None:
    """Add the initials and spellings of one way to read a name."""
    # A control character or a bare digit has no sound.
    sounds = [sound for syllable in read if (sound := _toneless(syllable))]
    found.update(_parts("".join([sound[0] for sound in sounds])))
    text = ""
    for sound in reversed(sounds):
        text = sound + text
        found.update(_beginnings(text[:_SPELLING_LETTERS_MAX]))


@lru_cache(maxsize=1 << 12)
def _toneless(syllable: str) -> str:
    return syllable.rstrip("12345")


@lru_cache(maxsize=1 << 14)
def _beginnings(text: str) -> tuple[str, ...]:
    # Names end alike far oftener than they are alike: 国 and 卫国 stand in memory.
    return tuple([text[:end] for end in range(1, len(text) + 1)])


def _other_readings(name: str, read: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return a name read as it also could be, one character otherwise at a time.

    Who hears 单 as dan, or sees 乐 and says yue, finds the person as well.
    """
    letters = [letter for letter in name if letter not in _SEPARATORS]
    if len(letters) != len(read):
        return []
    return [
        (*read[:place], sound, *read[place + 1 :])
        for place, letter in enumerate(letters)
        for sound in _ALSO.get(letter, "").split()
        if sound != read[place].rstrip("12345")
    ]


def initials(text: str) -> str:
    """Return the first letter of each sound of a text that is no name."""
    return "".join(sound[0] for sound in _read(_plain(text)))


def search_term(text: str) -> str:
    """Return what was typed in the form of :func:`search_terms`; "" for nothing."""
    term = _plain(text)
    return term[:_SPELLING_LETTERS_MAX] if term.isascii() else term


def syllables(name: str) -> tuple[str, ...]:
    """Return the sounds of a name with tone digits, surname by its own reading."""
    surname = surname_of(name)
    known = _COMPOUND.get(surname) or _SURNAMES.get(surname)
    if known is None:
        return _read(_plain(name))
    return known + _read(_plain(name[len(surname) :]))


@lru_cache(maxsize=1 << 16)
def _read(text: str) -> tuple[str, ...]:
    # Character by character, from memory, unless a word is in it that the library knows: it
    # looks for words first, which matters where a character has several readings.
    alone = [_reading(letter) for letter in text]
    if None not in alone or not _holds_word(text):
        return tuple(
            sound
            for letter, held in zip(text, alone, strict=True)
            if (sound := _first_reading(letter) if held is None else held)
        )
    return _by_library(text)


def _holds_word(text: str) -> bool:
    """Whether the library may see more than single characters in a text."""
    return _ONLY_CHARACTERS.fullmatch(text) is None or any(
        text[start:end] in PHRASES_DICT
        for start, end in combinations(range(len(text) + 1), 2)
        if end > start + 1
    )


@lru_cache(maxsize=1 << 15)
def _first_reading(letter: str) -> str:
    return "".join(_by_library(letter))


def _by_library(text: str) -> tuple[str, ...]:
    read = lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True)
    return tuple(sound.replace("ü", "v") for sound in read if sound)


@lru_cache(maxsize=1 << 15)
def _reading(letter: str) -> str | None:
    """Return the only reading of a character, None where it has several or is no character."""
    if not "一" <= letter <= "鿿":
        return None
    (readings,) = pinyin(letter, style=Style.TONE3, heteronym=True, neutral_tone_with_five=True)
    return readings[0].replace("ü", "v") if len(readings) == 1 else None


def _plain(text: str) -> str:
    if _ONLY_CHARACTERS.fullmatch(text):
        return text
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter not in _SEPARATORS)


@lru_cache(maxsize=1 << 12)
def _cuts(length: int) -> tuple[slice, ...]:
    return tuple(slice(start, end) for start, end in combinations(range(length + 1), 2))


def _parts(text: str) -> list[str]:
    return [text[cut] for cut in _cuts(len(text))]
