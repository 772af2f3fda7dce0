"""Rows by the codes of an address or a body: another scope's answers exactly like a missing one."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from chains.party.api.access import given_organization
from chains.party.models import PartyOrganization
from portal.kit.problems import Invalid, or_404

from ...registry.models import Enterprise
from ...registry.rules import clean_uscc
from .. import queries, rules
from ..models import CoBuildingAgreement
from ..rows import agreement_row


def agreement_or_404(request: Request, number: str) -> CoBuildingAgreement:
    return or_404(queries.agreement_for(request.user, number))


def managed_agreement(request: Request, number: str) -> CoBuildingAgreement:
    """The agreement of the address, for who may write it; 404 outside the scope, 403 for who only reads."""
    row = agreement_or_404(request, number)
    if not rules.can_manage(request.user, row.district_id, [one.unit.town_id for one in row.units]):
        raise PermissionDenied
    return row


def agreement_detail(request: Request, number: str) -> dict[str, Any]:
    return agreement_row(agreement_or_404(request, number), request.user)


def given_organizations(request: Request, codes: list[str]) -> list[PartyOrganization]:
    """The organisations that a body names, in scope. Raises Invalid (400) for an unknown one."""
    return [given_organization(request, code, "organizations") for code in codes if code]


def given_enterprises(request: Request, usccs: list[str], field: str) -> list[Enterprise]:
    """The enterprises that a body names, in scope, in its order. Raises Invalid (400) and names the unknown ones."""
    wanted = [clean_uscc(uscc) for uscc in usccs]
    rows = {row.uscc: row for row in Enterprise.objects.visible_to(request.user).filter(uscc__in=wanted)}
    if unknown := [uscc for uscc in wanted if uscc not in rows]:
        raise Invalid({field: _("没有找到企业：%(codes)s。") % {"codes": "、".join(unknown[:10])}})
    return [rows[uscc] for uscc in wanted]
