"""Reporting a matter and following it: open to everybody, no name asked.

Who is signed in as a resident reports as one, unless a tick says otherwise; the receipt is
everybody's, and the only way back for who is nobody here.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from liuchi.engines.cases import actions as cases_actions
from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.enums import CaseVerb, Channel
from liuchi.engines.cases.queries import Own, Track
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import AreaKind
from liuchi.engines.directory.queries import AreaRow
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import LiuchiError, NotFound
from liuchi.kernel.paper import qr_svg
from liuchi.surfaces.components import carried, reports
from liuchi.surfaces.components.access import public, takes_post
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.objections import ReceiptForm, address_of
from liuchi.surfaces.components.paper import public_address
from liuchi.surfaces.components.photos import PhotosField
from liuchi.surfaces.components.reports import ReportForm
from liuchi.surfaces.components.seats import actor_of, seat_of
from liuchi.surfaces.components.templatetags import liuchi as written
from liuchi.surfaces.portal.places import SOON

MAKE = "cases.report.make"
OTHER = "other"
_YES_NO = [("yes", _("是")), ("no", _("否"))]


class ActForm(Sheet):
    """What whoever reported does: which step, and what it needs."""

    step = forms.ChoiceField(
        choices=[(step, "") for step in ("answer", "rate", "dispute", "reopen", "withdraw")]
    )
    solved = forms.ChoiceField(
        label=_("问题解决了吗"), choices=_YES_NO, required=False, widget=forms.RadioSelect
    )
    satisfied = forms.ChoiceField(
        label=_("办得满意吗"), choices=_YES_NO, required=False, widget=forms.RadioSelect
    )
    reason = forms.CharField(max_length=40, required=False)
    text = forms.CharField(
        label=_("想说的话"),
        max_length=reports.TEXT_CHARACTERS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    photos = PhotosField(label=_("新的照片"))

    def clean(self) -> dict[str, object]:
        """A rating answers both questions; an answer has words."""
        values = super().clean() or self.cleaned_data
        if values.get("step") == "answer" and not values.get("text"):
            self.add_error("text", str(_("请写您的回答。")))
        if values.get("step") == "rate":
            for name in ("solved", "satisfied"):
                if not values.get(name):
                    self.add_error(name, str(_("请选择一项。")))
        return values


@public
@takes_post
def report(request: HttpRequest, code: str) -> HttpResponse:
    """Report a matter at the place whose code was scanned: a village, or a grid."""
    village, grid = reports.place_of(code)
    spec = reports.spec_for_people(village) if AreaKind(village.kind).is_village else None
    if spec is None:
        shown = {"area": village, "soon": SOON["report"]}
        return TemplateResponse(request, "portal/soon.html", shown)
    grids = directory.grids_of(village.id)
    own = channel_of(request)
    if request.method != "POST":
        form = ReportForm.fresh(
            request,
            spec=spec,
            grids=grids,
            channels=[own],
            initial={"grid": str(grid.id) if grid else ""},
        )
        return _show(request, form, village, grid)
    helped = reports.helped(request, village, grid)
    if helped is not None:
        return reports.locating(helped)
    form = ReportForm(request.POST, request.FILES, spec=spec, grids=grids, channels=[own])

    def take() -> str:
        made = reports.send(
            form,
            village,
            grid,
            channel=own,
            actor=resident_of(request),
            address=address_of(request),
        )
        return reverse("portal-tracked", args=[made.code]) + "?new=1"

    return reports.answer(request, form, take, lambda: _show(request, form, village, grid))


def channel_of(request: HttpRequest) -> Channel:
    """Return the way a report comes in here: a resident's own, or nobody's."""
    return Channel.ANONYMOUS if resident_of(request) is None else Channel.RESIDENT


def _show(
    request: HttpRequest, form: ReportForm, village: AreaRow, grid: AreaRow | None
) -> HttpResponse:
    grids = directory.grids_of(village.id)
    context = {
        **reports.context(form, village, grid, grids),
        "signed_in": resident_of(request) is not None,
        "for_enterprises": reports.is_open_to(form.spec, Channel.ENTERPRISE),
    }
    shown = TemplateResponse(request, "portal/report.html", context, status=form.status)
    return reports.locating(shown)


@public
@takes_post
def find(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a receipt and go to what it is about."""
    form = ReceiptForm.fresh(request)
    if request.method == "POST":
        form = ReceiptForm(request.POST)
        if form.checked():
            code = "".join(form.cleaned_data["code"].split()).replace("-", "").upper()
            try:
                cases_actions.own(code=code, address=address_of(request))
                return HttpResponseRedirect(reverse("portal-tracked", args=[code]))
            except NotFound:
                form.status = NotFound.status
                form.add_error("code", str(_("没有这个回执号。请对照回执再输一遍。")))
            except LiuchiError as error:
                form.refuse(error)
    shown = TemplateResponse(request, "portal/track_find.html", {"form": form}, status=form.status)
    return reports.private(shown)


@public
@takes_post
def tracked(request: HttpRequest, receipt: str) -> HttpResponse:
    """Show how a matter stands to whoever holds its receipt; POST rates, disputes, reopens."""
    # A look writes nothing: only codes that are typed in are counted.
    mine = (
        cases_actions.own(code=receipt, address=address_of(request))
        if request.method == "POST"
        else cases.report_by_code(receipt)
    )
    return _followed(request, mine, lambda: reverse("portal-tracked", args=[receipt]), receipt)


@public
def own(request: HttpRequest) -> HttpResponse:
    """List what one has reported while signed in. Read by the installation, so not as oneself."""
    seat = seat_of(request)
    if seat.user_id is None:
        return carried.ask_to_sign_in(request)
    rows = cases.own_reports(actor_of(request))
    return reports.private(TemplateResponse(request, "portal/reports.html", {"rows": rows}))


@public
@takes_post
def own_report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """One of one's own reports, as by its receipt."""
    if seat_of(request).user_id is None:
        return carried.ask_to_sign_in(request)
    mine = cases_actions.own(report_id=report_id, actor=actor_of(request))
    return _followed(request, mine, lambda: reverse("portal-own-report", args=[report_id]), "")


def _followed(
    request: HttpRequest, mine: Own, here: Callable[[], str], receipt: str
) -> HttpResponse:
    form = ActForm.fresh(request)
    row = cases.track(mine.report_id)
    if request.method == "POST":
        form = ActForm(request.POST, request.FILES)
        if form.checked():
            try:
                _act(mine, row, form)
                return HttpResponseRedirect(here())
            except LiuchiError as error:
                form.refuse(error)
                row = cases.track(mine.report_id)
    if row.question:
        form.fields["text"].label, form.fields["photos"].label = _("您的回答"), _("照片")
        form.fields["text"].is_decided_later = True  # type: ignore[attr-defined]
    context = {
        "row": row,
        "form": form,
        "may": {str(verb): True for verb in row.may},
        "reasons": {
            str(verb): [each for each in row.reasons if each.verb is verb]
            for verb in (CaseVerb.DISPUTE, CaseVerb.REOPEN, CaseVerb.WITHDRAW)
        },
        "chosen_step": form.data.get("step", ""),
        "is_new": bool(receipt) and "new" in request.GET,
        "code": written.spaced(receipt),
        "qr": _qr(request, receipt) if receipt else "",
    }
    shown = TemplateResponse(request, "portal/track.html", context, status=form.status)
    return reports.private(shown)


def _act(mine: Own, row: Track, form: ActForm) -> None:
    values = form.cleaned_data
    key, reason, text = values["key"], values["reason"] or OTHER, values["text"]
    match values["step"]:
        case "answer":
            evidence = reports.keep_photos(values["photos"], row.area_id, key)
            cases_actions.answer_question(key=key, mine=mine, text=text, evidence=evidence)
        case "rate":
            cases_actions.rate_case(
                key=key,
                mine=mine,
                solved=values["solved"] == "yes",
                satisfied=values["satisfied"] == "yes",
                text=text,
            )
        case "dispute":
            evidence = reports.keep_photos(values["photos"], row.area_id, key)
            cases_actions.dispute_case(
                key=key, mine=mine, reason_code=reason, text=text, evidence=evidence
            )
        case "reopen":
            cases_actions.reopen_own(key=key, mine=mine, reason_code=reason, text=text)
        case "withdraw":
            cases_actions.withdraw_own(key=key, mine=mine, reason_code=reason, text=text)


def resident_of(request: HttpRequest) -> Actor | None:
    """Return the resident who is signed in and did not ask to stay unknown."""
    seat = seat_of(request)
    if seat.resident is None or request.POST.get("unnamed"):
        return None
    return seat.resident if seat.resident.may(MAKE).allowed else None


def _qr(request: HttpRequest, receipt: str) -> str:
    where = reverse("portal-tracked", args=[receipt])
    return mark_safe(qr_svg(public_address(request, where)))  # noqa: S308  our own drawing
