"""What a person sees when something behind the page is away."""

from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from psycopg_pool import PoolTimeout

from .failures import database_away
from .problems import Unavailable


class FailureMiddleware:
    """A lost database is a 503 with a sentence, on pages and API alike, also when a middleware below met it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, OperationalError | PoolTimeout) or not isinstance(
            error, DatabaseError | PoolTimeout
        ):
            return None
        if request.path.startswith("/api/"):
            detail = {
                "code": Unavailable.default_code,
                "detail": str(Unavailable.default_detail),
                "attr": None,
            }
            return JsonResponse({"type": "server_error", "errors": [detail]}, status=503)
        return database_away(request)
