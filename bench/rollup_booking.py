"""What dirty keys cost booking's two busiest writes: the one statement that sells a place (its message promises them),
and the result of a visit."""

import datetime
from collections.abc import Callable, Iterator
from itertools import product

from . import scratch

ROUNDS, WARM = 240, 20
SESSIONS = 24
TEXTS = {"subject": "量具校准咨询", "contact_name": "测试联系人", "contact_phone": "13800000000"}


def overhead(user) -> Iterator[dict]:
    """Each action with its keys and with keys left out, in turns."""
    from enterprises.registry.models import Enterprise
    from services.booking import actions
    from services.booking.actions import guard, selling

    wishes = product(_sessions(), Enterprise.objects.all()[:60])

    def book():
        session, enterprise = next(wishes)
        return actions.book(by=user, sessions=[session.pk], enterprise=enterprise, **TEXTS)[0]

    statement = _sale_without_promise(selling)
    bare_sale = _swapped(
        book, (selling, "day_of", lambda session: None), (selling, "STATEMENTS", {"book": statement})
    )
    yield _result("book a place", book, bare_sale)

    arrived = [actions.check_in(booking=book(), by=user, code=None) for _number in range(2 * (ROUNDS + WARM))]

    def complete() -> None:
        actions.complete(booking=arrived.pop(), by=user, result="已当场答复。")

    without = _swapped(
        complete,
        (guard, "standing", lambda booking: set()),
        (guard, "mark_change", lambda booking, before: None),
    )
    yield _result("complete a booking", complete, without)


def _sale_without_promise(selling):
    """The same statement with a message that names no day, as if there were no figures."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE services_pendingmessage ALTER counts_on DROP NOT NULL")
    text = selling.SELL.format(way=selling.WAYS["book"])
    for column in ("counts_on, ", "%(counts_on)s, "):
        text = text.replace(column, "", 1)
    types = {name: kind for name, kind in selling.TYPES.items() if name != "counts_on"}
    return selling.Prepared("booking_without_promise", text, types)


def _sessions() -> list:
    """Large sessions of one station that begin in a quarter of an hour."""
    from django.utils import timezone

    from portal.territory.models import Town
    from services.booking.models import ServiceSession
    from services.stations.models import ServiceItem, ServiceStation

    town = Town.objects.first()
    station = ServiceStation.objects.create(
        district=town.district, town=town, code="bench", name="测试服务站"
    )
    starts_at = timezone.now() + datetime.timedelta(minutes=25)
    rows = [
        ServiceSession(
            district=town.district, station=station, starts_at=starts_at, capacity=500,
            item=ServiceItem.objects.create(code=f"bench-{n}", name=f"事项 {n}", group="core", modes=["onsite"]),
            ends_at=starts_at + datetime.timedelta(hours=1),
        )
        for n in range(SESSIONS)
    ]  # fmt: skip
    return ServiceSession.objects.bulk_create(rows)


def _swapped(act: Callable[[], object], *replaced: tuple) -> Callable[[], None]:
    """The act while attributes of modules are others."""

    def run() -> None:
        kept = [(module, name, getattr(module, name)) for module, name, _other in replaced]
        for module, name, other in replaced:
            setattr(module, name, other)
        try:
            act()
        finally:
            for module, name, before in kept:
                setattr(module, name, before)

    return run


def _result(name: str, act: Callable[[], object], without: Callable[[], None]) -> dict:
    taken = scratch.interleaved({"with": act, "without": without}, ROUNDS, warm=WARM)
    return {
        "bench": "rollup", "case": f"dirty keys: {name}", "portal_ms": round(taken["with"] * 1000, 3),
        "reference": "the same action without keys", "reference_ms": round(taken["without"] * 1000, 3),
        "ratio": round(taken["with"] / taken["without"], 3), "target": 1.1,
    }  # fmt: skip
