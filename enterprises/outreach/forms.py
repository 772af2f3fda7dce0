"""Forms of outreach; those for a visit are made for a phone in one hand."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.kit.forms import DateInput, RowChoice
from portal.territory.models import Town

from ..registry.models import Enterprise
from ..registry.rules import clean_uscc
from .models import Instructor
from .rules import MAX_NAME, PERSONAL_FIELDS, masked

ANY = ("", _("全部"))
PHONE = {"inputmode": "tel", "autocomplete": "off", "type": "tel"}


def past_day(label: Any, **how: Any) -> forms.DateField:
    """A day that is not after today, today at first."""
    field = forms.DateField(label=label, widget=DateInput, **how)
    field.initial = timezone.localdate
    return field


class PastDays(forms.Form):
    """A form whose days end today: the browser's calendar offers no later one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.widget.attrs["max"] = timezone.localdate().isoformat()


class InstructorFilter(forms.Form):
    search = forms.CharField(label=_("编号、派出单位或完整姓名、电话"), required=False, max_length=60)
    town = forms.ChoiceField(label=_("街镇"), required=False)
    kind = forms.ChoiceField(label=_("类别"), required=False, choices=[ANY, *Instructor.Kind.choices])
    active = forms.ChoiceField(
        label=_("在任"), required=False, choices=[("1", _("在任")), ("0", _("已离任")), ("all", _("全部"))]
    )
    ordering = forms.ChoiceField(
        label=_("排序"),
        required=False,
        choices=[
            ("-load", _("负担最重在前")),
            ("load", _("负担最轻在前")),
            ("-due", _("待走访最多在前")),
            ("code", _("按编号")),
        ],
    )

    def __init__(self, data, *, towns: Iterable[Town]):
        super().__init__(data)
        _offer_towns(self, towns)

    def filters(self) -> dict[str, str]:
        """What the query reads; without a choice only those still active are listed."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "ordering"}
        given["active"] = {"": "1", "all": ""}.get(given["active"], given["active"])
        return given


class PointFilter(forms.Form):
    search = forms.CharField(label=_("企业名称、信用代码或编号"), required=False, max_length=60)
    town = forms.ChoiceField(label=_("街镇"), required=False)
    due = forms.ChoiceField(
        label=_("走访"), required=False, choices=[ANY, ("1", _("待走访")), ("0", _("已按期走访"))]
    )
    active = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("1", _("联系中")), ("0", _("已解除")), ("all", _("全部"))]
    )
    instructor = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(self, data, *, towns: Iterable[Town]):
        super().__init__(data)
        _offer_towns(self, towns)

    def filters(self) -> dict[str, str]:
        given = dict(self.cleaned_data)
        given["active"] = {"": "1", "all": ""}.get(given["active"], given["active"])
        return given


def _offer_towns(form: forms.Form, towns: Iterable[Town]) -> None:
    form.fields["town"].choices = [ANY, *((town.code, town.short_name) for town in towns)]
    if len(form.fields["town"].choices) == 2:  # one town only: nothing to choose
        form.fields["town"].widget = forms.HiddenInput()


class InstructorForm(PastDays):
    """An instructor's own data. Known names and phones are not shown in full: a blank field leaves them."""

    name = forms.CharField(label=_("姓名"), max_length=MAX_NAME)
    phone = forms.CharField(
        label=_("电话"), max_length=30, required=False, widget=forms.TextInput(attrs=PHONE)
    )
    kind = forms.ChoiceField(label=_("类别"), choices=Instructor.Kind.choices)
    unit = forms.CharField(
        label=_("派出单位"), max_length=60, required=False, help_text=_("例如：九亭市场监管所、镇党群办")
    )
    started_on = past_day(_("聘任日期"))

    def __init__(self, *args, instructor: Instructor | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        if instructor is not None:
            self.fields["name"].required = False
            for name in PERSONAL_FIELDS:
                if known := masked(name, getattr(instructor, name)):
                    self.fields[name].widget.attrs["placeholder"] = known
                    self.fields[name].help_text = _("已登记 %(known)s，留空则不变") % {"known": known}


class NewInstructorForm(InstructorForm):
    town = RowChoice(Town.objects.none(), label=_("街镇"), to_field_name="code")
    code = forms.RegexField(
        label=_("编号"),
        regex=r"^[A-Za-z0-9][A-Za-z0-9_-]*\Z",
        max_length=32,
        help_text=_("字母、数字、下划线和连字符，例如 ZD-JT-07；保存后不能修改。"),
        error_messages={"invalid": _("只能用字母、数字、下划线和连字符，以字母或数字开头。")},
    )

    field_order = ("town", "code", "name", "phone", "kind", "unit", "started_on")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["town"].queryset = managed_towns(user)


def managed_towns(user):
    """The open towns that the user may write in."""
    scope, towns = user.scope, Town.objects.filter(closed_on=None).select_related("district")
    if scope.is_admin:
        return towns
    return towns.filter(Q(district__in=scope.managed) | Q(pk__in=scope.towns))


class EndForm(PastDays):
    """A posting ends, or an instructor leaves: the day and the reason."""

    ended_on = past_day(_("结束日期"))
    reason = forms.CharField(label=_("原因"), min_length=2, max_length=200)


class RetireForm(EndForm):
    ended_on = past_day(_("离任日期"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class HandOverForm(PastDays):
    """Who takes what is ticked, from which day, and why; single rows may go to somebody else."""

    to = forms.ChoiceField(label=_("接手的指导员"), required=False)
    ended_on = past_day(_("移交日期"), help_text=_("当天为原指导员的最后一天，也是接手指导员的第一天。"))
    reason = forms.CharField(label=_("移交原因"), min_length=2, max_length=200)
    retire = forms.BooleanField(label=_("全部移交后同时办理离任"), required=False)

    def __init__(self, *args, people: Iterable[Instructor], **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {one.code: one for one in people}
        groups: dict[str, list] = {}
        for one in self.people.values():
            groups.setdefault(one.town.short_name, []).append((one.code, person_label(one)))
        self.fields["to"].choices = [("", _("请选择")), *groups.items()]


def person_label(one: Instructor) -> str:
    """An instructor in a list of choices: code, masked name and load."""
    return _("%(code)s %(name)s（现负责 %(load)d 处）") % {
        "code": one.code, "name": masked("name", one.name), "load": one.load
    }  # fmt: skip


class AssignFilter(forms.Form):
    """Whom to post to: enterprises and areas by name; without a name those of the instructor's own town."""

    search = forms.CharField(label=_("企业或区域名称"), required=False, max_length=60)
    without = forms.BooleanField(label=_("只看还没有指导员的企业"), required=False)


class AssignForm(PastDays):
    started_on = past_day(_("派驻日期"))


class PointForm(PastDays):
    """The leader in charge and the instructor of a liaison point. A known leader's name is not shown in full."""

    leader_title = forms.CharField(label=_("挂点领导职务"), max_length=60, help_text=_("例如：副镇长"))
    leader_name = forms.CharField(label=_("挂点领导姓名"), max_length=MAX_NAME)
    instructor = forms.ChoiceField(label=_("指导员"), required=False)

    def __init__(self, *args, people: Iterable[Instructor], known: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {one.code: one for one in people}
        choices = [(one.code, f"{one.town.short_name} {person_label(one)}") for one in self.people.values()]
        self.fields["instructor"].choices = [("", _("暂不指定")), *choices]
        if known:
            self.fields["leader_name"].required = False
            self.fields["leader_name"].widget.attrs["placeholder"] = masked("name", known)
            self.fields["leader_name"].help_text = _("已登记 %(known)s，留空则不变") % {
                "known": masked("name", known)
            }


class NewPointForm(PointForm):
    enterprise = forms.CharField(
        label=_("企业"), max_length=120, help_text=_("填写企业全称或统一社会信用代码")
    )
    taken_in_on = past_day(_("建立日期"))

    field_order = ("enterprise", "taken_in_on", "leader_title", "leader_name", "instructor")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_enterprise(self) -> Enterprise:
        text = self.cleaned_data["enterprise"].strip()
        rows = Enterprise.objects.visible_to(self.user).select_related("town")
        found = list(rows.filter(Q(uscc=clean_uscc(text)) | Q(name=text))[:2])
        if not found:
            raise forms.ValidationError(_("您的范围内没有这家企业，请核对全称或信用代码。"))
        if len(found) > 1:
            raise forms.ValidationError(_("有多家企业叫这个名称，请填写统一社会信用代码。"))
        return found[0]


class VisitForm(PastDays):
    """What was found on a follow-up visit."""

    visited_on = past_day(_("走访日期"))
    content = forms.CharField(
        label=_("走访情况"),
        min_length=2,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("例如：了解用工和订单情况，党员 2 名，需要融资对接。"),
    )


class ReleaseForm(PastDays):
    released_on = past_day(_("解除日期"))
    reason = forms.CharField(label=_("解除原因"), min_length=2, max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """Why somebody needs a name or phone in full."""

    field = forms.CharField(max_length=20, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("查看事由"),
        min_length=2,
        max_length=200,
        help_text=_("例如：联系走访时间。将记入查看记录。"),
    )
