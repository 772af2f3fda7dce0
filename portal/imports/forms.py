"""Forms of the imports' pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .registry import SheetKind


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=_("表格种类"))
    file = forms.FileField(
        label=_("选择或拖入表格文件"),
        help_text=_("支持 .xlsx 和 .csv（UTF-8、GB18030），最大 64 MB、20 万行。"),
        allow_empty_file=True,
        max_length=400,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def __init__(self, *args, kinds: list[SheetKind], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.code, kind.title) for kind in kinds]
        if len(kinds) == 1:
            self.fields["kind"].widget = forms.HiddenInput()
            self.fields["kind"].initial = kinds[0].code


class CommitForm(forms.Form):
    skip_invalid = forms.BooleanField(label=_("跳过有误的行，只写入其余的行"), required=False)
