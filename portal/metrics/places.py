"""Where a figure is asked for: which districts, towns and chain. Towns are the portal's own; chains are registered."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Model
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound

from portal.accounts.models import User
from portal.kit.problems import Invalid
from portal.territory.models import District, Town

from .registry import Dimension

# Dimension → model with `code`, `name` and `district_id`; the chains' feature adds its own.
kinds: dict[Dimension, type[Model]] = {"town": Town}


@dataclass(frozen=True)
class Area:
    """What part of the figures is meant. `towns`: only these (a station's, or a chosen one); none: whole districts."""

    districts: tuple[int, ...]
    towns: tuple[int, ...] = ()
    chain: int = 0

    @property
    def cells(self) -> tuple[str, list]:
        """The condition that picks the area's cells: the districts' own totals, or those of its towns."""
        if self.towns:
            return "chain_id = %s AND town_id = ANY(%s)", [self.chain, list(self.towns)]
        return "chain_id = %s AND town_id = 0 AND district_id = ANY(%s)", [self.chain, list(self.districts)]


def area_of(user: User, *, town: str = "", chain: str = "") -> Area:
    """What the user may see, narrowed to a town's and a chain's code.

    Raises Invalid for an unknown code and NotFound for a place outside the user's scope.
    """
    scope = user.scope
    if scope.is_admin:
        whole = tuple(District.objects.order_by("pk").values_list("pk", flat=True))
    else:
        whole = tuple(sorted(scope.districts))
    towns = () if whole else tuple(sorted(scope.towns))
    districts = whole or tuple(
        Town.objects.filter(pk__in=scope.towns).order_by().values_list("district", flat=True).distinct()
    )
    if town:
        row = _place("town", town)
        if row.pk not in scope.towns and row.district_id not in whole:
            raise NotFound
        towns, districts = (row.pk,), (row.district_id,)
    pk = 0
    if chain:
        row = _place("chain", chain)
        if row.district_id not in districts:
            raise NotFound
        pk = row.pk
    return Area(districts, towns, pk)


def listed(kind: Dimension, area: Area) -> list[Model]:
    """The places of a kind inside the area, in their usual order."""
    if kind not in kinds:
        return []
    rows = kinds[kind].objects.filter(district_id__in=area.districts)
    if kind == "town" and area.towns:
        rows = rows.filter(pk__in=area.towns)
    return list(rows)


def named(kind: Dimension, ids: Iterable[int]) -> dict[int, Model]:
    """Places by id."""
    return kinds[kind].objects.in_bulk(list(ids)) if kind in kinds else {}


def _place(kind: Dimension, code: str) -> Model:
    row = kinds[kind].objects.filter(code=code).first() if kind in kinds else None
    if row is None:
        label = {"town": _("街镇"), "chain": _("产业链")}[kind]
        raise Invalid({kind: _("没有代码为“%(code)s”的%(what)s。") % {"code": code, "what": label}})
    return row
