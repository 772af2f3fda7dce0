"""Opening a chain and correcting it."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied

from portal.kit.problems import Conflict, Invalid, Stale
from portal.metrics.actions import mark_dirty
from portal.territory.models import District, Town

from ..models import Chain
from ..rules import can_manage_chains

CHANGEABLE = frozenset({"name", "lead_town", "description", "position"})


@transaction.atomic
def create_chain(
    *,
    district: District,
    code: str,
    name: str,
    by,
    lead_town: Town | None = None,
    description: str = "",
    position: int | None = None,
) -> Chain:
    """The bureau registers an industry chain of its district.

    Raises PermissionDenied for anyone else, Conflict when code or name are taken, Invalid for a foreign lead town.
    """
    require_right(by, district.pk)
    _require_town_of(district.pk, lead_town)
    if Chain.objects.filter(code=code).exists():
        raise Conflict(_("代码“%(code)s”已被其他产业链使用。") % {"code": code}, code="duplicate")
    _require_free_name(district.pk, name)
    chain = Chain.objects.create(
        district=district,
        code=code,
        name=name,
        lead_town=lead_town,
        description=description,
        position=Chain.objects.filter(district=district).count() + 1 if position is None else position,
    )
    mark_dirty("chain")
    return chain


@transaction.atomic
def update_chain(*, chain: Chain, by, version: int, changes: dict[str, Any]) -> Chain:
    """The bureau corrects a chain that it read at `version`.

    `changes` holds some of name, lead_town, description, position. Raises Stale when somebody else was faster; the
    caller adds the current row. A change that changes nothing keeps the version.
    """
    require_right(by, chain.district_id)
    stored = (
        Chain.objects.select_for_update(of=("self",)).select_related("lead_town", "district").get(pk=chain.pk)
    )
    if stored.version != version:
        raise Stale()
    if unknown := changes.keys() - CHANGEABLE:
        raise ValueError(f"update_chain cannot change {sorted(unknown)}")
    _require_town_of(stored.district_id, changes.get("lead_town"))
    if changes.get("name", stored.name) != stored.name:
        _require_free_name(stored.district_id, changes["name"])
    if all(getattr(stored, name) == value for name, value in changes.items()):
        return stored
    for name, value in changes.items():
        setattr(stored, name, value)
    stored.version = F("version") + 1
    stored.save(update_fields=[*changes, "version"])
    if "lead_town" in changes:
        mark_dirty("chain")
    stored.refresh_from_db(fields=["version"])
    return stored


def require_right(by, district_id: int) -> None:
    if not can_manage_chains(by, district_id):
        raise PermissionDenied(_("只有区局工作人员可以维护产业链。"))


def _require_town_of(district_id: int, town: Town | None) -> None:
    if town is not None and town.district_id != district_id:
        raise Invalid({"lead_town": _("牵头街镇不属于本区。")})


def _require_free_name(district_id: int, name: str) -> None:
    if Chain.objects.filter(district_id=district_id, name=name).exists():
        raise Conflict(_("本区已有产业链“%(name)s”。") % {"name": name}, code="duplicate")
