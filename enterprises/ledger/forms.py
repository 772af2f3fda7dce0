"""Forms of the ledgers: filters, reporting and correcting deals, grants, pledges, offers and needs. Money is in 万元."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain, Segment
from portal.kit import attachments
from portal.kit.forms import DateInput
from portal.territory.models import Town

from .models import PledgeRegistration, Posting, ProcurementDeal
from .queries import board, credit, deals
from .rules.amounts import MAX_REASON

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


class DealFilter(PeriodFilter):
    status = forms.ChoiceField(
        label=_("状态"), required=False, choices=[ANY, *ProcurementDeal.Status.choices]
    )
    intra_chain = forms.ChoiceField(label=_("链内采购"), required=False, choices=YES_NO)
    waiting = forms.ChoiceField(label=_("等待确认"), required=False, choices=YES_NO)
    counted = forms.ChoiceField(label=_("计入统计"), required=False, choices=YES_NO)
    uscc = forms.CharField(label=_("企业信用代码"), required=False, max_length=18)

    field_order = ("search", "status", "chain", "town", "since", "until", "intra_chain", "waiting", "counted")


class LentFilter(PeriodFilter):
    status = forms.ChoiceField(
        label=_("状态"), required=False, choices=[ANY, ("active", _("有效")), ("cancelled", _("已撤销"))]
    )
    uscc = forms.CharField(required=False, max_length=18, widget=forms.HiddenInput)

    field_order = ("search", "chain", "town", "since", "until", "status")


class BoardFilter(forms.Form):
    search = forms.CharField(label=_("产品或服务"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("类别"), required=False, choices=[ANY, *Posting.Kind.choices])
    chain = forms.ChoiceField(label=_("产业链"), required=False)
    status = forms.ChoiceField(label=_("状态"), required=False, choices=[ANY, *Posting.Status.choices])
    uscc = forms.CharField(required=False, max_length=18, widget=forms.HiddenInput)

    def __init__(self, data, *, chains: Iterable[Chain]):
        super().__init__(data)
        self.fields["chain"].choices = [ANY, *((chain.code, chain.name) for chain in chains)]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("原因"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": MAX_REASON}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("选择或拖入文件"),
        help_text=_("PDF、JPG、PNG、Word、Excel 或 OFD，最大 10 MB。"),
        allow_empty_file=True,
        max_length=400,
        widget=forms.FileInput(attrs={"accept": attachments.ACCEPT}),
    )


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


class DealForm(forms.Form):
    """A purchase as people note it down."""

    amount = amount_field(_("合同金额（万元）"))
    signed_on = day_field(_("签订日期"), initial=timezone.localdate)
    goods = forms.CharField(label=_("采购内容"), max_length=200)
    contract_number = forms.CharField(label=_("合同编号"), max_length=80)
    segment = forms.ChoiceField(
        label=_("供货环节"), required=False, help_text=_("货物出自产业链的哪个环节；不清楚可不选。")
    )

    def __init__(self, *args: Any, user, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user
        self.segments, choices = segment_choices(user)
        self.fields["segment"].choices = [("", "—"), *choices]

    def clean_segment(self) -> Segment | None:
        return self.segments.get(self.cleaned_data["segment"])


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


class NewDealForm(DealForm):
    """Staff name both sides; an enterprise says which side it is and names the other."""

    side = forms.ChoiceField(
        label=_("我方是"),
        choices=[("buyer", _("采购方")), ("seller", _("供应方"))],
        widget=forms.RadioSelect,
        initial="buyer",
    )
    partner = EnterpriseField(label=_("对方企业"))
    buyer = EnterpriseField(label=_("采购方"))
    seller = EnterpriseField(label=_("供应方"))
    need = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    offer = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    field_order = (
        "side", "partner", "buyer", "seller", "goods", "amount", "signed_on", "contract_number", "segment",
    )  # fmt: skip

    def __init__(self, *args: Any, own, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.own = own
        for name in ("buyer", "seller") if own is not None else ("side", "partner"):
            del self.fields[name]

    def clean_partner(self):
        return named_enterprise(self.user, self.cleaned_data["partner"])

    def clean_buyer(self):
        return named_enterprise(self.user, self.cleaned_data["buyer"])

    def clean_seller(self):
        return named_enterprise(self.user, self.cleaned_data["seller"])

    def _posting(self, kind: str):
        number = self.cleaned_data[kind]
        row = board.posting_for(self.user, number) if number else None
        return row if row is not None and row.kind == kind else None

    def clean_need(self):
        return self._posting("need")

    def clean_offer(self):
        return self._posting("offer")

    def report(self) -> dict[str, Any]:
        """The values as `report_deal` takes them."""
        given = in_yuan(dict(self.cleaned_data))
        if self.own is not None:
            side, partner = given.pop("side"), given.pop("partner")
            given |= (
                {"buyer": self.own, "seller": partner}
                if side == "buyer"
                else {"buyer": partner, "seller": self.own}
            )
        return given


class CreditForm(forms.Form):
    bank = forms.CharField(label=_("银行"), max_length=80)
    product = forms.CharField(label=_("产品"), max_length=60, initial="茸质贷")
    amount = amount_field(_("授信金额（万元）"))
    granted_on = day_field(_("授信日期"), initial=timezone.localdate)
    contract_number = forms.CharField(label=_("合同编号"), max_length=80, required=False)
    note = forms.CharField(label=_("备注"), max_length=200, required=False)

    def __init__(self, *args: Any, user, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user
        own = list(credit.banks_of(user))
        if own and not user.scope.is_staff:  # a clerk records for the own bank
            self.fields["bank"] = forms.ChoiceField(
                label=self.fields["bank"].label, choices=[(bank.name, bank.name) for bank in own]
            )
        self.order_fields(self.field_order)


class PledgeForm(CreditForm):
    bank = forms.CharField(label=_("质权人"), max_length=80)
    product = None
    granted_on = None
    contract_number = None
    kind = forms.ChoiceField(label=_("类型"), choices=PledgeRegistration.Kind.choices)
    register_number = forms.CharField(label=_("登记号"), max_length=80, required=False)
    subject = forms.CharField(label=_("质押物"), max_length=120, required=False)
    amount = amount_field(_("质押金额（万元）"))
    registered_on = day_field(_("登记日期"), initial=timezone.localdate)

    field_order = (
        "enterprise",
        "kind",
        "register_number",
        "subject",
        "bank",
        "amount",
        "registered_on",
        "note",
    )


class ForEnterprise(forms.Form):
    """With the enterprise, named once and never changed afterwards."""

    enterprise = EnterpriseField(label=_("企业"))

    def clean_enterprise(self):
        text = self.cleaned_data["enterprise"]
        row = credit.recordable_enterprise(self.user, text)
        if row is not None:
            return row
        if self.user.scope.is_staff:
            return named_enterprise(self.user, text)
        raise forms.ValidationError(_("没有找到这家企业，请核对统一社会信用代码。"))


class NewCreditForm(ForEnterprise, CreditForm):
    field_order = ("enterprise", "bank", "product", "amount", "granted_on", "contract_number", "note")


class NewPledgeForm(ForEnterprise, PledgeForm):
    pass


class PostingForm(forms.Form):
    """An offer or a need; chain and segment are chosen as one."""

    title = forms.CharField(label=_("产品或服务"), max_length=80)
    place = forms.ChoiceField(
        label=_("产业链与环节"), help_text=_("供给选本企业所在环节，需求选希望由哪个环节供货。")
    )
    description = forms.CharField(
        label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("数量、规格、交期等；全区企业可见，请勿填写个人电话。"),
    )  # fmt: skip
    amount = amount_field(_("预计金额（万元）"), required=False)
    valid_until = day_field(_("有效期至"))

    def __init__(self, *args: Any, user, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user
        self.segments, groups = segment_choices(user)
        self.chains = {chain.code: chain for chain in chains_of(user)}
        codes = {chain.name: chain.code for chain in self.chains.values()}
        self.fields["place"].choices = [
            ("", "—"),
            *((name, [(f"{codes[name]}/", _("整链（不分环节）")),
                      *((f"{codes[name]}/{code}", label) for code, label in rows)]) for name, rows in groups),
        ]  # fmt: skip

    def chosen(self) -> dict[str, Any]:
        """The values as the actions take them."""
        return self.read(dict(self.cleaned_data))

    def read(self, given: dict[str, Any]) -> dict[str, Any]:
        """Those of the given values, with the place as chain and segment."""
        if "place" in given:
            chain, _slash, segment = given.pop("place").partition("/")
            given |= {"chain": self.chains[chain], "segment": self.segments.get(segment)}
        return in_yuan(given)


class NewPostingForm(PostingForm):
    kind = forms.ChoiceField(
        label=_("类别"), choices=Posting.Kind.choices, widget=forms.RadioSelect, initial="need"
    )
    enterprise = EnterpriseField(label=_("企业"))

    field_order = ("kind", "enterprise", "title", "place", "description", "amount", "valid_until")

    def __init__(self, *args: Any, own, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.own = own
        if own is not None:
            del self.fields["enterprise"]

    def clean_enterprise(self):
        return named_enterprise(self.user, self.cleaned_data["enterprise"])

    def chosen(self) -> dict[str, Any]:
        return {"enterprise": self.own, **super().chosen()}
