"""`chains/{code}/plan` (一链一方案) and its milestones."""

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.api import answered, bind, refuse_unknown_parameters, showing_current
from portal.kit.problems import or_404

from .. import actions, queries
from ..models import Chain, ChainPlan
from .access import chain_or_404, managed_chain
from .segments import VersionInput
from .serializers import MilestoneChange, MilestoneInput, MilestoneRow, PlanInput, PlanRow


class PlanView(APIView):
    """A chain's plan, with its milestones: overdue ones first. 404 while there is none; PUT writes it whole."""

    @extend_schema(responses=PlanRow, operation_id="chains_plan_read")
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(_plan_row(request, _plan(request, chain_or_404(request, code))))

    @extend_schema(
        request=PlanInput, responses={200: PlanRow, 201: PlanRow}, operation_id="chains_plan_write"
    )
    def put(self, request: Request, code: str) -> Response:
        chain = managed_chain(request, code)
        given = {"goals": "", "paths": "", "measures": "", **bind(PlanInput, request)}
        version = given.pop("version")
        with showing_current(lambda: _current(request, chain)):
            plan = actions.save_plan(chain=chain, by=request.user, version=version, changes=given)
        return Response(_plan_row(request, plan), status=201 if version == 0 else 200)


class MilestoneListView(APIView):
    @extend_schema(responses=MilestoneRow(many=True), operation_id="chains_milestones_list")
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        plan = _plan(request, chain_or_404(request, code))
        return Response(MilestoneRow(queries.milestones(request.user, plan), many=True).data)

    @extend_schema(
        request=MilestoneInput, responses={201: MilestoneRow}, operation_id="chains_milestones_create"
    )
    @idempotent
    def post(self, request: Request, code: str) -> Response:
        plan = _plan(request, managed_chain(request, code))
        milestone = actions.add_milestone(plan=plan, by=request.user, **bind(MilestoneInput, request))
        return Response(_milestone_row(request, plan, milestone.pk), status=201)


class MilestoneView(APIView):
    @extend_schema(request=MilestoneChange, responses=MilestoneRow, operation_id="chains_milestones_change")
    def patch(self, request: Request, code: str, pk: int) -> Response:
        plan = _plan(request, managed_chain(request, code))
        milestone = _milestone(request, plan, pk)
        given = bind(MilestoneChange, request)
        version = given.pop("version")
        return answered(
            lambda: actions.update_milestone(
                milestone=milestone, by=request.user, version=version, changes=given
            ),
            lambda: _milestone_row(request, plan, pk),
        )

    @extend_schema(parameters=[VersionInput], responses={204: None}, operation_id="chains_milestones_remove")
    def delete(self, request: Request, code: str, pk: int) -> Response:
        refuse_unknown_parameters(request, frozenset({"version"}))
        plan = _plan(request, managed_chain(request, code))
        milestone = _milestone(request, plan, pk)
        asked = VersionInput(data=request.query_params)
        asked.is_valid(raise_exception=True)
        with showing_current(lambda: _milestone_row(request, plan, pk)):
            actions.remove_milestone(
                milestone=milestone, by=request.user, version=asked.validated_data["version"]
            )
        return Response(status=204)


def _plan(request: Request, chain: Chain) -> ChainPlan:
    return or_404(queries.plan_of(request.user, chain))


def _plan_row(request: Request, plan: ChainPlan) -> dict:
    plan.listed_milestones = queries.milestones(request.user, plan)
    return PlanRow(plan).data


def _current(request: Request, chain: Chain) -> dict | None:
    plan = queries.plan_of(request.user, chain)
    return _plan_row(request, plan) if plan else None


def _milestone(request: Request, plan: ChainPlan, pk: int):
    for milestone in queries.milestones(request.user, plan):
        if milestone.pk == pk:
            return milestone
    raise NotFound


def _milestone_row(request: Request, plan: ChainPlan, pk: int) -> dict:
    return MilestoneRow(_milestone(request, plan, pk)).data
