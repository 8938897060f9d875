"""Asking again: a second factor where personal data is unmasked, and for administration.

``@second_factor`` stands below ``@requires`` on a view. It asks for a one-time password,
counts it for some minutes (``Policy.SECOND_FACTOR_MINUTES``), keeps what was typed and
leads back to where one was. Who has none yet is led to set one up. ``@reentered`` asks for
what the session was begun with instead: a thief with a stolen session has neither.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.accounts import rules
from liuchi.engines.accounts.enums import Policy
from liuchi.kernel import clock, paper
from liuchi.kernel.errors import LiuchiError
from liuchi.surfaces.components import carried
from liuchi.surfaces.components.access import READING, signed_in, takes_post
from liuchi.surfaces.components.code_forms import CodeForm
from liuchi.surfaces.components.forms import refused
from liuchi.surfaces.components.seats import seat_of
from liuchi.surfaces.components.sessions import (
    SESSION_ENTERED,
    SESSION_PROVED,
    Destination,
    going_of,
    is_fresh,
    private,
)

View = Callable[..., HttpResponseBase]


class AgainForm(forms.Form):
    """The password once more, where there is no second factor."""

    password = forms.CharField(
        label=_("密码"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take a form's arguments."""
        kwargs.setdefault("auto_id", "f-%s")
        super().__init__(*args, **kwargs)


def second_factor(view: View) -> View:
    """Let a view run only shortly after a one-time password was given."""
    return _asking(view, ask_second_factor)


def reentered(view: View) -> View:
    """Let a view run only shortly after a password, a code or a slip was given."""
    return _asking(view, ask_again)


def _asking(view: View, ask: Callable[[HttpRequest], HttpResponseBase | None]) -> View:
    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return ask(request) or view(request, *args, **kwargs)

    return asked


def ask_second_factor(request: HttpRequest) -> HttpResponseBase | None:
    """Return the page that asks for a one-time password; None while one still counts."""
    if is_fresh(request, SESSION_PROVED):
        return None
    if accounts.has_second_factor(_user_id(request)):
        return _ask(request)
    where = request.get_full_path() if request.method in READING else request.path
    return HttpResponseRedirect(f"{reverse('second-factor')}?{urlencode({'next': where})}")


def ask_again(request: HttpRequest) -> HttpResponseBase | None:
    """Return the page that asks who one is; None shortly after one has said so."""
    return None if has_reentered(request) else _ask(request)


def has_reentered(request: HttpRequest) -> bool:
    """Whether a password, a slip or a code was given in this session a short while ago."""
    return is_fresh(request, SESSION_ENTERED) or is_fresh(request, SESSION_PROVED)


def _ask(request: HttpRequest) -> HttpResponseBase:
    if request.method in READING:
        query = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('again')}?{query}")
    return _show(request, Destination(request.path, carried.pack(request)), None, 401)


@signed_in
@takes_post
def again(request: HttpRequest) -> HttpResponseBase:
    """Prove once more who one is, and go on."""
    if request.method != "POST":
        return _show(request, Destination(request.GET.get("next", "")), None, 200)
    user_id, going = _user_id(request), going_of(request)
    by_code = accounts.has_second_factor(user_id)
    form = CodeForm(request.POST) if by_code else AgainForm(request.POST)
    if not form.is_valid():
        return _show(request, going, form, 422)
    try:
        if by_code:
            accounts_actions.check_second_factor(user_id=user_id, code=form.cleaned_data["code"])
        else:
            accounts_actions.check_own_password(
                user_id=user_id, password=form.cleaned_data["password"]
            )
    except LiuchiError as error:
        refused(form, error)
        return _show(request, going, form, error.status)
    _note(request, SESSION_ENTERED, *([SESSION_PROVED] if by_code else []))
    target = carried.accept(request, going.blob) or carried.safe_next(request, going.where)
    return HttpResponseRedirect(target)


def _show(
    request: HttpRequest, going: Destination, form: forms.Form | None, status: int
) -> HttpResponseBase:
    user_id = _user_id(request)
    by_code = accounts.has_second_factor(user_id)
    context = {
        "form": form or (CodeForm() if by_code else AgainForm()),
        "by_code": by_code,
        "has_way": by_code or accounts.has_password(user_id),
        "minutes": accounts.policy(Policy.SECOND_FACTOR_MINUTES),
        "demo_code": accounts.demo_second_factor_code(user_id),
        "next": going.where,
        "carried": going.blob,
    }
    return private(TemplateResponse(request, "components/again.html", context, status=status))


@signed_in
@takes_post
def set_up(request: HttpRequest) -> HttpResponseBase:
    """Set up one-time passwords: begin, scan, prove, print the recovery codes."""
    user_id = _user_id(request)
    is_set_up = accounts.has_second_factor(user_id)
    # With a stolen session one could otherwise put one's own phone in place.
    asked = ask_second_factor(request) if is_set_up else ask_again(request)
    if asked is not None:
        return asked
    where = carried.safe_next(request, request.GET.get("next", ""))
    if request.method != "POST":
        return _show_set_up(request, user_id, CodeForm(), where, 200)
    if "begin" in request.POST:
        accounts_actions.begin_second_factor(user_id=user_id)
        return HttpResponseRedirect(request.get_full_path())
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            codes = accounts_actions.confirm_second_factor(
                user_id=user_id, code=form.cleaned_data["code"]
            )
        except LiuchiError as error:
            refused(form, error)
        else:
            _note(request, SESSION_ENTERED, SESSION_PROVED)
            context = {"codes": [rules.spaced(code) for code in codes], "next": where}
            page = TemplateResponse(request, "components/recovery_codes.html", context)
            return private(page)
    return _show_set_up(request, user_id, form, where, 422)


def _show_set_up(
    request: HttpRequest, user_id: UUID, form: CodeForm, where: str, status: int
) -> HttpResponseBase:
    secret = accounts.begun_second_factor(user_id)
    name = seat_of(request).user_name
    context = {
        "form": form,
        "secret": "" if secret is None else " ".join(secret[i : i + 4] for i in range(0, 32, 4)),
        "qr": "" if secret is None else paper.qr_svg(rules.provisioning_uri(secret, name)),
        "is_set_up": accounts.has_second_factor(user_id),
        "next": where,
    }
    page = TemplateResponse(request, "components/second_factor.html", context, status=status)
    return private(page)


def _note(request: HttpRequest, *names: str) -> None:
    for name in names:
        request.session[name] = clock.now().isoformat()


def _user_id(request: HttpRequest) -> UUID:
    user_id = seat_of(request).user_id
    assert user_id is not None  # noqa: S101  the view is for the signed-in
    return user_id
