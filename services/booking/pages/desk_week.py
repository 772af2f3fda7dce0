"""The week of a station or an institution, and one session of it: its bookings, its capacity, its end."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.audit.once import once
from portal.kit.forms import add_errors, refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import Conflict, Invalid, Stale

from .. import actions
from ..forms.desk import CapacityForm, SessionForm
from ..models import Booking, ServiceSession
from ..queries.board import week
from ..queries.bookings import with_places
from ..queries.sessions import session_for
from ..rules import states
from ..rules.calendar import DAY
from ..rules.rights import can_manage_station
from .desk_board import block_of
from .desk_place import DESK_ROLES, STATION_ROLES, day_in, desk_context, own_stations, place_for, place_of

BASE = "services/booking/desk"


@for_roles(*DESK_ROLES)
@require_GET
def desk_week(request: HttpRequest) -> HttpResponse:
    """Seven days with their sessions: how many places, how many booked, what is closed and why."""
    stations = own_stations(request.user)
    place, day = place_of(request, stations), day_in(request)
    days = week(place.station, day, institution=place.institution) if place.row else []
    context = desk_context(request, place, "desk-week") | {
        "stations": stations,
        "day": day,
        "days": days,
        "this_day": timezone.localdate(),
        "now": timezone.now(),
        "previous": place.address("desk-week", day=day - 7 * DAY),
        "next": place.address("desk-week", day=day + 7 * DAY),
        "this_week": place.address("desk-week"),
        "capacity": sum(one.capacity for one in days),
        "booked": sum(one.booked for one in days),
        "add": place.address("desk-session-create", day=day) if place.station else "",
    }
    return render_page(request, f"{BASE}/week.html", None, context)


@for_roles(*DESK_ROLES)
@require_GET
def desk_session(request: HttpRequest, pk: int) -> HttpResponse:
    """One session: who has booked, who waits in which order, who gave up; capacity and deletion for the station."""
    session = _session(request, pk)
    return _show(request, session)


@for_roles(*STATION_ROLES)
@require_POST
def desk_session_capacity(request: HttpRequest, pk: int) -> HttpResponse:
    """More or fewer places; below what is booked the page lists the bookings that are in the way."""
    session = _managed(request, pk)
    form = CapacityForm(request.POST)
    if not form.is_valid():
        return _show(request, session, capacity_form=form, status=400)
    try:
        actions.change_capacity(session=session, by=request.user, **form.cleaned_data)
    except Stale:
        fresh = _session(request, pk)
        problem = _("名额刚被他人改为 %(capacity)d，请核对后再改。") % {"capacity": fresh.capacity}
        return _show(request, fresh, problem=problem, status=409)
    except Conflict as refused:
        fresh = _session(request, pk)
        in_the_way = (refused.current or {}).get("bookings", [])
        return _show(request, fresh, problem=str(refused.detail), in_the_way=in_the_way, status=409)
    except Invalid as refused:
        add_errors(form, refused)
        return _show(request, session, capacity_form=form, status=400)
    messages.success(request, _("名额已改为 %(capacity)d。") % form.cleaned_data)
    return redirect("desk-session", pk=pk)


@for_roles(*STATION_ROLES)
@require_POST
def desk_session_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """A session that nobody booked goes; else the page says which bookings are in the way."""
    session = _managed(request, pk)
    place = place_for(request, session)
    day = timezone.localdate(session.starts_at)
    try:
        actions.delete_session(session=session, by=request.user)
    except Conflict as refused:
        in_the_way = (refused.current or {}).get("bookings", [])
        fresh = _session(request, pk)
        return _show(request, fresh, problem=str(refused.detail), in_the_way=in_the_way, status=409)
    messages.success(request, _("场次已删除。"))
    return redirect(place.address("desk-week", day=day))


@for_roles(*STATION_ROLES)
@require_http_methods(["GET", "POST"])
@once
def desk_session_create(request: HttpRequest) -> HttpResponse:
    """An extra session on any day, outside the weekly patterns."""
    place = place_of(request)
    if place.station is None:
        return redirect("desk-week")
    form = SessionForm(
        request.POST or None, station=place.station, initial={"day": day_in(request), "capacity": 4}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            session = actions.create_session(by=request.user, station=place.station, **form.values())
            messages.success(request, _("场次已新增。"))
            return redirect("desk-session", pk=session.pk)
    context = desk_context(request, place, "desk-week") | {
        "form": form,
        "title": _("新增场次"),
        "back": place.address("desk-week", day=day_in(request)),
    }
    return render_page(request, f"{BASE}/create.html", None, context, status=400 if form.is_bound else 200)


def _show(request: HttpRequest, session: ServiceSession, *, status: int = 200, **more) -> HttpResponse:
    place = place_for(request, session)
    bookings = list(
        with_places(Booking.objects.visible_to(request.user)).filter(session=session).order_by("pk")
    )
    day = timezone.localdate(session.starts_at)
    if place.row is None and not bookings:
        raise Http404
    manages = can_manage_station(request.user, session.station)
    ended = states.HOLDING | {states.WAITING}
    context = desk_context(request, place, "desk-week") | {
        "session": session,
        "listed": block_of(request.user, session, [row for row in bookings if row.status in states.HOLDING]),
        "waiting": [row for row in bookings if row.status == states.WAITING],
        "gone": [row for row in bookings if row.status not in ended],
        "can_manage": manages,
        "capacity_form": CapacityForm(initial={"capacity": session.capacity, "version": session.version}),
        "can_delete": manages and not bookings,
        "board": place.address("desk", day=day) + f"#s-{session.pk}",
        "week": place.address("desk-week", day=day),
        "close": reverse("desk-closure-create") + f"?session={session.pk}",
    }
    return render_page(request, f"{BASE}/session.html", None, context | more, status=status)


def _session(request: HttpRequest, pk: int) -> ServiceSession:
    try:
        session = session_for(request.user, pk)
    except ServiceSession.DoesNotExist as error:
        raise Http404 from error
    if not _works_on(request, session):
        raise Http404
    return session


def _works_on(request: HttpRequest, session: ServiceSession) -> bool:
    """Free times are public, but who booked them is for the station and the institution."""
    own = session.institution is not None and session.institution.code in request.user.scope.institutions
    return own or can_manage_station(request.user, session.station)


def _managed(request: HttpRequest, pk: int) -> ServiceSession:
    session = _session(request, pk)
    if not can_manage_station(request.user, session.station):
        raise Http404
    return session
