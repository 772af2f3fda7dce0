"""What a caller reads when something behind the view fails, and the one form of an API address."""

from django.db import DataError, OperationalError
from django.http import HttpRequest, HttpResponse
from psycopg_pool import PoolTimeout
from rest_framework.exceptions import APIException

from .failures import API_PREFIX, bad_request, database_away, error_number, refused

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
    turn a POST into a GET. Only `schema/` and `docs/` are written with one (contract.md)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if path.startswith(API_PREFIX) and path.endswith("/") and not path.startswith(WITH_SLASH):
            request.path_info = path.rstrip("/")
            request.path = request.path.rstrip("/")
        return self.get_response(request)
