"""Reporting and correcting deals, their filter and their papers."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Segment

from ..models import ProcurementDeal
from ..queries import board
from .shared import (
    ANY,
    YES_NO,
    EnterpriseField,
    PeriodFilter,
    amount_field,
    day_field,
    in_yuan,
    named_enterprise,
    segment_choices,
)


class DealFilter(PeriodFilter):
    status = forms.ChoiceField(
        label=_("状态"), required=False, choices=[ANY, *ProcurementDeal.Status.choices]
    )
    intra_chain = forms.ChoiceField(label=_("链内采购"), required=False, choices=YES_NO)
    waiting = forms.ChoiceField(label=_("等待确认"), required=False, choices=YES_NO)
    counted = forms.ChoiceField(label=_("计入统计"), required=False, choices=YES_NO)
    uscc = forms.CharField(label=_("企业信用代码"), required=False, max_length=18)

    field_order = ("search", "status", "chain", "town", "since", "until", "intra_chain", "waiting", "counted")


class DealForm(forms.Form):
    """A purchase as people note it down."""

    amount = amount_field(_("合同金额（万元）"))
    signed_on = day_field(_("签订日期"), initial=timezone.localdate)
    goods = forms.CharField(label=_("采购内容"), max_length=200)
    contract_number = forms.CharField(label=_("合同编号"), max_length=80)
    segment = forms.ChoiceField(
        label=_("供货环节"), required=False, help_text=_("货物出自产业链的哪个环节；不清楚可不选。")
    )

    def __init__(self, *args: Any, user, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user
        self.segments, choices = segment_choices(user)
        self.fields["segment"].choices = [("", "—"), *choices]

    def clean_segment(self) -> Segment | None:
        return self.segments.get(self.cleaned_data["segment"])


class NewDealForm(DealForm):
    """Staff name both sides; an enterprise says which side it is and names the other."""

    side = forms.ChoiceField(
        label=_("我方是"),
        choices=[("buyer", _("采购方")), ("seller", _("供应方"))],
        widget=forms.RadioSelect,
        initial="buyer",
    )
    partner = EnterpriseField(label=_("对方企业"))
    buyer = EnterpriseField(label=_("采购方"))
    seller = EnterpriseField(label=_("供应方"))
    need = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    offer = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    field_order = (
        "side", "partner", "buyer", "seller", "goods", "amount", "signed_on", "contract_number", "segment",
    )  # fmt: skip

    def __init__(self, *args: Any, own, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.own = own
        for name in ("buyer", "seller") if own is not None else ("side", "partner"):
            del self.fields[name]

    def clean_partner(self):
        return named_enterprise(self.user, self.cleaned_data["partner"])

    def clean_buyer(self):
        return named_enterprise(self.user, self.cleaned_data["buyer"])

    def clean_seller(self):
        return named_enterprise(self.user, self.cleaned_data["seller"])

    def _posting(self, kind: str):
        number = self.cleaned_data[kind]
        row = board.posting_for(self.user, number) if number else None
        return row if row is not None and row.kind == kind else None

    def clean_need(self):
        return self._posting("need")

    def clean_offer(self):
        return self._posting("offer")

    def report(self) -> dict[str, Any]:
        """The values as `report_deal` takes them."""
        given = in_yuan(dict(self.cleaned_data))
        if self.own is not None:
            side, partner = given.pop("side"), given.pop("partner")
            given |= (
                {"buyer": self.own, "seller": partner}
                if side == "buyer"
                else {"buyer": partner, "seller": self.own}
            )
        return given
