"""A new device of somebody with a post: the right password is not enough there yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.kernel import clock
from liuchi.kernel.errors import LiuchiError
from liuchi.surfaces.components import sessions
from liuchi.surfaces.components.access import public, takes_post
from liuchi.surfaces.components.code_forms import CodeForm
from liuchi.surfaces.components.forms import refused
from liuchi.surfaces.components.sessions import Destination, enter

SESSION_PENDING = "liuchi_pending"
PENDING_LASTS = timedelta(minutes=10)


def ask_device_step(
    request: HttpRequest, user_id: UUID, going: Destination, *, trusted: bool
) -> HttpResponseBase:
    """Keep the right password in mind and ask for the second step of a new device."""
    request.session[SESSION_PENDING] = {
        "user": str(user_id),
        "at": clock.now().isoformat(),
        "where": going.where,
        "blob": going.blob,
        "trusted": trusted,
    }
    return HttpResponseRedirect(reverse("sign-in-device"))


@public
@takes_post
def device(request: HttpRequest) -> HttpResponseBase:
    """Prove a new device: a one-time password, a recovery code, or the secretary's code."""
    pending = request.session.get(SESSION_PENDING)
    if pending is None or clock.now() - datetime.fromisoformat(pending["at"]) > PENDING_LASTS:
        return HttpResponseRedirect(reverse("sign-in") + "?way=password")
    user_id, form, status = UUID(pending["user"]), CodeForm(), 200
    if request.method == "POST":
        form = CodeForm(request.POST)
        status = 422
        if form.is_valid():
            try:
                by_slip = accounts_actions.prove_device(
                    user_id=user_id, code=form.cleaned_data["code"]
                )
            except LiuchiError as error:
                refused(form, error)
            else:
                del request.session[SESSION_PENDING]
                going = Destination(pending["where"], pending["blob"])
                return enter(
                    request,
                    user_id,
                    going,
                    trusted=pending["trusted"],
                    proved=not by_slip,
                    by_password=True,
                )
    context = {"form": form, "has_second_factor": accounts.has_second_factor(user_id)}
    return sessions.private(
        TemplateResponse(request, "components/new_device.html", context, status=status)
    )
