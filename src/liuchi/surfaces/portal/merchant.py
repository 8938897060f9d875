"""A provider's own pages, for a phone: read a card, confirm a use, agree on the month.

Nothing here shows who a card is of. A page says yes until a day, or no.
"""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.actions import CardAnswer, Use
from liuchi.engines.points.queries import StatementRow
from liuchi.engines.points.rules.agreements import STATEMENT_WORDS
from liuchi.kernel import clock
from liuchi.surfaces.components import benefits, excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.benefits import FEN, USE_COLUMNS, YUAN_MAX
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape

HONOUR = "points.benefit.honour"
RECENT = 5
STATEMENTS: tuple[Column[StatementRow], ...] = (
    Column(
        _("月份"),
        benefits.month_words,
        url=lambda row: reverse("merchant-statement", args=[row.id]),
    ),
    Column(_("使用次数"), lambda row: row.uses, Shape.NUMBER),
    Column(_("优惠金额（元）"), lambda row: benefits.yuan(row.saved_fen), Shape.NUMBER),
    Column(_("状态"), lambda row: STATEMENT_WORDS[row.state]),
)


class CardForm(Sheet):
    """What was scanned or typed."""

    text = forms.CharField(
        label=_("卡号"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


class UseForm(Sheet):
    """Confirm one use of one offer."""

    offer = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(max_length=300, widget=forms.HiddenInput)
    price = forms.DecimalField(
        label=_("原价（元）"),
        required=False,
        min_value=0,
        max_value=YUAN_MAX,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}),
    )
    thing = forms.CharField(label=_("借出物品"), required=False, max_length=60)

    @property
    def said(self) -> Use:
        """What the action takes."""
        price = self.cleaned_data["price"]
        return Use(None if price is None else int(price * FEN), self.cleaned_data["thing"])


class CodeForm(Sheet):
    """A household's one-time code."""

    code = forms.CharField(
        label=_("减免码"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


class UndoForm(Sheet):
    """Why a use is taken back."""

    reason = forms.CharField(label=_("撤销原因"), max_length=200)


class ReturnForm(Sheet):
    """What was lent is back: nothing to fill in."""


@requires(HONOUR)
@takes_post
def home(request: SeatedRequest) -> HttpResponse:
    """Read a card. POST answers for it, confirms a use, or redeems a code."""
    if request.method != "POST":
        return _show(request, CardForm.fresh(request))
    if "offer" in request.POST:
        return _use(request)
    if "code" in request.POST:
        return _code(request)
    form = CardForm(request.POST)
    found = None
    if form.checked():
        with form.refusals():
            found = points_actions.check_card(actor=request.actor, text=form.cleaned_data["text"])
    with reading(request):
        return _show(request, form, found)


def _use(request: SeatedRequest) -> HttpResponse:
    form = UseForm(request.POST)
    if form.checked():
        with form.refusals():
            made = points_actions.use_benefit(
                actor=request.actor,
                key=form.cleaned_data["key"],
                offer_id=form.cleaned_data["offer"],
                card_text=form.cleaned_data["text"],
                use=form.said,
            )
            return _done(made.id)
    found = points_actions.check_card(actor=request.actor, text=request.POST.get("text", ""))
    with reading(request):
        return _show(request, form, found)


def _code(request: SeatedRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.checked():
        with form.refusals():
            made = points_actions.use_code(
                actor=request.actor,
                key=form.cleaned_data["key"],
                code=form.cleaned_data["code"],
            )
            return _done(made.id)
    with reading(request):
        return _show(request, form)


@requires(HONOUR)
@takes_post
def use(request: SeatedRequest, use_id: UUID) -> HttpResponse:
    """One use. POST takes it back for a reason, or notes that what was lent came back."""
    form: Sheet = UndoForm.fresh(request)
    if request.method == "POST":
        form = UndoForm(request.POST) if "reason" in request.POST else ReturnForm(request.POST)
        if form.checked():
            given = {"actor": request.actor, "key": form.cleaned_data["key"], "use_id": use_id}
            with form.refusals():
                if isinstance(form, UndoForm):
                    points_actions.undo_use(reason=form.cleaned_data["reason"], **given)
                else:
                    points_actions.return_loan(**given)
                return HttpResponseRedirect(reverse("merchant-use", args=[use_id]))
    with reading(request):
        row = points.provider_use(request.actor, use_id)
    context = {
        "row": row,
        "state": benefits.USE_STATES[row.state],
        "may_undo": row.state == "made" and row.used_on == clock.today(),
        "may_return": row.state == "made" and row.due_on and not row.returned_at,
        "form": form,
        "undo": form if isinstance(form, UndoForm) else UndoForm.fresh(request),
        "is_new": "new" in request.GET,
    }
    return TemplateResponse(request, "portal/merchant_use.html", context, status=form.status)


@requires(HONOUR)
@takes_post
def uses(request: SeatedRequest) -> HttpResponse | FileResponse:
    """What one's own organisation honoured, without a name. POST gives it as Excel."""
    first = USE_COLUMNS[1]
    linked = Column(
        first.title, first.value, url=lambda row: reverse("merchant-use", args=[row.id])
    )
    listing = Listing(
        "provider-uses",
        _("使用记录"),
        (linked, USE_COLUMNS[0], *USE_COLUMNS[2:]),
        lambda after, limit: points.provider_uses(request.actor, after=after, limit=limit),
        empty=_("还没有使用记录。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {"table": tables.shown(request, listing), "title": listing.title}
    return TemplateResponse(request, "portal/merchant_list.html", context)


@requires("points.statement.confirm")
@takes_post
def statements(request: SeatedRequest) -> HttpResponse | FileResponse:
    """The months of one's own organisation. POST gives them as Excel."""
    listing = Listing(
        "provider-statements",
        _("月度对账"),
        STATEMENTS,
        lambda after, limit: points.benefit_statements(request.actor, after=after, limit=limit),
        empty=_("还没有对账单，每月初生成上月的。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {"table": tables.shown(request, listing), "title": listing.title}
    return TemplateResponse(request, "portal/merchant_list.html", context)


@requires("points.statement.confirm")
@takes_post
def statement(request: SeatedRequest, statement_id: UUID) -> HttpResponse:
    """One month: confirm it, or say what differs."""
    return benefits.statement_page(
        request, statement_id, "portal/merchant_statement.html", "merchant-statement"
    )


@requires("points.statement.confirm")
def statement_print(request: SeatedRequest, statement_id: UUID) -> HttpResponse:
    """One month on paper."""
    return benefits.statement_pdf(request, statement_id)


def _done(use_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("merchant-use", args=[use_id]) + "?new=1")


def _show(request: SeatedRequest, form: Sheet, found: CardAnswer | None = None) -> HttpResponse:
    text = request.POST.get("text", "")
    own = points.own_agreements(request.actor)
    answers = []
    for answer in found.answers if found else ():
        tried = isinstance(form, UseForm) and str(form["offer"].value()) == str(answer.offer_id)
        fresh = UseForm.fresh(request, initial={"offer": answer.offer_id, "text": text})
        answers.append((answer, form if tried else fresh))
    context = {
        "form": form,
        "card": form if isinstance(form, CardForm) and not found else CardForm.fresh(request),
        "code": form if isinstance(form, CodeForm) else CodeForm.fresh(request),
        "found": found,
        "answers": answers,
        "agreements": own,
        "has_codes": any(o.kind == "fee_waived" for each in own for o in each.offers),
        "recent": points.provider_uses(request.actor, limit=RECENT).rows,
        "waiting": points.statements_waiting(request.actor),
    }
    return TemplateResponse(request, "portal/merchant.html", context, status=form.status)
