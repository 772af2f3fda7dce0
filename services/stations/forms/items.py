"""The bureau's form for an item; its conditions are fields here and data in the table."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain
from portal.kit.forms import DateInput, NumberInput
from portal.kit.text import clean_line

from ...kept.forms import code_field, text
from ..models import ServiceItem, ServiceMode
from ..rules.eligibility import LISTS, LONGEST_HONOUR, RANGES

WAN = Decimal(10_000)
LIST_LABELS = {
    "kind": _("企业类型限于"),
    "status": _("登记状态限于"),
    "chain": _("限于以下产业链上的企业"),
    "town": _("限于以下街镇的企业"),
    "honour": _("须具有的资质荣誉（任一）"),
}
RANGE_LABELS = {
    "employees": (_("从业人数不少于"), _("从业人数不超过")),
    "revenue": (_("上年营业收入不低于（万元）"), _("上年营业收入不超过（万元）")),
    "years": (_("成立满（年）"), _("成立不超过（年）")),
    "members": (_("正式党员不少于（名）"), _("正式党员不超过（名）")),
}


class NamesField(forms.CharField):
    """Several names in one line, split by 、 or ；."""

    def clean(self, value: Any) -> str:
        names = split_names(super().clean(value))
        if any(len(name) > LONGEST_HONOUR for name in names):
            raise forms.ValidationError(_("每项不超过 %(limit)d 个字。"), params={"limit": LONGEST_HONOUR})
        return "、".join(names)


def split_names(text: str) -> list[str]:
    """The names of such a line, each once."""
    names = (clean_line(name) for name in re.split(r"[、;；]", text))
    return list(dict.fromkeys(filter(None, names)))


def condition_fields(names: Mapping[str, Mapping[str, str]]) -> dict[str, forms.Field]:
    """One field a condition; nothing chosen means no condition."""
    fields: dict[str, forms.Field] = {}
    for name in LISTS:
        if name == "honour":
            fields["only_honour"] = NamesField(
                label=LIST_LABELS[name],
                required=False,
                max_length=300,
                help_text=_("多项用顿号分开，例如：高新技术企业、专精特新。"),
            )
            continue
        short = len(names[name]) <= 6
        fields[f"only_{name}"] = forms.MultipleChoiceField(
            label=LIST_LABELS[name],
            choices=list(names[name].items()),
            required=False,
            widget=forms.CheckboxSelectMultiple if short else forms.SelectMultiple(attrs={"size": 6}),
        )
    for name in RANGES:
        for bound, label in zip(("min", "max"), RANGE_LABELS[name], strict=True):
            if name == "revenue":
                field = forms.DecimalField(
                    label=label, min_value=0, max_digits=12, decimal_places=2, required=False
                )
            else:
                field = forms.IntegerField(
                    label=label, min_value=0, max_value=1000 if name == "years" else 10**7, required=False
                )
                field.widget = NumberInput()
            fields[f"{bound}_{name}"] = field
    return fields


def eligibility_to_fields(eligibility: Mapping[str, Any]) -> dict[str, Any]:
    """The conditions as the form shows them; revenue in 万元."""
    values: dict[str, Any] = {f"only_{name}": eligibility.get(name, []) for name in LISTS}
    values["only_honour"] = "、".join(values["only_honour"])
    for name in RANGES:
        limits = eligibility.get(name, {})
        for bound in ("min", "max"):
            value = limits.get(bound)
            if name == "revenue" and value is not None:
                value = f"{Decimal(value) / WAN:.2f}"
            values[f"{bound}_{name}"] = "" if value is None else value
    return values


def eligibility_from_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """The conditions that the form's values say."""
    chosen = {name: values[f"only_{name}"] for name in LISTS}
    chosen["honour"] = split_names(chosen["honour"] or "")
    result: dict[str, Any] = {name: list(codes) for name, codes in chosen.items() if codes}
    for name in RANGES:
        limits = {}
        for bound in ("min", "max"):
            value = values[f"{bound}_{name}"]
            if value is None or value == "":
                continue
            limits[bound] = str(Decimal(str(value)) * WAN) if name == "revenue" else int(value)
        if limits:
            result[name] = limits
    return result


def split_conditions(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that are conditions, and the others."""
    own = {name: value for name, value in values.items() if name.startswith(("only_", "min_", "max_"))}
    return own, {name: value for name, value in values.items() if name not in own}


class ItemForm(forms.Form):
    name = text(ServiceItem, "name")
    group = forms.ChoiceField(label=_("类别"), choices=ServiceItem.Group)
    description = text(ServiceItem, "description", lines=5)
    materials = text(ServiceItem, "materials", lines=5, help_text=_("一行一项。"))
    legal_basis = text(ServiceItem, "legal_basis", lines=2)
    fee_note = text(ServiceItem, "fee_note")
    handling_days = forms.IntegerField(
        label=_("办理时限（工作日）"), min_value=0, max_value=365, widget=NumberInput
    )
    modes = forms.MultipleChoiceField(
        label=_("办理方式"), choices=ServiceMode, widget=forms.CheckboxSelectMultiple
    )
    keywords = text(ServiceItem, "keywords", help_text=_("企业可能会用的说法，用空格分开。"))
    chains = forms.ModelMultipleChoiceField(
        label=_("适用产业链"),
        queryset=Chain.objects.all(),
        to_field_name="code",
        required=False,
        help_text=_("不选表示适用全部产业链。"),
    )
    needs_confirmation = forms.BooleanField(label=_("预约后需服务站确认"), required=False)
    notice_hours = forms.IntegerField(
        label=_("取消或改期须提前（小时）"), min_value=0, max_value=720, widget=NumberInput
    )
    closed_on = forms.DateField(label=_("停办日期"), required=False, widget=DateInput)

    def __init__(self, *args, names: Mapping[str, Mapping[str, str]], is_new: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields |= condition_fields(names)
        if is_new:
            del self.fields["closed_on"]
            self.fields = {"code": code_field("green-product"), **self.fields}
