"""What the pages of organisations share: rows by code, the tabs above them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.kit.problems import or_404

from .. import queries
from ..models import PartyOrganization
from ..rules import can_manage_organizations

BASE = "chains/party"
KEEPERS = ("admin", "bureau")
STAFF = ("admin", "bureau", "station")


def organization_or_404(request: HttpRequest, code: str) -> PartyOrganization:
    return or_404(queries.organization_details(request.user).filter(code=code).first())


def managed_organization(request: HttpRequest, code: str) -> PartyOrganization:
    """The organisation, when the user keeps it; 403 for whoever only reads."""
    row = organization_or_404(request, code)
    if not can_manage_organizations(request.user, row.district_id):
        raise PermissionDenied
    return row


def sections(request: HttpRequest) -> list[tuple[Any, str, bool, None]]:
    """List, tree and matrix as tabs; the matrix is drawn by the package above, which knows the enterprises."""
    names = {
        "organization-list": _("党组织列表"),
        "organization-tree": _("组织树"),
        "organization-matrix": _("一链一联盟、一园一党委、一企一支部"),
    }
    return [(label, reverse(name), request.path == reverse(name), None) for name, label in names.items()]
