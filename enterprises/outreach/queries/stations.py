"""2+18+N: the guidance stations of the towns, each with its committee, people, liaison points and what is due."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from chains.party.models import PartyOrganization
from portal.territory.models import Area, ServiceElement, Town

from ...coverage.queries.conditions import in_operation, stands_in
from ...coverage.rules.standing import Standing
from ...profile.queries import in_care
from ...profile.rules import Freshness
from ...registry.models import Enterprise
from ...registry.queries import is_fresh
from ..models import Instructor, InstructorAssignment, LiaisonPoint
from .instructors import instructors, with_load
from .liaison import is_due, points

COMMITTEE = "comprehensive_committee"


@dataclass
class StationRow:
    """One town of the overview: its station in figures. Every figure leads to a list of the same length."""

    town: Town
    committee: PartyOrganization | None = None
    figures: dict[str, int] = field(default_factory=dict)


def station_towns(user) -> QuerySet[Town]:
    """The towns whose station page the user reads: those of the district, or the station's own."""
    scope = user.scope
    towns = Town.objects.visible_to(user).filter(closed_on=None).select_related("office__guidance_station")
    if scope.is_admin:
        return towns
    return towns.filter(Q(district_id__in=scope.districts) | Q(pk__in=scope.towns))


def overview(user, *, today: datetime.date | None = None) -> list[StationRow]:
    """Every station in scope in figures: one grouped statement a figure, however many towns there are."""
    today = today or timezone.localdate()
    rows = {town.pk: StationRow(town) for town in station_towns(user)}
    for organization in _committees(user):
        if organization.town_id in rows:
            rows[organization.town_id].committee = organization
    open_points = LiaisonPoint.objects.visible_to(user).filter(released_on=None)
    postings = InstructorAssignment.objects.visible_to(user).filter(ended_on=None)
    enterprises = Enterprise.objects.visible_to(user)
    counted = {
        "people": (Instructor.objects.visible_to(user).filter(ended_on=None), "town"),
        "postings": (postings, "instructor__town"),
        "points": (open_points, "enterprise__town"),
        "due": (open_points.filter(is_due(today, settings.LIAISON_VISIT_DAYS)), "enterprise__town"),
        "overdue": (in_care(user).filter(is_fresh(Freshness.OVERDUE, today)), "town"),
        "uncovered": (in_operation(enterprises).filter(stands_in(Standing.WORK)), "town"),
    }
    for name, (queryset, town) in counted.items():
        for one in queryset.order_by().values(town).annotate(count=Count("pk")):
            if one[town] in rows:
                rows[one[town]].figures[name] = one["count"]
    for row in rows.values():
        row.figures = dict.fromkeys(counted, 0) | row.figures
    return list(rows.values())


def committee_of(user, town: Town) -> PartyOrganization | None:
    """The town's active comprehensive committee (镇综合党委); in a subdistrict the 党群服务中心 works for it."""
    return _committees(user).filter(town=town).first()


def station(user, code: str, *, today: datetime.date | None = None) -> dict[str, Any] | None:
    """Everything that one town's page shows; None for a town outside the scope.

    People carry their load, areas their open postings; what is due comes as counts that equal the lists behind them.
    """
    town = station_towns(user).filter(code=code).first()
    if town is None:
        return None
    today = today or timezone.localdate()
    own_points = points(user).filter(enterprise__town=town, released_on=None)
    people = with_load(instructors(user).filter(town=town, ended_on=None), today)
    return {
        "town": town,
        "office": getattr(town, "office", None),
        "committee": committee_of(user, town),
        "elements": list(ServiceElement.objects.visible_to(user).filter(closed_on=None)),
        "people": list(people.order_by("-load", "code")),
        "points": list(own_points.order_by("last_seen_on", "code")[:100]),
        "areas": list(_areas(user, town)),
        "due_visits": own_points.filter(is_due(today, settings.LIAISON_VISIT_DAYS)).count(),
        "overdue_surveys": in_care(user, town=code).filter(is_fresh(Freshness.OVERDUE, today)).count(),
        "uncovered": in_operation(Enterprise.objects.visible_to(user))
        .filter(stands_in(Standing.WORK), town=town)
        .count(),
    }


def _areas(user, town: Town) -> list[tuple[Area, list[Instructor]]]:
    """The town's open areas, each with the instructors posted to it."""
    posted: dict[int, list[Instructor]] = {}
    rows = InstructorAssignment.objects.visible_to(user).filter(ended_on=None, area__town=town)
    for row in rows.select_related("instructor__town").order_by("pk"):
        posted.setdefault(row.area_id, []).append(row.instructor)
    areas = Area.objects.visible_to(user).filter(town=town, closed_on=None)
    return [(area, posted.get(area.pk, [])) for area in areas]


def _committees(user) -> QuerySet[PartyOrganization]:
    return (
        PartyOrganization.objects.visible_to(user)
        .filter(kind__code=COMMITTEE, status=PartyOrganization.Status.ACTIVE)
        .defer("secretary_name", "secretary_phone")
        .order_by("code")
    )
