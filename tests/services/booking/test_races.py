"""Many at the same moment: no place is sold twice, `booked` is what holds a place, nothing is left of what failed."""

import os
import subprocess
import sys
import textwrap
import threading
from collections import Counter

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from portal.kit.problems import Conflict
from services.booking.actions import (
    SessionFull,
    answer_offer,
    book,
    call_next,
    cancel,
    lapse_offers,
    reschedule,
)
from services.booking.models import Booking, ServiceSession, WaitingOffer
from services.booking.rules.states import HOLDING
from tests.factories.accounts import make_user
from tests.factories.booking import ItemFactory, SessionFactory, StationFactory, make_booking
from tests.factories.enterprises import EnterpriseFactory
from tests.races import together

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, PLACES = 64, 10
WANTED = {"subject": "量具校准咨询", "contact_name": "测试联系人", "contact_phone": "13800000000"}


def assert_counted(*sessions: ServiceSession) -> None:
    """`booked` equals the bookings that hold a place and the open offers; `waiting` who waits."""
    for session in sessions:
        session.refresh_from_db()
        held = Booking.objects.filter(session=session, status__in=HOLDING).count()
        offered = WaitingOffer.objects.filter(session=session, state="open").count()
        assert session.booked == held + offered <= session.capacity
        assert session.waiting == Booking.objects.filter(session=session, status="waiting").count()


@pytest.fixture
def crowd():
    """A session with ten places, and 64 enterprises of its town."""
    session = SessionFactory(capacity=PLACES)
    by = make_user("station", town=session.station.town)
    by.scope  # noqa: B018 - read once, as a request does
    return session, by, [EnterpriseFactory(town=session.station.town) for _ in range(THREADS)]


@pytest.mark.slow
def test_no_place_is_sold_twice(crowd):
    session, by, enterprises = crowd
    results = together(
        *[lambda e=e: book(by=by, sessions=[session.pk], enterprise=e, **WANTED) for e in enterprises]
    )
    kinds = Counter(type(result).__name__ for result in results)
    assert kinds == {"list": PLACES, "SessionFull": THREADS - PLACES}
    assert_counted(session)


@pytest.mark.slow
def test_the_waiting_list_loses_nobody(crowd):
    """Bookings, cancellations and lapses at once: every place is held, offered or free, and never twice."""
    session, by, enterprises = crowd
    first = [book(by=by, sessions=[session.pk], enterprise=e, **WANTED)[0] for e in enterprises[:PLACES]]
    joins = [
        lambda e=e: book(by=by, sessions=[session.pk], enterprise=e, join_waiting_list=True, **WANTED)
        for e in enterprises[PLACES:40]
    ]
    leaves = [lambda b=b: cancel(booking=b, by=by) for b in first]
    results = together(*joins, *leaves, lapse_offers)
    assert not [r for r in results if isinstance(r, Exception) and not isinstance(r, Conflict)]
    assert_counted(session)
    # nobody waits while a place is free
    assert session.waiting == 0 or session.booked == session.capacity

    offers = list(WaitingOffer.objects.filter(state="open").select_related("booking"))
    answers = together(*[lambda o=o: answer_offer(booking=o.booking, by=by, accept=True) for o in offers])
    assert all(isinstance(answer, Booking) for answer in answers)
    assert_counted(session)


@pytest.mark.slow
def test_moves_between_two_sessions_do_not_lock_each_other_out():
    station, item = StationFactory(), ItemFactory()
    here, there = (SessionFactory(station=station, item=item, capacity=8, hours=h) for h in (24, 25))
    by = make_user("station", town=station.town)
    by.scope  # noqa: B018
    a = [make_booking(here, by=by, enterprise=EnterpriseFactory(town=station.town)) for _ in range(6)]
    b = [make_booking(there, by=by, enterprise=EnterpriseFactory(town=station.town)) for _ in range(6)]
    results = together(
        *[lambda x=x: reschedule(booking=x, by=by, session=there.pk) for x in a],
        *[lambda x=x: reschedule(booking=x, by=by, session=here.pk) for x in b],
    )
    assert all(isinstance(r, Booking | SessionFull) for r in results), results
    assert_counted(here, there)
    assert here.booked + there.booked == 12


def test_a_bundle_in_two_orders_does_not_deadlock():
    station = StationFactory()
    one, two = (SessionFactory(station=station, item=ItemFactory(), hours=h, capacity=6) for h in (24, 26))
    by = make_user("station", town=station.town)
    by.scope  # noqa: B018
    enterprises = [EnterpriseFactory(town=station.town) for _ in range(12)]
    results = together(
        *[
            lambda e=e, n=n: book(
                by=by, sessions=[one.pk, two.pk] if n % 2 else [two.pk, one.pk], enterprise=e, **WANTED
            )
            for n, e in enumerate(enterprises)
        ]
    )
    assert sum(isinstance(r, list) for r in results) == 6
    assert_counted(one, two)


def test_one_enterprise_clicking_many_times_has_one_booking(crowd):
    session, by, enterprises = crowd
    results = together(
        *[lambda: book(by=by, sessions=[session.pk], enterprise=enterprises[0], **WANTED) for _ in range(8)]
    )
    assert sum(isinstance(r, list) for r in results) == 1
    assert all(isinstance(r, list | Conflict) for r in results)
    assert_counted(session)


def test_two_desks_call_two_different_people():
    session = SessionFactory(capacity=4)
    by = make_user("station", town=session.station.town)
    by.scope  # noqa: B018
    for _ in range(4):
        booking = make_booking(session, by=by, enterprise=EnterpriseFactory(town=session.station.town))
        Booking.objects.filter(pk=booking.pk).update(
            status="checked_in", checked_in_at=booking.created_at, ticket=f"A{booking.pk}"
        )
    ServiceSession.objects.filter(pk=session.pk).update(starts_at=booking.created_at)
    called = together(*[lambda: call_next(by=by, station=session.station) for _ in range(4)])
    assert len({row.pk for row in called}) == 4


def test_a_lock_that_is_held_is_a_sentence_and_not_an_error(crowd):
    session, by, enterprises = crowd
    holds, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            ServiceSession.objects.select_for_update().get(pk=session.pk)
            holds.set()
            done.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    holds.wait(5)
    try:
        with pytest.raises(Conflict) as refused:
            book(by=by, sessions=[session.pk], enterprise=enterprises[0], **WANTED)
    finally:
        done.set()
        holder.join()
    assert refused.value.get_codes() == "busy"
    assert not Booking.objects.exists()


KILLED = """
import os, signal
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = {name!r}
from services.booking.actions import booking as action, book
from enterprises.registry.models import Enterprise
from portal.accounts.models import User
sell, sold = action.sell, []
def dies_at_the_second(*given, **more):
    if sold:
        os.kill(os.getpid(), signal.SIGKILL)
    sold.append(sell(*given, **more))
    return sold[0]
action.sell = dies_at_the_second
book(by=User.objects.get(pk={user}), sessions=[{session}, {other}], enterprise=Enterprise.objects.get(pk={enterprise}),
     subject="量具", contact_name="测试", contact_phone="13800000000")
"""


def test_a_worker_killed_in_the_middle_leaves_nothing(crowd):
    session, by, enterprises = crowd
    script = textwrap.dedent(KILLED).format(
        name=connection.settings_dict["NAME"],
        user=by.pk,
        session=session.pk,
        other=SessionFactory(station=session.station, hours=60).pk,
        enterprise=enterprises[0].pk,
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings", "DB_POOL": "0"}
    ended = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=settings.BASE_DIR, timeout=60, check=False
    )
    assert ended.returncode == -9
    session.refresh_from_db()
    assert session.booked == 0
    assert not Booking.objects.filter(Q(session=session)).exists()
    assert book(by=by, sessions=[session.pk], enterprise=enterprises[0], **WANTED)
