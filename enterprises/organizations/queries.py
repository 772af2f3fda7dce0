"""Enterprises by their organisation: whom one covers (with or without its branch), and 一企一支部."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from chains.party.models import PartyOrganization
from chains.party.queries.tree import branch, in_tree
from portal.territory.models import Town

from ..profile.models import OrganizationForm
from ..registry.models import Enterprise
from .rules import BRANCH_MEMBERS


def covered(
    user, organization: PartyOrganization, *, below: bool = False, filters: Mapping[str, str] | None = None
) -> QuerySet[Enterprise]:
    """The enterprises in scope that an organisation covers; with `below`, also those of its whole branch in the tree
    under `filters` (town, chain)."""
    rows = Enterprise.objects.visible_to(user)
    if not below:
        return rows.filter(profile__organization=organization)
    return rows.filter(profile__organization__in=branch(user, filters or {}, organization))


def covered_by_tree(user, filters: Mapping[str, str]) -> QuerySet[Enterprise]:
    """The enterprises in scope that any organisation of the tree covers."""
    organizations = in_tree(user, filters).defer(None).select_related(None).order_by()
    return Enterprise.objects.visible_to(user).filter(profile__organization__in=organizations.values("pk"))


def list_values(rows: QuerySet[Enterprise]) -> QuerySet:
    """The columns of the lists, flat, in one statement."""
    return rows.values(
        "id",
        "uscc",
        "name",
        "status",
        town_name=F("town__short_name"),
        full_members=F("profile__full_members"),
        organization_form=F("profile__organization_form"),
        organization_name=F("profile__organization_name"),
        organization_code=F("profile__organization__code"),
    )


def should_have_own(user, *, town: str = "", own: str = "") -> QuerySet[Enterprise]:
    """一企一支部: enterprises in real operation with at least three full members; `own`: "1" those that have an
    organisation of their own, "0" those that have none."""
    rows = Enterprise.objects.visible_to(user).filter(
        status=Enterprise.Status.ACTIVE, profile__full_members__gte=BRANCH_MEMBERS
    )
    if town:
        rows = rows.filter(town__code=town)
    alone = Q(profile__organization_form=OrganizationForm.ALONE)
    return rows if not own else rows.filter(alone if own == "1" else ~alone)


def own_by_town(user) -> list[dict[str, Any]]:
    """一企一支部 by town in one statement: [{town, should, own, missing}]; towns in scope, also those without any."""
    alone = Q(profile__organization_form=OrganizationForm.ALONE)
    counted = {
        row["town"]: row
        for row in should_have_own(user)
        .order_by()
        .values("town")
        .annotate(should=Count("pk"), own=Count("pk", filter=alone))
    }
    scope = user.scope
    towns = Town.objects.visible_to(user).filter(closed_on=None)
    if not scope.is_admin:
        towns = towns.filter(district__in=scope.districts) | towns.filter(pk__in=scope.towns)
    found = []
    for town in towns.order_by("position", "code"):
        row = counted.get(town.pk, {"should": 0, "own": 0})
        missing = row["should"] - row["own"]
        found.append({"town": town, "should": row["should"], "own": row["own"], "missing": missing})
    return found
