"""`party-organizations`, and the kinds and establishment modes that they refer to (contract.md, REST)."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.api import bind, refuse_unknown_parameters
from portal.kit.problems import Stale

from ..industry.api import managed_district
from . import queries
from .actions import create_organization, update_organization
from .models import PartyOrganization
from .rules import can_manage_organizations
from .serializers import (
    KindRow,
    ModeRow,
    OrganizationChange,
    OrganizationDetail,
    OrganizationInput,
    OrganizationRow,
)


class OrganizationListView(GenericAPIView):
    serializer_class = OrganizationRow
    orderings = ("code", "name", "set_up_on")

    @extend_schema(
        parameters=[
            *(OpenApiParameter(name, str) for name in sorted(queries.FILTERS - {"status"})),
            OpenApiParameter("status", str, enum=PartyOrganization.Status.values),
            OpenApiParameter("search", str, description="Part of the name, or the code."),
        ],
        operation_id="party_organizations_list",
        responses=OrganizationRow(many=True),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, queries.FILTERS)
        filters = {name: request.query_params.get(name, "") for name in (*queries.FILTERS, "search")}
        page = self.paginate_queryset(queries.listed(request.user, filters))
        return self.get_paginated_response(OrganizationRow(page, many=True).data)

    @extend_schema(
        request=OrganizationInput,
        responses={201: OrganizationDetail},
        operation_id="party_organizations_create",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        district = managed_district(request)
        row = create_organization(district=district, by=request.user, **bind(OrganizationInput, request))
        return Response(_detail(request, row.code), status=201)


class OrganizationView(APIView):
    @extend_schema(responses=OrganizationDetail)
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(_detail(request, code))

    @extend_schema(request=OrganizationChange, responses=OrganizationDetail)
    def patch(self, request: Request, code: str) -> Response:
        row = _organization(request, code)
        if not can_manage_organizations(request.user, row.district_id):
            raise PermissionDenied
        given = bind(OrganizationChange, request)
        try:
            update_organization(
                organization=row, by=request.user, version=given.pop("version"), changes=given
            )
        except Stale as stale:
            stale.current = _detail(request, code)
            raise
        return Response(_detail(request, code))


class KindListView(GenericAPIView):
    """The kinds of organisations (党组织类别)."""

    serializer_class = KindRow
    orderings = ("position", "code", "name")

    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, frozenset())
        page = self.paginate_queryset(queries.organization_kinds(request.user))
        return self.get_paginated_response(KindRow(page, many=True).data)


class ModeListView(GenericAPIView):
    """The ways of setting up (组建方式)."""

    serializer_class = ModeRow
    orderings = ("position", "code", "name")

    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, frozenset())
        page = self.paginate_queryset(queries.establishment_modes(request.user))
        return self.get_paginated_response(ModeRow(page, many=True).data)


def _organization(request: Request, code: str) -> PartyOrganization:
    row = queries.organization_details(request.user).filter(code=code).first()
    if row is None:
        raise NotFound
    return row


def _detail(request: Request, code: str) -> dict:
    return OrganizationDetail(_organization(request, code), context={"user": request.user}).data
