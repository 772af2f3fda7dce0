"""一揽子产业要素服务清单: read by everyone town by town, taken along by staff, kept by the bureau."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.imports.files import table
from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import Stale, or_404
from portal.kit.public_pages import render_public
from portal.kit.stale import edit_versioned, version_of
from portal.territory.models import Town

from ...kept.queries import home_district
from ...kept.rules import can_manage_services
from .. import actions, queries
from ..forms.editing import EntryForm, NewEntryForm
from ..models import ElementListEntry, ServiceStation
from ..rules.rights import can_take_lists
from .people import station_of
from .public import own_enterprise

BASE = "services/stations"


@require_GET
def element_lists(request: HttpRequest) -> HttpResponse:
    """The lists of the district, one a town; an enterprise's own town comes first."""
    enterprise = own_enterprise(request)
    rows = queries.lists_by_town(home_district())
    context = {
        "rows": rows,
        "own": next((row for row in rows if enterprise and row.town.pk == enterprise.town_id), None),
        "can_take": can_take_lists(request.user),
    }
    return render_public(request, f"{BASE}/element_lists.html", None, context)


@require_GET
def element_list(request: HttpRequest, town: str) -> HttpResponse:
    """The list of a town, element by element, to read and to print."""
    place = _town(town)
    context = {
        "town": place,
        "chain": place.led_chains.first(),
        "entries": queries.element_list(request.user, place),
        "station": place.stations.filter(closed_on=None).first(),
        "can_take": can_take_lists(request.user),
        "can_change": can_manage_services(request.user, place.district_id),
    }
    return render_public(request, f"{BASE}/element_list.html", None, context)


@for_roles("admin", "bureau", "station", "leader")
@require_GET
def element_lists_file(request: HttpRequest) -> FileResponse:
    """All lists of the district in one workbook."""
    return _workbook(_("一揽子产业要素服务清单"), queries.element_lists(request.user, home_district()))


@for_roles("admin", "bureau", "station", "leader")
@require_GET
def element_list_file(request: HttpRequest, town: str) -> FileResponse:
    """The list of one town as a workbook."""
    place = _town(town)
    name = _("%(town)s一揽子产业要素服务清单") % {"town": place.name}
    return _workbook(name, queries.element_list(request.user, place))


def _workbook(name: str, entries) -> FileResponse:
    headers = [_("街镇"), _("要素"), _("服务内容"), _("服务单位"), _("办理方式"), _("联系电话")]
    rows = ((row.town.name, row.element.name, row.title, row.provider, row.how, row.phone) for row in entries)
    return table(name, [str(header) for header in headers], rows)


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def elements(request: HttpRequest, code: str) -> HttpResponse:
    """The element list of a town: the bureau adds lines."""
    station = station_of(request, code)
    form = NewEntryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.add_entry(town=station.town, by=request.user, **form.cleaned_data)
            return redirect("service-station-elements", code=code)
    context = {"station": station, "entries": queries.element_list(request.user, station.town), "form": form}
    return render_page(request, f"{BASE}/elements.html", None, context, status=400 if form.is_bound else 200)


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def element_edit(request: HttpRequest, code: str, entry: int) -> HttpResponse:
    """The bureau corrects a line of the list."""
    station = station_of(request, code)

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
        back=reverse("service-station-elements", args=[code]),
        context={"title": _("修改清单"), "subtitle": _entry(request, station, entry).title, "wide": True},
    )


@for_roles("admin", "bureau")
@require_POST
def element_remove(request: HttpRequest, code: str, entry: int) -> HttpResponse:
    """The bureau strikes a line, unless somebody has changed it since it was read."""
    station = station_of(request, code)
    row = _entry(request, station, entry)
    try:
        actions.remove_entry(entry=row, by=request.user, version=version_of(request))
    except Stale:
        return redirect("service-station-element", code=code, entry=entry)
    return redirect("service-station-elements", code=code)


def _town(code: str) -> Town:
    """A town of the district whose services the public pages show."""
    district = home_district()
    return or_404(
        district.towns.filter(code=code, closed_on=None).select_related("district").first()
        if district
        else None
    )


def _entry(request: HttpRequest, station: ServiceStation, pk: int) -> ElementListEntry:
    return or_404(queries.element_list(request.user, station.town).filter(pk=pk).first())
