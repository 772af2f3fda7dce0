"""The bureau's forms for kinds and establishment modes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kit.text import clean_line

from ..models import EstablishmentMode, OrganizationKind


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
