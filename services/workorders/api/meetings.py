"""`joint-meetings`: who was called, who came, and the tasks that were resolved, finished and dropped."""

from collections.abc import Callable

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chains.filters import refuse_unknown_codes
from portal.audit.idempotency import idempotent
from portal.kit.api import bind, refuse_unknown_parameters
from portal.kit.pagination import KeysetPagination

from .. import actions
from ..actions.guard import actors_of
from ..models import JointMeeting, Resolution
from ..queries import meetings as queries
from ..queries.demands import CODE_MODELS
from ..rows import meeting_row, resolution_row
from ..rules import states
from . import answers, shapes
from .access import READER_PERMISSIONS


class MeetingListView(APIView):
    permission_classes = READER_PERMISSIONS
    orderings = ("-meets_at",)

    @extend_schema(
        parameters=[
            OpenApiParameter("state", str, enum=JointMeeting.State.values),
            OpenApiParameter("town", str, description="Code."),
            OpenApiParameter("department", str, description="Code; it was called."),
            OpenApiParameter("demand", str, description="Number."),
            OpenApiParameter("page_size", int, description="1–200."),
            OpenApiParameter("cursor", str, description="Opaque; from next/previous."),
            OpenApiParameter("count", int, enum=[0, 1]),
        ],
        responses=answers.MeetingPage,
        operation_id="joint_meetings_list",
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, queries.FILTERS)
        paginator = KeysetPagination()
        given = request.query_params.dict()
        page = paginator.paginate_queryset(queries.listed(request.user, given), request, view=self)
        if not page:
            refuse_unknown_codes(given, CODE_MODELS)
        handled = queries.handled(request.user, page)
        return paginator.get_paginated_response([_row(row, row.demand_id in handled) for row in page])


class MeetingView(APIView):
    permission_classes = READER_PERMISSIONS

    @extend_schema(responses=answers.MeetingRow, operation_id="joint_meetings_read")
    def get(self, request: Request, number: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        try:
            row = queries.meeting_for(request.user, number)
        except JointMeeting.DoesNotExist as error:
            raise NotFound from error
        return Response(_row(row, bool(queries.handled(request.user, [row]))))


# how a task ends → (who may, its input, the action)
ENDS: dict[str, tuple[frozenset[str], type, Callable]] = {
    "finish": (states.STAFF, shapes.ResolveInput, actions.finish_resolution),
    "drop": (states.DISPATCHERS, shapes.ReasonInput, actions.drop_resolution),
}


class ResolutionEndView(APIView):
    """A task of a meeting is done, or need not be done any more."""

    @extend_schema(
        parameters=[OpenApiParameter("end", str, OpenApiParameter.PATH, enum=list(ENDS))],
        request=shapes.ResolutionEndInput,
        responses=answers.DemandTaskRow,
        operation_id="joint_meetings_end_resolution",
    )
    @idempotent
    def post(self, request: Request, number: str, pk: int, end: str) -> Response:
        if end not in ENDS:
            raise NotFound
        try:
            resolution = queries.resolution_for(request.user, number, pk)
        except Resolution.DoesNotExist as error:
            raise NotFound from error
        who, shape, action = ENDS[end]
        if actors_of(request.user, resolution.meeting.demand).isdisjoint(who):
            raise PermissionDenied
        row = action(resolution=resolution, by=request.user, **bind(shape, request))
        return Response(resolution_row(row))


def _row(meeting: JointMeeting, handles: bool) -> dict:
    shown = meeting_row(meeting, handles)
    return shown | {"demand": meeting.demand.number, "title": meeting.demand.title}
