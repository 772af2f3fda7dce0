"""`visit-campaigns` and `visit-projects`: read by staff and leaders, kept by the bureau."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chains.filters import refuse_unknown_codes
from enterprises.registry.models import Enterprise
from enterprises.registry.rules import clean_uscc
from portal.audit.idempotency import idempotent
from portal.kit.api import answered, bind, refuse_unknown_parameters
from portal.kit.problems import Invalid, or_404
from portal.metrics.districts import writing_district

from .. import actions, queries, rules
from ..models import VisitCampaign, VisitProject
from ..queries.visits import coded
from ..rows import campaign_detail, campaign_row, project_row
from . import serializers as shapes


def require_overseer(request: Request) -> None:
    """403 for enterprises, departments and institutions, who have no part in planning visits."""
    if not rules.can_oversee(request.user):
        raise PermissionDenied


def campaign_or_404(request: Request, code: str) -> VisitCampaign:
    require_overseer(request)
    return or_404(queries.campaign_for(request.user, code))


def planned_campaign(request: Request, code: str) -> VisitCampaign:
    """The campaign of the address, for who may change it; 404 outside the district, 403 for who only reads."""
    row = campaign_or_404(request, code)
    if not rules.can_plan(request.user, row.district_id):
        raise PermissionDenied
    return row


def campaign_of(request: Request, code: str) -> dict[str, Any]:
    row = campaign_or_404(request, code)
    targets = queries.targets_of(request.user, row)
    return campaign_detail(row, targets.values(), queries.coverage(request.user, row, targets))


def project_or_404(request: Request, code: str) -> VisitProject:
    require_overseer(request)
    return or_404(queries.project_for(request.user, code))


def given_enterprise(request: Request, given: dict[str, Any]) -> dict[str, Any]:
    """The body with the enterprise that it names by USCC."""
    if uscc := given.get("enterprise"):
        row = Enterprise.objects.visible_to(request.user).filter(uscc=clean_uscc(uscc)).first()
        if row is None:
            raise Invalid({"enterprise": _("没有找到企业：%(codes)s。") % {"codes": uscc}})
        return given | {"enterprise": row}
    return given | {"enterprise": None} if "enterprise" in given else given


class CampaignListView(GenericAPIView):
    serializer_class = shapes.CampaignRow
    orderings = ("-starts_on", "code")

    @extend_schema(
        operation_id="visit_campaigns_list", responses=shapes.CampaignRow(many=True), filters=False
    )
    def get(self, request: Request) -> Response:
        require_overseer(request)
        refuse_unknown_parameters(request, frozenset())
        page = self.paginate_queryset(queries.campaigns(request.user))
        return self.get_paginated_response([campaign_row(row) for row in page])

    @extend_schema(
        request=shapes.CampaignInput,
        responses={201: shapes.CampaignDetail},
        operation_id="visit_campaigns_create",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        if not rules.can_plan(request.user):
            raise PermissionDenied
        given = bind(shapes.CampaignInput, request)
        district = writing_district(request.user, given.pop("district", ""))
        made = actions.create_campaign(by=request.user, district=district, **given)
        return Response(campaign_of(request, made.code), status=201)


class CampaignView(APIView):
    @extend_schema(responses=shapes.CampaignDetail, operation_id="visit_campaigns_read")
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(campaign_of(request, code))

    @extend_schema(
        request=shapes.CampaignChange, responses=shapes.CampaignDetail, operation_id="visit_campaigns_change"
    )
    def patch(self, request: Request, code: str) -> Response:
        row = planned_campaign(request, code)
        changes = bind(shapes.CampaignChange, request)
        version = changes.pop("version")
        return answered(
            lambda: actions.change_campaign(campaign=row, by=request.user, version=version, changes=changes),
            lambda: campaign_of(request, code),
        )


class CampaignCloseView(APIView):
    """`visit-campaigns/{code}/close`."""

    @extend_schema(
        request=shapes.CampaignClose, responses=shapes.CampaignDetail, operation_id="visit_campaigns_close"
    )
    def post(self, request: Request, code: str) -> Response:
        row = planned_campaign(request, code)
        return answered(
            lambda: actions.close_campaign(
                campaign=row, by=request.user, **bind(shapes.CampaignClose, request)
            ),
            lambda: campaign_of(request, code),
        )


class ProjectListView(GenericAPIView):
    serializer_class = shapes.VisitProjectRow
    orderings = ("code", "name", "-seen_on")

    @extend_schema(
        parameters=[
            *(OpenApiParameter(name, str, description="Code.") for name in ("town", "chain")),
            OpenApiParameter("active", int, enum=[0, 1]),
            OpenApiParameter("search", str, description="Part of a name, or the code."),
        ],
        operation_id="visit_projects_list",
        responses=shapes.VisitProjectRow(many=True),
    )
    def get(self, request: Request) -> Response:
        require_overseer(request)
        refuse_unknown_parameters(request, queries.PROJECT_FILTERS)
        given = {name: request.query_params.get(name, "") for name in (*queries.PROJECT_FILTERS, "search")}
        page = self.paginate_queryset(queries.projects_listed(request.user, given))
        if not page:
            refuse_unknown_codes(given, coded(request.user))
        return self.get_paginated_response([project_row(row) for row in page])

    @extend_schema(
        request=shapes.VisitProjectInput,
        responses={201: shapes.VisitProjectRow},
        operation_id="visit_projects_create",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        if not rules.can_plan(request.user):
            raise PermissionDenied
        given = given_enterprise(request, bind(shapes.VisitProjectInput, request))
        if not rules.can_plan(request.user, given["town"].district_id):
            raise Invalid({"town": _("该街镇不在您负责的区内。")})
        made = actions.create_project(by=request.user, **given)
        return Response(project_row(project_or_404(request, made.code)), status=201)


class ProjectView(APIView):
    @extend_schema(responses=shapes.VisitProjectRow, operation_id="visit_projects_read")
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(project_row(project_or_404(request, code)))

    @extend_schema(
        request=shapes.VisitProjectChange,
        responses=shapes.VisitProjectRow,
        operation_id="visit_projects_change",
    )
    def patch(self, request: Request, code: str) -> Response:
        row = project_or_404(request, code)
        if not rules.can_plan(request.user, row.district_id):
            raise PermissionDenied
        changes = given_enterprise(request, bind(shapes.VisitProjectChange, request))
        version = changes.pop("version")
        return answered(
            lambda: actions.change_project(project=row, by=request.user, version=version, changes=changes),
            lambda: project_row(project_or_404(request, code)),
        )
