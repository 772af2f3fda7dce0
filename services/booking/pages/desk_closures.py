"""Days and hours without service: choose, see whom it hits, confirm; what each was offered; take it back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.audit.once import once
from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import Conflict, or_404

from .. import actions
from ..forms.desk import ClosureForm
from ..models import Closure, ServiceSession
from ..queries.closures import closures_of, hits_of
from ..rules.rights import can_close_institution, can_manage_station
from .desk_place import DESK_ROLES, Place, day_in, desk_context, place_filter, place_for, place_of

BASE = "services/booking/desk"


@for_roles(*DESK_ROLES)
@require_GET
def desk_closures(request: HttpRequest) -> HttpResponse:
    """The closures that are not over, and the latest that are."""
    place = place_of(request)
    context = desk_context(request, place, "desk-closures") | {
        "closures": closures_of(request.user, **place_filter(place)) if place.row else [],
        "now": timezone.now(),
        "add": place.address("desk-closure-create"),
    }
    return render_page(request, f"{BASE}/closures.html", None, context)


@for_roles(*DESK_ROLES)
@require_http_methods(["GET", "POST"])
@once
def desk_closure_create(request: HttpRequest) -> HttpResponse:
    """First the days and the bookings they hit, then the clerk says yes: each is offered another place."""
    place, start = _where(request)
    if place.row is None:
        return redirect("desk-closures")
    form = ClosureForm(request.POST or None, initial=start)
    context = desk_context(request, place, "desk-closures") | {
        "form": form, "back": place.address("desk-closures"), "address": place.address("desk-closure-create")
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = form.values() | place_filter(place)
        with refusals_in(form):
            if "sure" in request.POST:
                closure, hits = actions.close_days(by=request.user, **given)
                messages.success(request, _said(hits))
                return redirect("desk-closure", pk=closure.pk)
            span = {name: value for name, value in given.items() if name != "reason"}
            context["preview"] = actions.bookings_hit(**span)
            return render_page(request, f"{BASE}/closure_preview.html", None, context | {"span": span})
    return render_page(
        request, f"{BASE}/closure_create.html", None, context, status=400 if form.is_bound else 200
    )


@for_roles(*DESK_ROLES)
@require_GET
def desk_closure(request: HttpRequest, pk: int) -> HttpResponse:
    """A closure with the bookings it hit, what each was offered and what became of it."""
    closure = _closure(request, pk)
    place = Place(station=closure.station, institution=None if closure.station else closure.institution)
    context = desk_context(request, place, "desk-closures") | {
        "closure": closure,
        "hits": hits_of(request.user, closure),
        "is_open": closure.cancelled_at is None and closure.ends_at > timezone.now(),
        "back": place.address("desk-closures"),
    }
    return render_page(request, f"{BASE}/closure.html", None, context)


@for_roles(*DESK_ROLES)
@require_POST
def desk_closure_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """The closure is taken back; its sessions can be booked again."""
    closure = _closure(request, pk)
    try:
        count = actions.reopen(closure=closure, by=request.user)
    except Conflict as refused:
        messages.warning(request, str(refused.detail))
    else:
        messages.success(request, _("已恢复服务，%(count)d 个场次重新开放。") % {"count": count})
    return redirect("desk-closure", pk=pk)


def _where(request: HttpRequest) -> tuple[Place, dict[str, Any]]:
    """The place, and the days to begin with: those of `session` when the address names one."""
    pk = request.GET.get("session", "")
    session = None
    if pk.isdecimal() and len(pk) < 18:
        rows = ServiceSession.objects.select_related("station__town", "item", "institution")
        session = rows.filter(pk=pk).first()
    if session is None:
        day = day_in(request)
        return place_of(request), {"first": day, "last": day}
    if not can_manage_station(request.user, session.station):
        raise Http404
    start, end = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    return place_for(request, session), {
        "first": start.date(), "last": end.date(), "starts": start.time(), "ends": end.time(), "item": session.item
    }  # fmt: skip


def _said(hits: list[actions.Hit]) -> str:
    offered = sum(hit.alternative is not None for hit in hits)
    if not hits:
        return _("已停止服务，没有受影响的预约。")
    return _("已停止服务，%(hit)d 个预约受影响，其中 %(offered)d 个已提供替代时间并通知企业。") % {
        "hit": len(hits), "offered": offered
    }  # fmt: skip


def _closure(request: HttpRequest, pk: int) -> Closure:
    closure = or_404(
        Closure.objects.select_related("station__town", "institution", "item", "created_by")
        .filter(pk=pk)
        .first()
    )
    may = (
        can_manage_station(request.user, closure.station)
        if closure.station
        else can_close_institution(request.user, closure.institution)
    )
    if not may:
        raise Http404
    return closure
