"""What goes in and what comes out; input and output are apart."""

from rest_framework import serializers

from portal.kit.api import StrictSerializer

from ..models import JointProposal
from ..rules.standing import LISTED


def rate_field(**options) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=5,
        decimal_places=2,
        allow_null=True,
        help_text="Percent; null for an empty base.",
        **options,
    )


class Covered(serializers.Serializer):
    covered = serializers.IntegerField()
    rate = rate_field()


class EffectiveCovered(Covered):
    base = serializers.IntegerField(help_text="Active formal organisations.")


class CoverageFigures(serializers.Serializer):
    """The four rates. `base` counts enterprises in real operation."""

    base = serializers.IntegerField()
    organizational = Covered()
    stand_alone = Covered()
    work = Covered()
    effective = EffectiveCovered()


class PlaceFigures(CoverageFigures):
    code = serializers.CharField()
    name = serializers.CharField()


class PlaceFiguresPage(serializers.Serializer):
    """All towns or chains on one page."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = PlaceFigures(many=True)


class ChainName(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class ShouldEstablishRow(serializers.Serializer):
    """An enterprise with the group of the should-establish rule that it falls in, and why."""

    uscc = serializers.CharField()
    name = serializers.CharField()
    town = serializers.CharField(help_text="Town code.")
    town_name = serializers.CharField()
    chains = ChainName(many=True)
    full_members = serializers.IntegerField()
    probationary_members = serializers.IntegerField()
    organization_form = serializers.CharField()
    organization_form_label = serializers.CharField()
    organization = serializers.CharField(allow_null=True)
    organization_name = serializers.CharField(allow_blank=True)
    group = serializers.ChoiceField(choices=[(one.value, one.label) for one in LISTED])
    group_label = serializers.CharField()
    reason = serializers.CharField()


class ShouldEstablishPage(serializers.Serializer):
    """A keyset page; `count` only with `?count=1`."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ShouldEstablishRow(many=True)
    count = serializers.IntegerField(required=False)


class ProposalRow(serializers.Serializer):
    """A joint branch as it could be, or was accepted."""

    id = serializers.IntegerField()
    number = serializers.IntegerField()
    basis = serializers.ChoiceField(choices=JointProposal.Basis.choices)
    basis_label = serializers.CharField()
    town = serializers.CharField(allow_null=True)
    town_name = serializers.CharField(allow_null=True)
    chain = serializers.CharField(allow_null=True)
    chain_name = serializers.CharField(allow_null=True)
    enterprises = serializers.IntegerField()
    full_members = serializers.IntegerField()
    state = serializers.ChoiceField(choices=JointProposal.State.choices)
    state_label = serializers.CharField()
    organization = serializers.CharField(allow_null=True)
    organization_name = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()


class ProposalPage(serializers.Serializer):
    """A keyset page; `count` only with `?count=1`."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ProposalRow(many=True)
    count = serializers.IntegerField(required=False)


class MemberRow(serializers.Serializer):
    uscc = serializers.CharField()
    name = serializers.CharField()
    town = serializers.CharField()
    town_name = serializers.CharField()
    address = serializers.CharField(allow_blank=True)
    full_members = serializers.IntegerField(help_text="Today.")
    proposed_members = serializers.IntegerField(help_text="When the proposal was worked out.")
    problem = serializers.CharField(allow_blank=True, help_text="Why it can no longer take part.")


class ProposalDetail(ProposalRow):
    """`hidden_members`: enterprises outside the reader's towns."""

    run = serializers.UUIDField()
    members = MemberRow(many=True)
    hidden_members = serializers.IntegerField()
    suggested_name = serializers.CharField(allow_blank=True)
    may_decide = serializers.BooleanField()
    decline_reason = serializers.CharField(allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)


class RunRow(serializers.Serializer):
    """A working-out of proposals; `progress` from 0 to 100."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=["queued", "running", "done", "failed", "cancelled"])
    status_label = serializers.CharField(allow_blank=True)
    progress = serializers.IntegerField()
    stage = serializers.CharField(allow_blank=True)
    message = serializers.CharField(allow_blank=True)
    waiting = serializers.BooleanField(help_text="The background service seems to be away.")
    requested_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    candidates = serializers.IntegerField()
    placed = serializers.IntegerField()
    proposals = serializers.IntegerField()


class Nothing(StrictSerializer):
    """A request without fields."""


class AcceptInput(StrictSerializer):
    """`members`: the USCCs that take part, all when left out; `name`: the suggested one when left out."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False)
    name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    members = serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=50, required=False, allow_empty=True
    )


class DeclineInput(StrictSerializer):
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False)
    reason = serializers.CharField(max_length=200)
