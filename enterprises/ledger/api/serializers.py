"""Shapes of the ledgers' REST: what comes in (strict) and what goes out."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from chains.industry.models import Chain, Segment
from portal.kit.api import StrictSerializer

from ...registry.api.fields import ByCode, CodeField
from ..models import PledgeRegistration, Posting, ProcurementDeal
from ..rules.amounts import MAX_REASON
from ..rules.deals import Actor

LENT_STATES = [("active", _("有效")), ("cancelled", _("已撤销"))]


def money(**options) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=16, decimal_places=2, help_text="Yuan.", **options)


def version(**options) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=2**31 - 1, **options)


class CreditInput(StrictSerializer):
    """Credit granted to an enterprise. `bank` by name or code; a bank's clerk may leave it out."""

    uscc = serializers.CharField(max_length=40)
    product = serializers.CharField(max_length=60)
    bank = serializers.CharField(max_length=80, required=False, allow_blank=True)
    amount = money()
    granted_on = serializers.DateField()
    contract_number = serializers.CharField(max_length=80, required=False, allow_blank=True)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class CreditChange(StrictSerializer):
    """A correction: `version` is the one that was read."""

    version = version()
    product = serializers.CharField(max_length=60, required=False)
    bank = serializers.CharField(max_length=80, required=False)
    amount = money(required=False)
    granted_on = serializers.DateField(required=False)
    contract_number = serializers.CharField(max_length=80, required=False, allow_blank=True)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class _PledgeFields(StrictSerializer):
    """A pledge is told in the words of its register or in those of a grant: `registered_on` or `granted_on`, `bank` or
    `pledgee`, `subject` or `product`."""

    SAME = (("registered_on", "granted_on"), ("bank", "pledgee"), ("subject", "product"))

    kind = CodeField(choices=PledgeRegistration.Kind.choices, required=False)
    register_number = serializers.CharField(max_length=80, required=False, allow_blank=True)
    registered_on = serializers.DateField(required=False)
    granted_on = serializers.DateField(required=False, write_only=True, help_text="As registered_on.")
    bank = serializers.CharField(max_length=80, required=False, allow_blank=True, help_text="The pledgee.")
    pledgee = serializers.CharField(max_length=80, required=False, write_only=True, help_text="As bank.")
    subject = serializers.CharField(max_length=120, required=False, allow_blank=True)
    product = serializers.CharField(max_length=120, required=False, write_only=True, help_text="As subject.")
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)

    def validate(self, attrs):
        for name, other in self.SAME:
            if other in attrs:
                attrs.setdefault(name, attrs.pop(other))
                attrs.pop(other, None)
        return attrs


class PledgeInput(_PledgeFields):
    uscc = serializers.CharField(max_length=40)
    amount = money()

    def validate(self, attrs):
        attrs = super().validate(attrs)
        if "registered_on" not in attrs:
            raise serializers.ValidationError({"registered_on": _("该字段是必填项。")}, code="required")
        return attrs


class PledgeChange(_PledgeFields):
    version = version()
    amount = money(required=False)


class LentRow(serializers.Serializer):
    number = serializers.CharField()
    uscc = serializers.CharField()
    enterprise_name = serializers.CharField()
    town = serializers.CharField()
    town_name = serializers.CharField()
    bank = serializers.CharField()
    bank_code = serializers.CharField()
    amount = money()
    note = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(choices=LENT_STATES)
    status_label = serializers.CharField()
    cancel_reason = serializers.CharField(allow_blank=True)
    recorded_by = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    may_change = serializers.BooleanField()
    version = serializers.IntegerField()


class CreditRow(LentRow):
    product = serializers.CharField()
    granted_on = serializers.DateField()
    contract_number = serializers.CharField(allow_blank=True)


class PledgeRow(LentRow):
    kind = serializers.ChoiceField(choices=PledgeRegistration.Kind.choices)
    kind_label = serializers.CharField()
    register_number = serializers.CharField(allow_blank=True)
    subject = serializers.CharField(allow_blank=True)
    registered_on = serializers.DateField()


class LedgerCancelInput(StrictSerializer):
    """Taken back with a reason; `version` refuses a stale one."""

    reason = serializers.CharField(max_length=MAX_REASON)
    version = version(required=False)


class LedgerMoveInput(StrictSerializer):
    version = version(required=False)


class AnyDealMoveInput(LedgerMoveInput):
    """What a move needs: `reason` for dispute, resolve and cancel."""

    reason = serializers.CharField(max_length=MAX_REASON, required=False)


class DealInput(StrictSerializer):
    """A purchase. `buyer` and `seller` by USCC; `need` and `offer` are the postings that led to it."""

    buyer = serializers.CharField(max_length=40)
    seller = serializers.CharField(max_length=40)
    amount = money()
    signed_on = serializers.DateField()
    goods = serializers.CharField(max_length=200)
    contract_number = serializers.CharField(max_length=80)
    segment = ByCode(
        queryset=Segment.objects.select_related("chain"), required=False, allow_null=True, default=None
    )
    need = serializers.CharField(max_length=20, required=False)
    offer = serializers.CharField(max_length=20, required=False)


class DealChange(StrictSerializer):
    """A correction before both have confirmed: `version` is the one that was read; the other side confirms anew."""

    version = version()
    amount = money(required=False)
    signed_on = serializers.DateField(required=False)
    goods = serializers.CharField(max_length=200, required=False)
    contract_number = serializers.CharField(max_length=80, required=False)
    segment = ByCode(queryset=Segment.objects.select_related("chain"), required=False, allow_null=True)


class DealChainRow(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class DealChainDetail(DealChainRow):
    buyer_segment = serializers.CharField(allow_null=True)
    seller_segment = serializers.CharField(allow_null=True)


class DealRow(serializers.Serializer):
    number = serializers.CharField()
    buyer = serializers.CharField(help_text="USCC.")
    buyer_name = serializers.CharField()
    seller = serializers.CharField(help_text="USCC.")
    seller_name = serializers.CharField()
    town = serializers.CharField(help_text="The buyer's town on the day of reporting.")
    town_name = serializers.CharField()
    amount = money()
    signed_on = serializers.DateField()
    goods = serializers.CharField()
    contract_number = serializers.CharField()
    segment = serializers.CharField(allow_null=True)
    segment_name = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(choices=ProcurementDeal.Status.choices)
    status_label = serializers.CharField()
    reporter = serializers.ChoiceField(choices=ProcurementDeal.Reporter.choices)
    reporter_label = serializers.CharField()
    buyer_confirmed_at = serializers.DateTimeField(allow_null=True)
    seller_confirmed_at = serializers.DateTimeField(allow_null=True)
    intra_chain = serializers.BooleanField()
    intra_reason = serializers.CharField(allow_blank=True)
    chains = DealChainRow(many=True)
    created_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class DealAttachmentRow(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    uploaded_by = serializers.CharField(allow_blank=True)
    uploaded_at = serializers.DateTimeField()


class DealAttachmentInput(StrictSerializer):
    """A PDF, JPG, PNG, .docx, .xlsx or .ofd of at most 10 MB, judged by its content."""

    file = serializers.FileField(allow_empty_file=True, max_length=400)


class DealStepChange(serializers.Serializer):
    field = serializers.CharField()
    label = serializers.CharField()
    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField(allow_blank=True)


class DealStepRow(serializers.Serializer):
    move = serializers.CharField()
    move_label = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField()
    after_label = serializers.CharField()
    side = serializers.CharField(allow_blank=True)
    side_label = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    changes = DealStepChange(many=True)
    by = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


class DealDetail(DealRow):
    chains = DealChainDetail(many=True)
    need = serializers.CharField(allow_null=True)
    offer = serializers.CharField(allow_null=True)
    waiting_for = serializers.ListField(child=serializers.ChoiceField(choices=("buyer", "seller")))
    attachments = DealAttachmentRow(many=True)
    timeline = DealStepRow(many=True)
    open_moves = serializers.ListField(child=serializers.CharField())
    acts_as = serializers.ListField(child=serializers.ChoiceField(choices=Actor.choices))


class PostingInput(StrictSerializer):
    """An offer or a need. `uscc` may be left out by an enterprise user; without `valid_until` it holds for 90 days."""

    uscc = serializers.CharField(max_length=40, required=False, allow_blank=True)
    kind = CodeField(choices=Posting.Kind.choices)
    chain = ByCode(queryset=Chain.objects.all())
    segment = ByCode(queryset=Segment.objects.all(), required=False, allow_null=True)
    title = serializers.CharField(max_length=80)
    description = serializers.CharField(max_length=500, required=False, allow_blank=True)
    amount = money(required=False, allow_null=True)
    valid_until = serializers.DateField(required=False)


class PostingChange(StrictSerializer):
    version = version()
    chain = ByCode(queryset=Chain.objects.all(), required=False)
    segment = ByCode(queryset=Segment.objects.all(), required=False, allow_null=True)
    title = serializers.CharField(max_length=80, required=False)
    description = serializers.CharField(max_length=500, required=False, allow_blank=True)
    amount = money(required=False, allow_null=True)
    valid_until = serializers.DateField(required=False)


class PostingRow(serializers.Serializer):
    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=Posting.Kind.choices)
    kind_label = serializers.CharField()
    uscc = serializers.CharField()
    enterprise_name = serializers.CharField()
    town = serializers.CharField()
    town_name = serializers.CharField()
    chain = serializers.CharField()
    chain_name = serializers.CharField()
    segment = serializers.CharField(allow_null=True)
    segment_name = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    amount = money(allow_null=True)
    valid_until = serializers.DateField()
    status = serializers.ChoiceField(choices=Posting.Status.choices)
    status_label = serializers.CharField()
    created_at = serializers.DateTimeField()
    may_change = serializers.BooleanField()
    version = serializers.IntegerField()


class AnswerRow(PostingRow):
    score = serializers.IntegerField(help_text="0–100.")
    reasons = serializers.ListField(child=serializers.CharField())
