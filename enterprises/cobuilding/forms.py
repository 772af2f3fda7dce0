"""Forms of agreements and alliance members: units are typed by code or whole name, as in the rest of the portal."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain
from chains.party.forms.fields import OrganizationField
from chains.party.queries.organizations import near
from portal.kit.forms import DateInput, RowChoice
from portal.kit.text import clean_line
from portal.territory.models import Town

from ..registry.models import Enterprise
from ..registry.rules import clean_uscc
from . import rules

NO_TERM = _("长期有效的请留空。")


def day(label: Any, **how: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DateInput, **how)


def past_day(label: Any, **how: Any) -> forms.DateField:
    """A day that is not after today, today at first."""
    return day(label, initial=timezone.localdate, **how)


def reason(label: Any) -> forms.CharField:
    return forms.CharField(label=label, min_length=2, max_length=rules.MAX_REASON)


def find_enterprise(user, text: str) -> Enterprise:
    """The enterprise in scope that a person means: by USCC, or by its whole name. Raises ValidationError."""
    rows = Enterprise.objects.visible_to(user).select_related("town")
    found = list(rows.filter(Q(uscc=clean_uscc(text)) | Q(name=text))[:2])
    if not found:
        raise forms.ValidationError(
            _("您的范围内没有“%(text)s”，请核对全称或统一社会信用代码。") % {"text": text}
        )
    if len(found) > 1:
        raise forms.ValidationError(_("有多家企业叫“%(text)s”，请填写统一社会信用代码。") % {"text": text})
    return found[0]


class EnterpriseField(forms.CharField):
    """One enterprise in the user's scope, by whole name or USCC; None when left blank."""

    user: Any = None

    def clean(self, value: Any) -> Enterprise | None:
        text = clean_line(super().clean(value))
        return find_enterprise(self.user, text) if text else None


class EnterprisesField(forms.CharField):
    """Enterprises, one a line."""

    widget = forms.Textarea
    user: Any = None

    def clean(self, value: Any) -> list[Enterprise]:
        lines = [text for line in super().clean(value).splitlines() if (text := clean_line(line))]
        if len(lines) > rules.MAX_PARTIES:
            raise forms.ValidationError(_("一份协议最多 %(most)d 方。") % {"most": rules.MAX_PARTIES})
        found, errors = [], []
        for text in lines:
            try:
                found.append(find_enterprise(self.user, text))
            except forms.ValidationError as error:
                errors.append(error)
        if errors:
            raise forms.ValidationError(errors)
        return found


class AgreementFilter(forms.Form):
    search = forms.CharField(label=_("协议名称、成员或编号"), required=False, max_length=60)
    town = forms.ChoiceField(label=_("街镇"), required=False)
    chain = forms.ModelChoiceField(
        Chain.objects.none(), label=_("产业链"), required=False, to_field_name="code", empty_label=_("全部")
    )
    status = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部")), *rules.LABELS.items()]
    )
    organization = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    enterprise = forms.CharField(required=False, max_length=18, widget=forms.HiddenInput)

    def __init__(self, data, *, user, towns: Iterable[Town]):
        super().__init__(data)
        self.fields["town"].choices = [("", _("全部")), *((town.code, town.short_name) for town in towns)]
        if len(self.fields["town"].choices) <= 2:  # nothing to choose
            self.fields["town"].widget = forms.HiddenInput()
        self.fields["chain"].queryset = Chain.objects.visible_to(user).order_by("position", "code")

    def filters(self) -> dict[str, str]:
        return {name: getattr(value, "code", value) or "" for name, value in self.cleaned_data.items()}


class AgreementForm(forms.Form):
    """What stands in an agreement, besides its parties."""

    title = forms.CharField(label=_("协议名称"), max_length=rules.MAX_TITLE)
    chain = RowChoice(Chain.objects.none(), label=_("产业链"), to_field_name="code", required=False)
    signed_on = past_day(_("签订日期"))
    starts_on = day(_("生效日期"), required=False, help_text=_("留空则自签订之日起生效。"))
    ends_on = day(_("到期日期"), required=False, help_text=NO_TERM)
    content = forms.CharField(
        label=_("共建内容"),
        max_length=rules.MAX_CONTENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("例如：组织联建、资源联享、活动联办、人才联育。"),
    )

    def __init__(self, *args: Any, user, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["chain"].queryset = Chain.objects.visible_to(user).order_by("position", "code")
        self.fields["signed_on"].widget.attrs["max"] = timezone.localdate().isoformat()


class NewAgreementForm(AgreementForm):
    """Signing: the leading organisation, another one, and enterprises one a line."""

    lead = OrganizationField(
        label=_("牵头党组织"), required=False, help_text=_("编号或全称；输入时会给出建议。")
    )
    other = OrganizationField(
        label=_("另一方党组织"), required=False, help_text=_("更多党组织可在签订后加入。")
    )
    enterprises = EnterprisesField(
        label=_("共建成员企业"),
        required=False,
        help_text=_("每行一家，填写企业全称或统一社会信用代码。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    field_order = (
        "title", "lead", "other", "enterprises", "chain", "signed_on", "starts_on", "ends_on", "content"
    )  # fmt: skip

    def __init__(self, *args: Any, user, **kwargs: Any):
        super().__init__(*args, user=user, **kwargs)
        offered = list(near(user))
        for name in ("lead", "other"):
            self.fields[name].offer(user, offered)
        self.fields["enterprises"].user = user

    def values(self) -> dict[str, Any]:
        """As the action wants them; call after is_valid()."""
        given = dict(self.cleaned_data)
        organizations = [one for one in (given.pop("lead"), given.pop("other")) if one]
        return {**given, "organizations": organizations}


class JoinForm(forms.Form):
    """A further party: an organisation or an enterprise."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    organization = OrganizationField(label=_("党组织"), required=False, help_text=_("编号或全称。"))
    enterprise = EnterpriseField(
        label=_("或企业"), required=False, max_length=120, help_text=_("企业全称或统一社会信用代码。")
    )
    joined_on = past_day(_("加入日期"))

    def __init__(self, *args: Any, user, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["organization"].offer(user, list(near(user)))
        self.fields["enterprise"].user = user

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not self.errors and bool(given.get("organization")) == bool(given.get("enterprise")):
            raise forms.ValidationError(_("请填写党组织或企业中的一项。"))
        return given

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        unit = given.pop("organization") or given.pop("enterprise")
        given.pop("enterprise", None)
        return {**given, "unit": unit}


class WithdrawForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    left_on = past_day(_("退出日期"))
    reason = reason(_("退出原因"))


class EndForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    ended_on = past_day(_("终止日期"), help_text=_("自这一天起不再计入生效协议和共建成员单位。"))
    reason = reason(_("终止原因"))


class RenewForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    signed_on = past_day(_("续签日期"))
    starts_on = day(_("新的生效日期"))
    ends_on = day(_("新的到期日期"), required=False, help_text=NO_TERM)


class AllianceMemberForm(forms.Form):
    enterprise = EnterpriseField(label=_("企业"), max_length=120, help_text=_("企业全称或统一社会信用代码。"))
    joined_on = past_day(_("加入日期"))

    def __init__(self, *args: Any, user, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["enterprise"].user = user
