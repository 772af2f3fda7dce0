"""`notices`, `notice-preference` and `deliveries`: translate HTTP, call an action or query, nothing else."""

import uuid

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.kit.api import bind, refuse_unknown_parameters
from portal.kit.pagination import KeysetPagination
from portal.kit.problems import Invalid, or_404

from . import actions, queries, rules
from . import serializers as shapes
from .models import Channel, Delivery

NOTHING: frozenset[str] = frozenset()


class NoticeListView(APIView):
    """The own inbox, newest first. `?unread=1&count=1&page_size=1` tells how many wait."""

    orderings = ("-created_at",)

    @extend_schema(
        operation_id="notices_list",
        parameters=[OpenApiParameter("unread", int, enum=[0, 1])],
        responses=shapes.NoticePage,
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, {"unread"})
        unread = _choice(request, "unread", ("0", "1"))
        rows = queries.inbox(request.user, unread=unread == "1" if unread else None)
        return _page(self, request, rows, shapes.NoticeRow)


class NoticeReadView(APIView):
    """One message has been read."""

    @extend_schema(operation_id="notices_read", request=None, responses=shapes.NoticeRow)
    def post(self, request: Request, pk: int) -> Response:
        notice = or_404(queries.inbox(request.user).filter(pk=pk).first())
        return Response(shapes.NoticeRow(actions.mark_read(notice=notice, by=request.user)).data)


class NoticeReadAllView(APIView):
    """The whole inbox has been read."""

    @extend_schema(operation_id="notices_read_all", request=None, responses=shapes.ReadAll)
    def post(self, request: Request) -> Response:
        return Response({"read": actions.mark_all_read(by=request.user)})


class PreferenceView(APIView):
    """How the caller is told besides the inbox."""

    @extend_schema(operation_id="notice_preference_read", responses=shapes.PreferenceRow)
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, NOTHING)
        return Response(shapes.PreferenceRow(queries.preference_of(request.user)).data)

    @extend_schema(
        operation_id="notice_preference_change",
        request=shapes.PreferenceInput,
        responses=shapes.PreferenceRow,
    )
    def patch(self, request: Request) -> Response:
        row = actions.set_preference(user=request.user, **bind(shapes.PreferenceInput, request))
        return Response(shapes.PreferenceRow(row).data)


class DeliveryListView(APIView):
    """Messages on their way to people of the district, addresses masked. For the bureau."""

    orderings = ("-next_attempt_at",)

    @extend_schema(
        operation_id="deliveries_list",
        parameters=[
            OpenApiParameter("state", str, enum=Delivery.State.values),
            OpenApiParameter("channel", str, enum=Channel.values),
        ],
        responses=shapes.DeliveryPage,
    )
    def get(self, request: Request) -> Response:
        if not rules.can_look_after_deliveries(request.user):
            raise PermissionDenied
        refuse_unknown_parameters(request, {"state", "channel"})
        rows = queries.deliveries(
            request.user,
            state=_choice(request, "state", Delivery.State.values),
            channel=_choice(request, "channel", Channel.values),
        )
        return _page(self, request, rows, shapes.DeliveryRow)


class DeliveryRetryView(APIView):
    """A message is to be tried again at once. 409 when it was sent, is just being sent, or is older than 7 days."""

    @extend_schema(operation_id="deliveries_retry", request=None, responses=shapes.DeliveryRow)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        if not rules.can_look_after_deliveries(request.user):
            raise PermissionDenied
        delivery = or_404(queries.deliveries(request.user).filter(pk=pk).first())
        delivery = actions.retry_delivery(delivery=delivery, by=request.user)
        return Response(shapes.DeliveryRow(delivery).data)


def _page(view: APIView, request: Request, rows, shape) -> Response:
    paginator = KeysetPagination()
    return paginator.get_paginated_response(
        shape(paginator.paginate_queryset(rows, request, view=view), many=True).data
    )


def _choice(request: Request, name: str, allowed) -> str:
    """A filter's value, empty when it is not given. Raises Invalid for a value that is none."""
    value = request.query_params.get(name, "")
    if value and value not in allowed:
        raise Invalid({name: _("应为这些值之一：%(values)s。") % {"values": "、".join(allowed)}})
    return value
