"""Every read of organisations, kinds and establishment modes."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal.kit.problems import Invalid
from portal.kit.search import normalise

from .models import EstablishmentMode, OrganizationKind, PartyOrganization
from .rules import spellings

FILTERS = frozenset({"town", "chain", "kind", "establishment_mode", "status", "parent"})
PERSONAL = ("secretary_name", "secretary_phone")


def organization_kinds(user) -> QuerySet[OrganizationKind]:
    return OrganizationKind.objects.visible_to(user)


def establishment_modes(user) -> QuerySet[EstablishmentMode]:
    return EstablishmentMode.objects.visible_to(user)


def modes_by_spelling() -> dict[str, EstablishmentMode]:
    """Every accepted spelling of every establishment mode, for sheets and forms. One query."""
    return {text: mode for mode in EstablishmentMode.objects.all() for text in spellings(mode.name)}


def kinds_by_spelling() -> dict[str, OrganizationKind]:
    """Every accepted spelling of every kind of organisation. One query."""
    return {text: kind for kind in OrganizationKind.objects.all() for text in spellings(kind.name)}


def organizations(user) -> QuerySet[PartyOrganization]:
    """Organisations in the user's scope, ready for lists; personal fields are not even read."""
    return (
        PartyOrganization.objects.visible_to(user)
        .select_related("town", "chain", "kind", "establishment_mode", "parent")
        .defer(*PERSONAL)
    )


def listed(user, filters: Mapping[str, str]) -> QuerySet[PartyOrganization]:
    """The organisations that a list asks for: by codes, status, and part of the name.

    Raises Invalid for a status that does not exist.
    """
    rows = organizations(user)
    status = filters.get("status")
    if status:
        if status not in PartyOrganization.Status.values:
            raise Invalid(
                {
                    "status": _("应为这些值之一：%(values)s。")
                    % {"values": "、".join(PartyOrganization.Status.values)}
                }
            )
        rows = rows.filter(status=status)
    for name in sorted(FILTERS - {"status"}):
        if code := filters.get(name):
            rows = rows.filter(**{f"{name}__code": code})
    if text := normalise(filters.get("search", "")):
        rows = rows.filter(Q(name__icontains=text) | Q(code__iexact=text))
    return rows


def organization_details(user) -> QuerySet[PartyOrganization]:
    """The same rows with the personal fields, for the detail, which masks them by right."""
    return organizations(user).defer(None).select_related("district")
