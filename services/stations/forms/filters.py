"""Filters of the public lists. A value that nobody knows filters nothing and is not an error to read."""

from django import forms
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain
from portal.territory.models import District, Town

from ..models import ServiceItem


class ByCode(forms.ModelChoiceField):
    """A select of rows by code, with what an empty choice means."""

    def __init__(self, *, model, empty_label, **kwargs):
        rows = model.objects.filter(closed_on=None) if hasattr(model, "closed_on") else model.objects.all()
        super().__init__(
            queryset=rows, to_field_name="code", empty_label=empty_label, required=False, **kwargs
        )


class DistrictForm(forms.Form):
    """Choices come from one district."""

    def __init__(self, *args, district: District | None, **kwargs):
        super().__init__(*args, **kwargs)
        for name in {"chain", "town"} & set(self.fields):
            self.fields[name].queryset = self.fields[name].queryset.filter(district=district)

    def values(self) -> dict[str, str]:
        """What the queries read: codes and texts of the fields that are in order; a ticked box is "1"."""
        self.is_valid()
        return {
            name: "1" if value is True else value if isinstance(value, str) else value.code
            for name, value in self.cleaned_data.items()
            if value
        }


class CatalogueFilter(DistrictForm):
    search = forms.CharField(
        label=_("想办什么"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": _("例如：检定 电子秤、商标、电梯年检")}),
    )
    chain = ByCode(label=_("所在产业链"), model=Chain, empty_label=_("全部产业链"))
    town = ByCode(label=_("所在街镇"), model=Town, empty_label=_("请选择"))


class StationFilter(DistrictForm):
    search = forms.CharField(label=_("名称或地址"), required=False, max_length=60)
    item = ByCode(label=_("可办事项"), model=ServiceItem, empty_label=_("全部事项"))
    town = ByCode(label=_("离哪个街镇近"), model=Town, empty_label=_("请选择"))
    now = forms.BooleanField(label=_("现在开放"), required=False)


class InstitutionFilter(DistrictForm):
    search = forms.CharField(label=_("名称或简介"), required=False, max_length=60)
    item = ByCode(label=_("服务事项"), model=ServiceItem, empty_label=_("全部事项"))
    town = ByCode(label=_("所在街镇"), model=Town, empty_label=_("全部街镇"))
