"""Every read of organisations, kinds and establishment modes."""

from django.db.models import QuerySet

from .models import EstablishmentMode, OrganizationKind, PartyOrganization
from .rules import spellings

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


def organization_details(user) -> QuerySet[PartyOrganization]:
    """The same rows with the personal fields, for the detail, which masks them by right."""
    return organizations(user).defer(None).select_related("district")
