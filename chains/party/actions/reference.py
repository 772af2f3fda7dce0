"""Kinds of organisations and establishment modes: loaded from the reference file, then kept by the bureau."""

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied

from portal.kit.problems import Conflict
from portal.metrics.actions import mark_dirty

from ..models import EstablishmentMode, OrganizationKind
from ..rules import can_manage_reference


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
    mark_dirty("organization")  # which kinds are formal decides what coverage counts
    return row
