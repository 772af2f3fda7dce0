"""Placing enterprises on chains: found from the chain's page, placed, moved and taken off on the enterprise's own."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chains.industry.models import Chain, Segment
from chains.industry.rules import can_place_enterprises
from portal.kit.forms import add_errors
from portal.kit.pages import render_page
from portal.kit.problems import Conflict, Invalid, or_404

from . import actions
from .forms import LeaveForm, PlaceForm, PlaceSearch
from .models import Enterprise
from .pages import editable_or_403
from .queries import open_place, place_rows, placeable, places_of

BASE = "enterprises/registry"
SHOWN = 20


@login_required
@require_GET
def chain_place(request: HttpRequest, code: str) -> HttpResponse:
    """From a chain: find an enterprise by name or USCC, then choose its segment and role."""
    chain = _chain_or_404(request, code)
    if not can_place_enterprises(request.user, chain.district_id):
        raise PermissionDenied
    form = PlaceSearch(request.GET or None)
    rows: list[Enterprise] = []
    more = False
    if form.is_bound and form.is_valid():
        rows = list(placeable(request.user, chain, form.cleaned_data["search"])[: SHOWN + 1])
        rows, more = rows[:SHOWN], len(rows) > SHOWN
    places = places_of([row.pk for row in rows]) if rows else {}
    for row in rows:
        row.chains = places.get(row.pk, [])
        row.is_here = any(place["code"] == chain.code for place in row.chains)
    segment = Segment.objects.visible_to(request.user).filter(
        chain=chain, code=request.GET.get("segment", "")
    )
    context = {"chain": chain, "form": form, "rows": rows, "more": more, "segment": segment.first()}
    return render_page(request, f"{BASE}/chain_place.html", f"{BASE}/_chain_place.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def enterprise_places(request: HttpRequest, uscc: str) -> HttpResponse:
    """Where the enterprise stands on chains; a place is taken or changed here. `?chain=` and `?segment=` choose."""
    enterprise = editable_or_403(request, uscc)
    form = PlaceForm(
        request.POST or None, district_id=enterprise.district_id, initial=_initial(request, enterprise)
    )
    if request.method == "POST" and form.is_valid():
        place = form.chosen()
        try:
            actions.place_on_chain(
                enterprise=enterprise,
                by=request.user,
                chain=place.chain,
                role=place.role,
                segment=place.segment,
                started_on=form.cleaned_data["started_on"],
            )
        except Invalid as error:
            add_errors(form, error)
        else:
            messages.success(request, _("链上位置已更新。"))
            if place.segment and place.segment.is_gap:
                text = _("“%(segment)s”原标为缺失环节，现已有企业；如已补齐，请区局取消缺失标记。")
                messages.info(request, text % {"segment": place.segment.name})
            return redirect("enterprise-places", uscc)
    context = {"enterprise": enterprise, "form": form, "places": place_rows(enterprise)}
    return render_page(request, f"{BASE}/places.html", None, context, status=400 if form.errors else 200)


def _initial(request: HttpRequest, enterprise: Enterprise) -> dict[str, Any]:
    """The place that the address asks for: as it stands, or a new one on that chain and segment."""
    code, segment = request.GET.get("chain", ""), request.GET.get("segment", "")
    place = open_place(enterprise, code) if code else None
    if place is None:
        return {"place": f"{code}/{segment}" if segment else code}
    segment = segment or (place.segment.code if place.segment else "")
    return {
        "place": f"{code}/{segment}" if segment else code,
        "role": place.role,
        "started_on": place.started_on,
    }


@login_required
@require_http_methods(["GET", "POST"])
def enterprise_leave_chain(request: HttpRequest, uscc: str, chain: str) -> HttpResponse:
    """The enterprise leaves a chain on a day; what was stays as history."""
    enterprise = editable_or_403(request, uscc)
    place = open_place(enterprise, _chain_or_404(request, chain))
    if place is None and request.method == "GET":
        raise Http404
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.leave_chain(
                enterprise=enterprise,
                by=request.user,
                chain=_chain_or_404(request, chain),
                ended_on=form.cleaned_data["ended_on"],
            )
        except (Invalid, Conflict) as error:
            if place is None:
                raise
            add_errors(form, error)
        else:
            messages.success(request, _("已退出产业链，历史记录保留。"))
            return redirect("enterprise-places", uscc)
    context = {"enterprise": enterprise, "place": place, "form": form}
    return render_page(request, f"{BASE}/leave.html", None, context, status=400 if form.errors else 200)


def _chain_or_404(request: HttpRequest, code: str) -> Chain:
    return or_404(Chain.objects.visible_to(request.user).filter(code=code).first())
