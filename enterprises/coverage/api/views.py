"""`coverage`, `coverage/should-establish`, `coverage/proposals`: translate HTTP, call a query or an action."""

import uuid
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.imports.queries import home_district
from portal.kit.api import answered, bind, refuse_unknown_parameters
from portal.kit.pagination import KeysetPagination
from portal.kit.problems import or_404

from .. import queries
from ..actions import accept_proposal, decline_proposal, start_run
from ..models import JointProposal, ProposalRun
from ..queries.lists import list_values
from ..queries.proposals import STATES, with_places
from ..rows import enterprise_rows, member_row, place_row, proposal_row, run_row
from ..rules.standing import LISTED, can_read, can_start_run
from . import serializers as shapes

PLACES = frozenset({"town", "chain"})
PLACE_PARAMETERS = [
    OpenApiParameter("town", str, description="Town code."),
    OpenApiParameter("chain", str, description="Chain code."),
]
PAGING = [
    OpenApiParameter("page_size", int, description="1–200."),
    OpenApiParameter("cursor", str, description="Opaque; from next/previous."),
    OpenApiParameter("count", int, enum=[0, 1]),
    OpenApiParameter("ordering", str),
]


def filters_of(request: Request, *names: str) -> dict[str, str]:
    """The filters of a list; nothing else is accepted. Raises 403 for a role without access."""
    if not can_read(request.user):
        raise PermissionDenied
    refuse_unknown_parameters(request, {*names})
    return {name: request.query_params.get(name, "") for name in names}


class CoverageView(APIView):
    """The four rates of all that the user sees, of a town, of a chain, or of a chain in a town."""

    @extend_schema(parameters=PLACE_PARAMETERS, responses=shapes.CoverageFigures, operation_id="coverage")
    def get(self, request: Request) -> Response:
        filters = filters_of(request, *PLACES)
        return Response(queries.coverage(request.user, **filters).as_json())


class TownListView(APIView):
    """The four rates of every town."""

    @extend_schema(
        parameters=PLACE_PARAMETERS[1:], responses=shapes.PlaceFiguresPage, operation_id="coverage_towns"
    )
    def get(self, request: Request) -> Response:
        return _whole(queries.by_town(request.user, **filters_of(request, "chain")))


class ChainListView(APIView):
    """The four rates of every chain: an enterprise on two chains counts once in each."""

    @extend_schema(
        parameters=PLACE_PARAMETERS[:1], responses=shapes.PlaceFiguresPage, operation_id="coverage_chains"
    )
    def get(self, request: Request) -> Response:
        return _whole(queries.by_chain(request.user, **filters_of(request, "town")))


def _whole(places: list[queries.Place]) -> Response:
    return Response({"next": None, "previous": None, "results": [place_row(place) for place in places]})


class ShouldEstablishView(APIView):
    """Enterprises that should establish alone, should join a joint branch, or need work coverage."""

    orderings = ("name", "uscc")

    @extend_schema(
        parameters=[OpenApiParameter("group", str, enum=LISTED), *PLACE_PARAMETERS, *PAGING],
        responses=shapes.ShouldEstablishPage,
        operation_id="coverage_should_establish",
    )
    def get(self, request: Request) -> Response:
        filters = filters_of(request, "group", *PLACES)
        rows = list_values(queries.should_establish(request.user, **filters))
        paginator = KeysetPagination()
        page = paginator.paginate_queryset(rows, request, view=self)
        return paginator.get_paginated_response(enterprise_rows(page, group=filters["group"]))


class ProposalListView(APIView):
    """The proposals of the latest finished run; a POST has them worked out anew."""

    orderings = ("number",)

    @extend_schema(
        parameters=[OpenApiParameter("state", str, enum=STATES.values), *PLACE_PARAMETERS, *PAGING],
        responses=shapes.ProposalPage,
        operation_id="coverage_proposals_list",
    )
    def get(self, request: Request) -> Response:
        filters = filters_of(request, "state", *PLACES)
        rows = queries.proposals(request.user, queries.latest_run(request.user), **filters)
        paginator = KeysetPagination()
        page = paginator.paginate_queryset(rows, request, view=self)
        return paginator.get_paginated_response([proposal_row(row) for row in page])

    @extend_schema(
        request=shapes.Nothing, responses={202: shapes.RunRow}, operation_id="coverage_proposals_start"
    )
    @idempotent
    def post(self, request: Request) -> Response:
        district = home_district(request.user)
        if district is None or not can_start_run(request.user, district.pk):
            raise PermissionDenied
        bind(shapes.Nothing, request)
        run, _is_new = start_run(district=district, by=request.user)
        return Response(run_row(run), status=202)


class RunView(APIView):
    """How far a run is."""

    @extend_schema(responses=shapes.RunRow, operation_id="coverage_proposal_run")
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        filters_of(request)
        run = or_404(ProposalRun.objects.visible_to(request.user).select_related("job").filter(pk=pk).first())
        return Response(run_row(run))


class ProposalView(APIView):
    """One proposal with its enterprises as they stand today."""

    @extend_schema(responses=shapes.ProposalDetail, operation_id="coverage_proposals_read")
    def get(self, request: Request, pk: int) -> Response:
        filters_of(request)
        return Response(detail(request, pk))


class DecisionView(APIView):
    """A decision on a proposal; a stale version answers 409 with the proposal as it stands."""

    def decide(self, request: Request, pk: int, action: Any, given: dict[str, Any]) -> Response:
        return answered(
            lambda: action(proposal=proposal_or_404(request, pk), by=request.user, **given),
            lambda: detail(request, pk),
        )


class AcceptView(DecisionView):
    """The joint branch is set up with its enterprises."""

    @extend_schema(
        request=shapes.AcceptInput, responses=shapes.ProposalDetail, operation_id="coverage_proposals_accept"
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        if not request.user.scope.is_staff:
            raise PermissionDenied
        proposal_or_404(request, pk)
        return self.decide(request, pk, accept_proposal, bind(shapes.AcceptInput, request))


class DeclineView(DecisionView):
    """The proposal is set aside with a reason."""

    @extend_schema(
        request=shapes.DeclineInput,
        responses=shapes.ProposalDetail,
        operation_id="coverage_proposals_decline",
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        if not request.user.scope.is_staff:
            raise PermissionDenied
        proposal_or_404(request, pk)
        return self.decide(request, pk, decline_proposal, bind(shapes.DeclineInput, request))


def proposal_or_404(request: Request, pk: int) -> JointProposal:
    """The proposal inside the caller's scope; another scope's answers exactly like a missing one."""
    return or_404(with_places(request.user).filter(pk=pk).first())


def detail(request: Request, pk: int) -> dict[str, Any]:
    row = proposal_or_404(request, pk)
    decision = queries.decision(request.user, row)
    name = ""
    if row.state == STATES.OPEN and decision.may_decide:
        name = queries.suggested_name(row, [one.row for one in decision.members])
    return {
        **proposal_row(row),
        "run": str(row.run_id),
        "members": [member_row(one) for one in decision.members],
        "hidden_members": decision.hidden,
        "suggested_name": name,
        "may_decide": row.state == STATES.OPEN and decision.may_decide,
        "decline_reason": row.decline_reason,
        "decided_at": row.decided_at,
    }
