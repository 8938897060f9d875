"""Signing in and out, choosing a language and a text size."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import check_for_language
from django.utils.translation import gettext_lazy as _

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.kernel.errors import LiuchiError
from liuchi.surfaces.components import carried
from liuchi.surfaces.components.access import public, signed_in, takes_post
from liuchi.surfaces.components.context import COOKIE_TEXT, TEXT_LARGE
from liuchi.surfaces.components.forms import Sheet, say
from liuchi.surfaces.components.seats import DESK, seat_of

COOKIE_SECONDS = 365 * 24 * 3600


class SignInForm(forms.Form):
    """Name and password. The sentence never says which of the two was wrong."""

    username = forms.CharField(
        label=_("账号"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, data: object = None) -> None:
        """Take the request, which authentication may look at."""
        super().__init__(data, auto_id="f-%s")  # type: ignore[arg-type]
        self.request = request

    def clean(self) -> dict[str, object]:
        """Check the password."""
        values = super().clean() or self.cleaned_data
        locked = accounts.may_sign_in(values.get("username", "")).sentence
        self.user = (
            authenticate(self.request, username=values["username"], password=values["password"])
            if not self.errors and locked is None
            else None
        )
        if locked is not None:
            self.add_error(None, say(locked))
        elif self.user is None and not self.errors:
            self.add_error(None, _("账号或密码不对，请再试一次。忘记密码请联系社区工作人员。"))
        return values


@public
@takes_post
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the form; check it; go on to where the person was going."""
    if request.method != "POST":
        return show(request, where=request.GET.get("next", ""))
    form = SignInForm(request, request.POST)
    where, blob = request.POST.get("next", ""), request.POST.get("carried", "")
    if not form.is_valid() or form.user is None:
        return show(request, form=form, where=where, blob=blob, status=422)
    login(request, form.user)
    request.seat = None  # type: ignore[attr-defined]
    target = carried.accept(request, blob) or carried.safe_next(request, where)
    if target == "/":
        target = home_of(request)
    if accounts.user(form.user.pk).must_change_password:
        target = reverse("password") + "?" + urlencode({"next": target})
    return HttpResponseRedirect(target)


class PasswordForm(Sheet):
    """The old password and a new one."""

    old_password = forms.CharField(
        label=_("原密码"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label=_("新密码"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


@signed_in
@takes_post
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; asked for at the first sign-in."""
    where = carried.safe_next(request, request.GET.get("next", ""))
    form = PasswordForm.fresh(request)
    if request.method == "POST":
        form = PasswordForm(request.POST)
        user = request.user
        if form.checked() and isinstance(user, AbstractBaseUser):
            values = form.cleaned_data
            try:
                accounts_actions.change_own_password(
                    user_id=user.pk,
                    old_password=values["old_password"],
                    new_password=values["password"],
                    key=values["key"],
                )
            except LiuchiError as error:
                form.refuse(error)
            else:
                fresh = authenticate(
                    request, username=user.get_username(), password=values["password"]
                )
                if fresh is not None:  # keeps this session, ends all others
                    update_session_auth_hash(request, fresh)
                return HttpResponseRedirect(where)
    context = {"form": form, "next": where}
    return TemplateResponse(request, "components/password.html", context, status=form.status)


@public
@takes_post
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ask on GET, leave on POST."""
    if request.method == "POST":
        logout(request)
        return HttpResponseRedirect("/")
    return TemplateResponse(request, "components/sign_out.html", {})


@public
@takes_post
def preferences(request: HttpRequest) -> HttpResponse:
    """Language and text size: kept in cookies, so they need no sign-in."""
    if request.method != "POST":
        context = {"next": carried.safe_next(request, request.GET.get("next", ""))}
        return TemplateResponse(request, "components/preferences.html", context)
    response = HttpResponseRedirect(carried.safe_next(request, request.POST.get("next", "")))
    language = request.POST.get("language", "")
    if language and check_for_language(language) and language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=COOKIE_SECONDS, samesite="Lax"
        )
    text = request.POST.get("text", "")
    if text == TEXT_LARGE:
        response.set_cookie(COOKIE_TEXT, TEXT_LARGE, max_age=COOKIE_SECONDS, samesite="Lax")
    elif text:
        response.delete_cookie(COOKIE_TEXT, samesite="Lax")
    return response


def home_of(request: HttpRequest) -> str:
    """Return where the day begins: at the desk with any post, residents at their points."""
    seat = seat_of(request)
    if seat.actors:
        return DESK
    return "/" if seat.resident is None else "/me/"


def show(
    request: HttpRequest,
    *,
    form: SignInForm | None = None,
    where: str,
    blob: str = "",
    status: int = 200,
) -> HttpResponse:
    """Return the sign-in page; ``blob`` is a form carried through it."""
    context = {
        "form": form or SignInForm(request),
        "next": where,
        "carried": blob,
        "demo_sign_ins": accounts.demo_sign_ins(),
    }
    return TemplateResponse(request, "components/sign_in.html", context, status=status)
