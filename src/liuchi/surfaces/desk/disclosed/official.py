"""What is out, in the template of the official platform: one posting, or all of a stretch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.disclosures import rules
from liuchi.engines.disclosures.queries import PostingOut
from liuchi.engines.disclosures.rules import OutPosting
from liuchi.engines.disclosures.spec import OfficialSpec
from liuchi.kernel import clock, sheets
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.periods import Per, period
from liuchi.kernel.sheets import SheetOut
from liuchi.surfaces.components import excel
from liuchi.surfaces.components.access import requires
from liuchi.surfaces.components.disclosed import period_words
from liuchi.surfaces.components.forms import DayInput
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.desk.disclosed.lists import READ, place_of

_STRETCHES = ((Per.MONTH, _("这个月的")), (Per.QUARTER, _("这个季度的")), (Per.YEAR, _("这一年的")))


class StretchForm(forms.Form):
    """Which village, which stretch."""

    area = forms.ChoiceField(label=_("村（社区）"))
    on = forms.DateField(
        label=_("期间里的任意一天"),
        widget=DayInput,
    )
    per = forms.ChoiceField(label=_("导出"), choices=_STRETCHES)

    def __init__(self, *args: Any, villages: Sequence[AreaRow], **kwargs: Any) -> None:
        """Offer the villages of the post's area."""
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        if isinstance(area, forms.ChoiceField):
            area.choices = [(str(each.id), each.name) for each in villages]


@requires(READ)
def posting(request: SeatedRequest, posting_id: UUID) -> HttpResponse:
    """Give one posting that is out in its official template."""
    disclosures.posting(request.actor, posting_id)  # whoever may not see it finds nothing
    out = disclosures.posting_released(posting_id)
    return excel.attachment(sheets.write(_sheets([out])), f"{out.row.item_title} 上报")


@requires(READ)
def stretch(request: SeatedRequest) -> HttpResponse:
    """Give all that is out of a village and stretch, a sheet for each template."""
    actor = request.actor
    villages = disclosures.villages_of(actor, place_of(actor))
    form = StretchForm(
        request.GET or None,
        villages=villages,
        initial={"on": clock.today(), "per": Per.QUARTER},
    )
    found: tuple[PostingOut, ...] = ()
    if form.is_valid():
        first, end = period(Per(form.cleaned_data["per"]), form.cleaned_data["on"])
        area = directory.area(UUID(form.cleaned_data["area"]))
        found = disclosures.released_between(area.id, first, end)
        if found and "file" in request.GET:
            return excel.attachment(sheets.write(_sheets(found)), f"{area.name} 上报")
    context = {
        "form": form,
        "is_asked": form.is_bound and form.is_valid(),
        "found": [(each.row, period_words(each.row.first, each.row.end)) for each in found],
        "query": request.GET.urlencode(),
    }
    return TemplateResponse(request, "desk/disclosed/official.html", context)


def _sheets(found: Sequence[PostingOut]) -> list[SheetOut]:
    """Return a sheet for each template, in the order of the items."""
    books = disclosures.books_at(found[0].row.area_id, clock.today())
    told: list[tuple[OfficialSpec, OutPosting]] = []
    for out in found:
        item, group, official = disclosures.official_of(out, books)
        row = out.row
        with translation.override("zh-hans"):  # the platform's language, whoever asks
            words = period_words(row.first, row.end)
        told.append(
            (
                official,
                OutPosting(
                    item=item,
                    village=directory.area(row.area_id).name,
                    group=group,
                    subject=row.subject,
                    period=words,
                    released=_day(out),
                    version=row.version,
                    note=out.note,
                    columns=out.columns,
                    rows=tuple(each.cells for each in disclosures.rows_out([row.id])),
                ),
            )
        )
    templates = list(dict.fromkeys(official for official, _posting in told))
    names: set[str] = set()
    return [
        _named(
            rules.official_sheet(each, [posting for official, posting in told if official == each]),
            names,
        )
        for each in templates
    ]


def _day(out: PostingOut) -> date:
    return out.row.released_at.astimezone(SHANGHAI).date()


def _named(sheet: SheetOut, taken: set[str]) -> SheetOut:
    """Keep two templates of one name apart: a workbook has each name once."""
    name, number = sheet.name, 1
    while name in taken:
        number += 1
        name = f"{sheet.name[: rules.SHEET_CHARACTERS_MAX - 3]} {number}"
    taken.add(name)
    return SheetOut(name, sheet.headers, sheet.rows)
