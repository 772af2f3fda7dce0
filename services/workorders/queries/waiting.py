"""What waits for somebody, for the start page: demands, tasks of joint meetings, meetings to come."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, QuerySet
from django.utils import timezone

from ..models import Demand, JointMeeting, Resolution
from .demands import waiting_for, with_names
from .lights import Light, lights_of

MOST = 6
AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Waiting:
    """The first demands by deadline, each with its light, and how many there are in all (as far as MOST + 1)."""

    rows: list[tuple[Demand, Light]]
    more: bool


def waiting(user) -> Waiting:
    """What the user has to do next, what is due first on top."""
    rows = with_names(Demand.objects.visible_to(user)).filter(waiting_for(user))
    found = list(rows.order_by(F("due_at").asc(nulls_last=True), "pk")[: MOST + 1])
    lights = lights_of(found)
    return Waiting([(row, lights[row.pk]) for row in found[:MOST]], len(found) > MOST)


def tasks_of(user) -> QuerySet[Resolution]:
    """The open tasks of joint meetings that the user's departments owe, the first due on top."""
    rows = Resolution.objects.visible_to(user).filter(
        owner__in=user.scope.departments, state=Resolution.State.OPEN
    )
    return rows.select_related("meeting__demand", "owner").defer(
        "meeting__demand__contact_name", "meeting__demand__contact_phone"
    )[:MOST]


def meetings_of(user) -> QuerySet[JointMeeting]:
    """The joint meetings to which the user's departments are called."""
    rows = JointMeeting.objects.visible_to(user).filter(
        state=JointMeeting.State.PLANNED,
        attendance__department__in=user.scope.departments,
        meets_at__lte=timezone.now() + AHEAD,
    )
    rows = rows.select_related("demand").defer("demand__contact_name", "demand__contact_phone")
    return rows.distinct().order_by("meets_at", "pk")[:MOST]
