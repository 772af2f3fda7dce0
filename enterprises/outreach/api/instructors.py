"""`instructors` and what is done with one: changed, let go, posted, handed over, read in full."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.address import client_address
from portal.kit.api import answered, bind, refuse_unknown_parameters

from .. import actions, queries, rules
from ..models import Instructor
from ..queries.instructors import FILTERS, refuse_unknown_town
from ..rows import instructor_rows, names_seen
from .access import instructor_detail, instructor_or_404, managed_instructor
from .serializers import (
    InstructorChange,
    InstructorInput,
    InstructorPersonalInput,
    InstructorRetirement,
    InstructorRow,
    OutreachPersonalValue,
)


class InstructorListView(GenericAPIView):
    serializer_class = InstructorRow
    orderings = ("code", "load", "started_on", "due")

    @extend_schema(
        parameters=[
            OpenApiParameter("town", str),
            OpenApiParameter("kind", str, enum=Instructor.Kind.values),
            OpenApiParameter("active", int, enum=[0, 1]),
            OpenApiParameter(
                "search", str, description="Part of code or unit; staff: a whole name or phone."
            ),
        ],
        operation_id="instructors_list",
        responses=InstructorRow(many=True),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, FILTERS)
        filters = {name: request.query_params.get(name, "") for name in (*FILTERS, "search")}
        page = self.paginate_queryset(queries.listed(request.user, filters))
        if not page:
            refuse_unknown_town(filters["town"])
        return self.get_paginated_response(instructor_rows(page, request.user))

    @extend_schema(request=InstructorInput, responses={201: InstructorRow}, operation_id="instructors_create")
    @idempotent
    def post(self, request: Request) -> Response:
        if not rules.can_manage_any(request.user):
            raise PermissionDenied
        row = actions.create_instructor(by=request.user, **bind(InstructorInput, request))
        return Response(instructor_detail(request, row.code), status=201)


class InstructorView(APIView):
    @extend_schema(responses=InstructorRow, operation_id="instructors_read")
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(instructor_detail(request, code))

    @extend_schema(request=InstructorChange, responses=InstructorRow, operation_id="instructors_change")
    def patch(self, request: Request, code: str) -> Response:
        row = managed_instructor(request, code)
        given = bind(InstructorChange, request)
        return answered(
            lambda: actions.update_instructor(
                instructor=row, by=request.user, version=given.pop("version"), changes=given
            ),
            lambda: instructor_detail(request, code),
        )


class RetireView(APIView):
    """`instructors/{code}/retire`: the instructor leaves; 409 with the number while anything is open."""

    @extend_schema(request=InstructorRetirement, responses=InstructorRow, operation_id="instructors_retire")
    def post(self, request: Request, code: str) -> Response:
        row = managed_instructor(request, code)
        return answered(
            lambda: actions.retire_instructor(
                instructor=row, by=request.user, **bind(InstructorRetirement, request)
            ),
            lambda: instructor_detail(request, code),
        )


class InstructorPersonalView(APIView):
    """`instructors/{code}/personal`: name or phone in full; the view is logged with its reason."""

    @extend_schema(
        request=InstructorPersonalInput,
        responses=OutreachPersonalValue,
        operation_id="instructors_personal",
    )
    def post(self, request: Request, code: str) -> Response:
        row = instructor_or_404(request, code)
        if not names_seen(request.user)(row):
            raise PermissionDenied
        given = bind(InstructorPersonalInput, request)
        value = actions.view_personal(
            instructor=row, by=request.user, address=client_address(request), **given
        )
        return Response({"field": given["field"], "value": value})
