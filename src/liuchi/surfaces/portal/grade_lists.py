"""Lists of grades on public notice, objecting to a line, and the answer: no name asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.points import queries as points
from liuchi.engines.points.actions import grade_appeals as actions
from liuchi.engines.points.queries import grade_appeals, grade_rounds
from liuchi.engines.points.queries.grade_appeals import GradeList
from liuchi.surfaces.components.access import public, takes_post
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.objections import TEXT_CHARACTERS_MAX, LineForm, address_of
from liuchi.surfaces.components.templatetags.liuchi import name_in_public


class GradeObjectionForm(Sheet):
    """Which line of the list, and what is wrong with it."""

    place = forms.TypedChoiceField(
        label=_("哪一项"),
        coerce=int,
        error_messages={"required": _("请选择一项。"), "invalid_choice": _("请选择一项。")},
    )
    text = forms.CharField(
        label=_("哪里不对"),
        max_length=TEXT_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请写明哪里不对。")},
    )

    def __init__(self, *args: Any, listed: GradeList, **kwargs: Any) -> None:
        """``listed`` gives the lines there are; without names their number is typed."""
        super().__init__(*args, **kwargs)
        choices = [
            (
                line.place,
                " · ".join((str(line.place), name_in_public(line.masked_name), line.title)),
            )
            for line in listed.lines
        ]
        field = self.fields["place"]
        if isinstance(field, forms.TypedChoiceField):
            numbers = range(1, listed.graded + 1)
            field.choices = choices or [(number, str(number)) for number in numbers]


@public
def lists(request: HttpRequest, code: str) -> HttpResponse:
    """What is on notice now, and what was issued last: numbers of people by grade."""
    area = directory.area_by_slug(code)
    found = grade_appeals.grade_lists(area.id)
    context = {
        "area": area,
        "lists": [(each, grade_rounds.grade_counts(each.id)) for each in found],
    }
    return TemplateResponse(request, "portal/grade_lists.html", context)


@public
def grade_list(request: HttpRequest, code: str, grade_issue: str) -> HttpResponse:
    """One list: masked names and grades while it is on notice, numbers afterwards."""
    area, found = _list(code, grade_issue)
    context = {
        "area": area,
        "listed": found,
        "counts": grade_rounds.grade_counts(found.id),
    }
    return TemplateResponse(request, "portal/grade_list.html", context)


@public
@takes_post
def object_to(request: HttpRequest, code: str, grade_issue: str) -> HttpResponse:
    """Take in that a line is wrong, from anybody, and hand out a receipt."""
    _area, found = _list(code, grade_issue)
    if request.method != "POST":
        chosen = {"place": request.GET.get("place", "")}
        form = GradeObjectionForm.fresh(request, listed=found, initial=chosen)
        return _show(request, code, found, form)
    form = GradeObjectionForm(request.POST, listed=found)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            receipt = actions.object_to_grade(
                key=values["key"],
                round_id=found.id,
                place=values["place"],
                text=values["text"],
                address=address_of(request),
            )
            return HttpResponseRedirect(reverse("portal-grade-receipt", args=[receipt]) + "?new=1")
    return _show(request, code, found, form)


@public
@takes_post
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """Show how an objection stands to whoever holds its receipt; POST asks for a second look."""
    told, form = grade_appeals.appeal_by_code(receipt), LineForm.fresh(request)
    if request.method == "POST":
        form = LineForm(request.POST)
        if form.checked():
            with form.refusals():
                actions.go_beyond(
                    key=form.cleaned_data["key"],
                    code=receipt,
                    text=form.cleaned_data["text"],
                    address=address_of(request),
                )
                return HttpResponseRedirect(reverse("portal-grade-receipt", args=[receipt]))
    context = {
        "told": told,
        "form": form,
        "is_new": "new" in request.GET,
        "code": points.spaced_code(receipt),
    }
    response = TemplateResponse(request, "portal/grade_receipt.html", context, status=form.status)
    response["Cache-Control"] = "private, no-store"
    return response


def _list(code: str, grade_issue: str) -> tuple[directory.AreaRow, GradeList]:
    area = directory.area_by_slug(code)
    return area, grade_appeals.grade_list(area.id, grade_issue)


def _show(
    request: HttpRequest, code: str, found: GradeList, form: GradeObjectionForm
) -> HttpResponse:
    area = directory.area_by_slug(code)
    context = {"area": area, "listed": found, "form": form}
    return TemplateResponse(request, "portal/grade_object.html", context, status=form.status)
