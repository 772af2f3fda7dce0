"""The start page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.kit.pages import render_page

from .workbench import sections_for


@login_required
def workbench(request: HttpRequest) -> HttpResponse:
    """What this person should see first, by role."""
    context = {"sections": sections_for(request.user), "today": timezone.localdate()}
    return render_page(request, "portal/dashboards/workbench.html", None, context)
