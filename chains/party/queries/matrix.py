"""一链一联盟、一园一党委: which chain has its alliance, which park its committee."""

from typing import Any

from django.db.models import Q

from portal.territory.models import Area, Town

from ...industry.models import Chain
from ..models import PartyOrganization
from ..rules import ALLIANCE, COMMITTEES
from .organizations import organizations


def alliances_by_chain(user) -> list[dict[str, Any]]:
    """Every chain of the user's districts with its alliances: [{chain, organizations}]."""
    rows = organizations(user).filter(
        status=PartyOrganization.Status.ACTIVE, kind__code=ALLIANCE, chain__isnull=False
    )
    found: dict[int, list[PartyOrganization]] = {}
    for row in rows.order_by("code"):
        found.setdefault(row.chain_id, []).append(row)
    chains = _of_districts(user, Chain.objects.visible_to(user)).select_related("lead_town")
    return [
        {"chain": chain, "organizations": found.get(chain.pk, [])}
        for chain in chains.order_by("position", "code")
    ]


def committees_by_park(user) -> list[dict[str, Any]]:
    """Every open park in scope with its committees: [{area, organizations}]."""
    rows = organizations(user).filter(
        status=PartyOrganization.Status.ACTIVE, kind__code__in=COMMITTEES, area__isnull=False
    )
    found: dict[int, list[PartyOrganization]] = {}
    for row in rows.order_by("code"):
        found.setdefault(row.area_id, []).append(row)
    parks = Area.objects.visible_to(user).filter(kind=Area.Kind.PARK, closed_on=None).select_related("town")
    scope = user.scope
    if not scope.is_admin:
        parks = parks.filter(district__in=scope.districts) | parks.filter(town__in=scope.towns)
    return [
        {"area": area, "organizations": found.get(area.pk, [])}
        for area in parks.order_by("town__position", "code")
    ]


def _of_districts(user, rows):
    scope = user.scope
    if scope.is_admin:
        return rows
    of_towns = Town.objects.filter(pk__in=scope.towns).values("district")
    return rows.filter(Q(district__in=scope.districts) | Q(district__in=of_towns))
