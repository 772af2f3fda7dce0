"""A bulletin's file as a download."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from rest_framework.exceptions import NotFound

from .heading import title_of
from .models import Report
from .queries import file_of

OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES = {"docx": f"{OFFICE}wordprocessingml.document", "xlsx": f"{OFFICE}spreadsheetml.sheet"}


def download(report: Report, format: str) -> HttpResponse:
    """The file to whoever may see the bulletin: saved, never shown inside the portal. Raises NotFound without one."""
    content = file_of(report, format)
    if content is None:
        raise NotFound
    response = HttpResponse(content, content_type=TYPES[format])
    name = f"{report.number} {title_of(report)}.{format}"
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
