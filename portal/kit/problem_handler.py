"""The one exception handler of the REST layer.

Apart from `problems`, which DRF's own modules import early (through the parsers): the handler imports DRF's views.
"""

from django.utils.translation import gettext as _
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework import exceptions
from rest_framework.response import Response

from .failures import numbered
from .problems import Unavailable, translate


class ProblemHandler(ExceptionHandler):
    """The standard shape; a conflict also shows the row as it stands, an unforeseen failure its number."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        return super().convert_known_exceptions(translate(exc))

    def convert_unhandled_exceptions(self, exc: Exception) -> exceptions.APIException:
        if isinstance(exc, exceptions.APIException):
            return exc
        request = self.context.get("request")
        return exceptions.APIException(_("系统出错了，问题已被记录。") + numbered(request))

    def get_response(self, exc: exceptions.APIException, data: dict) -> Response:
        for name in ("current", "open_moves", "alternatives"):
            if (value := getattr(exc, name, None)) is not None:
                data[name] = value
        return super().get_response(exc, data)

    def get_headers(self, exc: exceptions.APIException) -> dict:
        headers = super().get_headers(exc)
        return {**headers, "Retry-After": "10"} if isinstance(exc, Unavailable) else headers


def exception_handler(error: Exception, context: dict) -> Response | None:
    return ProblemHandler(error, context).run()
