"""Forms of profile and survey, made for a phone in one hand."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chains.party.models import EstablishmentMode
from portal.kit.forms import DateInput, NumberInput, RowChoice

from ..registry.models import Enterprise
from ..registry.rules import MAX_EMPLOYEES
from .models import OrganizationForm, PartyProfile, SurveyMethod
from .rules import MAX_MEMBERS, PERSONAL_FIELDS, masked

PHONE = {"inputmode": "tel", "autocomplete": "off", "type": "tel"}


def _count(label: str, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most, required=False, widget=NumberInput)


class SurveyForm(forms.Form):
    """What an inspector asks on the spot. Known values stand in the fields; a blank personal field stays as it is,
    because names and phones are not shown in full here."""

    surveyed_on = forms.DateField(label=_("摸排日期"), widget=DateInput)
    method = forms.ChoiceField(label=_("摸排方式"), choices=SurveyMethod.choices)
    full_members = _count(_("正式党员数"), MAX_MEMBERS)
    probationary_members = _count(_("预备党员数"), MAX_MEMBERS)
    organization_form = forms.ChoiceField(
        label=_("党组织形式"), choices=OrganizationForm.choices, widget=forms.RadioSelect
    )
    organization = forms.CharField(
        label=_("党组织名称"),
        max_length=120,
        required=False,
        help_text=_("填写全称或编号；形式为“无”时不用填写"),
    )
    establishment_mode = RowChoice(
        EstablishmentMode.objects.all(), label=_("组建方式"), required=False, to_field_name="code"
    )
    secretary_name = forms.CharField(label=_("书记姓名"), max_length=40, required=False)
    secretary_phone = forms.CharField(
        label=_("书记电话"), max_length=30, required=False, widget=forms.TextInput(attrs=PHONE)
    )
    contact_name = forms.CharField(label=_("联系人"), max_length=40, required=False)
    contact_phone = forms.CharField(
        label=_("联系电话"), max_length=30, required=False, widget=forms.TextInput(attrs=PHONE)
    )
    employees = _count(_("从业人数"), MAX_EMPLOYEES)
    note = forms.CharField(
        label=_("备注"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data=None, *, enterprise: Enterprise, self_report: bool):
        profile = getattr(enterprise, "profile", None) or PartyProfile(enterprise=enterprise)
        super().__init__(data, initial=_known(enterprise, profile, self_report=self_report))
        if self_report:
            self.fields["method"].choices = [(SurveyMethod.SELF_REPORT.value, SurveyMethod.SELF_REPORT.label)]
            self.fields["method"].widget = forms.HiddenInput()
        for name in PERSONAL_FIELDS:
            if known := masked(name, getattr(profile, name)):
                self.fields[name].widget.attrs["placeholder"] = known
                self.fields[name].help_text = _("已登记 %(known)s，留空则不变") % {"known": known}
        today = timezone.localdate()
        self.fields["surveyed_on"].widget.attrs["max"] = today.isoformat()

    def answers(self) -> dict[str, Any]:
        """What was asked, for `record_survey`: a blank text was not asked; form 无 needs no organisation."""
        given = {
            name: value
            for name, value in self.cleaned_data.items()
            if value not in (None, "") or name == "note"
        }
        if given["organization_form"] == OrganizationForm.NONE:
            for name in ("organization", "establishment_mode"):
                given.pop(name, None)
        return given


class PersonalForm(forms.Form):
    """Why somebody needs a name or phone in full."""

    field = forms.ChoiceField(
        label=_("查看内容"),
        choices=[(name, PartyProfile._meta.get_field(name).verbose_name) for name in PERSONAL_FIELDS],
        widget=forms.HiddenInput,
    )
    reason = forms.CharField(
        label=_("查看事由"),
        min_length=2,
        max_length=200,
        help_text=_("例如：联系企业核对摸排信息。将记入查看记录。"),
    )


class WorklistFilter(forms.Form):
    """State and town of the survey work list."""

    state = forms.CharField(required=False, widget=forms.HiddenInput)
    town = forms.ChoiceField(label=_("街镇"), required=False)
    ordering = forms.ChoiceField(
        label=_("排序"),
        required=False,
        choices=[
            ("last_surveyed", _("最久未摸排在前")),
            ("-last_surveyed", _("最近摸排在前")),
            ("name", _("按名称")),
        ],
    )

    def __init__(self, data, *, towns):
        super().__init__(data)
        self.fields["town"].choices = [("", _("全部")), *((town.code, town.short_name) for town in towns)]
        if len(towns) == 1:
            self.fields["town"].widget = forms.HiddenInput()


def _known(enterprise: Enterprise, profile: PartyProfile, *, self_report: bool) -> dict[str, Any]:
    return {
        "surveyed_on": timezone.localdate(),
        "method": SurveyMethod.SELF_REPORT if self_report else SurveyMethod.VISIT,
        "full_members": profile.full_members,
        "probationary_members": profile.probationary_members,
        "organization_form": profile.organization_form,
        "organization": profile.organization_name,
        "establishment_mode": profile.establishment_mode.code if profile.establishment_mode else None,
        "employees": enterprise.employees,
    }
