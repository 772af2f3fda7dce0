"""The search of the handbook, and the bureau's form for an entry."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kit.forms import RowChoice
from portal.territory.models import ServiceElement

from ..stations.forms.filters import ByCode, DistrictForm
from ..stations.models import Institution, ServiceItem, ServiceStation
from .models import HandbookEntry


class HandbookFilter(DistrictForm):
    search = forms.CharField(
        label=_("您想问什么"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": _("例如：电子秤多久检一次、商标续展")}),
    )
    item = ByCode(label=_("服务事项"), model=ServiceItem, empty_label=_("全部事项"))
    element = ByCode(label=_("产业要素"), model=ServiceElement, empty_label=_("全部要素"))


class EntryForm(forms.Form):
    question = forms.CharField(
        label=_("问题"), max_length=HandbookEntry._meta.get_field("question").max_length
    )
    answer = forms.CharField(label=_("解答"), max_length=4000, widget=forms.Textarea(attrs={"rows": 8}))
    keywords = forms.CharField(
        label=_("关键词"), required=False, max_length=200, help_text=_("企业可能会用的说法，用空格分开。")
    )
    items = forms.ModelMultipleChoiceField(
        label=_("服务事项"),
        queryset=ServiceItem.objects.all(),
        required=False,
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )
    institutions = forms.ModelMultipleChoiceField(
        label=_("技术机构"), queryset=Institution.objects.all(), required=False, to_field_name="code"
    )
    stations = forms.ModelMultipleChoiceField(
        label=_("服务站"), queryset=ServiceStation.objects.all(), required=False, to_field_name="code"
    )
    element = RowChoice(
        label=_("产业要素"), queryset=ServiceElement.objects.all(), required=False, to_field_name="code"
    )
    is_published = forms.BooleanField(label=_("发布（公开可见）"), required=False, initial=True)


class NewEntryForm(EntryForm):
    code = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9_-]*\Z",
        label=_("编号"),
        max_length=32,
        help_text=_("字母、数字、连字符，保存后不再改变，例如 q-041。"),
    )
    field_order = ("code", "question")
