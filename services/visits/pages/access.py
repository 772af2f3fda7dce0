"""Who reads which page of visits, the tabs above them, rows by the code of an address."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.scope import Role
from portal.kit.problems import or_404

from .. import queries, rules
from ..models import Visit, VisitCampaign, VisitProject

BASE = "services/visits"
PLANNERS = (Role.ADMIN, Role.BUREAU)


def visit_or_404(request: HttpRequest, number: str) -> Visit:
    return or_404(queries.visit_for(request.user, number))


def campaign_or_404(request: HttpRequest, code: str) -> VisitCampaign:
    return or_404(queries.campaign_for(request.user, code))


def planned_campaign(request: HttpRequest, code: str) -> VisitCampaign:
    """The campaign of the address, for who may change it."""
    row = campaign_or_404(request, code)
    if not rules.can_plan(request.user, row.district_id):
        raise PermissionDenied
    return row


def planned_project(request: HttpRequest, code: str) -> VisitProject:
    row = or_404(queries.project_for(request.user, code))
    if not rules.can_plan(request.user, row.district_id):
        raise PermissionDenied
    return row


def tabs(request: HttpRequest, current: str) -> list[tuple[Any, str, bool, None]]:
    """The three parts as tabs; nothing for an enterprise user, who has the first only."""
    if not rules.can_oversee(request.user):
        return []
    items = [
        ("visits", _("走访记录"), reverse("visit-list")),
        ("campaigns", _("走访行动"), reverse("visit-campaign-list")),
        ("projects", _("走访项目"), reverse("visit-project-list")),
    ]
    return [(label, url, name == current, None) for name, label, url in items]
