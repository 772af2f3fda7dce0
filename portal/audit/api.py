"""The audit trail for programs: the same reads as the pages, for the same roles."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.kit.api import StrictSerializer, refuse_unknown_parameters
from portal.kit.pagination import KeysetPagination

from .history import history_page
from .queries import personal_views, tracked_row


class IsBureau(BasePermission):
    """The audit trail is read by the bureau and the administrator."""

    def has_permission(self, request: Request, view) -> bool:
        return request.user.scope.is_bureau


class ChangeOutput(serializers.Serializer):
    label = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()


class HistoryOutput(serializers.Serializer):
    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    who = serializers.CharField()
    source = serializers.CharField()
    action = serializers.CharField()
    changes = ChangeOutput(many=True)


class HistoryPageOutput(serializers.Serializer):
    results = HistoryOutput(many=True)
    older = serializers.IntegerField(allow_null=True, help_text="Send it as `before` to go on.")


class HistoryInput(StrictSerializer):
    before = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False)
    page_size = serializers.IntegerField(min_value=1, max_value=200, default=50)


class HistoryView(APIView):
    permission_classes = (IsAuthenticated, IsBureau)

    @extend_schema(
        operation_id="history_list",
        summary="A row's history in words, newest first; personal values never appear",
        parameters=[HistoryInput],
        responses={200: HistoryPageOutput},
    )
    def get(self, request: Request, model: str, key: str) -> Response:
        given = HistoryInput(data=request.query_params.dict())
        given.is_valid(raise_exception=True)
        row = tracked_row(request.user, model, key)
        page = history_page(
            row, limit=given.validated_data["page_size"], before=given.validated_data.get("before")
        )
        results = [
            {
                "id": entry.id,
                "at": entry.at,
                "who": entry.who,
                "source": entry.source,
                "action": str(entry.action),
                "changes": [change._asdict() for change in entry.changes],
            }
            for entry in page.entries
        ]
        return Response({"results": results, "older": page.older})


class PersonalViewInput(serializers.Serializer):
    search = serializers.CharField(max_length=60, required=False, allow_blank=True)
    viewer = serializers.CharField(max_length=150, required=False, allow_blank=True)
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)


class PersonalViewOutput(serializers.Serializer):
    seen_at = serializers.DateTimeField()
    user = serializers.CharField(help_text="User name.")
    model = serializers.CharField()
    object_key = serializers.CharField()
    object_name = serializers.CharField()
    field = serializers.CharField()
    reason = serializers.CharField()
    address = serializers.CharField(allow_null=True)


class PersonalViewList(APIView):
    permission_classes = (IsAuthenticated, IsBureau)
    orderings = ("-seen_at",)
    pagination_class = KeysetPagination

    @extend_schema(
        operation_id="personal_views_list",
        summary="Who looked at which personal field",
        parameters=[
            PersonalViewInput,
            *(OpenApiParameter(name, str) for name in ("cursor", "page_size", "count", "ordering")),
        ],
        responses={200: PersonalViewOutput(many=True)},
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, set(PersonalViewInput().fields))
        given = PersonalViewInput(data=request.query_params)
        given.is_valid(raise_exception=True)
        rows = personal_views(request.user, **given.validated_data)
        paginator = self.pagination_class()
        page = paginator.paginate_queryset(rows, request, self)
        return paginator.get_paginated_response(
            [
                {
                    "seen_at": view.seen_at,
                    "user": view.user.username,
                    "model": view.model,
                    "object_key": view.object_key,
                    "object_name": view.object_name,
                    "field": view.field,
                    "reason": view.reason,
                    "address": view.address,
                }
                for view in page
            ]
        )
