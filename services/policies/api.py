"""`policies`: the library with its conditions as data and in words; `?enterprise=` adds how one enterprise stands."""

from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from enterprises.registry.models import Enterprise
from portal.audit.idempotency import idempotent
from portal.kit.api import StrictSerializer, bind, refuse_unknown_parameters
from portal.kit.problems import or_404
from portal.territory.models import Department, ServiceElement

from ..kept.fields import ByCode, CodeField, Text, version_field
from ..kept.views import CodeListView, KeptView, managed_district
from ..stations.queries import condition_names
from ..stations.rules.eligibility import sentences
from . import actions, queries
from .models import Policy
from .rules import Stage


class PolicyListSerializer(serializers.ListSerializer):
    """Asks once for what the codes of conditions are called, not once a row."""

    @cached_property
    def names(self) -> dict[str, dict[str, str]]:
        return condition_names()


class PolicyRow(serializers.ModelSerializer):
    name = serializers.CharField(source="title")
    kind_label = serializers.CharField(source="get_kind_display")
    element = serializers.SlugRelatedField("code", read_only=True)
    department = serializers.SlugRelatedField("code", read_only=True)
    conditions = serializers.DictField()
    conditions_text = serializers.SerializerMethodField(help_text="`conditions` in words.")
    stage = serializers.SerializerMethodField()

    class Meta:
        model = Policy
        list_serializer_class = PolicyListSerializer
        fields = (
            "code", "name", "kind", "kind_label", "element", "department", "document", "summary", "body", "benefit",
            "materials", "how_to", "hotline", "conditions", "conditions_text", "published_on", "apply_from",
            "apply_until", "closed_on", "stage", "version",
        )  # fmt: skip

    def get_conditions_text(self, policy: Policy) -> list[str]:
        if not policy.conditions:
            return []
        return sentences(policy.conditions, self.names)

    @cached_property
    def names(self) -> dict[str, dict[str, str]]:
        """The list's; of one row, alone or within a match, its own."""
        listed = isinstance(self.parent, PolicyListSerializer)
        return self.parent.names if listed else condition_names()

    def get_stage(self, policy: Policy) -> str:
        return queries.stage_of(policy).value


class PolicyChange(StrictSerializer):
    """A change of a policy that was read at `version`."""

    title = Text(max_length=120, required=False)
    kind = serializers.ChoiceField(Policy.Kind.choices, required=False)
    element = ByCode(
        queryset=ServiceElement.objects.all(), label_of=_("要素"), required=False, allow_null=True
    )
    department = ByCode(queryset=Department.objects.all(), label_of=_("部门"), required=False)
    document = Text(max_length=80, required=False, allow_blank=True)
    summary = Text(max_length=300, required=False)
    body = Text(max_length=6000, required=False, allow_blank=True)
    benefit = Text(max_length=300, required=False, allow_blank=True)
    materials = Text(max_length=2000, required=False, allow_blank=True)
    how_to = Text(max_length=1000, required=False, allow_blank=True)
    hotline = Text(max_length=40, required=False, allow_blank=True)
    conditions = serializers.DictField(required=False)
    published_on = serializers.DateField(required=False)
    apply_from = serializers.DateField(required=False, allow_null=True)
    apply_until = serializers.DateField(required=False, allow_null=True)
    closed_on = serializers.DateField(required=False, allow_null=True)
    version = version_field()


class PolicyInput(PolicyChange):
    """A new policy."""

    code = CodeField()
    title = Text(max_length=120)
    kind = serializers.ChoiceField(Policy.Kind.choices)
    department = ByCode(queryset=Department.objects.all(), label_of=_("部门"))
    summary = Text(max_length=300)
    published_on = serializers.DateField()
    version = None


class PolicyListView(CodeListView):
    serializer_class = PolicyRow
    orderings = ("-published_on", "code", "title")
    filters = queries.FILTERS
    choices = {"kind": Policy.Kind.values, "stage": [Stage.OPEN, Stage.AHEAD, Stage.OVER]}
    codes = {"element": ServiceElement, "department": Department}

    def rows(self, user, filters: dict[str, Any]):
        return queries.policies(user, filters).order_by("-published_on", "code")

    @extend_schema(
        parameters=[
            OpenApiParameter("kind", str, enum=Policy.Kind.values),
            OpenApiParameter("element", str, description="Code of a service element."),
            OpenApiParameter("department", str, description="Code of the department in charge."),
            OpenApiParameter("stage", str, enum=[Stage.OPEN.value, Stage.AHEAD.value, Stage.OVER.value]),
            OpenApiParameter("search", str, description="Words of the title or the summary."),
        ],
        responses=PolicyRow(many=True),
        operation_id="policies_list",
    )
    def get(self, request: Request) -> Response:
        return self.listed(request)

    @extend_schema(request=PolicyInput, responses={201: PolicyRow}, operation_id="policies_create")
    @idempotent
    def post(self, request: Request) -> Response:
        district = managed_district(request)
        policy = actions.create_policy(district=district, by=request.user, **bind(PolicyInput, request))
        return Response(PolicyView().detail(request, policy.code), status=201)


@extend_schema_view(
    get=extend_schema(responses=PolicyRow, operation_id="policies_read"),
    patch=extend_schema(request=PolicyChange, responses=PolicyRow, operation_id="policies_change"),
)
class PolicyView(KeptView):
    row, change = PolicyRow, PolicyChange

    def find(self, user, code: str) -> Policy | None:
        return queries.policy_for(user, code)

    def update(self, row: Policy, **given) -> object:
        return actions.update_policy(policy=row, **given)


class ReasonRow(serializers.Serializer):
    sentence = serializers.CharField()
    met = serializers.BooleanField()
    own = serializers.CharField(help_text="What the enterprise has to show for it.")


class MatchRow(serializers.Serializer):
    policy = PolicyRow()
    days_left = serializers.IntegerField(allow_null=True)
    reasons = ReasonRow(many=True)


class EnterprisePoliciesView(APIView):
    """What an enterprise can apply for today, with the reason for each condition."""

    @extend_schema(responses=MatchRow(many=True), operation_id="enterprise_policies")
    def get(self, request: Request, uscc: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        rows = Enterprise.objects.visible_to(request.user).select_related("town")
        enterprise = or_404(rows.filter(uscc=uscc).first())
        return Response(MatchRow(queries.matches(enterprise, request.user), many=True).data)
