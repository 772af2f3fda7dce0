"""Stations with hours, items, sessions and bookings for tests of booking. Times are given in hours from now."""

import datetime

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from services.booking.actions import book
from services.booking.models import Booking, Closure, FollowUp, Rating, ServiceSession, SessionPattern
from services.stations.models import Institution, InstitutionOffer, ServiceItem, ServiceStation, StationHours

from .enterprises import EnterpriseFactory
from .territory import TownFactory


class StationFactory(DjangoModelFactory):
    """`StationFactory(town=…)`; `open_on_weekdays=True` adds hours 9–12 and 13–17 from Monday to Friday."""

    class Meta:
        model = ServiceStation
        skip_postgeneration_save = True

    town = factory.SubFactory(TownFactory)
    district = factory.SelfAttribute("town.district")
    code = factory.Sequence(lambda n: f"st-{n}")
    name = factory.Sequence(lambda n: f"测试{n}服务站")
    address = "测试路 8 号"

    @factory.post_generation
    def open_on_weekdays(self, create, extracted, **kwargs):
        if extracted:
            halves = ((datetime.time(9), datetime.time(12)), (datetime.time(13), datetime.time(17)))
            StationHours.objects.bulk_create(
                StationHours(station=self, weekday=day, opens_at=opens, closes_at=closes)
                for day in range(5)
                for opens, closes in halves
            )


class ItemFactory(DjangoModelFactory):
    """An item that needs no confirmation, with a notice period of two hours; `with_confirmation=True`."""

    class Meta:
        model = ServiceItem

    class Params:
        with_confirmation = factory.Trait(needs_confirmation=True)

    code = factory.Sequence(lambda n: f"item-{n}")
    name = factory.Sequence(lambda n: f"测试事项{n}")
    group = ServiceItem.Group.CORE
    modes = factory.LazyFunction(lambda: ["onsite", "door", "online"])
    materials = "营业执照"


class InstitutionFactory(DjangoModelFactory):
    """`InstitutionFactory(town=…, offering=item)`."""

    class Meta:
        model = Institution
        skip_postgeneration_save = True

    town = factory.SubFactory(TownFactory)
    district = factory.SelfAttribute("town.district")
    code = factory.Sequence(lambda n: f"jg-{n}")
    name = factory.Sequence(lambda n: f"测试{n}检测院")

    @factory.post_generation
    def offering(self, create, extracted, **kwargs):
        if extracted:
            InstitutionOffer.objects.create(institution=self, item=extracted)


class SessionFactory(DjangoModelFactory):
    """`SessionFactory(station=…, item=…, hours=24, capacity=2)`: half an hour, so many hours from now."""

    class Meta:
        model = ServiceSession

    class Params:
        hours = 24

    station = factory.SubFactory(StationFactory)
    item = factory.SubFactory(ItemFactory)
    district = factory.SelfAttribute("station.district")
    starts_at = factory.LazyAttribute(
        lambda row: (timezone.now() + datetime.timedelta(hours=row.hours)).replace(microsecond=0)
    )
    ends_at = factory.LazyAttribute(lambda row: row.starts_at + datetime.timedelta(minutes=30))
    capacity = 2


class PatternFactory(DjangoModelFactory):
    """Mondays 9:00–9:30, two places, from today."""

    class Meta:
        model = SessionPattern

    station = factory.SubFactory(StationFactory, open_on_weekdays=True)
    item = factory.SubFactory(ItemFactory)
    weekday = 0
    starts_at = datetime.time(9)
    ends_at = datetime.time(9, 30)
    capacity = 2
    valid_from = factory.LazyFunction(timezone.localdate)


class ClosureFactory(DjangoModelFactory):
    """A day without service at a station, tomorrow."""

    class Meta:
        model = Closure

    station = factory.SubFactory(StationFactory)
    starts_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(days=1))
    ends_at = factory.LazyAttribute(lambda row: row.starts_at + datetime.timedelta(days=1))
    reason = "设备检修"


def make_follow_up(booking: Booking, *, score: int = 2, comment: str = "等了很久") -> FollowUp:
    """The booking was served and rated low."""
    booking.status = "rated"
    booking.save(update_fields=["status"])
    Rating.objects.create(booking=booking, score=score, comment=comment)
    return FollowUp.objects.create(booking=booking)


def make_booking(session: ServiceSession, *, by=None, enterprise=None, **more) -> Booking:
    """A booking through the action, as a real one: `by` defaults to a user of the enterprise."""
    from .accounts import make_user

    enterprise = enterprise or EnterpriseFactory(town=session.station.town)
    by = by or make_user("enterprise", enterprise=enterprise, district=enterprise.district)
    given = {"subject": "量具校准咨询", "contact_name": "测试联系人", "contact_phone": "13800000000"} | more
    return book(by=by, sessions=[session.pk], enterprise=enterprise, **given)[0]
