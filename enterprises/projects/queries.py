"""Reads of integration projects. Everything starts at `visible_to(user)`; filters take codes, never ids."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from chains.filters import refuse_unknown_codes
from chains.industry.models import Chain
from chains.party.models import PartyOrganization
from portal.kit.filters import between, refuse_unknown, said
from portal.kit.text import clean_line
from portal.territory.models import Town

from ..registry.models import Enterprise
from .models import IntegrationProject

__all__ = ["chains_for", "listed", "project_for", "refuse_unknown_codes", "towns_for"]

FILTERS = frozenset({"town", "chain", "uscc", "organization", "subject", "direction", "status", "from", "to"})
ORDERINGS = ("-started_on", "started_on", "-finished_on", "number")
CODES = {
    "town": "town__code",
    "chain": "chain__code",
    "uscc": "enterprise__uscc",
    "organization": "organization__code",
}
CHOICES = {
    "subject": tuple(IntegrationProject.Subject.values),
    "direction": tuple(IntegrationProject.Direction.values),
    "status": tuple(IntegrationProject.Status.values),
}


def projects(user) -> QuerySet[IntegrationProject]:
    """The projects in scope, with what a list shows; the organisation's personal fields are not even read."""
    rows = IntegrationProject.objects.visible_to(user)
    return rows.select_related(
        "town", "district", "chain", "enterprise", "organization", "recorded_by"
    ).defer("organization__secretary_name", "organization__secretary_phone")


def listed(user, filters: Mapping[str, str]) -> QuerySet[IntegrationProject]:
    """The projects that a list asks for: FILTERS (`from` and `to` are days of finishing and both count), and `search`
    in title, number and who leads. Raises Invalid for a value that does not exist or is no day."""
    given = said(filters)
    refuse_unknown(given, CHOICES)
    rows = projects(user)
    for name in CHOICES:
        if name in given:
            rows = rows.filter(**{name: given[name]})
    for name, lookup in CODES.items():
        if name in given:
            rows = rows.filter(**{lookup: given[name].upper() if name == "uscc" else given[name]})
    rows = between(rows, "finished_on", given)
    if text := given.get("search"):
        rows = rows.filter(
            Q(title__icontains=text)
            | Q(number__iexact=text)
            | Q(enterprise__name__icontains=text)
            | Q(organization__name__icontains=text)
        )
    return rows


def project_for(user, number: str) -> IntegrationProject | None:
    """One project in scope; None for a missing one and for one outside the scope alike."""
    return projects(user).filter(number=clean_line(number)).first()


def towns_for(user) -> QuerySet[Town]:
    """The open towns of the districts and towns that the user sees."""
    scope, rows = user.scope, Town.objects.filter(closed_on=None).select_related("district")
    if scope.is_admin:
        return rows
    return rows.filter(Q(district__in=scope.districts) | Q(pk__in=scope.towns))


def chains_for(user) -> QuerySet[Chain]:
    """The chains of the districts that the user has to do with, to choose from."""
    scope, rows = user.scope, Chain.objects.order_by("position", "code")
    if scope.is_admin:
        return rows
    own = Enterprise.objects.filter(uscc__in=scope.enterprises).values("district")
    towns = Town.objects.filter(pk__in=scope.towns).values("district")
    return rows.filter(Q(district__in=scope.districts) | Q(district__in=towns) | Q(district__in=own))


def enterprise_named(user, text: str) -> Enterprise | None:
    """The enterprise in scope that a text means: its USCC or its full name."""
    text = clean_line(text)
    rows = Enterprise.objects.visible_to(user).select_related("town", "district")
    return rows.filter(Q(uscc=text.upper()) | Q(name=text)).order_by("pk").first()


def organization_named(user, text: str) -> PartyOrganization | None:
    """The organisation in scope that a text means: its code or its full name."""
    text = clean_line(text)
    rows = PartyOrganization.objects.visible_to(user).select_related("town", "district")
    rows = rows.defer("secretary_name", "secretary_phone")
    return rows.filter(Q(code=text) | Q(name=text)).order_by("ended_on", "code").first()
