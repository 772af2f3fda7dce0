"""Dispatch rules, handling times and reminders as the bureau fills them in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.kit.forms import NumberInput, RowChoice
from portal.territory.models import Department, District, ServiceElement, Town

from ..models import EscalationRule
from ..rules.replies import REPLIED
from ..rules.states import MOVES


class RuleForm(forms.Form):
    element = RowChoice(
        label=_("要素"), queryset=ServiceElement.objects.filter(closed_on=None), to_field_name="code"
    )
    town = RowChoice(
        label=_("街镇"), queryset=Town.objects.none(), to_field_name="code", required=False,
        empty_label=_("全区"), help_text=_("选了街镇的规则先于全区的规则。"),
    )  # fmt: skip
    lead = RowChoice(label=_("牵头部门"), queryset=Department.objects.none(), to_field_name="code")
    joint = forms.ModelMultipleChoiceField(
        label=_("协办部门"), queryset=Department.objects.none(), to_field_name="code", required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, district: District, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["town"].queryset = Town.objects.filter(district=district, closed_on=None)
        for name in ("lead", "joint"):
            self.fields[name].queryset = Department.objects.filter(district=district, closed_on=None)


class TrialForm(forms.Form):
    """A rule that is only tried; nothing chosen tries those that stand."""

    element = RowChoice(
        label=_("要素"),
        queryset=ServiceElement.objects.filter(closed_on=None),
        to_field_name="code",
        required=False,
    )
    town = RowChoice(
        label=_("街镇"),
        queryset=Town.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("全区"),
    )
    lead = RowChoice(
        label=_("牵头部门"), queryset=Department.objects.none(), to_field_name="code", required=False
    )  # fmt: skip

    def __init__(self, *args: Any, district: District, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["town"].queryset = Town.objects.filter(district=district, closed_on=None)
        self.fields["lead"].queryset = Department.objects.filter(district=district, closed_on=None)

    def clean(self) -> dict[str, Any]:
        """Element and department go together."""
        given = super().clean()
        for name, other in (("element", "lead"), ("lead", "element")):
            if given.get(other) and not given.get(name) and name not in self.errors:
                self.add_error(name, _("试算一条新规则，请同时选择要素和牵头部门。"))
        return given


def _whole(label: Any, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=most, widget=NumberInput)


class TimesForm(forms.Form):
    accept_hours = _whole(_("受理（工作小时）"), 80)
    dispatch_hours = _whole(_("分办（工作小时）"), 80)
    sign_hours = _whole(_("签收（工作小时）"), 80)
    handle_days = _whole(_("办理（工作日）"), 250)


class ReminderForm(forms.Form):
    share = forms.IntegerField(
        label=_("用时比例（%）"), min_value=10, max_value=400, widget=NumberInput,
        help_text=_("75 表示时限用去四分之三时，100 表示到期时，150 表示超期一半时。"),
    )  # fmt: skip
    audience = forms.ChoiceField(label=_("提醒对象"), choices=EscalationRule.Audience)
    people = forms.ModelMultipleChoiceField(
        label=_("另提醒"), queryset=User.objects.none(), to_field_name="username", required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("除提醒对象外，还要提醒的个人。"),
    )  # fmt: skip

    def __init__(self, *args: Any, district: District, **kwargs: Any):
        super().__init__(*args, **kwargs)
        staff = User.objects.filter(
            is_active=True,
            memberships__role__in=("bureau", "leader", "station"),
            memberships__district=district,
        ) | User.objects.filter(is_active=True, memberships__town__district=district)
        self.fields["people"].queryset = staff.distinct().order_by("display_name", "username")


class ReplyForm(forms.Form):
    """A canned reply of the district."""

    move = forms.ChoiceField(label=_("用于"), choices=[(code, MOVES[code].label) for code in REPLIED])
    title = forms.CharField(label=_("名称"), max_length=40)
    text = forms.CharField(
        label=_("内容"), max_length=300, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
        help_text=_("使用时填入文本框，由办理人修改后提交；要填写的地方可用（）标出。"),
    )  # fmt: skip
    position = forms.IntegerField(
        label=_("顺序"), min_value=0, max_value=999, initial=0, widget=NumberInput, help_text=_("小的在前。")
    )
