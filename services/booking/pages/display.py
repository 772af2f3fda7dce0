"""The screen in a station's hall. It has no user: it shows ticket codes and items, which anybody in the hall sees, and
never a name, a number or a company (docs/decisions/0011)."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET

from portal.kit.pages import render_page
from portal.kit.problems import or_404

from ...stations.models import ServiceStation
from ..queries.board import display

PAGE, FRAGMENT = "services/booking/desk/display.html", "services/booking/desk/_display.html"
MOST_WAITING = 12


@require_GET
def desk_display(request: HttpRequest, code: str) -> HttpResponse:
    """The whole screen; the part that changes when the screen asks for it (static/src/display.js)."""
    station = or_404(ServiceStation.objects.filter(code=code, closed_on=None).only("name", "code").first())
    tickets = display(station)
    waiting = [row for row in tickets if row.state == "waiting"]
    context = {
        "station": station,
        "called": [row for row in tickets if row.state == "called"],
        "serving": [row for row in tickets if row.state == "serving" and row.code],
        "waiting": waiting[:MOST_WAITING],
        "more": max(len(waiting) - MOST_WAITING, 0),
        "now": timezone.localtime(),
    }
    response = render_page(request, PAGE, FRAGMENT, context)
    patch_cache_control(response, no_store=True)
    return response
