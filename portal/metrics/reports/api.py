"""`reports`: translate HTTP, call an action or query, nothing else."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.api import bind, refuse_unknown_parameters
from portal.kit.file_views import FileView
from portal.kit.pagination import KeysetPagination
from portal.kit.problems import Conflict, Invalid, or_404

from ..districts import writing_district
from . import actions, queries
from . import serializers as shapes
from .files import TYPES, download
from .models import Report
from .policy import can_issue, can_read
from .rows import report_detail, report_row

FILE = OpenApiResponse(OpenApiTypes.BINARY, description="The .docx or .xlsx file, as an attachment.")
FORMAT = OpenApiParameter("format", str, enum=list(TYPES), description="docx unless given or accepted.")


def report_or_404(request: Request, pk: uuid.UUID) -> Report:
    """A bulletin of the own district; another's answers exactly like a missing one. 403 for other roles."""
    if not can_read(request.user):
        raise PermissionDenied
    return or_404(queries.one(request.user, pk))


class ReportListView(APIView):
    """The bulletins of the district; a POST has one made and issued."""

    orderings = ("-requested_at",)

    @extend_schema(responses=shapes.ReportPage, operation_id="reports_list", filters=False)
    def get(self, request: Request) -> Response:
        if not can_read(request.user):
            raise PermissionDenied
        refuse_unknown_parameters(request, frozenset())
        paginator = KeysetPagination()
        rows = paginator.paginate_queryset(queries.listed(request.user), request, view=self)
        return paginator.get_paginated_response([report_row(row) for row in rows])

    @extend_schema(
        request=shapes.ReportInput, responses={202: shapes.AcceptedReport}, operation_id="reports_issue"
    )
    @idempotent
    def post(self, request: Request) -> Response:
        if not can_issue(request.user):
            raise PermissionDenied
        given = bind(shapes.ReportInput, request)
        district = writing_district(request.user, given.pop("district", ""))
        report = actions.issue_report(district=district, by=request.user, **given)
        return Response({"id": str(report.pk), "status": report.status}, status=202)


class ReportView(APIView):
    """One bulletin with its figures as issued."""

    @extend_schema(responses=shapes.ReportDetail, operation_id="reports_read")
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(report_detail(report_or_404(request, pk)))


class ReportFileView(FileView):
    """The file of an issued bulletin; 409 while it is being made."""

    @extend_schema(parameters=[FORMAT], responses={200: FILE}, operation_id="reports_file")
    def get(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        report = report_or_404(request, pk)
        refuse_unknown_parameters(request, frozenset())
        wanted = request.query_params.get("format") or next(
            (name for name, kind in TYPES.items() if kind in request.headers.get("Accept", "")), "docx"
        )
        if wanted not in TYPES:
            raise Invalid({"format": _("应为这些值之一：%(values)s。") % {"values": "、".join(TYPES)}})
        if report.status != Report.Status.DONE:
            raise Conflict(report.message or _("简报还在生成，请稍后再取。"), code="not_ready")
        return download(report, wanted)
