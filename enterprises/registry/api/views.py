"""`enterprises` and `enterprises/{uscc}`: translate HTTP, call a query or an action, nothing else."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.api import answered, bind, refuse_unknown_parameters
from portal.kit.pagination import KeysetPagination
from portal.kit.problems import Invalid

from .. import actions, rules
from ..models import Enterprise
from ..queries import CHOICES, FILTERS, ORDERINGS, enterprise_for, list_values, listed, refuse_unknown_codes
from ..rows import detail, list_rows
from .serializers import (
    EnterpriseChange,
    EnterpriseDetail,
    EnterpriseInput,
    EnterprisePage,
    FigureInput,
    FigureRow,
)

FILTER_PARAMETERS = [
    OpenApiParameter(name, str, enum=CHOICES[name].values if name in CHOICES else None)
    for name in sorted(FILTERS)
] + [
    OpenApiParameter("search", str, description="Part of the name, the USCC or its beginning."),
    OpenApiParameter(
        "ordering", str, description=f"Comma-separated, - for descending: {', '.join(ORDERINGS)}."
    ),
    OpenApiParameter("page_size", int, description="1–200."),
    OpenApiParameter("cursor", str, description="Opaque; from next/previous."),
    OpenApiParameter("count", int, enum=[0, 1]),
]


def enterprise_or_404(request: Request, uscc: str) -> Enterprise:
    """The enterprise inside the caller's scope; another scope's answers exactly like a missing one."""
    try:
        return enterprise_for(request.user, uscc)
    except Enterprise.DoesNotExist as error:
        raise NotFound from error


class EnterpriseListView(APIView):
    """The register: read by everyone in scope, recorded by staff."""

    orderings = ORDERINGS

    @extend_schema(parameters=FILTER_PARAMETERS, responses=EnterprisePage, operation_id="enterprises_list")
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, FILTERS)
        filters = {name: request.query_params.get(name, "") for name in (*FILTERS, "search")}
        paginator = KeysetPagination()
        values = list_values(listed(request.user, filters))
        rows = paginator.paginate_queryset(values, request, view=self)
        if not rows:
            refuse_unknown_codes(filters)
        return paginator.get_paginated_response(list_rows(rows))

    @extend_schema(
        request=EnterpriseInput, responses={201: EnterpriseDetail}, operation_id="enterprises_create"
    )
    @idempotent
    def post(self, request: Request) -> Response:
        if not rules.can_create(request.user):
            raise PermissionDenied
        given = bind(EnterpriseInput, request)
        enterprise = actions.create_enterprise(
            by=request.user, places=given.pop("chains", ()), honours=given.pop("honours", ()), **given
        )
        return Response(detail(enterprise_or_404(request, enterprise.uscc), request.user), status=201)


class EnterpriseView(APIView):
    """One enterprise."""

    @extend_schema(responses=EnterpriseDetail, operation_id="enterprises_read")
    def get(self, request: Request, uscc: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(detail(enterprise_or_404(request, uscc), request.user))

    @extend_schema(request=EnterpriseChange, responses=EnterpriseDetail, operation_id="enterprises_change")
    def patch(self, request: Request, uscc: str) -> Response:
        enterprise = enterprise_or_404(request, uscc)
        if not rules.can_edit(request.user, enterprise):
            raise PermissionDenied
        given = bind(EnterpriseChange, request)
        if rules.clean_uscc(given.pop("uscc", uscc)) != enterprise.uscc:
            raise Invalid({"uscc": _("统一社会信用代码不能修改。")})
        return answered(
            lambda: actions.update_enterprise(
                enterprise=enterprise,
                by=request.user,
                version=given.pop("version"),
                places=given.pop("chains", None),
                honours=given.pop("honours", None),
                changes=given,
            ),
            lambda: detail(enterprise_or_404(request, uscc), request.user),
        )


class FigureListView(APIView):
    """Yearly figures of an enterprise; a POST records a year or corrects it."""

    @extend_schema(responses=FigureRow(many=True), operation_id="enterprise_figures_list")
    def get(self, request: Request, uscc: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        enterprise = enterprise_or_404(request, uscc)
        return Response(list(enterprise.figures.order_by("-year").values("year", "employees", "revenue")))

    @extend_schema(request=FigureInput, responses={201: FigureRow}, operation_id="enterprise_figures_record")
    @idempotent
    def post(self, request: Request, uscc: str) -> Response:
        enterprise = enterprise_or_404(request, uscc)
        if not rules.can_edit(request.user, enterprise):
            raise PermissionDenied
        figure = actions.record_figure(enterprise=enterprise, by=request.user, **bind(FigureInput, request))
        row = {"year": figure.year, "employees": figure.employees, "revenue": figure.revenue}
        return Response(row, status=201)
