"""`sessions`: free times for everybody, written by the station and the bureau (contract.md, REST)."""

from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.api import answered, bind, refuse_unknown_parameters
from portal.kit.pagination import KeysetPagination

from .. import actions
from ..models import ServiceSession
from ..queries import sessions as queries
from ..rows import session_row
from ..rules.rights import can_manage_station, can_write_sessions
from .serializers import PatternAnswer, PatternInput, SessionChange, SessionInput, SessionPage, SessionRow


class SessionListView(APIView):
    orderings = ("starts_at", "id")

    @extend_schema(
        parameters=[
            OpenApiParameter("station", str, description="Code."),
            OpenApiParameter("item", str, description="Code."),
            OpenApiParameter("institution", str, description="Code."),
            OpenApiParameter("from", str, description="First day, 2026-11-21."),
            OpenApiParameter("to", str, description="Last day, included."),
            OpenApiParameter("free", int, enum=[0, 1], description="1: only what can be booked now."),
            OpenApiParameter("ordering", str, description="starts_at, id; - for descending."),
            OpenApiParameter("page_size", int, description="1–200."),
            OpenApiParameter("cursor", str, description="Opaque; from next/previous."),
            OpenApiParameter("count", int, enum=[0, 1]),
        ],
        responses=SessionPage,
        operation_id="sessions_list",
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, queries.FILTERS)
        paginator = KeysetPagination()
        rows = paginator.paginate_queryset(
            queries.listed(request.user, request.query_params.dict()), request, view=self
        )
        return paginator.get_paginated_response([session_row(row) for row in rows])

    @extend_schema(
        request=PolymorphicProxySerializer(
            component_name="SessionOrPattern",
            serializers=[SessionInput, PatternInput],
            resource_type_field_name=None,
        ),
        responses={
            201: PolymorphicProxySerializer(
                component_name="SessionOrPatternAnswer",
                serializers=[SessionRow, PatternAnswer],
                resource_type_field_name=None,
            )
        },
        operation_id="sessions_create",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """A single session; with `weekday` a weekly pattern, whose sessions are made ahead."""
        if not can_write_sessions(request.user):
            raise PermissionDenied
        if "weekday" in request.data:
            pattern, made = actions.create_pattern(by=request.user, **bind(PatternInput, request))
            return Response({"pattern": pattern.pk, "made": made}, status=201)
        session = actions.create_session(by=request.user, **bind(SessionInput, request))
        return Response(session_row(session), status=201)


class SessionView(APIView):
    @extend_schema(responses=SessionRow, operation_id="sessions_read")
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(session_row(_session(request, pk)))

    @extend_schema(request=SessionChange, responses=SessionRow, operation_id="sessions_change")
    def patch(self, request: Request, pk: int) -> Response:
        session = _writable(request, pk)
        return answered(
            lambda: actions.change_capacity(session=session, by=request.user, **bind(SessionChange, request)),
            lambda: session_row(_session(request, pk)),
        )

    @extend_schema(responses={204: None}, operation_id="sessions_delete")
    def delete(self, request: Request, pk: int) -> Response:
        actions.delete_session(session=_writable(request, pk), by=request.user)
        return Response(status=204)


def _session(request: Request, pk: int) -> ServiceSession:
    try:
        return queries.session_for(request.user, pk)
    except ServiceSession.DoesNotExist as error:
        raise NotFound from error


def _writable(request: Request, pk: int) -> ServiceSession:
    session = _session(request, pk)
    if not can_manage_station(request.user, session.station):
        raise PermissionDenied
    return session
