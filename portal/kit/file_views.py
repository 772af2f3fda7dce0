"""Files over REST. Apart from `api`, which DRF's own modules import early (through the parsers)."""

from rest_framework.request import Request
from rest_framework.views import APIView


class FileView(APIView):
    """Answers with a file whatever the client accepts; failures are JSON as everywhere."""

    def perform_content_negotiation(self, request: Request, force: bool = False):
        return super().perform_content_negotiation(request, force=True)
