"""Answers for failures: Chinese sentences with an error number, never a stack trace.

Below /api/ the same failure is told in the API's one error shape; elsewhere as a page.
"""

import secrets
import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from psycopg_pool import PoolTimeout
from rest_framework.exceptions import APIException
from structlog.contextvars import get_contextvars

from .pagination import BrokenCursor

API_PREFIX = "/api/"


def error_number(request: HttpRequest | None) -> str:
    """The number a person reads out on the phone: the request's id in the log, or a fresh one."""
    return str(get_contextvars().get("request_id") or getattr(request, "id", None) or secrets.token_hex(8))[
        :18
    ]


def failure_page(
    request: HttpRequest, status: int, title: str, text: str, *, way_out: tuple[str, str] | None = None
) -> HttpResponse:
    """A self-contained page: needs neither database nor session nor context processors. `way_out`: a link (words,
    address) in place of the one to the start page."""
    label, url = way_out or (_("回到首页"), "/")
    context = {"status": status, "title": title, "text": text, "number": error_number(request)}
    context |= {"label": label, "url": url}
    body = render_to_string("errors/plain.html", {**context, "nonce": getattr(request, "csp_nonce", "")})
    return HttpResponse(body, status=status)


def failure_json(status: int, code: str, detail: str) -> HttpResponse:
    """The API's error shape, for failures that never reach a REST view."""
    kind = "server_error" if status >= 500 else "client_error"
    return JsonResponse(
        {"type": kind, "errors": [{"code": code, "detail": detail, "attr": None}]}, status=status
    )


def failure(request: HttpRequest, status: int, code: str, title: str, text: str) -> HttpResponse:
    """The failure as its caller reads it: JSON below /api/, else a page."""
    if f"{request.path}/".startswith(API_PREFIX):
        return failure_json(status, code, f"{text}{numbered(request)}" if status >= 500 else text)
    return failure_page(request, status, title, text)


def refused(request: HttpRequest, error: APIException) -> HttpResponse:
    """What an action refused, told in its own sentence: 400, 403, 404 or 409."""
    if error.status_code == 403:
        return forbidden(request)
    if error.status_code == 404:
        return not_found(request)
    if isinstance(error, BrokenCursor) and request.method == "GET":
        text = " ".join(_sentences(error.detail))
        return failure_page(request, 400, _("请求无法识别"), text, way_out=_first_page(request))
    titles = {409: _("无法完成这项操作")}
    title = titles.get(error.status_code, _("请求无法识别"))
    return failure(request, error.status_code, error.default_code, title, " ".join(_sentences(error.detail)))


def _first_page(request: HttpRequest) -> tuple[str, str]:
    """The same list under the same filters, from its beginning."""
    query = request.GET.copy()
    query.pop("cursor", None)
    return _("从第一页开始"), f"{request.path}?{query.urlencode()}" if query else request.path


def _sentences(detail) -> list[str]:
    if isinstance(detail, dict):
        detail = list(detail.values())
    return (
        [text for part in detail for text in _sentences(part)] if isinstance(detail, list) else [str(detail)]
    )


def numbered(request: HttpRequest | None) -> str:
    return _("（错误编号：%(number)s）") % {"number": error_number(request)}


def database_away(request: HttpRequest) -> HttpResponse:
    text = _("数据库暂时无法连接，您的数据没有被改动。请稍后刷新页面重试。")
    response = failure(request, 503, "unavailable", _("系统暂时无法访问"), text)
    response["Retry-After"] = "10"
    return response


def bad_request(request: HttpRequest, exception=None) -> HttpResponse:
    return failure(request, 400, "invalid", _("请求无法识别"), _("请返回上一页，检查后重新提交。"))


def forbidden(request: HttpRequest, exception=None) -> HttpResponse:
    text = _("您的角色不能进行这项操作。如有需要，请联系区局管理员。")
    return failure(request, 403, "permission_denied", _("没有权限"), text)


def not_found(request: HttpRequest, exception=None) -> HttpResponse:
    return failure(request, 404, "not_found", _("没有找到"), _("您要找的内容不存在，或不在您的范围内。"))


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls this while it handles the error, also for one that a middleware met: a lost database is 503."""
    if isinstance(sys.exception(), OperationalError | PoolTimeout):
        return database_away(request)
    text = _("问题已被记录。请稍后再试；如仍出错，请把错误编号告诉管理员。")
    return failure(request, 500, "error", _("系统出错了"), text)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    text = _("请返回并刷新页面后重新提交，已填写的内容可先复制保存。")
    return failure(request, 403, "csrf", _("页面已过期"), text)
