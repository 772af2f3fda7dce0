"""The filter over the log of personal views."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class PersonalViewFilter(forms.Form):
    search = forms.CharField(label=_("企业、组织名称或代码"), max_length=60, required=False)
    viewer = forms.CharField(label=_("查看人"), max_length=150, required=False)
    since = forms.DateField(label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("since") and cleaned.get("until") and cleaned["since"] > cleaned["until"]:
            raise ValidationError({"until": _("结束日期不能早于开始日期。")})
        return cleaned
