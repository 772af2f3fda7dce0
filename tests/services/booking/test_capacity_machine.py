"""Places, offers and the line under any order of what people do, through the actions and the database."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from services.booking import actions
from services.booking.models import Booking, ServiceSession, WaitingOffer
from services.booking.rules.states import HOLDING
from tests.factories.accounts import make_user
from tests.factories.booking import ItemFactory, SessionFactory, StationFactory, make_booking
from tests.factories.enterprises import EnterpriseFactory

LIVE = ("pending", "confirmed", "waiting")


class Places(RuleBasedStateMachine):
    """Two sessions of a station: nothing is sold twice, nobody waits while a place is free, the first is served first."""

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        station, item = StationFactory(), ItemFactory()
        self.sessions = [
            SessionFactory(station=station, item=item, capacity=1, hours=hours).pk for hours in (24, 30)
        ]
        self.clerk = make_user("station", town=station.town)
        self.town = station.town

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def session(self, which: int) -> ServiceSession:
        return ServiceSession.objects.select_related("station__town", "item").get(pk=self.sessions[which])

    def one(self, draw: int, **having) -> Booking:
        rows = list(Booking.objects.filter(session__in=self.sessions, **having).order_by("pk"))
        return rows[draw % len(rows)]

    def any(self, **having) -> bool:
        return Booking.objects.filter(session__in=self.sessions, **having).exists()

    @rule(which=st.integers(0, 1))
    def book_or_wait(self, which):
        enterprise = EnterpriseFactory(town=self.town)
        make_booking(self.session(which), by=self.clerk, enterprise=enterprise, join_waiting_list=True)

    @precondition(lambda self: self.any(status__in=LIVE))
    @rule(draw=st.integers(0, 20))
    def cancel(self, draw):
        actions.cancel(booking=self.one(draw, status__in=LIVE), by=self.clerk)

    @precondition(lambda self: self.any(offers__state="open"))
    @rule(draw=st.integers(0, 20), accept=st.booleans())
    def answer(self, draw, accept):
        actions.answer_offer(booking=self.one(draw, offers__state="open"), by=self.clerk, accept=accept)

    @precondition(lambda self: self.any(offers__state="open"))
    @rule()
    def lapse(self):
        last = WaitingOffer.objects.filter(state="open").order_by("expires_at").first().expires_at
        assert actions.lapse_offers(now=last)

    @precondition(lambda self: self.any(status__in=("pending", "confirmed")))
    @rule(draw=st.integers(0, 20))
    def move(self, draw):
        booking = self.one(draw, status__in=("pending", "confirmed"))
        other = next(pk for pk in self.sessions if pk != booking.session_id)
        try:
            actions.reschedule(booking=booking, by=self.clerk, session=other)
        except actions.SessionFull:
            booking.refresh_from_db()
            assert booking.session_id != other

    @rule(which=st.integers(0, 1))
    def enlarge(self, which):
        row = self.session(which)
        actions.change_capacity(session=row, by=self.clerk, capacity=row.capacity + 1, version=row.version)

    @invariant()
    def counted_and_fair(self):
        for pk in self.sessions:
            row = ServiceSession.objects.get(pk=pk)
            waiting = Booking.objects.filter(session=pk, status="waiting").order_by("pk")
            offered = WaitingOffer.objects.filter(session=pk, state="open")
            assert (
                row.booked == Booking.objects.filter(session=pk, status__in=HOLDING).count() + offered.count()
            )
            assert row.booked <= row.capacity
            assert row.waiting == len(waiting)
            without = [one.pk for one in waiting if not offered.filter(booking=one).exists()]
            assert not without or row.booked == row.capacity
            assert all(one.booking_id < min(without) for one in offered if without)


@pytest.mark.slow
@pytest.mark.django_db
def test_places_under_any_order():
    run_state_machine_as_test(
        Places,
        settings=settings(max_examples=12, stateful_step_count=14, suppress_health_check=list(HealthCheck)),
    )
