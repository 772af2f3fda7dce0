"""The filter of the simplified items, and the bureau's form."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.kit.forms import DateInput, NumberInput, RowChoice
from portal.territory.models import Department, District

from ..kept.forms import code_field, text
from ..stations.forms.filters import ByCode, DistrictForm
from .models import SimplifiedItem
from .rules import MOST


class SimplifiedFilter(DistrictForm):
    search = forms.CharField(label=_("事项或做法"), required=False, max_length=60)
    category = forms.ChoiceField(
        label=_("类别"), required=False, choices=[("", _("全部类别")), *SimplifiedItem.Category.choices]
    )
    department = ByCode(label=_("办理部门"), model=Department, empty_label=_("全部部门"))

    def __init__(self, *args: Any, district: District | None, **kwargs: Any):
        super().__init__(*args, district=district, **kwargs)
        department = self.fields["department"]
        department.queryset = Department.objects.filter(
            district=district, simplified_items__isnull=False
        ).distinct()


def _number(name: str) -> forms.IntegerField:
    label = SimplifiedItem._meta.get_field(name).verbose_name
    return forms.IntegerField(label=label, min_value=0, max_value=MOST, widget=NumberInput)


class SimplifiedForm(forms.Form):
    name = text(SimplifiedItem, "name")
    category = forms.ChoiceField(label=_("类别"), choices=SimplifiedItem.Category, widget=forms.RadioSelect)
    department = RowChoice(label=_("办理部门"), queryset=Department.objects.none(), to_field_name="code")
    how = text(SimplifiedItem, "how", lines=3, help_text=_("例如：当日申请、次日拨付。"))
    materials_before = _number("materials_before")
    materials_now = _number("materials_now")
    days_before = _number("days_before")
    days_now = _number("days_now")
    effective_on = forms.DateField(label=_("实施日期"), widget=DateInput)
    ended_on = forms.DateField(label=_("停止日期"), required=False, widget=DateInput)

    def __init__(self, *args: Any, district: District, is_new: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.filter(district=district)
        if is_new:
            del self.fields["ended_on"]
            self.fields["effective_on"].initial = timezone.localdate
            self.fields = {"code": code_field("JY041"), **self.fields}
