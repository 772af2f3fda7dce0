"""The demo's day of loading: every station's board as it would look at this moment, weekends included.

The work calendar decides on sessions; where it gives none near the present moment, the station holds an extra one by
hand (延时服务), as stations may on any day, between seven in the morning and half past ten in the evening.
"""

import datetime
from collections import Counter

from django.utils import timezone

from portal.kit.demo import weighted

from ..stations.models import ServiceMode, ServiceStation
from .demo_fates import MINUTE, Stage, ask, asked_at, enter, judge, serve, words
from .demo_rows import Planned
from .demo_sessions import MOST_PLACES, Ground
from .models import Booking, ServiceSession
from .queries.layers import midnight
from .rules import states
from .rules.calendar import DAY

EARLIEST, LATEST = datetime.time(7), datetime.time(22, 30)
HALF_HOUR = 30 * MINUTE
EXTRA_PLACES = 6


def live(stage: Stage, ground: Ground, station: ServiceStation) -> list[Planned]:
    """Today's bookings of a station as of now; none when somebody booked there today already: then it lives by itself."""
    today = midnight(stage.demo.today)
    rows = ServiceSession.objects.filter(station=station, starts_at__gte=today, starts_at__lt=today + DAY)
    if Booking.objects.filter(session__in=rows, created_at__gte=today).exists():
        return []
    _extra_sessions(stage, ground, station, list(rows))
    planned: list[Planned] = []
    for session in (
        rows.filter(closed_at__isnull=True).select_related("station", "item").order_by("starts_at", "pk")
    ):
        planned += _of_session(stage, session)
    _give_tickets(planned)
    return planned


def _extra_sessions(
    stage: Stage, ground: Ground, station: ServiceStation, rows: list[ServiceSession]
) -> None:
    """One that is running and one that comes next, unless the calendar has one running."""
    now = timezone.localtime(stage.now)
    running = [row for row in rows if row.starts_at <= stage.now < row.ends_at and row.closed_at is None]
    if running or not EARLIEST <= now.time() <= LATEST:
        return
    chance = stage.demo.chance("extra", station.code, stage.demo.today)
    first = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0) - HALF_HOUR
    codes = chance.sample(sorted(set(ground.items) - {"brand", "trade-secrets"}), 2)
    for number, code in enumerate(codes):
        starts_at = first + number * 3 * HALF_HOUR
        if timezone.localtime(starts_at).date() == stage.demo.today and starts_at.time() >= EARLIEST:
            ServiceSession.objects.get_or_create(
                station=station, item=ground.items[code], institution=None, member=None, starts_at=starts_at,
                defaults={"district": ground.district, "ends_at": starts_at + 3 * HALF_HOUR,
                          "capacity": min(EXTRA_PLACES * stage.demo.scale, MOST_PLACES)},
            )  # fmt: skip


def _of_session(stage: Stage, session: ServiceSession) -> list[Planned]:
    """Up to the free places; whoever is first came first, so the later ones still wait."""
    found, taken = [], set(session.bookings.values_list("enterprise_id", flat=True))
    free = session.capacity - session.booked
    wanted = stage.demo.chance("today", stage.key(session)).uniform(0.6, 1.0) * session.capacity
    for number in range(min(free, max(2, round(wanted)))):
        chance = stage.demo.chance("today", stage.key(session), number)
        client = stage.clients.pick(chance, session.item, session.station.town_id, taken)
        if client is None:
            continue
        taken.add(client.pk)
        row = ask(stage, chance, session, client, asked_at(chance, session))
        row.created_at = min(row.created_at, stage.now - 90 * MINUTE)
        if not found:  # somebody booked this very morning: the day has begun, and is not begun twice
            row.created_at = max(midnight(stage.demo.today), min(stage.now, session.starts_at) - 40 * MINUTE)
        found.append(row)
        _as_of_now(stage, chance, row, number)
    return found


def _as_of_now(stage: Stage, chance, row: Planned, number: int) -> None:
    """Where the booking stands at this moment of its session's day."""
    session, now = row.session, stage.now
    if number == 2 and now > session.starts_at + 25 * MINUTE:
        return _walk_in(stage, chance, row)
    enter(stage, chance, row, settled=session.starts_at < now + 3 * 60 * MINUTE or chance.random() < 0.7)
    if session.ends_at <= now:
        if row.mode == ServiceMode.ONSITE and chance.random() < 0.10:
            row.step("no_show", states.NO_SHOW, session.starts_at + 16 * MINUTE)
        else:
            serve(stage, chance, row, session.starts_at - chance.randint(0, 12) * MINUTE)
    elif session.starts_at + 15 * MINUTE < now:
        _while_running(stage, chance, row, number)
    elif session.starts_at - 25 * MINUTE < now and number % 3 != 2 and row.mode == ServiceMode.ONSITE:
        row.step("check_in", states.CHECKED_IN, now - chance.randint(1, 5) * MINUTE, stage.clerk(session))
    return None


def _while_running(stage: Stage, chance, row: Planned, number: int) -> None:
    """The first is done, the second at the counter, the next was called, the others wait; one did not come."""
    session, clerk, now = row.session, stage.clerk(row.session), stage.now
    if row.mode != ServiceMode.ONSITE:
        row.step("start", states.IN_SERVICE, session.starts_at + 2 * MINUTE, clerk)
        return
    if number == 4:
        row.step("no_show", states.NO_SHOW, session.starts_at + 15 * MINUTE)
        return
    row.step("check_in", states.CHECKED_IN, session.starts_at - chance.randint(1, 20) * MINUTE, clerk)
    if number > 2:
        return
    called = min(session.starts_at + (4 + 6 * number) * MINUTE, now - 2 * MINUTE)
    row.step("call", None, called, clerk)
    if number == 2:
        return
    row.step("start", states.IN_SERVICE, called + MINUTE, clerk)
    if number == 0 and now > called + 10 * MINUTE:
        row.step(
            "complete",
            states.COMPLETED,
            min(called + chance.randint(8, 20) * MINUTE, now),
            clerk,
            note=row.outcome,
        )
        if weighted(chance, ((True, 40), (False, 60))):
            judge(stage, chance, row, now)


def _walk_in(stage: Stage, chance, row: Planned) -> None:
    session = row.session
    arrived = session.starts_at + chance.randint(3, 18) * MINUTE
    row.created_at, row.booked_by, row.is_walk_in = arrived, stage.clerk(session), True
    row.mode, row.note, row.subject = ServiceMode.ONSITE, "", words()["items"][session.item.code][0][0]
    row.step("walk_in", states.CHECKED_IN, arrived, row.booked_by)
    if session.ends_at <= stage.now:
        serve(stage, chance, row, arrived)


def _give_tickets(planned: list[Planned]) -> None:
    """Codes in the order of arrival, a letter for each item, as the desk gives them."""
    given: Counter[str] = Counter()
    arrivals = [
        (row.created_at if row.is_walk_in else row.stamps.get("checked_in_at"), row) for row in planned
    ]
    for _at, row in sorted((pair for pair in arrivals if pair[0]), key=lambda pair: pair[0]):
        letter = chr(ord("A") + row.session.item.position % 26)
        given[letter] += 1
        row.ticket = f"{letter}{given[letter]:03d}"
