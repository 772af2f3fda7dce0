"""`institutions`: technical institutions with what they offer."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.api import StrictSerializer, answered, bind, refuse_unknown_parameters
from portal.kit.problems import or_404
from portal.territory.models import Town

from ...kept.fields import CodeField, Text, town_field, version_field
from ...kept.views import CodeListView, managed_district, require_bureau
from .. import actions, queries
from ..models import Institution, InstitutionOffer, ServiceItem
from ..queries.institutions import INSTITUTION_FILTERS
from .fields import OfferInput


class InstitutionOfferRow(serializers.ModelSerializer):
    item = serializers.CharField(source="item.code")
    item_name = serializers.CharField(source="item.name")

    class Meta:
        model = InstitutionOffer
        fields = ("item", "item_name", "note")


class InstitutionRow(serializers.ModelSerializer):
    district = serializers.CharField(source="district.code")
    town = serializers.CharField(source="town.code", default=None, allow_null=True)
    town_name = serializers.CharField(source="town.name", default=None, allow_null=True)
    offers = InstitutionOfferRow(many=True, source="listed_offers")

    class Meta:
        model = Institution
        fields = (
            "code", "name", "district", "town", "town_name", "address", "phone", "introduction", "offers", "closed_on",
            "version",
        )  # fmt: skip


class InstitutionChange(StrictSerializer):
    """A change of an institution that was read at `version`. `offers` replaces all of them."""

    name = Text(max_length=80, required=False)
    town = town_field(required=False, allow_null=True)
    address = Text(max_length=200, required=False, allow_blank=True)
    phone = Text(max_length=30, required=False, allow_blank=True)
    introduction = Text(max_length=500, required=False, allow_blank=True)
    offers = OfferInput(many=True, required=False, max_length=100)
    closed_on = serializers.DateField(required=False, allow_null=True)
    version = version_field()


class InstitutionInput(InstitutionChange):
    """A new institution."""

    code = CodeField()
    name = Text(max_length=80)
    version = None
    closed_on = None


class InstitutionListView(CodeListView):
    serializer_class = InstitutionRow
    orderings = ("code", "name")
    filters = INSTITUTION_FILTERS
    codes = {"town": Town, "item": ServiceItem}

    def rows(self, user, filters):
        return queries.institutions(user, filters)

    @extend_schema(
        parameters=[
            OpenApiParameter("town", str, description="Town code."),
            OpenApiParameter("item", str, description="Item code: institutions that offer it."),
            OpenApiParameter("open", int, enum=[1], description="Leaves out those that take part no more."),
            OpenApiParameter("search", str),
        ],
        responses=InstitutionRow(many=True),
        operation_id="institutions_list",
    )
    def get(self, request: Request) -> Response:
        return self.listed(request)

    @extend_schema(
        request=InstitutionInput, responses={201: InstitutionRow}, operation_id="institutions_create"
    )
    @idempotent
    def post(self, request: Request) -> Response:
        district = managed_district(request)
        given = bind(InstitutionInput, request)
        offers = _offers(given.pop("offers", None))
        row = actions.create_institution(district=district, by=request.user, offers=offers or {}, **given)
        return Response(_detail(request, row.code), status=201)


class InstitutionView(APIView):
    @extend_schema(responses=InstitutionRow, operation_id="institutions_read")
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(_detail(request, code))

    @extend_schema(request=InstitutionChange, responses=InstitutionRow, operation_id="institutions_change")
    def patch(self, request: Request, code: str) -> Response:
        row = or_404(queries.institution_for(request.user, code))
        require_bureau(request, row.district_id)
        given = bind(InstitutionChange, request)
        version, offers = given.pop("version"), _offers(given.pop("offers", None))
        return answered(
            lambda: actions.update_institution(
                institution=row, by=request.user, version=version, changes=given, offers=offers
            ),
            lambda: _detail(request, code),
        )


def _offers(rows: list[dict] | None) -> dict | None:
    return None if rows is None else {row["item"]: row["note"] for row in rows}


def _detail(request: Request, code: str) -> dict:
    return InstitutionRow(or_404(queries.institution_for(request.user, code))).data
