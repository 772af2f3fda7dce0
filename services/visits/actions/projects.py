"""Projects that are visited (重点项目): entered, changed, ended."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from chains.industry.models import Chain
from enterprises.registry.models import Enterprise
from portal.accounts.models import User
from portal.kit.numbering import next_number
from portal.kit.problems import Invalid, Stale
from portal.kit.text import clean_line
from portal.territory.models import Town

from .. import rules
from ..models import VisitProject

FIELDS = ("name", "town", "chain", "enterprise", "closed_on")
CHANGEABLE = frozenset(FIELDS)


@transaction.atomic
def create_project(
    *,
    by: User,
    name: str,
    town: Town,
    chain: Chain | None = None,
    enterprise: Enterprise | None = None,
) -> VisitProject:
    """The bureau enters a project that is to be visited. Raises PermissionDenied for anyone else, Invalid."""
    if not rules.can_plan(by, town.district_id):
        raise PermissionDenied(_("走访项目由区局登记。"))
    project = VisitProject(district_id=town.district_id)
    _fill(project, {"name": name, "town": town, "chain": chain, "enterprise": enterprise})
    project.code = next_number(VisitProject, "code", f"XM{timezone.localdate().year}-", 4)
    project.save(force_insert=True)
    return project


@transaction.atomic
def change_project(
    *, project: VisitProject, by: User, version: int, changes: Mapping[str, Any]
) -> VisitProject:
    """The bureau changes a project that it read at `version`, or ends it (`closed_on`). Visits that were recorded keep
    the town and chain of their day. Raises Stale when somebody was faster, Invalid with a sentence per field."""
    if unknown := changes.keys() - CHANGEABLE:
        raise ValueError(f"a project has no changeable {sorted(unknown)}")
    if not rules.can_plan(by, project.district_id):
        raise PermissionDenied(_("走访项目由区局登记。"))
    stored = VisitProject.objects.select_for_update(of=("self",)).get(pk=project.pk)
    if stored.version != version:
        raise Stale(current=stored)
    town = changes.get("town")
    if town is not None and town.district_id != stored.district_id:
        raise Invalid({"town": _("街镇“%(name)s”不在本区。") % {"name": town.name}})
    _fill(stored, changes)
    stored.version += 1
    stored.save()
    return stored


def _fill(project: VisitProject, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(project, name, clean_line(value or "") if name == "name" else value)
    held = {name: getattr(project, name) for name in FIELDS}
    if problems := rules.project_problems(held, today=timezone.localdate()):
        raise Invalid(problems)
