"""Forms of sign-in and of user administration."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _

from portal.kit.forms import RowChoice
from portal.territory.models import Department, District, Town

from .lockout import note_wrong_second_factor
from .scope import Role

MAX_PASSWORD = 128


class CountedCode:
    """A wrong one-time code counts like a wrong password, and a locked account accepts no code."""

    def clean_code(self) -> str:
        credentials = {"username": self.user.get_username()}
        if not AxesProxyHandler.is_allowed(context.request, credentials):
            context.request.axes_locked_out = True
            context.request.axes_credentials = credentials
            raise forms.ValidationError(_("登录已暂时锁定，请稍后再试。"))
        try:
            return super().clean_code()
        except forms.ValidationError:
            note_wrong_second_factor(context.request, self.user.get_username())
            raise


class SecondFactorForm(CountedCode, AuthenticateForm):
    """The code after the password."""


class SecondFactorAgainForm(CountedCode, ReauthenticateForm):
    """The code before a change to one's own security."""


class OwnPasswordForm(ChangePasswordForm):
    """A new password of one's own. A wrong present one counts as it does when signing in, and locks the same pair."""

    def clean_oldpassword(self) -> str:
        given = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, given):
            raise get_adapter().validation_error("enter_current_password")
        return given


class UserFilter(forms.Form):
    """Filters of the list of accounts."""

    search = forms.CharField(label=_("用户名或姓名"), max_length=60, required=False)
    role = forms.ChoiceField(label=_("角色"), choices=[("", _("全部")), *Role.choices], required=False)
    state = forms.ChoiceField(
        label=_("状态"),
        choices=[("", _("全部")), ("active", _("启用")), ("inactive", _("停用"))],
        required=False,
    )

    def filters(self) -> dict:
        given = self.cleaned_data
        active = {"active": True, "inactive": False}.get(given["state"])
        return {"search": given["search"], "role": given["role"], "active": active}


class UserForm(forms.Form):
    """A new user; the first password is told in person and changed at the first chance."""

    username = forms.CharField(label=_("用户名"), max_length=150, validators=[UnicodeUsernameValidator()])
    display_name = forms.CharField(label=_("显示名称"), max_length=60)
    password = forms.CharField(
        label=_("初始密码"),
        max_length=MAX_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        validators=[validate_password],
        help_text=_("至少 9 位，不能全是数字，也不能是常见密码。"),
    )


class NameForm(forms.Form):
    display_name = forms.CharField(label=_("显示名称"), max_length=60)


class PasswordForm(forms.Form):
    """A new password that an administrator sets for somebody else."""

    password = forms.CharField(
        label=_("新密码"),
        max_length=MAX_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        validators=[validate_password],
        help_text=_("设置后，该用户的登录状态和接口令牌全部失效。"),
    )


class MembershipForm(forms.Form):
    """A role with its place; which place it needs is the action's rule, told by field."""

    role = forms.ChoiceField(label=_("角色"), choices=[("", _("请选择")), *Role.choices])
    district = RowChoice(label=_("区"), queryset=District.objects.all(), required=False)
    town = RowChoice(label=_("街镇"), queryset=Town.objects.none(), required=False)
    department = RowChoice(label=_("部门"), queryset=Department.objects.none(), required=False)
    institution = forms.CharField(label=_("技术机构代码"), max_length=32, required=False)
    enterprise = forms.CharField(label=_("企业统一社会信用代码"), max_length=18, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["town"].queryset = Town.objects.filter(closed_on__isnull=True)
        self.fields["department"].queryset = Department.objects.filter(closed_on__isnull=True)
