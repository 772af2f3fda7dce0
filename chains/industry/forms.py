"""The bureau's forms for a chain, its segments, its plan and the plan's milestones."""

from collections.abc import Iterable

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from portal.kit.forms import DateInput, NumberInput, RowChoice
from portal.kit.text import clean_line, clean_text
from portal.territory.models import Department, Town

from .models import Segment
from .rules import RESERVED_CODES, entries

CODE = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9_-]*\Z", _("只能用字母、数字、下划线和连字符，以字母或数字开头。")
)


class Line(forms.CharField):
    """One line of visible text."""

    def to_python(self, value):
        return clean_line(super().to_python(value))


class Lines(forms.CharField):
    """Several entries, one a line; empty lines go."""

    widget = forms.Textarea(attrs={"rows": 5})

    def to_python(self, value):
        return "\n".join(clean_line(line) for line in entries(clean_text(super().to_python(value))))


def plain_code(value: str) -> None:
    CODE(value)
    if value in RESERVED_CODES:
        raise forms.ValidationError(_("“%(code)s”是保留字，请换一个代码。") % {"code": value})


class ChainForm(forms.Form):
    name = Line(label=_("名称"), max_length=60)
    lead_town = RowChoice(
        label=_("牵头街镇"), queryset=Town.objects.none(), required=False, to_field_name="code"
    )
    description = forms.CharField(
        label=_("简介"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args, district_id: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lead_town"].queryset = Town.objects.filter(district=district_id, closed_on=None)

    def clean_description(self) -> str:
        return clean_text(self.cleaned_data["description"])


class NewChainForm(ChainForm):
    code = forms.CharField(
        label=_("代码"), max_length=32, validators=[plain_code],
        help_text=_("字母、数字、下划线或连字符，登记后不能修改，例如 ic。"),
    )  # fmt: skip

    field_order = ("code", "name", "lead_town", "description")


class SegmentForm(forms.Form):
    """A segment with its arrows: one save says all."""

    name = Line(label=_("环节名称"), max_length=60)
    stage = forms.ChoiceField(label=_("位置"), choices=Segment.Stage.choices, widget=forms.RadioSelect)
    is_gap = forms.BooleanField(label=_("缺失环节：本区还没有企业能够承担"), required=False)
    gap_note = Line(
        label=_("缺失说明"), max_length=200, required=False, help_text=_("缺什么、现在靠哪里、打算怎么补。")
    )
    targets = forms.MultipleChoiceField(
        label=_("箭头指向的下游环节"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("箭头不能成环。"),
    )  # fmt: skip

    def __init__(self, *args, others: Iterable[Segment], **kwargs):
        super().__init__(*args, **kwargs)
        self.others = {segment.code: segment for segment in others}
        self.fields["targets"].choices = [(code, one.name) for code, one in self.others.items()]

    def clean_targets(self) -> list[Segment]:
        return [self.others[code] for code in self.cleaned_data["targets"]]

    def clean(self) -> dict:
        values = super().clean()
        if not values.get("is_gap"):
            values["gap_note"] = ""
        return values


class PlanForm(forms.Form):
    title = Line(label=_("方案名称"), max_length=120)
    starts_on = forms.DateField(label=_("开始日期"), widget=DateInput)
    ends_on = forms.DateField(label=_("结束日期"), widget=DateInput)
    goals = Lines(label=_("目标"), max_length=4000, required=False, help_text=_("每行一条。"))
    paths = Lines(label=_("路径"), max_length=4000, required=False, help_text=_("每行一条。"))
    measures = Lines(label=_("措施"), max_length=4000, required=False, help_text=_("每行一条。"))


class MilestoneForm(forms.Form):
    title = Line(label=_("节点"), max_length=120)
    lead_department = RowChoice(
        Department.objects.none(), label=_("牵头部门"), required=False, to_field_name="code"
    )
    due_on = forms.DateField(label=_("完成期限"), widget=DateInput)
    progress = forms.IntegerField(
        label=_("进度（%）"), min_value=0, max_value=100, widget=NumberInput({"max": "100"})
    )
    done_on = forms.DateField(
        label=_("完成日期"),
        required=False,
        widget=DateInput,
        help_text=_("进度为 100% 时填写；不填即为今天。"),
    )
    note = Line(label=_("进展说明"), max_length=300, required=False)

    def __init__(self, *args, district_id: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lead_department"].queryset = Department.objects.filter(
            district=district_id, closed_on=None
        )
