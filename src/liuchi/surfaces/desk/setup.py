"""初次设置: what is still missing before the first claim, counted, each with its mend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Holder, Readiness
from liuchi.engines.files.rules import targets
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import Supplies
from liuchi.kernel.actors import Actor
from liuchi.kernel.calendar import WorkCalendar
from liuchi.kernel.clock import SHANGHAI, today
from liuchi.surfaces.components.access import requires
from liuchi.surfaces.components.methods import places_with_methods
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.desk.imports import RUN

COUNTED_MOST = 1_000_000
PROPOSE, REVIEW = "points.claim.propose", "points.claim.review"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing a place needs; ``held`` says what there is, ``button`` where to mend it.

    ``optional`` may wait: points can be recorded without it.
    """

    title: str | Promise
    why: str | Promise
    held: str
    done: bool
    url: str = ""
    button: str | Promise = ""
    optional: bool = False


@requires(RUN)
def setup(request: SeatedRequest) -> HttpResponse:
    """Show what is there and what is missing, in the order in which it is needed."""
    steps = steps_of(request.actor, most=COUNTED_MOST)
    context = {
        "steps": steps,
        "missing": _missing(steps),
        "done": sum(step.done for step in steps),
    }
    return TemplateResponse(request, "desk/setup.html", context)


def missing_in(actor: Actor) -> int:
    """Return how many steps are open in the actor's area; asks only whether there is any."""
    return _missing(steps_of(actor, most=1))


def steps_of(actor: Actor, *, most: int) -> tuple[Step, ...]:
    """Return the steps of the actor's area. Six statements, however much there is."""
    there = directory.readiness(actor, most=most)
    return (
        _areas(there),
        _people(there, actor),
        _organizations(there, actor),
        _posts(directory.post_holders(actor), actor),
        _method(actor),
        _consents(there),
        _shop(points.supplies(actor), actor),
        _calendar(),
    )


def _missing(steps: tuple[Step, ...]) -> int:
    return sum(not step.done and not step.optional for step in steps)


def two_people(recorders: Iterable[Holder], reviewers: Iterable[Holder]) -> bool:
    """Whether somebody can review what somebody else records: two people, two households."""
    several = tuple(reviewers)
    return any(
        one.user_id != other.user_id
        and (one.household_id is None or one.household_id != other.household_id)
        for one in recorders
        for other in several
    )


def _import_of(code: str, actor: Actor) -> str:
    """Return where a kind of table is brought in; nothing where this post may not."""
    known = {target.code for target in targets(actor)}
    return reverse("desk-import-new", args=[code]) if code in known else ""


def _areas(there: Readiness) -> Step:
    return Step(
        gettext_lazy("辖区"),
        gettext_lazy("居民和积分都按社区、网格归属。"),
        _("%(a)s 个村（社区），%(b)s 个网格") % {"a": there.villages, "b": there.grids},
        there.villages > 0,
    )


def _people(there: Readiness, actor: Actor) -> Step:
    return Step(
        gettext_lazy("居民名册"),
        gettext_lazy("先有人，才能记积分。手机号、身份证号不是必需的。"),
        _("%(a)s 人，%(b)s 户") % {"a": there.people, "b": there.households},
        there.people > 0,
        _import_of("roster", actor),
        gettext_lazy("导入名册"),
    )


def _organizations(there: Readiness, actor: Actor) -> Step:
    return Step(
        gettext_lazy("单位"),
        gettext_lazy("居委会、合作的商户。岗位要写明是哪个单位的。"),
        _("%(a)s 个单位") % {"a": there.organizations},
        there.organizations > 0,
        _import_of("organisations", actor),
        gettext_lazy("导入单位"),
        optional=True,
    )


def _posts(held: tuple[Holder, ...], actor: Actor) -> Step:
    grants = {role: accounts.grants_of(role) for role in sorted({each.role for each in held})}
    recorders = [each for each in held if PROPOSE in grants[each.role]]
    reviewers = [each for each in held if REVIEW in grants[each.role]]
    return Step(
        gettext_lazy("岗位"),
        gettext_lazy("记录和审核要两个人，不能是同一户。"),
        _("能记录的 %(a)s 人，能审核的 %(b)s 人")
        % {
            "a": len({each.user_id for each in recorders}),
            "b": len({each.user_id for each in reviewers}),
        },
        two_people(recorders, reviewers),
        reverse("desk-posts") if actor.may("accounts.post.write").allowed else "",
        gettext_lazy("安排岗位"),
    )


def _method(actor: Actor) -> Step:
    places = [
        area
        for area in places_with_methods()
        if actor.covers(area.scope_code) or actor.scope_code.startswith(area.scope_code)
    ]
    return Step(
        gettext_lazy("积分办法"),
        gettext_lazy("经居民代表会议通过的办法，写明每项几分。"),
        _("在 %(a)s 个村（社区）实行") % {"a": len(places)},
        bool(places),
        reverse("desk-methods") if places else "",
        gettext_lazy("看办法"),
    )


def _consents(there: Readiness) -> Step:
    return Step(
        gettext_lazy("同意书"),
        gettext_lazy("参加自愿：签了同意书的居民才能记积分。"),
        _("%(a)s 人已同意") % {"a": there.consented},
        there.consented > 0,
        reverse("desk-people"),
        gettext_lazy("登记同意"),
    )


def _shop(there: Supplies, actor: Actor) -> Step:
    may_see = actor.may("points.goods.read").allowed
    return Step(
        gettext_lazy("信用超市"),
        gettext_lazy("有货，积分才有用处。"),
        _("%(a)s 家超市，%(b)s 种有货") % {"a": there.shops, "b": there.goods_in_stock},
        there.goods_in_stock > 0,
        reverse("desk-shops") if may_see else "",
        gettext_lazy("去上架"),
    )


def _calendar() -> Step:
    first = datetime.combine(today().replace(month=1, day=1), time(), tzinfo=SHANGHAI)
    last = first.replace(month=12, day=31)
    warned = WorkCalendar().warnings(first, last)
    year = today().year
    return Step(
        gettext_lazy("放假安排"),
        gettext_lazy("公示期按工作日算，要知道今年哪天放假、哪天补班。"),
        _("%(year)s 年还没有") % {"year": year}
        if warned
        else _("%(year)s 年已有") % {"year": year},
        not warned,
    )
