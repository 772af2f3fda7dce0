"""`alliances/{code}/members` and `alliance-members/{id}/leave`: the member enterprises of an alliance."""

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chains.alliances.api import alliance_or_404
from portal.audit.idempotency import idempotent
from portal.kit.api import answered, bind, refuse_unknown_parameters
from portal.kit.problems import or_404

from .. import actions, queries, rules
from ..models import AllianceMember
from ..rows import member_row
from .access import given_enterprises
from .serializers import AllianceMemberInput, AllianceMemberRow, Withdrawal


class MemberListView(GenericAPIView):
    """The enterprises of an alliance; a POST takes one in."""

    serializer_class = AllianceMemberRow
    orderings = ("joined_on", "-joined_on")

    @extend_schema(operation_id="alliance_members_list", responses=AllianceMemberRow(many=True))
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        rows = queries.alliance_members(request.user, alliance_or_404(request, code))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response([member_row(one, request.user) for one in page])

    @extend_schema(
        request=AllianceMemberInput, responses={201: AllianceMemberRow}, operation_id="alliance_members_join"
    )
    @idempotent
    def post(self, request: Request, code: str) -> Response:
        alliance = alliance_or_404(request, code)
        if not rules.can_manage_any(request.user):
            raise PermissionDenied
        given = bind(AllianceMemberInput, request)
        (enterprise,) = given_enterprises(request, [given["enterprise"]], "enterprise")
        member = actions.join_alliance(
            alliance=alliance, enterprise=enterprise, by=request.user, joined_on=given["joined_on"]
        )
        return Response(_detail(request, member.pk), status=201)


class MemberLeaveView(APIView):
    @extend_schema(request=Withdrawal, responses=AllianceMemberRow, operation_id="alliance_members_leave")
    def post(self, request: Request, pk: int) -> Response:
        member = or_404(queries.alliance_member_for(request.user, pk))
        if not rules.can_manage_member(request.user, member):
            raise PermissionDenied
        return answered(
            lambda: actions.leave_alliance(member=member, by=request.user, **bind(Withdrawal, request)),
            lambda: _detail(request, pk),
        )


def _detail(request: Request, pk: int) -> dict:
    member: AllianceMember = queries.alliance_member_for(request.user, pk)
    return member_row(member, request.user)
