"""The five errors, as a page: one sentence that says what is wrong and what to do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from liuchi.kernel.errors import LiuchiError, NotFound
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components import gates


def page(request: HttpRequest, error: LiuchiError) -> HttpResponse:
    """Return the page of one of the five errors, with its HTTP status."""
    response = _render(request, error.status, error.code, error.sentence)
    return gates.told_when(response, error)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that leads nowhere (``handler404``)."""
    del exception
    error = NotFound("page")
    return _render(request, error.status, error.code, error.sentence)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what Django itself refuses (``handler403``)."""
    del exception
    sentence = Sentence("这项操作不被允许。", "This is not allowed.")
    return _render(request, 403, "not_permitted", sentence)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that cannot be read (``handler400``)."""
    del exception
    sentence = Sentence("请求的内容无法识别。", "The request could not be understood.")
    return _render(request, 400, "bad_request", sentence)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer our own mistake (``handler500``); leans on nothing that may be broken."""
    text = _("系统出错了，您填写的内容没有保存。请稍后再试；如仍不行，请告诉系统管理员。")
    return HttpResponse(text, status=500, content_type="text/plain; charset=utf-8")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose proof of origin is missing or stale (``CSRF_FAILURE_VIEW``)."""
    del reason
    sentence = Sentence(
        "页面已过期，内容没有提交。请返回上一页，刷新后再提交。",
        "The page had expired and nothing was sent. Go back, reload it and send again.",
    )
    return _render(request, 403, "page_expired", sentence)


def _render(request: HttpRequest, status: int, code: str, sentence: Sentence) -> HttpResponse:
    desk = request.path.startswith("/desk/")
    context = {
        "base": "desk/base.html" if desk else "portal/base.html",
        "status": status,
        "code": code,
        "sentence": sentence,
    }
    response = TemplateResponse(request, "components/problem.html", context, status=status)
    return response.render()
