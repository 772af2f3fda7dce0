"""Which chain, segment or district a request means, and whether the caller may write there."""

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request

from portal.kit.problems import Invalid, or_404
from portal.territory.models import District

from .. import queries
from ..models import Chain, Segment
from ..rules import can_manage_chains


def chain_or_404(request: Request, code: str) -> Chain:
    return or_404(queries.chains(request.user).filter(code=code).first())


def managed_chain(request: Request, code: str) -> Chain:
    """The chain, when the caller may write it; 403 for whoever only reads."""
    chain = chain_or_404(request, code)
    if not can_manage_chains(request.user, chain.district_id):
        raise PermissionDenied
    return chain


def segment_or_404(request: Request, chain: Chain, code: str) -> Segment:
    """A segment of the chain, in use or closed, as `queries.segments_with_targets` gives it."""
    for closed in (False, True):
        segment = queries.segments_with_targets(request.user, chain, closed=closed).filter(code=code).first()
        if segment is not None:
            return segment
    raise NotFound


def managed_district(request: Request) -> District:
    """The district in which the caller may open a chain. Raises 403 for everyone but bureau and administrator."""
    if not request.user.scope.is_bureau:
        raise PermissionDenied
    managed = request.user.scope.managed
    rows = District.objects.filter(pk__in=managed) if managed else District.objects.all()
    district = rows.order_by("code").first()
    if district is None:
        raise Invalid(_("请先载入本区的基础数据。"))
    return district
