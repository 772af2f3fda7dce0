"""The start page, the leaders' dashboards and their pictures."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET
from django_htmx.http import HttpResponseClientRefresh, trigger_client_event
from rest_framework.exceptions import NotFound

from portal.kit.pages import for_roles, render_page, wants_fragment
from portal.kit.problems import or_404
from portal.metrics.places import listed
from portal.metrics.policy import READERS, can_read, sees_whole_district

from .boards import Board, Place, board_of, place_of
from .pictures import Picture, by_place, choices, default_of, purchases, trend_of
from .sections import SCREEN
from .workbench import sections_for
from .workbook import MEDIA_TYPE, board_workbook, picture_workbook

BASE = "portal/dashboards"
CLOCK = "%m-%d %H:%M"


@login_required
def workbench(request: HttpRequest) -> HttpResponse:
    """What this person should see first, by role."""
    context = {
        "sections": sections_for(request.user),
        "today": timezone.localdate(),
        "reads_figures": can_read(request.user),
    }
    return render_page(request, f"{BASE}/workbench.html", None, context)


@require_GET
@for_roles(*READERS)
def home(request: HttpRequest) -> HttpResponse:
    """The dashboard that is this person's: the district's, or that of the station's town."""
    if sees_whole_district(request.user):
        return redirect("dashboard-district")
    towns = place_of(request.user).towns
    if not towns:
        raise NotFound
    return redirect("dashboard-town", towns[0].code)


@require_GET
@for_roles(*READERS)
@gzip_page
def district(request: HttpRequest) -> HttpResponse:
    """Where the district stands in the three chains. A station is led to its town's."""
    if not sees_whole_district(request.user):
        return redirect("dashboards")
    return _dashboard(request, place_of(request.user))


@require_GET
@for_roles(*READERS)
@gzip_page
def chain(request: HttpRequest, code: str) -> HttpResponse:
    """The same of one chain; for a station that of the chain in its towns."""
    return _dashboard(request, place_of(request.user, chain=code))


@require_GET
@for_roles(*READERS)
@gzip_page
def town(request: HttpRequest, code: str) -> HttpResponse:
    """The same of one town."""
    return _dashboard(request, place_of(request.user, town=code))


@require_GET
@for_roles(*READERS)
@gzip_page
def station(request: HttpRequest, code: str) -> HttpResponse:
    """The same of one service station, and some of its town's: the guidance station there works for all of it."""
    return _dashboard(request, place_of(request.user, station=code))


def _dashboard(request: HttpRequest, place: Place) -> HttpResponse:
    """The whole page; asked by the page itself, only the pieces that changed since."""
    board = board_of(place)
    trends = [(part, trend_of(board, part)) for part in board.parts]
    clock = timezone.localtime(board.as_of).strftime(CLOCK) if board.as_of else ""
    if not wants_fragment(request):
        context = {"board": board, "place": place, "trends": trends, "clock": clock, **_heading(board)}
        return render_page(request, f"{BASE}/board.html", None, context)
    seen = dict(one.partition(":")[::2] for one in request.GET.getlist("seen"))
    shown = {name for name in seen if name.startswith("figure-")}
    is_other = shown and shown != {f"figure-{tile.code}" for part in board.parts for tile in part.cards}
    if is_other or ("empty" in seen and not board.is_empty):
        return HttpResponseClientRefresh()
    context = {
        "board": board,
        "place": place,
        "clock": clock,
        "tiles": [t for part in board.parts for t in part.cards if seen.get(f"figure-{t.code}") != t.digest],
        "parts": [
            part
            for part in board.parts
            if part.rows and seen.get(f"table-{part.section.code}") != part.digest
        ],
        "failures": seen.get("board-failed") != board.failed_digest,
        "pictures": [
            picture for _part, picture in trends if picture and seen.get(picture.id) != picture.digest
        ],
    }
    response = render_page(request, f"{BASE}/board.html", f"{BASE}/_changed.html", context)
    return trigger_client_event(response, "figures-as-of", {"text": clock})


def _heading(board: Board) -> dict[str, Any]:
    place = board.place
    if place.kind == "district":
        return {"title": _("%(name)s数据看板") % {"name": place.name}, "crumbs": None}
    title = _("%(name)s产业链看板") if place.kind == "chain" else _("%(name)s看板")
    return {"title": title % {"name": place.name}}


@require_GET
@for_roles(*READERS)
@gzip_page
def places(request: HttpRequest) -> HttpResponse:
    """A figure on the map of the towns, and one as a ranking of the chains; which, is for the reader to choose."""
    place = _place_asked(request)
    shown = []
    for kind in ("town", "chain"):
        if kind in place.query or len(place.towns if kind == "town" else place.chains) < 2:
            continue
        name = f"by_{kind}"
        if code := default_of(place, kind, request.GET.get(name, "")):
            offered = choices(place, kind)
            shown.append(
                {"name": name, "code": code, "offered": offered, "picture": by_place(place, kind, code)}
            )
    stations = [] if place.kind in ("chain", "station") else listed("station", place.area)
    context = {"place": place, "shown": shown, "stations": [row for row in stations if not row.closed_on]}
    return render_page(request, f"{BASE}/places.html", f"{BASE}/_places.html", context)


@require_GET
@for_roles(*READERS)
@gzip_page
def chain_purchases(request: HttpRequest, code: str) -> HttpResponse:
    """Who buys from whom along the chain, and its lead enterprises' purchases."""
    place = place_of(request.user, chain=code)
    context = {"place": place, "pictures": purchases(place, request.user, timezone.localdate())}
    return render_page(request, f"{BASE}/purchases.html", f"{BASE}/_purchases.html", context)


@require_GET
@for_roles(*READERS)
def workbook(request: HttpRequest) -> HttpResponse:
    """The numbers of a dashboard, or behind one picture of it, as a workbook."""
    place, key = _place_asked(request), request.GET.get("picture", "")
    if key:
        picture = or_404(_picture(request, place, key))
        content, title = picture_workbook(picture), picture.title
    else:
        content, title = board_workbook(board_of(place)), _("数据看板")
    name = f"{place.name}-{title}-{timezone.localdate():%Y%m%d}.xlsx".replace("/", "-")
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _picture(request: HttpRequest, place: Place, key: str) -> Picture | None:
    """A picture by its key; of the map and the ranking with the figure that `metric` names."""
    if key in ("towns", "chains"):
        kind = key.removesuffix("s")
        code = default_of(place, kind, request.GET.get("metric", "")) if kind not in place.query else ""
        return by_place(place, kind, code) if code else None
    if key in ("purchases", "leads"):
        if place.kind != "chain":
            return None
        return dict(
            zip(("purchases", "leads"), purchases(place, request.user, timezone.localdate()), strict=True)
        )[key]
    board = board_of(place)
    found = (trend_of(board, part) for part in board.parts)
    return next((picture for picture in found if picture and picture.key == key), None)


def _place_asked(request: HttpRequest) -> Place:
    """The place that `town`, `chain` or `station` names, else the whole scope."""
    return place_of(
        request.user, **{kind: request.GET.get(kind, "") for kind in ("town", "chain", "station")}
    )


@require_GET
@for_roles(*READERS)
def screen(request: HttpRequest) -> HttpResponse:
    """The big screen: a frame of 1920 × 1080 that shows the slides one after the other."""
    place = place_of(request.user)
    address = reverse("dashboard-slide")
    slides = [address, *(f"{address}?{urlencode({'chain': row.code})}" for row in place.chains)]
    context = {
        "place": place,
        "slides": slides,
        "seconds": settings.SCREEN_SECONDS,
        "zone": settings.TIME_ZONE,
    }
    return render_page(request, f"{BASE}/screen.html", None, context)


@require_GET
@for_roles(*READERS)
@gzip_page
def slide(request: HttpRequest) -> HttpResponse:
    """One picture of the big screen: the district, or a chain."""
    place = _place_asked(request)
    board = board_of(place, only=SCREEN)
    context = {
        "board": board,
        "place": place,
        "trend": next((one for part in reversed(board.parts) if (one := trend_of(board, part))), None),
        "side": _side_of(request, place),
        "map": _map_of(place),
        "clock": timezone.localtime(board.as_of).strftime(CLOCK) if board.as_of else "",
    }
    return render_page(request, f"{BASE}/_slide.html", None, context)


def _side_of(request: HttpRequest, place: Place) -> Picture | None:
    """Beside the figures: the ranking of the chains, or of one chain who buys from whom."""
    if place.kind == "chain":
        return purchases(place, request.user, timezone.localdate())[0]
    code = default_of(place, "chain", "")
    return by_place(place, "chain", code) if code else None


def _map_of(place: Place) -> Picture | None:
    """The map stands on the district's slide only."""
    code = default_of(place, "town", "") if place.kind == "district" and len(place.towns) > 1 else ""
    picture = by_place(place, "town", code) if code else None
    return picture if picture and picture.tiles else None
