"""Asking for an appeal: by the claimant on a phone, or taken down at the desk."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.surfaces.components.access import reading
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest

REASON_CHARACTERS_MAX = 400


class AppealForm(Sheet):
    """Why the rejection is thought wrong."""

    reason = forms.CharField(
        label=_("为什么申请复议"),
        max_length=REASON_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请写明理由。")},
    )


def ask(
    request: SeatedRequest, claim_id: UUID, template: str, done: Callable[[], str]
) -> HttpResponse:
    """Show the form of an appeal, or send it and go to ``done()``."""
    if request.method != "POST":
        return _show(request, claim_id, template, AppealForm.fresh(request))
    form = AppealForm(request.POST)
    if form.checked():
        with form.refusals():
            points_actions.ask_appeal(
                actor=request.actor,
                key=form.cleaned_data["key"],
                claim_id=claim_id,
                reason=form.cleaned_data["reason"],
            )
            return HttpResponseRedirect(done())
    with reading(request):
        return _show(request, claim_id, template, form)


def _show(request: SeatedRequest, claim_id: UUID, template: str, form: AppealForm) -> HttpResponse:
    context = {
        "form": form,
        "claim": points.claim(request.actor, claim_id),
        "open": points.may_be_appealed(request.actor, claim_id),
    }
    return TemplateResponse(request, template, context, status=form.status)
