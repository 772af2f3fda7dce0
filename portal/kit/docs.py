"""The API's description and its page. What they refuse is told as everywhere below /api/."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from .api import OrjsonRenderer


class RefusalsAsJson:
    """YAML and HTML are for the description itself; a failure, and the answer to OPTIONS, is JSON."""

    def finalize_response(self, request: Request, response: Response, *args, **kwargs) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.exception or request.method == "OPTIONS":
            response.accepted_renderer = OrjsonRenderer()
            response.accepted_media_type = OrjsonRenderer.media_type
        return response


class SchemaView(RefusalsAsJson, SpectacularAPIView):
    """The OpenAPI description."""


class DocsView(RefusalsAsJson, SpectacularSwaggerSplitView):
    """The description as a page."""
