"""A form posted after the session has ended loses nothing that was typed.

The posted fields (not files) travel through the sign-in page in a signed blob; after
sign-in they wait in the session until the form at the same address is posted again.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

SESSION_CARRIED = "liuchi_carried"
_SALT = "liuchi.carried"
_LONGEST_CHARS = 20_000
_NEVER = ("csrfmiddlewaretoken", "password")  # parts of names


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send a reader to the sign-in page; show it in place to somebody who posted."""
    target = reverse("sign-in")
    if request.method == "POST":
        # They need each other.
        from liuchi.surfaces.components.sessions import Destination  # noqa: PLC0415
        from liuchi.surfaces.components.sign_in import show  # noqa: PLC0415

        return show(request, going=Destination(request.path, pack(request)), status=401)
    where = f"{target}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": where})
    return HttpResponse(status=302, headers={"Location": where})


def accept(request: HttpRequest, blob: str) -> str | None:
    """Keep a carried form in the session of the newly signed-in user; its address."""
    if not blob:
        return None
    try:
        carried = signing.loads(blob, salt=_SALT)
    except signing.BadSignature:
        return None
    request.session[SESSION_CARRIED] = carried
    return str(carried["path"])


def fields(request: HttpRequest) -> dict[str, Any]:
    """Return the fields carried to this address, ready to be a form's ``initial``."""
    carried = request.session.get(SESSION_CARRIED)
    if not carried or carried["path"] != request.path:
        return {}
    return {
        name: values if len(values) > 1 else values[0] for name, values in carried["data"].items()
    }


def forget(request: HttpRequest) -> None:
    """Drop what was carried once the form at this address is posted."""
    carried = request.session.get(SESSION_CARRIED)
    if carried and carried["path"] == request.path:
        del request.session[SESSION_CARRIED]


def safe_next(request: HttpRequest, where: str) -> str:
    """Return ``where`` if it is an address of this site, else the front page."""
    if where and url_has_allowed_host_and_scheme(where, allowed_hosts={request.get_host()}):
        return where
    return "/"


def pack(request: HttpRequest) -> str:
    """Return what a form posted, signed, to be carried through another page."""
    data = {
        name: values
        for name, values in request.POST.lists()
        if not any(part in name for part in _NEVER) and sum(map(len, values)) <= _LONGEST_CHARS
    }
    return signing.dumps({"path": request.path, "data": data}, salt=_SALT, compress=True)
