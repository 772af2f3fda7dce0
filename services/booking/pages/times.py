"""Choosing where and when: the nearest stations of an item, the items of a station, and the free times of both.

Plain links and GET forms: the pages read and work without JavaScript.
"""

import datetime
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portal.kit.pages import render_page
from portal.kit.problems import or_404
from portal.territory.models import Town

from ...kept.queries import home_district
from ...stations import queries as stations
from ...stations.models import ServiceItem, ServiceStation
from ...stations.pages.public import own_enterprise
from ..models import SessionPattern
from ..queries.alternatives import first_openings
from ..queries.layers import released_until
from ..queries.times import Day, free_times
from ..rules.calendar import DAY, Reason, Slot
from ..rules.rights import can_book
from ..rules.windows import bookable_from
from ..terms import windows
from .wording import moments

BASE = "services/booking"
SPAN = 35  # days on one page: five weeks

SHORT = {
    Reason.PAST: "",
    Reason.HOLIDAY: _("休"),
    Reason.WEEKDAY: _("休"),
    Reason.CLOSURE: _("停"),
    Reason.INSTITUTION_CLOSED: _("停"),
    Reason.LEAVE: _("假"),
    Reason.NO_PATTERN: _("未排"),
    Reason.FULL: _("满"),
    Reason.TOO_SOON: _("止"),
    Reason.NOT_RELEASED: _("未放"),
}
"""What a phone's narrow column shows of a reason; the sentence is read out, and stands in the day's panel."""


@require_GET
@login_required
def booking_start(request: HttpRequest) -> HttpResponse:
    """Where a booking begins: with an item and a station the free times, with one of them the choice of the other."""
    item, station = request.GET.get("item", ""), request.GET.get("station", "")
    if item and station:
        return _free_times(request, item, station)
    if item:
        return _choose_station(request, item)
    if station:
        return _choose_item(request, station)
    return redirect("service-catalogue")


def _free_times(request: HttpRequest, item_code: str, station_code: str) -> HttpResponse:
    item, station = item_and_station(request, item_code, station_code)
    context = {
        "can_book": can_book(request.user),
        **times_context(request, item, station, address=reverse("booking-start")),
    }
    return render_page(request, f"{BASE}/times.html", f"{BASE}/_times.html", context)


def _choose_station(request: HttpRequest, item_code: str) -> HttpResponse:
    """The stations that serve an item, the nearest to the enterprise first, each with its first opening."""
    item = or_404(stations.item_for(request.user, item_code))
    town = _town(request)
    found = stations.nearest_stations(town, item) if town else []
    rows = [station for station, _tiles in found]
    opening = stations.openings(rows)
    first = first_openings(item, rows, now=timezone.now())
    context = {
        "item": item,
        "town": town,
        "towns": Town.objects.visible_to(request.user).filter(
            district_id=town.district_id if town else None, closed_on=None
        ),
        "stations": [
            {
                "station": station,
                "is_own": tiles == 0,
                "opening": opening[station.pk],
                "first": first.get(station.pk),
                "url": _address(reverse("booking-start"), item=item.code, station=station.code),
            }
            for station, tiles in found
        ],
    }
    return render_page(request, f"{BASE}/choose_station.html", f"{BASE}/_stations.html", context)


def _choose_item(request: HttpRequest, station_code: str) -> HttpResponse:
    station = stations.station_for(request.user, station_code)
    if station is None or station.closed_on:
        raise Http404
    items = [
        {"item": item, "url": _address(reverse("booking-start"), item=item.code, station=station.code)}
        for item in stations.items_at(station)
    ]
    return render_page(request, f"{BASE}/choose_item.html", None, {"station": station, "items": items})


def item_and_station(
    request: HttpRequest, item_code: str, station_code: str
) -> tuple[ServiceItem, ServiceStation]:
    """Both by their codes, in one query where a pattern names them together. Raises Http404."""
    both = (
        SessionPattern.objects.visible_to(request.user)
        .select_related("item", "station__town", "station__district")
        .filter(item__code=item_code, station__code=station_code)
        .order_by("pk")
        .first()
    )
    if both is not None:
        return both.item, both.station
    item = ServiceItem.objects.visible_to(request.user).filter(code=item_code).first()
    rows = ServiceStation.objects.visible_to(request.user).select_related("town", "district")
    station = rows.filter(code=station_code).first()
    if item is None or station is None:
        raise Http404
    return item, station


def times_context(
    request: HttpRequest,
    item: ServiceItem,
    station: ServiceStation,
    *,
    address: str,
    to_choose: Callable[[int], str] | None = None,
) -> dict[str, Any]:
    """Five weeks of days with the chosen day's times, for booking and for moving a booking. `address`: the page itself;
    `to_choose`: where a time leads by its session's id (default: the booking form)."""
    now = timezone.now()
    today = timezone.localdate(now)
    first = _first_day(request, today)
    times = free_times(station=station, item=item, first=first, last=first + DAY * (SPAN - 1))
    chosen = _chosen(request, times.days, today)
    here = {"item": item.code, "station": station.code}
    to_choose = to_choose or (lambda pk: _address(reverse("booking-form"), session=pk))
    earlier, later = first - DAY * SPAN, first + DAY * SPAN
    monday = today - DAY * today.weekday()
    return {
        "item": item,
        "station": station,
        "weeks": [_week(times.days[start : start + 7], chosen, today, address, here, first) for start in range(0, SPAN, 7)],
        "first": first,
        "last": first + DAY * (SPAN - 1),
        "chosen": chosen,
        "slots": [_slot(slot, now, to_choose) for slot in chosen.slots],
        "openings": [
            {**row, "is_here": row["station"] == station.code, "url": to_choose(row["id"])}
            for row in moments(times.openings)
        ],
        "has_free": times.has_free,
        "earlier": _address(address, **here, **{"from": max(earlier, monday)}) if first > monday else "",
        "later": _address(address, **here, **{"from": later}) if later <= released_until(today) else "",
        "other_stations": _address(address, item=item.code),
    }  # fmt: skip


def _week(
    days: list[Day],
    chosen: Day,
    today: datetime.date,
    address: str,
    here: dict[str, str],
    first: datetime.date,
) -> list[dict[str, Any]]:
    return [
        {
            "day": day.day,
            "free": day.free,
            "why": day.why.sentence if day.why else "",
            "short": SHORT.get(Reason(day.why.reason), "") if day.why else "",
            "is_past": day.day < today,
            "is_today": day.day == today,
            "is_chosen": day.day == chosen.day,
            "url": _address(address, **here, **{"from": first, "day": day.day}) + "#day",
        }
        for day in days
    ]


def _slot(slot: Slot, now: datetime.datetime, to_choose: Callable[[int], str]) -> dict[str, Any]:
    """A time of the chosen day: free, full (one may wait), or why it cannot be had."""
    problem = ""
    if slot.closed_reason is not None:
        problem = slot.closed_reason or _("停止服务")
    elif slot.starts_at <= now:
        problem = _("已开始")
    elif slot.starts_at <= bookable_from(now, windows()):
        problem = _("临近开始，不再接受预约")
    return {"slot": slot, "problem": problem, "url": to_choose(slot.key), "is_full": not slot.free}


def _first_day(request: HttpRequest, today: datetime.date) -> datetime.date:
    """The Monday that the page begins with: never before this week, never after what is released."""
    day = _day(request, "from") or _day(request, "day") or today
    day = min(max(day, today), released_until(today))
    return day - DAY * day.weekday()


def _chosen(request: HttpRequest, days: list[Day], today: datetime.date) -> Day:
    """The day whose times are shown: the one asked for, else the first with a free time, else today."""
    asked = _day(request, "day")
    found = next((day for day in days if day.day == asked), None)
    found = found or next((day for day in days if day.why is None), None)
    return found or next((day for day in days if day.day == today), days[0])


def _day(request: HttpRequest, name: str) -> datetime.date | None:
    try:
        return parse_date(request.GET.get(name, "")[:10])
    except ValueError:
        return None


def _town(request: HttpRequest) -> Town | None:
    """Where somebody starts from: the town asked for, the enterprise's, else the district's first one."""
    code = request.GET.get("town", "")
    towns = Town.objects.visible_to(request.user).select_related("district").filter(closed_on=None)
    if code.isascii() and code.isalnum() and (found := towns.filter(code=code).first()):
        return found
    if enterprise := own_enterprise(request):
        return enterprise.town
    own = towns.filter(pk__in=request.user.scope.towns).first()
    district = home_district()
    return own or (towns.filter(district=district).first() if district else None)


def _address(path: str, **query: Any) -> str:
    return f"{path}?{urlencode(query)}"
