"""Postings of an instructor, their end, and handing over."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.api import bind, refuse_unknown_parameters
from portal.kit.problems import Conflict, Invalid, Stale, or_404

from .. import actions, queries, rules
from ..models import Instructor, InstructorAssignment
from ..rows import assignment_row, assignment_rows, names_seen
from .access import (
    given_enterprises,
    given_instructor,
    instructor_detail,
    instructor_or_404,
    managed_instructor,
)
from .serializers import (
    AssignInput,
    AssignmentEnd,
    AssignmentRow,
    AssignResult,
    HandOverInput,
    HandOverResult,
)


class PostingListView(GenericAPIView):
    """`instructors/{code}/assignments`: the postings, open and ended; a POST adds several at once."""

    serializer_class = AssignmentRow
    orderings = ("-started_on", "started_on", "id")

    @extend_schema(
        parameters=[OpenApiParameter("active", int, enum=[0, 1])],
        operation_id="instructor_assignments_list",
        responses=AssignmentRow(many=True),
    )
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset({"active"}))
        active = request.query_params.get("active", "")
        if active not in ("", "0", "1"):
            raise Invalid({"active": _("应为这些值之一：%(values)s。") % {"values": "1、0"}})
        rows = queries.postings_of(request.user, instructor_or_404(request, code), active=active)
        return self.get_paginated_response(assignment_rows(self.paginate_queryset(rows), request.user))

    @extend_schema(
        request=AssignInput, responses={201: AssignResult}, operation_id="instructor_assignments_add"
    )
    @idempotent
    def post(self, request: Request, code: str) -> Response:
        row = managed_instructor(request, code)
        given = bind(AssignInput, request)
        given["enterprises"] = given_enterprises(request, given["enterprises"], "enterprises")
        posted = actions.assign(instructor=row, by=request.user, **given)
        return Response(
            {"added": posted.added, "results": assignment_rows(posted.rows, request.user)}, status=201
        )


class AssignmentView(APIView):
    """`assignments/{id}`: one posting; a PATCH ends it."""

    @extend_schema(responses=AssignmentRow, operation_id="assignments_read")
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(self.row(request, pk))

    @extend_schema(request=AssignmentEnd, responses=AssignmentRow, operation_id="assignments_end")
    def patch(self, request: Request, pk: int) -> Response:
        row = self.assignment(request, pk)
        if not rules.can_end_assignment(request.user, row):
            raise PermissionDenied
        try:
            actions.end_assignment(assignment=row, by=request.user, **bind(AssignmentEnd, request))
        except Conflict as conflict:
            if isinstance(conflict, Stale) or conflict.get_codes() == "ended":
                conflict.current = self.row(request, pk)
            raise
        return Response(self.row(request, pk))

    def assignment(self, request: Request, pk: int) -> InstructorAssignment:
        return or_404(queries.shown_assignments(request.user).filter(pk=pk).first())

    def row(self, request: Request, pk: int) -> dict:
        return assignment_row(self.assignment(request, pk), names_seen(request.user))


class HandOverView(APIView):
    """`instructors/{code}/hand-over`: postings and liaison points go to others in one step."""

    @extend_schema(request=HandOverInput, responses=HandOverResult, operation_id="instructors_hand_over")
    @idempotent
    def post(self, request: Request, code: str) -> Response:
        row = managed_instructor(request, code)
        given = bind(HandOverInput, request)
        to = given_instructor(request, given.pop("to", None), "to")
        targets = given.pop("targets", None)
        moves = None if targets is None else [self.move(request, row, one, to) for one in targets]
        result = actions.hand_over(instructor=row, by=request.user, to=to, moves=moves, **given)
        return Response(
            {
                "postings": result.postings,
                "ended": result.ended,
                "liaison_points": result.points,
                "instructor": instructor_detail(request, code),
            }
        )

    def move(
        self, request: Request, instructor: Instructor, target: dict, common: Instructor | None
    ) -> actions.Move:
        """One target with who takes it. Raises Invalid (400) for one that is not this instructor's."""
        to = given_instructor(request, target.get("to"), "targets") or common
        if to is None:
            raise Invalid({"to": _("请选择接手的指导员。")})
        if "assignment" in target:
            rows = queries.postings_of(request.user, instructor).filter(pk=target["assignment"])
        else:
            rows = queries.points(request.user).filter(code=target["liaison_point"])
        what = rows.first()
        if what is None:
            raise Invalid({"targets": _("没有找到所选的派驻或联系点。")})
        return actions.Move(what, to)
