"""The four rates of coverage for the district, by town and by chain (domain.md, coverage rates)."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from chains.industry.models import Chain
from chains.party.models import PartyOrganization
from portal.territory.models import Town

from ...registry.models import ChainMembership, Enterprise
from ..rules.standing import rate
from .conditions import (
    assigned,
    formal_organizations,
    in_operation,
    is_effective,
    of_chain,
    on_chain,
    organized,
    place_ids,
    with_chains,
)


@dataclass(frozen=True)
class Figures:
    """Counts, and the rates they make. `base` counts enterprises, `formal` organisations."""

    base: int = 0
    organizational: int = 0
    stand_alone: int = 0
    work: int = 0
    formal: int = 0
    effective: int = 0

    @property
    def organizational_rate(self) -> Decimal | None:
        return rate(self.organizational, self.base)

    @property
    def stand_alone_rate(self) -> Decimal | None:
        return rate(self.stand_alone, self.base)

    @property
    def work_rate(self) -> Decimal | None:
        return rate(self.work, self.base)

    @property
    def effective_rate(self) -> Decimal | None:
        return rate(self.effective, self.formal)

    def as_json(self) -> dict[str, Any]:
        """As the contract names it."""
        counted = {
            name: {"covered": getattr(self, name), "rate": getattr(self, f"{name}_rate")}
            for name in ("organizational", "stand_alone", "work", "effective")
        }
        counted["effective"]["base"] = self.formal
        return {"base": self.base, **counted}


@dataclass(frozen=True)
class Place:
    """A town or chain with its figures."""

    row: Town | Chain
    figures: Figures


def coverage(user, *, town: str = "", chain: str = "", today: datetime.date | None = None) -> Figures:
    """The figures of all that the user sees, or of one town, one chain, or of a chain in a town.

    Two statements: enterprises and organisations. Raises Invalid for an unknown code.
    """
    day, known = today or timezone.localdate(), place_ids(town=town, chain=chain)
    enterprises = in_operation(Enterprise.objects.visible_to(user))
    organizations = formal_organizations(PartyOrganization.objects.visible_to(user), day)
    if "town" in known:
        enterprises = enterprises.filter(town_id=known["town"])
        organizations = organizations.filter(town_id=known["town"])
    if "chain" in known:
        enterprises = enterprises.filter(on_chain(known["chain"]))
        organizations = organizations.filter(of_chain(known["chain"]))
    counts = enterprises.annotate(own=organized()).aggregate(**_counts())
    return Figures(**counts, **organizations.aggregate(**_of_organizations(day)))


def by_town(user, *, chain: str = "", today: datetime.date | None = None) -> list[Place]:
    """The figures of every town in the user's scope, in the district's order; a closed town only while it has rows.

    One statement over the enterprises, one over the organisations, one for the towns' names. `chain` (code) leaves
    only what stands on it.
    """
    day, known = today or timezone.localdate(), place_ids(chain=chain)
    enterprises = in_operation(Enterprise.objects.visible_to(user))
    organizations = formal_organizations(PartyOrganization.objects.visible_to(user), day)
    if known:
        enterprises = enterprises.filter(on_chain(known["chain"]))
        organizations = organizations.filter(of_chain(known["chain"]))
    places = _joined(
        {town.pk: town for town in towns_of(user)},
        enterprises.annotate(own=organized()).order_by().values("town_id").annotate(**_counts()),
        organizations.order_by().values("town_id").annotate(**_of_organizations(day)),
        "town_id",
    )
    return [one for one in places if one.row.closed_on is None or one.figures != Figures()]


def by_chain(user, *, town: str = "", today: datetime.date | None = None) -> list[Place]:
    """The figures of every chain: an enterprise on two chains counts once in each. Statements as in `by_town`."""
    day, known = today or timezone.localdate(), place_ids(town=town)
    enterprises = ChainMembership.objects.visible_to(user).filter(
        ended_on=None, enterprise__status=Enterprise.Status.ACTIVE
    )
    organizations = formal_organizations(PartyOrganization.objects.visible_to(user), day)
    if known:
        enterprises = enterprises.filter(enterprise__town_id=known["town"])
        organizations = organizations.filter(town_id=known["town"])
    return _joined(
        {chain.pk: chain for chain in chains_of(user)},
        enterprises.annotate(own=organized("enterprise__"))
        .order_by()
        .values("chain_id")
        .annotate(**_counts("enterprise__")),
        with_chains(organizations)
        .order_by()
        .values("standing_chain")
        .annotate(**_of_organizations(day, repeated=True)),
        "chain_id",
        "standing_chain",
    )


def _counts(prefix: str = "") -> dict[str, Count]:
    """The counts of enterprises; `own` (conditions.organized) must be annotated."""
    has_organization = Q(own__enterprise_id__isnull=False)
    return {
        "base": Count("pk"),
        "organizational": Count("own__enterprise_id"),
        "stand_alone": Count("pk", filter=Q(own__organization_form="alone")),
        "work": Count("pk", filter=has_organization | assigned(prefix)),
    }


def _of_organizations(day: datetime.date, *, repeated: bool = False) -> dict[str, Count]:
    """The counts of organisations; `repeated`: a row may stand several times, once a chain and enterprise."""
    return {
        "formal": Count("pk", distinct=repeated),
        "effective": Count("pk", distinct=repeated, filter=is_effective(day)),
    }


def _joined(
    places: Mapping[int, Any], enterprises: QuerySet, organizations: QuerySet, key: str, other_key: str = ""
) -> list[Place]:
    counts: dict[int, dict[str, int]] = {pk: {} for pk in places}
    for rows, name in ((enterprises, key), (organizations, other_key or key)):
        for row in rows:
            if (pk := row.pop(name)) in counts:
                counts[pk] |= row
    return [Place(row, Figures(**counts[pk])) for pk, row in places.items()]


def towns_of(user) -> list[Town]:
    """The towns that the user reads figures of, in the district's order."""
    scope, towns = user.scope, Town.objects.visible_to(user)
    if not scope.is_admin:
        towns = towns.filter(Q(district_id__in=scope.districts) | Q(pk__in=scope.towns))
    return list(towns)


def chains_of(user) -> list[Chain]:
    """The chains of the user's district, in their order."""
    scope, chains = user.scope, Chain.objects.visible_to(user)
    if not scope.is_admin:
        of_towns = Town.objects.filter(pk__in=scope.towns).values("district")
        chains = chains.filter(Q(district_id__in=scope.districts) | Q(district_id__in=of_towns))
    return list(chains)
