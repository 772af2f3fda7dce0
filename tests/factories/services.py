"""Teams, institutions' offers, element lists and handbook entries for tests; stations, items and institutions are
booking's (tests/factories/booking.py)."""

import factory
from factory.django import DjangoModelFactory

from portal.territory.models import ServiceElement
from services.handbook.models import HandbookEntry
from services.handbook.rules import search_text
from services.stations.models import ElementListEntry, InstitutionOffer, StationMember

from .booking import InstitutionFactory, ItemFactory, StationFactory
from .territory import TownFactory

__all__ = [
    "ElementEntryFactory",
    "ElementFactory",
    "HandbookEntryFactory",
    "InstitutionFactory",
    "ItemFactory",
    "MemberFactory",
    "OfferFactory",
    "StationFactory",
]


class MemberFactory(DjangoModelFactory):
    """A market officer with name and phone; trait `left`."""

    class Meta:
        model = StationMember

    class Params:
        left = factory.Trait(ended_on=factory.Faker("date_object"))

    station = factory.SubFactory(StationFactory)
    code = factory.Sequence(lambda n: f"member-{n}")
    role = StationMember.Role.MARKET_OFFICER
    name = "测试专员"
    phone = "13800001234"
    unit = "测试市场监督管理所"


class OfferFactory(DjangoModelFactory):
    class Meta:
        model = InstitutionOffer

    institution = factory.SubFactory(InstitutionFactory)
    item = factory.SubFactory(ItemFactory)
    note = "现场校准"


class ElementFactory(DjangoModelFactory):
    """`ElementFactory(code="tax", name="纳税开票")`; the same code gives the same element."""

    class Meta:
        model = ServiceElement
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"element-{n}")
    name = factory.Sequence(lambda n: f"测试要素{n}")
    position = factory.Sequence(lambda n: n % 1000)


class ElementEntryFactory(DjangoModelFactory):
    class Meta:
        model = ElementListEntry

    town = factory.SubFactory(TownFactory)
    element = factory.SubFactory(ElementFactory)
    title = factory.Sequence(lambda n: f"测试服务{n}")
    provider = "测试服务中心"


class HandbookEntryFactory(DjangoModelFactory):
    """A published question; trait `draft`."""

    class Meta:
        model = HandbookEntry

    class Params:
        draft = factory.Trait(is_published=False)

    code = factory.Sequence(lambda n: f"q-{n}")
    question = factory.Sequence(lambda n: f"测试问题{n}？")
    answer = "测试解答。"
    search_text = factory.LazyAttribute(lambda row: search_text(row.question, "", row.answer))
