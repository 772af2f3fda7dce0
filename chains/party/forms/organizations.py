"""Forms of an organisation: the list's filters, setting up, correcting, the reason for looking at a name."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.kit.forms import CHOOSE, DateInput, RowChoice
from portal.territory.models import Area, Town

from ...industry.models import Chain
from ..models import EstablishmentMode, OrganizationKind, PartyOrganization
from ..queries.organizations import near
from .fields import OrganizationField

PHONE = r"^\+?[0-9][0-9() -]{4,28}[0-9]\Z"


def _chosen(model: type, label: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=label, queryset=model.objects.all(), to_field_name="code", required=False, empty_label=_("全部")
    )


class PlaceFilter(forms.Form):
    """Town and chain: the filters of the tree."""

    town = _chosen(Town, _("街镇"))
    chain = _chosen(Chain, _("产业链"))

    def codes(self) -> dict[str, str]:
        """The filters as the query wants them; call after is_valid()."""
        return {name: getattr(value, "code", value) or "" for name, value in self.cleaned_data.items()}


class OrganizationFilter(PlaceFilter):
    search = forms.CharField(label=_("名称或编号"), required=False, max_length=60)
    kind = _chosen(OrganizationKind, _("类别"))
    establishment_mode = _chosen(EstablishmentMode, _("组建方式"))
    area = _chosen(Area, _("园区或楼宇"))
    status = forms.ChoiceField(
        label=_("状态"), choices=[("", _("全部")), *PartyOrganization.Status.choices], required=False
    )

    field_order = ("search", "town", "chain", "kind", "status", "establishment_mode", "area")


class AreaChoice(forms.ModelChoiceField):
    """An area, with its town before it."""

    def label_from_instance(self, area: Area) -> str:
        return f"{area.town.short_name} · {area.name}"


class OrganizationForm(forms.Form):
    """An organisation's data. Name and phone of the secretary are not shown; left blank they stay as they are."""

    name = forms.CharField(label=_("名称"), max_length=120)
    kind = RowChoice(OrganizationKind.objects.all(), label=_("类别"), to_field_name="code")
    establishment_mode = RowChoice(
        EstablishmentMode.objects.all(),
        label=_("组建方式"),
        to_field_name="code",
        required=False,
    )
    town = forms.ModelChoiceField(
        Town.objects.none(), label=_("街镇"), to_field_name="code", required=False, empty_label=_("区直属")
    )
    area = AreaChoice(
        Area.objects.none(), label=_("园区或楼宇"), to_field_name="code", required=False, empty_label=CHOOSE
    )
    chain = RowChoice(Chain.objects.none(), label=_("产业链"), to_field_name="code", required=False)
    parent = OrganizationField(
        label=_("上级党组织"), required=False, help_text=_("编号或全称；输入时会给出建议。留空为区直属。")
    )
    set_up_on = forms.DateField(label=_("成立日期"), required=False, widget=DateInput)
    secretary_name = forms.CharField(label=_("书记姓名"), max_length=60, required=False)
    secretary_phone = forms.RegexField(
        PHONE,
        label=_("书记电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        error_messages={"invalid": _("应为电话号码，例如 13812348000 或 021-57812345。")},
    )

    def __init__(
        self, *args: Any, user, district_id: int, organization: PartyOrganization | None = None, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        town = Q(closed_on=None) | Q(pk=organization.town_id if organization else None)
        area = Q(closed_on=None) | Q(pk=organization.area_id if organization else None)
        self.fields["town"].queryset = Town.objects.filter(town, district=district_id)
        self.fields["area"].queryset = Area.objects.filter(area, district=district_id).select_related("town")
        self.fields["chain"].queryset = Chain.objects.filter(district=district_id)
        self.fields["parent"].offer(user, near(user))


class NewOrganizationForm(OrganizationForm):
    code = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9_-]*\Z",
        label=_("编号"),
        max_length=32,
        help_text=_("字母、数字、下划线和连字符；登记后不变。"),
        error_messages={"invalid": _("只能用字母、数字、下划线和连字符，以字母或数字开头。")},
    )

    field_order = ("code", "name", "kind")


class OrganizationEditForm(OrganizationForm):
    """With the day of a new name or another parent; the secretary's fields can be emptied."""

    changed_on = forms.DateField(
        label=_("更名或调整隶属的日期"),
        required=False,
        widget=DateInput,
        help_text=_("只在更改名称或上级党组织时需要；不填即为今天。原名称、原隶属保留在沿革中。"),
    )
    no_secretary = forms.BooleanField(label=_("书记空缺（清除原书记姓名和电话）"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in ("secretary_name", "secretary_phone"):
            self.fields[name].help_text = _("留空则不修改。")


class OrganizationReasonForm(forms.Form):
    """Why a name or phone is needed in full."""

    field = forms.CharField(max_length=30, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("查看事由"),
        min_length=2,
        max_length=200,
        help_text=_("例如：联系该党组织书记。查看会被记录。"),
    )
