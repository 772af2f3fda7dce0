"""What a move of a demand asks for: one form each; lengths and rights are judged by the actions."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.kit.forms import DateInput, RowChoice
from portal.territory.models import Department, ServiceElement

from ..models import Demand
from ..rules import states

OWN_DAY = "joint_due-"  # and a department's code: the field of its own day
SCORES = ((5, _("非常满意")), (4, _("满意")), (3, _("一般")), (2, _("不满意")), (1, _("非常不满意")))


def open_departments(demand: Demand) -> QuerySet[Department]:
    today = timezone.localdate()
    rows = Department.objects.filter(district=demand.district_id)
    return rows.filter(Q(closed_on=None) | Q(closed_on__gt=today)).order_by("position", "code")


def area(label: Any, *, most: int, rows: int = 4, required: bool = True, **more: Any) -> forms.CharField:
    """A text of several lines; the action judges its length, the browser stops at it."""
    widget = forms.Textarea(attrs={"rows": rows, "maxlength": most})
    return forms.CharField(label=label, required=required, max_length=most, widget=widget, **more)


class MoveForm(forms.Form):
    """A move without more. `version`: what was read, so that nobody moves what has changed meanwhile."""

    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, demand: Demand, initial: dict[str, Any] | None = None, **more: Any):
        super().__init__(*args, initial={"version": demand.version} | (initial or {}), **more)
        self.demand = demand

    def given(self) -> dict[str, Any]:
        """The values as the action takes them."""
        return dict(self.cleaned_data)

    def texts(self) -> list[tuple[str, str]]:
        """What was written, with its labels: kept on the screen when the move is refused."""
        fields = [field for field in self.visible_fields() if isinstance(field.field, forms.CharField)]
        return [(str(field.label), text) for field in fields if (text := str(field.value() or "").strip())]


class ReasonForm(MoveForm):
    reason = area(_("原因"), most=300, rows=3)


class RejectForm(MoveForm):
    reason = area(_("不予受理的原因"), most=300, rows=3, help_text=_("企业会看到，请说明可以向哪里反映。"))


class ReturnForm(MoveForm):
    reason = area(
        _("退回原因"), most=300, rows=3, help_text=_("每件诉求只能退回一次；请写明应由哪个部门办理。")
    )


class ReportForm(MoveForm):
    text = area(_("办理进展"), most=1000, help_text=_("企业会看到。"))


class AskForm(MoveForm):
    text = area(_("需要企业补充什么"), most=1000, help_text=_("企业答复之前，办理期限暂停计时。"))


class AnswerForm(MoveForm):
    text = area(_("补充说明"), most=1000)


class ResolveForm(MoveForm):
    result = area(_("办理结果"), most=3000, rows=5, help_text=_("企业会看到，并据此评价。"))


class WithdrawForm(MoveForm):
    reason = area(_("撤回原因"), most=300, rows=2)


class ReopenForm(MoveForm):
    reason = area(_("哪里没有解决"), most=300, rows=3)


class ApproveForm(MoveForm):
    text = forms.CharField(label=_("批准意见"), required=False, max_length=300)


class RefuseForm(MoveForm):
    reason = forms.CharField(label=_("不同意的原因"), max_length=300)


class ExtendForm(MoveForm):
    until = forms.DateField(
        label=_("延期至"), widget=DateInput, help_text=_("选在休息日的，按前一个工作日下班时计。")
    )
    reason = area(_("延期原因"), most=300, rows=3, help_text=_("企业只看到批准后的期限，看不到原因。"))

    def __init__(self, *args: Any, demand: Demand, helpers: Collection[int] = (), **more: Any):
        """`helpers`: the joint departments whose own day may be moved instead, by id."""
        super().__init__(*args, demand=demand, **more)
        if helpers:
            rows = Department.objects.filter(pk__in=helpers).order_by("position", "code")
            given = {"label": _("延长谁的期限"), "empty_label": _("整件诉求"), "to_field_name": "code"}
            self.fields["department"] = RowChoice(rows, required=False, **given)
        today = timezone.localdate()
        first = today
        if demand.handle_due_at and not helpers:
            first = max(today, timezone.localdate(demand.handle_due_at) + timedelta(days=1))
        self.fields["until"].widget.attrs |= {"min": first.isoformat()}


class DispatchForm(MoveForm):
    """Which departments get it; filled in with what the district's rules suggest."""

    lead = RowChoice(Department.objects.none(), label=_("牵头部门"), to_field_name="code")
    joint = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        label=_("协办部门"),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    due_on = forms.DateField(
        label=_("办理期限"),
        required=False,
        widget=DateInput,
        help_text=_("不填则按诉求类型和紧急程度的规定天数。"),
    )
    reason = forms.CharField(label=_("派单说明"), required=False, max_length=200)

    def __init__(self, *args: Any, demand: Demand, **more: Any):
        super().__init__(*args, demand=demand, **more)
        rows = open_departments(demand)
        self.fields["lead"].queryset = self.fields["joint"].queryset = rows
        self.fields["due_on"].widget.attrs |= {"min": (today := timezone.localdate().isoformat())}
        if demand.lead_id and demand.status in states.GOES_ON:
            self.fields["due_on"].help_text = _(
                "牵头部门不变的，不填则期限不变；换牵头部门的，不填则按规定天数重新计算。"
            )
            self.fields["reason"].help_text = _("牵头部门不变的，不填则原说明不变。")
        for one in rows:
            label = _("%(name)s的期限") % {"name": one.name}
            widget = DateInput(attrs={"min": today, "aria-label": label})
            self.fields[f"{OWN_DAY}{one.code}"] = forms.DateField(label=label, required=False, widget=widget)

    def joint_choices(self) -> list[tuple[Any, forms.BoundField]]:
        """Each department that may help, with the field of its own day."""
        return [(option, self[f"{OWN_DAY}{option.data['value']}"]) for option in self["joint"]]

    def given(self) -> dict[str, Any]:
        """`joint_due`: the days of the ticked departments that have one."""
        given = {name: value for name, value in self.cleaned_data.items() if not name.startswith(OWN_DAY)}
        days = {one.code: self.cleaned_data.get(f"{OWN_DAY}{one.code}") for one in given["joint"]}
        return given | {"joint_due": {code: day for code, day in days.items() if day}}


class MergeForm(MoveForm):
    into = forms.CharField(label=_("并入哪件诉求（编号）"), max_length=20)


class VerifyForm(MoveForm):
    """The enterprise's judgement; drawn by hand (_verify.html)."""

    satisfied = forms.TypedChoiceField(
        label=_("问题解决了吗"), choices=[("1", _("解决了，满意")), ("0", _("没有解决，不满意"))],
        coerce=lambda value: value == "1", widget=forms.RadioSelect, error_messages={"required": _("请选择是否满意。")},
    )  # fmt: skip
    score = forms.TypedChoiceField(
        label=_("打分"),
        choices=SCORES,
        coerce=int,
        required=False,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    comment = area(
        _("想说的话"),
        most=500,
        rows=3,
        required=False,
        help_text=_("不满意的，请写明哪里没有解决；满意的可不填。"),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if found.get("satisfied") is False and not found.get("comment") and "comment" not in self.errors:
            self.add_error("comment", _("请写明哪里没有解决，以便部门重新办理。"))
        return found


class CorrectForm(MoveForm):
    """Under what a demand is filed."""

    element = RowChoice(ServiceElement.objects.filter(closed_on=None), label=_("要素"), to_field_name="code")
    kind = forms.ChoiceField(label=_("诉求类型"), choices=Demand.Kind.choices)
    urgency = forms.ChoiceField(label=_("紧急程度"), choices=Demand.Urgency.choices)

    def __init__(self, *args: Any, demand: Demand, **more: Any):
        filed = {"element": demand.element.code, "kind": demand.kind, "urgency": demand.urgency}
        super().__init__(*args, demand=demand, initial=filed, **more)


class NoteForm(forms.Form):
    text = area(_("内部备注"), most=1000, rows=2)


class LinkForm(forms.Form):
    other = forms.CharField(label=_("诉求编号"), max_length=20)
    note = forms.CharField(label=_("说明（可不填）"), required=False, max_length=200)


class PersonalForm(forms.Form):
    """Which part of the contact is needed in full, and why."""

    field = forms.ChoiceField(
        choices=[("contact_name", _("联系人")), ("contact_phone", _("联系电话"))], widget=forms.HiddenInput
    )
    reason = forms.CharField(label=_("查看事由"), max_length=200)


class TaskForm(forms.Form):
    """A task of a meeting is done, or need not be done any more (`drop`)."""

    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    text = forms.CharField(label=_("完成情况"), max_length=500)


class CallbackForm(forms.Form):
    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    outcome = area(_("回访情况"), most=500, rows=3)
    satisfied = forms.TypedChoiceField(
        label=_("企业态度"), required=False, empty_value=None, coerce=lambda value: value == "1",
        choices=[("", _("未表态")), ("1", _("满意")), ("0", _("仍不满意"))],
    )  # fmt: skip
