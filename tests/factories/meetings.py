"""Meetings of alliances, written directly; `record_meeting` is how people make them."""

import datetime

import factory
from factory.django import DjangoModelFactory

from enterprises.meetings.models import AllianceMeeting, AllianceTask

from .chains import PartyOrganizationFactory

HELD_ON = datetime.date(2026, 6, 18)


class MeetingFactory(DjangoModelFactory):
    """`MeetingFactory(alliance=…)`: a joint meeting without attendance."""

    class Meta:
        model = AllianceMeeting

    district = factory.SelfAttribute("alliance.district")
    town = factory.SelfAttribute("alliance.town")
    chain = factory.SelfAttribute("alliance.chain")
    number = factory.Sequence(lambda n: f"LH2025{n:04d}")
    topic = factory.Sequence(lambda n: f"第{n}次联席会议")
    held_on = HELD_ON
    chair = factory.SubFactory(PartyOrganizationFactory, district=factory.SelfAttribute("..district"))
    minutes = "内部纪要"


class TaskFactory(DjangoModelFactory):
    """Something open that a meeting resolved."""

    class Meta:
        model = AllianceTask

    meeting = factory.SubFactory(MeetingFactory)
    text = factory.Sequence(lambda n: f"议定事项{n}")
    owner = "区金融服务中心"
    due_on = HELD_ON + datetime.timedelta(days=30)
