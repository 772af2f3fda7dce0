"""Where a figure is asked for: which districts, towns, chain or station. Towns are the portal's own; the others are
registered by their features."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.db.models import Model
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound

from portal.accounts.models import User
from portal.kit.problems import Invalid
from portal.territory.models import District, Town

from .registry import Dimension

Kind = Dimension | Literal["station"]

# Kind of place → model with `code`, `name` and `district_id` (a station also `town_id`); features add their own.
kinds: dict[Kind, type[Model]] = {"town": Town}


@dataclass(frozen=True)
class Area:
    """What part of the figures is meant. `towns`: only these (of who works there, or a chosen one); none: whole
    districts. `station`: only this one, whose figures have no cells and are counted from its rows."""

    districts: tuple[int, ...]
    towns: tuple[int, ...] = ()
    chain: int = 0
    station: int = 0

    @property
    def cells(self) -> tuple[str, list]:
        """The condition that picks the area's cells: the districts' own totals, or those of its towns."""
        if self.station:
            return "TRUE", []
        if self.towns:
            return "chain_id = %s AND town_id = ANY(%s)", [self.chain, list(self.towns)]
        return "chain_id = %s AND town_id = 0 AND district_id = ANY(%s)", [self.chain, list(self.districts)]


def area_of(user: User, *, town: str = "", chain: str = "", station: str = "") -> Area:
    """What the user may see, narrowed to a town's and a chain's code, or to a station's.

    Raises Invalid for an unknown code, or a station elsewhere than the town or together with a chain; NotFound for a
    place outside the user's scope.
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
    if not station:
        return Area(districts, towns, pk)
    row = _place("station", station)
    if row.town_id not in scope.towns and row.district_id not in whole:
        raise NotFound
    if pk:
        raise Invalid({"chain": _("按服务站统计时不能再选产业链。")})
    if town and row.town_id not in towns:
        raise Invalid({"station": _("该服务站不在所选街镇。")})
    return Area((row.district_id,), (row.town_id,), station=row.pk)


def listed(kind: Kind, area: Area) -> list[Model]:
    """The places of a kind inside the area, in their usual order."""
    if kind not in kinds:
        return []
    rows = kinds[kind].objects.filter(district_id__in=area.districts)
    if kind != "chain" and area.towns:
        rows = rows.filter(**{"pk__in" if kind == "town" else "town__in": area.towns})
    return list(rows)


def named(kind: Dimension, ids: Iterable[int]) -> dict[int, Model]:
    """Places by id."""
    return kinds[kind].objects.in_bulk(list(ids)) if kind in kinds else {}


def _place(kind: Kind, code: str) -> Model:
    row = kinds[kind].objects.filter(code=code).first() if kind in kinds else None
    if row is None:
        label = {"town": _("街镇"), "chain": _("产业链"), "station": _("服务站")}[kind]
        raise Invalid({kind: _("没有代码为“%(code)s”的%(what)s。") % {"code": code, "what": label}})
    return row
