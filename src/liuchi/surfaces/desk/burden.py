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
    def chart(self) -> dict[str, list[Any]]:
        """The weeks as a chart reads them."""
        weeks = self.load.weeks if self.load else ()
        return {
            "names": [f"{week.first.month}/{week.first.day}" for week in weeks],
            "values": [week.a_post and round(week.a_post, 1) for week in weeks],
        }

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
        """Its Monday."""
        week = None if self.load is None else self.load.heaviest
        return None if week is None else week.first


@dataclass(frozen=True, slots=True)
class WeekLine:
    """One week of one kind of post."""

    post: str
    first: date
    a_post: Decimal | None


@dataclass(frozen=True, slots=True)
class PartLine:
    """What one kind of entry under one method takes of one kind of post."""

    post: str
    method: str
    kind: str
    a_post: Decimal


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One kind of entry as a method asks it of one kind of post."""

    post: str
    asked: AskedOf


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
    shown = [each for each in posts if each.usual is not None]
    lists = {each.code.replace("-", "_"): tables.shown(request, each) for each in _lists(found)}
    context = {
        "area": directory.area(actor.area_id) if actor.area_id else None,
        "first": found.weeks[0],
        "last": found.weeks[-1] + timedelta(days=6),
        "weeks_count": len(found.weeks),
        "posts_min": POSTS_MIN,
        "posts": shown,
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
    return (
        _listing("burden-posts", _("各岗位"), _POSTS, posts, _("这里还没有岗位。")),
        _listing("burden-weeks", _("按周"), _WEEKS, _weeks(posts), _NONE),
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


def _weeks(posts: tuple[PostLine, ...]) -> tuple[WeekLine, ...]:
    return tuple(
        WeekLine(post.title, week.first, tenth(week.a_post))
        for post in posts
        if post.load is not None and post.load.is_shown
        for week in post.load.weeks
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
    titles = directory.titles()
    return tuple(
        AskedLine(titles[each.role], asked) for each in found.declared for asked in each.asks
    )


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
_WEEKS: tuple[Column[WeekLine], ...] = (
    Column(_("岗位"), lambda row: row.post),
    Column(_("周一"), lambda row: row.first, Shape.DAY),
    Column(_("每岗填报"), lambda row: row.a_post, Shape.NUMBER),
)
_PARTS: tuple[Column[PartLine], ...] = (
    Column(_("岗位"), lambda row: row.post),
    Column(_("填报"), lambda row: row.kind),
    Column(_("工作法"), lambda row: row.method),
    Column(_("每岗每周"), lambda row: row.a_post, Shape.NUMBER),
)
_ASKED: tuple[Column[AskedLine], ...] = (
    Column(_("岗位"), lambda row: row.post),
    Column(_("填报"), lambda row: row.asked.title),
    Column(_("工作法"), lambda row: row.asked.method),
    Column(_("字段"), lambda row: row.asked.fields, Shape.NUMBER),
    Column(
        _("多久一次"),
        lambda row: row.asked.rhythm.words if row.asked.rhythm else _("有事才填"),
    ),
    Column(_("这里每周共"), lambda row: tenth(row.asked.a_week), Shape.NUMBER),
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
