"""`visits`: the list, recording one with its findings, one with the demands that came of it, its note corrected."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chains.filters import refuse_unknown_codes
from enterprises.outreach.queries.instructors import instructors
from enterprises.registry.models import Enterprise
from enterprises.registry.rules import clean_uscc
from portal.audit.idempotency import idempotent
from portal.kit.api import answered, bind, refuse_unknown_parameters
from portal.kit.problems import Invalid, or_404

from .. import actions, queries, rules
from ..models import Visit
from ..queries.visits import coded
from ..rows import visit_detail, visit_rows
from . import serializers as shapes


def visit_or_404(request: Request, number: str) -> Visit:
    """The visit of the address; 403 for who never reads one, 404 outside the scope."""
    _require_reader(request)
    return or_404(queries.visit_for(request.user, number))


def detail_of(request: Request, number: str) -> dict[str, Any]:
    row = visit_or_404(request, number)
    return visit_detail(row, request.user, queries.findings_of(request.user, row))


class VisitListView(GenericAPIView):
    serializer_class = shapes.VisitRow
    orderings = queries.ORDERINGS

    @extend_schema(
        parameters=[
            *(OpenApiParameter(name, str, description="Code.") for name in ("town", "chain", "campaign", "project")),
            OpenApiParameter("enterprise", str, description="USCC."),
            OpenApiParameter("method", str, enum=Visit.Method.values),
            *(OpenApiParameter(name, str, description="A day; it counts.") for name in ("from", "to")),
            OpenApiParameter("findings", str, enum=["1", "0", "open"]),
            OpenApiParameter("search", str, description="Number, USCC, or part of the name."),
        ],
        operation_id="visits_list",
        responses=shapes.VisitRow(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        _require_reader(request)
        refuse_unknown_parameters(request, queries.FILTERS)
        given = {name: request.query_params.get(name, "") for name in (*queries.FILTERS, "search")}
        page = self.paginate_queryset(queries.listed(request.user, given))
        if not page:
            refuse_unknown_codes(given, coded(request.user))
        return self.get_paginated_response(visit_rows(page, request.user))

    @extend_schema(
        request=shapes.VisitInput, responses={201: shapes.VisitDetail}, operation_id="visits_record"
    )
    @idempotent
    def post(self, request: Request) -> Response:
        if not rules.can_record_any(request.user):
            raise PermissionDenied
        visit = actions.record_visit(by=request.user, **_named(request, bind(shapes.VisitInput, request)))
        return Response(detail_of(request, visit.number), status=201)


class VisitView(APIView):
    @extend_schema(responses=shapes.VisitDetail, operation_id="visits_read")
    def get(self, request: Request, number: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(detail_of(request, number))

    @extend_schema(request=shapes.VisitChange, responses=shapes.VisitDetail, operation_id="visits_correct")
    def patch(self, request: Request, number: str) -> Response:
        visit = visit_or_404(request, number)
        if not rules.can_correct(request.user, visit):
            raise PermissionDenied
        return answered(
            lambda: actions.correct_note(visit=visit, by=request.user, **bind(shapes.VisitChange, request)),
            lambda: detail_of(request, number),
        )


def _require_reader(request: Request) -> None:
    if not rules.can_read(request.user):
        raise PermissionDenied


def _named(request: Request, given: dict[str, Any]) -> dict[str, Any]:
    """The rows that a body names; what is outside the scope is told like what does not exist."""
    user, missing = request.user, {}
    given.setdefault("method", Visit.Method.ONSITE)
    if uscc := given.pop("uscc", ""):
        given["enterprise"] = Enterprise.objects.visible_to(user).filter(uscc=clean_uscc(uscc)).first()
        if given["enterprise"] is None:
            missing["uscc"] = _("没有找到企业：%(codes)s。") % {"codes": uscc}
    if code := given.get("project"):
        given["project"] = queries.project_for(user, code)
        if given["project"] is None:
            missing["project"] = _("没有编号为“%(code)s”的项目。") % {"code": code}
    if code := given.get("instructor"):
        given["instructor"] = instructors(user).filter(code=code).first()
        if given["instructor"] is None:
            missing["instructor"] = _("没有编号为“%(code)s”的指导员。") % {"code": code}
    if code := given.get("campaign"):
        given["campaign"] = queries.campaign_for(user, code)
        if given["campaign"] is None:
            missing["campaign"] = _("没有代码为“%(code)s”的走访行动。") % {"code": code}
    if missing:
        raise Invalid(missing)
    return given
