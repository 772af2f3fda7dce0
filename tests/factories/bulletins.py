"""Bulletins as they are asked for, and boards."""

import datetime

import factory
from factory.django import DjangoModelFactory

from portal.accounts.models import User
from portal.metrics.models import PioneerBoard, Report
from portal.territory.models import District

from .accounts import UserFactory
from .territory import DistrictFactory


class ReportFactory(DjangoModelFactory):
    """Asked for and not made yet: without a number."""

    class Meta:
        model = Report
        django_get_or_create = ("district", "period")

    district = factory.SubFactory(DistrictFactory)
    period = "2026-03"
    covers_until = datetime.date(2026, 3, 31)
    requested_by = factory.SubFactory(UserFactory)


class PioneerBoardFactory(DjangoModelFactory):
    """By a figure that every portal has."""

    class Meta:
        model = PioneerBoard

    district = factory.SubFactory(DistrictFactory)
    code = factory.Sequence(lambda n: f"T{n:05d}")
    name = factory.Sequence(lambda n: f"测试榜单{n}")
    metric = "activities_held"
    rank_by = "town"
    changed_by = factory.SubFactory(UserFactory)


def make_report(district: District, by: User) -> Report:
    return ReportFactory(district=district, requested_by=by)


def make_board(district: District, by: User) -> PioneerBoard:
    return PioneerBoardFactory(district=district, changed_by=by)
