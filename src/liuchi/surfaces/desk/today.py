"""The first screen of the day: note something down, find somebody, see what is mine to do."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuchi.engines.accounts.enums import Role
from liuchi.engines.cases import queries as cases
from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.queries import Figure
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries.grade_appeals import appeals_waiting
from liuchi.engines.points.queries.grade_rounds import rounds_to_issue
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import today as current_day
from liuchi.surfaces.components.access import across_posts, signed_in
from liuchi.surfaces.components.across import each, unique
from liuchi.surfaces.components.seats import PLACE, Seat, SeatedRequest, seat_of
from liuchi.surfaces.desk.cases.boards import TABS
from liuchi.surfaces.desk.cases.waiting import of_units
from liuchi.surfaces.desk.field import is_out_there
from liuchi.surfaces.desk.imports import RUN
from liuchi.surfaces.desk.setup import missing_in

DECIDE = "cases.case.decide"
_CASE_WORK = {
    "cases.case.verify",
    "cases.case.dispatch",
    "cases.case.handle",
    "cases.case.check",
    DECIDE,
}


@dataclass(frozen=True, slots=True)
class Part:
    """What is mine to do in one area; ``name`` is shown only where there are several."""

    name: str | Promise
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """One line of what is mine to do."""

    title: Promise
    hint: Promise
    count: int
    url: str


@signed_in
@across_posts
def today(request: SeatedRequest) -> HttpResponse:
    """Show what waits in every area the person works in, only what may be done there."""
    seat = seat_of(request)
    if all(actor.role == Role.MERCHANT for actor in seat.actors):
        return HttpResponseRedirect(reverse("merchant"))  # a provider has no desk
    if is_out_there(seat):
        return HttpResponseRedirect(reverse("desk-field"))
    parts = _parts(seat)
    context = {
        "day": current_day(),
        "parts": parts,
        "is_many": len(parts) > 1,
        "budgets": [
            row
            for _actor, rows in each(request, "points.budget.read", points.budgets)
            for row in rows
        ],
        "may_record": bool(seat.ways("points.claim.propose")),
        # On a phone who decides sees what waits before the box to enter with.
        "queue_first": bool(seat.ways("points.claim.review")),
        "shops": unique(each(request, "points.redemption.make", points.shops)),
        "figures": _figures(request),
        "setup_missing": sum(n for _actor, n in each(request, RUN, missing_in)),
    }
    return TemplateResponse(request, "desk/today.html", context)


def _figures(request: SeatedRequest) -> tuple[Figure, ...]:
    """Return a few figures of each area where the person reads and records nothing."""

    def of_area(actor: Actor) -> tuple[Figure, ...]:
        if actor.area_id is None or actor.may("points.claim.propose").allowed:
            return ()
        rows = indicators.headlines(actor)
        return tuple(indicators.figure(actor, row.code, actor.area_id) for row in rows)

    read = each(request, "indicators.figure.read", of_area)
    return tuple(figure for _actor, figures in read for figure in figures)


def _parts(seat: Seat) -> tuple[Part, ...]:
    """Return the work of each area, the person's own last. What is nobody's is left out."""
    parts = []
    for actor in sorted(seat.actors, key=lambda each: each.scope_code):
        verbs = frozenset(verb for verb in actor.grants if actor in seat.apart(verb))
        with acting_as(actor):
            tasks = _tasks(actor, verbs, place_id=actor.area_id if len(seat.actors) > 1 else None)
        if tasks:
            parts.append(Part(seat.area_name(actor), tasks))
    if seat.resident is not None:
        with acting_as(seat.resident):
            returned = points.work_today(seat.resident).claims_returned
        if returned:
            title, hint = _("我自己的申报被退回"), _("补充材料后再提交")
            own = Task(title, hint, returned, reverse("portal-claims"))
            parts.append(Part(_("我自己的"), (own,)))
    return tuple(parts)


def _tasks(actor: Actor, verbs: frozenset[str], *, place_id: UUID | None) -> tuple[Task, ...]:
    """Count what waits. ``verbs`` are the actor's that no wider post of the person covers."""
    work = points.work_today(actor)
    place = "" if place_id is None else f"&{PLACE}={place_id}"
    tasks = _due(actor, verbs, place)
    if "points.claim.review" in verbs:
        above = points.is_above_villages(actor)
        state = "upper" if above else "proposed"
        tasks.append(
            Task(
                _("转办事处复核的申报") if above else _("待审核的申报"),
                _("由提出人以外、不同户的人审核"),
                work.claims_to_review,
                f"{reverse('desk-claims')}?state={state}{place}",
            )
        )
        tasks += _openings(actor, place) + _campaigns(actor, place)
        tasks += _appeals(actor, place)
    if "points.objection.answer" in verbs:
        tasks += _objections(actor, place)
    if "points.claim.propose" in verbs:
        tasks.append(
            Task(
                _("退回补充的申报"),
                _("补充材料后再提交"),
                work.claims_returned,
                f"{reverse('desk-claims')}?state=returned{place}",
            )
        )
    if work.approvals and {"points.claim.review", "points.gift.give"} & verbs:
        where = reverse("desk-approvals") + place.replace("&", "?")
        tasks.append(Task(_("等我核准的"), _("更正、赠送由另一人核准"), work.approvals, where))
    if "points.grade.answer" in verbs:
        tasks += _grades(actor, place)
    if "points.agreement.write" in verbs:
        tasks += _agreements(actor, place)
    tasks += _cases(actor, verbs, place) + _of_rules(actor, verbs, place)
    if "points.stock.write" in verbs:
        where = reverse("desk-shops") + place.replace("&", "?")
        tasks.append(Task(_("库存不多的商品"), _("请及时补货"), work.low_stock, where))
    return tuple(tasks)


def _cases(actor: Actor, verbs: frozenset[str], place: str) -> list[Task]:
    """Return the cases that wait for this post: a line for each kind of work there is any of."""
    tasks = []
    for tab in TABS:
        if tab.work is None or tab.verb not in verbs:
            continue
        waiting = cases.count(actor, tab.wanted)
        if waiting:
            joint = place if "?" in tab.url else place.replace("&", "?")
            tasks.append(Task(tab.title, _("事项办理"), waiting, tab.url + joint))
    if "cases.case.read" in verbs:
        tasks += [Task(*each) for each in of_units(actor, verbs, place)]
    return tasks


def _due(actor: Actor, verbs: frozenset[str], place: str) -> list[Task]:
    """Return what of these is overdue or due today, and what is to be left out of rates."""
    if "cases.case.read" not in verbs or not _CASE_WORK & actor.grants.keys():
        return []
    held, where = cases.due_work(actor), reverse("desk-cases")
    lines = (
        (_("超时的事项"), _("请先办，已逐级上报"), held.overdue, f"?tab=all&overdue=1{place}"),
        (_("今天到期的事项"), _("今天下班前要办"), held.due_today, place.replace("&", "?")),
    )
    tasks = [Task(title, hint, count, f"{where}{query}") for title, hint, count, query in lines]
    if DECIDE in verbs:
        waiting = cases.exclusions_to_decide(actor)
        url = f"{reverse('desk-exclusions')}?state=asked{place}"
        tasks.append(Task(_("待审批的剔除"), _("由提出人以外的人审批"), waiting, url))
    return [task for task in tasks if task.count]


def _of_rules(actor: Actor, verbs: frozenset[str], place: str) -> list[Task]:
    """Return what waits about the rules themselves: votes, drafts, budgets that run out."""
    tasks = []
    if "playbooks.vote.confirm" in verbs:
        tasks += _votes(actor, place)
    if "playbooks.draft.decide" in verbs:
        tasks += _drafts(actor, place)
    if "points.budget.write" in verbs:
        tasks += _budgets(actor, place)
    return tasks


def _openings(actor: Actor, place: str) -> list[Task]:
    """Return the lists of opening balances to confirm: a line only on the days there are some."""
    waiting = points.openings_to_confirm(actor)
    if not waiting:
        return []
    where = reverse("desk-openings") + place.replace("&", "?")
    return [Task(_("待确认的期初积分"), _("由导入人以外的人核对、确认"), waiting, where)]


def _campaigns(actor: Actor, place: str) -> list[Task]:
    """Return the campaigns a second person decides on: a line on the days there are some."""
    waiting = points.campaigns_to_decide(actor)
    if not waiting:
        return []
    where = reverse("desk-campaigns") + place.replace("&", "?")
    return [Task(_("待审核的批量记分"), _("由提出人以外的人审核"), waiting, where)]


def _appeals(actor: Actor, place: str) -> list[Task]:
    """Return the appeals somebody of this place decides: a line on the days there are some."""
    waiting = points.appeals_to_decide(actor)
    if not waiting:
        return []
    where = reverse("desk-appeals") + place.replace("&", "?")
    return [Task(_("待办理的复议"), _("由没有经手过的人办理"), waiting, where)]


def _agreements(actor: Actor, place: str) -> list[Task]:
    """Return the agreements whose last day is near: a line on the days there are some."""
    ending = sum(each.count for each in points.ending_soon(actor).values())
    if not ending:
        return []
    where = reverse("desk-agreements") + place.replace("&", "?")
    return [Task(_("快到期的共建协议"), _("请商量是否续签"), ending, where)]


def _budgets(actor: Actor, place: str) -> list[Task]:
    """Return the budgets of which little is left: a line on the days there are some."""
    short = points.budgets_nearly_gone(actor)
    if not short:
        return []
    where = reverse("desk-budgets") + place.replace("&", "?")
    return [Task(_("快用完的积分预算"), _("请商量是否增加"), short, where)]


def _drafts(actor: Actor, place: str) -> list[Task]:
    """Return the drafts of rules to approve: a line on the days there are some."""
    waiting = directory.drafts_to_decide(actor)
    if not waiting:
        return []
    where = reverse("desk-methods") + place.replace("&", "?")
    return [Task(_("待核准的办法草稿"), _("由起草人以外的人核准"), waiting, where)]


def _votes(actor: Actor, place: str) -> list[Task]:
    """Return what waits about votes: what to put to the meeting, what another recorded."""
    waiting = directory.votes_to_confirm(actor)
    if not waiting:
        return []
    where = reverse("desk-votes") + place.replace("&", "?")
    return [Task(_("待确认的表决"), _("由登记人以外的人核对"), waiting, where)]


def _grades(actor: Actor, place: str) -> list[Task]:
    """Return what waits about grades: lines only on the days there is anything."""
    kept, tasks = place.replace("&", "?"), []
    waiting, to_issue = appeals_waiting(actor), rounds_to_issue(actor)
    if waiting:
        where = reverse("desk-grade-appeals") + kept
        tasks.append(Task(_("待答复的等级异议"), _("答复前不能签发"), waiting, where))
    if to_issue:
        where = reverse("desk-grades") + kept
        tasks.append(Task(_("待签发的等级"), _("公示期满，由计算人以外的人签发"), to_issue, where))
    return tasks


def _objections(actor: Actor, place: str) -> list[Task]:
    """Return objections to answer; for a post above the communities, those left too long."""
    work, where = points.objection_work(actor), reverse("desk-objections")
    if points.is_of_one_village(actor):
        tasks = [
            Task(
                _("待答复的异议"),
                _("核对后写明理由答复，答复前不记分"),
                work.open,
                f"{where}?which=open{place}",
            )
        ]
    else:
        tasks = [
            Task(
                _("过期没有答复的异议"),
                _("社区没有按期答复，请代为答复"),
                work.overdue,
                f"{where}?which=overdue{place}",
            )
        ]
    if work.to_reverse and actor.may("points.claim.review").allowed:
        hint = _("异议成立，积分已经记入，请办冲正")
        tasks.append(Task(_("待冲正"), hint, work.to_reverse, f"{where}?which=to_reverse{place}"))
    return tasks
