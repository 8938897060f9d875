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
from liuchi.engines.cases.queries import DeskWork
from liuchi.engines.collect import queries as collect
from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.queries import Figure, Wanted
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import BudgetRow, ObjectionWork, ShopRow, WorkToday
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import today as current_day
from liuchi.surfaces.components.access import across_posts, signed_in
from liuchi.surfaces.components.seats import PLACE, Seat, SeatedRequest, seat_of
from liuchi.surfaces.desk.cases.boards import TABS, Tab
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


@dataclass(frozen=True, slots=True)
class Found:
    """What the page says of one area, read in one scope."""

    part: Part
    budgets: tuple[BudgetRow, ...] = ()
    shops: tuple[ShopRow, ...] = ()
    figures: tuple[Figure, ...] = ()
    missing: int = 0


@signed_in
@across_posts
def today(request: SeatedRequest) -> HttpResponse:
    """Show what waits in every area the person works in, only what may be done there."""
    seat = seat_of(request)
    if all(actor.role == Role.MERCHANT for actor in seat.actors):
        return HttpResponseRedirect(reverse("merchant"))  # a provider has no desk
    if is_out_there(seat):
        return HttpResponseRedirect(reverse("desk-field"))
    found = [_found(seat, actor) for actor in sorted(seat.actors, key=lambda one: one.scope_code)]
    parts = [each.part for each in found if each.part.tasks] + _own(seat)
    context = {
        "day": current_day(),
        "parts": parts,
        "is_many": len(parts) > 1,
        "budgets": [row for each in found for row in each.budgets],
        "may_record": bool(seat.ways("points.claim.propose")),
        # What waits comes first, but for who does nothing here but enter.
        "queue_first": _waits_first(seat),
        "shops": {shop.id: shop for each in found for shop in each.shops}.values(),
        "figures": [figure for each in found for figure in each.figures],
        "setup_missing": sum(each.missing for each in found),
    }
    return TemplateResponse(request, "desk/today.html", context)


def _found(seat: Seat, actor: Actor) -> Found:
    """Read all that is the actor's to see and do, in one scope."""
    verbs = frozenset(verb for verb in actor.grants if actor in seat.apart(verb))

    def reads(verb: str) -> bool:
        return actor in seat.holding(verb)

    with acting_as(actor):
        tasks = _tasks(actor, verbs, place_id=actor.area_id if len(seat.actors) > 1 else None)
        return Found(
            Part(seat.area_name(actor), tasks),
            points.budgets(actor) if reads("points.budget.read") else (),
            points.shops(actor) if reads("points.redemption.make") else (),
            _figures(actor) if reads("indicators.figure.read") else (),
            missing_in(actor) if reads(RUN) else 0,
        )


def _waits_first(seat: Seat) -> bool:
    return bool(seat.ways("points.claim.review")) or not seat.ways("points.claim.propose")


def _figures(actor: Actor) -> tuple[Figure, ...]:
    """Return a few figures of the area of who reads and records nothing."""
    if actor.area_id is None or actor.may("points.claim.propose").allowed:
        return ()
    wanted = [Wanted(row.code) for row in indicators.headlines(actor)]
    found = indicators.figures_of(actor, actor.area_id, wanted)
    return tuple(figure for each in found for figure in each or ())


def _own(seat: Seat) -> list[Part]:
    """Return the person's own claims that came back, as the last part."""
    if seat.resident is None:
        return []
    with acting_as(seat.resident):
        returned = points.work_today(seat.resident).claims_returned
    if not returned:
        return []
    title, hint = _("我自己的申报被退回"), _("补充材料后再提交")
    return [Part(_("我自己的"), (Task(title, hint, returned, reverse("portal-claims")),))]


def _tasks(actor: Actor, verbs: frozenset[str], *, place_id: UUID | None) -> tuple[Task, ...]:
    """Count what waits. ``verbs`` are the actor's that no wider post of the person covers."""
    work = points.work_today(actor)
    place = "" if place_id is None else f"&{PLACE}={place_id}"
    cases_waiting = _case_work(actor, verbs)
    tasks = _due(actor, verbs, cases_waiting, place)
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
        tasks += _openings(work, place) + _campaigns(work, place)
        tasks += _appeals(actor, place)
    if "points.objection.answer" in verbs:
        tasks += _objections(actor, work.objections, place)
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
        tasks += _grades(work, place)
    if "points.agreement.write" in verbs:
        tasks += _agreements(work, place)
    tasks += _cases(verbs, cases_waiting, place) + _of_rules(actor, verbs, place)
    tasks += _tables(actor, verbs, place)
    if "points.stock.write" in verbs:
        where = reverse("desk-shops") + place.replace("&", "?")
        tasks.append(Task(_("库存不多的商品"), _("请及时补货"), work.low_stock, where))
    return tuple(tasks)


def _case_work(actor: Actor, verbs: frozenset[str]) -> DeskWork | None:
    """Count the cases that wait for this post, all together; None for who sees none."""
    if "cases.case.read" not in actor.grants:
        return None
    return cases.desk_work(actor, [tab.wanted for tab in _tabs(verbs)])


def _tabs(verbs: frozenset[str]) -> list[Tab]:
    return [tab for tab in TABS if tab.work is not None and tab.verb in verbs]


def _cases(verbs: frozenset[str], work: DeskWork | None, place: str) -> list[Task]:
    """Return the cases that wait for this post: a line for each kind of work there is any of."""
    if work is None:
        return []
    tasks = []
    for tab, waiting in zip(_tabs(verbs), work.lists, strict=True):
        if waiting:
            joint = place if "?" in tab.url else place.replace("&", "?")
            tasks.append(Task(tab.title, _("事项办理"), waiting, tab.url + joint))
    if "cases.case.read" in verbs:
        tasks += [Task(*each) for each in of_units(work.units, verbs, place)]
    return tasks


def _due(actor: Actor, verbs: frozenset[str], work: DeskWork | None, place: str) -> list[Task]:
    """Return what of these is overdue or due today, and what is to be left out of rates."""
    if work is None or "cases.case.read" not in verbs or not _CASE_WORK & actor.grants.keys():
        return []
    where = reverse("desk-cases")
    lines = (
        (_("超时的事项"), _("请先办，已逐级上报"), work.overdue, f"?tab=all&overdue=1{place}"),
        (_("今天到期的事项"), _("今天下班前要办"), work.due_today, place.replace("&", "?")),
    )
    tasks = [Task(title, hint, count, f"{where}{query}") for title, hint, count, query in lines]
    if DECIDE in verbs:
        url = f"{reverse('desk-exclusions')}?state=asked{place}"
        tasks.append(Task(_("待审批的剔除"), _("由提出人以外的人审批"), work.exclusions, url))
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


def _tables(actor: Actor, verbs: frozenset[str], place: str) -> list[Task]:
    """Return the tables to fill in and one's own that end and lack some, where there are any."""
    if not {"collect.reply.fill", "collect.table.send"} & verbs:
        return []
    work, kept = collect.work_today(actor), place.replace("&", "?")
    asked, own = reverse("desk-collect-asked") + kept, reverse("desk-collect") + kept
    lines = (
        (_("退回重填的表"), _("看哪里要改，改好再交"), work.sent_back, asked),
        (_("要填的表"), _("系统里有的已填好"), work.to_fill, asked),
        (_("快截止还没收齐的表"), _("今明两天截止"), work.ending, own),
    )
    return [Task(*line) for line in lines if line[2]]


def _openings(work: WorkToday, place: str) -> list[Task]:
    """Return the lists of opening balances to confirm: a line only on the days there are some."""
    if not work.openings:
        return []
    where = reverse("desk-openings") + place.replace("&", "?")
    return [Task(_("待确认的期初积分"), _("由导入人以外的人核对、确认"), work.openings, where)]


def _campaigns(work: WorkToday, place: str) -> list[Task]:
    """Return the campaigns a second person decides on: a line on the days there are some."""
    if not work.campaigns:
        return []
    where = reverse("desk-campaigns") + place.replace("&", "?")
    return [Task(_("待审核的批量记分"), _("由提出人以外的人审核"), work.campaigns, where)]


def _appeals(actor: Actor, place: str) -> list[Task]:
    """Return the appeals somebody of this place decides: a line on the days there are some."""
    waiting = points.appeals_to_decide(actor)
    if not waiting:
        return []
    where = reverse("desk-appeals") + place.replace("&", "?")
    return [Task(_("待办理的复议"), _("由没有经手过的人办理"), waiting, where)]


def _agreements(work: WorkToday, place: str) -> list[Task]:
    """Return the agreements whose last day is near: a line on the days there are some."""
    if not work.agreements:
        return []
    where = reverse("desk-agreements") + place.replace("&", "?")
    return [Task(_("快到期的共建协议"), _("请商量是否续签"), work.agreements, where)]


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


def _grades(work: WorkToday, place: str) -> list[Task]:
    """Return what waits about grades: lines only on the days there is anything."""
    kept, tasks = place.replace("&", "?"), []
    if work.grade_appeals:
        where = reverse("desk-grade-appeals") + kept
        tasks.append(Task(_("待答复的等级异议"), _("答复前不能签发"), work.grade_appeals, where))
    if work.rounds:
        where = reverse("desk-grades") + kept
        tasks.append(
            Task(_("待签发的等级"), _("公示期满，由计算人以外的人签发"), work.rounds, where)
        )
    return tasks


def _objections(actor: Actor, work: ObjectionWork, place: str) -> list[Task]:
    """Return objections to answer; for a post above the communities, those left too long."""
    where = reverse("desk-objections")
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
