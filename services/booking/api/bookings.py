"""`bookings`, their moves and calendar files (contract.md, REST)."""

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chains.filters import refuse_unknown_codes
from enterprises.registry.models import Enterprise
from enterprises.registry.rules import clean_uscc
from portal.audit.idempotency import idempotent
from portal.kit.address import client_address
from portal.kit.api import bind, refuse_unknown_parameters
from portal.kit.file_views import FileView
from portal.kit.pagination import KeysetPagination
from portal.kit.problems import Invalid

from .. import actions
from ..calendar_file import CONTENT_TYPE, calendar_file, file_name
from ..models import Booking
from ..queries import bookings as queries
from ..queries.sessions import MODELS as CODE_MODELS
from ..rows import accepted, booking_detail, booking_row
from ..rules.rights import can_act, can_book, can_move
from . import serializers as shapes


class BookingListView(APIView):
    orderings = ("-created_at", "number")

    @extend_schema(
        parameters=[
            OpenApiParameter("status", str, enum=Booking.Status.values),
            OpenApiParameter("station", str, description="Code."),
            OpenApiParameter("item", str, description="Code."),
            OpenApiParameter("institution", str, description="Code."),
            OpenApiParameter("enterprise", str, description="USCC."),
            OpenApiParameter("from", str, description="First day of the session, 2026-11-21."),
            OpenApiParameter("to", str, description="Last day, included."),
            OpenApiParameter("ordering", str, description="created_at, number; - for descending."),
            OpenApiParameter("page_size", int, description="1–200."),
            OpenApiParameter("cursor", str, description="Opaque; from next/previous."),
            OpenApiParameter("count", int, enum=[0, 1]),
        ],
        responses=shapes.BookingPage,
        operation_id="bookings_list",
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, queries.FILTERS)
        paginator = KeysetPagination()
        given = request.query_params.dict()
        page = paginator.paginate_queryset(queries.listed(request.user, given), request, view=self)
        if not page:
            refuse_unknown_codes(given, CODE_MODELS)
        return paginator.get_paginated_response([booking_row(row, request.user) for row in page])

    @extend_schema(
        request=shapes.BookingInput, responses={201: shapes.BookingAccepted}, operation_id="bookings_create"
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Books; a bundle answers with its first leg and all legs under `bookings`."""
        if not can_book(request.user):
            raise PermissionDenied
        given = bind(shapes.BookingInput, request)
        sessions = given.pop("sessions", None) or [given.pop("session")]
        enterprise = enterprise_of(request, given.pop("enterprise", ""))
        rows = actions.book(by=request.user, sessions=sessions, enterprise=enterprise, **given)
        answer = accepted(rows[0])
        if len(rows) > 1:
            answer |= {"bundle": rows[0].bundle_id, "bookings": [accepted(row) for row in rows]}
        return Response(answer, status=201)


def enterprise_of(request: Request, uscc: str) -> Enterprise:
    """Whom the booking is for: the user's own enterprise, or the one that staff name. 404 outside the scope."""
    scope = request.user.scope
    if not uscc:
        if len(scope.enterprises) != 1:
            raise Invalid({"enterprise": _("请填写企业的统一社会信用代码。")})
        uscc = next(iter(scope.enterprises))
    rows = Enterprise.objects.raw("SELECT * FROM enterprises_enterprise WHERE uscc = %s", [clean_uscc(uscc)])
    for row in rows:
        if scope.sees_enterprise(uscc=row.uscc, town_id=row.town_id, district_id=row.district_id):
            return row
    raise NotFound(_("没有这家企业，或不在您的范围内。"))


class BookingView(APIView):
    @extend_schema(responses=shapes.BookingDetail, operation_id="bookings_read")
    def get(self, request: Request, number: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(booking_detail(booking_or_404(request, number), request.user))


# move → (its input, the action); the action gets what was bound.
MOVES: dict[str, tuple[type, Callable]] = {
    "confirm": (shapes.MoveInput, actions.confirm),
    "decline": (shapes.ReasonInput, actions.decline),
    "cancel": (shapes.ReasonInput, actions.cancel),
    "reschedule": (shapes.RescheduleInput, actions.reschedule),
    "check_in": (shapes.CheckInInput, actions.check_in),
    "start": (shapes.MoveInput, actions.start),
    "complete": (shapes.CompleteInput, actions.complete),
    "no_show": (shapes.MoveInput, actions.no_show),
    "undo_no_show": (shapes.MoveInput, actions.undo_no_show),
    "rate": (shapes.RateInput, actions.rate),
    "accept_offer": (shapes.MoveInput, lambda **given: actions.answer_offer(accept=True, **given)),
    "refuse_offer": (shapes.MoveInput, lambda **given: actions.answer_offer(accept=False, **given)),
}


class BookingMoveView(APIView):
    """One move of the table of states; 409 with `open_moves` when it is closed."""

    @extend_schema(
        parameters=[OpenApiParameter("move", str, OpenApiParameter.PATH, enum=list(MOVES))],
        request=shapes.AnyMoveInput,
        responses=shapes.BookingDetail,
        operation_id="bookings_move",
    )
    @idempotent
    def post(self, request: Request, number: str, move: str) -> Response:
        if move not in MOVES:
            raise NotFound
        booking = booking_or_404(request, number)
        if not can_move(request.user, booking, move):
            raise PermissionDenied
        shape, action = MOVES[move]
        action(booking=booking, by=request.user, **bind(shape, request))
        return Response(booking_detail(booking_or_404(request, number), request.user))


class BookingPersonalView(APIView):
    """The contact's name or phone in full, with a reason that is recorded."""

    @extend_schema(
        request=shapes.BookingPersonalInput,
        responses=shapes.BookingPersonalAnswer,
        operation_id="bookings_personal",
    )
    def post(self, request: Request, number: str) -> Response:
        booking = booking_or_404(request, number)
        if not can_act(request.user, booking):
            raise PermissionDenied
        given = bind(shapes.BookingPersonalInput, request)
        value = actions.view_personal(
            booking=booking, by=request.user, address=client_address(request), **given
        )
        return Response({"field": given["field"], "value": value})


class BookingCalendarView(FileView):
    """The booking as a calendar entry, whatever the client accepts; failures are JSON as everywhere."""

    @extend_schema(responses={(200, "text/calendar"): OpenApiTypes.STR}, operation_id="bookings_calendar")
    def get(self, request: Request, number: str) -> HttpResponse:
        booking = booking_or_404(request, number)
        content = calendar_file(booking, with_code=can_act(request.user, booking))
        response = HttpResponse(content, content_type=CONTENT_TYPE)
        response["Content-Disposition"] = f'attachment; filename="{file_name(booking)}"'
        return response


def booking_or_404(request: Request, number: str) -> Booking:
    """The booking inside the caller's scope; another scope's answers exactly like a missing one."""
    try:
        return queries.booking_for(request.user, number)
    except Booking.DoesNotExist as error:
        raise NotFound from error
