"""The one exception handler of the REST layer (apart from `problems`, which DRF's own modules may import early)."""

from drf_standardized_errors.handler import exception_handler as standard_handler
from rest_framework.response import Response

from .problems import Conflict, translate


def exception_handler(error: Exception, context: dict) -> Response | None:
    error = translate(error)
    response = standard_handler(error, context)
    if response is not None and isinstance(error, Conflict) and isinstance(response.data, dict):
        for name in ("current", "open_moves"):
            if (value := getattr(error, name)) is not None:
                response.data[name] = value
    return response
