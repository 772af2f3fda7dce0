"""Prepared statements: planned once a connection, and with the audit's context like any other statement."""

import pghistory
import pytest
from django.db import connection

from portal.kit.prepared import Prepared
from services.booking.actions import book
from services.booking.models import Booking
from tests.factories.accounts import make_user
from tests.factories.booking import SessionFactory
from tests.factories.enterprises import EnterpriseFactory

pytestmark = pytest.mark.django_db


def test_it_is_planned_at_the_first_time_only(django_assert_num_queries):
    total = Prepared("test_total", "SELECT %(one)s + %(two)s", {"one": "integer", "two": "integer"})
    with django_assert_num_queries(2):
        assert total.rows(one=1, two=2) == [(3,)]
    with django_assert_num_queries(1):
        assert total.rows(two=5, one=None) == [(None,)]
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE test_total")


def test_history_knows_who_booked():
    session = SessionFactory()
    town = session.station.town
    with pghistory.context(source="api", user=7):
        [booking] = book(
            by=make_user("station", town=town),
            sessions=[session.pk],
            enterprise=EnterpriseFactory(town=town),
            subject="量具校准咨询",
        )
    event = Booking.pgh_event_model.objects.get(pgh_obj_id=booking.pk)
    assert event.pgh_context.metadata == {"source": "api", "user": 7}
    assert (
        session.pgh_event_model.objects.filter(pgh_obj_id=session.pk).count() == 1
    )  # a place taken is no event
