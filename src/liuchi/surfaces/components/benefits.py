"""What the pages of benefits share: money, states, the sheet of a statement, its two answers."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import AgreementRow, ProviderUse, StatementRow
from liuchi.engines.points.rules.agreements import STATEMENT_WORDS
from liuchi.surfaces.components.access import reading
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.paper import pdf_response, public_address
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Shape
from liuchi.surfaces.components.templatetags import liuchi as written

YUAN_MAX = 1_000_000
FEN = 100
USE_STATES = {"made": _("已使用"), "undone": _("已撤销")}


def yuan(fen: int | None) -> Decimal | None:
    """Return an amount in yuan, for a cell."""
    return None if fen is None else Decimal(fen) / FEN


def month_words(row: StatementRow) -> str:
    """Return a statement's month, as 2026年3月."""
    return written.month(row.month)


USE_COLUMNS: tuple[Column[ProviderUse], ...] = (
    Column(_("时间"), lambda row: row.at, Shape.MOMENT),
    Column(_("优惠"), lambda row: row.offer_title),
    Column(_("优惠金额（元）"), lambda row: yuan(row.saved_fen), Shape.NUMBER),
    Column(_("借出物品"), lambda row: row.thing),
    Column(_("状态"), lambda row: USE_STATES[row.state]),
)


class ConfirmForm(Sheet):
    """Confirm the figures of a version."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class DisputeForm(Sheet):
    """Say what differs."""

    note = forms.CharField(
        label=_("哪里不对"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


def statement_page(
    request: SeatedRequest, statement_id: UUID, template: str, own: str
) -> HttpResponse:
    """Show a statement; POST confirms it or says that it differs, for the actor's side."""
    if request.method != "POST":
        return _show(request, statement_id, template, DisputeForm.fresh(request))
    form: Sheet = DisputeForm(request.POST)
    if "confirm" in request.POST:
        form = ConfirmForm(request.POST)
    if form.checked():
        given = form.cleaned_data
        with form.refusals():
            if isinstance(form, ConfirmForm):
                points_actions.confirm_statement(
                    actor=request.actor,
                    key=given["key"],
                    statement_id=statement_id,
                    expected_version=given["version"],
                )
            else:
                points_actions.dispute_statement(
                    actor=request.actor,
                    key=given["key"],
                    statement_id=statement_id,
                    note=given["note"],
                )
            return HttpResponseRedirect(reverse(own, args=[statement_id]))
    with reading(request):
        return _show(request, statement_id, template, form)


def _show(request: SeatedRequest, statement_id: UUID, template: str, form: Sheet) -> HttpResponse:
    row = points.benefit_statement(request.actor, statement_id)
    provider = request.actor.may("points.statement.confirm").allowed
    context = {
        "row": row,
        "month": month_words(row),
        "state": STATEMENT_WORDS[row.state],
        "notes": points.statement_notes(request.actor, statement_id),
        "uses": points.statement_uses(request.actor, row),
        "my_turn": row.state == ("drawn" if provider else "confirmed"),
        "may_resolve": row.state == "differs"
        and request.actor.may("points.agreement.write").allowed,
        "form": form,
        "dispute": form if isinstance(form, DisputeForm) else DisputeForm.fresh(request),
    }
    return TemplateResponse(request, template, context, status=form.status)


def statement_pdf(request: SeatedRequest, statement_id: UUID) -> HttpResponse:
    """Print a statement on A4, with room for two signatures."""
    row = points.benefit_statement(request.actor, statement_id)
    context = {
        "title": _("商户优惠月度对账单"),
        "place": row.village_name,
        "row": row,
        "month": month_words(row),
        "state": STATEMENT_WORDS[row.state],
        "notes": points.statement_notes(request.actor, statement_id),
    }
    return pdf_response(
        request, "components/print/benefit_statement.html", context, gettext("月度对账单")
    )


def plaque(request: HttpRequest, row: AgreementRow, code: str) -> HttpResponse:
    """Print a plaque with the code of the partners' page; A5 where ``?size=a5`` asks for it."""
    context = {
        "title": _("信用社区共建单位"),
        "place": row.village_name,
        "row": row,
        "is_a5": request.GET.get("size") == "a5",
        "address": public_address(request, reverse("portal-partners", args=[code])),
    }
    return pdf_response(request, "components/print/plaque.html", context, gettext("共建单位牌"))
