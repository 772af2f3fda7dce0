"""Alliances as lists and details: pattern and charter, the present chair, how many enterprises belong to each."""

from collections.abc import Mapping

from django.db.models import Count, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from portal.kit.problems import Invalid
from portal.kit.search import normalise

from ..party.models import PartyOrganization
from ..party.queries import PERSONAL
from ..party.rules import ALLIANCE
from .models import Alliance, ChairTerm

FILTERS = frozenset({"town", "chain", "status", "pattern"})
CHAIR = tuple(f"chair__{name}" for name in PERSONAL)


def _members() -> type:
    """Member enterprises live in the package above: they are reached by the reverse relation."""
    return PartyOrganization._meta.get_field("alliance_members").related_model


def alliances(user) -> QuerySet[PartyOrganization]:
    """The alliances in scope with `members` (enterprises that belong to it now) and `terms` (chairs, newest first).

    An alliance is also seen by the station and the users of an enterprise that belongs to it.
    """
    rows = PartyOrganization.objects.visible_to(user)
    scope = user.scope
    if scope.towns or scope.enterprises:
        joined = _members().objects.visible_to(user).order_by().values("alliance")
        rows = PartyOrganization.objects.filter(Q(pk__in=rows.order_by().values("pk")) | Q(pk__in=joined))
    inside = _members()._base_manager.filter(alliance=OuterRef("pk"), left_on=None).values("alliance")
    counted = inside.annotate(count=Count("pk")).values("count")
    terms = ChairTerm.objects.select_related("chair").defer(*CHAIR).order_by("-started_on")
    return (
        rows.filter(kind__code=ALLIANCE)
        .select_related("town", "chain", "kind", "district", "alliance")
        .defer(*PERSONAL)
        .annotate(members=Coalesce(Subquery(counted, output_field=IntegerField()), 0))
        .prefetch_related(Prefetch("chair_terms", terms, to_attr="terms"))
    )


def listed(user, filters: Mapping[str, str]) -> QuerySet[PartyOrganization]:
    """The alliances that a list asks for: by town, chain, pattern, status, and part of the name.

    Raises Invalid for a status or pattern that does not exist.
    """
    rows = alliances(user)
    known = {"status": PartyOrganization.Status.values, "pattern": Alliance.Pattern.values}
    for name, values in known.items():
        if (value := filters.get(name)) and value not in values:
            raise Invalid({name: _("应为这些值之一：%(values)s。") % {"values": "、".join(values)}})
    if status := filters.get("status"):
        rows = rows.filter(status=status)
    if pattern := filters.get("pattern"):
        rows = rows.filter(alliance__pattern=pattern)
    for name in ("town", "chain"):
        if code := filters.get(name):
            rows = rows.filter(**{f"{name}__code": code})
    if text := normalise(filters.get("search", "")):
        rows = rows.filter(Q(name__icontains=text) | Q(code__iexact=text))
    return rows


def alliance_for(user, code: str) -> PartyOrganization | None:
    """One alliance in scope; None for a missing one and for one outside the scope alike."""
    return alliances(user).filter(code=code).first()


def terms_of(alliance: PartyOrganization) -> QuerySet[ChairTerm]:
    """The terms of the chair of an alliance that the user was found to see."""
    return ChairTerm.objects.filter(alliance=alliance).select_related("chair").defer(*CHAIR)
