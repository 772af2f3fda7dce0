"""Policies for tests."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from services.policies.models import Policy

from .territory import DepartmentFactory


class PolicyFactory(DjangoModelFactory):
    """`PolicyFactory(conditions={"kind": ["small_micro"]})`; open without an end, of the department's district."""

    class Meta:
        model = Policy

    department = factory.SubFactory(DepartmentFactory)
    district = factory.SelfAttribute("department.district")
    code = factory.Sequence(lambda n: f"ZC-{n:03d}")
    title = factory.Sequence(lambda n: f"技术改造补贴{n}")
    kind = Policy.Kind.FUND
    summary = "按设备投资额给予补贴。"
    published_on = factory.LazyFunction(lambda: timezone.localdate() - timezone.timedelta(days=10))
