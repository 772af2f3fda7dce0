"""Enterprises with a place on a chain, a profile, surveys: invented, with USCCs whose check character is right."""

import datetime
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory
from stdnum.cn import uscc as uscc_number

from chains.industry.models import Segment
from enterprises.profile.models import PartyProfile, Survey
from enterprises.registry.models import AnnualFigure, ChainMembership, Enterprise, Honour
from portal.kit.encryption import blind_index

from .chains import ChainFactory
from .territory import TownFactory


def valid_uscc(number: int, area: str = "310117") -> str:
    """The USCC of the `number`-th invented enterprise: form right, check character right (GB 32100-2015)."""
    body = f"91{area}MA{number % 10_000_000:07d}"
    return body + uscc_number.calc_check_digit(body)


class EnterpriseFactory(DjangoModelFactory):
    """`EnterpriseFactory(town=…, name="…")`; traits `suspended`, `deregistered`, `profiled`, `surveyed`."""

    class Meta:
        model = Enterprise
        skip_postgeneration_save = True
        django_get_or_create = ("uscc",)

    class Params:
        suspended = factory.Trait(status=Enterprise.Status.SUSPENDED)
        deregistered = factory.Trait(status=Enterprise.Status.DEREGISTERED)
        profiled = factory.Trait(
            profile=factory.RelatedFactory("tests.factories.enterprises.PartyProfileFactory", "enterprise")
        )
        surveyed = factory.Trait(
            profile=factory.RelatedFactory(
                "tests.factories.enterprises.PartyProfileFactory", "enterprise", surveyed=True
            )
        )

    uscc = factory.Sequence(valid_uscc)
    name = factory.Sequence(lambda n: f"上海测试{n}精密机械有限公司")
    kind = Enterprise.Kind.SMALL_MICRO
    town = factory.SubFactory(TownFactory)
    district = factory.SelfAttribute("town.district")
    address = "测试路 1 号"
    founded_on = datetime.date(2015, 6, 1)
    industry_code = "35"
    employees = 40


class PartyProfileFactory(DjangoModelFactory):
    """A profile never surveyed; traits `surveyed` (today), `alone` (own organisation), `with_personal`."""

    class Meta:
        model = PartyProfile
        skip_postgeneration_save = True
        django_get_or_create = ("enterprise",)

    class Params:
        surveyed = factory.Trait(
            surveyed_on=factory.LazyFunction(datetime.date.today), survey_method="visit", full_members=2
        )
        alone = factory.Trait(
            organization_form="alone", organization_name="中共测试公司支部委员会", full_members=5
        )
        with_personal = factory.Trait(
            secretary_name="张书记",
            secretary_phone="13812348000",
            contact_name="李联系",
            contact_phone="13987654321",
        )

    enterprise = factory.SubFactory(EnterpriseFactory)

    @factory.post_generation
    def digests(self, create, extracted, **kwargs):
        """The blind index beside each encrypted field, as every writer keeps it."""
        changed = []
        for name in ("secretary_name", "secretary_phone", "contact_name", "contact_phone"):
            if text := getattr(self, name):
                setattr(self, f"{name}_bidx", blind_index(text, f"enterprises.PartyProfile.{name}"))
                changed.append(f"{name}_bidx")
        if create and changed:
            self.save(update_fields=changed)


class SurveyFactory(DjangoModelFactory):
    """A survey as a row, without touching the profile; `record_survey` is how people take one."""

    class Meta:
        model = Survey

    enterprise = factory.SubFactory(EnterpriseFactory)
    surveyed_on = factory.LazyFunction(datetime.date.today)
    method = "visit"


class ChainMembershipFactory(DjangoModelFactory):
    """An open place; `with_segment` puts it on a segment of its chain, `ended` closes it."""

    class Meta:
        model = ChainMembership

    class Params:
        ended = factory.Trait(ended_on=datetime.date(2026, 1, 31))
        with_segment = factory.Trait(
            segment=factory.LazyAttribute(
                lambda row: Segment.objects.get_or_create(
                    chain=row.chain,
                    name="测试环节",
                    defaults={"code": f"{row.chain.code}-s", "stage": "midstream"},
                )[0]
            )
        )

    enterprise = factory.SubFactory(EnterpriseFactory)
    chain = factory.SubFactory(ChainFactory, district=factory.SelfAttribute("..enterprise.district"))
    role = ChainMembership.Role.SUPPORTING
    started_on = datetime.date(2024, 5, 1)


class HonourFactory(DjangoModelFactory):
    class Meta:
        model = Honour

    enterprise = factory.SubFactory(EnterpriseFactory)
    name = "高新技术企业"


class AnnualFigureFactory(DjangoModelFactory):
    class Meta:
        model = AnnualFigure
        django_get_or_create = ("enterprise", "year")

    enterprise = factory.SubFactory(EnterpriseFactory)
    year = 2025
    employees = 40
    revenue = Decimal("12345678.90")
