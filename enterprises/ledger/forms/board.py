"""Offers and needs: their filter, posting and changing."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain

from ..models import Posting
from .shared import (
    ANY,
    EnterpriseField,
    amount_field,
    chains_of,
    day_field,
    in_yuan,
    named_enterprise,
    segment_choices,
)


class BoardFilter(forms.Form):
    search = forms.CharField(label=_("产品或服务"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("类别"), required=False, choices=[ANY, *Posting.Kind.choices])
    chain = forms.ChoiceField(label=_("产业链"), required=False)
    status = forms.ChoiceField(label=_("状态"), required=False, choices=[ANY, *Posting.Status.choices])
    uscc = forms.CharField(required=False, max_length=18, widget=forms.HiddenInput)

    def __init__(self, data, *, chains: Iterable[Chain]):
        super().__init__(data)
        self.fields["chain"].choices = [ANY, *((chain.code, chain.name) for chain in chains)]


class PostingForm(forms.Form):
    """An offer or a need; chain and segment are chosen as one."""

    title = forms.CharField(label=_("产品或服务"), max_length=80)
    place = forms.ChoiceField(
        label=_("产业链与环节"), help_text=_("供给选本企业所在环节，需求选希望由哪个环节供货。")
    )
    description = forms.CharField(
        label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("数量、规格、交期等；全区企业可见，请勿填写个人电话。"),
    )  # fmt: skip
    amount = amount_field(_("预计金额（万元）"), required=False)
    valid_until = day_field(_("有效期至"))

    def __init__(self, *args: Any, user, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user
        self.segments, groups = segment_choices(user)
        self.chains = {chain.code: chain for chain in chains_of(user)}
        codes = {chain.name: chain.code for chain in self.chains.values()}
        self.fields["place"].choices = [
            ("", "—"),
            *((name, [(f"{codes[name]}/", _("整链（不分环节）")),
                      *((f"{codes[name]}/{code}", label) for code, label in rows)]) for name, rows in groups),
        ]  # fmt: skip

    def chosen(self) -> dict[str, Any]:
        """The values as the actions take them."""
        return self.read(dict(self.cleaned_data))

    def read(self, given: dict[str, Any]) -> dict[str, Any]:
        """Those of the given values, with the place as chain and segment."""
        if "place" in given:
            chain, _slash, segment = given.pop("place").partition("/")
            given |= {"chain": self.chains[chain], "segment": self.segments.get(segment)}
        return in_yuan(given)


class NewPostingForm(PostingForm):
    kind = forms.ChoiceField(
        label=_("类别"), choices=Posting.Kind.choices, widget=forms.RadioSelect, initial="need"
    )
    enterprise = EnterpriseField(label=_("企业"))

    field_order = ("kind", "enterprise", "title", "place", "description", "amount", "valid_until")

    def __init__(self, *args: Any, own, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.own = own
        if own is not None:
            del self.fields["enterprise"]

    def clean_enterprise(self):
        return named_enterprise(self.user, self.cleaned_data["enterprise"])

    def chosen(self) -> dict[str, Any]:
        return {"enterprise": self.own, **super().chosen()}
