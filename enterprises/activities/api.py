"""`activities` and `activities/{number}`: translate HTTP, call a query or an action."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.api import StrictSerializer, answered, bind, refuse_unknown_parameters
from portal.kit.problems import Invalid, or_404

from ..registry.api.fields import CodeField
from . import queries, rules
from .actions import record_activity, update_activity
from .models import Activity
from .rows import activity_row, activity_rows


class ActivityInput(StrictSerializer):
    """An activity of an organisation (by code). `status` is `held` or `planned`."""

    organization = serializers.CharField(max_length=32)
    kind = CodeField(choices=Activity.Kind.choices)
    title = serializers.CharField(max_length=120)
    held_on = serializers.DateField()
    place = serializers.CharField(max_length=120, required=False, allow_blank=True)
    status = CodeField(choices=Activity.Status.choices, default=Activity.Status.HELD)
    attendances = serializers.IntegerField(
        min_value=0, max_value=rules.MAX_ATTENDANCES, required=False, allow_null=True
    )
    summary = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class ActivityChange(StrictSerializer):
    """A change: `version` is the one that was read; `status` makes a plan `held`, or `cancelled`."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    kind = CodeField(choices=Activity.Kind.choices, required=False)
    title = serializers.CharField(max_length=120, required=False)
    held_on = serializers.DateField(required=False)
    place = serializers.CharField(max_length=120, required=False, allow_blank=True)
    status = CodeField(choices=Activity.Status.choices, required=False)
    attendances = serializers.IntegerField(
        min_value=0, max_value=rules.MAX_ATTENDANCES, required=False, allow_null=True
    )
    summary = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class ActivityRow(serializers.Serializer):
    number = serializers.CharField()
    organization = serializers.CharField()
    organization_name = serializers.CharField()
    town = serializers.CharField(allow_null=True)
    town_name = serializers.CharField(allow_null=True)
    chain = serializers.CharField(allow_null=True)
    chain_name = serializers.CharField(allow_null=True)
    kind = serializers.ChoiceField(choices=Activity.Kind.choices)
    kind_label = serializers.CharField()
    title = serializers.CharField()
    held_on = serializers.DateField()
    place = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(choices=Activity.Status.choices)
    status_label = serializers.CharField()
    attendances = serializers.IntegerField(allow_null=True)
    summary = serializers.CharField(allow_blank=True)
    recorded_by = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField()


class ActivityListView(GenericAPIView):
    serializer_class = ActivityRow
    orderings = queries.ORDERINGS

    @extend_schema(
        parameters=[
            *(OpenApiParameter(name, str) for name in ("town", "chain", "organization")),
            OpenApiParameter("kind", str, enum=Activity.Kind.values),
            OpenApiParameter("status", str, enum=Activity.Status.values),
            *(OpenApiParameter(name, str, description="A day; it counts.") for name in ("from", "to")),
            OpenApiParameter("search", str, description="Part of title or organisation, or the number."),
        ],
        operation_id="activities_list",
        responses=ActivityRow(many=True),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, queries.FILTERS)
        filters = {name: request.query_params.get(name, "") for name in (*queries.FILTERS, "search")}
        page = self.paginate_queryset(queries.listed(request.user, filters))
        if not page:
            queries.refuse_unknown_codes(filters)
        return self.get_paginated_response(activity_rows(page, request.user))

    @extend_schema(request=ActivityInput, responses={201: ActivityRow}, operation_id="activities_record")
    @idempotent
    def post(self, request: Request) -> Response:
        if not rules.can_record_any(request.user):
            raise PermissionDenied
        given = bind(ActivityInput, request)
        code = given.pop("organization")
        organization = queries.recordable(request.user).filter(code=code).first()
        if organization is None:
            raise Invalid(
                {"organization": _("没有您可以登记活动、编号为“%(code)s”的党组织。") % {"code": code}}
            )
        row = record_activity(organization=organization, by=request.user, **given)
        return Response(_detail(request, row.number), status=201)


class ActivityView(APIView):
    @extend_schema(responses=ActivityRow, operation_id="activities_read")
    def get(self, request: Request, number: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(_detail(request, number))

    @extend_schema(request=ActivityChange, responses=ActivityRow, operation_id="activities_change")
    def patch(self, request: Request, number: str) -> Response:
        activity = _activity(request, number)
        if not queries.may_record(request.user, activity.organization):
            raise PermissionDenied
        given = bind(ActivityChange, request)
        return answered(
            lambda: update_activity(
                activity=activity, by=request.user, version=given.pop("version"), changes=given
            ),
            lambda: _detail(request, number),
        )


def _activity(request: Request, number: str) -> Activity:
    return or_404(queries.activity_for(request.user, number))


def _detail(request: Request, number: str) -> dict:
    return activity_row(_activity(request, number), request.user)
