"""Grants and pledges: their filter, recording and correcting."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import PledgeRegistration
from ..queries import credit
from .shared import ANY, EnterpriseField, PeriodFilter, amount_field, day_field, named_enterprise


class LentFilter(PeriodFilter):
    status = forms.ChoiceField(
        label=_("状态"), required=False, choices=[ANY, ("active", _("有效")), ("cancelled", _("已撤销"))]
    )
    uscc = forms.CharField(required=False, max_length=18, widget=forms.HiddenInput)

    field_order = ("search", "chain", "town", "since", "until", "status")


class CreditForm(forms.Form):
    bank = forms.CharField(label=_("银行"), max_length=80)
    product = forms.CharField(label=_("产品"), max_length=60, initial="茸质贷")
    amount = amount_field(_("授信金额（万元）"))
    granted_on = day_field(_("授信日期"), initial=timezone.localdate)
    contract_number = forms.CharField(label=_("合同编号"), max_length=80, required=False)
    note = forms.CharField(label=_("备注"), max_length=200, required=False)

    def __init__(self, *args: Any, user, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user
        own = list(credit.banks_of(user))
        if own and not user.scope.is_staff:  # a clerk records for the own bank
            self.fields["bank"] = forms.ChoiceField(
                label=self.fields["bank"].label, choices=[(bank.name, bank.name) for bank in own]
            )
        self.order_fields(self.field_order)


class PledgeForm(CreditForm):
    bank = forms.CharField(label=_("质权人"), max_length=80)
    product = None
    granted_on = None
    contract_number = None
    kind = forms.ChoiceField(label=_("类型"), choices=PledgeRegistration.Kind.choices)
    register_number = forms.CharField(label=_("登记号"), max_length=80, required=False)
    subject = forms.CharField(label=_("质押物"), max_length=120, required=False)
    amount = amount_field(_("质押金额（万元）"))
    registered_on = day_field(_("登记日期"), initial=timezone.localdate)

    field_order = (
        "enterprise",
        "kind",
        "register_number",
        "subject",
        "bank",
        "amount",
        "registered_on",
        "note",
    )


class ForEnterprise(forms.Form):
    """With the enterprise, named once and never changed afterwards."""

    enterprise = EnterpriseField(label=_("企业"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not self.user.scope.is_staff:
            self.fields["enterprise"].help_text = _("填写 18 位统一社会信用代码。")

    def clean_enterprise(self):
        text = self.cleaned_data["enterprise"]
        row = credit.recordable_enterprise(self.user, text)
        if row is not None:
            return row
        if self.user.scope.is_staff:
            return named_enterprise(self.user, text)
        raise forms.ValidationError(_("没有找到这家企业，请核对统一社会信用代码。"))


class NewCreditForm(ForEnterprise, CreditForm):
    field_order = ("enterprise", "bank", "product", "amount", "granted_on", "contract_number", "note")


class NewPledgeForm(ForEnterprise, PledgeForm):
    pass
