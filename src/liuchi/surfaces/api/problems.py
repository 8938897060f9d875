"""What the api says when it cannot: RFC 9457, ``application/problem+json``.

The five errors of the kernel keep their code, status and sentence. What goes wrong
before an action is reached (no sign-in, a value that is no date) is told the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import get_language
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from liuchi.kernel.errors import FieldError, Invalid, LiuchiError, NotFound
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components import gates

MEDIA_TYPE = "application/problem+json"

TITLES = {
    400: Sentence("请求无法识别", "Request not understood"),
    401: Sentence("需要登录", "Sign-in needed"),
    403: Sentence("不允许", "Not allowed"),
    404: Sentence("没有找到", "Not found"),
    405: Sentence("此地址不支持这种请求", "Method not supported here"),
    409: Sentence("与已有的内容冲突", "Conflict"),
    422: Sentence("内容有误", "Invalid content"),
    429: Sentence("提交太多", "Too many at once"),
    503: Sentence("系统正忙", "Busy"),
}
DECLARED = (401, 403, 404, 409, 422, 429, 503)
"""Statuses every operation may answer with besides its own."""

_UNREADABLE = Sentence("请求的内容无法识别。", "The request could not be understood.")
_NO_SIGN_IN = Sentence("请先登录。", "Sign in first.")
_NO_METHOD = Sentence("此地址不支持这种请求。", "This address does not take such a request.")
_ORIGIN = Sentence(
    "缺少来源校验（CSRF）令牌，内容没有提交。",
    "The CSRF token is missing or stale; nothing was sent.",
)
_WRONG_VALUES = Sentence("有的内容不能用，请逐项更正。", "Some values cannot be used; see errors.")

# What pydantic found, in words; {…} are filled from its context where it gives one.
_REASONS = {
    "missing": Sentence("必须填写。", "This is required."),
    "extra_forbidden": Sentence("没有这个字段。", "There is no such field."),
    "uuid_parsing": Sentence("不是有效的编号（UUID）。", "This is not a UUID."),
    "int_parsing": Sentence("应为整数。", "This should be a whole number."),
    "int_type": Sentence("应为整数。", "This should be a whole number."),
    "date_from_datetime_parsing": Sentence("应为日期，如 2022-05-26。", "Use 2022-05-26."),
    "date_parsing": Sentence("应为日期，如 2022-05-26。", "Use a date such as 2022-05-26."),
    "string_type": Sentence("应为文字。", "This should be text."),
    "string_pattern_mismatch": Sentence("格式不对。", "This does not have the right form."),
}


class Wrong(Schema):
    """One wrong value."""

    field: str
    detail: str


class Problem(Schema):
    """The body of every answer that is not a success (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[Wrong]


def answer(
    status: int, code: str, sentence: Sentence, errors: Sequence[Wrong] = ()
) -> JsonResponse:
    """Answer with a problem in the language of the request."""
    return JsonResponse(
        problem(status, code, sentence, errors).model_dump(),
        status=status,
        content_type=MEDIA_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )


def problem(status: int, code: str, sentence: Sentence, errors: Sequence[Wrong] = ()) -> Problem:
    """Return a problem in the language of the request, for a body of its own or a line of one."""
    return Problem(
        type=f"urn:liuchi:problem:{code}",
        title=say(TITLES[status]),
        status=status,
        detail=say(sentence),
        code=code,
        errors=list(errors),
    )


def say(sentence: Sentence) -> str:
    """Return a sentence in the language of the request."""
    return sentence.in_language(get_language() or "zh-hans")


def install(api: NinjaAPI) -> None:
    """Make the api answer every kind of error with a problem."""
    handlers: tuple[tuple[type[Exception], Callable[..., JsonResponse]], ...] = (
        (LiuchiError, _ours),
        (ValidationError, _invalid),
        (AuthenticationError, _no_sign_in),
        (Http404, _nowhere),
        (HttpError, _http),
    )
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)


def nowhere(request: HttpRequest) -> JsonResponse:
    """Answer an address that leads nowhere."""
    return _ours(request, NotFound("address"))


def _nowhere(request: HttpRequest, error: Http404) -> JsonResponse:
    del error
    return nowhere(request)


def wrong_method(allowed: str) -> JsonResponse:
    """Answer a method an address does not take; ``allowed`` lists those it does."""
    response = answer(405, "method_not_allowed", _NO_METHOD)
    response.headers["Allow"] = allowed
    return response


def _ours(request: HttpRequest, error: LiuchiError) -> JsonResponse:
    fields: tuple[FieldError, ...] = error.errors if isinstance(error, Invalid) else ()
    wrong = [Wrong(field=each.field, detail=say(each.sentence)) for each in fields]
    return gates.told_when(answer(error.status, error.code, error.sentence, wrong), error)


def _invalid(request: HttpRequest, error: ValidationError) -> JsonResponse:
    wrong = [Wrong(field=_place(each["loc"]), detail=_reason(each)) for each in error.errors]
    return answer(422, "invalid", _WRONG_VALUES, wrong)


def _no_sign_in(request: HttpRequest, error: AuthenticationError) -> JsonResponse:
    return answer(401, "not_signed_in", _NO_SIGN_IN)


def _http(request: HttpRequest, error: HttpError) -> JsonResponse:
    """Ninja's own: a failed proof of origin (403), a body that is no JSON (400)."""
    if error.status_code == 403:  # noqa: PLR2004
        return answer(403, "csrf", _ORIGIN)
    return answer(400, "unreadable", _UNREADABLE)


def _place(location: Sequence[Any]) -> str:
    """Return where a value stands, without the words ninja puts around it."""
    parts = [str(part) for part in location]
    if parts[:2] == ["body", "body"]:
        parts = parts[2:]
    elif len(parts) > 1:
        parts = parts[1:]
    return ".".join(parts)


def _reason(error: dict[str, Any]) -> str:
    known = _REASONS.get(str(error["type"]))
    if known is not None:
        return say(known)
    return say(Sentence("这个值不能用（{why}）。", "{why}.", {"why": str(error["msg"])}))
