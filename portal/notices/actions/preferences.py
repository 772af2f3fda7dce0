"""How a person wants to be told."""

from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.kit.problems import Invalid

from .. import rules
from ..models import Preference


def set_preference(*, user: User, **changes) -> Preference:
    """A person chooses the channels beside the inbox; what is not given stays as it is.

    Fields: by_email, by_sms, by_wecom, email, phone, wecom_id. Raises Invalid when a chosen channel has no address.
    """
    kept = Preference.objects.filter(user=user).first() or Preference(
        user=user, email=rules.email(user.email)
    )
    for name, value in changes.items():
        setattr(kept, name, value.strip() if isinstance(value, str) else value)
    if errors := _errors(kept, changes):
        raise Invalid(errors)
    kept.phone = rules.mobile(kept.phone)
    row, _created = Preference.objects.update_or_create(
        user=user,
        defaults={
            name: getattr(kept, name)
            for name in ("by_email", "by_sms", "by_wecom", "email", "phone", "wecom_id")
        },
    )
    return row


def _errors(kept: Preference, changes: dict) -> dict[str, str]:
    errors = {}
    if kept.email and not rules.email(kept.email):
        errors["email"] = _("请填写有效的电子邮箱，例如 zhang@example.cn。")
    if kept.phone and not rules.mobile(kept.phone):
        errors["phone"] = _("请填写 11 位手机号码。")
    if kept.by_email and not kept.email and changes.get("by_email"):
        errors["email"] = _("选择邮件通知时，请填写电子邮箱。")
    if kept.by_sms and not kept.phone:
        errors["phone"] = _("选择短信通知时，请填写手机号码。")
    if kept.by_wecom and not kept.wecom_id:
        errors["wecom_id"] = _("选择企业微信通知时，请填写企业微信账号。")
    return errors
