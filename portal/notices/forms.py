"""Forms of messages: the own preference, and the filter of what could not be delivered."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from .models import Channel, Delivery


class PreferenceForm(forms.Form):
    by_email = forms.BooleanField(label=_("用邮件通知我"), required=False)
    email = forms.CharField(
        label=_("电子邮箱"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    by_sms = forms.BooleanField(label=_("用短信通知我"), required=False)
    phone = forms.CharField(
        label=_("手机号码"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )
    by_wecom = forms.BooleanField(label=_("用企业微信通知我"), required=False)
    wecom_id = forms.CharField(
        label=_("企业微信账号"),
        max_length=64,
        required=False,
        validators=[RegexValidator(r"^[A-Za-z0-9_.@-]*$", _("企业微信账号由字母、数字和 _ . @ - 组成。"))],
        help_text=_("在企业微信“我 - 设置 - 账号”中查看。"),
    )


class UndeliveredFilter(forms.Form):
    channel = forms.ChoiceField(label=_("渠道"), choices=[("", _("全部")), *Channel.choices], required=False)
    state = forms.ChoiceField(
        label=_("状态"),
        choices=[
            ("", _("全部")),
            (Delivery.State.FAILED, Delivery.State.FAILED.label),
            (Delivery.State.QUEUED, Delivery.State.QUEUED.label),
        ],
        required=False,
    )
