"""Organisations by the codes of an address or a body: another scope's answers exactly like a missing one."""

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from portal.kit.problems import Invalid, or_404

from .. import queries
from ..models import PartyOrganization
from ..rules import can_manage_organizations
from .serializers import OrganizationDetail


def organization_or_404(request: Request, code: str) -> PartyOrganization:
    return or_404(queries.organization_details(request.user).filter(code=code).first())


def managed_organization(request: Request, code: str) -> PartyOrganization:
    """The organisation of the address, for who keeps it; 404 outside the scope, 403 for who only reads."""
    row = organization_or_404(request, code)
    if not can_manage_organizations(request.user, row.district_id):
        raise PermissionDenied
    return row


def organization_detail(request: Request, code: str) -> dict:
    return OrganizationDetail(organization_or_404(request, code), context={"user": request.user}).data


def given_organization(request: Request, code: str | None, field: str) -> PartyOrganization | None:
    """The organisation that a body names. Raises Invalid (400) for one that is not in scope."""
    if not code:
        return None
    row = queries.organizations(request.user).filter(code=code).first()
    if row is None:
        raise Invalid({field: _("没有编号为“%(code)s”的党组织。") % {"code": code}})
    return row
