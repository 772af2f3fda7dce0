"""`party-organizations/{code}/dissolve` and `/merge`: an organisation ends, its enterprises go elsewhere."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chains.party.api.access import given_organization, managed_organization, organization_detail
from chains.party.api.serializers import OrganizationDetail
from portal.kit.api import StrictSerializer, answered, bind

from ..registry.rules import clean_uscc
from .actions import dissolve_organization, merge_organization
from .rules import NOT_CHOSEN

MOST_CHOSEN = 5_000


class EndInput(StrictSerializer):
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    ended_on = serializers.DateField()
    reason = serializers.CharField(min_length=2, max_length=200)


class DissolveInput(EndInput):
    """`destination`: an organisation's code for all enterprises, null for 无组织; `destinations`: USCC → code or null.

    `children_to`: where its children go (null: no parent); as `destination` when that alone is given.
    """

    destination = serializers.CharField(max_length=32, required=False, allow_null=True)
    destinations = serializers.DictField(
        child=serializers.CharField(max_length=32, allow_null=True), required=False
    )
    children_to = serializers.CharField(max_length=32, required=False, allow_null=True)

    def validate_destinations(self, value: dict[str, Any]) -> dict[str, Any]:
        if len(value) > MOST_CHOSEN:
            raise serializers.ValidationError(f"≤ {MOST_CHOSEN}")
        return {clean_uscc(uscc): code for uscc, code in value.items()}


class MergeInput(EndInput):
    into = serializers.CharField(max_length=32)


class DissolveView(APIView):
    """409 with the number while enterprises or children are left over, and for an organisation that has ended."""

    @extend_schema(
        request=DissolveInput, responses=OrganizationDetail, operation_id="party_organizations_dissolve"
    )
    def post(self, request: Request, code: str) -> Response:
        row = managed_organization(request, code)
        given = bind(DissolveInput, request)
        chosen = given.pop("destinations", {})
        goals = {one: given_organization(request, one, "destinations") for one in {*chosen.values()}}
        ends = {
            action: given_organization(request, given.pop(field), field) if field in given else NOT_CHOSEN
            for action, field in (("default", "destination"), ("children_to", "children_to"))
        }
        return answered(
            lambda: dissolve_organization(
                organization=row,
                by=request.user,
                chosen={uscc: goals[one] for uscc, one in chosen.items()},
                **ends,
                **given,
            ),
            lambda: organization_detail(request, code),
        )


class MergeView(APIView):
    @extend_schema(request=MergeInput, responses=OrganizationDetail, operation_id="party_organizations_merge")
    def post(self, request: Request, code: str) -> Response:
        row = managed_organization(request, code)
        given = bind(MergeInput, request)
        into = given_organization(request, given.pop("into"), "into")
        return answered(
            lambda: merge_organization(organization=row, into=into, by=request.user, **given),
            lambda: organization_detail(request, code),
        )
