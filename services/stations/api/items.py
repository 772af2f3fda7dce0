"""`service-items`: the catalogue with its conditions as data and in words."""

from functools import cached_property
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chains.industry.models import Chain
from portal.audit.idempotency import idempotent
from portal.kit.api import StrictSerializer, answered, bind, refuse_unknown_parameters
from portal.kit.problems import or_404

from ...kept.fields import CodeField, Text, chain_field, version_field
from ...kept.views import CodeListView, require_bureau
from .. import actions, queries
from ..models import Institution, ServiceItem, ServiceMode, ServiceStation
from ..queries.catalogue import ITEM_FILTERS
from ..rules.eligibility import sentences


class ItemListSerializer(serializers.ListSerializer):
    """Asks once for what the codes of conditions are called, not once a row."""

    @cached_property
    def names(self) -> dict[str, dict[str, str]]:
        return queries.condition_names()


class ItemRow(serializers.ModelSerializer):
    group_label = serializers.CharField(source="get_group_display")
    chains = serializers.SlugRelatedField("code", many=True, read_only=True)
    modes = serializers.ListField(child=serializers.ChoiceField(ServiceMode.choices))
    eligibility = serializers.DictField()
    conditions = serializers.SerializerMethodField(help_text="`eligibility` in words.")

    class Meta:
        model = ServiceItem
        list_serializer_class = ItemListSerializer
        fields = (
            "code", "name", "group", "group_label", "description", "materials", "legal_basis", "fee_note",
            "handling_days", "modes", "keywords", "chains", "eligibility", "eligibility_version", "conditions",
            "needs_confirmation", "notice_hours", "closed_on", "version",
        )  # fmt: skip

    def get_conditions(self, item: ServiceItem) -> list[str]:
        if not item.eligibility:
            return []
        names = self.parent.names if self.parent is not None else queries.condition_names()
        return sentences(item.eligibility, names)


class ItemChange(StrictSerializer):
    """A change of an item that was read at `version`. Other conditions raise `eligibility_version`."""

    name = Text(max_length=60, required=False)
    group = serializers.ChoiceField(ServiceItem.Group.choices, required=False)
    description = Text(max_length=2000, required=False, allow_blank=True)
    materials = Text(max_length=2000, required=False, allow_blank=True)
    legal_basis = Text(max_length=300, required=False, allow_blank=True)
    fee_note = Text(max_length=200, required=False, allow_blank=True)
    handling_days = serializers.IntegerField(min_value=0, max_value=365, required=False)
    modes = serializers.ListField(
        child=serializers.ChoiceField(ServiceMode.choices), min_length=1, max_length=3, required=False
    )
    keywords = Text(max_length=200, required=False, allow_blank=True)
    chains = serializers.ListField(child=chain_field(), max_length=200, required=False)
    eligibility = serializers.DictField(required=False)
    needs_confirmation = serializers.BooleanField(required=False)
    notice_hours = serializers.IntegerField(min_value=0, max_value=720, required=False)
    closed_on = serializers.DateField(required=False, allow_null=True)
    version = version_field()


class ItemInput(ItemChange):
    """A new item."""

    code = CodeField()
    name = Text(max_length=60)
    group = serializers.ChoiceField(ServiceItem.Group.choices)
    modes = serializers.ListField(
        child=serializers.ChoiceField(ServiceMode.choices), min_length=1, max_length=3
    )
    version = None


class ItemListView(CodeListView):
    serializer_class = ItemRow
    filters = ITEM_FILTERS
    codes = {"chain": Chain, "station": ServiceStation, "institution": Institution}
    choices = CodeListView.choices | {"group": ServiceItem.Group.values}

    def rows(self, user, filters: dict[str, Any]):
        return queries.items(user, filters)

    @extend_schema(
        parameters=[
            OpenApiParameter("chain", str, description="Chain code; items for all chains are among them."),
            OpenApiParameter("group", str, enum=ServiceItem.Group.values),
            OpenApiParameter("station", str, description="Station code: items that have times there."),
            OpenApiParameter("institution", str, description="Institution code: items that it offers."),
            OpenApiParameter("open", int, enum=[1], description="Leaves out items that were ended."),
            OpenApiParameter("search", str, description="Words of name, keywords or description."),
        ],
        responses=ItemRow(many=True),
        operation_id="service_items_list",
    )
    def get(self, request: Request) -> Response:
        return self.listed(request)

    @extend_schema(request=ItemInput, responses={201: ItemRow}, operation_id="service_items_create")
    @idempotent
    def post(self, request: Request) -> Response:
        require_bureau(request)
        item = actions.create_item(by=request.user, **bind(ItemInput, request))
        return Response(_detail(request, item.code), status=201)


class ItemView(APIView):
    @extend_schema(responses=ItemRow, operation_id="service_items_read")
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(_detail(request, code))

    @extend_schema(request=ItemChange, responses=ItemRow, operation_id="service_items_change")
    def patch(self, request: Request, code: str) -> Response:
        item = or_404(queries.item_for(request.user, code))
        require_bureau(request)
        given = bind(ItemChange, request)
        version = given.pop("version")
        return answered(
            lambda: actions.update_item(item=item, by=request.user, version=version, changes=given),
            lambda: _detail(request, code),
        )


def _detail(request: Request, code: str) -> dict:
    return ItemRow(or_404(queries.item_for(request.user, code))).data
