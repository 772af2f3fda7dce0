"""Low ratings: whom the desk still has to call, and what came of those it called."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.kit.pages import for_roles, render_page
from portal.kit.problems import Conflict, Invalid, Stale

from .. import actions
from ..models import Booking, FollowUp
from ..queries.follow_ups import closed_follow_ups, open_follow_ups
from .desk_moves import told
from .desk_place import DESK_ROLES, Place, desk_context, place_filter, place_of, place_of_booking

PAGE = "services/booking/desk/follow_ups.html"


@for_roles(*DESK_ROLES)
@require_GET
def desk_follow_ups(request: HttpRequest) -> HttpResponse:
    """Open ones first, oldest on top; below the last that were seen to."""
    return _show(request, place_of(request))


@for_roles(*DESK_ROLES)
@require_POST
def desk_follow_up_close(request: HttpRequest, number: str) -> HttpResponse:
    """What was done about a low rating, in words; that closes the follow-up."""
    booking = (
        Booking.objects.visible_to(request.user)
        .select_related("session__station__town", "session__institution", "session__item", "enterprise")
        .filter(number=number, status=Booking.Status.RATED)
        .first()
    )
    follow_up = FollowUp.objects.filter(booking=booking).select_related("booking__enterprise").first()
    if booking is None or follow_up is None:
        raise Http404
    place, outcome = place_of_booking(request, booking), request.POST.get("outcome", "")
    version = request.POST.get("version", "")
    given = int(version) if version.isdecimal() and len(version) < 10 else None
    try:
        actions.close_follow_up(follow_up=follow_up, by=request.user, outcome=outcome, version=given)
    except (Stale, Conflict):
        messages.warning(request, _("%(who)s 的回访刚被他人办结。") % {"who": booking.enterprise.name})
    except Invalid as refused:
        return _show(request, place, number=number, text=outcome, problem=told(refused, booking), status=400)
    else:
        messages.success(request, _("%(who)s 的回访已办结。") % {"who": booking.enterprise.name})
    return redirect(place.address("desk-follow-ups"))


def _show(request: HttpRequest, place: Place, *, status: int = 200, **more) -> HttpResponse:
    filters = place_filter(place)
    context = desk_context(request, place, "desk-follow-ups") | {
        "open": open_follow_ups(request.user, **filters),
        "closed": closed_follow_ups(request.user, **filters),
    }
    return render_page(request, PAGE, None, context | more, status=status)
