"""`party-organizations`: the list, one organisation, its timeline, its secretary in full (contract.md, REST)."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.address import client_address
from portal.kit.api import answered, bind, refuse_unknown_parameters

from ...industry.api import managed_district
from .. import queries
from ..actions import create_organization, update_organization, view_personal
from ..models import PartyOrganization
from ..queries.timeline import timeline
from .access import managed_organization, organization_detail, organization_or_404
from .serializers import (
    EventRow,
    OrganizationChange,
    OrganizationDetail,
    OrganizationInput,
    OrganizationPersonalInput,
    OrganizationPersonalValue,
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
        return Response(organization_detail(request, row.code), status=201)


class OrganizationView(APIView):
    @extend_schema(responses=OrganizationDetail)
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(organization_detail(request, code))

    @extend_schema(request=OrganizationChange, responses=OrganizationDetail)
    def patch(self, request: Request, code: str) -> Response:
        row = managed_organization(request, code)
        given = bind(OrganizationChange, request)
        version, changed_on = given.pop("version"), given.pop("changed_on", None)
        return answered(
            lambda: update_organization(
                organization=row, by=request.user, version=version, changes=given, changed_on=changed_on
            ),
            lambda: organization_detail(request, code),
        )


class TimelineView(GenericAPIView):
    """`party-organizations/{code}/timeline`: set up, renamed, moved, merged, dissolved; newest first."""

    serializer_class = EventRow
    orderings = ("-happened_on", "happened_on")

    @extend_schema(responses=EventRow(many=True), operation_id="party_organizations_timeline")
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        rows = timeline(request.user, organization_or_404(request, code))
        return self.get_paginated_response(EventRow(self.paginate_queryset(rows), many=True).data)


class OrganizationPersonalView(APIView):
    """`party-organizations/{code}/personal`: the secretary's name or phone in full; the view is logged."""

    @extend_schema(
        request=OrganizationPersonalInput,
        responses=OrganizationPersonalValue,
        operation_id="party_organizations_personal",
    )
    def post(self, request: Request, code: str) -> Response:
        row = organization_or_404(request, code)
        if not queries.sees_secretary(request.user, row):
            raise PermissionDenied
        given = bind(OrganizationPersonalInput, request)
        value = view_personal(organization=row, by=request.user, address=client_address(request), **given)
        return Response({"field": given["field"], "value": value})
