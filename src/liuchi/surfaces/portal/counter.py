"""What a resident shows at the counter: the card, a code that counts once; and a PIN."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.accounts.rules import spaced
from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.enums import RedemptionState
from liuchi.engines.points.queries import RedemptionRow, cards
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, signed_in, takes_post
from liuchi.surfaces.components.cards import card_address
from liuchi.surfaces.components.code_forms import PinForm
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape
from liuchi.surfaces.portal.mine import self_of

REDEMPTIONS: tuple[Column[RedemptionRow], ...] = (
    Column(_("商品"), lambda row: f"{row.goods_title} × {row.quantity}"),
    Column(
        _("积分"),
        lambda row: 0 if row.state == RedemptionState.REVERSED else -row.points,
        Shape.POINTS,
    ),
    Column(_("时间"), lambda row: row.at, Shape.MOMENT),
    Column(
        _("状态"),
        lambda row: str(_("已撤销") if row.state == RedemptionState.REVERSED else _("已兑换")),
    ),
)


@signed_in
@takes_post
def counter(request: SeatedRequest) -> HttpResponse:
    """The card to be scanned, a code for three minutes, and the PIN. POST makes code or PIN."""
    self_of(request.actor)
    if request.method != "POST":
        return _show(request, PinForm.fresh(request))
    if request.POST.get("step") == "code":
        code, until = points_actions.new_code(actor=request.actor)
        with reading(request):
            return _show(request, PinForm.fresh(request), code=spaced(code), until=until)
    form = PinForm(request.POST)
    if form.checked():
        with form.refusals():
            points_actions.set_pin(
                actor=request.actor,
                key=form.cleaned_data["key"],
                person_id=self_of(request.actor),
                pin=form.cleaned_data["pin"],
            )
            return HttpResponseRedirect(reverse("portal-counter") + "?set=1")
    with reading(request):
        return _show(request, form)


@requires("points.account.read")
@takes_post
def redemptions(request: SeatedRequest) -> HttpResponse | FileResponse:
    """All that the resident took home for points. POST gives it as Excel."""
    person_id = self_of(request.actor)
    listing = Listing(
        "my-redemptions",
        _("我的兑换"),
        REDEMPTIONS,
        lambda after, limit: points.redemptions(
            request.actor, person_id=person_id, after=after, limit=limit
        ),
        empty=_("还没有兑换。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {"table": tables.shown(request, listing)}
    return TemplateResponse(request, "portal/redemptions.html", context)


def _show(request: SeatedRequest, form: PinForm, **shown: object) -> HttpResponse:
    person_id = self_of(request.actor)
    held = next(iter(cards.cards_of(request.actor, [person_id])), None)
    context = {
        "form": form,
        "pin": points.pin_state(request.actor, person_id),
        "address": card_address(request, held.token) if held and held.is_good else "",
        "just_set": "set" in request.GET,
        **shown,
    }
    return TemplateResponse(request, "portal/counter.html", context, status=form.status)
