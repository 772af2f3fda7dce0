"""What a caller reads when something behind the view fails, and the one form of an API address."""

from django.conf import settings
from django.db import DataError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from psycopg_pool import PoolTimeout
from rest_framework.exceptions import APIException

from .failures import API_PREFIX, bad_request, database_away, error_number, failure, not_found, refused

WITH_SLASH = ("/api/v1/schema/", "/api/v1/docs/")


class FailureMiddleware:
    """A database lost under a view is a 503 with a sentence (under a middleware: `failures.server_error`).

    A value that PostgreSQL cannot hold (a NUL in an address, a number out of range) is the caller's: 400. What an
    action refuses and a page does not show beside its form is a page with the action's sentence. Every answer names
    its number, so that a page can show it when a partial update fails.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("X-Request-ID", error_number(request))
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError | PoolTimeout):
            return database_away(request)
        if isinstance(error, DataError):
            return bad_request(request)
        if isinstance(error, APIException) and error.status_code < 500:
            return refused(request, error)
        return None


class ApiAddressMiddleware:
    """`/api/v1/me/` is `/api/v1/me`: a trailing slash is dropped before routing, never by a redirect that would
    turn a POST into a GET. Only `schema/` and `docs/` are written with one (contract.md). An address with a NUL names
    nothing."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if path.startswith(API_PREFIX) and path.endswith("/") and not path.startswith(WITH_SLASH):
            request.path_info = path.rstrip("/")
            request.path = request.path.rstrip("/")
        if "\x00" in request.path_info:  # no row has such a key, and PostgreSQL cannot even be asked
            return not_found(request)
        return self.get_response(request)


class BodySizeMiddleware:
    """A body is refused by its announced size before anything reads it: 413, or 411 when it announces none.

    Else whoever is not even signed in could fill the disk with the parts of a form. Only the addresses that take files
    (UPLOAD_URL_NAMES) read more than a form needs, and those of the sign-in (SIGN_IN_URL_NAMES) much less.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or ""
        if request.headers.get("Transfer-Encoding") and not announced:
            text = _("请求没有说明内容长度（Content-Length），请补充后重新发送。")
            return failure(request, 411, "length_required", _("请求无法识别"), text)
        size = int(announced) if announced.isascii() and announced.isdigit() else 0
        if size > min(settings.SIGN_IN_MAX_BYTES, settings.DATA_UPLOAD_MAX_MEMORY_SIZE) and size > self.limit(
            request
        ):
            text = _("请求内容过大。")
            return failure(request, 413, "too_large", _("内容过大"), text)
        return self.get_response(request)

    def limit(self, request: HttpRequest) -> int:
        """The largest body, in bytes, that this address reads."""
        try:
            name = resolve(request.path_info).view_name
        except Resolver404:
            name = ""
        if name in settings.SIGN_IN_URL_NAMES:
            return settings.SIGN_IN_MAX_BYTES
        return (
            settings.UPLOAD_MAX_BYTES
            if name in settings.UPLOAD_URL_NAMES
            else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        )
