"""Filters of the organisation list, and the bureau's forms for kinds and establishment modes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kit.text import clean_line
from portal.territory.models import Town

from ..industry.models import Chain
from .models import EstablishmentMode, OrganizationKind, PartyOrganization


class OrganizationFilter(forms.Form):
    search = forms.CharField(label=_("名称或编号"), required=False, max_length=60)
    town = forms.ModelChoiceField(
        label=_("街镇"),
        queryset=Town.objects.all(),
        to_field_name="code",
        required=False,
        empty_label=_("全部"),
    )
    chain = forms.ModelChoiceField(
        label=_("产业链"),
        queryset=Chain.objects.all(),
        to_field_name="code",
        required=False,
        empty_label=_("全部"),
    )
    kind = forms.ModelChoiceField(
        label=_("类别"), queryset=OrganizationKind.objects.all(), to_field_name="code", required=False,
        empty_label=_("全部"),
    )  # fmt: skip
    status = forms.ChoiceField(
        label=_("状态"), choices=[("", _("全部")), *PartyOrganization.Status.choices], required=False
    )

    def codes(self) -> dict[str, str]:
        """The filters as the query wants them; call after is_valid()."""
        return {name: getattr(value, "code", value) or "" for name, value in self.cleaned_data.items()}


class ReferenceForm(forms.ModelForm):
    """Shared by kinds and modes: codes are plain and for good, names are visible text."""

    code = forms.RegexField(
        label=_("代码"),
        regex=r"^[a-z][a-z0-9_]*\Z",
        max_length=32,
        help_text=_("小写字母、数字和下划线；保存后不能修改。"),
        error_messages={"invalid": _("只能用小写字母、数字和下划线，以字母开头。")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["code"].disabled = True

    def clean_name(self) -> str:
        if not (name := clean_line(self.cleaned_data["name"])):
            raise forms.ValidationError(_("请填写名称。"))
        return name


class KindForm(ReferenceForm):
    class Meta:
        model = OrganizationKind
        fields = ("code", "name", "is_formal", "position")


class ModeForm(ReferenceForm):
    class Meta:
        model = EstablishmentMode
        fields = ("code", "name", "practice", "is_joint", "position")
