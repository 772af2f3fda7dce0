"""`enterprises/{uscc}/places`: where an enterprise stands on chains, taking a place, changing it, leaving."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chains.industry.models import Chain, Segment
from portal.audit.idempotency import idempotent
from portal.kit.api import StrictSerializer, bind, refuse_unknown_parameters
from portal.kit.problems import Conflict, Invalid, or_404

from .. import actions, rules
from ..models import ChainMembership, Enterprise
from ..queries import open_place, place_rows
from .fields import ByCode, CodeField
from .views import enterprise_or_404


class PlaceOut(serializers.Serializer):
    """A place on a chain, open while `ended_on` is null."""

    chain = serializers.CharField(help_text="Chain code.")
    chain_name = serializers.CharField()
    segment = serializers.CharField(allow_null=True, help_text="Segment code.")
    segment_name = serializers.CharField(allow_null=True)
    role = serializers.ChoiceField(choices=ChainMembership.Role.choices)
    role_label = serializers.CharField()
    started_on = serializers.DateField()
    ended_on = serializers.DateField(allow_null=True)


class PlaceChange(StrictSerializer):
    """A change of the open place on a chain; only what is given changes. With `ended_on` the enterprise leaves."""

    segment = ByCode(queryset=Segment.objects.all(), required=False, allow_null=True)
    role = CodeField(choices=ChainMembership.Role.choices, required=False)
    started_on = serializers.DateField(required=False)
    ended_on = serializers.DateField(required=False)


class NewPlace(StrictSerializer):
    """A new place; `started_on` is today when not given."""

    chain = ByCode(queryset=Chain.objects.all())
    segment = ByCode(queryset=Segment.objects.all(), required=False, allow_null=True)
    role = CodeField(choices=ChainMembership.Role.choices, default=ChainMembership.Role.SUPPORTING)
    started_on = serializers.DateField(required=False)


class PlaceListView(APIView):
    """An enterprise's places, the open ones first. It may stand in several chains, once in each."""

    @extend_schema(responses=PlaceOut(many=True), operation_id="enterprise_places_list")
    def get(self, request: Request, uscc: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(place_rows(enterprise_or_404(request, uscc)))

    @extend_schema(request=NewPlace, responses={201: PlaceOut}, operation_id="enterprise_places_take")
    @idempotent
    def post(self, request: Request, uscc: str) -> Response:
        enterprise = _editable(request, uscc)
        given = bind(NewPlace, request)
        if open_place(enterprise, given["chain"]) is not None:
            raise Conflict(
                _("企业已在这条产业链上，请修改它的环节或角色。"),
                code="already_on_chain",
                current=_open_row(enterprise, given["chain"].code),
            )
        actions.place_on_chain(enterprise=enterprise, by=request.user, **given)
        return Response(_open_row(enterprise, given["chain"].code), status=201)


class PlaceView(APIView):
    """The open place on one chain, by the chain's code."""

    @extend_schema(request=PlaceChange, responses=PlaceOut, operation_id="enterprise_places_change")
    def patch(self, request: Request, uscc: str, chain: str) -> Response:
        enterprise = _editable(request, uscc)
        place = _place(enterprise, chain)
        given = bind(PlaceChange, request)
        if "ended_on" in given:
            if len(given) > 1:
                raise Invalid({"ended_on": _("退出时不能同时修改其他内容。")})
            actions.leave_chain(enterprise=enterprise, by=request.user, chain=place.chain, **given)
            return Response(place_rows(enterprise, pk=place.pk)[0])
        actions.place_on_chain(
            enterprise=enterprise,
            by=request.user,
            chain=place.chain,
            **{"role": place.role, "segment": place.segment, **given},
        )
        return Response(place_rows(enterprise, pk=place.pk)[0])

    @extend_schema(responses={204: None}, operation_id="enterprise_places_leave")
    def delete(self, request: Request, uscc: str, chain: str) -> Response:
        """The enterprise leaves the chain today; the row stays as history."""
        enterprise = _editable(request, uscc)
        actions.leave_chain(enterprise=enterprise, by=request.user, chain=_place(enterprise, chain).chain)
        return Response(status=204)


def _editable(request: Request, uscc: str) -> Enterprise:
    enterprise = enterprise_or_404(request, uscc)
    if not rules.can_edit(request.user, enterprise):
        raise PermissionDenied
    return enterprise


def _place(enterprise: Enterprise, chain: str) -> ChainMembership:
    return or_404(open_place(enterprise, chain))


def _open_row(enterprise: Enterprise, chain: str) -> dict:
    return place_rows(enterprise, pk=_place(enterprise, chain).pk)[0]
