"""Chains with segments, and Party organisations: invented, so that no test leans on the demo."""

import datetime

import factory
from factory.django import DjangoModelFactory

from chains.industry.models import Chain, Segment, SegmentLink
from chains.party.models import EstablishmentMode, GuidanceLink, OrganizationKind, PartyOrganization

from .territory import DistrictFactory


class ChainFactory(DjangoModelFactory):
    """`ChainFactory(code="ic", name="集成电路", district=…)`; the same code gives the same chain."""

    class Meta:
        model = Chain
        django_get_or_create = ("code",)

    district = factory.SubFactory(DistrictFactory)
    code = factory.Sequence(lambda n: f"chain-{n}")
    name = factory.Sequence(lambda n: f"测试{n}产业链")
    position = factory.Sequence(lambda n: n % 1000)


class SegmentFactory(DjangoModelFactory):
    """A midstream segment; traits `upstream`, `downstream`, `gap`."""

    class Meta:
        model = Segment
        django_get_or_create = ("code",)

    class Params:
        upstream = factory.Trait(stage=Segment.Stage.UPSTREAM)
        downstream = factory.Trait(stage=Segment.Stage.DOWNSTREAM)
        gap = factory.Trait(is_gap=True)

    chain = factory.SubFactory(ChainFactory)
    code = factory.Sequence(lambda n: f"segment-{n}")
    name = factory.Sequence(lambda n: f"测试环节{n}")
    stage = Segment.Stage.MIDSTREAM
    position = factory.Sequence(lambda n: n % 1000)


class SegmentLinkFactory(DjangoModelFactory):
    """An arrow between two segments of one chain."""

    class Meta:
        model = SegmentLink

    source = factory.SubFactory(SegmentFactory, upstream=True)
    target = factory.SubFactory(SegmentFactory, chain=factory.SelfAttribute("..source.chain"))


class OrganizationKindFactory(DjangoModelFactory):
    class Meta:
        model = OrganizationKind
        django_get_or_create = ("code",)

    code = "branch"
    name = "党支部"


class EstablishmentModeFactory(DjangoModelFactory):
    """`EstablishmentModeFactory(code="area_joint", name="区域联建", is_joint=True)`."""

    class Meta:
        model = EstablishmentMode
        django_get_or_create = ("code",)

    code = "alone"
    name = "单独组建"


class PartyOrganizationFactory(DjangoModelFactory):
    """An active branch; traits `dissolved`, `with_secretary`. Give `town=` a town of the same `district=`."""

    class Meta:
        model = PartyOrganization
        django_get_or_create = ("code",)

    class Params:
        dissolved = factory.Trait(
            status="dissolved", ended_on=factory.Faker("date_object"), end_reason="企业注销"
        )
        with_secretary = factory.Trait(secretary_name="测试书记", secretary_phone="13800008000")

    district = factory.SubFactory(DistrictFactory)
    code = factory.Sequence(lambda n: f"ORG-{n:05d}")
    name = factory.Sequence(lambda n: f"中共测试{n}支部委员会")
    kind = factory.SubFactory(OrganizationKindFactory)


class GuidanceLinkFactory(DjangoModelFactory):
    """An open link: `guide` guides another organisation of its town."""

    class Meta:
        model = GuidanceLink

    guide = factory.SubFactory(PartyOrganizationFactory)
    guided = factory.SubFactory(
        PartyOrganizationFactory,
        district=factory.SelfAttribute("..guide.district"),
        town=factory.SelfAttribute("..guide.town"),
    )
    kind = GuidanceLink.Kind.GUIDANCE
    started_on = datetime.date(2025, 1, 1)
