"""Numbers of sign-in that the administrator sets: how long slips and devices last."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.accounts.enums import Policy
from liuchi.engines.accounts.rules import LIMITS
from liuchi.surfaces.components.access import requires, takes_post
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.second_factor import second_factor

LABELS = {
    Policy.SLIP_DAYS: _("登录条有效几天"),
    Policy.DEVICE_DAYS: _("设备信任几天"),
    Policy.SECOND_FACTOR_MINUTES: _("动态验证码管几分钟"),
    Policy.PHONE_CODES_A_DAY: _("全部短信验证码一天最多几条"),
}


class RulesForm(Sheet):
    """One number for each policy, within its bounds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take a form's arguments."""
        super().__init__(*args, **kwargs)
        for code, label in LABELS.items():
            least, most = LIMITS[code]
            self.fields[str(code)] = forms.IntegerField(
                label=label, min_value=least, max_value=most
            )


@requires("accounts.policy.write")
@takes_post
@second_factor
def sign_in_rules(request: SeatedRequest) -> HttpResponseBase:
    """Show the numbers in force; set those that were changed."""
    now = {str(code): accounts.policy(code) for code in LABELS}
    form = RulesForm.fresh(request, initial=now)
    if request.method == "POST":
        form = RulesForm(request.POST)
        if form.checked():
            with form.refusals():
                _set(request, form.cleaned_data, now)
                return HttpResponseRedirect(reverse("desk-sign-in-rules") + "?saved=1")
    context = {"form": form, "fields": [form[str(code)] for code in LABELS]}
    context["saved"] = "saved" in request.GET
    return TemplateResponse(request, "desk/sign_in_rules.html", context, status=form.status)


def _set(request: SeatedRequest, given: dict[str, Any], now: dict[str, int]) -> None:
    for code in LABELS:
        if given[str(code)] != now[str(code)]:
            accounts_actions.set_policy(
                policy=code,
                value=given[str(code)],
                actor=request.actor,
                key=f"{given['key']}-{code}",
            )
