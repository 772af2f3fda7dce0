"""The search of the library, and the bureau's form for a policy; its conditions are fields here and data in the table."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kit.forms import DateInput, RowChoice
from portal.territory.models import Department, District, ServiceElement

from ..kept.forms import code_field, text
from ..stations.forms.filters import ByCode, DistrictForm
from ..stations.forms.items import condition_fields
from .models import Policy
from .rules import Stage


class PolicyFilter(DistrictForm):
    search = forms.CharField(
        label=_("名称或摘要"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": _("例如：技改补贴、人才公寓")}),
    )
    kind = forms.ChoiceField(
        label=_("类别"), required=False, choices=[("", _("全部类别")), *Policy.Kind.choices]
    )
    element = ByCode(label=_("产业要素"), model=ServiceElement, empty_label=_("全部要素"))
    department = ByCode(label=_("主管部门"), model=Department, empty_label=_("全部部门"))
    stage = forms.ChoiceField(
        label=_("申报时间"),
        required=False,
        choices=[
            ("", _("全部")),
            (Stage.OPEN, _("现在可申报")),
            (Stage.AHEAD, _("未开始")),
            (Stage.OVER, _("已截止")),
        ],
    )

    def __init__(self, *args, district: District | None, **kwargs):
        super().__init__(*args, district=district, **kwargs)
        self.fields["department"].queryset = self.fields["department"].queryset.filter(district=district)


class PolicyForm(forms.Form):
    title = text(Policy, "title")
    kind = forms.ChoiceField(label=_("类别"), choices=Policy.Kind)
    element = RowChoice(
        label=_("产业要素"), queryset=ServiceElement.objects.all(), required=False, to_field_name="code"
    )
    department = RowChoice(label=_("主管部门"), queryset=Department.objects.none(), to_field_name="code")
    document = text(Policy, "document")
    summary = text(Policy, "summary", lines=2)
    benefit = text(Policy, "benefit", lines=2)
    body = text(Policy, "body", lines=8)
    materials = text(Policy, "materials", lines=4, help_text=_("一行一项。"))
    how_to = text(Policy, "how_to", lines=3)
    hotline = text(Policy, "hotline", help_text=_("对外公布的单位电话，不填个人号码。"))
    published_on = forms.DateField(label=_("发布日期"), widget=DateInput)
    apply_from = forms.DateField(label=_("申报开始"), required=False, widget=DateInput)
    apply_until = forms.DateField(
        label=_("申报截止"), required=False, widget=DateInput, help_text=_("长期有效请留空。")
    )
    closed_on = forms.DateField(label=_("失效日期"), required=False, widget=DateInput)

    def __init__(
        self,
        *args,
        district: District,
        names: Mapping[str, Mapping[str, str]],
        is_new: bool = False,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.filter(district=district, closed_on=None)
        self.fields |= condition_fields(names)
        if is_new:
            del self.fields["closed_on"]
            self.fields = {"code": code_field("ZC-2026-01"), **self.fields}
