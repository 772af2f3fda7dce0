"""What goes in and what comes out; input and output are apart."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from chains.industry.models import Chain
from portal.kit.api import StrictSerializer

from ...registry.api.fields import ByCode
from .. import rules

VERSION = {"min_value": 1, "max_value": 2**31 - 1}


class AgreementInput(StrictSerializer):
    """A new agreement of at least two units: codes of organisations, USCCs of enterprises. `starts_on`: the day of
    signing when not given; without `ends_on` it is open-ended."""

    title = serializers.CharField(max_length=rules.MAX_TITLE)
    content = serializers.CharField(max_length=rules.MAX_CONTENT, required=False, allow_blank=True)
    chain = ByCode(queryset=Chain.objects.all(), required=False, allow_null=True)
    signed_on = serializers.DateField()
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False, allow_null=True)
    organizations = serializers.ListField(
        child=serializers.CharField(max_length=32), max_length=rules.MAX_PARTIES, required=False
    )
    enterprises = serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=rules.MAX_PARTIES, required=False
    )


class AgreementChange(StrictSerializer):
    """A change: `version` is the one that was read; only what is given changes."""

    version = serializers.IntegerField(**VERSION)
    title = serializers.CharField(max_length=rules.MAX_TITLE, required=False)
    content = serializers.CharField(max_length=rules.MAX_CONTENT, required=False, allow_blank=True)
    chain = ByCode(queryset=Chain.objects.all(), required=False, allow_null=True)
    signed_on = serializers.DateField(required=False)
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False, allow_null=True)


class AgreementEnd(StrictSerializer):
    version = serializers.IntegerField(**VERSION)
    ended_on = serializers.DateField()
    reason = serializers.CharField(max_length=rules.MAX_REASON)


class AgreementRenewal(StrictSerializer):
    """The new term of an agreement; it begins after the old one has run out."""

    version = serializers.IntegerField(**VERSION)
    signed_on = serializers.DateField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True)


class AgreementJoin(StrictSerializer):
    """Who joins: the code of an organisation, or the USCC of an enterprise."""

    version = serializers.IntegerField(**VERSION)
    organization = serializers.CharField(max_length=32, required=False)
    enterprise = serializers.CharField(max_length=40, required=False)
    joined_on = serializers.DateField()

    def validate(self, given: dict) -> dict:
        if ("organization" in given) == ("enterprise" in given):
            raise serializers.ValidationError(_("请填写 organization 或 enterprise 中的一项。"))
        return given


class Withdrawal(StrictSerializer):
    version = serializers.IntegerField(**VERSION)
    left_on = serializers.DateField()
    reason = serializers.CharField(max_length=rules.MAX_REASON)


class AllianceMemberInput(StrictSerializer):
    enterprise = serializers.CharField(max_length=40)
    joined_on = serializers.DateField()


class AgreementPartyRow(serializers.Serializer):
    """One unit that takes part, or did until `left_on`. `gone`: it was merged, dissolved or deregistered (a Chinese word,
    else empty), `gone_on` since which day."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=["organization", "enterprise"])
    code = serializers.CharField(help_text="An organisation's code, or an enterprise's USCC.")
    name = serializers.CharField()
    town = serializers.CharField(allow_null=True)
    town_name = serializers.CharField(allow_blank=True)
    joined_on = serializers.DateField()
    left_on = serializers.DateField(allow_null=True)
    leave_reason = serializers.CharField(allow_blank=True)
    active = serializers.BooleanField()
    gone = serializers.CharField(allow_blank=True)
    gone_on = serializers.DateField(allow_null=True)


class AgreementRow(serializers.Serializer):
    """An agreement with its parties. `members`: how many enterprises are parties now; `open_moves`: what the caller
    may do with it today."""

    number = serializers.CharField()
    title = serializers.CharField()
    content = serializers.CharField(allow_blank=True)
    town = serializers.CharField(allow_null=True)
    town_name = serializers.CharField(allow_blank=True)
    chain = serializers.CharField(allow_null=True)
    chain_name = serializers.CharField(allow_blank=True)
    signed_on = serializers.DateField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    days_left = serializers.IntegerField(allow_null=True)
    ended_on = serializers.DateField(allow_null=True)
    end_reason = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(choices=list(rules.LABELS))
    status_label = serializers.CharField()
    parties = AgreementPartyRow(many=True)
    members = serializers.IntegerField()
    renewal_of = serializers.CharField(allow_null=True)
    renewed_by = serializers.CharField(allow_null=True)
    recorded_by = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    open_moves = serializers.ListField(child=serializers.CharField())
    version = serializers.IntegerField()


class AllianceMemberRow(serializers.Serializer):
    id = serializers.IntegerField()
    alliance = serializers.CharField()
    enterprise = serializers.CharField()
    enterprise_name = serializers.CharField()
    town = serializers.CharField()
    town_name = serializers.CharField()
    joined_on = serializers.DateField()
    left_on = serializers.DateField(allow_null=True)
    leave_reason = serializers.CharField(allow_blank=True)
    active = serializers.BooleanField()
    may_change = serializers.BooleanField()
    version = serializers.IntegerField()
