"""Districts, towns and departments: invented, so that no test leans on the demo."""

import datetime

import factory
from factory.django import DjangoModelFactory

from portal.territory.models import Area, Department, District, Town


class DistrictFactory(DjangoModelFactory):
    """`DistrictFactory(slug="songjiang")`; the same code gives the same district."""

    class Meta:
        model = District
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"{310100 + n % 890000:06d}")
    slug = factory.Sequence(lambda n: f"district-{n}")
    name = factory.Sequence(lambda n: f"测试{n}区")


class TownFactory(DjangoModelFactory):
    """`TownFactory(district=…, name="九亭镇", short_name="九亭")`; `closed=True` for a merged-away town."""

    class Meta:
        model = Town
        django_get_or_create = ("code",)

    class Params:
        closed = factory.Trait(closed_on=factory.Faker("date_object"))

    district = factory.SubFactory(DistrictFactory)
    code = factory.Sequence(lambda n: f"T{n:05d}")
    name = factory.Sequence(lambda n: f"测试{n}镇")
    short_name = factory.LazyAttribute(lambda town: town.name.removesuffix("镇").removesuffix("街道"))
    kind = Town.Kind.TOWN
    position = factory.Sequence(lambda n: n % 1000)


class DepartmentFactory(DjangoModelFactory):
    class Meta:
        model = Department
        django_get_or_create = ("code",)

    district = factory.SubFactory(DistrictFactory)
    code = factory.Sequence(lambda n: f"dept-{n}")
    name = factory.Sequence(lambda n: f"测试{n}局")
    position = factory.Sequence(lambda n: n % 1000)


class AreaFactory(DjangoModelFactory):
    """A park of a town; `closed=True` for one that takes nobody any more."""

    class Meta:
        model = Area

    class Params:
        closed = factory.Trait(closed_on=datetime.date(2026, 1, 31))

    town = factory.SubFactory(TownFactory)
    district = factory.SelfAttribute("town.district")
    code = factory.Sequence(lambda n: f"YQ-{n:05d}")
    name = factory.Sequence(lambda n: f"测试{n}产业园")
    kind = Area.Kind.PARK
