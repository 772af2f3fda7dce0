"""The names that an enterprise sheet may use for towns, chains and ways of setting up."""

from collections.abc import Iterable, Mapping
from typing import Any

from chains.industry.models import Chain, Segment
from chains.party.models import EstablishmentMode
from portal.imports.queries import open_towns, town_names
from portal.imports.registry import Place


def references(place: Place) -> Mapping[str, Mapping[str, Any]]:
    """Name → id for the check. All open towns of the district: a foreign one is refused by the database's rule."""
    return {
        "town": town_names(place),
        "chain": dict(Chain.objects.filter(district_id=place.district_id).values_list("name", "id")),
        "establishment_mode": dict(EstablishmentMode.objects.values_list("name", "id")),
    }


def template_names(place: Place) -> Mapping[str, Iterable[str]]:
    """The drop-downs of the template: only the towns that the user may name."""
    chains = Chain.objects.filter(district_id=place.district_id)
    return {
        "town": open_towns(place).values_list("name", flat=True),
        "chain": chains.values_list("name", flat=True),
        "segment": Segment.objects.filter(chain__in=chains, closed_on=None)
        .order_by("chain__position", "position")
        .values_list("name", flat=True),
        "establishment_mode": EstablishmentMode.objects.values_list("name", flat=True),
    }
