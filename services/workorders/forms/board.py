"""The board's filter, dispatching several at once, and keeping a filter under a name."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain
from portal.kit.forms import CHOOSE, DateInput
from portal.territory.models import Department, ServiceElement, Town

from ..models import Demand, Resolution
from ..rules import states

ANY = ("", _("全部"))
LIGHTS = [
    ANY,
    ("red", _("已超期")),
    ("yellow", _("即将到期")),
    ("green", _("时间充裕")),
    ("waiting", _("等待企业补充")),
]


class BoardFilter(forms.Form):
    search = forms.CharField(label=_("编号、标题或企业"), required=False, max_length=60)
    light = forms.ChoiceField(label=_("期限"), required=False, choices=LIGHTS)
    department = forms.ChoiceField(label=_("部门"), required=False)
    town = forms.ChoiceField(label=_("街镇"), required=False)
    element = forms.ChoiceField(label=_("要素"), required=False)
    chain = forms.ChoiceField(label=_("产业链"), required=False)
    kind = forms.ChoiceField(label=_("诉求类型"), required=False, choices=[ANY, *Demand.Kind.choices])
    urgency = forms.ChoiceField(label=_("紧急程度"), required=False, choices=[ANY, *Demand.Urgency.choices])
    status = forms.ChoiceField(label=_("状态"), required=False, choices=[ANY, *states.Status.choices])
    source = forms.ChoiceField(label=_("来源"), required=False, choices=[ANY, *Demand.Source.choices])
    since = forms.DateField(label=_("提出日期从"), required=False, widget=DateInput)
    until = forms.DateField(label=_("到"), required=False, widget=DateInput)
    stage = forms.ChoiceField(required=False, choices=[ANY, *states.Stage.choices], widget=forms.HiddenInput)
    open = forms.ChoiceField(required=False, choices=[ANY, ("1", "1"), ("0", "0")], widget=forms.HiddenInput)
    mine = forms.ChoiceField(required=False, choices=[ANY, ("1", "1")], widget=forms.HiddenInput)

    def __init__(
        self,
        data,
        *,
        departments: Iterable[Department],
        towns: Iterable[Town],
        chains: Iterable[Chain],
        elements: Iterable[ServiceElement],
    ):
        super().__init__(data)
        _offer(self, department=departments, town=towns, chain=chains, element=elements)

    def filters(self) -> dict[str, str]:
        """What the queries read; the period by their names."""
        named = {"since": "from", "until": "to"}
        return {
            named.get(name, name): str(value)
            for name, value in self.cleaned_data.items()
            if value not in ("", None)
        }


class TaskFilter(forms.Form):
    """The tasks of joint meetings; without a wish those that are open."""

    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("办理中")), *Resolution.State.choices[1:], ("all", _("全部"))],
    )
    overdue = forms.ChoiceField(
        label=_("期限"), required=False, choices=[ANY, ("1", _("已超期")), ("0", _("未超期"))]
    )
    department = forms.ChoiceField(label=_("责任部门"), required=False)
    town = forms.ChoiceField(label=_("街镇"), required=False)
    chain = forms.ChoiceField(label=_("产业链"), required=False)
    element = forms.ChoiceField(label=_("要素"), required=False)

    def __init__(self, data, **choices: Iterable):
        super().__init__(data)
        _offer(self, **{name.removesuffix("s"): rows for name, rows in choices.items()})

    def filters(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if value}


def _offer(form: forms.Form, **rows: Iterable) -> None:
    """The places, departments, chains and elements that a filter offers."""
    for name, found in rows.items():
        form.fields[name].choices = [ANY, *((row.code, row.name) for row in found)]


class BulkDispatchForm(forms.Form):
    """Several demands go to the same departments."""

    lead = forms.ChoiceField(label=_("牵头部门"))
    joint = forms.MultipleChoiceField(
        label=_("协办部门"), required=False, widget=forms.CheckboxSelectMultiple
    )
    due_on = forms.DateField(
        label=_("办理期限"), required=False, widget=DateInput, help_text=_("不填时按诉求类型和紧急程度计算。")
    )

    def __init__(self, *args: Any, departments: Iterable[Department], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.departments = {row.code: row for row in departments}
        names = [(code, row.name) for code, row in self.departments.items()]
        self.fields["lead"].choices = [("", CHOOSE), *names]
        self.fields["joint"].choices = names

    def values(self) -> dict[str, Any]:
        """As the action takes them."""
        given = self.cleaned_data
        return {
            "lead": self.departments[given["lead"]],
            "joint": [self.departments[code] for code in given["joint"]],
            "due_on": given["due_on"],
        }


class SaveFilterForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=40)
    query = forms.CharField(max_length=500, required=False, widget=forms.HiddenInput)
