"""Signing in and out, choosing a post, a language and a text size."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import check_for_language
from django.utils.translation import gettext_lazy as _

from liuchi.engines.accounts import queries as accounts
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components import carried
from liuchi.surfaces.components.access import public, signed_in, takes_post
from liuchi.surfaces.components.context import COOKIE_TEXT, TEXT_LARGE
from liuchi.surfaces.components.seats import SESSION_POST, seat_of

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
        self.user = None
        if not self.errors:
            self.user = authenticate(
                self.request, username=values["username"], password=values["password"]
            )
            if self.user is None:
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
    target = carried.accept(request, blob) or carried.safe_next(request, where)
    if target == "/":
        request.seat = None  # type: ignore[attr-defined]
        target = home_of(request)
    return HttpResponseRedirect(target)


@public
@takes_post
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ask on GET, leave on POST."""
    if request.method == "POST":
        logout(request)
        return HttpResponseRedirect("/")
    return TemplateResponse(request, "components/sign_out.html", {})


@signed_in
@takes_post
def choose_post(request: HttpRequest) -> HttpResponse:
    """Show the person's posts; work on in the one chosen."""
    if request.method == "POST":
        chosen = request.POST.get("post", "")
        if all(str(post.id) != chosen for post in seat_of(request).posts):
            raise NotFound("post")
        request.session[SESSION_POST] = chosen
        request.seat = None  # type: ignore[attr-defined]
        return HttpResponseRedirect(home_of(request))
    return TemplateResponse(request, "components/choose_post.html", {})


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
    """Return where the post in use begins its day: residents at their points."""
    post = seat_of(request).post
    if post is None:
        return "/"
    return "/me/" if post.role == "resident" else "/desk/"


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
