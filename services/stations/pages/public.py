"""Public pages without a sign-in: catalogue, item, station finder, station, institutions. No personal data in them.

Somebody signed in sees more of the same: an enterprise what suits its chain and whether it meets the conditions, the
bureau where to edit.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from chains.industry.models import Chain
from enterprises.registry.models import Enterprise
from portal.kit.problems import or_404
from portal.kit.public_pages import render_public
from portal.metrics.policy import can_read
from portal.territory.models import Town

from ...booking.queries.alternatives import first_openings
from ...booking.queries.today import free_today
from ...booking.rules.rights import can_book, can_manage_station
from ...kept.queries import home_district
from ...kept.rules import can_manage_services
from .. import queries
from ..forms.filters import CatalogueFilter, InstitutionFilter, StationFilter
from ..models import ServiceItem, ServiceMode, ServiceStation
from ..rules.rights import by_distance, can_see_team

BASE = "services/stations"
NEAREST = 3
STATIONS_SHOWN = 6


@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    """The services by words, by chain, with the stations nearest to a town."""
    district = home_district()
    form = CatalogueFilter(request.GET, district=district)
    filters = form.values()
    found = list(queries.items(request.user, {**filters, "open": "1"}))
    near = queries.near_items(request.user, filters["search"]) if filters.get("search") and not found else []
    enterprise = own_enterprise(request)
    town = form.cleaned_data.get("town") or (enterprise.town if enterprise else None)
    own_chains = _chains_of(enterprise)
    suits = {item.code for item in found if set(own_chains) & set(item.chains.all())}
    context = {
        "form": form,
        "groups": [
            (label, sorted(rows, key=lambda row: row.code not in suits))
            for code, label in ServiceItem.Group.choices
            if (rows := [row for row in found if row.group == code])
        ],
        "near": near,
        "suits": suits,
        "own_chains": [chain for chain in own_chains if chain.code != filters.get("chain")],
        "town": town,
        "nearest": queries.nearest_stations(town)[:NEAREST] if town else [],
        "modes": dict(ServiceMode.choices),
        "can_change": can_manage_services(request.user),
    }
    return render_public(request, f"{BASE}/catalogue.html", f"{BASE}/_items.html", context)


@require_GET
def item_page(request: HttpRequest, code: str) -> HttpResponse:
    """A service: what it is, what to bring, for whom, where, and how to book it."""
    item = or_404(queries.item_for(request.user, code))
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
        "stations": _places_to_go(request, item, stations[:STATIONS_SHOWN]),
        "questions": item.questions.filter(is_published=True),
        "booking": booking_address(request, item=item.code),
        "can_change": can_manage_services(request.user),
    }
    return render_public(request, f"{BASE}/item.html", None, context)


@require_GET
def station_list(request: HttpRequest) -> HttpResponse:
    """The stations on the schematic map and as a list, open ones marked; the nearest first when a town is chosen."""
    district = home_district()
    form = StationFilter(request.GET, district=district)
    filters = form.values()
    filters.pop("town", "")
    rows = list(queries.stations(request.user, {**filters, "open": "1"}).filter(district=district))
    openings = queries.openings(rows)
    if form.cleaned_data.get("now"):
        rows = [row for row in rows if openings[row.pk].is_open]
    enterprise = own_enterprise(request)
    chosen = form.cleaned_data.get("town")
    town = chosen or (enterprise.town if enterprise else None)
    item = form.cleaned_data.get("item")
    wish = {"item": item.code} if item else {}
    context = {
        "form": form,
        "stations": [
            (row, tiles, booking_address(request, **wish, station=row.code))
            for row, tiles in (by_distance(rows, town) if town else [(row, None) for row in rows])
        ],
        "tiles": [] if chosen else queries.tiles(rows),
        "openings": openings,
        "free": free_today(rows),
        "town": town,
    }
    return render_public(request, f"{BASE}/station_list.html", f"{BASE}/_stations.html", context)


@require_GET
def station_page(request: HttpRequest, code: str) -> HttpResponse:
    """A station: hours, way, what is done there, the roles of its team (no names), its town's element list."""
    station = or_404(queries.station_for(request.user, code))
    everywhere = list(queries.stations(request.user, {"open": "1"}).filter(district=station.district_id))
    context = {
        "station": station,
        "opening": queries.openings([station])[station.pk],
        "week": queries.week_of(station),
        "items": [
            (item, booking_address(request, item=item.code, station=station.code))
            for item in queries.items_at(station)
        ],
        "free": free_today([station]).get(station.pk),
        "institutions": queries.institutions(request.user, {"town": station.town.code, "open": "1"}),
        "roles": queries.roles_of(station),
        "elements": queries.element_list(request.user, station.town),
        "tiles": queries.tiles(everywhere),
        "questions": station.questions.filter(is_published=True),
        "booking": booking_address(request, station=station.code),
        "can_change": can_manage_services(request.user, station.district_id),
        "can_see_team": can_see_team(request.user, station),
        "reads_figures": _reads_figures(request, station),
        "desk": f"{reverse('desk')}?{urlencode({'station': station.code})}"
        if _works_at(request, station)
        else "",
    }
    return render_public(request, f"{BASE}/station.html", None, context)


@require_GET
def institution_list(request: HttpRequest) -> HttpResponse:
    """The technical institutions by words, item and town."""
    district = home_district()
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
    row = or_404(queries.institution_for(request.user, code))
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


def booking_address(request: HttpRequest, **wish: str) -> str:
    """Where a booking begins, with the wish filled in; empty for somebody signed in who never books."""
    if request.user.is_authenticated and not can_book(request.user):
        return ""
    return f"{reverse('booking-start')}?{urlencode(wish)}"


def _places_to_go(
    request: HttpRequest, item: ServiceItem, nearest: list[tuple[ServiceStation, float]]
) -> list[dict[str, Any]]:
    """The nearest stations, each with whether it is open, when it serves the item next, and the way to book there."""
    stations = [station for station, _tiles in nearest]
    openings, first = queries.openings(stations), first_openings(item, stations, now=timezone.now())
    return [
        {
            "station": station,
            "opening": openings[station.pk],
            "first": first.get(station.pk),
            "booking": booking_address(request, item=item.code, station=station.code),
        }
        for station in stations
    ]


def _works_at(request: HttpRequest, station: ServiceStation) -> bool:
    return request.user.is_authenticated and can_manage_station(request.user, station)


def _reads_figures(request: HttpRequest, station: ServiceStation) -> bool:
    """Whether the station's dashboard is open to the reader."""
    if not request.user.is_authenticated or not can_read(request.user):
        return False
    scope = request.user.scope
    return station.district_id in scope.districts or scope.manages_town(station.town_id, station.district_id)


def _chains_of(enterprise: Enterprise | None) -> list[Chain]:
    """The chains on which an enterprise has a place."""
    if enterprise is None:
        return []
    return list(
        Chain.objects.filter(memberships__enterprise=enterprise, memberships__ended_on=None).distinct()
    )


def _town(request: HttpRequest) -> Town | None:
    code = request.GET.get("town", "")
    return Town.objects.filter(code=code).first() if code.isascii() and code.isalnum() else None


def _any_town() -> Town | None:
    """Where distances start when nobody said where they are: the district's first town."""
    district = home_district()
    return district.towns.filter(closed_on=None).first() if district else None
