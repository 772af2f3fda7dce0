"""Forms of the register: the filter bar, recording and changing an enterprise, places on chains, yearly figures."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain, Segment
from portal.kit.forms import CHOOSE, DateInput, NumberInput, RowChoice
from portal.territory.models import Area, Town

from ..profile.models import OrganizationForm
from ..profile.rules import Freshness
from .actions.places import Place
from .models import ChainMembership, Enterprise
from .rules import MAX_EMPLOYEES, can_manage_town

SORTING = [
    ("name", _("按名称")),
    ("-updated_at", _("最近更新在前")),
    ("surveyed_on", _("最早摸排在前")),
    ("-surveyed_on", _("最近摸排在前")),
    ("uscc", _("按信用代码")),
]
WAN = Decimal(10_000)


def _any(choices) -> list:
    return [("", _("全部")), *choices]


class EnterpriseFilter(forms.Form):
    """The list's filters, all by code. Towns and chains to choose from are read once (`choices_for`)."""

    search = forms.CharField(label=_("名称或信用代码"), required=False, max_length=60)
    town = forms.ChoiceField(label=_("街镇"), required=False)
    chain = forms.ChoiceField(label=_("产业链"), required=False)
    segment = forms.ChoiceField(label=_("环节"), required=False)
    role = forms.ChoiceField(label=_("链上角色"), required=False, choices=_any(ChainMembership.Role.choices))
    kind = forms.ChoiceField(label=_("企业类型"), required=False, choices=_any(Enterprise.Kind.choices))
    status = forms.ChoiceField(label=_("登记状态"), required=False, choices=_any(Enterprise.Status.choices))
    organization_form = forms.ChoiceField(
        label=_("党组织形式"), required=False, choices=_any(OrganizationForm.choices)
    )
    freshness = forms.ChoiceField(label=_("摸排时效"), required=False, choices=_any(Freshness.choices))
    honour = forms.CharField(label=_("资质荣誉"), required=False, max_length=60)
    ordering = forms.ChoiceField(label=_("排序"), required=False, choices=SORTING)

    def __init__(self, data, *, towns, chains, segments):
        super().__init__(data)
        self.fields["town"].choices = _any([(town.code, town.short_name) for town in towns])
        self.fields["chain"].choices = _any([(chain.code, chain.name) for chain in chains])
        self.fields["segment"].choices = _any([(s.code, s.name) for s in segments])
        if len(self.fields["town"].choices) == 2:  # one town only: nothing to choose
            self.fields["town"].widget = forms.HiddenInput()
        if not segments:
            self.fields["segment"].widget = forms.HiddenInput()

    def filters(self) -> dict[str, str]:
        """What the query reads; the order is not a filter."""
        return {name: value for name, value in self.cleaned_data.items() if name != "ordering"}


class AreaChoice(forms.ModelChoiceField):
    """An area, with its town before it."""

    def label_from_instance(self, area: Area) -> str:
        return f"{area.town.short_name} · {area.name}"


class EnterpriseForm(forms.Form):
    """An enterprise's own data. Towns are those that the user may write in."""

    name = forms.CharField(label=_("企业名称"), max_length=120)
    town = RowChoice(Town.objects.none(), label=_("所属街镇"), to_field_name="code")
    area = AreaChoice(
        Area.objects.none(),
        label=_("商圈、楼宇或园区"),
        to_field_name="code",
        required=False,
        empty_label=CHOOSE,
    )
    kind = forms.ChoiceField(label=_("企业类型"), choices=Enterprise.Kind.choices)
    status = forms.ChoiceField(label=_("登记状态"), choices=Enterprise.Status.choices, initial="active")
    address = forms.CharField(label=_("经营地址"), max_length=200, required=False)
    founded_on = forms.DateField(label=_("成立日期"), required=False, widget=DateInput)
    industry_code = forms.CharField(
        label=_("行业代码"), max_length=4, required=False, help_text=_("GB/T 4754：门类字母或 2 至 4 位数字")
    )
    employees = forms.IntegerField(
        label=_("从业人数"), min_value=0, max_value=MAX_EMPLOYEES, required=False, widget=NumberInput
    )
    honours = forms.CharField(
        label=_("资质荣誉"), max_length=2000, required=False, help_text=_("多项之间用顿号隔开")
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        towns = Town.objects.filter(closed_on=None).select_related("district")
        scope = user.scope
        if not scope.is_admin:
            towns = towns.filter(district__in=scope.managed) | towns.filter(pk__in=scope.towns)
        self.fields["town"].queryset = towns
        stands_in = self.initial.get("area") or self.data.get("shown-area") or None
        areas = Area.objects.filter(Q(town__in=towns, closed_on=None) | Q(code=stands_in))
        self.fields["area"].queryset = areas.select_related("town")
        self.user = user

    def clean_honours(self) -> list[str]:
        text = self.cleaned_data["honours"].replace("；", "、").replace(";", "、")
        return [name for part in text.split("、") if (name := part.strip())]

    def clean_town(self) -> Town:
        town = self.cleaned_data["town"]
        if not can_manage_town(self.user, town):
            raise forms.ValidationError(_("不在您负责的街镇之内。"))
        return town


class NewEnterpriseForm(EnterpriseForm):
    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=40)

    field_order = ("uscc", "name", "town", "kind")


class PlaceSearch(forms.Form):
    """Finds the enterprise to be placed."""

    search = forms.CharField(label=_("企业名称或信用代码"), max_length=60)
    segment = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class PlaceForm(forms.Form):
    """A place on a chain; the segment is one of that chain's that are in use."""

    place = forms.ChoiceField(label=_("产业链与环节"))
    role = forms.ChoiceField(label=_("链上角色"), choices=ChainMembership.Role.choices, initial="supporting")
    started_on = forms.DateField(
        label=_("入链日期"),
        required=False,
        widget=DateInput,
        help_text=_("不填：新入链为今天，已在链上的保持原日期。"),
    )

    def __init__(self, *args, district_id: int, **kwargs):
        super().__init__(*args, **kwargs)
        chains = Chain.objects.filter(district_id=district_id).order_by("position", "code")
        self.chains = {chain.code: chain for chain in chains}
        self.segments: dict[str, Segment] = {}
        groups = {chain.pk: [(chain.code, _("整链（不分环节）"))] for chain in self.chains.values()}
        codes = {chain.pk: chain.code for chain in self.chains.values()}
        rows = Segment.objects.filter(chain__district_id=district_id, closed_on=None)
        for segment in rows.order_by("position", "code"):
            self.segments[segment.code] = segment
            name = _("%(name)s（缺失）") % {"name": segment.name} if segment.is_gap else segment.name
            groups[segment.chain_id].append((f"{codes[segment.chain_id]}/{segment.code}", name))
        self.fields["place"].choices = [
            ("", CHOOSE),
            *((chain.name, groups[chain.pk]) for chain in self.chains.values()),
        ]

    def chosen(self) -> Place:
        chain, _slash, segment = self.cleaned_data["place"].partition("/")
        return Place(self.chains[chain], self.cleaned_data["role"], self.segments.get(segment))


class LeaveForm(forms.Form):
    ended_on = forms.DateField(
        label=_("退出日期"), required=False, widget=DateInput, help_text=_("不填即为今天。")
    )


class FigureForm(forms.Form):
    """A yearly figure; people write 万元, the action takes yuan."""

    year = forms.IntegerField(label=_("年度"), min_value=1949, max_value=2100, widget=NumberInput)
    employees = forms.IntegerField(
        label=_("从业人数"), min_value=0, max_value=MAX_EMPLOYEES, required=False, widget=NumberInput
    )
    revenue = forms.DecimalField(
        label=_("营业收入（万元）"),
        min_value=0,
        max_digits=14,
        decimal_places=6,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any", "min": "0"}),
    )

    def figures(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        if given["revenue"] is not None:
            given["revenue"] = given["revenue"] * WAN
        return given
