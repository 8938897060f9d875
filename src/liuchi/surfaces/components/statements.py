"""A resident's statement: the same lines for the resident and for the desk."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.files import queries as files
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import EntryRow, Explained, MonthPage, Statement
from liuchi.kernel.actors import Actor
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components import excel, printing, tables
from liuchi.surfaces.components.months import month_of
from liuchi.surfaces.components.tables import Column, Listing, Shape

Opens = Callable[[EntryRow], str]
"""The address that opens an entry."""
PRINTED_AT_ONCE = 200


def entries(actor: Actor, person_id: UUID, url: Opens) -> Listing[EntryRow]:
    """Return the list of a person's entries; ``url`` opens one."""
    return Listing(
        "statement",
        _("积分明细"),
        _columns(url),
        lambda after, limit: page(points.statement(actor, person_id, after=after, limit=limit)),
        empty=_("还没有积分记录。做了好事可以申报，审核并公示后记入。"),
    )


def of_month(
    request: HttpRequest, actor: Actor, person_id: UUID, template: str, url: Opens
) -> HttpResponse | FileResponse:
    """Show one month: opening, entries, closing. POST gives the entries as Excel.

    ``?unit=`` says which purse; without it, all that are open to be shown together.
    """
    wanted, unit = month_of(request), request.GET.get("unit") or None
    listing = Listing(
        "month-statement",
        _("积分月结单"),
        _columns(url),
        lambda after, limit: _month_page(
            points.month_entries(
                actor, person_id, wanted.first, unit=unit, after=after, limit=limit
            )
        ),
        empty=_("这个月没有积分进出。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    sums = points.month(actor, person_id, wanted.first, unit=unit)
    context = {
        "person": directory.person(actor, person_id),
        "month": wanted,
        "has_before": wanted.first > sums.first_month,
        "sums": sums,
        "unit": unit or "",
        "purses": points.purses(actor, person_id),
        "table": tables.shown(request, listing),
    }
    return TemplateResponse(request, template, context)


def printed(request: HttpRequest, actor: Actor, person_id: UUID) -> HttpResponse:
    """Print one month on A4, whatever its length."""
    wanted, unit = month_of(request), request.GET.get("unit") or None
    found: list[EntryRow] = []
    after: str | None = None
    while True:
        part = points.month_entries(
            actor, person_id, wanted.first, unit=unit, after=after, limit=PRINTED_AT_ONCE
        )
        found += part.entries
        after = part.next_after
        if after is None:
            break
    sums = points.month(actor, person_id, wanted.first, unit=unit)
    person = directory.person(actor, person_id)
    title = next((each.title for each in points.purses(actor, person_id) if each.unit == unit), "")
    return printing.statement(request, person, sums, found, title)


def opened(
    request: HttpRequest, actor: Actor, person_id: UUID, transfer_id: UUID, template: str
) -> HttpResponse:
    """Show how one entry came about."""
    found = points.explained(actor, person_id, transfer_id)
    context = {
        "person": directory.person(actor, person_id),
        "told": found,
        "notice_url": _notice_url(found),
        "photos": files.visible(actor, found.evidence),
        "sees_fact": actor.may("journal.fact.read").allowed,
        "sees_claim": actor.person_id == person_id or actor.may("points.claim.read").allowed,
    }
    return TemplateResponse(request, template, context)


def page(found: Statement) -> Page[EntryRow]:
    """Return the lines of a statement that was fetched for its totals as well."""
    return Page(found.entries, found.next_after)


def _notice_url(found: Explained) -> str:
    if found.notice is None:
        return ""
    area = directory.area(found.notice.village_id)
    return reverse("portal-notice", args=[area.code, found.notice.code])


def _month_page(found: MonthPage) -> Page[EntryRow]:
    return Page(found.entries, found.next_after)


def _columns(url: Opens) -> tuple[Column[EntryRow], ...]:
    return (
        Column(_("事项"), lambda row: row.title, url=url),
        Column(_("说明"), _explained, own_line=True),
        Column(_("时间"), lambda row: row.at, Shape.MOMENT),
        Column(_("余额"), lambda row: row.balance_after, Shape.NUMBER),
        Column(_("积分"), lambda row: row.points_signed, Shape.POINTS, look=_look),
    )


def _look(row: EntryRow) -> str:
    return "l-points is-out" if row.points_signed < 0 else "l-points"


def _explained(row: EntryRow) -> Sentence:
    """Say beside an entry that it was undone later: a reader must not take it for standing."""
    if row.undone is None:
        return row.explanation
    return Sentence(
        "{zh}{undone_zh}",
        "{en} {undone_en}",
        {
            "zh": row.explanation.in_language("zh"),
            "en": row.explanation.in_language("en"),
            "undone_zh": row.undone.in_language("zh"),
            "undone_en": row.undone.in_language("en"),
        },
    )
