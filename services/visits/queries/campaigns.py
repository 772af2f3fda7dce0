"""Campaigns, and how far each town has come in one."""

import datetime

from django.db.models import Count, Q, QuerySet

from services.workorders.models import Demand
from services.workorders.rules.states import SOLVED

from ..models import CampaignTarget, Visit, VisitCampaign
from ..rules import TownCoverage
from .visits import towns_of, visits

COUNTED_AS_SOLVED = Q(status__in=SOLVED, merged_into__isnull=True, withdrawn=False)


def campaigns(user) -> QuerySet[VisitCampaign]:
    """The campaigns of the user's district, the latest first."""
    return VisitCampaign.objects.visible_to(user).select_related("district")


def campaign_for(user, code: str) -> VisitCampaign | None:
    return campaigns(user).filter(code=code).first()


def running_campaign(district_id: int, day: datetime.date) -> VisitCampaign | None:
    """The campaign to which a visit of this day belongs unless somebody says otherwise: the one begun last."""
    return VisitCampaign.objects.filter(
        district_id=district_id, starts_on__lte=day, ends_on__gte=day, closed_at=None
    ).first()


def targets_of(user, campaign: VisitCampaign) -> dict[int, CampaignTarget]:
    """The targets by town, as far as the user sees the towns."""
    rows = CampaignTarget.objects.visible_to(user).filter(campaign=campaign)
    return {row.town_id: row for row in rows.select_related("town")}


def coverage(user, campaign: VisitCampaign, targets: dict[int, CampaignTarget]) -> list[TownCoverage]:
    """Each town of the district that the user sees: its target, the enterprises and projects visited at least once in
    the campaign, the problems found on these visits, and those solved. Three statements, whatever the number of towns.
    `targets`: from `targets_of`."""
    towns = list(towns_of(user).filter(district=campaign.district_id))
    visited = {
        town: counts
        for town, *counts in Visit.objects.visible_to(user)
        .filter(campaign=campaign)
        .order_by()
        .values_list("town")
        .annotate(
            enterprises=Count("enterprise", distinct=True),
            projects=Count("project", distinct=True),
            visits=Count("pk"),
        )
    }
    found = {
        town: counts
        for town, *counts in Demand.objects.filter(visit__campaign=campaign)
        .order_by()
        .values_list("visit__town")
        .annotate(found=Count("pk"), solved=Count("pk", filter=COUNTED_AS_SOLVED))
    }
    rows = []
    for town in towns:
        target = targets.get(town.pk)
        enterprises, projects, times = visited.get(town.pk, (0, 0, 0))
        findings, solved = found.get(town.pk, (0, 0))
        rows.append(
            TownCoverage(
                town,
                target.enterprises if target else 0,
                target.projects if target else 0,
                enterprises,
                projects,
                times,
                findings,
                solved,
            )
        )
    return rows


def recent_visits(user, campaign: VisitCampaign, most: int) -> list[Visit]:
    """The latest visits of a campaign that the user sees."""
    return list(visits(user).filter(campaign=campaign)[:most])
