"""One's own account: trusted devices, second factor, password, language and text size."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.surfaces.components.access import signed_in, takes_post
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest, seat_of
from liuchi.surfaces.components.second_factor import ask_again, has_reentered
from liuchi.surfaces.components.sessions import device_of, private


class DeviceForm(Sheet):
    """Which device to turn away; none: all others."""

    device = forms.UUIDField(required=False)


@signed_in
@takes_post
def account(request: SeatedRequest) -> HttpResponseBase:
    """Show one's devices and how one signs in; POST turns devices away."""
    form = DeviceForm.fresh(request)
    if request.method == "POST":
        form = DeviceForm(request.POST)
        if form.checked():
            chosen = form.cleaned_data["device"]
            is_this_one = chosen is not None and chosen == device_of(request)
            asked = None if is_this_one else ask_again(request)
            if asked is not None:
                return asked
            with form.refusals():
                _turn_away(request, chosen, form.cleaned_data["key"])
                return HttpResponseRedirect("/" if is_this_one else reverse("account"))
    return _show(request, form)


def _turn_away(request: SeatedRequest, chosen: UUID | None, key: str) -> None:
    user_id = seat_of(request).user_id
    assert user_id is not None  # noqa: S101  the view is for the signed-in
    if chosen is None:
        accounts_actions.revoke_other_devices(
            user_id=user_id,
            session_device_id=device_of(request),
            has_reentered=has_reentered(request),
            key=key,
        )
        return
    accounts_actions.revoke_device(
        user_id=user_id,
        device_id=chosen,
        session_device_id=device_of(request),
        has_reentered=has_reentered(request),
        key=key,
    )


def _show(request: SeatedRequest, form: DeviceForm) -> HttpResponseBase:
    seat = seat_of(request)
    assert seat.user_id is not None  # noqa: S101  the view is for the signed-in
    context = {
        "form": form,
        "devices": accounts.devices_of(seat.user_id),
        "this_device": device_of(request),
        "has_second_factor": accounts.has_second_factor(seat.user_id),
        "recovery_left": accounts.recovery_codes_left(seat.user_id),
        "has_password": accounts.has_password(seat.user_id),
        "is_post_holder": bool(seat.actors),
        "may_set_rules": any(actor.may("accounts.policy.write").allowed for actor in seat.actors),
    }
    return private(
        TemplateResponse(request, "components/account.html", context, status=form.status)
    )
