"""Forms of alliances: the list's filters, pattern and charter, the rotating chair."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.kit.forms import DateInput

from ..party.forms.fields import OrganizationField
from ..party.forms.organizations import PlaceFilter
from ..party.models import PartyOrganization
from ..party.queries.organizations import near
from .models import Alliance
from .rules import MAX_CHARTER

ANY = ("", _("全部"))


class AllianceFilter(PlaceFilter):
    search = forms.CharField(label=_("名称或编号"), required=False, max_length=60)
    pattern = forms.ChoiceField(
        label=_("组织体系"), required=False, choices=[ANY, *((one, one) for one in Alliance.Pattern.values)]
    )
    status = forms.ChoiceField(
        label=_("状态"), required=False, choices=[ANY, *PartyOrganization.Status.choices]
    )

    field_order = ("search", "town", "chain", "pattern", "status")


class CharterForm(forms.Form):
    pattern = forms.ChoiceField(
        label=_("组织体系"), required=False, choices=[("", _("未定")), *Alliance.Pattern.choices]
    )
    adopted_on = forms.DateField(label=_("章程通过日期"), required=False, widget=DateInput)
    charter = forms.CharField(
        label=_("章程"),
        required=False,
        max_length=MAX_CHARTER,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("联盟性质、成员单位、运行机制、主要任务等。"),
    )


class ChairForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    chair = OrganizationField(label=_("轮值会长单位"), help_text=_("编号或全称；输入时会给出建议。"))
    started_on = forms.DateField(
        label=_("任期开始"),
        widget=DateInput,
        initial=timezone.localdate,
        help_text=_("前任会长的任期到这一天为止。"),
    )

    def __init__(self, *args: Any, user, alliance: PartyOrganization, **kwargs: Any):
        super().__init__(*args, initial={"version": alliance.version}, **kwargs)
        self.fields["chair"].offer(user, list(near(user, alliance)))
        self.fields["started_on"].widget.attrs["max"] = timezone.localdate().isoformat()
