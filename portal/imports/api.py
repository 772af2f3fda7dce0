"""`imports` and `exports`: translate HTTP, call an action or query, nothing else."""

import uuid

from django.http import FileResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.api import UploadParser, bind, refuse_unknown_parameters
from portal.kit.file_views import FileView
from portal.kit.pagination import KeysetPagination
from portal.kit.problems import Conflict

from . import actions, files, queries, rules
from . import serializers as shapes
from .models import SheetExport, SheetImport, SheetImportRow
from .registry import kind_of
from .rows import export_row, import_row, sheet_rows
from .uploading import import_upload

FILE = OpenApiResponse(OpenApiTypes.BINARY, description="An .xlsx or .csv file, as an attachment.")


def import_or_404(request: Request, pk: uuid.UUID) -> SheetImport:
    """The import inside the caller's scope; another scope's answers exactly like a missing one."""
    if not rules.can_import(request.user):
        raise PermissionDenied
    try:
        return queries.imports_for(request.user).get(pk=pk)
    except SheetImport.DoesNotExist as error:
        raise NotFound from error


def export_or_404(request: Request, pk: uuid.UUID) -> SheetExport:
    try:
        return queries.exports_for(request.user).get(pk=pk)
    except SheetExport.DoesNotExist as error:
        raise NotFound from error


class ImportListView(APIView):
    """Uploads of the own scope; a POST uploads a sheet and queues its check."""

    parser_classes = [UploadParser]
    orderings = ("-created_at",)

    @extend_schema(responses=shapes.ImportPage, operation_id="imports_list")
    def get(self, request: Request) -> Response:
        if not rules.can_import(request.user):
            raise PermissionDenied
        refuse_unknown_parameters(request, frozenset())
        paginator = KeysetPagination()
        rows = paginator.paginate_queryset(queries.imports_for(request.user), request, view=self)
        return paginator.get_paginated_response([import_row(row) for row in rows])

    @extend_schema(
        request={"multipart/form-data": shapes.UploadInput},
        responses={202: shapes.Accepted},
        operation_id="imports_upload",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        if not rules.can_import(request.user):
            raise PermissionDenied
        given = bind(shapes.UploadInput, request)
        sheet_import = import_upload(kind=given["kind"], upload=given["file"], by=request.user)
        return Response({"id": str(sheet_import.pk), "status": sheet_import.status}, status=202)


class ImportView(APIView):
    """One import; a DELETE before the commit gives it up."""

    @extend_schema(responses=shapes.ImportRow, operation_id="imports_read")
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(import_row(import_or_404(request, pk)))

    @extend_schema(responses={204: None}, operation_id="imports_cancel")
    def delete(self, request: Request, pk: uuid.UUID) -> Response:
        actions.cancel_import(sheet_import=import_or_404(request, pk), by=request.user)
        return Response(status=204)


class ImportRowsView(APIView):
    """The rows of an import: what is wrong, or what would change."""

    orderings = ("row_no",)

    @extend_schema(
        parameters=[OpenApiParameter("outcome", str, enum=SheetImportRow.Outcome.values)],
        responses=shapes.SheetRowPage,
        operation_id="imports_rows",
    )
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        refuse_unknown_parameters(request, frozenset({"outcome"}))
        sheet_import = import_or_404(request, pk)
        rows = queries.rows_of(sheet_import, request.query_params.get("outcome", ""))
        paginator = KeysetPagination()
        page = paginator.paginate_queryset(rows, request, view=self)
        return paginator.get_paginated_response(sheet_rows(sheet_import, page))


class ImportCommitView(APIView):
    """The checked rows are to be written."""

    @extend_schema(
        request=shapes.CommitInput, responses={202: shapes.Accepted}, operation_id="imports_commit"
    )
    @idempotent
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sheet_import = import_or_404(request, pk)
        given = bind(shapes.CommitInput, request)
        sheet_import = actions.request_commit(sheet_import=sheet_import, by=request.user, **given)
        return Response({"id": str(sheet_import.pk), "status": sheet_import.status}, status=202)


class ImportErrorsView(FileView):
    """The bad rows as a workbook, to be corrected and uploaded again."""

    @extend_schema(responses={200: FILE}, operation_id="imports_errors")
    def get(self, request: Request, pk: uuid.UUID) -> FileResponse:
        sheet_import = import_or_404(request, pk)
        try:
            return files.errors(sheet_import)
        except FileNotFoundError as error:
            raise NotFound(_("没有需要更正的行，或上传的文件已被清理。")) from error


class TemplateView(FileView):
    """The empty workbook of a kind, with drop-downs."""

    @extend_schema(responses={200: FILE}, operation_id="imports_template")
    def get(self, request: Request, kind: str) -> FileResponse:
        if not rules.can_import(request.user):
            raise PermissionDenied
        try:
            declared = kind_of(kind)
        except LookupError as error:
            raise NotFound from error
        if not declared.may_import(request.user):
            raise PermissionDenied
        return files.template(declared, request.user)


class ExportListView(APIView):
    """The own exports; a POST asks for another one."""

    orderings = ("-created_at",)

    @extend_schema(responses=shapes.ExportPage, operation_id="exports_list")
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, frozenset())
        paginator = KeysetPagination()
        rows = paginator.paginate_queryset(queries.exports_for(request.user), request, view=self)
        return paginator.get_paginated_response([export_row(row) for row in rows])

    @extend_schema(
        request=shapes.ExportInput, responses={202: shapes.Accepted}, operation_id="exports_request"
    )
    @idempotent
    def post(self, request: Request) -> Response:
        if not rules.can_export(request.user):
            raise PermissionDenied
        export = actions.request_export(by=request.user, **bind(shapes.ExportInput, request))
        return Response({"id": str(export.pk), "status": export.status}, status=202)


class ExportView(APIView):
    """One export."""

    @extend_schema(responses=shapes.ExportRow, operation_id="exports_read")
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(export_row(export_or_404(request, pk)))


class ExportFileView(FileView):
    """The file of a finished export; 409 while it is being made."""

    @extend_schema(responses={200: FILE}, operation_id="exports_file")
    def get(self, request: Request, pk: uuid.UUID) -> FileResponse:
        export = export_or_404(request, pk)
        if export.status != SheetExport.Status.DONE:
            raise Conflict(export.message or _("文件还在生成，请稍后再取。"), code="not_ready")
        try:
            return files.export(export, by=request.user)
        except FileNotFoundError as error:
            raise NotFound(_("文件已被清理，或您的角色已变更，请重新导出。")) from error
