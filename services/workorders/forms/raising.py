"""What somebody fills in to raise a demand, made for a phone: the element as big choices, files from the camera."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enterprises.profile.contact_form import ContactForm
from portal.kit import attachments
from portal.territory.models import ServiceElement

from ..models import Demand

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


class DemandForm(ContactForm):
    """One demand of an enterprise. The contact may be left empty where the enterprise has registered one: it is used
    without being shown."""

    element = ElementField(label=_("哪方面的诉求"), error_messages={"required": _("请选择一个要素。")})
    title = forms.CharField(
        label=_("一句话说清诉求"),
        max_length=100,
        widget=forms.TextInput(
            attrs={"placeholder": _("例如：新员工批量参保一直报错"), "autocomplete": "off"}
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
    attachments = FilesField(
        label=_("照片或材料"),
        required=False,
        allow_empty_file=True,
        max_length=400,
        widget=ManyFiles(attrs={"accept": ACCEPT, "multiple": True}),
        help_text=_("可一次选多个，最多 %(most)d 个：PDF、照片、Word、Excel 或 OFD，每个不超过 10 MB。")
        % {"most": attachments.MAX_FILES},
    )

    def wish(self) -> dict[str, Any]:
        """What the action takes."""
        return self.with_contact(self.cleaned_data)


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

    search = forms.CharField(
        label=_("编号或标题"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": _("编号或标题")}),
    )
