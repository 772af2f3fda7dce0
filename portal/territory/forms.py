"""Forms of the territory: a day of the work calendar; commercial areas, buildings and parks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kit.forms import DateInput, RowChoice

from .models import Area, CalendarDay, Town


class CalendarDayForm(forms.Form):
    day = forms.DateField(label=_("日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    is_working = forms.TypedChoiceField(
        label=_("当天"),
        choices=[("no", _("不上班")), ("yes", _("上班"))],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
        initial="no",
    )
    reason = forms.CharField(
        label=_("原因"),
        max_length=CalendarDay._meta.get_field("reason").max_length,
        help_text=_("例如：台风停工、调休通知变更。"),
    )


class AreaFilter(forms.Form):
    search = forms.CharField(label=_("名称或编号"), required=False, max_length=60)
    town = forms.ModelChoiceField(
        Town.objects.all(), label=_("街镇"), to_field_name="code", required=False, empty_label=_("全部")
    )
    kind = forms.ChoiceField(label=_("类别"), choices=[("", _("全部")), *Area.Kind.choices], required=False)
    active = forms.ChoiceField(
        label=_("状态"),
        choices=[("", _("在用")), ("0", _("已撤销")), ("all", _("全部"))],
        required=False,
    )

    def filters(self) -> dict[str, str]:
        """What the query reads; without a choice only those in use are listed."""
        given = {name: getattr(value, "code", value) or "" for name, value in self.cleaned_data.items()}
        return {**given, "active": {"": "1", "all": ""}.get(given["active"], given["active"])}


class AreaForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=60)
    kind = forms.ChoiceField(label=_("类别"), choices=Area.Kind.choices)
    town = RowChoice(Town.objects.none(), label=_("街镇"), to_field_name="code")
    address = forms.CharField(label=_("地址"), max_length=200, required=False)

    def __init__(self, *args, district_id: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["town"].queryset = Town.objects.filter(district=district_id, closed_on=None)


class NewAreaForm(AreaForm):
    code = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9_-]*\Z",
        label=_("编号"),
        max_length=32,
        help_text=_("字母、数字、下划线和连字符；登记后不变。"),
        error_messages={"invalid": _("只能用字母、数字、下划线和连字符，以字母或数字开头。")},
    )

    field_order = ("code", "name")


class AreaEditForm(AreaForm):
    closed_on = forms.DateField(
        label=_("撤销日期"),
        required=False,
        widget=DateInput,
        help_text=_("填写后不再接收新的企业、党组织和派驻；已有记录保留。"),
    )
