"""The filter of the projects, and the form of one."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain
from portal.kit.forms import DateInput, NumberInput, RowChoice
from portal.territory.models import Town

from . import queries, rules
from .models import IntegrationProject as Project

ANY = ("", _("全部"))
CARRIERS = _("例如：党员科技创新工作室、党员名师带徒工作室、党员科技创新示范岗、党员科技创新先锋团队")


class ProjectFilter(forms.Form):
    search = forms.CharField(label=_("项目、编号或牵头单位"), required=False, max_length=60)
    town = forms.ChoiceField(label=_("街镇"), required=False)
    chain = forms.ChoiceField(label=_("产业链"), required=False)
    direction = forms.ChoiceField(
        label=_("创新方向"), required=False, choices=[ANY, *Project.Direction.choices]
    )
    subject = forms.ChoiceField(label=_("重点主体"), required=False, choices=[ANY, *Project.Subject.choices])
    status = forms.ChoiceField(label=_("状态"), required=False, choices=[ANY, *Project.Status.choices])
    since = forms.DateField(label=_("完成日期从"), required=False, widget=DateInput)
    until = forms.DateField(label=_("到"), required=False, widget=DateInput)

    def __init__(self, data, *, user):
        super().__init__(data)
        towns, chains = queries.towns_for(user), queries.chains_for(user)
        self.fields["town"].choices = [ANY, *((town.code, town.short_name) for town in towns)]
        self.fields["chain"].choices = [ANY, *((chain.code, chain.name) for chain in chains)]
        if len(self.fields["town"].choices) <= 2:  # nothing to choose
            self.fields["town"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", _("结束日期不能早于开始日期。"))
        return given

    def filters(self) -> dict[str, str]:
        """The filters as the query wants them; call after is_valid()."""
        given = dict(self.cleaned_data)
        days = {"from": given.pop("since"), "to": given.pop("until")}
        return given | {name: day.isoformat() if day else "" for name, day in days.items()}


class ProjectForm(forms.Form):
    title = forms.CharField(label=_("项目名称"), max_length=120)
    subject = forms.ChoiceField(
        label=_("重点主体"), choices=Project.Subject.choices, widget=forms.RadioSelect
    )
    direction = forms.ChoiceField(
        label=_("创新方向"), choices=Project.Direction.choices, widget=forms.RadioSelect
    )
    enterprise = forms.CharField(
        label=_("牵头企业"), max_length=120, required=False, help_text=_("填写企业全称或统一社会信用代码")
    )
    organization = forms.CharField(
        label=_("牵头党组织"),
        max_length=120,
        required=False,
        help_text=_("填写全称或编号；与牵头企业至少填一项"),
    )
    town = RowChoice(
        label=_("街镇"), queryset=Town.objects.none(), required=False, to_field_name="code",
        empty_label=_("牵头单位所在街镇"),
    )  # fmt: skip
    chain = RowChoice(
        label=_("产业链"),
        queryset=Chain.objects.none(),
        required=False,
        to_field_name="code",
        empty_label="—",
    )
    carriers = forms.CharField(label=_("工作载体"), max_length=200, required=False, help_text=CARRIERS)
    status = forms.ChoiceField(label=_("状态"), choices=Project.Status.choices, initial=rules.RUNNING)
    started_on = forms.DateField(label=_("开始日期"), widget=DateInput, initial=timezone.localdate)
    finished_on = forms.DateField(
        label=_("完成日期"),
        required=False,
        widget=DateInput,
        help_text=_("已完成的项目填写，按这一天计入统计"),
    )
    participants = forms.IntegerField(
        label=_("参与党员（人次）"), min_value=0, max_value=rules.MOST, required=False, widget=NumberInput
    )
    patents = forms.IntegerField(
        label=_("形成专利（项）"), min_value=0, max_value=rules.MOST, required=False, widget=NumberInput
    )
    summary = forms.CharField(
        label=_("简况"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, user, is_new: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["town"].queryset = queries.towns_for(user)
        self.fields["chain"].queryset = queries.chains_for(user)
        if is_new:
            known = Project.Status.choices
            self.fields["status"].choices = [row for row in known if row[0] in rules.STARTS]
        else:
            self.fields["town"].required = True

    def clean_enterprise(self):
        return self._named(
            "enterprise", queries.enterprise_named, _("您的范围内没有这家企业，请核对全称或代码。")
        )

    def clean_organization(self):
        text = _("您的范围内没有这个党组织，请核对全称或编号。")
        return self._named("organization", queries.organization_named, text)

    def _named(self, name: str, find, sentence):
        """The row that a text means; None for an empty one."""
        text = self.cleaned_data[name].strip()
        if not text:
            return None
        if (found := find(self.user, text)) is None:
            raise forms.ValidationError(sentence)
        return found
