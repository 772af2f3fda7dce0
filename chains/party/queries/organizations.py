"""Organisations as lists and details, with their kinds and establishment modes."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal.kit.problems import Invalid
from portal.kit.search import normalise

from ..models import EstablishmentMode, OrganizationKind, PartyOrganization
from ..rules import COMMITTEES, can_see_secretary, spellings

FILTERS = frozenset({"town", "chain", "area", "kind", "establishment_mode", "status", "parent"})
PERSONAL = ("secretary_name", "secretary_phone")
OFFERED = ("joint_branch", "general_branch", "cluster_general_branch", *sorted(COMMITTEES))


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
        .select_related("town", "chain", "area", "kind", "establishment_mode", "parent", "merged_into")
        .defer(*PERSONAL, *(f"{one}__{name}" for one in ("parent", "merged_into") for name in PERSONAL))
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
    above = [f"{one}__{name}" for one in ("parent", "merged_into") for name in PERSONAL]
    return organizations(user).defer(None).defer(*above).select_related("district")


def sees_secretary(user, organization: PartyOrganization) -> bool:
    """Whether the user may know of the secretary: who manages it, or the users of an enterprise that it covers."""
    usccs = user.scope.enterprises
    covers = bool(usccs) and organization.profiles.filter(enterprise__uscc__in=usccs).exists()
    return can_see_secretary(
        user, town_id=organization.town_id, district_id=organization.district_id, covers_own=covers
    )


def by_code_or_name(user, text: str) -> PartyOrganization | None:
    """The active organisation in scope that a person means: by its code, or by its whole name."""
    active = organizations(user).filter(status=PartyOrganization.Status.ACTIVE)
    return active.filter(code=text).first() or active.filter(name=text).first()


def near(
    user, organization: PartyOrganization | None = None, *, limit: int = 60
) -> QuerySet[PartyOrganization]:
    """Active organisations to be offered first: those of the same town, parent and chain; without one, the upper ones."""
    rows = organizations(user).filter(status=PartyOrganization.Status.ACTIVE, kind__is_formal=True)
    if organization is None:
        return rows.exclude(kind__code__in=("branch", "group")).order_by("kind__position", "code")[:limit]
    close = Q(pk=organization.parent_id) | Q(town_id=organization.town_id, kind__code__in=OFFERED)
    if organization.parent_id:
        close |= Q(parent_id=organization.parent_id, kind__code__in=OFFERED)
    if organization.chain_id:
        close |= Q(chain_id=organization.chain_id, kind__code__in=OFFERED)
    return rows.filter(close).exclude(pk=organization.pk).order_by("kind__position", "code")[:limit]
