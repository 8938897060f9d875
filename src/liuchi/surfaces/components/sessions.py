"""A session: who is in, on which device, since when, and for how long.

Django's session says who has signed in. What ends it from outside is looked up with every
request: the device turned away, all sessions ended, the account closed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.accounts import rules
from liuchi.engines.accounts.actions import DeviceSeen
from liuchi.engines.accounts.enums import DeviceKind, Policy
from liuchi.engines.directory import queries as directory
from liuchi.kernel import clock
from liuchi.kernel.errors import Refused
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components import carried, session_store
from liuchi.surfaces.components.seats import DESK, SESSION_WEAK, seat_of

DEVICE_COOKIE = "liuchi_device"
SESSION_DEVICE = session_store.DEVICE
SESSION_SINCE = "liuchi_since"
SESSION_ENTERED = "liuchi_entered"
SESSION_PROVED = "liuchi_proved"
STAFF_SECONDS = settings.SESSION_COOKIE_AGE
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_BACKEND = session_store.BACKEND

GetResponse = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where somebody was going, and the form they carry there (see ``carried``)."""

    where: str = ""
    blob: str = ""


def standing(get_response: GetResponse) -> GetResponse:
    """Let nobody be signed in whose device, session or account has ended (middleware)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        by_django = request.user
        request.user = SimpleLazyObject(  # type: ignore[assignment]
            lambda: _standing(request, by_django)[0]
        )
        if request.method not in _READING:
            user, state = _standing(request, by_django)
            request.user = user  # type: ignore[assignment]
            device_id = device_of(request) if user.is_authenticated else None
            if device_id is not None and state.device_seen_on != clock.today():
                accounts_actions.touch_device(device_id=device_id)
        return get_response(request)

    return middleware


def _standing(
    request: HttpRequest, by_django: object
) -> tuple[AbstractBaseUser | AnonymousUser, accounts.SessionState]:
    """Return who is in, and how the session stands."""
    user: object = session_store.user_of(request.session)
    known = session_store.who_of(request.session)
    if user is None or known is None:
        user = by_django
        state = _state(request, user)
    elif known.comer.device_id is not None:
        state = accounts.SessionState(known.device_seen_on is not None, known.device_seen_on)
    else:
        ended = getattr(user, "sessions_from", None)
        since = moment_of(request, SESSION_SINCE)
        state = accounts.SessionState(ended is None or (since is not None and since >= ended))
    if state.stands and isinstance(user, AbstractBaseUser):
        return user, state
    return AnonymousUser(), state


def _state(request: HttpRequest, user: object) -> accounts.SessionState:
    if not isinstance(user, AbstractBaseUser):
        return accounts.SessionState(stands=False)
    device_id = device_of(request)
    if device_id is None and getattr(user, "sessions_from", None) is None:
        return accounts.SessionState(stands=True)
    since = moment_of(request, SESSION_SINCE)
    return accounts.session_state(user_id=user.pk, device_id=device_id, since=since)


def enter(
    request: HttpRequest,
    user_id: UUID,
    going: Destination,
    *,
    trusted: bool = True,
    proved: bool = False,
    by_password: bool = False,
) -> HttpResponseRedirect:
    """Sign somebody in who has just proved who they are; send them where they were going.

    ``trusted``: this device will be known again, which a computer never is for a resident:
    it may stand in a library. ``proved``: a second factor was given. Only ``by_password``
    opens the desk.
    """
    kind, browser = rules.device_kind_and_browser(request.headers.get("User-Agent", ""))
    trusted = trusted and (kind is not DeviceKind.COMPUTER or holds_post(user_id))
    device = accounts_actions.recognise_device(
        user_id=user_id, token=token_of(request), kind=kind, browser=browser, trusted=trusted
    )
    began = Began(entered=True, proved=proved, by_password=by_password)
    return begin(request, user_id, device, going, began=began, trusted=trusted)


@dataclass(frozen=True, slots=True)
class Began:
    """What a session was begun with.

    ``entered``: a password or a code was typed just now. ``proved``: a second factor too.
    """

    entered: bool
    proved: bool
    by_password: bool


def begin(
    request: HttpRequest,
    user_id: UUID,
    device: DeviceSeen,
    going: Destination,
    *,
    began: Began,
    trusted: bool,
) -> HttpResponseRedirect:
    """Begin a session on a device; Refused("account_closed")."""
    user = accounts_actions.PasswordBackend().get_user(user_id)
    if user is None:
        raise Refused(
            "account_closed",
            Sentence("这个账号已停用，请联系社区。", "This account is closed. Ask the community."),
        )
    login(request, user, backend=_BACKEND)
    request.user = user
    now = clock.now().isoformat()
    request.session[SESSION_DEVICE] = str(device.id)
    request.session[SESSION_SINCE] = now
    for name, given in (
        (SESSION_ENTERED, began.entered),
        (SESSION_PROVED, began.proved),
        (SESSION_WEAK, not began.by_password),
    ):
        request.session.pop(name, None)
        if given:
            request.session[name] = now
    request.seat = None  # type: ignore[attr-defined]
    lasts = int((device.expires_at - clock.now()).total_seconds())
    # A resident stays in on the own phone; staff begin each working day anew.
    request.session.set_expiry(min(lasts, STAFF_SECONDS) if seat_of(request).actors else lasts)
    response = HttpResponseRedirect(_target(request, user_id, going))
    response.set_cookie(
        DEVICE_COOKIE,
        device.token,
        max_age=lasts if trusted else None,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def going_of(request: HttpRequest) -> Destination:
    """Return where a sign-in form says somebody was going."""
    return Destination(request.POST.get("next", ""), request.POST.get("carried", ""))


def private(response: TemplateResponse) -> TemplateResponse:
    """Let no browser and no proxy keep a page with a code or a name on it."""
    response["Cache-Control"] = "no-store"
    return response


def home_of(request: HttpRequest) -> str:
    """Return where the day begins: at the desk with any post, residents at their points."""
    seat = seat_of(request)
    if seat.actors:
        return DESK
    return "/" if seat.resident is None else "/me/"


def holds_post(user_id: UUID) -> bool:
    """Whether an account holds any post today besides being a resident."""
    return directory.holds_post(user_id)


def token_of(request: HttpRequest) -> str:
    """Return the secret in the browser's device cookie; empty on a first visit."""
    return request.COOKIES.get(DEVICE_COOKIE, "")


def device_of(request: HttpRequest) -> UUID | None:
    """Return the device a session was begun on."""
    held = request.session.get(SESSION_DEVICE)
    return UUID(held) if held else None


def moment_of(request: HttpRequest, name: str) -> datetime | None:
    """Return a moment kept in the session."""
    held = request.session.get(name)
    return datetime.fromisoformat(held) if held else None


def is_fresh(request: HttpRequest, name: str) -> bool:
    """Whether what was proved then still counts (``Policy.SECOND_FACTOR_MINUTES``)."""
    proved_at = moment_of(request, name)
    if proved_at is None:
        return False
    return rules.fresh(proved_at, clock.now(), accounts.policy(Policy.SECOND_FACTOR_MINUTES))


def address_of(request: HttpRequest) -> str:
    """Return where a request comes from, for counting failures.

    In production a proxy stands before us: the last address of ``X-Forwarded-For`` is the
    one it saw itself; those before it are whatever the sender wrote there. Elsewhere the
    whole header is.
    """
    if settings.LIUCHI_MODE != "production":
        return str(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.headers.get("X-Forwarded-For", "")
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def _target(request: HttpRequest, user_id: UUID, going: Destination) -> str:
    target = carried.accept(request, going.blob) or carried.safe_next(request, going.where)
    if target == "/":
        target = home_of(request)
    if accounts.user(user_id).must_change_password:
        target = reverse("password") + "?" + urlencode({"next": target})
    return target
