"""Public pages without a sign-in: catalogue, item, station finder, station, institutions. No personal data in them.

Somebody signed in sees more of the same: an enterprise what suits its chain and whether it meets the conditions, the
bureau where to edit.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from enterprises.registry.models import Enterprise
from portal.kit.public_pages import render_public
from portal.territory.models import Town

from .. import queries
from ..forms.filters import CatalogueFilter, InstitutionFilter, StationFilter
from ..models import ServiceItem, ServiceMode
from ..rules.rights import by_distance, can_manage_services, can_see_team

BASE = "services/stations"
NEAREST = 3


@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    """The services by words, by chain, with the stations nearest to a town."""
    district = queries.home_district()
    form = CatalogueFilter(request.GET, district=district)
    filters = form.values()
    found = list(queries.items(request.user, {**filters, "open": "1"}))
    near = queries.near_items(request.user, filters["search"]) if filters.get("search") and not found else []
    enterprise = own_enterprise(request)
    town = form.cleaned_data.get("town") or (enterprise.town if enterprise else None)
    context = {
        "form": form,
        "groups": [
            (label, rows)
            for code, label in ServiceItem.Group.choices
            if (rows := [row for row in found if row.group == code])
        ],
        "near": near,
        "suits": _suiting(enterprise, found),
        "town": town,
        "nearest": queries.nearest_stations(town)[:NEAREST] if town else [],
        "modes": dict(ServiceMode.choices),
        "can_change": can_manage_services(request.user),
    }
    return render_public(request, f"{BASE}/catalogue.html", f"{BASE}/_items.html", context)


@require_GET
def item_page(request: HttpRequest, code: str) -> HttpResponse:
    """A service: what it is, what to bring, for whom, where, and how to book it."""
    item = queries.item_for(request.user, code)
    if item is None:
        raise Http404
    enterprise = own_enterprise(request)
    town = _town(request) or (enterprise.town if enterprise else None) or _any_town()
    stations = queries.nearest_stations(town, item) if town else []
    context = {
        "item": item,
        "bring": [line for line in item.materials.splitlines() if line.strip()],
        "modes": [label for mode, label in ServiceMode.choices if mode in item.modes],
        "conditions": queries.conditions_of(item),
        "enterprise": enterprise,
        "unmet": queries.unmet_conditions(item, enterprise) if enterprise else [],
        "institutions": queries.institutions(request.user, {"item": code, "open": "1"}),
        "stations": stations,
        "openings": queries.openings([station for station, _tiles in stations]),
        "questions": item.questions.filter(is_published=True),
        "booking": booking_address(item=item.code),
        "can_change": can_manage_services(request.user),
    }
    return render_public(request, f"{BASE}/item.html", None, context)


@require_GET
def station_list(request: HttpRequest) -> HttpResponse:
    """The stations on the schematic map and as a list, open ones marked; the nearest first when a town is chosen."""
    district = queries.home_district()
    form = StationFilter(request.GET, district=district)
    filters = form.values()
    town_code = filters.pop("town", "")
    rows = list(queries.stations(request.user, {**filters, "open": "1"}).filter(district=district))
    town = form.cleaned_data.get("town") if town_code else None
    listed = by_distance(rows, town) if town else [(row, None) for row in rows]
    context = {
        "form": form,
        "stations": listed,
        "tiles": queries.tiles(rows),
        "openings": queries.openings(rows),
        "town": town,
    }
    return render_public(request, f"{BASE}/station_list.html", f"{BASE}/_stations.html", context)


@require_GET
def station_page(request: HttpRequest, code: str) -> HttpResponse:
    """A station: hours, way, what is done there, the roles of its team (no names), its town's element list."""
    station = queries.station_for(request.user, code)
    if station is None:
        raise Http404
    everywhere = list(queries.stations(request.user, {"open": "1"}).filter(district=station.district_id))
    context = {
        "station": station,
        "opening": queries.openings([station])[station.pk],
        "week": queries.week_of(station),
        "items": queries.items_at(station),
        "institutions": queries.institutions(request.user, {"town": station.town.code, "open": "1"}),
        "roles": queries.roles_of(station),
        "elements": queries.element_list(request.user, station.town),
        "tiles": queries.tiles(everywhere),
        "questions": station.questions.filter(is_published=True),
        "booking": booking_address(station=station.code),
        "can_change": can_manage_services(request.user, station.district_id),
        "can_see_team": can_see_team(request.user, station),
    }
    return render_public(request, f"{BASE}/station.html", None, context)


@require_GET
def institution_list(request: HttpRequest) -> HttpResponse:
    """The technical institutions by words, item and town."""
    district = queries.home_district()
    form = InstitutionFilter(request.GET, district=district)
    rows = queries.institutions(request.user, {**form.values(), "open": "1"}).filter(district=district)
    context = {
        "form": form,
        "institutions": rows,
        "can_change": can_manage_services(request.user, district.pk if district else 0),
    }
    return render_public(request, f"{BASE}/institution_list.html", f"{BASE}/_institutions.html", context)


@require_GET
def institution_page(request: HttpRequest, code: str) -> HttpResponse:
    """A technical institution with what it offers."""
    row = queries.institution_for(request.user, code)
    if row is None:
        raise Http404
    context = {
        "institution": row,
        "questions": row.questions.filter(is_published=True),
        "can_change": can_manage_services(request.user, row.district_id),
    }
    return render_public(request, f"{BASE}/institution.html", None, context)


def own_enterprise(request: HttpRequest) -> Enterprise | None:
    """The enterprise of a signed-in enterprise user."""
    if not request.user.is_authenticated or not request.user.scope.enterprises:
        return None
    rows = Enterprise.objects.visible_to(request.user).filter(uscc__in=request.user.scope.enterprises)
    return rows.select_related("town", "district").first()


def booking_address(**wish: Any) -> str:
    """Where a booking begins, with the wish filled in; empty as long as there is no such page."""
    try:
        return f"{reverse('booking-start')}?{urlencode(wish)}"
    except NoReverseMatch:
        return ""


def _suiting(enterprise: Enterprise | None, items: list[ServiceItem]) -> set[str]:
    """Codes of the items that are meant for a chain of the enterprise."""
    if enterprise is None:
        return set()
    own = set(enterprise.memberships.filter(ended_on=None).values_list("chain_id", flat=True))
    return {item.code for item in items if own & {chain.pk for chain in item.chains.all()}}


def _town(request: HttpRequest) -> Town | None:
    code = request.GET.get("town", "")
    return Town.objects.filter(code=code).first() if code.isascii() and code.isalnum() else None


def _any_town() -> Town | None:
    """Where distances start when nobody said where they are: the district's first town."""
    district = queries.home_district()
    return district.towns.filter(closed_on=None).first() if district else None
