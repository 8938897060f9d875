"""Ways in besides the password: a slip, a code by phone, one's own phone."""

from __future__ import annotations

from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import rules
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory import rules as directory_rules
from liuchi.engines.notices import actions as notices_actions
from liuchi.kernel.errors import LiuchiError, NotFound
from liuchi.kernel.ids import new_id
from liuchi.surfaces.components import sessions, sign_in
from liuchi.surfaces.components.access import public, takes_post
from liuchi.surfaces.components.code_forms import CodeForm, PhoneForm, SlipForm
from liuchi.surfaces.components.forms import refused
from liuchi.surfaces.components.sessions import Began, Destination, address_of, enter, going_of

PHONE_PROVED_SECONDS = 300
_SALT = "liuchi.phone"


@public
@takes_post
def slip(request: HttpRequest) -> HttpResponseBase:
    """Open the address in a slip's QR code; the code itself follows the ``#``.

    What follows a ``#`` is not sent, so that it is in no log; the page puts it in the
    field. A visit alone uses nothing up: messengers open addresses by themselves.
    """
    if request.method != "POST":
        context = {"form": SlipForm(), "next": request.GET.get("next", ""), "carried": ""}
        return sessions.private(TemplateResponse(request, "components/slip.html", context))
    form, going = SlipForm(request.POST), going_of(request)
    if form.is_valid():
        try:
            user_id = accounts_actions.use_slip(
                code=form.cleaned_data["code"], address=address_of(request)
            )
            return enter(request, user_id, going)
        except LiuchiError as error:
            refused(form, error)
    context = {"form": form, "next": going.where, "carried": going.blob}
    return sessions.private(TemplateResponse(request, "components/slip.html", context, status=422))


@public
@takes_post
def here(request: HttpRequest) -> HttpResponseBase:
    """Go in on one's own trusted phone, with one tap."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("sign-in"))
    try:
        user_id = UUID(request.POST.get("user", ""))
    except ValueError as error:
        raise NotFound("user") from error
    device = accounts_actions.enter_here(
        user_id=user_id,
        token=sessions.token_of(request),
        holds_post=sessions.holds_post(user_id),
    )
    began = Began(entered=False, proved=False, by_password=False)
    return sessions.begin(request, user_id, device, going_of(request), began=began, trusted=True)


@public
@takes_post
def phone(request: HttpRequest) -> HttpResponseBase:
    """Ask for a code, give it, and choose who one is where several share the number."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("sign-in") + "?way=phone")
    if "person" in request.POST:
        return _phone_chosen(request)
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return sign_in.show(request, going=going_of(request), phone_form=form, status=422)
    number = directory_rules.normal_phone(form.cleaned_data["phone"])
    if "code" in request.POST:
        return _phone_proved(request, number)
    try:
        _send(request, number)
    except LiuchiError as error:
        refused(form, error)
        return sign_in.show(request, going=going_of(request), phone_form=form, status=error.status)
    return _ask_code(request, number, CodeForm(), 200)


def _send(request: HttpRequest, number: str) -> None:
    """Send a code to a number somebody here has; do the same for any other but send it."""
    directory_rules.mobile_usable(number).or_refuse()
    code = accounts_actions.ask_phone_code(phone=number, address=address_of(request))
    if directory.owners_of_phone(number):
        notices_actions.send_code(
            phone=number, sentence=rules.phone_code_sentence(code), key=str(new_id())
        )


def _ask_code(request: HttpRequest, number: str, form: CodeForm, status: int) -> HttpResponseBase:
    going = going_of(request)
    context = {
        "form": form,
        "phone": number,
        "phone_shown": directory_rules.mask_phone(number),
        "minutes": int(rules.PHONE_CODE_LASTS.total_seconds() // 60),
        "next": going.where,
        "carried": going.blob,
    }
    page = TemplateResponse(request, "components/phone_code.html", context, status=status)
    return sessions.private(page)


def _phone_proved(request: HttpRequest, number: str) -> HttpResponseBase:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _ask_code(request, number, form, 422)
    try:
        accounts_actions.check_phone_code(
            phone=number, code=form.cleaned_data["code"], address=address_of(request)
        )
    except LiuchiError as error:
        refused(form, error)
        return _ask_code(request, number, form, error.status)
    owners, going = directory.owners_of_phone(number), going_of(request)
    if len(owners) == 1:
        return _enter_by_phone(request, owners[0].person_id, number, going)
    context = {
        "owners": owners,
        "proof": signing.dumps({"phone": number}, salt=_SALT),
        "next": going.where,
        "carried": going.blob,
    }
    return sessions.private(TemplateResponse(request, "components/phone_choose.html", context))


def _phone_chosen(request: HttpRequest) -> HttpResponseBase:
    try:
        proof = signing.loads(
            request.POST.get("proof", ""), salt=_SALT, max_age=PHONE_PROVED_SECONDS
        )
        person_id = UUID(request.POST["person"])
    except (signing.BadSignature, ValueError):
        return HttpResponseRedirect(reverse("sign-in") + "?way=phone")
    return _enter_by_phone(request, person_id, str(proof["phone"]), going_of(request))


def _enter_by_phone(
    request: HttpRequest, person_id: UUID, number: str, going: Destination
) -> HttpResponseBase:
    user_id = directory_actions.account_for_phone(person_id=person_id, phone=number)
    return enter(request, user_id, going)
