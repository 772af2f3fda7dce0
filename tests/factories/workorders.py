"""Work orders: a world of a town with everybody who has a hand in a demand, and demands moved on by the actions."""

from dataclasses import dataclass, field

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from enterprises.registry.models import Enterprise
from portal.accounts.models import User
from portal.territory.models import Department, ServiceElement
from services.workorders import actions
from services.workorders.models import Callback, Demand, JointMeeting

from .accounts import make_user
from .enterprises import EnterpriseFactory
from .territory import DepartmentFactory


class ElementFactory(DjangoModelFactory):
    class Meta:
        model = ServiceElement
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"element-{n}")
    name = factory.Sequence(lambda n: f"测试要素{n}")


class DemandFactory(DjangoModelFactory):
    """A demand that waits to be accepted, as a bare row: no timeline, no clock."""

    class Meta:
        model = Demand

    enterprise = factory.SubFactory(EnterpriseFactory)
    town = factory.SelfAttribute("enterprise.town")
    district = factory.SelfAttribute("enterprise.district")
    element = factory.SubFactory(ElementFactory)
    number = factory.Sequence(lambda n: f"GD20260105-{n:06d}")
    title = factory.Sequence(lambda n: f"测试诉求{n}")
    created_at = factory.LazyFunction(timezone.now)


class CallbackFactory(DjangoModelFactory):
    class Meta:
        model = Callback

    demand = factory.SubFactory(DemandFactory)
    reason = Callback.Reason.SAMPLE
    opened_at = factory.LazyFunction(timezone.now)


class MeetingFactory(DjangoModelFactory):
    """A planned joint meeting as a bare row: nobody is called."""

    class Meta:
        model = JointMeeting

    demand = factory.SubFactory(DemandFactory)
    district = factory.SelfAttribute("demand.district")
    number = factory.Sequence(lambda n: f"HB20260105-{n:06d}")
    meets_at = factory.LazyFunction(timezone.now)
    called_at = factory.LazyFunction(timezone.now)


@dataclass
class OrderWorld:
    """`OrderWorld.make()`: an enterprise, two departments, and one user of each kind."""

    enterprise: Enterprise
    element: ServiceElement
    lead: Department
    helper: Department
    users: dict[str, User] = field(default_factory=dict)

    @classmethod
    def make(cls, enterprise: Enterprise | None = None) -> "OrderWorld":
        enterprise = enterprise or EnterpriseFactory()
        district = enterprise.district
        lead, helper = DepartmentFactory(district=district), DepartmentFactory(district=district)
        users = {
            "enterprise": make_user("enterprise", enterprise=enterprise, district=district),
            "town": make_user("station", town=enterprise.town),
            "bureau": make_user("bureau", district=district),
            "leader": make_user("leader", district=district),
            "lead": make_user("department", department=lead),
            "helper": make_user("department", department=helper),
        }
        return cls(enterprise, ElementFactory(), lead, helper, users)

    def submit(self, **values) -> Demand:
        given = {
            "title": "设备融资贷款需求",
            "body": "需要 500 万元设备贷款。",
            "element": self.element,
        } | values
        return actions.submit(by=self.users["enterprise"], enterprise=self.enterprise, **given)

    def demand(self, status: str = "submitted", *, joint: bool = False, **values) -> Demand:
        """A demand that its people have moved to `status`."""
        demand = self.submit(**values)
        for step in PATHS[status]:
            demand = getattr(self, step)(demand, joint)
        demand.refresh_from_db()
        return demand

    def accept(self, demand: Demand, joint: bool) -> Demand:
        return actions.accept(demand=demand, by=self.users["town"])

    def reject(self, demand: Demand, joint: bool) -> Demand:
        return actions.reject(demand=demand, by=self.users["town"], reason="不属于受理范围")

    def dispatch(self, demand: Demand, joint: bool) -> Demand:
        helpers = [self.helper] if joint else []
        return actions.dispatch(demand=demand, by=self.users["town"], lead=self.lead, joint=helpers)

    def sign(self, demand: Demand, joint: bool) -> Demand:
        return actions.accept(demand=demand, by=self.users["lead"])

    def whistle(self, demand: Demand, joint: bool) -> Demand:
        return actions.whistle(demand=demand, by=self.users["town"], reason="涉及多个部门")

    def resolve(self, demand: Demand, joint: bool) -> Demand:
        if joint:
            actions.resolve(demand=demand, by=self.users["helper"], result="已配合")
        return actions.resolve(demand=demand, by=self.users["lead"], result="贷款已经发放。")

    def verify(self, demand: Demand, joint: bool) -> Demand:
        return actions.verify(demand=demand, by=self.users["enterprise"], satisfied=True, score=5)

    def refuse(self, demand: Demand, joint: bool) -> Demand:
        return actions.verify(demand=demand, by=self.users["enterprise"], satisfied=False, score=3)

    def close(self, demand: Demand, joint: bool) -> Demand:
        return actions.close(demand=demand, by=self.users["town"])


_SIGNED = ("accept", "dispatch", "sign")
PATHS = {
    "submitted": (),
    "rejected": ("reject",),
    "accepted": ("accept",),
    "dispatched": ("accept", "dispatch"),
    "in_progress": _SIGNED,
    "joint": (*_SIGNED, "whistle"),
    "resolved": (*_SIGNED, "resolve"),
    "verified": (*_SIGNED, "resolve", "verify"),
    "reopened": (*_SIGNED, "resolve", "refuse"),
    "closed": (*_SIGNED, "resolve", "verify", "close"),
}


def move(client, demand, code: str, **body):
    """POSTs a move as the client's user."""
    return client.post(f"/api/v1/demands/{getattr(demand, 'number', demand)}/{code}", body, format="json")
