"""Rows by the codes of an address or a body: another scope's answers exactly like a missing one."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from portal.kit.problems import Invalid, or_404

from ...registry.models import Enterprise
from ...registry.rules import clean_uscc
from .. import queries, rules
from ..models import Instructor, LiaisonPoint
from ..rows import instructor_row, names_seen, point_row


def instructor_or_404(request: Request, code: str) -> Instructor:
    return or_404(queries.instructor_for(request.user, code))


def managed_instructor(request: Request, code: str) -> Instructor:
    """The instructor of the address, for who may write it; 404 outside the scope, 403 for who only reads."""
    row = instructor_or_404(request, code)
    if not rules.can_manage_instructor(request.user, row):
        raise PermissionDenied
    return row


def instructor_detail(request: Request, code: str) -> dict:
    return instructor_row(instructor_or_404(request, code), names_seen(request.user))


def point_or_404(request: Request, code: str) -> LiaisonPoint:
    return or_404(queries.points_for(request.user, code))


def managed_point(request: Request, code: str) -> LiaisonPoint:
    row = point_or_404(request, code)
    if not rules.can_manage_point(request.user, row):
        raise PermissionDenied
    return row


def point_detail(request: Request, code: str) -> dict:
    return point_row(point_or_404(request, code), request.user, names_seen(request.user))


def given_instructor(request: Request, code: str | None, field: str) -> Instructor | None:
    """The instructor that a body names. Raises Invalid (400) for one that is not in scope."""
    if not code:
        return None
    row = queries.instructors(request.user).filter(code=code).first()
    if row is None:
        raise Invalid({field: _("没有编号为“%(code)s”的指导员。") % {"code": code}})
    return row


def given_enterprises(request: Request, usccs: Iterable[str], field: str) -> list[Enterprise]:
    """The enterprises that a body names, in scope. Raises Invalid (400) and names the unknown ones."""
    wanted = list(dict.fromkeys(clean_uscc(uscc) for uscc in usccs))
    rows = {row.uscc: row for row in Enterprise.objects.visible_to(request.user).filter(uscc__in=wanted)}
    if unknown := [uscc for uscc in wanted if uscc not in rows]:
        raise Invalid({field: _("没有找到企业：%(codes)s。") % {"codes": "、".join(unknown[:10])}})
    return [rows[uscc] for uscc in wanted]
