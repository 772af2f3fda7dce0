"""The bureau's forms. A week is written as people say it: "09:00-11:30 13:30-17:00" a day, nothing for a day off."""

import datetime
import re
from collections.abc import Iterable, Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kit.forms import DateInput, NumberInput, RowChoice
from portal.kit.text import half_width
from portal.territory.models import District, ServiceElement, Town

from ...kept.forms import code_field, text
from ..models import ElementListEntry, Institution, MemberLeave, ServiceStation, StationMember
from ..rules.opening import Hours, hours_problem

SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*[-–—~至]\s*([0-9]{1,2}):([0-9]{2})")
DAYS = (_("星期一"), _("星期二"), _("星期三"), _("星期四"), _("星期五"), _("星期六"), _("星期日"))


class DayField(forms.CharField):
    """The hours of one weekday, kept as one tidy text."""

    def __init__(self, *, weekday: int):
        self.weekday = weekday
        super().__init__(label=DAYS[weekday], required=False, max_length=100)

    def clean(self, value: str | None) -> str:
        text = half_width(super().clean(value)).replace("：", ":")
        hours = read_hours(text, self.weekday)
        if hours is None:
            raise forms.ValidationError(_("请按“09:00-11:30 13:30-17:00”填写，休息请留空。"))
        if problem := hours_problem(hours):
            raise forms.ValidationError(
                _("结束时间应晚于开始时间。") if problem == "order" else _("服务时间不能重叠。")
            )
        return write_hours(hours)


def read_hours(text: str, weekday: int) -> list[Hours] | None:
    """The hours that a text names; None when it says something else."""
    if SPAN.sub("", text).strip(" ,，;；、"):
        return None
    try:
        return [
            Hours(weekday, datetime.time(int(one), int(two)), datetime.time(int(three), int(four)))
            for one, two, three, four in SPAN.findall(text)
        ]
    except ValueError:
        return None


def write_hours(hours: Iterable[Hours]) -> str:
    return " ".join(f"{row.opens_at:%H:%M}-{row.closes_at:%H:%M}" for row in sorted(hours))


class StationForm(forms.Form):
    name = text(ServiceStation, "name")
    address = text(ServiceStation, "address")
    phone = text(ServiceStation, "phone")
    directions = text(ServiceStation, "directions", lines=3)
    closed_on = forms.DateField(
        label=_("停用日期"), required=False, widget=DateInput, help_text=_("填写后不再对外展示和排班。")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for weekday in range(7):
            self.fields[f"day_{weekday}"] = DayField(weekday=weekday)


class MemberForm(forms.Form):
    """A person of the team. When somebody is changed, an empty name or phone leaves what is stored."""

    role = forms.ChoiceField(label=_("角色"), choices=StationMember.Role)
    name = forms.CharField(label=_("姓名"), max_length=40)
    phone = forms.CharField(label=_("电话"), max_length=20)
    unit = text(StationMember, "unit")

    def __init__(self, *args, known: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if not known:
            return
        for name in ("name", "phone"):
            self.fields[name].required = False
            self.fields[name].help_text = _("留空表示不改。")
        self.fields["ended_on"] = forms.DateField(label=_("离任日期"), required=False, widget=DateInput)


class LeaveForm(forms.Form):
    starts_on = forms.DateField(label=_("开始日期"), widget=DateInput)
    ends_on = forms.DateField(label=_("结束日期"), widget=DateInput, help_text=_("含当天。"))
    reason = text(MemberLeave, "reason")


class InstitutionForm(forms.Form):
    name = text(Institution, "name")
    town = RowChoice(label=_("街镇"), queryset=Town.objects.none(), required=False, to_field_name="code")
    address = text(Institution, "address")
    phone = text(Institution, "phone")
    introduction = text(Institution, "introduction", lines=3)
    closed_on = forms.DateField(label=_("停止合作日期"), required=False, widget=DateInput)

    def __init__(self, *args, district: District, items: Mapping[str, str], is_new: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["town"].queryset = Town.objects.filter(district=district, closed_on=None)
        for code, name in items.items():
            self.fields[f"offer_{code}"] = forms.CharField(
                label=_("提供“%(item)s”") % {"item": name},
                required=False,
                max_length=200,
                help_text=_("写明具体服务；不提供请留空。"),
            )
        if is_new:
            del self.fields["closed_on"]
            self.fields = {"code": code_field("JG27"), **self.fields}


class EntryForm(forms.Form):
    """A line of the element list."""

    title = text(ElementListEntry, "title")
    provider = text(ElementListEntry, "provider")
    how = text(ElementListEntry, "how", lines=2)
    phone = text(ElementListEntry, "phone")
    position = forms.IntegerField(
        label=_("排序"), min_value=0, max_value=999, required=False, widget=NumberInput
    )

    def clean_position(self) -> int:
        return self.cleaned_data["position"] or 0


class NewEntryForm(EntryForm):
    element = RowChoice(label=_("要素"), queryset=ServiceElement.objects.filter(closed_on=None))
    field_order = ("element", "title")
