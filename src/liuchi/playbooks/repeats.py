"""Fields asked twice: by two methods, or of what the house holds or counts already.

Pure: from what methods say they ask, and where they hold. Rows are about fields of methods,
never about who filled them in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.asks import Ask, AskedField, Asking, in_both, plain, within

HELD: Mapping[str, Sentence] = {
    "id_number": Sentence("人口名录", "the directory of people"),
    "phone": Sentence("人口名录", "the directory of people"),
    "address": Sentence("人口名录", "the directory of people"),
    "birth_date": Sentence("人口名录", "the directory of people"),
    "sex": Sentence("人口名录", "the directory of people"),
    "name": Sentence("人口名录", "the directory of people"),
    "household": Sentence("家庭户名录", "the directory of households"),
    "households": Sentence("家庭户名录", "the directory of households"),
    "people": Sentence("人口名录", "the directory of people"),
    "grids": Sentence("网格名录", "the directory of grids"),
    "grid": Sentence("网格名录", "the directory of grids"),
    "area": Sentence("地区名录", "the directory of places"),
    "area_code": Sentence("地区名录", "the directory of places"),
}
"""Words of the field dictionary, and which part of the directory holds them."""

# Titles that say nothing by themselves: "remarks" of two tables are not the same remarks.
_GENERAL = frozenset(
    (
        "日期", "时间", "数量", "备注", "说明", "名称", "地点", "事项", "单位", "照片", "情况",
        "原因", "结果", "类别", "项目", "内容", "序号", "编号", "标准", "期间", "月份", "金额",
    )
)  # fmt: skip


class Repeated(StrEnum):
    """In which way a field is asked twice."""

    BY_TWO = "by_two"  # two methods ask the same people for it
    HELD = "held"  # the directory holds it
    COUNTED = "counted"  # an indicator counts it


@dataclass(frozen=True, slots=True)
class Where:
    """Where a field is asked: the method, the entry and what in it."""

    method: str
    entry: Sentence
    of: str = ""

    @property
    def words(self) -> Sentence:
        """Say it in one line."""
        told = self.of and self.of not in self.entry.in_language("zh")
        of, of_en = ("（{of}）", " ({of})") if told else ("", "")
        return Sentence(
            "{method}：{entry}" + of,
            "{method}: {entry_en}" + of_en,
            {"method": self.method, "of": self.of, **in_both("entry", self.entry)},
        )


@dataclass(frozen=True, slots=True)
class Repeat:
    """A field that is asked twice: which, in which way, where it is asked and what to do."""

    title: str
    way: Repeated
    where: tuple[Where, ...]
    beside: Sentence
    advice: Sentence


@dataclass(frozen=True, slots=True)
class _Place:
    asking: Asking
    ask: Ask
    field: AskedField

    @property
    def where(self) -> Where:
        return Where(self.asking.title, self.ask.title, self.field.of)


def repeats(asking: Sequence[Asking], roles: Mapping[str, frozenset[str]]) -> tuple[Repeat, ...]:
    """Return what is asked twice; ``roles`` says by verb which kinds of posts are asked."""
    places = tuple(_places(asking))
    return (*_held(places), *_counted(places, asking), *_by_two(places, roles))


def _places(asking: Iterable[Asking]) -> Iterator[_Place]:
    for each in asking:
        for ask in each.asks:
            for field in ask.fields:
                if not field.tells:
                    yield _Place(each, ask, field)


def _held(places: Iterable[_Place]) -> Iterator[Repeat]:
    found: dict[str, list[_Place]] = defaultdict(list)
    for place in places:
        if place.field.meaning in HELD:
            found[place.field.meaning].append(place)
    for means, held in found.items():
        yield Repeat(
            held[0].field.title,
            Repeated.HELD,
            _once(held),
            HELD[means],
            Sentence(
                "不再填写：这里删去，或由名录带出。",
                "Ask nobody: drop it here, or have it filled in from there.",
            ),
        )


def _counted(places: Iterable[_Place], asking: Iterable[Asking]) -> Iterator[Repeat]:
    by = {plain(title): each for each in asking for title in each.counted}
    found: dict[str, list[_Place]] = defaultdict(list)
    for place in places:
        counting = by.get(plain(place.field.title))
        # A method's own indicator may well count the very answers it asks for.
        if (
            counting
            and counting.code != place.asking.code
            and within(counting.scope_codes, place.asking.scope_codes)
        ):
            found[plain(place.field.title)].append(place)
    for title, held in found.items():
        yield Repeat(
            held[0].field.title,
            Repeated.COUNTED,
            _once(held),
            Sentence("{method}的指标", "an indicator of {method}", {"method": by[title].title}),
            Sentence(
                "不再填写：直接用这个指标。",
                "Ask nobody: use the figure.",
            ),
        )


def _by_two(places: Iterable[_Place], roles: Mapping[str, frozenset[str]]) -> Iterator[Repeat]:
    found: dict[str, list[_Place]] = defaultdict(list)
    for place in places:
        if place.field.meaning not in HELD:  # said once is enough
            found[plain(place.field.title)].append(place)
    for held in found.values():
        shared = [each for each in held if any(_same(each, other, roles) for other in held)]
        if shared:
            yield Repeat(
                shared[0].field.title,
                Repeated.BY_TWO,
                _once(shared),
                Sentence("另一个工作法", "another method"),
                Sentence(
                    "留一处填写，另一处删去或由第一处带出。",
                    "Ask in one of them; drop it in the other or take it over from there.",
                ),
            )


def _same(one: _Place, other: _Place, roles: Mapping[str, frozenset[str]]) -> bool:
    """Whether two methods ask the same kind of post for the same, at a place of both.

    A column of an item or a question of a type is the same only there; what belongs to
    nothing is told by its title alone, unless that is a general word.
    """
    if one.asking.code == other.asking.code:
        return False
    of, of_other = plain(one.field.of), plain(other.field.of)
    alone = not (of and of_other) and plain(one.field.title) not in _GENERAL
    asked = roles.get(one.ask.verb, frozenset()) & roles.get(other.ask.verb, frozenset())
    return (
        (of == of_other != "" or alone)
        and bool(asked)
        and bool(within(one.asking.scope_codes, other.asking.scope_codes))
    )


def _once(places: Iterable[_Place]) -> tuple[Where, ...]:
    told = {(place.asking.code, place.ask.code, place.field.of): place.where for place in places}
    return tuple(told.values())
