"""`alliances`: set up, read, changed; `alliances/{code}/chair-terms`: the rotating chair."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.api import StrictSerializer, answered, bind, refuse_unknown_parameters, showing_current
from portal.kit.problems import or_404
from portal.kit.text import clean_line
from portal.territory.models import Town

from ..industry.api import managed_district
from ..industry.models import Chain
from ..party.api.access import given_organization
from ..party.api.serializers import ByCode
from ..party.models import PartyOrganization
from ..party.rules import can_manage_organizations
from . import actions, queries, rules
from .models import Alliance
from .rows import alliance_row, term_row

VERSION = {"min_value": 1, "max_value": 2**31 - 1}


class AllianceInput(StrictSerializer):
    """A new alliance; `code` is for good."""

    code = serializers.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9_-]*\Z",
        max_length=32,
        error_messages={"invalid": _("只能用字母、数字、下划线和连字符，以字母或数字开头。")},
    )
    name = serializers.CharField(max_length=120)
    town = ByCode(queryset=Town.objects.all(), required=False, allow_null=True)
    chain = ByCode(queryset=Chain.objects.all(), required=False, allow_null=True)
    set_up_on = serializers.DateField(required=False, allow_null=True)
    pattern = serializers.ChoiceField(choices=Alliance.Pattern.choices, required=False, allow_blank=True)
    charter = serializers.CharField(max_length=rules.MAX_CHARTER, required=False, allow_blank=True)
    adopted_on = serializers.DateField(required=False, allow_null=True)

    def validate_name(self, value: str) -> str:
        return clean_line(value)


class AllianceChange(AllianceInput):
    """A change of an alliance that was read at `version`; only what is given changes."""

    code = None
    version = serializers.IntegerField(**VERSION)

    def get_fields(self) -> dict:
        fields = super().get_fields()
        for name, field in fields.items():
            field.required = name == "version"
        return fields


class ChairTermInput(StrictSerializer):
    """The organisation that takes the rotating chair, and from which day; `version` is the alliance's."""

    version = serializers.IntegerField(**VERSION)
    chair = serializers.CharField(max_length=32)
    started_on = serializers.DateField()


class AllianceRow(serializers.Serializer):
    """An alliance; `chair` has the rotating chair now, `members` counts the enterprises that belong to it."""

    code = serializers.CharField()
    name = serializers.CharField()
    town = serializers.CharField(allow_null=True)
    town_name = serializers.CharField(allow_blank=True)
    chain = serializers.CharField(allow_null=True)
    chain_name = serializers.CharField(allow_blank=True)
    pattern = serializers.ChoiceField(choices=Alliance.Pattern.choices, allow_blank=True)
    pattern_label = serializers.CharField(allow_blank=True)
    charter = serializers.CharField(allow_blank=True)
    adopted_on = serializers.DateField(allow_null=True)
    chair = serializers.CharField(allow_null=True)
    chair_name = serializers.CharField(allow_blank=True)
    chair_since = serializers.DateField(allow_null=True)
    members = serializers.IntegerField()
    set_up_on = serializers.DateField(allow_null=True)
    ended_on = serializers.DateField(allow_null=True)
    status = serializers.ChoiceField(choices=PartyOrganization.Status.choices)
    status_label = serializers.CharField()
    may_change = serializers.BooleanField()
    has_page = serializers.BooleanField(
        help_text="Whether the caller may open it as a Party organisation too."
    )
    version = serializers.IntegerField()


class ChairTermRow(serializers.Serializer):
    chair = serializers.CharField()
    chair_name = serializers.CharField()
    started_on = serializers.DateField()
    ended_on = serializers.DateField(allow_null=True)
    active = serializers.BooleanField()


def alliance_or_404(request: Request, code: str) -> PartyOrganization:
    return or_404(queries.alliance_for(request.user, code))


def managed_alliance(request: Request, code: str) -> PartyOrganization:
    """The alliance of the address, for who keeps it; 404 outside the scope, 403 for who only reads."""
    row = alliance_or_404(request, code)
    if not can_manage_organizations(request.user, row.district_id):
        raise PermissionDenied
    return row


def alliance_detail(request: Request, code: str) -> dict:
    return alliance_row(alliance_or_404(request, code), request.user)


class AllianceListView(GenericAPIView):
    serializer_class = AllianceRow
    orderings = ("code", "name", "set_up_on")

    @extend_schema(
        parameters=[
            *(OpenApiParameter(name, str) for name in ("town", "chain")),
            OpenApiParameter("pattern", str, enum=Alliance.Pattern.values),
            OpenApiParameter("status", str, enum=PartyOrganization.Status.values),
            OpenApiParameter("search", str, description="Part of the name, or the code."),
        ],
        operation_id="alliances_list",
        responses=AllianceRow(many=True),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, queries.FILTERS)
        filters = {name: request.query_params.get(name, "") for name in (*queries.FILTERS, "search")}
        page = self.paginate_queryset(queries.listed(request.user, filters))
        return self.get_paginated_response([alliance_row(row, request.user) for row in page])

    @extend_schema(request=AllianceInput, responses={201: AllianceRow}, operation_id="alliances_create")
    @idempotent
    def post(self, request: Request) -> Response:
        district = managed_district(request)
        row = actions.set_up_alliance(district=district, by=request.user, **bind(AllianceInput, request))
        return Response(alliance_detail(request, row.code), status=201)


class AllianceView(APIView):
    @extend_schema(responses=AllianceRow, operation_id="alliances_read")
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(alliance_detail(request, code))

    @extend_schema(request=AllianceChange, responses=AllianceRow, operation_id="alliances_change")
    def patch(self, request: Request, code: str) -> Response:
        row = managed_alliance(request, code)
        given = bind(AllianceChange, request)
        return answered(
            lambda: actions.update_alliance(
                alliance=row, by=request.user, version=given.pop("version"), changes=given
            ),
            lambda: alliance_detail(request, code),
        )


class ChairTermListView(GenericAPIView):
    """The terms of the rotating chair, newest first; a POST hands it over."""

    serializer_class = ChairTermRow
    orderings = ("-started_on", "started_on")

    @extend_schema(operation_id="chair_terms_list", responses=ChairTermRow(many=True))
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        page = self.paginate_queryset(queries.terms_of(alliance_or_404(request, code)))
        return self.get_paginated_response([term_row(term) for term in page])

    @extend_schema(
        request=ChairTermInput, responses={201: ChairTermRow}, operation_id="chair_terms_hand_over"
    )
    @idempotent
    def post(self, request: Request, code: str) -> Response:
        row = managed_alliance(request, code)
        given = bind(ChairTermInput, request)
        chair = given_organization(request, given.pop("chair"), "chair")
        with showing_current(lambda: alliance_detail(request, code)):
            term = actions.hand_over_chair(alliance=row, by=request.user, chair=chair, **given)
        return Response(term_row(term), status=201)
