"""Instructors with postings, liaison points with visits, activities: invented."""

import datetime

import factory
from factory.django import DjangoModelFactory

from enterprises.activities.models import Activity
from enterprises.outreach.models import Instructor, InstructorAssignment, LiaisonPoint, LiaisonVisit
from portal.kit.encryption import blind_index

from .chains import PartyOrganizationFactory
from .enterprises import EnterpriseFactory
from .territory import AreaFactory as AreaFactory
from .territory import TownFactory


class InstructorFactory(DjangoModelFactory):
    """An active instructor; trait `left`."""

    class Meta:
        model = Instructor
        skip_postgeneration_save = True

    class Params:
        left = factory.Trait(ended_on=datetime.date(2026, 6, 30), end_reason="岗位调整")

    town = factory.SubFactory(TownFactory)
    district = factory.SelfAttribute("town.district")
    code = factory.Sequence(lambda n: f"ZD-{n:04d}")
    name = factory.Sequence(lambda n: f"测{n}明")
    phone = factory.Sequence(lambda n: f"138{n % 100_000_000:08d}")
    unit = "市场监管所"
    started_on = datetime.date(2024, 5, 1)

    @factory.post_generation
    def digests(self, create, extracted, **kwargs):
        """The blind index beside both encrypted fields, as every writer keeps it."""
        for name in ("name", "phone"):
            setattr(self, f"{name}_bidx", blind_index(getattr(self, name), f"enterprises.Instructor.{name}"))
        if create:
            self.save(update_fields=["name_bidx", "phone_bidx"])


class AssignmentFactory(DjangoModelFactory):
    """A posting to an enterprise of the instructor's town; give `area=` (and `enterprise=None`) for an area."""

    class Meta:
        model = InstructorAssignment

    class Params:
        ended = factory.Trait(ended_on=datetime.date(2026, 3, 31), end_reason="企业迁出")

    instructor = factory.SubFactory(InstructorFactory)
    enterprise = factory.SubFactory(EnterpriseFactory, town=factory.SelfAttribute("..instructor.town"))
    started_on = datetime.date(2025, 1, 10)


class LiaisonPointFactory(DjangoModelFactory):
    """An open liaison point never visited; traits `released`, `visited` (today)."""

    class Meta:
        model = LiaisonPoint

    class Params:
        released = factory.Trait(released_on=datetime.date(2026, 6, 30), release_reason="企业迁出")
        visited = factory.Trait(last_visited_on=factory.LazyFunction(datetime.date.today))

    enterprise = factory.SubFactory(EnterpriseFactory)
    code = factory.Sequence(lambda n: f"LX2025{n:04d}")
    taken_in_on = datetime.date(2025, 3, 1)
    leader_title = "副镇长"
    leader_name = "李长风"


class LiaisonVisitFactory(DjangoModelFactory):
    class Meta:
        model = LiaisonVisit

    point = factory.SubFactory(LiaisonPointFactory)
    visited_on = factory.LazyFunction(datetime.date.today)
    content = "了解用工情况，送去惠企政策清单"


class ActivityFactory(DjangoModelFactory):
    """An activity held today; traits `planned` (in the future), `cancelled`."""

    class Meta:
        model = Activity

    class Params:
        planned = factory.Trait(
            status="planned",
            held_on=factory.LazyFunction(lambda: datetime.date.today() + datetime.timedelta(days=7)),
            attendances=None,
        )
        cancelled = factory.Trait(status="cancelled")

    organization = factory.SubFactory(PartyOrganizationFactory)
    number = factory.Sequence(lambda n: f"HD20250101-{n:04d}")
    kind = Activity.Kind.THEME_DAY
    title = factory.Sequence(lambda n: f"主题党日第{n}次")
    held_on = factory.LazyFunction(datetime.date.today)
    place = "党群服务中心"
    attendances = 12
