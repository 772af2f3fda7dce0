"""The demo's sessions and bookings: two months gone by, a month asked for ahead, and today's boards as of this moment.

Written by COPY, because the actions hold to the clock and the past cannot be booked. A booking is found again by its
enterprise and session, so loading twice adds nothing; loading on a later day brings that day's boards to life.
"""

import datetime
from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portal.accounts.demo import demo_user
from portal.accounts.models import Membership
from portal.accounts.scope import Role
from portal.kit.demo import DemoRun
from portal.metrics.actions import mark_dirty

from ..stations.models import ServiceStation
from . import demo_own, demo_sessions, demo_today
from .actions import close_days
from .demo_fates import Stage, ask, coming, enter, past, waited
from .demo_people import Clients
from .demo_rows import Planned, write
from .models import Booking, ServiceSession
from .queries.layers import midnight
from .rules import states
from .rules.calendar import DAY

DAYS_AHEAD = 31
WANTED = {"testing": 1.25, "training": 1.2, "ip": 1.15, "metrology": 1.1, "trade-secrets": 0.6, "brand": 0.75}
LIKED = {
    "jiuting": 1.3,
    "kaifaqu": 1.3,
    "fangsong": 1.2,
    "sheshan": 1.1,
    "maogang": 0.6,
    "shihudang": 0.6,
    "xinbang": 0.65,
}
FILL = 0.62
HOT = 0.05  # of the sessions: everybody wants them, and some wait in line
LINE = 3  # at most so many
CHUNK = 20_000
UNFINISHED = {"dongjing", "yexie"}


@transaction.atomic
def load(demo: DemoRun) -> None:
    if not ServiceStation.objects.filter(district__slug=demo.district).exists():
        return  # a demo district without stations has nothing to book
    ground, is_new = demo_sessions.lay(demo)
    stage = _stage(demo, ground)
    if is_new or demo_sessions.widen(ground, demo.scale):
        _write_history(stage, ground)
    for station in ground.stations.values():
        write(ground.district.pk, demo_today.live(stage, ground, station))
    if is_new:
        write(ground.district.pk, _unfinished(stage, ground))
        _close_ahead(stage, ground)
    demo_own.load(stage, ground)
    mark_dirty("booking", "session", "pattern")


def _write_history(stage: Stage, ground: demo_sessions.Ground) -> None:
    pending: list[Planned] = []
    for planned in _history(stage, ground):
        pending += planned
        if len(pending) >= CHUNK:
            write(ground.district.pk, pending)
            pending = []
    write(ground.district.pk, pending)


def _unfinished(stage: Stage, ground: demo_sessions.Ground) -> list[Planned]:
    """At two stations somebody was checked in on the last day and nobody wrote down what became of it."""
    found = []
    for code in UNFINISHED & ground.stations.keys():
        rows = ServiceSession.objects.filter(
            station__code=code,
            starts_at__lt=midnight(ground.loaded_on),
            booked__lt=F("capacity"),
            closed_at=None,
        )
        session = rows.select_related("station", "item").order_by("-starts_at").first()
        if session is None:
            continue
        chance = stage.demo.chance("unfinished", code)
        taken = set(session.bookings.values_list("enterprise_id", flat=True))
        client = stage.clients.pick(chance, session.item, session.station.town_id, taken)
        if client is not None:
            row = ask(stage, chance, session, client, session.starts_at - 2 * DAY)
            row.mode, row.ticket = "onsite", "A009"
            enter(stage, chance, row, settled=True)
            row.step("check_in", states.CHECKED_IN, session.starts_at, stage.clerk(session))
            found.append(row)
    return found


def _close_ahead(stage: Stage, ground: demo_sessions.Ground) -> None:
    """A day to come on which a busy station is closed: whom it hits is offered another time."""
    station = ground.stations.get("chedun")
    if station is None:
        return
    first = midnight(ground.loaded_on + 6 * DAY)
    rows = ServiceSession.objects.filter(station=station, starts_at__gte=first, booked__gt=0).order_by(
        "starts_at"
    )
    session = rows.first()
    if session is not None:
        day = midnight(timezone.localtime(session.starts_at).date())
        close_days(
            by=get_user_model().objects.get(pk=stage.bureau), station=station, starts_at=day,
            ends_at=day + DAY, reason="办公楼消防设施改造",
        )  # fmt: skip


def _stage(demo: DemoRun, ground: demo_sessions.Ground) -> Stage:
    staff = Membership.objects.filter(role=Role.STATION, town__isnull=False).order_by("-pk")
    return Stage(
        demo=demo,
        clients=Clients(demo, ground.district.code, ground.loaded_on),
        staff=dict(staff.values_list("town_id", "user_id")),
        bureau=demo_user(ground.district, "bureau").pk,
        now=timezone.now().replace(microsecond=0),
    )


def _history(stage: Stage, ground: demo_sessions.Ground) -> Iterator[list[Planned]]:
    """Session by session, as of the day of the first loading: who had asked by then, and what became of it."""
    cutoff = midnight(ground.loaded_on)
    last = cutoff + datetime.timedelta(days=DAYS_AHEAD)
    sessions = ServiceSession.objects.filter(
        pattern__isnull=False, station__in=ground.stations.values(), starts_at__lt=last,
        starts_at__gte=cutoff - datetime.timedelta(days=demo_sessions.DAYS_BACK),
    ).select_related("station", "item")  # fmt: skip
    taken: dict[int, set[int]] = {}
    for session, enterprise in Booking.objects.filter(session__in=sessions).values_list(
        "session_id", "enterprise_id"
    ):
        taken.setdefault(session, set()).add(enterprise)
    for session in sessions.order_by("starts_at", "pk").iterator(2_000):
        yield _of_session(stage, session, cutoff, taken.get(session.pk, set()))


def _of_session(
    stage: Stage, session: ServiceSession, cutoff: datetime.datetime, known: set[int]
) -> list[Planned]:
    """The session's bookings that are not there yet, those who came too late for a place on the waiting list."""
    luck = stage.demo.chance("demand", stage.key(session))
    is_hot = luck.random() < HOT
    fill = (
        FILL
        * WANTED.get(session.item.code, 1.0)
        * LIKED.get(session.station.code, 1.0)
        * luck.uniform(0.4, 1.5)
    )
    wanted = session.capacity + luck.randint(1, LINE) if is_hot else round(min(fill, 1.05) * session.capacity)
    free, taken, found = session.capacity - session.booked, set(), []
    for number in range(wanted):
        chance = stage.demo.chance("booking", stage.key(session), number)
        client = stage.clients.pick(chance, session.item, session.station.town_id, taken)
        if client is None:
            continue
        taken.add(client.pk)
        if client.pk in known:
            continue
        if session.starts_at < cutoff:
            row = past(stage, chance, session, client)
        else:
            row = coming(stage, chance, session, client, cutoff, early=is_hot)
        if row is None:
            continue
        if row.status in states.HOLDING and free <= 0:
            row = waited(stage, chance, session, client, min(session.starts_at, cutoff))
        elif row.status in states.HOLDING:
            free -= 1
        found.append(row)
    return found
