"""`offers-and-needs`: the supply–demand board, and what answers an entry."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chains.filters import refuse_unknown_codes
from portal.audit.idempotency import idempotent
from portal.kit.api import answered, bind, refuse_unknown_parameters
from portal.kit.problems import Invalid, or_404

from ...registry.models import Enterprise
from ...registry.rules import clean_uscc
from .. import actions
from ..models import Posting
from ..queries import board as queries
from ..rows import answer_row, posting_row
from ..rules.board import can_post_for
from . import serializers as shapes
from .deals import may_report as may_post


class PostingListView(GenericAPIView):
    serializer_class = shapes.PostingRow
    orderings = queries.ORDERINGS

    @extend_schema(
        parameters=[
            OpenApiParameter("kind", str, enum=Posting.Kind.values),
            *(OpenApiParameter(name, str, description="Code.") for name in ("chain", "segment", "town")),
            OpenApiParameter("uscc", str),
            OpenApiParameter("status", str, enum=Posting.Status.values),
            OpenApiParameter("search", str, description="Part of the title, or the number."),
        ],
        operation_id="offers_and_needs_list",
        responses=shapes.PostingRow(many=True),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, queries.FILTERS)
        given = {name: request.query_params.get(name, "") for name in (*queries.FILTERS, "search")}
        page = self.paginate_queryset(queries.listed(request.user, given))
        if not page:
            refuse_unknown_codes(given)
        return self.get_paginated_response([posting_row(row, request.user) for row in page])

    @extend_schema(
        request=shapes.PostingInput, responses={201: shapes.PostingRow}, operation_id="offers_and_needs_post"
    )
    @idempotent
    def post(self, request: Request) -> Response:
        if not may_post(request.user):
            raise PermissionDenied
        given = bind(shapes.PostingInput, request)
        enterprise = _enterprise(request, given.pop("uscc", ""))
        row = actions.post(enterprise=enterprise, by=request.user, **given)
        return Response(posting_row(_posting(request, row.number), request.user), status=201)


class PostingView(APIView):
    @extend_schema(responses=shapes.PostingRow, operation_id="offers_and_needs_read")
    def get(self, request: Request, number: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(posting_row(_posting(request, number), request.user))

    @extend_schema(
        request=shapes.PostingChange, responses=shapes.PostingRow, operation_id="offers_and_needs_change"
    )
    def patch(self, request: Request, number: str) -> Response:
        row = _own(request, number)
        given = bind(shapes.PostingChange, request)
        return answered(
            lambda: actions.change_posting(
                posting=row, by=request.user, version=given.pop("version"), changes=given
            ),
            lambda: posting_row(_posting(request, number), request.user),
        )


class PostingCloseView(APIView):
    """It is over; nobody is matched with it any more."""

    @extend_schema(
        request=shapes.LedgerMoveInput, responses=shapes.PostingRow, operation_id="offers_and_needs_close"
    )
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        row = _own(request, number)
        actions.close_posting(posting=row, by=request.user, **bind(shapes.LedgerMoveInput, request))
        return Response(posting_row(_posting(request, number), request.user))


class PostingMatchesView(APIView):
    """What answers it, the best first; a deal is made of a match by naming `need` and `offer`."""

    @extend_schema(responses=shapes.AnswerRow(many=True), operation_id="offers_and_needs_matches")
    def get(self, request: Request, number: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        answers = queries.answers_to(request.user, _posting(request, number))
        return Response([answer_row(answer, request.user) for answer in answers])


def _posting(request: Request, number: str) -> Posting:
    return or_404(queries.posting_for(request.user, number))


def _own(request: Request, number: str) -> Posting:
    row = _posting(request, number)
    if not can_post_for(request.user, row.enterprise):
        raise PermissionDenied
    return row


def _enterprise(request: Request, uscc: str) -> Enterprise:
    """The enterprise that posts: the one named, in scope; an enterprise user's own when none is."""
    rows = Enterprise.objects.visible_to(request.user).select_related("district", "town")
    codes = [clean_uscc(uscc)] if uscc else list(request.user.scope.enterprises)
    row = rows.filter(uscc__in=codes).order_by("uscc").first()
    if row is None:
        raise Invalid({"uscc": _("请填写发布供需信息的企业。") if not uscc else _("没有找到这家企业。")})
    return row
