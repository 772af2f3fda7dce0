"""2+18+N: the overview of the guidance stations, and one town's page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from portal.accounts.scope import Role
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import or_404

from .. import queries
from ..rows import instructor_rows, names_seen, point_rows
from ..rules import can_manage_any, masked
from .access import BASE, READERS, own_town, tabs


@for_roles(*READERS)
@require_GET
def station_list(request: HttpRequest) -> HttpResponse:
    """Every guidance station in scope with its figures."""
    rows = queries.overview(request.user)
    totals = {name: sum(row.figures[name] for row in rows) for name in (rows[0].figures if rows else ())}
    context = {"rows": rows, "totals": totals, "tabs": tabs(request, "station")}
    return render_page(request, f"{BASE}/stations.html", None, context)


@for_roles(Role.STATION)
@require_GET
def station_own(request: HttpRequest) -> HttpResponse:
    """本站: the own town's page; who works for several towns chooses."""
    town = own_town(request.user)
    return redirect("station", town.code) if town else redirect("station-list")


@for_roles(*READERS)
@require_GET
def station(request: HttpRequest, code: str) -> HttpResponse:
    """One town: committee, guidance station with its office, the N elements, people, liaison points, what is due."""
    shown = or_404(queries.station(request.user, code))
    seen = names_seen(request.user)
    people = instructor_rows(shown["people"], request.user, seen)
    load = sum(row["load"] for row in people)
    context = {
        **shown,
        "tabs": tabs(request, "station"),
        "people": people,
        "average": round(load / len(people), 1) if people else None,
        "most": max((row["load"] for row in people), default=0),
        "points": point_rows(shown["points"], request.user, seen),
        "areas": [
            (area, [(one, masked("name", one.name) if seen(one) else "") for one in posted])
            for area, posted in shown["areas"]
        ],
        "may_keep": can_manage_any(request.user),
    }
    return render_page(request, f"{BASE}/station.html", None, context)
