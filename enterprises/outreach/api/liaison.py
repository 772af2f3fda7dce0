"""`liaison-points`: taken in, changed, visited, released; the leader's name in full."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.address import client_address
from portal.kit.api import answered, bind, refuse_unknown_parameters

from ...registry.rules import sees_personal
from .. import actions, queries, rules
from ..queries.instructors import refuse_unknown_town
from ..queries.liaison import FILTERS
from ..rows import point_rows, visit_rows
from .access import given_enterprises, given_instructor, managed_point, point_detail, point_or_404
from .serializers import (
    LeaderPersonalInput,
    LiaisonPointChange,
    LiaisonPointInput,
    LiaisonPointRelease,
    LiaisonPointRow,
    LiaisonVisitInput,
    LiaisonVisitRow,
    OutreachPersonalValue,
)


class PointListView(GenericAPIView):
    serializer_class = LiaisonPointRow
    orderings = ("code", "last_seen_on", "taken_in_on")

    @extend_schema(
        parameters=[
            *(OpenApiParameter(name, str) for name in ("town", "chain", "instructor")),
            *(OpenApiParameter(name, int, enum=[0, 1]) for name in ("due", "active")),
            OpenApiParameter(
                "search", str, description="Part of the enterprise's name, its USCC, or the code."
            ),
        ],
        operation_id="liaison_points_list",
        responses=LiaisonPointRow(many=True),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, FILTERS)
        filters = {name: request.query_params.get(name, "") for name in (*FILTERS, "search")}
        page = self.paginate_queryset(queries.points_listed(request.user, filters))
        if not page:
            refuse_unknown_town(filters["town"])
        return self.get_paginated_response(point_rows(page, request.user))

    @extend_schema(
        request=LiaisonPointInput, responses={201: LiaisonPointRow}, operation_id="liaison_points_take_in"
    )
    @idempotent
    def post(self, request: Request) -> Response:
        if not rules.can_manage_any(request.user):
            raise PermissionDenied
        given = bind(LiaisonPointInput, request)
        (enterprise,) = given_enterprises(request, [given.pop("uscc")], "uscc")
        given["instructor"] = given_instructor(request, given.get("instructor"), "instructor")
        point = actions.take_in(enterprise=enterprise, by=request.user, **given)
        return Response(point_detail(request, point.code), status=201)


class PointView(APIView):
    @extend_schema(responses=LiaisonPointRow, operation_id="liaison_points_read")
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(point_detail(request, code))

    @extend_schema(
        request=LiaisonPointChange, responses=LiaisonPointRow, operation_id="liaison_points_change"
    )
    def patch(self, request: Request, code: str) -> Response:
        point = managed_point(request, code)
        given = bind(LiaisonPointChange, request)
        if "instructor" in given:
            given["instructor"] = given_instructor(request, given["instructor"], "instructor")
        return answered(
            lambda: actions.update_point(
                point=point, by=request.user, version=given.pop("version"), changes=given
            ),
            lambda: point_detail(request, code),
        )


class VisitListView(GenericAPIView):
    """`liaison-points/{code}/visits`: what was found on the visits; a POST records one."""

    serializer_class = LiaisonVisitRow
    orderings = ("-visited_on", "visited_on")

    @extend_schema(operation_id="liaison_visits_list", responses=LiaisonVisitRow(many=True))
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        page = self.paginate_queryset(queries.visits_of(request.user, point_or_404(request, code)))
        return self.get_paginated_response(visit_rows(page, request.user))

    @extend_schema(
        request=LiaisonVisitInput, responses={201: LiaisonVisitRow}, operation_id="liaison_visits_record"
    )
    @idempotent
    def post(self, request: Request, code: str) -> Response:
        point = managed_point(request, code)
        visit = actions.record_visit(point=point, by=request.user, **bind(LiaisonVisitInput, request))
        return Response(visit_rows([visit], request.user)[0], status=201)


class ReleaseView(APIView):
    """`liaison-points/{code}/release`."""

    @extend_schema(
        request=LiaisonPointRelease, responses=LiaisonPointRow, operation_id="liaison_points_release"
    )
    def post(self, request: Request, code: str) -> Response:
        point = managed_point(request, code)
        return answered(
            lambda: actions.release_point(point=point, by=request.user, **bind(LiaisonPointRelease, request)),
            lambda: point_detail(request, code),
        )


class LeaderPersonalView(APIView):
    """`liaison-points/{code}/personal`: the leader's name in full; the view is logged with its reason."""

    @extend_schema(
        request=LeaderPersonalInput, responses=OutreachPersonalValue, operation_id="liaison_points_personal"
    )
    def post(self, request: Request, code: str) -> Response:
        point = point_or_404(request, code)
        if not sees_personal(request.user, point.enterprise):
            raise PermissionDenied
        given = bind(LeaderPersonalInput, request)
        value = actions.view_leader(
            point=point, by=request.user, reason=given["reason"], address=client_address(request)
        )
        return Response({"field": given["field"], "value": value})
