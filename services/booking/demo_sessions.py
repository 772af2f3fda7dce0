"""The demo's weekly patterns and the sessions they make: two months back, and ahead to the horizon of the calendar."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from portal.kit.bulk import copy_rows
from portal.kit.demo import DemoRun
from portal.territory.models import District

from ..stations.models import Institution, ServiceItem, ServiceStation
from .actions import make_sessions
from .models import Closure, ServiceSession, SessionPattern
from .queries.layers import layers_of, midnight, released_until
from .rules import calendar

DAYS_BACK = 63
SESSION_COLUMNS = (
    "district_id", "station_id", "item_id", "institution_id", "pattern_id", "starts_at", "ends_at", "capacity",
    "booked", "waiting", "closed_reason", "version",
)  # fmt: skip
MOST_PLACES = 500
BUSY = {"jiuting", "fangsong", "kaifaqu", "zhongshan", "sijing", "chedun"}  # more people, more sessions
MORNING = (datetime.time(9), datetime.time(10))
AFTERNOON = (datetime.time(13, 30), datetime.time(14, 30), datetime.time(15, 30))
HOUR = datetime.timedelta(hours=1)
SATURDAY = 5
WEEKEND_ITEMS = ("ip", "training", "metrology")
PLACES = {"training": 6, "metrology": 3, "standards": 3, "ip": 3}
RESIDENT = {
    ("zhongshan", "testing"): "JG01",
    ("jiuting", "testing"): "JG01",
    ("fangsong", "training"): "JG01",
}


@dataclass(frozen=True)
class Ground:
    """Where the demo's bookings stand: the district's stations and items, and the day it was first loaded for."""

    district: District
    stations: dict[str, ServiceStation]
    items: dict[str, ServiceItem]
    loaded_on: datetime.date


def lay(demo: DemoRun) -> tuple[Ground, bool]:
    """Patterns, sessions and a past closure exist afterwards. Gives them, and whether this was the first time.

    A later loading only releases the days that have come nearer meanwhile; a larger `--scale` adds places.
    """
    district = District.objects.get(slug=demo.district)
    stations = {
        row.code: row for row in ServiceStation.objects.filter(district=district).select_related("town")
    }
    items = {row.code: row for row in ServiceItem.objects.filter(closed_on__isnull=True)}
    known = SessionPattern.objects.filter(station__district=district).order_by("valid_from").first()
    if known is not None:
        make_sessions()
        loaded_on = known.valid_from + datetime.timedelta(days=DAYS_BACK)
        return Ground(district, stations, items, loaded_on), False
    ground = Ground(district, stations, items, demo.today)
    institutions = _offers(district)
    for station in stations.values():
        patterns = SessionPattern.objects.bulk_create(_patterns(demo, ground, station, institutions))
        _sessions(station, patterns, demo)
    _closed_day(ground)
    return ground, True


def _offers(district: District) -> dict[str, list[Institution]]:
    """item code → the institutions that offer it."""
    found: dict[str, list[Institution]] = {}
    rows = Institution.objects.filter(district=district, closed_on__isnull=True).order_by("code")
    for institution in rows.prefetch_related("items"):
        for item in institution.items.all():
            found.setdefault(item.code, []).append(institution)
    return found


def _patterns(demo: DemoRun, ground: Ground, station: ServiceStation, offers: dict) -> list[SessionPattern]:
    """One to three sessions a week and item; a busy station has more, and its Saturday morning."""
    found = []
    for item in ground.items.values():
        chance = demo.chance("pattern", station.code, item.code)
        weekly = (2 if item.group == ServiceItem.Group.CORE else 1) + (station.code in BUSY)
        institution = _institution(chance, station, item, offers)
        for weekday in sorted(chance.sample(range(5), weekly)):
            starts_at = chance.choice(MORNING + AFTERNOON)
            found.append(_pattern(demo, station, item, institution, weekday, starts_at))
    if station.hours.filter(weekday=SATURDAY).exists():
        for number, code in enumerate(WEEKEND_ITEMS):
            if code in ground.items:
                starts_at = MORNING[number % len(MORNING)]
                found.append(_pattern(demo, station, ground.items[code], None, SATURDAY, starts_at))
    return found


def _institution(chance, station: ServiceStation, item: ServiceItem, offers: dict) -> Institution | None:
    """Some sessions are the station's own, others are held by a technical institution that offers the item."""
    able = offers.get(item.code, [])
    resident = RESIDENT.get((station.code, item.code))
    if resident:
        return next((row for row in able if row.code == resident), None)
    return chance.choice(able) if able and chance.random() < 0.55 else None


def _pattern(
    demo: DemoRun, station, item, institution, weekday: int, starts_at: datetime.time
) -> SessionPattern:
    ends_at = (datetime.datetime.combine(demo.today, starts_at) + HOUR).time()
    places = PLACES.get(item.code, 2) + (station.code in BUSY)
    return SessionPattern(
        station=station, item=item, institution=institution, weekday=weekday, starts_at=starts_at, ends_at=ends_at,
        capacity=min(places * demo.scale, MOST_PLACES), valid_from=demo.days_ago(DAYS_BACK),
        made_until=released_until(demo.today),
    )  # fmt: skip


def _sessions(station: ServiceStation, patterns: list[SessionPattern], demo: DemoRun) -> None:
    """What the patterns make through the four-layer calendar, past days included (the action makes coming ones only)."""
    first, last = demo.days_ago(DAYS_BACK), released_until(demo.today)
    capacity = {row.pk: row.capacity for row in patterns}
    plans = calendar.plan(first, last, layers_of(station, first, last, patterns=patterns))
    copy_rows(
        ServiceSession,
        SESSION_COLUMNS,
        (
            (station.district_id, station.pk, plan.pattern.item, plan.pattern.institution, plan.pattern.key,
             plan.starts_at, plan.ends_at, capacity[plan.pattern.key], 0, 0, "", 1)
            for plan in {(plan.pattern.item, plan.pattern.institution, plan.starts_at): plan for plan in plans}.values()
        ),
    )  # fmt: skip


def widen(ground: Ground, scale: int) -> bool:
    """A larger `--scale` on a demo that stands: its patterns and sessions get the places that it wants. Whether some
    got any."""
    changed = 0
    for code, item in ground.items.items():
        for busy in (False, True):
            stations = [row for row in ground.stations.values() if (row.code in BUSY) == busy]
            wanted = min((PLACES.get(code, 2) + busy) * scale, MOST_PLACES)
            small = SessionPattern.objects.filter(item=item, station__in=stations, capacity__lt=wanted)
            ServiceSession.objects.filter(pattern__in=small, capacity__lt=wanted).update(capacity=wanted)
            changed += small.update(capacity=wanted)
    return changed > 0


def _closed_day(ground: Ground) -> None:
    """A working day three weeks ago on which one station was closed; its sessions keep the reason."""
    station = ground.stations.get("xinqiao") or next(iter(ground.stations.values()))
    before = midnight(ground.loaded_on - datetime.timedelta(days=18))
    last = ServiceSession.objects.filter(station=station, starts_at__lt=before).order_by("-starts_at").first()
    if last is None:
        return
    day = timezone.localtime(last.starts_at).date()
    told = midnight(day) - datetime.timedelta(hours=40)
    closure = Closure.objects.create(
        station=station,
        starts_at=midnight(day),
        ends_at=midnight(day + calendar.DAY),
        reason="服务大厅供电检修",
    )
    Closure.objects.filter(pk=closure.pk).update(created_at=told)
    ServiceSession.objects.filter(
        station=station, starts_at__gte=midnight(day), starts_at__lt=midnight(day + calendar.DAY)
    ).update(closed_at=told, closed_reason="服务大厅供电检修")
