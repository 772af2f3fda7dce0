"""The element lists of the towns (一揽子产业要素服务清单)."""

from dataclasses import dataclass

from django.db.models import Count, Prefetch, QuerySet

from chains.industry.models import Chain
from portal.territory.models import District, Town

from ..models import ElementListEntry


@dataclass(frozen=True)
class TownList:
    """The list of a town at a glance: the chain that the town leads, and how many lines there are."""

    town: Town
    chain: Chain | None
    entries: int


def element_list(user, town: Town) -> QuerySet[ElementListEntry]:
    """A town's lines in the order of the elements, with their element."""
    return _lines(user).filter(town=town).order_by("element__position", "element__code", "position", "pk")


def element_lists(user, district: District | None) -> QuerySet[ElementListEntry]:
    """The lines of all towns of a district, town by town."""
    rows = _lines(user).filter(town__district=district, town__closed_on=None)
    return rows.order_by(
        "town__position", "town__code", "element__position", "element__code", "position", "pk"
    )


def lists_by_town(district: District | None) -> list[TownList]:
    """The towns of a district that have a list, in their order. Two queries."""
    lead = Prefetch("led_chains", Chain.objects.order_by("position", "code"), to_attr="led")
    towns = Town.objects.filter(district=district, closed_on=None).annotate(lines=Count("element_list"))
    rows = towns.filter(lines__gt=0).order_by("position", "code").prefetch_related(lead)
    return [TownList(town, town.led[0] if town.led else None, town.lines) for town in rows]


def _lines(user) -> QuerySet[ElementListEntry]:
    return ElementListEntry.objects.visible_to(user).select_related("element", "town")
