"""Forms of visits, made for a phone in one hand; and those of campaigns and projects, made at a desk."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain
from enterprises.outreach.models import Instructor
from enterprises.registry.models import Enterprise
from enterprises.registry.rules import clean_uscc
from portal.kit.forms import DateInput, NumberInput, RowChoice
from portal.kit.masking import mask_name
from portal.territory.models import District, ServiceElement, Town
from services.workorders.models import Demand

from . import rules
from .models import Visit, VisitCampaign

ANY = ("", _("全部"))
RUNNING = "running"  # the day's own campaign, whichever that is


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DateInput, **more)


class VisitFilter(forms.Form):
    search = forms.CharField(label=_("企业、项目名称或编号"), required=False, max_length=60)
    town = forms.ChoiceField(label=_("街镇"), required=False)
    campaign = forms.ChoiceField(label=_("走访行动"), required=False)
    method = forms.ChoiceField(label=_("走访方式"), required=False, choices=[ANY, *Visit.Method.choices])
    findings = forms.ChoiceField(
        label=_("发现问题"),
        required=False,
        choices=[ANY, ("1", _("有问题")), ("open", _("有未解决的问题")), ("0", _("没有问题"))],
    )
    since = day_field(_("从"), required=False)
    until = day_field(_("到"), required=False)
    chain = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    enterprise = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    project = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(self, data, *, towns: Iterable[Town], campaigns: Iterable[VisitCampaign]):
        super().__init__(data)
        for name, rows in (
            ("town", [(town.code, town.short_name) for town in towns]),
            ("campaign", [(one.code, one.name) for one in campaigns]),
        ):
            self.fields[name].choices = [ANY, *rows]
            if not rows or (name == "town" and len(rows) == 1):  # nothing to choose
                self.fields[name].widget = forms.HiddenInput()

    def filters(self) -> dict[str, str]:
        """The filters as the query wants them; call after is_valid()."""
        given = dict(self.cleaned_data)
        days = {"from": given.pop("since"), "to": given.pop("until")}
        return given | {name: day.isoformat() if day else "" for name, day in days.items()}


class SubjectSearch(forms.Form):
    """Whom the visit was to, by name."""

    search = forms.CharField(
        label=_("走访了哪家企业或项目？"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "placeholder": _("名称或统一社会信用代码")}
        ),
    )


class VisitForm(forms.Form):
    """What was seen on a visit; the findings have rows of their own."""

    method = forms.ChoiceField(
        label=_("走访方式"),
        choices=Visit.Method.choices,
        widget=forms.RadioSelect,
        initial=Visit.Method.ONSITE,
    )
    visited_on = day_field(_("走访日期"))
    note = forms.CharField(
        label=_("走访情况"),
        required=False,
        max_length=rules.MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": rules.MAX_NOTE}),
        help_text=_("见到了谁、了解到什么；需要部门解决的问题请在下面逐条登记。"),
    )
    campaign = forms.ChoiceField(label=_("走访行动"), required=False)
    instructor = forms.ChoiceField(label=_("同行的指导员"), required=False)

    def __init__(
        self, *args, campaigns: Iterable[VisitCampaign], instructors: Iterable[Instructor], **kwargs
    ):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["visited_on"].initial = today
        self.fields["visited_on"].widget.attrs |= {
            "max": today.isoformat(),
            "min": rules.earliest(today).isoformat(),
        }
        self.campaigns = {one.code: one for one in campaigns}
        self.instructors = {one.code: one for one in instructors}
        self.fields["campaign"].choices = [
            (RUNNING, _("当日正在进行的行动")),
            ("", _("不属于任何行动")),
            *((one.code, one.name) for one in self.campaigns.values()),
        ]
        self.fields["campaign"].initial = RUNNING
        self.fields["instructor"].choices = [
            ("", _("没有")),
            *((one.code, f"{one.code} {mask_name(one.name)}") for one in self.instructors.values()),
        ]
        if not self.campaigns:
            self.fields["campaign"].widget = forms.HiddenInput()
        if not self.instructors:
            self.fields["instructor"].widget = forms.HiddenInput()


class FindingForm(forms.Form):
    """One problem that was found."""

    title = forms.CharField(label=_("问题"), max_length=rules.MAX_TITLE)
    element = RowChoice(
        ServiceElement.objects.filter(closed_on=None),
        label=_("要素"),
        to_field_name="code",
        error_messages={"required": _("请选择要素。")},
    )
    urgency = forms.ChoiceField(
        label=_("紧急程度"), choices=Demand.Urgency.choices, initial=Demand.Urgency.NORMAL
    )
    body = forms.CharField(
        label=_("具体情况"),
        required=False,
        max_length=rules.MAX_BODY,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FindingRows:
    """The findings of the form as rows that are added and removed by the server: it works without JavaScript.

    `add` and `remove` are the names of the buttons, `rows` how many there are.
    """

    FIELDS = ("title", "element", "urgency", "body")

    def __init__(self, data: Mapping[str, str] | None = None):
        sent = data or {}
        text = sent.get("rows", "0")
        count = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
        self.values = [
            {name: sent.get(f"f{place}-{name}", "") for name in self.FIELDS}
            for place in range(min(count, rules.MOST_FINDINGS))
        ]
        if "add" in sent and len(self.values) < rules.MOST_FINDINGS:
            self.values.append({"urgency": Demand.Urgency.NORMAL})
        removed = sent.get("remove", "")
        if removed.isascii() and removed.isdigit() and int(removed) < len(self.values):
            del self.values[int(removed)]
        self.is_edited = "add" in sent or "remove" in sent
        if not self.is_edited:  # a row in which nothing was written is none
            self.values = [row for row in self.values if row["title"].strip() or row["body"].strip()]
        self.forms = [self._form(place, row) for place, row in enumerate(self.values)]

    @property
    def may_add(self) -> bool:
        return len(self.forms) < rules.MOST_FINDINGS

    def is_valid(self) -> bool:
        return not [form for form in self.forms if not form.is_valid()]  # every row is told what it lacks

    def findings(self) -> list[dict[str, Any]]:
        return [form.cleaned_data for form in self.forms]

    def _form(self, place: int, row: Mapping[str, str]) -> FindingForm:
        prefix = f"f{place}"
        if self.is_edited:
            return FindingForm(initial=row, prefix=prefix)
        return FindingForm({f"{prefix}-{name}": value for name, value in row.items()}, prefix=prefix)


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("走访情况"),
        required=False,
        max_length=rules.MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class CampaignForm(forms.Form):
    """A campaign with two numbers for each town. The fields of the towns: `enterprises_<code>`, `projects_<code>`."""

    name = forms.CharField(label=_("名称"), max_length=80)
    description = forms.CharField(
        label=_("说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    starts_on = day_field(_("开始日期"))
    ends_on = day_field(_("结束日期"))

    def __init__(self, *args, towns: Iterable[Town], districts: Iterable[District] = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.towns = list(towns)
        choices = [(one.code, one.name) for one in districts]
        if len(choices) > 1:
            self.fields["district"] = forms.ChoiceField(label=_("区"), choices=choices)
            self.order_fields(("district",))
        for town in self.towns:
            for kind, label in (("enterprises", _("目标企业数")), ("projects", _("目标项目数"))):
                self.fields[f"{kind}_{town.code}"] = forms.IntegerField(
                    label=f"{town.short_name} {label}",
                    required=False,
                    min_value=0,
                    max_value=rules.MAX_TARGET,
                    widget=NumberInput,
                )

    def own_fields(self) -> list:
        """The fields that are no town's."""
        return [field for field in self if "_" not in field.name or field.name in ("starts_on", "ends_on")]

    def town_rows(self) -> list[tuple]:
        """Each town with its two fields."""
        return [
            (town, self[f"enterprises_{town.code}"], self[f"projects_{town.code}"]) for town in self.towns
        ]

    def targets(self, values: Mapping[str, Any], district_id: int | None = None) -> dict[Town, tuple]:
        """The numbers of the towns (of one district) out of form values."""
        return {
            town: tuple(values.get(f"{kind}_{town.code}") or 0 for kind in ("enterprises", "projects"))
            for town in self.towns
            if district_id is None or town.district_id == district_id
        }


class ProjectFilter(forms.Form):
    search = forms.CharField(label=_("项目名称、编号或实施企业"), required=False, max_length=60)
    town = forms.ChoiceField(label=_("街镇"), required=False)
    active = forms.ChoiceField(
        label=_("状态"), required=False, choices=[ANY, ("1", _("进行中")), ("0", _("已结束"))]
    )

    def __init__(self, data, *, towns: Iterable[Town]):
        super().__init__(data)
        self.fields["town"].choices = [ANY, *((town.code, town.short_name) for town in towns)]
        if len(self.fields["town"].choices) == 2:
            self.fields["town"].widget = forms.HiddenInput()


class ProjectForm(forms.Form):
    name = forms.CharField(label=_("项目名称"), max_length=120)
    town = RowChoice(Town.objects.none(), label=_("街镇"), to_field_name="code")
    chain = RowChoice(
        Chain.objects.none(), label=_("产业链"), to_field_name="code", required=False, empty_label=_("没有")
    )
    enterprise = forms.CharField(
        label=_("实施企业"),
        max_length=120,
        required=False,
        help_text=_("填写企业全称或统一社会信用代码"),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        towns, chains = Town.objects.filter(closed_on=None), Chain.objects.order_by("position", "code")
        if not user.scope.is_admin:
            towns = towns.filter(district__in=user.scope.managed)
            chains = chains.filter(district__in=user.scope.managed)
        self.fields["town"].queryset, self.fields["chain"].queryset = towns, chains

    def clean_enterprise(self) -> Enterprise | None:
        text = self.cleaned_data["enterprise"].strip()
        if not text:
            return None
        rows = Enterprise.objects.visible_to(self.user)
        found = list(rows.filter(Q(uscc=clean_uscc(text)) | Q(name=text))[:2])
        if not found:
            raise forms.ValidationError(_("您的范围内没有这家企业，请核对全称或信用代码。"))
        if len(found) > 1:
            raise forms.ValidationError(_("有多家企业叫这个名称，请填写统一社会信用代码。"))
        return found[0]


class ProjectChangeForm(ProjectForm):
    closed_on = day_field(_("结束日期"), required=False, help_text=_("填写后不再登记此后的走访。"))
