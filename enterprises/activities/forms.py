"""Filters of the list, and the form of an activity."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain
from chains.party.models import PartyOrganization
from portal.kit.forms import DateInput, NumberInput
from portal.territory.models import Town

from .models import Activity
from .rules import HELD, MAX_ATTENDANCES, PLANNED

ANY = ("", _("全部"))
MOST_CHOICES = 200
STATES = [(PLANNED, Activity.Status.PLANNED.label), (HELD, Activity.Status.HELD.label)]


class ActivityFilter(forms.Form):
    search = forms.CharField(label=_("主题、编号或党组织"), required=False, max_length=60)
    town = forms.ChoiceField(label=_("街镇"), required=False)
    chain = forms.ChoiceField(label=_("产业链"), required=False)
    kind = forms.ChoiceField(label=_("类型"), required=False, choices=[ANY, *Activity.Kind.choices])
    status = forms.ChoiceField(label=_("状态"), required=False, choices=[ANY, *Activity.Status.choices])
    since = forms.DateField(label=_("从"), required=False, widget=DateInput)
    until = forms.DateField(label=_("到"), required=False, widget=DateInput)
    organization = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(self, data, *, towns: Iterable[Town], chains: Iterable[Chain]):
        super().__init__(data)
        self.fields["town"].choices = [ANY, *((town.code, town.short_name) for town in towns)]
        self.fields["chain"].choices = [ANY, *((chain.code, chain.name) for chain in chains)]
        if len(self.fields["town"].choices) <= 2:  # nothing to choose
            self.fields["town"].widget = forms.HiddenInput()

    def filters(self) -> dict[str, str]:
        """The filters as the query wants them; call after is_valid()."""
        given = dict(self.cleaned_data)
        days = {"from": given.pop("since"), "to": given.pop("until")}
        return given | {name: day.isoformat() if day else "" for name, day in days.items()}


class ActivityForm(forms.Form):
    """An activity as people note it down."""

    kind = forms.ChoiceField(label=_("类型"), choices=Activity.Kind.choices)
    title = forms.CharField(label=_("主题"), max_length=120)
    status = forms.ChoiceField(label=_("状态"), choices=STATES, widget=forms.RadioSelect, initial=HELD)
    held_on = forms.DateField(label=_("日期"), widget=DateInput, initial=timezone.localdate)
    place = forms.CharField(label=_("地点"), max_length=120, required=False)
    attendances = forms.IntegerField(
        label=_("参加人数"),
        min_value=0,
        max_value=MAX_ATTENDANCES,
        required=False,
        widget=NumberInput,
        help_text=_("已开展的活动填写"),
    )
    summary = forms.CharField(
        label=_("简况"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class NewActivityForm(ActivityForm):
    """With the organisation: chosen from a list while that is short, else named by name or code."""

    organization = forms.CharField(label=_("党组织"), max_length=120, help_text=_("填写全称或编号"))

    field_order = ("organization", "kind", "title", "status", "held_on", "place", "attendances", "summary")

    def __init__(self, *args: Any, organizations, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.organizations = organizations
        active = list(
            organizations.filter(status=PartyOrganization.Status.ACTIVE).order_by("name")[: MOST_CHOICES + 1]
        )
        if len(active) <= MOST_CHOICES:
            choices = [("", _("请选择")), *((one.code, one.name) for one in active)]
            self.fields["organization"] = forms.ChoiceField(label=_("党组织"), choices=choices)
            if len(active) == 1:
                self.fields["organization"].initial = active[0].code
            self.order_fields(self.field_order)

    def clean_organization(self) -> PartyOrganization:
        text = self.cleaned_data["organization"].strip()
        found = self.organizations.filter(Q(code=text) | Q(name=text)).order_by("ended_on", "code").first()
        if found is None:
            raise forms.ValidationError(_("您的范围内没有这个党组织，请核对全称或编号。"))
        return found
