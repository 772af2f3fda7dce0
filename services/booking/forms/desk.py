"""Forms of the desk: sessions, weekly patterns, closures, what a follow-up found out."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.kit.forms import DateInput, NumberInput, RowChoice

from ...stations.models import Institution, InstitutionOffer, ServiceItem, ServiceStation, StationMember
from ..actions.sessions import LAST_YEAR, MOST_PLACES

WEEKDAYS = [
    (0, _("星期一")), (1, _("星期二")), (2, _("星期三")), (3, _("星期四")), (4, _("星期五")), (5, _("星期六")),
    (6, _("星期日")),
]  # fmt: skip


class TimeInput(forms.TimeInput):
    """The browser's own clock, by the minute."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__(attrs, format="%H:%M")


class ServedForm(forms.Form):
    """What is served: item, with whom, and for how many. Institutions are those that offer some item."""

    item = RowChoice(label=_("服务事项"), queryset=ServiceItem.objects.none())
    institution = RowChoice(
        label=_("技术机构"),
        queryset=Institution.objects.none(),
        required=False,
        help_text=_("由技术机构到站服务时选择。"),
    )
    member = RowChoice(
        label=_("专家"),
        queryset=StationMember.objects.none(),
        required=False,
        help_text=_("同一位专家同一时间只能在一处。"),
    )
    capacity = forms.IntegerField(
        label=_("名额"), min_value=1, max_value=MOST_PLACES, widget=NumberInput({"min": "1"})
    )

    def __init__(self, *args, station: ServiceStation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = ServiceItem.objects.filter(closed_on=None).order_by("position", "code")
        self.fields["institution"].queryset = Institution.objects.filter(
            district=station.district_id,
            closed_on=None,
            pk__in=InstitutionOffer.objects.values("institution"),
        ).order_by("code")
        self.fields["member"].queryset = StationMember.objects.filter(station=station, ended_on=None)
        self.fields["member"].label_from_instance = _member_label


def _member_label(member: StationMember) -> str:
    return f"{member.get_role_display()} {member.name}"


class SessionForm(ServedForm):
    """A single session: a day, from when to when."""

    day = forms.DateField(label=_("日期"), widget=DateInput)
    starts = forms.TimeField(label=_("开始"), widget=TimeInput)
    ends = forms.TimeField(label=_("结束"), widget=TimeInput)
    field_order = ("day", "starts", "ends", "item", "capacity", "institution", "member")

    def values(self) -> dict[str, Any]:
        """As the action takes them."""
        given = dict(self.cleaned_data)
        day = given.pop("day")
        return given | {"starts_at": at(day, given.pop("starts")), "ends_at": at(day, given.pop("ends"))}


class PatternForm(ServedForm):
    """A weekly pattern: a weekday, from when to when, from which day on."""

    weekday = forms.TypedChoiceField(label=_("星期"), choices=WEEKDAYS, coerce=int)
    starts_at = forms.TimeField(label=_("开始"), widget=TimeInput)
    ends_at = forms.TimeField(label=_("结束"), widget=TimeInput)
    valid_from = forms.DateField(label=_("启用日期"), widget=DateInput)
    valid_to = forms.DateField(
        label=_("停用日期"), widget=DateInput, required=False, help_text=_("不填表示一直排下去。")
    )
    field_order = ("weekday", "starts_at", "ends_at", "item", "capacity", "institution", "member")


class ClosureForm(forms.Form):
    """Days or hours, of all or of one item, and why."""

    first = forms.DateField(label=_("从哪天"), widget=DateInput)
    last = forms.DateField(label=_("到哪天"), widget=DateInput, help_text=_("含当天。"))
    starts = forms.TimeField(
        label=_("开始时间"), widget=TimeInput, required=False, help_text=_("整天停止服务请留空。")
    )
    ends = forms.TimeField(label=_("结束时间"), widget=TimeInput, required=False)
    item = forms.ModelChoiceField(
        label=_("服务事项"), queryset=ServiceItem.objects.none(), required=False, empty_label=_("全部事项")
    )
    reason = forms.CharField(
        label=_("原因"), min_length=2, max_length=100, help_text=_("企业会看到，例如“设备检修”。")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = ServiceItem.objects.filter(closed_on=None).order_by("position", "code")

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        first, last = given.get("first"), given.get("last")
        if last and last.year > LAST_YEAR:
            self.add_error("last", _("请检查日期。"))
        if first and last and last < first:
            self.add_error("last", _("不能早于开始的那天。"))
        return given

    def values(self) -> dict[str, Any]:
        """As the action takes them: one span from the first day to the last."""
        given = self.cleaned_data
        starts_at = at(given["first"], given["starts"] or datetime.time.min)
        if given["ends"]:
            ends_at = at(given["last"], given["ends"])
        else:
            ends_at = at(given["last"] + datetime.timedelta(days=1), datetime.time.min)
        return {
            "starts_at": starts_at, "ends_at": ends_at, "item": given["item"], "reason": given["reason"]
        }  # fmt: skip


class CapacityForm(forms.Form):
    capacity = forms.IntegerField(
        label=_("名额"), min_value=1, max_value=MOST_PLACES, widget=NumberInput({"min": "1"})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class EnterpriseSearch(forms.Form):
    """Whom the desk acts for: words of the name, or the beginning of the code."""

    search = forms.CharField(label=_("企业名称或统一社会信用代码"), max_length=60, required=False)


def at(day: datetime.date, time: datetime.time) -> datetime.datetime:
    return datetime.datetime.combine(day, time, tzinfo=timezone.get_default_timezone())


class WalkInForm(forms.Form):
    """What somebody at the desk comes for; the rest is known."""

    subject = forms.CharField(
        label=_("办理事由"), max_length=120, required=False, help_text=_("不填记为“现场办理”。")
    )
    contact_name = forms.CharField(label=_("联系人"), max_length=40, required=False)
    contact_phone = forms.CharField(
        label=_("联系电话"), max_length=30, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    note = forms.CharField(
        label=_("备注"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
