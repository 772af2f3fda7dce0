"""The filter of the work guides, the bureau's form, and the form for a paper."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.kit.forms import DateInput

from ..kept.forms import code_field, text
from ..stations.forms.filters import DistrictForm
from .models import WorkGuide


class GuideFilter(DistrictForm):
    search = forms.CharField(label=_("标题、文号或正文"), required=False, max_length=60)
    valid = forms.ChoiceField(
        label=_("效力"), required=False, choices=[("", _("全部")), ("1", _("现行有效")), ("0", _("已废止"))]
    )


class GuideForm(forms.Form):
    title = text(WorkGuide, "title")
    number = text(WorkGuide, "number")
    issuer = text(WorkGuide, "issuer")
    issued_on = forms.DateField(label=_("发布日期"), widget=DateInput)
    summary = text(WorkGuide, "summary", lines=2)
    body = text(WorkGuide, "body", lines=14, help_text=_("以“# ”开头的一行是小标题。也可以只上传附件。"))
    abolished_on = forms.DateField(
        label=_("废止日期"), required=False, widget=DateInput, help_text=_("填写后从这一天起标为已废止。")
    )

    def __init__(self, *args: Any, is_new: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if is_new:
            del self.fields["abolished_on"]
            self.fields["issued_on"].initial = timezone.localdate
            self.fields = {"code": code_field("ZY05"), **self.fields}
