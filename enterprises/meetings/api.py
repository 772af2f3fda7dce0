"""`alliance-meetings`: recorded, read, corrected, withdrawn; what they resolved."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chains.alliances.queries import alliance_for
from chains.party.api.access import given_organization
from portal.audit.idempotency import idempotent
from portal.kit.api import StrictSerializer, answered, bind, refuse_unknown_parameters, showing_current
from portal.kit.problems import Invalid, or_404

from ..cobuilding.api.access import given_enterprises
from ..cobuilding.models import AllianceMember
from ..registry.api.fields import CodeField
from . import actions, queries, rules
from .models import AllianceMeeting
from .rows import meeting_row, meeting_rows

VERSION = {"min_value": 1, "max_value": 2**31 - 1}


class AllianceTaskInput(StrictSerializer):
    """Something resolved, who does it, until when."""

    text = serializers.CharField(max_length=rules.MAX_TASK)
    owner = serializers.CharField(max_length=rules.MAX_OWNER)
    due_on = serializers.DateField()


class AllianceMeetingChange(StrictSerializer):
    """A change: `version` is the one that was read; only what is given changes. `attended`: USCCs of the members that
    came, all of them."""

    version = serializers.IntegerField(**VERSION)
    kind = CodeField(choices=AllianceMeeting.Kind.choices, required=False)
    topic = serializers.CharField(max_length=rules.MAX_TOPIC, required=False)
    held_on = serializers.DateField(required=False)
    place = serializers.CharField(max_length=rules.MAX_PLACE, required=False, allow_blank=True)
    chair = serializers.CharField(max_length=32, required=False)
    attended = serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=1_000, required=False
    )
    guests = serializers.CharField(max_length=rules.MAX_GUESTS, required=False, allow_blank=True)
    minutes = serializers.CharField(max_length=rules.MAX_MINUTES, required=False, allow_blank=True)


class AllianceMeetingInput(AllianceMeetingChange):
    """A new meeting of an alliance (its code). Without `chair` (an organisation's code) that day's rotating chair."""

    version = None
    alliance = serializers.CharField(max_length=32)
    topic = serializers.CharField(max_length=rules.MAX_TOPIC)
    held_on = serializers.DateField()
    tasks = AllianceTaskInput(many=True, required=False, max_length=rules.MAX_TASKS)


class AllianceMeetingCancel(StrictSerializer):
    version = serializers.IntegerField(**VERSION)
    reason = serializers.CharField(max_length=rules.MAX_REASON)


class AllianceTaskDone(StrictSerializer):
    """`version` is the resolution's own."""

    version = serializers.IntegerField(**VERSION)
    done_on = serializers.DateField()
    result = serializers.CharField(max_length=rules.MAX_REASON)


class AllianceAttendeeRow(serializers.Serializer):
    """A member that came. `has_page`: the caller may read its portrait."""

    enterprise = serializers.CharField()
    enterprise_name = serializers.CharField()
    has_page = serializers.BooleanField()


class AllianceTaskRow(serializers.Serializer):
    id = serializers.IntegerField()
    text = serializers.CharField()
    owner = serializers.CharField()
    due_on = serializers.DateField()
    done_on = serializers.DateField(allow_null=True)
    result = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(choices=list(rules.LABELS))
    status_label = serializers.CharField()
    version = serializers.IntegerField()


class AllianceMeetingRow(serializers.Serializer):
    """A meeting. `came` of `invited` members; `minutes` is null for who may not read them."""

    number = serializers.CharField()
    alliance = serializers.CharField()
    alliance_name = serializers.CharField()
    town = serializers.CharField(allow_null=True)
    town_name = serializers.CharField(allow_blank=True)
    chain = serializers.CharField(allow_null=True)
    chain_name = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(choices=AllianceMeeting.Kind.choices)
    kind_label = serializers.CharField()
    topic = serializers.CharField()
    held_on = serializers.DateField()
    place = serializers.CharField(allow_blank=True)
    chair = serializers.CharField()
    chair_name = serializers.CharField()
    guests = serializers.CharField(allow_blank=True)
    minutes = serializers.CharField(allow_null=True, allow_blank=True)
    attended = AllianceAttendeeRow(many=True)
    came = serializers.IntegerField()
    invited = serializers.IntegerField()
    tasks = AllianceTaskRow(many=True)
    open_tasks = serializers.IntegerField()
    cancelled = serializers.BooleanField()
    cancel_reason = serializers.CharField(allow_blank=True)
    recorded_by = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    may_change = serializers.BooleanField()
    version = serializers.IntegerField()


class MeetingListView(GenericAPIView):
    serializer_class = AllianceMeetingRow
    orderings = ("-held_on", "held_on", "number")

    @extend_schema(
        parameters=[
            *(OpenApiParameter(name, str, description="A code.") for name in ("alliance", "town", "chain")),
            OpenApiParameter("kind", str, enum=AllianceMeeting.Kind.values),
            OpenApiParameter("open", int, enum=[1], description="Something resolved is not done."),
            OpenApiParameter("search", str, description="Part of the topic, or the number."),
        ],
        operation_id="alliance_meetings_list",
        responses=AllianceMeetingRow(many=True),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, queries.FILTERS)
        filters = {name: request.query_params.get(name, "") for name in (*queries.FILTERS, "search")}
        page = self.paginate_queryset(queries.listed(request.user, filters))
        return self.get_paginated_response(meeting_rows(page, request.user))

    @extend_schema(
        request=AllianceMeetingInput,
        responses={201: AllianceMeetingRow},
        operation_id="alliance_meetings_record",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        if not rules.can_keep_any(request.user):
            raise PermissionDenied
        given = bind(AllianceMeetingInput, request)
        code = given.pop("alliance")
        alliance = alliance_for(request.user, code)
        if alliance is None:
            raise Invalid({"alliance": _("没有编号为“%(code)s”的党建联盟。") % {"code": code}})
        row = actions.record_meeting(alliance=alliance, by=request.user, **_rows(request, alliance, given))
        return Response(_detail(request, row.number), status=201)


class MeetingView(APIView):
    @extend_schema(responses=AllianceMeetingRow, operation_id="alliance_meetings_read")
    def get(self, request: Request, number: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(_detail(request, number))

    @extend_schema(
        request=AllianceMeetingChange, responses=AllianceMeetingRow, operation_id="alliance_meetings_change"
    )
    def patch(self, request: Request, number: str) -> Response:
        row = _managed(request, number)
        given = _rows(request, row.alliance, bind(AllianceMeetingChange, request))
        version = given.pop("version")
        return answered(
            lambda: actions.change_meeting(meeting=row, by=request.user, version=version, changes=given),
            lambda: _detail(request, number),
        )


class MeetingCancelView(APIView):
    @extend_schema(
        request=AllianceMeetingCancel, responses=AllianceMeetingRow, operation_id="alliance_meetings_cancel"
    )
    def post(self, request: Request, number: str) -> Response:
        row = _managed(request, number)
        return answered(
            lambda: actions.cancel_meeting(
                meeting=row, by=request.user, **bind(AllianceMeetingCancel, request)
            ),
            lambda: _detail(request, number),
        )


class TaskListView(APIView):
    @extend_schema(
        request=AllianceTaskInput,
        responses={201: AllianceMeetingRow},
        operation_id="alliance_meetings_resolve",
    )
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        row = _managed(request, number)
        with showing_current(lambda: _detail(request, number)):
            actions.add_task(meeting=row, by=request.user, **bind(AllianceTaskInput, request))
        return Response(_detail(request, number), status=201)


class TaskDoneView(APIView):
    @extend_schema(
        request=AllianceTaskDone, responses=AllianceMeetingRow, operation_id="alliance_meetings_done"
    )
    def post(self, request: Request, number: str, pk: int) -> Response:
        task = or_404(queries.task_of(_managed(request, number), pk))
        return answered(
            lambda: actions.finish_task(task=task, by=request.user, **bind(AllianceTaskDone, request)),
            lambda: _detail(request, number),
        )


def _rows(request: Request, alliance, given: dict) -> dict:
    """Codes of a body as rows. Raises Invalid (400) for an unknown organisation, or who is no member."""
    if "chair" in given:
        given["chair"] = given_organization(request, given["chair"], "chair")
    if "attended" in given:
        found = given_enterprises(request, given["attended"], "attended")
        places = AllianceMember.objects.filter(alliance=alliance, enterprise__in=found)
        latest = {one.enterprise_id: one for one in places.select_related("enterprise").order_by("joined_on")}
        if strange := [one.name for one in found if one.pk not in latest]:
            names = "、".join(strange[:5])
            raise Invalid({"attended": _("不是联盟成员：%(names)s。") % {"names": names}})
        given["attended"] = [latest[one.pk] for one in found]
    return given


def _managed(request: Request, number: str) -> AllianceMeeting:
    """The meeting of the address, for who keeps it; 404 outside the scope, 403 for who only reads."""
    row = or_404(queries.meeting_for(request.user, number))
    if not rules.can_keep(request.user, town_id=row.alliance.town_id, district_id=row.district_id):
        raise PermissionDenied
    return row


def _detail(request: Request, number: str) -> dict:
    return meeting_row(or_404(queries.meeting_for(request.user, number)), request.user)
