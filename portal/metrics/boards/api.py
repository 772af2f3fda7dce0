"""`boards`: translate HTTP, call an action or query, nothing else."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.api import bind, refuse_unknown_parameters
from portal.kit.pagination import KeysetPagination
from portal.kit.problems import Stale, or_404

from ..districts import writing_district
from . import actions, queries
from . import serializers as shapes
from .models import PioneerBoard
from .policy import can_change, can_read
from .rows import board_row, standings_row

MONTH = OpenApiParameter("month", str, description="2026-10; the last whole month unless given.")


def board_or_404(request: Request, code: str) -> PioneerBoard:
    """A board of the own district; another's answers exactly like a missing one. 403 for other roles."""
    if not can_read(request.user):
        raise PermissionDenied
    return or_404(queries.one(request.user, code))


class BoardListView(APIView):
    """The boards of the district; a POST sets one up."""

    orderings = ("position", "code")

    @extend_schema(responses=shapes.BoardPage, operation_id="boards_list", filters=False)
    def get(self, request: Request) -> Response:
        if not can_read(request.user):
            raise PermissionDenied
        refuse_unknown_parameters(request, frozenset())
        paginator = KeysetPagination()
        rows = paginator.paginate_queryset(queries.listed(request.user), request, view=self)
        return paginator.get_paginated_response([board_row(row) for row in rows])

    @extend_schema(request=shapes.BoardInput, responses={201: shapes.BoardRow}, operation_id="boards_create")
    @idempotent
    def post(self, request: Request) -> Response:
        if not can_change(request.user):
            raise PermissionDenied
        given = bind(shapes.BoardInput, request)
        district = writing_district(request.user, given.pop("district", ""))
        board = actions.create_board(district=district, by=request.user, **given)
        return Response(board_row(board), status=201)


class BoardView(APIView):
    """One board with the places of a month."""

    @extend_schema(parameters=[MONTH], responses=shapes.BoardStandings, operation_id="boards_read")
    def get(self, request: Request, code: str) -> Response:
        board = board_or_404(request, code)
        refuse_unknown_parameters(request, frozenset({"month"}))
        month = queries.month_of(request.query_params.get("month", ""))
        return Response(standings_row(queries.standings_of([board], month)[0]))

    @extend_schema(request=shapes.BoardChange, responses=shapes.BoardRow, operation_id="boards_change")
    def patch(self, request: Request, code: str) -> Response:
        if not can_change(request.user):
            raise PermissionDenied
        board = board_or_404(request, code)
        changes = bind(shapes.BoardChange, request)
        version = changes.pop("version")
        try:
            changed = actions.change_board(board=board, by=request.user, version=version, changes=changes)
        except Stale as stale:
            raise Stale(
                _("这张榜单刚被他人修改，请查看最新内容后再提交。"),
                current=board_row(board_or_404(request, code)),
            ) from stale
        return Response(board_row(changed))
