"""What somebody fills in to book, to filter the bookings, and to rate. Lengths and rights are checked by the actions."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enterprises.profile.contact_form import ContactForm
from enterprises.registry.models import Enterprise
from enterprises.registry.rules import clean_uscc
from portal.kit.forms import DateInput
from portal.kit.text import clean_line

from ...stations.models import ServiceItem, ServiceMode
from ..models import ServiceSession


class BookingForm(ContactForm):
    """One request for one or several sessions (`legs`). Whoever books for several enterprises names one.

    The contact may be left empty where the enterprise has registered one: it is used without being shown.
    """

    field_order = (
        "enterprise", "subject", "mode", "contact_name", "contact_phone", "note", "join_waiting_list",
    )  # fmt: skip
    enterprise = forms.CharField(label=_("企业"), max_length=40)
    subject = forms.CharField(
        label=_("办理事由"),
        max_length=120,
        widget=forms.TextInput(attrs={"placeholder": _("例如：2 台电子秤到期检定")}),
    )
    mode = forms.ChoiceField(label=_("办理方式"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("备注"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    join_waiting_list = forms.BooleanField(
        label=_("提交时如已约满，加入候补"),
        required=False,
        help_text=_("有名额时按先后通知您，须在期限内答复。"),
    )

    def __init__(
        self,
        *args: Any,
        user,
        legs: Sequence[ServiceSession],
        enterprise: Enterprise | None,
        **more: Any,
    ):
        super().__init__(*args, user=user, enterprise=enterprise, **more)
        labels = dict(ServiceMode.choices)
        codes = common_modes(legs)
        self.fields["mode"].choices = [(code, labels[code]) for code in codes]
        self.fields["mode"].initial = codes[0] if codes else ""
        self.fields["mode"].widget.choices = self.fields["mode"].choices
        if len(legs) > 1:
            del self.fields["join_waiting_list"]
        self._name_the_enterprise()

    def _name_the_enterprise(self) -> None:
        own = self.user.scope.enterprises
        if not self.user.scope.is_staff and len(own) == 1:
            del self.fields["enterprise"]
        elif not self.user.scope.is_staff:
            rows = Enterprise.objects.visible_to(self.user).filter(uscc__in=own).order_by("name")
            self.fields["enterprise"] = forms.ChoiceField(
                label=_("企业"), choices=[(row.uscc, row.name) for row in rows]
            )
        else:
            self.fields["enterprise"].label = _("统一社会信用代码")
            self.fields["enterprise"].initial = self.enterprise.uscc if self.enterprise else ""

    def clean_enterprise(self) -> str:
        uscc = clean_uscc(self.cleaned_data["enterprise"])
        self.enterprise = Enterprise.objects.visible_to(self.user).filter(uscc=uscc).first()
        if self.enterprise is None:
            raise forms.ValidationError(_("没有这家企业，或不在您的范围内。"))
        return uscc

    def wish(self) -> dict[str, Any]:
        """What the action books."""
        return self.with_contact(
            {name: value for name, value in self.cleaned_data.items() if name != "enterprise"}
        )

    def contact_as_shown(self) -> dict[str, str]:
        """The contact on the page of answers: as typed, else the registered one masked."""
        return {name: self.cleaned_data.get(name) or value for name, value in self.masked_contact().items()}


def common_modes(legs: Sequence[ServiceSession]) -> list[str]:
    """The ways in which all the sessions' items are served, in the catalogue's order."""
    return [
        code
        for code in ServiceMode.values
        if all(not leg.item.modes or code in leg.item.modes for leg in legs)
    ]


class BookingFilter(forms.Form):
    """The list of bookings: which item, from when to when."""

    item = forms.ModelChoiceField(
        label=_("服务事项"),
        queryset=ServiceItem.objects.all(),
        to_field_name="code",
        required=False,
        empty_label=_("全部事项"),
    )
    first = forms.DateField(label=_("服务日期从"), required=False, widget=DateInput())
    last = forms.DateField(label=_("到"), required=False, widget=DateInput())
    state = forms.CharField(required=False, widget=forms.HiddenInput())

    def values(self) -> dict[str, str]:
        """As `queries.bookings.listed` reads them; what is not in order filters nothing."""
        self.is_valid()
        given = self.cleaned_data
        return {
            "item": given["item"].code if given.get("item") else "",
            "from": given["first"].isoformat() if given.get("first") else "",
            "to": given["last"].isoformat() if given.get("last") else "",
        }


class PersonalForm(forms.Form):
    """Which part of the contact is needed in full, and why."""

    field = forms.ChoiceField(
        choices=[("contact_name", _("联系人")), ("contact_phone", _("联系电话"))], widget=forms.HiddenInput()
    )
    reason = forms.CharField(label=_("查看事由"), max_length=200)

    def clean_reason(self) -> str:
        return clean_line(self.cleaned_data["reason"])
