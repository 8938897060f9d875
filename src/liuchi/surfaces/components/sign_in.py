"""Signing in and out, choosing a language and a text size."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, logout, update_session_auth_hash
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import check_for_language
from django.utils.translation import gettext_lazy as _

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.accounts import rules
from liuchi.engines.accounts.enums import DeviceKind
from liuchi.engines.directory import queries as directory
from liuchi.engines.notices import queries as notices
from liuchi.kernel.errors import LiuchiError
from liuchi.surfaces.components import carried, sessions
from liuchi.surfaces.components.access import public, signed_in, takes_post
from liuchi.surfaces.components.code_forms import PhoneForm, SlipForm
from liuchi.surfaces.components.context import COOKIE_TEXT, COOKIE_THEME, TEXT_LARGE, THEMES
from liuchi.surfaces.components.forms import Sheet, say
from liuchi.surfaces.components.new_device import ask_device_step
from liuchi.surfaces.components.seats import DESK, seat_of
from liuchi.surfaces.components.sessions import Destination, enter, going_of

WAYS = ("slip", "phone", "password")
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

    shared = forms.BooleanField(label=_("这是公用电脑，用完不要记住"), required=False)

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
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Show the ways in; check a password; go on to where the person was going."""
    if request.method != "POST":
        return show(request, going=Destination(request.GET.get("next", "")))
    form, going = SignInForm(request, request.POST), going_of(request)
    if not form.is_valid() or form.user is None:
        return show(request, going=going, form=form, status=422)
    user_id, trusted = form.user.pk, not form.cleaned_data["shared"]
    needs_step = accounts.needs_device_step(
        user_id=user_id,
        token=sessions.token_of(request),
        holds_post=sessions.holds_post(user_id),
    )
    if needs_step:
        return ask_device_step(request, user_id, going, trusted=trusted)
    return enter(request, user_id, going, trusted=trusted, by_password=True)


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
    """Ask on GET, leave on POST; ``forget`` also ends the trust in this device."""
    if request.method == "POST":
        user_id, token = seat_of(request).user_id, sessions.token_of(request)
        if "forget" in request.POST and user_id is not None and token:
            accounts_actions.forget_device(user_id=user_id, token=token)
        logout(request)
        return HttpResponseRedirect("/")
    user_id = seat_of(request).user_id
    is_trusted = user_id is not None and user_id in accounts.trusted_here(
        sessions.token_of(request)
    )
    return TemplateResponse(request, "components/sign_out.html", {"is_trusted": is_trusted})


@public
@takes_post
def preferences(request: HttpRequest) -> HttpResponse:
    """Language, text size and colours: kept in cookies, so they need no sign-in."""
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
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(COOKIE_THEME, theme, max_age=COOKIE_SECONDS, samesite="Lax")
    return response


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody this phone may let in with one tap."""

    user_id: UUID
    masked_name: str


def show(
    request: HttpRequest,
    *,
    going: Destination,
    form: SignInForm | None = None,
    phone_form: PhoneForm | None = None,
    status: int = 200,
) -> TemplateResponse:
    """Return the sign-in page: all ways in, the likeliest of them open."""
    context = {
        "form": form or SignInForm(request),
        "slip_form": SlipForm(),
        "phone_form": phone_form or PhoneForm(),
        "way": _way(request, going, by_password=form is not None, by_phone=phone_form is not None),
        "may_send": notices.sms_ready(),
        "known": _known_here(request),
        "next": going.where,
        "carried": going.blob,
        "demo_sign_ins": accounts.demo_sign_ins(),
    }
    return TemplateResponse(request, "components/sign_in.html", context, status=status)


def _way(request: HttpRequest, going: Destination, *, by_password: bool, by_phone: bool) -> str:
    """Return which way is open: the one just tried, else the likeliest.

    The desk is for passwords; on a phone, or on the way to a resident's page, a slip.
    """
    if by_password or by_phone:
        return "password" if by_password else "phone"
    asked = request.GET.get("way", "")
    if asked in WAYS:
        return asked
    if going.where.startswith(DESK):
        return "password"
    kind, _browser = rules.device_kind_and_browser(request.headers.get("User-Agent", ""))
    is_resident = going.where.startswith(("/me/", "/v/"))
    return "slip" if is_resident or kind is DeviceKind.PHONE else "password"


def _known_here(request: HttpRequest) -> tuple[Known, ...]:
    users = accounts.trusted_here(sessions.token_of(request))
    names = directory.masked_names_of(users) if users else {}
    return tuple(
        Known(user_id, names[user_id])
        for user_id in users
        if user_id in names and not sessions.holds_post(user_id)
    )
