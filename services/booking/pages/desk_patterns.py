"""Weekly patterns of a station: what they are, how far they have been made, a new one, the end of one."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.audit.once import once
from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import Stale
from portal.kit.stale import version_of

from .. import actions
from ..forms.desk import WEEKDAYS, PatternForm
from ..models import SessionPattern
from ..queries.sessions import patterns
from ..rules.rights import can_manage_station
from .desk_place import STATION_ROLES, Place, desk_context, place_of

BASE = "services/booking/desk"


@for_roles(*STATION_ROLES)
@require_GET
def desk_patterns(request: HttpRequest) -> HttpResponse:
    """The patterns by weekday, with the sessions they made that are still to come."""
    place = place_of(request)
    rows = patterns(request.user, place.station) if place.station else SessionPattern.objects.none()
    ahead = Count("sessions", filter=Q(sessions__starts_at__gt=timezone.now()))
    by_day: dict[int, list[SessionPattern]] = {}
    for row in rows.annotate(ahead=ahead):
        by_day.setdefault(row.weekday, []).append(row)
    context = desk_context(request, place, "desk-patterns") | {
        "days": [(label, by_day[number]) for number, label in WEEKDAYS if number in by_day],
        "add": place.address("desk-pattern-create"),
        "today": timezone.localdate(),
    }
    return render_page(request, f"{BASE}/patterns.html", None, context)


@for_roles(*STATION_ROLES)
@require_http_methods(["GET", "POST"])
@once
def desk_pattern_create(request: HttpRequest) -> HttpResponse:
    """A new weekly pattern; its sessions are made at once, through the calendar."""
    place = place_of(request)
    if place.station is None:
        return redirect("desk-patterns")
    start = {"valid_from": timezone.localdate(), "capacity": 4}
    form = PatternForm(request.POST or None, station=place.station, initial=start)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            _pattern, made = actions.create_pattern(
                by=request.user, station=place.station, **form.cleaned_data
            )
            messages.success(request, _("排班模板已保存，排出 %(made)d 个场次。") % {"made": made})
            return redirect(place.address("desk-patterns"))
    context = desk_context(request, place, "desk-patterns") | {
        "form": form,
        "title": _("新增排班模板"),
        "text": _("按节假日、服务站开放时间、停止服务和专家请假自动排出场次。"),
        "back": place.address("desk-patterns"),
    }
    return render_page(request, f"{BASE}/create.html", None, context, status=400 if form.is_bound else 200)


@for_roles(*STATION_ROLES)
@require_POST
def desk_pattern_end(request: HttpRequest, pk: int) -> HttpResponse:
    """A pattern ends today; its later sessions that nobody booked go, the others stay."""
    pattern = SessionPattern.objects.select_related("station").filter(pk=pk).first()
    if pattern is None or not can_manage_station(request.user, pattern.station):
        raise Http404
    last_day = max(timezone.localdate(), pattern.valid_from)
    try:
        gone = actions.end_pattern(
            pattern=pattern, by=request.user, last_day=last_day, version=version_of(request)
        )
    except Stale:
        messages.warning(request, _("这个模板刚被他人修改，请看最新内容。"))
    else:
        messages.success(request, _("模板已停用，移除 %(gone)d 个没有预约的场次。") % {"gone": gone})
    return redirect(Place(station=pattern.station).address("desk-patterns"))
