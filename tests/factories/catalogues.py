"""Courses, work guides, simplified items and integration projects for tests."""

import datetime
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from enterprises.projects.models import IntegrationProject
from services.courses.models import Course
from services.guides.models import WorkGuide
from services.simplified.models import SimplifiedItem

from .enterprises import EnterpriseFactory
from .territory import DepartmentFactory, DistrictFactory


class CourseFactory(DjangoModelFactory):
    """A course that is open; trait `closed`."""

    class Meta:
        model = Course

    class Params:
        closed = factory.Trait(closed_on=datetime.date(2025, 1, 1))

    district = factory.SubFactory(DistrictFactory)
    code = factory.Sequence(lambda n: f"KC{n:03d}")
    title = factory.Sequence(lambda n: f"测试课程{n}")
    audience = "质量负责人"
    giver = "测试学院"
    hours = Decimal("2.0")
    summary = "测试简介。"
    contact = "拨打 12345 咨询"
    opened_on = datetime.date(2024, 6, 3)


class WorkGuideFactory(DjangoModelFactory):
    class Meta:
        model = WorkGuide

    district = factory.SubFactory(DistrictFactory)
    code = factory.Sequence(lambda n: f"ZY{n:02d}")
    title = factory.Sequence(lambda n: f"测试指引{n}")
    number = factory.Sequence(lambda n: f"测市监〔2024〕{n}号")
    issuer = "测试局"
    issued_on = datetime.date(2024, 6, 28)
    body = "总则\n# 职责\n各负其责"


class SimplifiedItemFactory(DjangoModelFactory):
    class Meta:
        model = SimplifiedItem

    department = factory.SubFactory(DepartmentFactory)
    district = factory.SelfAttribute("department.district")
    code = factory.Sequence(lambda n: f"JY{n:03d}")
    name = factory.Sequence(lambda n: f"测试事项{n}")
    category = SimplifiedItem.Category.RECOGNITION
    how = "名单比对，免申即享"
    materials_before = 6
    materials_now = 1
    days_before = 30
    days_now = 5
    effective_on = datetime.date(2021, 5, 10)


class ProjectFactory(DjangoModelFactory):
    """A project that runs, led by an enterprise; trait `finished`."""

    class Meta:
        model = IntegrationProject

    class Params:
        finished = factory.Trait(
            status="finished", finished_on=datetime.date(2021, 6, 30), participants=5, patents=3
        )

    enterprise = factory.SubFactory(EnterpriseFactory)
    town = factory.SelfAttribute("enterprise.town")
    district = factory.SelfAttribute("enterprise.district")
    number = factory.Sequence(lambda n: f"RH20200101-{n:04d}")
    title = factory.Sequence(lambda n: f"测试项目{n}")
    subject = IntegrationProject.Subject.LEADING_ENTERPRISE
    direction = IntegrationProject.Direction.RESEARCH
    started_on = datetime.date(2020, 1, 1)
