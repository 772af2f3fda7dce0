"""`chains` and `chains/{code}` (contract.md, REST)."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.api import answered, bind, refuse_unknown_parameters
from portal.kit.search import normalise

from .. import queries
from ..actions import create_chain, update_chain
from .access import chain_or_404, managed_chain, managed_district
from .serializers import ChainChange, ChainDetail, ChainInput, ChainRow


class ChainListView(GenericAPIView):
    serializer_class = ChainRow
    orderings = ("position", "code", "name")

    @extend_schema(
        parameters=[
            OpenApiParameter("lead_town", str, description="Town code."),
            OpenApiParameter("search", str),
        ],
        operation_id="chains_list",
        responses=ChainRow(many=True),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, frozenset({"lead_town"}))
        rows = queries.chains(request.user)
        if text := normalise(request.query_params.get("search", "")):
            rows = rows.filter(name__icontains=text)
        if town := request.query_params.get("lead_town"):
            rows = rows.filter(lead_town__code=town)
        return self.get_paginated_response(ChainRow(self.paginate_queryset(rows), many=True).data)

    @extend_schema(request=ChainInput, responses={201: ChainDetail}, operation_id="chains_create")
    @idempotent
    def post(self, request: Request) -> Response:
        district = managed_district(request)
        chain = create_chain(district=district, by=request.user, **bind(ChainInput, request))
        return Response(_detail(request, chain.code), status=201)


class ChainView(APIView):
    @extend_schema(responses=ChainDetail)
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(_detail(request, code))

    @extend_schema(request=ChainChange, responses=ChainDetail)
    def patch(self, request: Request, code: str) -> Response:
        chain = managed_chain(request, code)
        given = bind(ChainChange, request)
        return answered(
            lambda: update_chain(chain=chain, by=request.user, version=given.pop("version"), changes=given),
            lambda: _detail(request, code),
        )


def _detail(request: Request, code: str) -> dict:
    chain = chain_or_404(request, code)
    chain.listed_segments = queries.segments_with_targets(request.user, chain)
    return ChainDetail(chain).data
