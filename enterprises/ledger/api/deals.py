"""`procurement-deals`: reporting, confirming, disputing, correcting, verifying, cancelling; their papers."""

from django.http import FileResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chains.filters import refuse_unknown_codes
from portal.audit.idempotency import idempotent
from portal.kit.api import UploadParser, answered, bind, refuse_unknown_parameters
from portal.kit.attachments import download
from portal.kit.file_views import FileView
from portal.kit.problems import Invalid, or_404

from ...registry.models import Enterprise
from .. import actions
from ..actions.guard import actors_of
from ..models import Posting, ProcurementDeal
from ..queries import board
from ..queries import deals as queries
from ..rows import attachment_rows, deal_detail, deal_rows
from ..rules import deals as states
from . import serializers as shapes

MOVES = {
    "confirm": (shapes.LedgerMoveInput, actions.confirm),
    "dispute": (shapes.LedgerCancelInput, actions.dispute),
    "resolve": (shapes.LedgerCancelInput, actions.resolve),
    "verify": (shapes.LedgerMoveInput, actions.verify),
    "cancel": (shapes.LedgerCancelInput, actions.cancel),
}


def may_report(user) -> bool:
    """Staff, and an enterprise for itself."""
    return user.scope.is_staff or bool(user.scope.enterprises)


class DealListView(GenericAPIView):
    serializer_class = shapes.DealRow
    orderings = queries.ORDERINGS

    @extend_schema(
        parameters=[
            OpenApiParameter("town", str, description="Code of the buyer's town."),
            OpenApiParameter("chain", str, description="Code of a chain that both sides shared."),
            OpenApiParameter("segment", str, description="Code of the segment that delivers."),
            OpenApiParameter("status", str, enum=ProcurementDeal.Status.values),
            OpenApiParameter("uscc", str, description="Of either side."),
            *(OpenApiParameter(name, str, description="USCC.") for name in ("buyer", "seller")),
            *(OpenApiParameter(name, str, description="A day; it counts.") for name in ("from", "to")),
            *(OpenApiParameter(name, int, enum=[0, 1]) for name in ("intra_chain", "counted", "waiting")),
            OpenApiParameter(
                "search", str, description="Goods, names of the sides, contract or deal number."
            ),
        ],
        operation_id="procurement_deals_list",
        responses=shapes.DealRow(many=True),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, queries.FILTERS)
        given = {name: request.query_params.get(name, "") for name in (*queries.FILTERS, "search")}
        page = self.paginate_queryset(queries.list_values(queries.listed(request.user, given)))
        if not page:
            refuse_unknown_codes(given)
        return self.get_paginated_response(deal_rows(page))

    @extend_schema(
        request=shapes.DealInput, responses={201: shapes.DealDetail}, operation_id="procurement_deals_report"
    )
    @idempotent
    def post(self, request: Request) -> Response:
        if not may_report(request.user):
            raise PermissionDenied
        given = bind(shapes.DealInput, request)
        sides = {name: _side(request, given.pop(name), name) for name in ("buyer", "seller")}
        postings = {name: _posting(request, given.pop(name, ""), name) for name in ("need", "offer")}
        deal = actions.report_deal(by=request.user, **sides, **postings, **given)
        return Response(_detail(request, deal.number), status=201)


class DealView(APIView):
    @extend_schema(responses=shapes.DealDetail, operation_id="procurement_deals_read")
    def get(self, request: Request, number: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(_detail(request, number))

    @extend_schema(
        request=shapes.DealChange, responses=shapes.DealDetail, operation_id="procurement_deals_correct"
    )
    def patch(self, request: Request, number: str) -> Response:
        deal = _moved(request, number, "correct")
        given = bind(shapes.DealChange, request)
        return answered(
            lambda: actions.correct(deal=deal, by=request.user, version=given.pop("version"), changes=given),
            lambda: _detail(request, number),
        )


class DealMoveView(APIView):
    """One move of the table of states; 409 with `open_moves` when it is closed."""

    @extend_schema(
        parameters=[OpenApiParameter("move", str, OpenApiParameter.PATH, enum=list(MOVES))],
        request=shapes.AnyDealMoveInput,
        responses=shapes.DealDetail,
        operation_id="procurement_deals_move",
    )
    @idempotent
    def post(self, request: Request, number: str, move: str) -> Response:
        if move not in MOVES:
            raise NotFound
        deal = _moved(request, number, move)
        shape, action = MOVES[move]
        action(deal=deal, by=request.user, **bind(shape, request))
        return Response(_detail(request, number))


class DealAttachmentListView(APIView):
    """Papers of a deal: contracts, delivery notes."""

    parser_classes = [UploadParser]

    @extend_schema(
        responses=shapes.DealAttachmentRow(many=True), operation_id="procurement_deals_attachments"
    )
    def get(self, request: Request, number: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        deal = _deal(request, number)
        rows = deal.attachments.select_related("uploaded_by")
        return Response(attachment_rows(deal, request.user, rows))

    @extend_schema(
        request={"multipart/form-data": shapes.DealAttachmentInput},
        responses={201: shapes.DealAttachmentRow},
        operation_id="procurement_deals_attach",
    )
    def post(self, request: Request, number: str) -> Response:
        deal = _deal(request, number)
        if not actors_of(request.user, deal):
            raise PermissionDenied
        given = bind(shapes.DealAttachmentInput, request)
        row = actions.attach(deal=deal, by=request.user, upload=given["file"])
        return Response(attachment_rows(deal, request.user, [row])[0], status=201)


class DealAttachmentView(FileView):
    """One paper, as a download, whatever the client accepts; failures are JSON as everywhere."""

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
        operation_id="procurement_deals_attachment",
    )
    def get(self, request: Request, number: str, pk: int) -> FileResponse:
        refuse_unknown_parameters(request, frozenset())
        return download(_deal(request, number).attachments, pk)


def _deal(request: Request, number: str) -> ProcurementDeal:
    return or_404(queries.deal_for(request.user, number))


def _moved(request: Request, number: str, move: str) -> ProcurementDeal:
    """The deal, for who may make this move in some state; 404 outside the scope, 403 for everybody else."""
    deal = _deal(request, number)
    if not states.may_ever(move, actors_of(request.user, deal)):
        raise PermissionDenied
    return deal


def _detail(request: Request, number: str) -> dict:
    return deal_detail(_deal(request, number), request.user)


def _side(request: Request, uscc: str, name: str) -> Enterprise:
    row = queries.side_for(request.user, uscc)
    if row is None:
        raise Invalid({name: _("没有找到企业：%(codes)s。") % {"codes": uscc}})
    return row


def _posting(request: Request, number: str, kind: str) -> Posting | None:
    if not number:
        return None
    row = board.posting_for(request.user, number)
    if row is None or row.kind != kind:
        raise Invalid({kind: _("没有编号为“%(number)s”的供需信息。") % {"number": number}})
    return row
