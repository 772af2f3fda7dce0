"""The whistle and the minutes of a joint meeting; its tasks are rows that the server adds and removes, so that it works
without JavaScript."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.kit.forms import DateInput, RowChoice
from portal.territory.calendar import work_calendar
from portal.territory.models import Department

from ..actions import Came, Task
from ..models import Demand, JointMeeting
from .moves import MoveForm, area, open_departments

MOMENT = "%Y-%m-%dT%H:%M"
MEETS = time(9, 30)
MOST_TASKS = 20


class MomentField(forms.DateTimeField):
    """A moment by the browser's own picker, in the district's time."""

    def __init__(self, **more: Any):
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
        super().__init__(widget=widget, input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **more)


class WhistleForm(MoveForm):
    """Who is called, when and where."""

    departments = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        label=_("召集哪些部门"),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("牵头部门总会参加；新召集的部门成为协办部门。"),
    )
    meets_at = MomentField(label=_("会议时间"))
    place = forms.CharField(label=_("地点"), required=False, max_length=120)
    reason = area(
        _("吹哨事由"),
        most=500,
        rows=3,
        required=False,
        help_text=_("难在哪里，需要各部门定什么；企业看不到。"),
    )

    def __init__(self, *args: Any, demand: Demand, called: Sequence[str] = (), **more: Any):
        next_day = work_calendar(demand.district.slug).add_working_days(timezone.localdate(), 1)
        meets_at = timezone.make_aware(datetime.combine(next_day, MEETS))
        initial = {"departments": list(called), "meets_at": meets_at}
        super().__init__(*args, demand=demand, initial=initial, **more)
        rows = open_departments(demand)
        self.fields["departments"].queryset = rows.exclude(pk=demand.lead_id) if demand.lead_id else rows


class TaskRowForm(forms.Form):
    """What the meeting resolved that one department does by a day."""

    text = forms.CharField(label=_("决议事项"), max_length=500)
    owner = RowChoice(Department.objects.none(), label=_("责任部门"), to_field_name="code")
    due_on = forms.DateField(label=_("完成期限"), widget=DateInput)

    def __init__(self, *args: Any, departments: Sequence[Department], **more: Any):
        super().__init__(*args, **more)
        self.fields["owner"].queryset = departments
        self.fields["due_on"].widget.attrs |= {"min": timezone.localdate().isoformat()}


class TaskRows:
    """The tasks as rows; `add` and `remove` are the names of the buttons, `rows` how many there are."""

    FIELDS = ("text", "owner", "due_on")

    def __init__(self, data: Mapping[str, str] | None, departments):
        self.departments, sent = departments, data or {"rows": "1"}
        text = sent.get("rows", "0")
        count = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
        self.values = [
            {name: sent.get(f"t{place}-{name}", "") for name in self.FIELDS}
            for place in range(min(count, MOST_TASKS))
        ]
        self.is_edited = data is None or "add" in sent or "remove" in sent
        if "add" in sent and len(self.values) < MOST_TASKS:
            self.values.append({})
        removed = sent.get("remove", "")
        if removed.isascii() and removed.isdigit() and int(removed) < len(self.values):
            del self.values[int(removed)]
        if not self.is_edited:  # a row in which nothing was written is none
            self.values = [row for row in self.values if any(value.strip() for value in row.values())]
        self.forms = [self._form(place, row) for place, row in enumerate(self.values)]

    @property
    def may_add(self) -> bool:
        return len(self.forms) < MOST_TASKS

    def is_valid(self) -> bool:
        return not [form for form in self.forms if not form.is_valid()]  # every row is told what it lacks

    def tasks(self) -> list[Task]:
        return [Task(**form.cleaned_data) for form in self.forms]

    def _form(self, place: int, row: Mapping[str, str]) -> TaskRowForm:
        prefix = f"t{place}"
        if self.is_edited:
            return TaskRowForm(initial=row, prefix=prefix, departments=self.departments)
        sent = {f"{prefix}-{name}": value for name, value in row.items()}
        return TaskRowForm(sent, prefix=prefix, departments=self.departments)


class MinutesForm(MoveForm):
    """The meeting was held: when, and its minutes."""

    held_at = MomentField(label=_("召开时间"), required=False, help_text=_("不填则为现在。"))
    minutes = area(
        _("会议纪要"), most=3000, rows=6, help_text=_("企业和领导看不到纪要，只看到会办事项和责任部门。")
    )


class ConveneForm(MinutesForm):
    """With who came. The tasks stand in rows of their own."""

    def __init__(
        self, data=None, *, demand: Demand, meeting: JointMeeting, edited: bool = False, **more: Any
    ):
        if edited:  # a row of tasks was added or removed: what was written stays, nothing is judged
            super().__init__(demand=demand, initial=data.dict(), **more)
        else:
            super().__init__(data, demand=demand, **more)
        self.called = [one.department for one in meeting.attendance.all()]
        sent = data or {}
        for one in self.called:
            came = sent.get(f"came-{one.code}", "1")
            self.fields[f"came-{one.code}"] = forms.ChoiceField(
                label=one.name,
                choices=[("1", _("到会")), ("0", _("缺席"))],
                widget=forms.RadioSelect,
                initial=came,
            )
            self.fields[f"absence-{one.code}"] = forms.CharField(
                label=_("缺席原因"),
                required=False,
                max_length=200,
                initial=sent.get(f"absence-{one.code}", ""),
            )

    def attendance_fields(self) -> list[tuple]:
        """(department, whether it came, why not) for each that was called."""
        return [(one, self[f"came-{one.code}"], self[f"absence-{one.code}"]) for one in self.called]

    def given(self) -> dict[str, Any]:
        found = self.cleaned_data
        return {
            "version": found["version"],
            "minutes": found["minutes"],
            "held_at": found["held_at"],
            "attendance": [
                Came(one, found[f"came-{one.code}"] == "1", found[f"absence-{one.code}"])
                for one in self.called
            ],
        }
