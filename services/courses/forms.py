"""The filter of the courses, and the bureau's form."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain
from portal.kit.forms import DateInput, RowChoice
from portal.territory.models import Department, District, ServiceElement

from ..kept.forms import code_field, text
from ..stations.forms.filters import ByCode, DistrictForm
from ..stations.models import Institution, ServiceItem
from .models import Course

EVERY = _("不限")


class CourseFilter(DistrictForm):
    search = forms.CharField(
        label=_("想学什么"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": _("例如：标准化、商标、首席质量官")}),
    )
    chain = ByCode(label=_("所在产业链"), model=Chain, empty_label=_("全部产业链"))
    element = ByCode(label=_("产业要素"), model=ServiceElement, empty_label=_("全部要素"))
    item = ByCode(label=_("服务事项"), model=ServiceItem, empty_label=_("全部事项"))
    form = forms.ChoiceField(
        label=_("授课形式"), required=False, choices=[("", _("全部形式")), *Course.Form.choices]
    )


class CourseForm(forms.Form):
    title = text(Course, "title")
    summary = text(Course, "summary", lines=4)
    audience = text(Course, "audience")
    form = forms.ChoiceField(label=_("授课形式"), choices=Course.Form, widget=forms.RadioSelect)
    hours = forms.DecimalField(label=_("学时"), max_digits=4, decimal_places=1, min_value=0)
    chain = RowChoice(
        label=_("产业链"),
        queryset=Chain.objects.none(),
        required=False,
        to_field_name="code",
        empty_label=EVERY,
    )
    element = RowChoice(
        label=_("产业要素"),
        queryset=ServiceElement.objects.filter(closed_on=None),
        required=False,
        to_field_name="code",
        empty_label=EVERY,
    )
    item = RowChoice(
        label=_("服务事项"),
        queryset=ServiceItem.objects.filter(closed_on=None),
        required=False,
        to_field_name="code",
        empty_label=EVERY,
    )
    institution = RowChoice(
        label=_("授课的技术机构"), queryset=Institution.objects.none(), required=False, to_field_name="code"
    )
    department = RowChoice(
        label=_("授课的职能部门"), queryset=Department.objects.none(), required=False, to_field_name="code"
    )
    giver = text(Course, "giver", help_text=_("不是上面的机构或部门时填写。"))
    contact = text(Course, "contact", help_text=_("公开的电话、网址或地点，不填个人手机号码。"))
    opened_on = forms.DateField(label=_("开课日期"), widget=DateInput)
    closed_on = forms.DateField(
        label=_("停开日期"), required=False, widget=DateInput, help_text=_("填写后从这一天起不再对外展示。")
    )

    def __init__(self, *args: Any, district: District, is_new: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, model in (("chain", Chain), ("institution", Institution), ("department", Department)):
            self.fields[name].queryset = model.objects.filter(district=district)
        if is_new:
            del self.fields["closed_on"]
            self.fields["opened_on"].initial = timezone.localdate
            self.fields = {"code": code_field("KC053"), **self.fields}
