"""A paper book, line by line: the date and the rule stay, the hands stay on the keyboard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import PersonRow
from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.enums import BatchKind
from liuchi.engines.points.queries import RuleRow
from liuchi.kernel import clock
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import DayInput, Sheet
from liuchi.surfaces.components.methods import rule_titled, rules_matching, rules_to_enter
from liuchi.surfaces.components.photos import PhotosField, store_shared
from liuchi.surfaces.components.seats import SeatedRequest

PAGES_SHOWN = 8
CANDIDATES = 9
LINES_SHOWN = 100


class PageForm(Sheet):
    """Which page of which book, and a photo of it."""

    title = forms.CharField(
        label=_("登记本"),
        max_length=60,
        error_messages={"required": _("请写登记本的名称。")},
    )
    page = forms.CharField(label=_("第几页"), max_length=20, required=False)
    photos = PhotosField(label=_("这一页的照片"))


class LineForm(Sheet):
    """One line: ``person`` and ``rule`` as typed; the ids where one was chosen from several."""

    happened_on = forms.DateField(
        label=_("哪一天"),
        widget=DayInput,
        error_messages={"required": _("请选择日期。"), "invalid": _("请选择日期。")},
    )
    person = forms.CharField(
        label=_("谁"),
        max_length=60,
        error_messages={"required": _("请写姓名。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    person_id = forms.UUIDField(required=False)
    rule = forms.CharField(
        label=_("做了什么"),
        max_length=80,
        error_messages={"required": _("请写做了什么。")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "rules"}),
    )
    quantity = forms.IntegerField(label=_("数量"), min_value=1, max_value=100, initial=1)


@dataclass(frozen=True, slots=True)
class _Read:
    """What was typed and what it may mean."""

    people: tuple[PersonRow, ...]
    rules: tuple[RuleRow, ...]


@requires("points.claim.propose")
@takes_post
def pages(request: SeatedRequest) -> HttpResponse:
    """Open a page of a book, or go on with one."""
    if request.method != "POST":
        return _show_pages(request, PageForm.fresh(request))
    form = PageForm(request.POST, request.FILES)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            made = points_actions.open_book_page(
                actor=request.actor,
                key=values["key"],
                title=values["title"],
                page=values["page"],
                evidence=store_shared(request.actor, values["photos"], values["key"]),
            )
            return HttpResponseRedirect(reverse("desk-book-page", args=[made.id]))
    with reading(request):
        return _show_pages(request, form)


def _show_pages(request: SeatedRequest, form: PageForm) -> HttpResponse:
    recent = points.batches(request.actor, kind=BatchKind.BOOK, limit=PAGES_SHOWN).rows
    if not form.is_bound and recent and not form.initial.get("title"):
        form.initial["title"] = recent[0].title
    context = {"form": form, "pages": recent}
    return TemplateResponse(request, "desk/book.html", context, status=form.status)


@requires("points.claim.propose")
@takes_post
def page(request: SeatedRequest, batch_id: UUID) -> HttpResponse:
    """Enter the lines of a page. POST enters one, and the next begins where it ended."""
    if request.method != "POST":
        kept = {"happened_on": _day(request.GET.get("on", "")), "rule": request.GET.get("rule", "")}
        form = LineForm.fresh(request, initial=kept)
        form.fields["person"].widget.attrs["autofocus"] = True
        return _show_page(request, batch_id, form, None)
    form, read = LineForm(request.POST), None
    if form.checked():
        with reading(request):
            read = _read(request, form.cleaned_data)
        if _one_of_each(form, read):
            with form.refusals():
                return _enter(request, batch_id, form.cleaned_data, read)
    with reading(request):
        return _show_page(request, batch_id, form, read)


def _read(request: SeatedRequest, values: dict[str, Any]) -> _Read:
    """Find the person by name, spelling or household, and the rule by any part of its title."""
    actor, text = request.actor, values["person"].strip()
    rules = rules_matching(
        rules_to_enter(actor, directory.area_by_code(actor.scope_code[:12]).id), values["rule"]
    )
    if values["person_id"]:
        return _Read(tuple(directory.people_of(actor, [values["person_id"]]).values()), rules)
    exact = directory.people_named(actor, [text]).get(text, ())
    people = exact or directory.people(actor, text=text, limit=CANDIDATES).rows
    if not people and actor.may("directory.household.read").allowed:
        homes = directory.households(actor, text=text, limit=2).rows
        same = [home for home in homes if home.label == text] or list(homes)
        people = directory.household(actor, same[0].id).members if len(same) == 1 else ()
    return _Read(people[:CANDIDATES], rules)


def _one_of_each(form: LineForm, read: _Read) -> bool:
    if len(read.people) == len(read.rules) == 1:
        return True
    if not read.people:
        form.add_error("person", _("没有找到这个人。可写姓名、拼音首字母或户号。"))
    elif len(read.people) > 1:
        form.add_error("person", _("有几位，请选一位。"))
    if not read.rules:
        form.add_error("rule", _("没有找到这一项，换个词试试。"))
    elif len(read.rules) > 1:
        form.add_error("rule", _("有几项，请写得再具体些，或从下面选。"))
    form.status = 422
    return False


def _enter(
    request: SeatedRequest, batch_id: UUID, values: dict[str, Any], read: _Read
) -> HttpResponse:
    (person,), (rule,) = read.people, read.rules
    points_actions.propose_claim(
        actor=request.actor,
        key=values["key"],
        person_id=person.id,
        rule_code=rule.code,
        happened_on=values["happened_on"],
        quantity=values["quantity"],
        batch_id=batch_id,
    )
    where = reverse("desk-book-page", args=[batch_id])
    kept = urlencode({"on": values["happened_on"].isoformat(), "rule": rule.title, "sent": "1"})
    return HttpResponseRedirect(f"{where}?{kept}")


def _show_page(
    request: SeatedRequest, batch_id: UUID, form: LineForm, read: _Read | None
) -> HttpResponse:
    actor = request.actor
    row = points.batch(actor, batch_id)
    claims = points.claims(actor, batch_id=batch_id, limit=LINES_SHOWN).rows
    rules = rules_to_enter(actor, row.village_id)
    context = {
        "batch": row,
        "form": form,
        "lines": claims,
        "people": read.people if read and len(read.people) > 1 else (),
        "rules": rules,
        "rule_choices": read.rules if read and len(read.rules) > 1 else (),
        "just_sent": "sent" in request.GET and bool(claims),
        "rule_hint": rule_titled(rules, claims[0].rule_code) if claims else None,
    }
    return TemplateResponse(request, "desk/book_page.html", context, status=form.status)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.today()
