"""`integration-projects` and `integration-projects/{number}`: translate HTTP, call a query or an action."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chains.industry.models import Chain
from portal.audit.idempotency import idempotent
from portal.kit.api import StrictSerializer, answered, bind, refuse_unknown_parameters
from portal.kit.problems import Invalid, or_404
from portal.territory.models import Town

from ..registry.api.fields import ByCode, CodeField
from . import queries, rules
from .actions import record_project, update_project
from .models import IntegrationProject
from .rows import project_row, project_rows

KINDS = IntegrationProject
VERSION = {"min_value": 1, "max_value": 2**31 - 1}
COUNT = {"min_value": 0, "max_value": rules.MOST, "required": False}


class ProjectChange(StrictSerializer):
    """A change: `version` is the one that was read; `status` finishes (with `finished_on`) or stops a project."""

    version = serializers.IntegerField(**VERSION)
    title = serializers.CharField(max_length=120, required=False)
    subject = CodeField(choices=KINDS.Subject.choices, required=False)
    direction = CodeField(choices=KINDS.Direction.choices, required=False)
    carriers = serializers.CharField(max_length=200, required=False, allow_blank=True)
    uscc = serializers.CharField(max_length=18, required=False, allow_null=True)
    organization = serializers.CharField(max_length=32, required=False, allow_null=True)
    chain = ByCode(queryset=Chain.objects.all(), required=False, allow_null=True)
    town = ByCode(queryset=Town.objects.select_related("district"), required=False)
    started_on = serializers.DateField(required=False)
    finished_on = serializers.DateField(required=False, allow_null=True)
    status = CodeField(choices=KINDS.Status.choices, required=False)
    participants = serializers.IntegerField(**COUNT)
    patents = serializers.IntegerField(**COUNT)
    summary = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class ProjectInput(ProjectChange):
    """A project, led by an enterprise (`uscc`), an organisation (its code) or both. Without `town` it is the lead's."""

    version = None
    title = serializers.CharField(max_length=120)
    subject = CodeField(choices=KINDS.Subject.choices)
    direction = CodeField(choices=KINDS.Direction.choices)
    started_on = serializers.DateField()


class ProjectRow(serializers.Serializer):
    number = serializers.CharField()
    title = serializers.CharField()
    subject = serializers.ChoiceField(choices=KINDS.Subject.choices)
    subject_label = serializers.CharField()
    direction = serializers.ChoiceField(choices=KINDS.Direction.choices)
    direction_label = serializers.CharField()
    carriers = serializers.CharField(allow_blank=True)
    uscc = serializers.CharField(allow_null=True)
    enterprise_name = serializers.CharField(allow_blank=True)
    organization = serializers.CharField(allow_null=True)
    organization_name = serializers.CharField(allow_blank=True)
    town = serializers.CharField()
    town_name = serializers.CharField()
    chain = serializers.CharField(allow_null=True)
    chain_name = serializers.CharField(allow_null=True)
    started_on = serializers.DateField()
    finished_on = serializers.DateField(allow_null=True)
    status = serializers.ChoiceField(choices=KINDS.Status.choices)
    status_label = serializers.CharField()
    participants = serializers.IntegerField()
    patents = serializers.IntegerField()
    summary = serializers.CharField(allow_blank=True)
    recorded_by = serializers.CharField(allow_blank=True)
    may_change = serializers.BooleanField()
    version = serializers.IntegerField()


class ProjectListView(GenericAPIView):
    serializer_class = ProjectRow
    orderings = queries.ORDERINGS

    @extend_schema(
        parameters=[
            *(OpenApiParameter(name, str) for name in ("town", "chain", "uscc", "organization")),
            *(OpenApiParameter(name, str, enum=list(values)) for name, values in queries.CHOICES.items()),
            *(
                OpenApiParameter(name, str, description="A day of finishing; it counts.")
                for name in ("from", "to")
            ),
            OpenApiParameter("search", str, description="Part of title or lead, or the number."),
        ],
        operation_id="integration_projects_list",
        responses=ProjectRow(many=True),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, queries.FILTERS)
        filters = {name: request.query_params.get(name, "") for name in (*queries.FILTERS, "search")}
        page = self.paginate_queryset(queries.listed(request.user, filters))
        if not page:
            queries.refuse_unknown_codes(filters)
        return self.get_paginated_response(project_rows(page, request.user))

    @extend_schema(
        request=ProjectInput, responses={201: ProjectRow}, operation_id="integration_projects_record"
    )
    @idempotent
    def post(self, request: Request) -> Response:
        if not request.user.scope.is_staff:
            raise PermissionDenied
        given = _named(request, bind(ProjectInput, request))
        row = record_project(by=request.user, **given)
        return Response(_detail(request, row.number), status=201)


class ProjectView(APIView):
    @extend_schema(responses=ProjectRow, operation_id="integration_projects_read")
    def get(self, request: Request, number: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(_detail(request, number))

    @extend_schema(request=ProjectChange, responses=ProjectRow, operation_id="integration_projects_change")
    def patch(self, request: Request, number: str) -> Response:
        row = _project(request, number)
        if not rules.can_keep(request.user, town_id=row.town_id, district_id=row.district_id):
            raise PermissionDenied
        given = _named(request, bind(ProjectChange, request))
        version = given.pop("version")
        return answered(
            lambda: update_project(project=row, by=request.user, version=version, changes=given),
            lambda: _detail(request, number),
        )


def _named(request: Request, given: dict[str, Any]) -> dict[str, Any]:
    """The input with the rows that it names. Raises Invalid for one that the caller does not see."""
    given = dict(given)
    finders = {
        "uscc": ("enterprise", queries.enterprise_named),
        "organization": ("organization", queries.organization_named),
    }
    for name, (field, find) in finders.items():
        if name in given:
            text = given.pop(name)
            given[field] = find(request.user, text) if text else None
            if text and given[field] is None:
                raise Invalid({name: _("没有找到“%(text)s”，请核对。") % {"text": text}})
    return given


def _project(request: Request, number: str) -> IntegrationProject:
    return or_404(queries.project_for(request.user, number))


def _detail(request: Request, number: str) -> dict[str, Any]:
    return project_row(_project(request, number), request.user)
