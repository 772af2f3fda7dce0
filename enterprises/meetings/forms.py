"""Forms of alliance meetings: recording and correcting, something resolved, done, a record withdrawn."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chains.party.forms.fields import OrganizationField
from chains.party.models import PartyOrganization
from chains.party.queries.organizations import near
from portal.kit.forms import DateInput

from . import rules
from .models import AllianceMeeting
from .queries import members_to_come


class MeetingForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("类型"), choices=AllianceMeeting.Kind, initial="joint", widget=forms.RadioSelect
    )
    topic = forms.CharField(label=_("议题"), max_length=rules.MAX_TOPIC)
    held_on = forms.DateField(label=_("会议日期"), widget=DateInput, initial=timezone.localdate)
    place = forms.CharField(label=_("地点"), max_length=rules.MAX_PLACE, required=False)
    chair = OrganizationField(
        label=_("主持单位"), required=False, help_text=_("编号或全称；留空为当天的轮值会长单位。")
    )
    attended = forms.MultipleChoiceField(
        label=_("到会成员企业"), required=False, widget=forms.CheckboxSelectMultiple
    )
    guests = forms.CharField(
        label=_("列席单位"),
        max_length=rules.MAX_GUESTS,
        required=False,
        help_text=_("例如：镇党委、区税务局、农商行。"),
    )
    minutes = forms.CharField(
        label=_("会议纪要"),
        max_length=rules.MAX_MINUTES,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("只有工作人员可见。议定事项登记后另行填写。"),
    )

    def __init__(
        self,
        *args: Any,
        user,
        alliance: PartyOrganization,
        meeting: AllianceMeeting | None = None,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.fields["held_on"].widget.attrs["max"] = timezone.localdate().isoformat()
        self.fields["chair"].offer(user, list(near(user, alliance)))
        self.members = {str(one.pk): one for one in members_to_come(alliance, meeting)}
        self.fields["attended"].choices = [(pk, one.enterprise.name) for pk, one in self.members.items()]
        if not self.members:
            del self.fields["attended"]

    def clean_attended(self) -> list:
        """The members themselves."""
        return [self.members[pk] for pk in self.cleaned_data["attended"]]


class TaskForm(forms.Form):
    text = forms.CharField(label=_("议定事项"), max_length=rules.MAX_TASK)
    owner = forms.CharField(
        label=_("责任单位"), max_length=rules.MAX_OWNER, help_text=_("一家企业、党组织或部门。")
    )
    due_on = forms.DateField(label=_("完成期限"), widget=DateInput)


class DoneForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    done_on = forms.DateField(label=_("完成日期"), widget=DateInput, initial=timezone.localdate)
    result = forms.CharField(label=_("办理结果"), max_length=rules.MAX_REASON)


class CancelForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("撤销原因"),
        max_length=rules.MAX_REASON,
        help_text=_("记录保留，不再计入联席会议次数。"),
    )
