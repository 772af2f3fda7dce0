"""Shapes of the REST of visits: what comes in (strict) and what goes out."""

from rest_framework import serializers

from chains.industry.models import Chain
from enterprises.registry.api.fields import ByCode, CodeField
from portal.kit.api import StrictSerializer
from portal.territory.models import ServiceElement, Town
from services.workorders.models import Demand

from .. import rules
from ..models import Visit

CAMPAIGN_STATES = list(rules.STATES.items())


def version(**options) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=2**31 - 1, **options)


def count(**options) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=rules.MAX_TARGET, required=False, **options)


class VisitFindingInput(StrictSerializer):
    """A problem that was found. `element` by code."""

    title = serializers.CharField(max_length=rules.MAX_TITLE)
    body = serializers.CharField(max_length=rules.MAX_BODY, required=False, allow_blank=True)
    element = ByCode(queryset=ServiceElement.objects.all())
    kind = CodeField(choices=Demand.Kind.choices, required=False)
    urgency = CodeField(choices=Demand.Urgency.choices, required=False)


class VisitInput(StrictSerializer):
    """A visit to an enterprise (`uscc`) or a project (its code). `campaign`: of the running one when it is left out,
    of none when it is null."""

    uscc = serializers.CharField(max_length=40, required=False)
    project = serializers.CharField(max_length=32, required=False)
    visited_on = serializers.DateField()
    method = CodeField(choices=Visit.Method.choices, required=False)
    note = serializers.CharField(max_length=rules.MAX_NOTE, required=False, allow_blank=True)
    instructor = serializers.CharField(max_length=32, required=False, allow_null=True)
    campaign = serializers.CharField(max_length=32, required=False, allow_null=True)
    findings = VisitFindingInput(many=True, required=False, max_length=rules.MOST_FINDINGS)


class VisitChange(StrictSerializer):
    """The corrected note; `version` is the one that was read."""

    version = version()
    note = serializers.CharField(max_length=rules.MAX_NOTE, allow_blank=True)


class VisitRow(serializers.Serializer):
    number = serializers.CharField()
    enterprise = serializers.CharField(allow_null=True)
    project = serializers.CharField(allow_null=True)
    subject_name = serializers.CharField()
    town = serializers.CharField()
    town_name = serializers.CharField()
    chain = serializers.CharField(allow_null=True)
    chain_name = serializers.CharField(allow_null=True)
    campaign = serializers.CharField(allow_null=True)
    campaign_name = serializers.CharField(allow_null=True)
    instructor = serializers.CharField(allow_null=True)
    visited_on = serializers.DateField()
    method = serializers.ChoiceField(choices=Visit.Method.choices)
    method_label = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    findings_count = serializers.IntegerField()
    findings_open = serializers.IntegerField()
    recorded_by = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class VisitFindingRow(serializers.Serializer):
    number = serializers.CharField()
    title = serializers.CharField()
    element = serializers.CharField()
    element_name = serializers.CharField()
    status = serializers.CharField()
    status_label = serializers.CharField()
    lead = serializers.CharField(allow_null=True)
    lead_name = serializers.CharField(allow_null=True)
    open = serializers.BooleanField()


class VisitDetail(VisitRow):
    findings = VisitFindingRow(many=True)
    may_correct = serializers.BooleanField()


class CampaignTargetShape(StrictSerializer):
    town = ByCode(queryset=Town.objects.all())
    enterprises = count()
    projects = count()


class _CampaignFields(StrictSerializer):
    def validate_targets(self, given):
        """By town; the last word counts for a town that is named twice."""
        return {row["town"]: (row.get("enterprises", 0), row.get("projects", 0)) for row in given}


class CampaignInput(_CampaignFields):
    """`district`: only for who plans for several."""

    name = serializers.CharField(max_length=80)
    description = serializers.CharField(max_length=500, required=False, allow_blank=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    targets = CampaignTargetShape(many=True, required=False, max_length=200)
    district = serializers.CharField(max_length=6, required=False)


class CampaignChange(_CampaignFields):
    """Only what is to change, and the `version` that was read; `targets` replace what was set."""

    version = version()
    name = serializers.CharField(max_length=80, required=False)
    description = serializers.CharField(max_length=500, required=False, allow_blank=True)
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False)
    targets = CampaignTargetShape(many=True, required=False, max_length=200)


class CampaignClose(StrictSerializer):
    version = version()


class CampaignRow(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    district = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    status = serializers.ChoiceField(choices=CAMPAIGN_STATES)
    status_label = serializers.CharField()
    closed_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class CampaignTargetRow(serializers.Serializer):
    town = serializers.CharField()
    enterprises = serializers.IntegerField()
    projects = serializers.IntegerField()


class CampaignTotal(serializers.Serializer):
    """`share`: per cent of the target that was visited; `solved_share`: of the findings that were solved."""

    target_enterprises = serializers.IntegerField()
    target_projects = serializers.IntegerField()
    enterprises = serializers.IntegerField()
    projects = serializers.IntegerField()
    visits = serializers.IntegerField()
    findings = serializers.IntegerField()
    solved = serializers.IntegerField()
    share = serializers.IntegerField(allow_null=True)
    solved_share = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)


class CampaignTown(CampaignTotal):
    town = serializers.CharField()
    town_name = serializers.CharField()


class CampaignDetail(CampaignRow):
    targets = CampaignTargetRow(many=True)
    towns = CampaignTown(many=True)
    total = CampaignTotal()


class VisitProjectInput(StrictSerializer):
    """`enterprise`: who carries it out, by USCC."""

    name = serializers.CharField(max_length=120)
    town = ByCode(queryset=Town.objects.all())
    chain = ByCode(queryset=Chain.objects.all(), required=False, allow_null=True)
    enterprise = serializers.CharField(max_length=40, required=False, allow_null=True)


class VisitProjectChange(VisitProjectInput):
    version = version()
    name = serializers.CharField(max_length=120, required=False)
    town = ByCode(queryset=Town.objects.all(), required=False)
    closed_on = serializers.DateField(required=False, allow_null=True)


class VisitProjectRow(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    town = serializers.CharField()
    town_name = serializers.CharField()
    chain = serializers.CharField(allow_null=True)
    chain_name = serializers.CharField(allow_null=True)
    enterprise = serializers.CharField(allow_null=True)
    enterprise_name = serializers.CharField(allow_null=True)
    closed_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()
    visited = serializers.IntegerField(required=False)
    seen_on = serializers.DateField(required=False, allow_null=True)
