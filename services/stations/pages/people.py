"""The team of a station (masked; a full view is asked for and noted) and the element list of its town."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.kit.forms import add_errors
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import Conflict, Invalid, Stale
from portal.kit.stale import edit_versioned, version_of

from .. import actions, queries
from ..forms.editing import EntryForm, MemberForm, NewEntryForm
from ..models import ElementListEntry, ServiceStation, StationMember
from ..rules.rights import can_manage_services, can_see_team
from .editing import CREATE, EDIT

BASE = "services/stations"


@for_roles("admin", "bureau", "station")
@require_GET
def team(request: HttpRequest, code: str) -> HttpResponse:
    """The six-role team, names and phones masked."""
    station = _station(request, code)
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
    station = _station(request, code)
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = station.team.count() + 1
        try:
            actions.add_member(
                station=station, code=f"{station.code}-{number:02d}", by=request.user, **form.cleaned_data
            )
        except (Invalid, Conflict) as error:
            add_errors(form, error)
        else:
            return redirect("service-station-team", code=code)
    context = {
        "form": form,
        "title": _("新增团队成员"),
        "subtitle": station.name,
        "back": reverse("service-station-team", args=[code]),
    }
    return render_page(request, CREATE, None, context, status=400 if form.is_bound else 200)


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def member_edit(request: HttpRequest, code: str, member: str) -> HttpResponse:
    """The bureau corrects a person of the team, or lets the person go. Name and phone are not shown."""
    station = _station(request, code)

    def current() -> tuple[int, dict[str, Any]]:
        row = _member(request, station, member)
        return row.version, {
            "role": row.role, "name": "", "phone": "", "unit": row.unit, "ended_on": row.ended_on
        }  # fmt: skip

    def save(version: int, changes: dict[str, Any]) -> None:
        row = _member(request, station, member)
        actions.update_member(member=row, by=request.user, version=version, changes=changes)

    _member(request, station, member)
    return edit_versioned(
        request,
        form_of=lambda **given: MemberForm(known=True, **given),
        current=current,
        save=save,
        page=EDIT,
        back=reverse("service-station-team", args=[code]),
        context={"title": _("修改团队成员"), "subtitle": station.name},
    )


@for_roles("admin", "bureau", "station")
@require_POST
def member_personal(request: HttpRequest, code: str, member: str) -> HttpResponse:
    """Name and phone of a person in full; who asked, and why, is noted first."""
    station = _station(request, code)
    row = _member(request, station, member)
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


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def elements(request: HttpRequest, code: str) -> HttpResponse:
    """The element list of a town: the bureau adds lines."""
    station = _station(request, code)
    form = NewEntryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_entry(town=station.town, by=request.user, **form.cleaned_data)
        except (Invalid, Conflict) as error:
            add_errors(form, error)
        else:
            return redirect("service-station-elements", code=code)
    context = {"station": station, "entries": queries.element_list(request.user, station.town), "form": form}
    return render_page(request, f"{BASE}/elements.html", None, context, status=400 if form.is_bound else 200)


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def element_edit(request: HttpRequest, code: str, entry: int) -> HttpResponse:
    """The bureau corrects a line of the list."""
    station = _station(request, code)

    def current() -> tuple[int, dict[str, Any]]:
        row = _entry(request, station, entry)
        return row.version, {name: getattr(row, name) for name in EntryForm.base_fields}

    def save(version: int, changes: dict[str, Any]) -> None:
        row = _entry(request, station, entry)
        actions.update_entry(entry=row, by=request.user, version=version, changes=changes)

    return edit_versioned(
        request,
        form_of=EntryForm,
        current=current,
        save=save,
        page=EDIT,
        back=reverse("service-station-elements", args=[code]),
        context={"title": _("修改清单"), "subtitle": _entry(request, station, entry).title},
    )


@for_roles("admin", "bureau")
@require_POST
def element_remove(request: HttpRequest, code: str, entry: int) -> HttpResponse:
    """The bureau strikes a line, unless somebody has changed it since it was read."""
    station = _station(request, code)
    row = _entry(request, station, entry)
    try:
        actions.remove_entry(entry=row, by=request.user, version=version_of(request))
    except Stale:
        return redirect("service-station-element", code=code, entry=entry)
    return redirect("service-station-elements", code=code)


def _station(request: HttpRequest, code: str) -> ServiceStation:
    """The station; for whom its team is not meant, it is as if there were none."""
    station = queries.station_for(request.user, code)
    if station is None or not can_see_team(request.user, station):
        raise Http404
    return station


def _member(request: HttpRequest, station: ServiceStation, code: str) -> StationMember:
    found = next((row for row in queries.team(request.user, station) if row.code == code), None)
    if found is None:
        raise Http404
    return found


def _entry(request: HttpRequest, station: ServiceStation, pk: int) -> ElementListEntry:
    found = queries.element_list(request.user, station.town).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
