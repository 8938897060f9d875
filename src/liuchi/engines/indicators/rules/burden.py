"""How much is asked of the posts of a place: by what methods declare, and by what was written.

Rows are kinds of posts, never a post or its holder: entries are added up before anything is
divided, and of fewer than :data:`POSTS_MIN` posts nothing is said, since that would be a
person's week. Nobody's own number is computed anywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.asks import PLACE, Ask, Asking, Rhythm
from liuchi.playbooks.repeats import Repeat

WEEKS = 8
"""So many whole weeks are looked at: two months, no season and no single bad week."""
POSTS_MIN = 3
"""Of fewer posts of a kind nothing measured is said."""
_WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class PostAt:
    """A post held today: its kind, and the place it is for. Whose it is nobody asks."""

    role: str
    scope_code: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What a rhythm is counted over: posts and villages; ``roles`` by verb, what they may do.

    ``census`` counts what engines count, below some places: ``census(rhythm, scope_codes)``.
    """

    posts: tuple[PostAt, ...]
    villages: tuple[str, ...]
    roles: Mapping[str, frozenset[str]]
    census: Callable[[Rhythm, tuple[str, ...]], int]

    @property
    def held(self) -> dict[str, int]:
        """How many posts of each kind are held."""
        return _by_role(self.posts)


@dataclass(frozen=True, slots=True)
class AskedOf:
    """One kind of entry as it is asked of one kind of post.

    ``a_week`` is how many entries a week are to be expected of all posts of the kind here,
    None where the method names no rhythm.
    """

    method: str
    method_code: str
    code: str
    title: Sentence
    fields: int
    rhythm: Rhythm | None
    a_week: float | None


@dataclass(frozen=True, slots=True)
class Declared:
    """What is asked of one kind of post: of ``posts`` of them, today."""

    role: str
    posts: int
    asks: tuple[AskedOf, ...]

    @property
    def fields(self) -> int:
        """How many fields in all entries together."""
        return sum(each.fields for each in self.asks)

    @property
    def a_week(self) -> float:
        """How many entries with a rhythm are to be expected of one post a week."""
        return sum(each.a_week or 0 for each in self.asks) / self.posts


def declared(methods: Sequence[Asking], ground: Ground) -> tuple[Declared, ...]:
    """Say what is asked of each kind of post held at the places, by the code of the kind.

    What several posts may do is asked of all of them alike: each has its share of it.
    """
    found: dict[str, list[AskedOf]] = defaultdict(list)
    for method in methods:
        for ask in method.asks:
            for role, share in _shares(ask, method, ground).items():
                found[role].append(
                    AskedOf(
                        method.title,
                        method.code,
                        ask.code,
                        ask.title,
                        _fields(ask),
                        ask.rhythm,
                        share,
                    )
                )
    posts = ground.held
    return tuple(Declared(role, posts[role], tuple(found[role])) for role in sorted(found))


def _shares(ask: Ask, method: Asking, ground: Ground) -> dict[str, float | None]:
    """Return by kind of post its part of an entry's number a week; None without a rhythm."""
    roles = ground.roles.get(ask.verb, frozenset())
    asked = _by_role(
        post
        for post in ground.posts
        if post.role in roles and post.scope_code.startswith(method.scope_codes)
    )
    if ask.rhythm is None:
        return dict.fromkeys(asked)
    whole = ask.rhythm.a_week(_number(ask.rhythm, method.scope_codes, ground))
    return {role: whole * posts / sum(asked.values()) for role, posts in asked.items()}


def _number(rhythm: Rhythm, scope_codes: tuple[str, ...], ground: Ground) -> int:
    if rhythm.each == PLACE:
        return sum(village.startswith(scope_codes) for village in ground.villages)
    return ground.census(rhythm, scope_codes)


def _fields(ask: Ask) -> int:
    return len({(field.of, field.code) for field in ask.fields})


def _by_role(posts: Iterable[PostAt]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for post in posts:
        found[post.role] += 1
    return found


# What was written ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Written:
    """How many entries the posts of one kind made in one week: of one kind, under one method."""

    role: str
    week: date
    method: str
    kind: str
    entries: int


@dataclass(frozen=True, slots=True)
class Week:
    """A whole week from its Monday; ``a_post`` is None where fewer than three posts were held."""

    first: date
    a_post: float | None

    @property
    def last(self) -> date:
        """Its Sunday."""
        return self.first + timedelta(days=_WEEK_DAYS - 1)


@dataclass(frozen=True, slots=True)
class Part:
    """What one kind of entry under one method takes: entries of a post in a mean week."""

    method: str
    kind: str
    a_post: float


@dataclass(frozen=True, slots=True)
class Load:
    """What the posts of one kind wrote: week by week, and by method and kind of entry."""

    role: str
    weeks: tuple[Week, ...]
    parts: tuple[Part, ...]

    @property
    def is_shown(self) -> bool:
        """Whether enough posts are held for anything to be said."""
        return any(week.a_post is not None for week in self.weeks)

    @property
    def usual(self) -> float | None:
        """The median of the weeks."""
        held = [week.a_post for week in self.weeks if week.a_post is not None]
        return median(held) if held else None

    @property
    def heaviest(self) -> Week | None:
        """The week in which most was asked; the earlier of two alike."""
        held = [week for week in self.weeks if week.a_post is not None]
        return max(held, key=lambda week: week.a_post or 0) if held else None


def whole_weeks(today: date, number: int = WEEKS) -> tuple[date, ...]:
    """Return the Mondays of the last whole weeks before the one a day lies in."""
    monday = today - timedelta(days=today.weekday())
    return tuple(monday - timedelta(weeks=back) for back in range(number, 0, -1))


def loads(
    weeks: Sequence[date], post_days: Mapping[tuple[str, date], int], written: Iterable[Written]
) -> tuple[Load, ...]:
    """Divide what was written by the posts held: ``post_days`` by kind of post and week.

    A post held for half a week counts for half: who left and who came are one post together.
    """
    of_week: dict[tuple[str, date], int] = defaultdict(int)
    of_part: dict[str, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    enough = {at for at, days in post_days.items() if days >= POSTS_MIN * _WEEK_DAYS}
    for row in written:
        if (row.role, row.week) in enough:
            of_week[row.role, row.week] += row.entries
            of_part[row.role][row.method, row.kind] += row.entries
    return tuple(
        Load(
            role,
            tuple(
                Week(week, _a_post(of_week[role, week], post_days[role, week]))
                if (role, week) in enough
                else Week(week, None)
                for week in weeks
            ),
            _parts(
                of_part[role],
                sum(days for at, days in post_days.items() if at[0] == role and at in enough),
            ),
        )
        for role in sorted({role for role, _ in post_days})
    )


def _parts(entries: Mapping[tuple[str, str], int], days: int) -> tuple[Part, ...]:
    """Return the parts, what takes most first: of entries, not of people."""
    parts = [
        Part(method, kind, _a_post(number, days)) for (method, kind), number in entries.items()
    ]
    return tuple(sorted(parts, key=lambda part: (-part.a_post, part.method, part.kind)))


def _a_post(entries: int, days: int) -> float:
    return entries * _WEEK_DAYS / days


@dataclass(frozen=True, slots=True)
class Planned:
    """What a version would ask: before it and after, what is written now, what is asked twice.

    ``loads`` is None where what is written may not be said.
    """

    before: tuple[Declared, ...]
    after: tuple[Declared, ...]
    loads: tuple[Load, ...] | None
    repeats: tuple[Repeat, ...]
