"""What somebody fills in to raise a demand, made for a phone: the element as big choices, files from the camera."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enterprises.profile.rules import phone_problem
from enterprises.registry.models import Enterprise
from enterprises.registry.rules import sees_personal
from portal.kit import attachments
from portal.kit.masking import mask_name, mask_phone
from portal.kit.text import clean_line
from portal.territory.models import ServiceElement

from ..models import Demand

CONTACT = ("contact_name", "contact_phone")
ACCEPT = f"{attachments.ACCEPT},image/*"


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; each is judged by the action."""

    widget = ManyFiles

    def clean(self, data, initial=None) -> list:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in files if one]


class ElementField(forms.ModelChoiceField):
    """The elements as big choices."""

    widget = forms.RadioSelect

    def __init__(self, **more: Any):
        super().__init__(
            ServiceElement.objects.filter(closed_on=None), to_field_name="code", empty_label=None, **more
        )


class DemandForm(forms.Form):
    """One demand of an enterprise. The contact may be left empty where the enterprise has registered one: it is used
    without being shown."""

    element = ElementField(label=_("哪方面的诉求"), error_messages={"required": _("请选择一个要素。")})
    title = forms.CharField(
        label=_("一句话说清诉求"),
        max_length=100,
        widget=forms.TextInput(
            attrs={"placeholder": _("例如：新厂房用电报装需要增容"), "autocomplete": "off"}
        ),
        error_messages={"required": _("请填写标题。")},
    )
    body = forms.CharField(
        label=_("具体情况"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("什么时候开始的、已经找过谁、希望怎样解决。"),
    )
    kind = forms.ChoiceField(
        label=_("诉求类型"), choices=Demand.Kind.choices, initial=Demand.Kind.HELP, widget=forms.RadioSelect
    )
    urgency = forms.ChoiceField(
        label=_("紧急程度"),
        choices=Demand.Urgency.choices,
        initial=Demand.Urgency.NORMAL,
        widget=forms.RadioSelect,
    )
    contact_name = forms.CharField(
        label=_("联系人"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact_phone = forms.CharField(
        label=_("联系电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    attachments = FilesField(
        label=_("照片或材料"),
        required=False,
        allow_empty_file=True,
        max_length=400,
        widget=ManyFiles(attrs={"accept": ACCEPT, "multiple": True}),
        help_text=_("可一次选多个，最多 %(most)d 个：PDF、照片、Word、Excel 或 OFD，每个不超过 10 MB。")
        % {"most": attachments.MAX_FILES},
    )

    def __init__(self, *args: Any, user, enterprise: Enterprise, **more: Any):
        super().__init__(*args, **more)
        self.registered = registered_contact(user, enterprise)
        for field, value in zip(
            CONTACT, (mask_name(self.registered[0]), mask_phone(self.registered[1])), strict=True
        ):
            if value:
                self.fields[field].help_text = _("留空则使用登记的%(what)s %(value)s") % {
                    "what": self.fields[field].label,
                    "value": value,
                }
            else:
                self.fields[field].required = True

    def clean_contact_name(self) -> str:
        name, field = clean_line(self.cleaned_data["contact_name"]), self.fields["contact_name"]
        if field.required and not name:
            raise forms.ValidationError(field.error_messages["required"], code="required")
        return name

    def clean_contact_phone(self) -> str:
        phone = self.cleaned_data["contact_phone"]
        if phone and (problem := phone_problem(phone)):
            raise forms.ValidationError(problem)
        return phone

    def wish(self) -> dict[str, Any]:
        """What the action takes: the answers, with the registered contact where the form was left empty."""
        given = dict(self.cleaned_data)
        for name, value in zip(CONTACT, self.registered, strict=True):
            given[name] = given[name] or value
        return given


def registered_contact(user, enterprise: Enterprise) -> tuple[str, str]:
    """(name, phone) of the enterprise's registered contact, for who may read them; empty where there is none."""
    profile = getattr(enterprise, "profile", None)
    if profile is None or not sees_personal(user, enterprise):
        return "", ""
    return profile.contact_name or "", profile.contact_phone or ""


class EnterpriseSearch(forms.Form):
    """For whom staff record a demand, by name."""

    search = forms.CharField(
        label=_("为哪家企业代录诉求？"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "placeholder": _("名称或统一社会信用代码")}
        ),
    )


class MineFilter(forms.Form):
    """The enterprise's own demands: by words."""

    search = forms.CharField(label=_("编号或标题"), required=False, max_length=60)
