"""Every write of organisations and of their kinds and establishment modes."""

from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied

from portal.kit.problems import Conflict, Invalid, Stale
from portal.territory.models import District

from .models import EstablishmentMode, OrganizationKind, PartyOrganization
from .rules import can_manage_organizations, can_manage_reference

CHANGEABLE = frozenset({
    "name", "kind", "establishment_mode", "town", "chain", "area", "parent", "set_up_on", "secretary_name",
    "secretary_phone",
})  # fmt: skip
PLACES = ("town", "chain", "area", "parent")


@transaction.atomic
def load_party_reference(*, data: dict[str, list[dict[str, Any]]]) -> None:
    """The kinds and establishment modes of domain.md exist, found by code. What the bureau renamed stays renamed."""
    for model, rows in ((OrganizationKind, data["kinds"]), (EstablishmentMode, data["modes"])):
        for position, row in enumerate(rows, start=1):
            model.objects.get_or_create(code=row["code"], defaults={**row, "position": position})


@transaction.atomic
def save_reference_row(*, row: models.Model, by) -> models.Model:
    """The bureau adds or corrects a kind or an establishment mode.

    Raises PermissionDenied for anyone else, Conflict when code or name are taken by another row.
    """
    if not can_manage_reference(by):
        raise PermissionDenied(_("只有区局工作人员可以维护党组织类别和组建方式。"))
    others = type(row).objects.exclude(pk=row.pk)
    if others.filter(code=row.code).exists():
        raise Conflict(_("代码“%(code)s”已被使用。") % {"code": row.code}, code="duplicate")
    if others.filter(name=row.name).exists():
        raise Conflict(_("名称“%(name)s”已被使用。") % {"name": row.name}, code="duplicate")
    row.save()
    return row


@transaction.atomic
def create_organization(*, district: District, by, code: str, **fields: Any) -> PartyOrganization:
    """The bureau registers a Party organisation of its district.

    `fields`: name and kind, and any of the other changeable ones. Raises PermissionDenied for anyone else, Conflict
    when code or name are taken, Invalid for a town, chain or parent of another district.
    """
    _require_right(by, district.pk)
    return set_up_organization(district=district, by=by, code=code, **fields)


@transaction.atomic
def set_up_organization(*, district: District, by, code: str, **fields: Any) -> PartyOrganization:
    """As `create_organization`, for an action above that has asked for its own right: a guidance station that accepts
    a joint branch in its town sets it up without being the bureau."""
    _require_known(fields)
    _require_same_district(district.pk, fields)
    if PartyOrganization.objects.filter(code=code).exists():
        raise Conflict(_("编号“%(code)s”已被使用。") % {"code": code}, code="duplicate")
    _require_free_name(district.pk, fields["name"])
    return PartyOrganization.objects.create(district=district, code=code, **fields)


@transaction.atomic
def update_organization(
    *, organization: PartyOrganization, by, version: int, changes: dict[str, Any]
) -> PartyOrganization:
    """The bureau corrects an organisation that it read at `version`. Raises Stale when somebody else was faster."""
    _require_right(by, organization.district_id)
    _require_known(changes)
    stored = PartyOrganization.objects.select_for_update().get(pk=organization.pk)
    if stored.version != version:
        raise Stale()
    if stored.status != PartyOrganization.Status.ACTIVE:
        raise Conflict(_("该党组织已合并或撤销，不能再修改。"), code="ended")
    _require_same_district(stored.district_id, changes)
    _require_no_circle(stored, changes.get("parent"))
    if changes.get("name", stored.name) != stored.name:
        _require_free_name(stored.district_id, changes["name"])
    if all(getattr(stored, name) == value for name, value in changes.items()):
        return stored
    for name, value in changes.items():
        setattr(stored, name, value)
    stored.version = F("version") + 1
    stored.save(update_fields=[*changes, "version"])
    stored.refresh_from_db(fields=["version"])
    return stored


def _require_right(by, district_id: int) -> None:
    if not can_manage_organizations(by, district_id):
        raise PermissionDenied(_("只有区局工作人员可以维护党组织。"))


def _require_known(fields: dict[str, Any]) -> None:
    if unknown := fields.keys() - CHANGEABLE:
        raise ValueError(f"an organisation has no changeable {sorted(unknown)}")


def _require_same_district(district_id: int, fields: dict[str, Any]) -> None:
    for name in PLACES:
        place = fields.get(name)
        if place is not None and place.district_id != district_id:
            raise Invalid({name: _("不属于本区。")})


def _require_no_circle(organization: PartyOrganization, parent: PartyOrganization | None) -> None:
    """An organisation never stands above itself, however long the way."""
    while parent is not None:
        if parent.pk == organization.pk:
            raise Invalid({"parent": _("上级党组织不能是本组织或其下级。")})
        parent = parent.parent


def _require_free_name(district_id: int, name: str) -> None:
    active = PartyOrganization.objects.filter(status=PartyOrganization.Status.ACTIVE)
    if active.filter(district_id=district_id, name=name).exists():
        raise Conflict(_("本区已有党组织“%(name)s”。") % {"name": name}, code="duplicate")
