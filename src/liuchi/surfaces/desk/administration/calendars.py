"""The working calendar: what is published, what has been entered, what is missing."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import CalendarDayRow
from liuchi.kernel import calendar as kernel_calendar
from liuchi.kernel import clock
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.errors import LiuchiError
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import DayInput, Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.second_factor import second_factor
from liuchi.surfaces.components.tables import Action, Column, Listing, Shape

AHEAD = timedelta(days=365)
COLUMNS: tuple[Column[CalendarDayRow], ...] = (
    Column(_("日期"), lambda row: row.date, Shape.DAY),
    Column(_("安排"), lambda row: _("放假") if row.is_off_day else _("上班")),
    Column(_("名称"), lambda row: row.name),
    Column(_("依据"), lambda row: row.notice),
)


class DayForm(Sheet):
    """One day off or make-up workday, and the notice that orders it."""

    day = forms.DateField(
        label=_("日期"),
        widget=DayInput,
        error_messages={"required": _("请选择日期。"), "invalid": _("请选择日期。")},
    )
    is_off_day = forms.ChoiceField(
        label=_("安排"), choices=[("yes", _("放假")), ("no", _("上班（调休）"))]
    )
    name = forms.CharField(label=_("名称"), max_length=80)
    notice = forms.CharField(label=_("依据（文件名称、文号）"), max_length=80)


class YearForm(Sheet):
    """A year whose notice has been entered in full."""

    year = forms.IntegerField(label=_("年份"), min_value=2000, max_value=2100)
    year_notice = forms.CharField(label=_("依据（文件名称、文号）"), max_length=80)


class RemoveForm(Sheet):
    """Takes an entered day back; nothing to fill in."""


@requires("directory.calendar.write")
@takes_post
@second_factor
def days(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List the days entered, and take one more. POST of the list gives it as Excel."""
    if request.method == "POST" and "list" in request.POST:
        return excel.download(request, _listing(request))
    day, year = DayForm.fresh(request), YearForm.fresh(request)
    if request.method == "POST":
        what = "year" if "year" in request.POST else "day"
        if what == "year":
            year = YearForm(request.POST)
        else:
            day = DayForm(request.POST)
        if _written(request, day if what == "day" else year):
            return HttpResponseRedirect(reverse("desk-calendar") + "?entered=1")
    status = max(day.status, year.status)
    with reading(request):
        context = {
            "day_form": day,
            "year_form": year,
            "table": tables.shown(request, _listing(request)),
            "warnings": _warnings(),
            "just_entered": "entered" in request.GET,
        }
        return TemplateResponse(
            request, "desk/administration/calendar.html", context, status=status
        ).render()


@requires("directory.calendar.write")
@takes_post
@second_factor
def remove(request: SeatedRequest, day_id: UUID) -> HttpResponse:
    """Ask on GET, take an entered day back on POST."""
    form = RemoveForm.fresh(request)
    if request.method == "POST":
        form = RemoveForm(request.POST)
        if form.checked():
            with form.refusals():
                directory_actions.remove_calendar_day(
                    day_id=day_id, actor=request.actor, key=form.cleaned_data["key"]
                )
                return HttpResponseRedirect(reverse("desk-calendar"))
    with reading(request):
        context = {"form": form, "day": directory.calendar_day(request.actor, day_id)}
    return TemplateResponse(
        request, "desk/administration/calendar_day.html", context, status=form.status
    )


def _listing(request: SeatedRequest) -> Listing[CalendarDayRow]:
    return Listing(
        "calendar-days",
        _("放假和调休"),
        COLUMNS,
        lambda after, limit: directory.calendar_days(request.actor, after=after, limit=limit),
        empty=_("没有另外录入的日子，按国家公布的安排。"),
        action=Action(_("删除"), lambda row: reverse("desk-calendar-day", args=[row.id])),
    )


def _written(request: SeatedRequest, form: Sheet) -> bool:
    if not form.checked():
        return False
    values: dict[str, Any] = form.cleaned_data
    try:
        if isinstance(form, YearForm):
            directory_actions.complete_calendar_year(
                year=values["year"],
                notice=values["year_notice"],
                actor=request.actor,
                key=values["key"],
            )
        else:
            directory_actions.enter_calendar_day(
                day=values["day"],
                name=values["name"],
                is_off_day=values["is_off_day"] == "yes",
                notice=values["notice"],
                actor=request.actor,
                key=values["key"],
            )
    except LiuchiError as error:
        form.refuse(error)
        return False
    return True


def _warnings() -> tuple[object, ...]:
    """Return what is missing for this year and the coming one."""
    start = datetime.combine(clock.today(), time(), SHANGHAI)
    calendar = kernel_calendar.in_force()
    return tuple(warning.sentence for warning in calendar.warnings(start, start + AHEAD))
