"""`demands`: raising, listing, reading, moving (contract.md, REST)."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chains.filters import refuse_unknown_codes
from portal.audit.idempotency import idempotent
from portal.kit.api import StrictJSONParser, UploadParser, bind, refuse_unknown_parameters, showing_current
from portal.kit.pagination import KeysetPagination
from portal.kit.problems import Invalid
from portal.kit.text import clean_line

from .. import actions
from ..actions.guard import actors_of, seen_case
from ..models import Demand
from ..queries import demands as queries
from ..queries.similar import similar
from ..rows import accepted, demand_detail, demand_row, moved_row, similar_rows
from ..rules import states
from . import answers, shapes
from .access import READER_PERMISSIONS

LIST_PARAMETERS = [
    OpenApiParameter("status", str, description=f"One or several by comma: {', '.join(states.Status.values)}."),
    OpenApiParameter("stage", str, enum=states.Stage.values),
    OpenApiParameter("department", str, description="Code; it leads, or helps now."),
    *(OpenApiParameter(name, str, description="Code.") for name in ("town", "chain", "element")),
    OpenApiParameter("enterprise", str, description="USCC."),
    OpenApiParameter("kind", str, enum=Demand.Kind.values),
    OpenApiParameter("urgency", str, enum=Demand.Urgency.values),
    OpenApiParameter("source", str, enum=Demand.Source.values),
    OpenApiParameter("light", str, enum=["green", "yellow", "red", "waiting"]),
    OpenApiParameter("overdue", str, enum=["1", "0", "true", "false"], description="Its running deadline has passed."),
    OpenApiParameter("open", str, enum=["1", "0", "true", "false"], description="Somebody still has to solve it."),
    OpenApiParameter("mine", str, enum=["1", "0", "true", "false"], description="Waits for something of the caller."),
    *(OpenApiParameter(name, str, description="Day of raising; it counts.") for name in ("from", "to")),
    OpenApiParameter("search", str, description="Number, title or enterprise."),
    OpenApiParameter("ordering", str, description="created_at, due_at, number; - for descending."),
    OpenApiParameter("page_size", int, description="1–200."),
    OpenApiParameter("cursor", str, description="Opaque; from next/previous."),
    OpenApiParameter("count", int, enum=[0, 1]),
]  # fmt: skip


class DemandListView(APIView):
    permission_classes = READER_PERMISSIONS
    parser_classes = (StrictJSONParser, UploadParser)
    orderings = queries.ORDERINGS

    @extend_schema(parameters=LIST_PARAMETERS, responses=answers.DemandPage, operation_id="demands_list")
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, queries.FILTERS)
        paginator = KeysetPagination()
        given = request.query_params.dict()
        rows = queries.with_names(queries.listed(request.user, given))
        page = paginator.paginate_queryset(rows, request, view=self)
        if not page:
            refuse_unknown_codes(given, queries.CODE_MODELS)
        return paginator.get_paginated_response([demand_row(row) for row in page])

    @extend_schema(
        request={"application/json": shapes.DemandInput, "multipart/form-data": shapes.DemandInput},
        responses={201: answers.DemandAccepted},
        operation_id="demands_create",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        scope = request.user.scope
        if not (scope.is_staff or scope.enterprises):
            raise PermissionDenied
        given = bind(shapes.DemandInput, request)
        uscc = given.pop("enterprise", "") or given.pop("uscc", "")
        given.pop("uscc", None)
        enterprise = queries.enterprise_for(request.user, uscc)
        if enterprise is None and uscc:
            raise NotFound(_("没有这家企业，或不在您的范围内。"))
        if enterprise is None:
            raise Invalid({"enterprise": _("请填写企业的统一社会信用代码。")})
        return Response(accepted(actions.submit(by=request.user, enterprise=enterprise, **given)), status=201)


class DemandView(APIView):
    permission_classes = READER_PERMISSIONS

    @extend_schema(responses=answers.DemandDetail, operation_id="demands_read")
    def get(self, request: Request, number: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(demand_detail(demand_or_404(request, number), request.user))

    @extend_schema(
        request=shapes.CorrectInput, responses=answers.DemandDetail, operation_id="demands_correct"
    )
    def patch(self, request: Request, number: str) -> Response:
        demand = demand_or_404(request, number)
        if actors_of(request.user, demand).isdisjoint(states.DISPATCHERS):
            raise PermissionDenied
        given = bind(shapes.CorrectInput, request)
        with showing_current(lambda: _row(request, number)):
            actions.correct(demand=demand, by=request.user, **given)
        return Response(demand_detail(demand_or_404(request, number), request.user))


# move → (its input, the action); the action gets what was bound.
MOVES: dict[str, tuple[type, Callable]] = {
    "accept": (shapes.MoveInput, actions.accept),
    "reject": (shapes.ReasonInput, actions.reject),
    "dispatch": (shapes.DispatchInput, actions.dispatch),
    "return": (shapes.ReasonInput, actions.send_back),
    "report": (shapes.TextInput, actions.report),
    "ask": (shapes.TextInput, actions.ask),
    "answer": (shapes.TextInput, actions.answer),
    "extend": (shapes.ExtendInput, actions.extend),
    "approve_extension": (shapes.ApproveInput, actions.approve_extension),
    "refuse_extension": (shapes.ReasonInput, actions.refuse_extension),
    "whistle": (shapes.WhistleInput, actions.whistle),
    "convene": (shapes.ConveneInput, lambda **given: _convene(**given)),
    "resolve": (shapes.ResolveInput, actions.resolve),
    "verify": (shapes.VerifyInput, actions.verify),
    "reopen": (shapes.ReasonInput, actions.reopen),
    "close": (shapes.MoveInput, actions.close),
    "withdraw": (shapes.ReasonInput, actions.withdraw),
    "merge": (shapes.MergeInput, lambda **given: _merge(**given)),
}


class DemandMoveView(APIView):
    """One move of the table of states; 409 with `open_moves` when it is closed."""

    @extend_schema(
        parameters=[OpenApiParameter("move", str, OpenApiParameter.PATH, enum=list(MOVES))],
        request=shapes.AnyDemandMoveInput,
        responses=answers.DemandMoved,
        operation_id="demands_move",
    )
    @idempotent
    def post(self, request: Request, number: str, move: str) -> Response:
        """The rights are asked before the input is read: who may never do it is told 403 whatever was sent."""
        if move not in MOVES:
            raise NotFound
        try:
            case = seen_case(clean_line(number), request.user)
        except Demand.DoesNotExist as error:
            raise NotFound from error
        if not states.may_ever(move, case.who):
            raise PermissionDenied
        shape, action = MOVES[move]
        given = bind(shape, request)
        with showing_current(lambda: _row(request, number)):
            moved = action(demand=case.demand, by=request.user, **given)
        return Response(moved_row(moved))


class DemandSimilarView(APIView):
    """Demands in scope that say nearly the same, for whoever is about to raise one."""

    permission_classes = READER_PERMISSIONS

    @extend_schema(
        parameters=[OpenApiParameter("title", str, required=True), OpenApiParameter("body", str)],
        responses=answers.SimilarRow(many=True),
        operation_id="demands_similar",
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, frozenset({"title", "body"}))
        given = {name: clean_line(request.query_params.get(name, ""))[:500] for name in ("title", "body")}
        rows = Demand.objects.visible_to(request.user)
        return Response(similar_rows(similar(rows, **given)))


class DemandBulkDispatchView(APIView):
    """Many demands to the same departments, each for itself."""

    @extend_schema(
        request=shapes.BulkDispatchInput,
        responses=answers.DispatchedRow(many=True),
        operation_id="demands_bulk_dispatch",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        if not request.user.scope.is_staff:
            raise PermissionDenied
        given = bind(shapes.BulkDispatchInput, request)
        given["demands"] = queries.to_dispatch(request.user, given["demands"])
        found = actions.bulk_dispatch(by=request.user, **given)
        return Response(
            [{"number": one.number, "dispatched": not one.problem, "problem": one.problem} for one in found]
        )


def demand_or_404(request: Request, number: str) -> Demand:
    """The demand inside the caller's scope; another scope's answers exactly like a missing one."""
    try:
        return queries.demand_for(request.user, number)
    except Demand.DoesNotExist as error:
        raise NotFound from error


def _row(request: Request, number: str) -> dict:
    return demand_row(demand_or_404(request, number))


def _convene(*, attendance: list[dict], resolutions: list[dict], **given) -> Demand:
    return actions.convene(
        attendance=[actions.Came(**one) for one in attendance],
        resolutions=[actions.Task(**one) for one in resolutions],
        **given,
    )


def _merge(*, into: str, by, **given) -> Demand:
    try:
        target = queries.known_for(by, into)
    except Demand.DoesNotExist as error:
        sentence = _("没有编号为“%(number)s”的诉求，或不在您的范围内。") % {"number": into}
        raise Invalid({"into": sentence}) from error
    return actions.merge(into=target, by=by, **given)
