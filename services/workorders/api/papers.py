"""What is laid to a demand: files, confidential notes, links, looks at the contact; and callbacks."""

from django.http import FileResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chains.filters import refuse_unknown_codes
from portal.audit.idempotency import idempotent
from portal.kit.address import client_address
from portal.kit.api import UploadParser, bind, refuse_unknown_parameters
from portal.kit.attachments import download
from portal.kit.file_views import FileView
from portal.kit.pagination import KeysetPagination
from portal.kit.problems import Invalid

from .. import actions
from ..actions.guard import actors_of, case_of
from ..models import Callback, Demand
from ..queries import callbacks as callback_queries
from ..queries import demands as queries
from ..rows import attachment_rows, callback_row, link_row, note_row, note_rows
from ..rules import states
from . import answers, shapes
from .access import READER_PERMISSIONS
from .demands import demand_or_404


class DemandAttachmentListView(APIView):
    permission_classes = READER_PERMISSIONS
    parser_classes = (UploadParser,)

    @extend_schema(responses=answers.DemandAttachmentRow(many=True), operation_id="demands_attachments")
    def get(self, request: Request, number: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        demand = demand_or_404(request, number)
        return Response(attachment_rows(case_of(demand, request.user), queries.attachments_of(demand)))

    @extend_schema(
        request={"multipart/form-data": shapes.AttachmentInput},
        responses={201: answers.DemandAttachmentRow},
        operation_id="demands_attach",
    )
    def post(self, request: Request, number: str) -> Response:
        demand = demand_or_404(request, number)
        if not actors_of(request.user, demand):
            raise PermissionDenied
        given = bind(shapes.AttachmentInput, request)
        row = actions.attach(demand=demand, by=request.user, upload=given["file"])
        return Response(attachment_rows(case_of(demand, request.user), [row])[0], status=201)


class DemandAttachmentView(FileView):
    """One file, as a download, whatever the client accepts; failures are JSON as everywhere."""

    permission_classes = READER_PERMISSIONS

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
        operation_id="demands_attachment",
    )
    def get(self, request: Request, number: str, pk: int) -> FileResponse:
        refuse_unknown_parameters(request, frozenset())
        return download(queries.attachments_of(demand_or_404(request, number)), pk)


class DemandNoteView(APIView):
    """Confidential notes of those who handle a demand."""

    @extend_schema(responses=answers.StaffNoteRow(many=True), operation_id="demands_notes")
    def get(self, request: Request, number: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(note_rows(request.user, _handled(request, number)))

    @extend_schema(
        request=shapes.NoteInput, responses={201: answers.StaffNoteRow}, operation_id="demands_add_note"
    )
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        demand = _handled(request, number)
        note = actions.add_note(demand=demand, by=request.user, **bind(shapes.NoteInput, request))
        return Response(note_row(note), status=201)


class DemandLinkListView(APIView):
    """Demands that belong together."""

    permission_classes = READER_PERMISSIONS

    @extend_schema(responses=answers.DemandLinkRow(many=True), operation_id="demands_links")
    def get(self, request: Request, number: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(_links(request, demand_or_404(request, number)))

    @extend_schema(
        request=shapes.DemandLinkInput,
        responses={201: answers.DemandLinkRow(many=True)},
        operation_id="demands_link",
    )
    def post(self, request: Request, number: str) -> Response:
        demand = _handled(request, number)
        given = bind(shapes.DemandLinkInput, request)
        actions.link(
            demand=demand, other=_other(request, given["other"]), by=request.user, note=given["note"]
        )
        return Response(_links(request, demand), status=201)


class DemandLinkView(APIView):
    @extend_schema(responses={204: None}, operation_id="demands_unlink")
    def delete(self, request: Request, number: str, other: str) -> Response:
        demand = _handled(request, number)
        actions.unlink(demand=demand, other=demand_or_404(request, other), by=request.user)
        return Response(status=204)


class DemandPersonalView(APIView):
    """The contact's name or phone in full, with a reason that is recorded."""

    @extend_schema(
        request=shapes.DemandPersonalInput,
        responses=answers.DemandPersonalAnswer,
        operation_id="demands_personal",
    )
    def post(self, request: Request, number: str) -> Response:
        demand = demand_or_404(request, number)
        if not actors_of(request.user, demand):
            raise PermissionDenied
        given = bind(shapes.DemandPersonalInput, request)
        value = actions.view_personal(
            demand=demand, by=request.user, address=client_address(request), **given
        )
        return Response({"field": given["field"], "value": value})


class CallbackListView(APIView):
    """Calls back to enterprises, for who dispatches."""

    orderings = ("-opened_at",)

    @extend_schema(
        parameters=[
            OpenApiParameter("open", int, enum=[0, 1]),
            OpenApiParameter("town", str, description="Code."),
            OpenApiParameter("page_size", int, description="1–200."),
            OpenApiParameter("cursor", str, description="Opaque; from next/previous."),
            OpenApiParameter("count", int, enum=[0, 1]),
        ],
        responses=answers.CallbackPage,
        operation_id="demand_callbacks_list",
    )
    def get(self, request: Request) -> Response:
        if not callback_queries.may_read(request.user):
            raise PermissionDenied
        refuse_unknown_parameters(request, callback_queries.FILTERS)
        paginator = KeysetPagination()
        given = request.query_params.dict()
        page = paginator.paginate_queryset(callback_queries.listed(request.user, given), request, view=self)
        if not page:
            refuse_unknown_codes(given, queries.CODE_MODELS)
        return paginator.get_paginated_response([callback_row(row, request.user) for row in page])


class DemandCallbackView(APIView):
    """Opens a callback of a solved demand."""

    @extend_schema(request=None, responses={201: answers.CallbackRow}, operation_id="demands_open_callback")
    def post(self, request: Request, number: str) -> Response:
        demand = demand_or_404(request, number)
        if actors_of(request.user, demand).isdisjoint(states.DISPATCHERS):
            raise PermissionDenied
        row = actions.open_callback(demand=demand, by=request.user)
        return Response(callback_row(row, request.user), status=201)


class CallbackCloseView(APIView):
    """Writes what the enterprise said."""

    @extend_schema(
        request=shapes.CallbackInput, responses=answers.CallbackRow, operation_id="demand_callbacks_close"
    )
    def post(self, request: Request, pk: int) -> Response:
        try:
            callback = callback_queries.callback_for(request.user, pk)
        except Callback.DoesNotExist as error:
            raise NotFound from error
        if actors_of(request.user, callback.demand).isdisjoint(states.DISPATCHERS):
            raise PermissionDenied
        given = bind(shapes.CallbackInput, request)
        row = actions.close_callback(callback=callback, by=request.user, **given)
        return Response(callback_row(row, request.user))


def _handled(request: Request, number: str) -> Demand:
    """The demand, for those who handle it; 403 for the enterprise and leaders."""
    demand = demand_or_404(request, number)
    if actors_of(request.user, demand).isdisjoint(states.STAFF):
        raise PermissionDenied
    return demand


def _other(request: Request, number: str) -> Demand:
    try:
        return queries.known_for(request.user, number)
    except Demand.DoesNotExist as error:
        sentence = _("没有编号为“%(number)s”的诉求，或不在您的范围内。") % {"number": number}
        raise Invalid({"other": sentence}) from error


def _links(request: Request, demand: Demand) -> list[dict]:
    handles = not actors_of(request.user, demand).isdisjoint(states.STAFF)
    return [link_row(link, other, handles) for link, other in queries.links_of(request.user, demand)]
