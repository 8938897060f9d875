"""The first screen of the day: note something down, find somebody, see what is mine to do."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.queries import Figure
from liuchi.engines.points import queries as points
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import today as current_day
from liuchi.surfaces.components.access import signed_in
from liuchi.surfaces.components.seats import SeatedRequest

FIGURES_MAX = 5
"""More than a person compares at a glance is a list, not a page of figures."""


@dataclass(frozen=True, slots=True)
class Task:
    """One line of what is mine to do."""

    title: Promise
    hint: Promise
    count: int
    url: str


@signed_in
def today(request: SeatedRequest) -> HttpResponse:
    """Show what waits, only what this post may do."""
    actor = request.actor
    context = {
        "day": current_day(),
        "tasks": _tasks(actor),
        "may_record": actor.may("points.claim.propose").allowed,
        "may_search": actor.may("directory.person.read").allowed,
        "shops": points.shops(actor) if actor.may("points.redemption.make").allowed else (),
        "figures": _figures(actor),
    }
    return TemplateResponse(request, "desk/today.html", context)


def _figures(actor: Actor) -> tuple[Figure, ...]:
    """Return a few figures of the actor's area, for a post that reads and records nothing."""
    reads = actor.may("indicators.figure.read").allowed
    if not reads or actor.area_id is None or actor.may("points.claim.propose").allowed:
        return ()
    rows = indicators.catalogue(actor)[:FIGURES_MAX]
    return tuple(indicators.figure(actor, row.code, actor.area_id) for row in rows)


def _tasks(actor: Actor) -> tuple[Task, ...]:
    work = points.work_today(actor)
    tasks = []
    if actor.may("points.claim.review").allowed:
        tasks.append(
            Task(
                _("待审核的申报"),
                _("由提出人以外、不同户的人审核"),
                work.claims_to_review,
                reverse("desk-claims") + "?state=proposed",
            )
        )
    if actor.may("points.claim.propose").allowed:
        tasks.append(
            Task(
                _("退回补充的申报"),
                _("补充材料后再提交"),
                work.claims_returned,
                reverse("desk-claims") + "?state=returned",
            )
        )
    if actor.may("points.stock.write").allowed:
        tasks.append(
            Task(_("库存不多的商品"), _("请及时补货"), work.low_stock, reverse("desk-shops"))
        )
    return tuple(tasks)
