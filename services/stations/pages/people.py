"""The team of a station: masked; a full view is asked for and noted."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.kit.form_pages import form_page
from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import Invalid, or_404
from portal.kit.stale import edit_versioned

from ...kept.rules import can_manage_services
from .. import actions, queries
from ..forms.editing import MemberForm
from ..models import ServiceStation, StationMember
from ..rules.rights import can_see_team

BASE = "services/stations"


@for_roles("admin", "bureau", "station")
@require_GET
def team(request: HttpRequest, code: str) -> HttpResponse:
    """The six-role team, names and phones masked."""
    station = station_of(request, code)
    context = {
        "station": station,
        "members": queries.team(request.user, station),
        "can_change": can_manage_services(request.user, station.district_id),
    }
    return render_page(request, f"{BASE}/team.html", None, context)


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def member_add(request: HttpRequest, code: str) -> HttpResponse:
    """The bureau names a person for a role."""
    station = station_of(request, code)
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = station.team.count() + 1
        with refusals_in(form):
            actions.add_member(
                station=station, code=f"{station.code}-{number:02d}", by=request.user, **form.cleaned_data
            )
            return redirect("service-station-team", code=code)
    return form_page(
        request,
        form,
        title=_("新增团队成员"),
        subtitle=station.name,
        back=reverse("service-station-team", args=[code]),
        wide=True,
    )


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def member_edit(request: HttpRequest, code: str, member: str) -> HttpResponse:
    """The bureau corrects a person of the team, or lets the person go. Name and phone are not shown."""
    station = station_of(request, code)

    def current() -> tuple[int, dict[str, Any]]:
        row = member_of(request, station, member)
        return row.version, {
            "role": row.role, "name": "", "phone": "", "unit": row.unit, "ended_on": row.ended_on
        }  # fmt: skip

    def save(version: int, changes: dict[str, Any]) -> None:
        row = member_of(request, station, member)
        actions.update_member(member=row, by=request.user, version=version, changes=changes)

    member_of(request, station, member)
    return edit_versioned(
        request,
        form_of=lambda **given: MemberForm(known=True, **given),
        current=current,
        save=save,
        back=reverse("service-station-team", args=[code]),
        context={"title": _("修改团队成员"), "subtitle": station.name, "wide": True},
    )


@for_roles("admin", "bureau", "station")
@require_POST
def member_personal(request: HttpRequest, code: str, member: str) -> HttpResponse:
    """Name and phone of a person in full; who asked, and why, is noted first."""
    station = station_of(request, code)
    row = member_of(request, station, member)
    reason = request.POST.get("reason", "")
    try:
        shown = actions.view_member(member=row, by=request.user, reason=reason)
    except Invalid as error:
        problem = " ".join(str(text) for text in error.detail["reason"])
        context = {"station": station, "member": row, "problem": problem, "reason": reason}
        return render_page(request, f"{BASE}/member_personal.html", None, context, status=400)
    response = render_page(
        request, f"{BASE}/member_personal.html", None, {"station": station, "member": row, "shown": shown}
    )
    response["Cache-Control"] = "no-store"
    return response


def station_of(request: HttpRequest, code: str) -> ServiceStation:
    """The station; for whom its team is not meant, it is as if there were none."""
    station = queries.station_for(request.user, code)
    if station is None or not can_see_team(request.user, station):
        raise Http404
    return station


def member_of(request: HttpRequest, station: ServiceStation, code: str) -> StationMember:
    """A person of the station's team."""
    return or_404(next((row for row in queries.team(request.user, station) if row.code == code), None))
