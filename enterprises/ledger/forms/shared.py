"""What the forms share: money in 万元, days, enterprises by name, chains and segments to choose from, reasons."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain, Segment
from portal.kit.forms import DateInput
from portal.territory.models import Town

from ..queries import deals
from ..rules.amounts import MAX_REASON

ANY = ("", _("全部"))
YES_NO = [ANY, ("1", _("是")), ("0", _("否"))]
WAN = Decimal(10_000)
CANDIDATES = 6


def amount_field(label: Any = None, *, required: bool = True) -> forms.DecimalField:
    return forms.DecimalField(
        label=label or _("金额（万元）"),
        max_digits=14,
        decimal_places=6,
        required=required,
        help_text=_("单位是万元：125000.50 元填 12.50005。"),
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any", "min": "0"}),
    )


def in_yuan(values: dict[str, Any]) -> dict[str, Any]:
    """What people wrote in 万元, as the actions take it."""
    if values.get("amount") is not None:
        values = {**values, "amount": values["amount"] * WAN}
    return values


def as_wan(yuan: Decimal | None) -> str:
    """Yuan as the field shows it: 125000.50 → 12.50005."""
    return "" if yuan is None else f"{(yuan / WAN).normalize():f}"


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DateInput, **more)


class PeriodFilter(forms.Form):
    """What the lists share: words, town, chain and a period."""

    search = forms.CharField(label=_("企业、内容或编号"), required=False, max_length=60)
    town = forms.ChoiceField(label=_("街镇"), required=False)
    chain = forms.ChoiceField(label=_("产业链"), required=False)
    since = day_field(_("从"), required=False)
    until = day_field(_("到"), required=False)

    def __init__(self, data, *, towns: Iterable[Town], chains: Iterable[Chain]):
        super().__init__(data)
        self.fields["town"].choices = [ANY, *((town.code, town.short_name) for town in towns)]
        self.fields["chain"].choices = [ANY, *((chain.code, chain.name) for chain in chains)]
        if len(self.fields["town"].choices) <= 2:  # nothing to choose
            self.fields["town"].widget = forms.HiddenInput()

    def clean(self):
        given = super().clean()
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", _("结束日期不能早于开始日期。"))
        return given

    def filters(self) -> dict[str, str]:
        """The filters as the query wants them; call after is_valid()."""
        given = dict(self.cleaned_data)
        days = {"from": given.pop("since"), "to": given.pop("until")}
        return given | {name: day.isoformat() if day else "" for name, day in days.items()}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("原因"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": MAX_REASON}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class EnterpriseField(forms.CharField):
    """An enterprise by full name or USCC; a part of the name will do when it means one only."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("help_text", _("填写企业全称或统一社会信用代码；名称写一部分也可以。"))
        super().__init__(max_length=120, **kwargs)


def named_enterprise(user, text: str):
    """The enterprise that a text means. Raises ValidationError with the likely ones when it means none or several."""
    if (exact := deals.side_for(user, text)) is not None:
        return exact
    found = deals.sides_found(user, text, CANDIDATES)
    same = [one for one in found if one.name == text.strip()]
    if len(same or found) == 1:
        return deals.side_for(user, (same or found)[0].uscc)
    if not found:
        raise forms.ValidationError(_("本区没有找到这家企业，请核对全称或统一社会信用代码。"))
    names = "；".join(f"{one.name}（{one.uscc}）" for one in found[: CANDIDATES - 1])
    raise forms.ValidationError(_("符合的不止一家，请填写全称或代码：%(names)s") % {"names": names})


def segment_choices(user) -> tuple[dict[str, Segment], list]:
    """The open segments of the user's districts by code, and as choices grouped by chain."""
    rows = Segment.objects.filter(closed_on=None, chain__in=chains_of(user)).select_related("chain")
    found: dict[str, Segment] = {}
    groups: dict[str, list] = {}
    for segment in rows.order_by("chain__position", "position", "code"):
        found[segment.code] = segment
        groups.setdefault(segment.chain.name, []).append((segment.code, segment.name))
    return found, list(groups.items())


def chains_of(user):
    """The chains of the districts that the user has to do with."""
    scope, rows = user.scope, Chain.objects.order_by("position", "code")
    if scope.is_admin:
        return rows
    return rows.filter(district__in=deals.districts_of(user))
