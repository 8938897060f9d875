"""What takes two people: corrections and gifts, asked for by one and decided by another."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.enums import ApprovalState
from liuchi.surfaces.components import across, excel, tables, words
from liuchi.surfaces.components.access import (
    across_posts,
    reading,
    requires,
    signed_in,
    takes_post,
)
from liuchi.surfaces.components.across import gather
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Listing
from liuchi.surfaces.desk import columns
from liuchi.surfaces.desk.forms import REASON_CHARACTERS_MAX, ReasonForm
from liuchi.surfaces.desk.people import find

_READ = "points.claim.read"
GIFTS_SHOWN = 8


class CorrectionForm(ReasonForm):
    """Whether all of it was wrong, or only the quantity."""

    right_quantity = forms.IntegerField(
        label=_("正确的数量"), min_value=1, max_value=99, required=False
    )


class DecideForm(Sheet):
    """Yes, or no with a reason. ``version`` is the request as it was shown."""

    outcome = forms.ChoiceField(choices=[("approve", ""), ("decline", ""), ("take_back", "")])
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    answer = forms.CharField(
        label=_("意见"),
        max_length=REASON_CHARACTERS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class GiftForm(ReasonForm):
    """What is given, and why."""

    goods_id = forms.ChoiceField(label=_("商品"))
    quantity = forms.IntegerField(label=_("数量"), min_value=1, max_value=99, initial=1)
    field_order = ("goods_id", "quantity", "reason")

    def __init__(self, *args: Any, goods: tuple[tuple[str, str], ...], **kwargs: Any) -> None:
        """``goods`` are the choices: id and title."""
        super().__init__(*args, **kwargs)
        field = self.fields["goods_id"]
        if isinstance(field, forms.ChoiceField):
            field.choices = goods


@requires(_READ)
@takes_post
@across_posts
def approvals(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List what waits for a second person, or what was decided. POST gives it as Excel."""
    state = request.GET.get("state", "asked")
    chosen = ApprovalState(state) if state in words.APPROVALS else None
    listing = Listing(
        "approvals",
        _("两人核准"),
        columns.approvals(with_place=bool(across.places(request))),
        lambda after, limit: gather(
            request,
            _READ,
            lambda actor: points.approvals(actor, state=chosen, after=after, limit=limit),
            limit=limit,
            newest_first=chosen is not ApprovalState.ASKED,
        ),
        empty=_("没有等第二个人的事。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {
        "table": tables.shown(request, listing),
        "state": chosen or "all",
        "states": [*words.APPROVALS.items()],
    }
    return TemplateResponse(request, "desk/approvals.html", context)


@signed_in
@takes_post
def approval(request: SeatedRequest, approval_id: UUID) -> HttpResponse:
    """Show a request; POST decides it, or takes it back."""
    if request.method != "POST":
        row = points.approval(request.actor, approval_id)
        form = DecideForm.fresh(request, initial={"version": row.version})
        return _show(request, approval_id, form)
    form = DecideForm(request.POST)
    if form.checked():
        with form.refusals():
            _decide(request, approval_id, form.cleaned_data)
            return HttpResponseRedirect(reverse("desk-approval", args=[approval_id]))
    with reading(request):
        return _show(request, approval_id, form)


def _decide(request: SeatedRequest, approval_id: UUID, values: dict[str, Any]) -> None:
    if values["outcome"] == "take_back":
        points_actions.take_back_approval(
            actor=request.actor, key=values["key"], approval_id=approval_id
        )
        return
    points_actions.decide_approval(
        actor=request.actor,
        key=values["key"],
        approval_id=approval_id,
        approve=values["outcome"] == "approve",
        answer=values["answer"],
        expected_version=values["version"],
    )


def _show(request: SeatedRequest, approval_id: UUID, form: DecideForm) -> HttpResponse:
    actor = request.actor
    row = points.approval(actor, approval_id)
    is_open = row.state is ApprovalState.ASKED
    decides = actor.may("points.claim.review").allowed or actor.may("points.gift.give").allowed
    context = {
        "approval": row,
        "form": form,
        "may_decide": is_open and decides and row.asked_by_id != actor.id,
        "may_take_back": is_open and row.asked_by_id == actor.id,
        "may_see_person": actor.may("directory.person.read").allowed,
        "may_see_claim": actor.may("points.claim.read").allowed,
    }
    return TemplateResponse(request, "desk/approval.html", context, status=form.status)


@requires("points.claim.read")
@takes_post
def correct(request: SeatedRequest, claim_id: UUID) -> HttpResponse:
    """Ask to undo an award or to lower its quantity; somebody else decides."""
    if request.method != "POST":
        return _show_correct(request, claim_id, CorrectionForm.fresh(request))
    form = CorrectionForm(request.POST)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            asked = points_actions.ask_correction(
                actor=request.actor,
                key=values["key"],
                claim_id=claim_id,
                reason=values["reason"],
                right_quantity=values["right_quantity"],
            )
            return HttpResponseRedirect(reverse("desk-approval", args=[asked.id]))
    with reading(request):
        return _show_correct(request, claim_id, form)


def _show_correct(request: SeatedRequest, claim_id: UUID, form: CorrectionForm) -> HttpResponse:
    context = {"claim": points.claim(request.actor, claim_id), "form": form}
    return TemplateResponse(request, "desk/correct.html", context, status=form.status)


@requires("points.gift.give")
def gifts(request: SeatedRequest, shop_id: UUID) -> HttpResponse:
    """Gifts of a shop: who gets one, and who got one lately."""
    context = {
        **find(request),
        "shop": points.shop(request.actor, shop_id),
        "gifts": points.gifts(request.actor, shop_id=shop_id, limit=GIFTS_SHOWN).rows,
        "just_given": "given" in request.GET,
    }
    return TemplateResponse(request, "desk/gifts.html", context)


@requires("points.gift.give")
@takes_post
def give(request: SeatedRequest, shop_id: UUID, person_id: UUID) -> HttpResponse:
    """Give goods without points, for a reason; or ask, where the playbook wants two people."""
    with reading(request):
        shop = points.shop(request.actor, shop_id)
        shelf = points.goods(request.actor, shop_id)
        by_two = points.gifts_by_two(shop.village_id)
    goods = tuple((str(row.id), row.title) for row in shelf if row.stock > 0)
    if request.method != "POST":
        form = GiftForm.fresh(request, goods=goods)
        return _show_give(request, shop_id, person_id, form, by_two=by_two)
    form = GiftForm(request.POST, goods=goods)
    if form.checked():
        values = form.cleaned_data
        said = {
            "actor": request.actor,
            "key": values["key"],
            "person_id": person_id,
            "shop_id": shop_id,
            "goods_id": UUID(values["goods_id"]),
            "quantity": values["quantity"],
            "reason": values["reason"],
        }
        with form.refusals():
            if by_two:
                asked = points_actions.ask_gift(**said)
                return HttpResponseRedirect(reverse("desk-approval", args=[asked.id]))
            points_actions.give_gift(**said)
            return HttpResponseRedirect(reverse("desk-gifts", args=[shop_id]) + "?given=1")
    with reading(request):
        return _show_give(request, shop_id, person_id, form, by_two=by_two)


def _show_give(
    request: SeatedRequest, shop_id: UUID, person_id: UUID, form: GiftForm, *, by_two: bool
) -> HttpResponse:
    context = {
        "shop": points.shop(request.actor, shop_id),
        "person": directory.person(request.actor, person_id),
        "form": form,
        "by_two": by_two,
    }
    return TemplateResponse(request, "desk/gift.html", context, status=form.status)
