"""What is asked of the grass roots here: by kind of post and by week, never by person.

One place only, one's own: two totals of which one lies within the other would tell, by what is
left, about the few posts between them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators.queries import burden as queries
from liuchi.engines.indicators.queries.burden import Burden
from liuchi.engines.indicators.rules.burden import POSTS_MIN, AskedOf, Load
from liuchi.engines.indicators.rules.burden_words import planned_lines
from liuchi.kernel.actors import Actor
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.playbooks.repeats import Repeat
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.charts import Bar, Bars
from liuchi.surfaces.components.forms import say
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape

READ = "indicators.figure.read"
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class PostLine:
    """One kind of post: how many there are, what they are asked for and what they wrote."""

    role: str
    title: str
    posts: int
    fields: int
    a_week: float
    load: Load | None

    @property
    def chart_id(self) -> str:
        """Name of the chart's data on the page."""
        return f"chart-{self.role}"

    @property
    def chart(self) -> dict[str, Any]:
        """The weeks as a chart reads them."""
        weeks = self.load.weeks if self.load else ()
        values = [tenth(week.a_post) for week in weeks]
        names = [f"{week.first.month}/{week.first.day}" for week in weeks]
        texts = ["—" if value is None else f"{value:f}" for value in values]
        return Bars(tuple(map(Bar, names, values, texts))).data

    @property
    def usual(self) -> Decimal | None:
        """The median of the weeks; None where too few posts are held."""
        return None if self.load is None else tenth(self.load.usual)

    @property
    def heaviest(self) -> Decimal | None:
        """The week in which most was asked."""
        week = None if self.load is None else self.load.heaviest
        return None if week is None else tenth(week.a_post)

    @property
    def heaviest_from(self) -> date | None:
        """Its Monday; None where nothing was written at all."""
        week = None if self.load is None else self.load.heaviest
        return week.first if week is not None and week.a_post else None


@dataclass(frozen=True, slots=True)
class WeekLine:
    """One week: what a post of each kind wrote, in the order of the kinds."""

    first: date
    a_post: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class PartLine:
    """What one kind of entry under one method takes of one kind of post."""

    post: str
    method: str
    kind: str
    a_post: Decimal


@dataclass(frozen=True, slots=True)
class AskedLine:
    """What one method asks of one kind of post: so many kinds of entries, with their fields."""

    post: str
    method: str
    asks: int
    fields: int
    a_week: float


def draft_lines(
    actor: Actor, compiled: Mapping[str, Any], places: Collection[UUID]
) -> tuple[tuple[str, str], ...]:
    """Return what a draft would ask of whom, as its page says it; nothing without the right."""
    if not actor.may(READ).allowed:
        return ()
    found = queries.planned(actor, compiled, places)
    titles = {row.code: row.title for row in accounts.roles()}
    return tuple((f"depth-{each.depth}", say(each.words)) for each in planned_lines(found, titles))


def tenth(value: float | None) -> Decimal | None:
    """Return a number of entries to a tenth; more figures than that would only look exact."""
    return None if value is None else Decimal(value).quantize(_TENTH)


@requires(READ)
@takes_post
def burden(request: SeatedRequest) -> HttpResponse | FileResponse:
    """Show what posts are asked for; POST gives one of the lists as Excel."""
    actor = request.actor
    if request.method == "POST":
        with reading(request):
            found = queries.burden(actor)
        return excel.download(request, *_lists(found))
    found = queries.burden(actor)
    posts = post_lines(found)
    lists = {each.code.replace("-", "_"): tables.shown(request, each) for each in _lists(found)}
    context = {
        "area": directory.area(actor.area_id) if actor.area_id else None,
        "first": found.weeks[0],
        "last": found.weeks[-1] + timedelta(days=6),
        "weeks_count": len(found.weeks),
        "posts_min": POSTS_MIN,
        "posts": [each for each in _shown(posts) if each.heaviest],
        "few": [each for each in posts if each.usual is None],
        **lists,
    }
    return TemplateResponse(request, "desk/burden.html", context)


def post_lines(found: Burden) -> tuple[PostLine, ...]:
    """Return the kinds of posts held here, in the order of their codes: nobody is ranked."""
    titles = directory.titles()
    asked = {each.role: each for each in found.declared}
    loads = {each.role: each for each in found.loads}
    return tuple(
        PostLine(
            role,
            titles[role],
            found.posts[role],
            asked[role].fields if role in asked else 0,
            asked[role].a_week if role in asked else 0,
            loads.get(role),
        )
        for role in sorted(found.posts)
    )


def _lists(found: Burden) -> tuple[Listing[Any], ...]:
    posts = post_lines(found)
    shown = _shown(posts)
    return (
        _listing("burden-posts", _("各岗位"), _POSTS, posts, _("这里还没有岗位。")),
        _listing("burden-weeks", _("按周"), _week_columns(shown), _weeks(shown), _NONE),
        _listing("burden-parts", _("按工作法和种类"), _PARTS, _parts(posts), _NONE),
        _listing(
            "burden-asked", _("工作法写明要填的"), _ASKED, _asked(found), _("没有工作法要填什么。")
        ),
        _listing("burden-repeats", _("问了两遍的"), REPEATS, found.repeats, _("没有问两遍的。")),
    )


def _listing(
    code: str,
    title: Promise,
    columns: tuple[Column[Any], ...],
    rows: tuple[Any, ...],
    empty: Promise,
) -> Listing[Any]:
    return Listing(code, title, columns, tables.short(lambda: rows), empty=empty, paged=False)


def _shown(posts: tuple[PostLine, ...]) -> tuple[PostLine, ...]:
    return tuple(post for post in posts if post.usual is not None)


def _week_columns(posts: tuple[PostLine, ...]) -> tuple[Column[WeekLine], ...]:
    def of_post(place: int) -> Column[WeekLine]:
        return Column(posts[place].title, lambda row: row.a_post[place], Shape.NUMBER)

    return (
        Column(_("周一"), lambda row: row.first, Shape.DAY),
        *(of_post(place) for place in range(len(posts))),
    )


def _weeks(posts: tuple[PostLine, ...]) -> tuple[WeekLine, ...]:
    by_week = zip(*(post.load.weeks for post in posts if post.load), strict=True)
    return tuple(
        WeekLine(weeks[0].first, tuple(tenth(week.a_post) for week in weeks)) for weeks in by_week
    )


def _parts(posts: tuple[PostLine, ...]) -> tuple[PartLine, ...]:
    kinds = registry.fact_kinds()
    return tuple(
        PartLine(
            post.title, part.method or str(_OUTSIDE), say(kinds[part.kind].title),
            tenth(part.a_post) or Decimal(0),
        )
        for post in posts
        if post.load is not None
        for part in post.load.parts
    )  # fmt: skip


def _asked(found: Burden) -> tuple[AskedLine, ...]:
    """Return a line for each method and kind of post; each single entry is in ``plan``."""
    titles = directory.titles()
    lines = []
    for each in found.declared:
        by_method: dict[str, list[AskedOf]] = {}
        for asked in each.asks:
            by_method.setdefault(asked.method, []).append(asked)
        lines += [
            AskedLine(
                titles[each.role],
                method,
                len(asks),
                sum(one.fields for one in asks),
                sum(one.a_week or 0 for one in asks),
            )
            for method, asks in by_method.items()
        ]
    return tuple(lines)


_OUTSIDE = _("不属于工作法")
_NONE = _("最近几周没有可以显示的填报。")
_POSTS: tuple[Column[PostLine], ...] = (
    Column(_("岗位"), lambda row: row.title),
    Column(_("岗数"), lambda row: row.posts, Shape.NUMBER),
    Column(_("每岗每周，一般"), lambda row: row.usual, Shape.NUMBER),
    Column(_("每岗每周，最多"), lambda row: row.heaviest, Shape.NUMBER),
    Column(_("最多的一周，从"), lambda row: row.heaviest_from, Shape.DAY),
    Column(_("写明次数的，每岗每周"), lambda row: tenth(row.a_week), Shape.NUMBER),
    Column(_("字段"), lambda row: row.fields, Shape.NUMBER),
)
_PARTS: tuple[Column[PartLine], ...] = (
    Column(_("岗位"), lambda row: row.post),
    Column(_("填报"), lambda row: row.kind),
    Column(_("工作法"), lambda row: row.method),
    Column(_("每岗每周"), lambda row: row.a_post, Shape.NUMBER),
)
_ASKED: tuple[Column[AskedLine], ...] = (
    Column(_("岗位"), lambda row: row.post),
    Column(_("工作法"), lambda row: row.method),
    Column(_("几种填报"), lambda row: row.asks, Shape.NUMBER),
    Column(_("字段"), lambda row: row.fields, Shape.NUMBER),
    Column(_("写明次数的，每周共"), lambda row: tenth(row.a_week), Shape.NUMBER),
)
WHERE_MAX = 3


def _where(row: Repeat) -> Sentence:
    told = [each.words for each in row.where[:WHERE_MAX]]
    more = len(row.where) - len(told)
    rest = f"等 {len(row.where)} 处" if more else ""
    rest_en = f" and {more} more" if more else ""
    return Sentence(
        "{zh}" + rest,
        "{en}" + rest_en,
        {"zh": "；".join(each.in_language("zh") for each in told),
         "en": "; ".join(each.in_language("en") for each in told)},
    )  # fmt: skip


REPEATS: tuple[Column[Repeat], ...] = (
    Column(_("字段"), lambda row: row.title),
    Column(_("在哪里问"), _where, own_line=True),
    Column(_("已有的"), lambda row: row.beside),
    Column(_("怎么办"), lambda row: row.advice, own_line=True),
)
