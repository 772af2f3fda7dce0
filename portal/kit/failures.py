"""Pages for failures: Chinese sentences with an error number, never a stack trace."""

import secrets

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from structlog.contextvars import get_contextvars


def error_number(request: HttpRequest) -> str:
    """The number a person reads out on the phone: the request's id in the log, or a fresh one."""
    return str(get_contextvars().get("request_id") or getattr(request, "id", None) or secrets.token_hex(8))[
        :18
    ]


def failure_page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    """A self-contained page: needs neither database nor session nor context processors."""
    body = render_to_string(
        "errors/plain.html", {"status": status, "title": title, "text": text, "number": error_number(request)}
    )
    return HttpResponse(body, status=status)


def database_away(request: HttpRequest) -> HttpResponse:
    response = failure_page(
        request, 503, _("系统暂时无法访问"), _("数据库暂时无法连接，您的数据没有被改动。请稍后刷新页面重试。")
    )
    response["Retry-After"] = "10"
    return response


def bad_request(request: HttpRequest, exception=None) -> HttpResponse:
    return failure_page(request, 400, _("请求无法识别"), _("请返回上一页，检查后重新提交。"))


def forbidden(request: HttpRequest, exception=None) -> HttpResponse:
    return failure_page(
        request, 403, _("没有权限"), _("您的角色不能进行这项操作。如有需要，请联系区局管理员。")
    )


def not_found(request: HttpRequest, exception=None) -> HttpResponse:
    return failure_page(request, 404, _("没有找到"), _("您要找的内容不存在，或不在您的范围内。"))


def server_error(request: HttpRequest) -> HttpResponse:
    return failure_page(
        request, 500, _("系统出错了"), _("问题已被记录。请稍后再试；如仍出错，请把错误编号告诉管理员。")
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return failure_page(
        request, 403, _("页面已过期"), _("请返回并刷新页面后重新提交，已填写的内容可先复制保存。")
    )
