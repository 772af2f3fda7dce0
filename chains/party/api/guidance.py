"""`guidance-links`: 以大带小 by REST."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.api import answered, bind, refuse_unknown_parameters
from portal.kit.problems import or_404

from ..actions import create_guidance, update_guidance
from ..models import GuidanceLink
from ..queries.guidance import FILTERS, guidance_links, listed
from ..rules import can_manage_guidance, can_start_guidance
from .serializers import GuidanceChange, GuidanceInput, GuidanceRow

DESCRIPTIONS = {"active": "1: open, 0: ended.", "organization": "Code of either end."}


class GuidanceListView(GenericAPIView):
    serializer_class = GuidanceRow
    orderings = ("-started_on", "started_on")

    @extend_schema(
        parameters=[
            OpenApiParameter(name, str, description=DESCRIPTIONS.get(name, "")) for name in sorted(FILTERS)
        ],
        operation_id="guidance_links_list",
        responses=GuidanceRow(many=True),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, FILTERS)
        filters = {name: request.query_params.get(name, "") for name in FILTERS}
        page = self.paginate_queryset(listed(request.user, filters))
        return self.get_paginated_response(GuidanceRow(page, many=True).data)

    @extend_schema(request=GuidanceInput, responses={201: GuidanceRow}, operation_id="guidance_links_create")
    @idempotent
    def post(self, request: Request) -> Response:
        if not can_start_guidance(request.user):
            raise PermissionDenied
        link = create_guidance(by=request.user, **bind(GuidanceInput, request))
        return Response(GuidanceRow(_link_or_404(request, link.pk)).data, status=201)


class GuidanceView(APIView):
    @extend_schema(responses=GuidanceRow, operation_id="guidance_links_read")
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(GuidanceRow(_link_or_404(request, pk)).data)

    @extend_schema(request=GuidanceChange, responses=GuidanceRow, operation_id="guidance_links_change")
    def patch(self, request: Request, pk: int) -> Response:
        link = _link_or_404(request, pk)
        if not can_manage_guidance(request.user, link.guide, link.guided):
            raise PermissionDenied
        given = bind(GuidanceChange, request)
        return answered(
            lambda: update_guidance(link=link, by=request.user, version=given.pop("version"), changes=given),
            lambda: GuidanceRow(_link_or_404(request, pk)).data,
        )


def _link_or_404(request: Request, pk: int) -> GuidanceLink:
    return or_404(guidance_links(request.user).filter(pk=pk).first())
