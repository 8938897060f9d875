"""How answers go over the wire: one value, written as XML or as JSON as the address asks.

The two differ as the specification has it: XML names each element of a list, JSON does not;
what is empty is an empty element there and null here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import wraps
from typing import Any, Protocol
from uuid import UUID
from xml.etree import ElementTree as ET

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt

from liuchi.engines.journal.scope import one_moment
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.errors import Conflict, Invalid, LiuchiError, NotFound
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components import gates
from liuchi.surfaces.components.access import Access, Kind
from liuchi.surfaces.components.forms import say

XML, JSON = "xml", "json"
TYPES = {XML: "text/xml; charset=utf-8", JSON: "application/json; charset=utf-8"}
UNREADABLE = Sentence("请求的内容无法识别。", "The request could not be understood.")
_ARGUMENTS = {"photos": "media", "type_code": "service_code"}
_WRONG_METHOD = Sentence("此地址不支持这种请求。", "This address does not take such a request.")
# What XML 1.0 has no way to write (its section 2.2).
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Scalar = str | int | float | bool | Decimal | datetime | UUID | None
Fields = Mapping[str, "Scalar | Listed"]


@dataclass(frozen=True, slots=True)
class Listed:
    """A list: ``item`` is what XML calls each of its elements."""

    item: str
    rows: Sequence[Fields | str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a view answers with; ``root`` is the outermost element in XML."""

    root: str
    body: Listed | Fields
    status: int = 200


class View(Protocol):
    """Takes a request and the parts of its address; errors are raised."""

    def __call__(self, request: HttpRequest, **parts: Any) -> Answer:
        """Answer."""


def answers(*methods: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """Make a view of an address that ends in ``.xml`` or ``.json`` and takes these methods.

    Open to everybody; a POST asks for a key itself. It carries no cookie, so there is nothing
    another site could misuse (no CSRF token is asked).
    """

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answering(request: HttpRequest, form: str = "", **parts: Any) -> HttpResponse:
            form = form or form_of(request)
            if request.method not in methods:
                response = written(refusal(405, _WRONG_METHOD), form)
                response.headers["Allow"] = ", ".join(methods)
                return response
            try:
                if request.method == "POST":
                    return written(view(request, **parts), form)
                with one_moment():
                    return written(view(request, **parts), form)
            except LiuchiError as error:
                return gates.told_when(written(refused(error), form), error)
            except (SuspiciousOperation, MultiPartParserError):  # a form that can't be read
                return written(refusal(400, UNREADABLE), form)

        answering.access = Access(Kind.PUBLIC)  # type: ignore[attr-defined]
        return csrf_exempt(answering)

    return decorate


@answers("GET", "HEAD", "POST")
def nowhere(request: HttpRequest, **parts: Any) -> Answer:
    """Answer an address that leads nowhere."""
    raise NotFound("address")


def form_of(request: HttpRequest) -> str:
    """Return the form an address asks for, also one that leads nowhere: XML but for JSON."""
    return JSON if request.path.endswith(f".{JSON}") else XML


def refused(error: LiuchiError) -> Answer:
    """Answer with an error: the specification knows 400, 403 and 404, HTTP 429 and 503."""
    fields = error.errors if isinstance(error, Invalid) else ()
    if fields:
        return _refusal(400, [f"{_argument(each.field)}: {say(each.sentence)}" for each in fields])
    return refusal(400 if isinstance(error, Invalid | Conflict) else error.status, error.sentence)


def refusal(status: int, sentence: Sentence) -> Answer:
    """Answer with an error; its code is the status."""
    return _refusal(status, [say(sentence)])


def _refusal(status: int, words: Sequence[str]) -> Answer:
    rows: list[Fields] = [{"code": status, "description": each} for each in words]
    return Answer("errors", Listed("error", rows), status)


def _argument(field: str) -> str:
    """Return what a field of the action is called in the form that was sent."""
    name = _ARGUMENTS.get(field, field)
    return f"attribute[{name[8:]}]" if name.startswith("answers.") else name


def written(answer: Answer, form: str) -> HttpResponse:
    """Write an answer as XML or as JSON."""
    content = as_json(answer) if form == JSON else as_xml(answer)
    response = HttpResponse(content, status=answer.status, content_type=TYPES[form])
    response.headers["Cache-Control"] = "no-store"
    response.headers["Access-Control-Allow-Origin"] = "*"  # open data, read by pages of others
    return response


def as_json(answer: Answer) -> bytes:
    """Write an answer as JSON."""
    return json.dumps(_plain(answer.body), ensure_ascii=False).encode()


def as_xml(answer: Answer) -> bytes:
    """Write an answer as XML, with its declaration."""
    root = ET.Element(answer.root)
    _fill(root, answer.body)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _plain(value: Any) -> Any:
    if isinstance(value, Listed):
        return [_plain(row) for row in value.rows]
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, Decimal):
        return float(value)
    return value if value is None or isinstance(value, bool | int | float) else _text(value)


def _fill(element: ET.Element, value: Any) -> None:
    if isinstance(value, Listed):
        for row in value.rows:
            _fill(ET.SubElement(element, value.item), row)
    elif isinstance(value, Mapping):
        for name, each in value.items():
            _fill(ET.SubElement(element, name), each)
    elif value is not None:
        element.text = legal(_text(value))


def legal(text: str) -> str:
    """Return a text without what XML has no way to write and no database column holds."""
    return _UNWRITABLE.sub("", text)


def _text(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).isoformat(timespec="seconds")
    return str(value)
