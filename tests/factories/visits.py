"""Visits, campaigns and projects, written directly; `record_visit` is how people make them."""

import datetime

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from services.visits.models import CampaignTarget, Visit, VisitCampaign, VisitProject

from .enterprises import EnterpriseFactory
from .territory import DistrictFactory, TownFactory


class CampaignFactory(DjangoModelFactory):
    """A campaign that runs from thirty days ago to thirty days ahead; trait `closed`."""

    class Meta:
        model = VisitCampaign

    class Params:
        closed = factory.Trait(closed_at=factory.LazyFunction(timezone.now))

    district = factory.SubFactory(DistrictFactory)
    code = factory.Sequence(lambda n: f"XD2026-{n:03d}")
    name = factory.Sequence(lambda n: f"走访行动{n}")
    starts_on = factory.LazyFunction(lambda: timezone.localdate() - datetime.timedelta(days=30))
    ends_on = factory.LazyFunction(lambda: timezone.localdate() + datetime.timedelta(days=30))


class TargetFactory(DjangoModelFactory):
    class Meta:
        model = CampaignTarget

    campaign = factory.SubFactory(CampaignFactory)
    town = factory.SubFactory(TownFactory)
    enterprises = 4


class VisitProjectFactory(DjangoModelFactory):
    """An open project of a town; trait `closed`."""

    class Meta:
        model = VisitProject

    class Params:
        closed = factory.Trait(closed_on=factory.LazyFunction(timezone.localdate))

    town = factory.SubFactory(TownFactory)
    district = factory.SelfAttribute("town.district")
    code = factory.Sequence(lambda n: f"XM2026-{n:04d}")
    name = factory.Sequence(lambda n: f"智能化改造项目{n}")


class VisitFactory(DjangoModelFactory):
    """A visit to an enterprise on this day; give `project=` (and `enterprise=None`) for one to a project."""

    class Meta:
        model = Visit

    enterprise = factory.SubFactory(EnterpriseFactory)
    town = factory.LazyAttribute(lambda row: (row.enterprise or row.project).town)
    district = factory.SelfAttribute("town.district")
    number = factory.Sequence(lambda n: f"ZF20260101-{n:06d}")
    visited_on = factory.LazyFunction(timezone.localdate)
