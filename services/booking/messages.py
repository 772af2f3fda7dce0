"""What people are told about a booking: one place for the words, the recipients and the keys that make each once."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.scope import Role
from portal.notices.actions import notify

from .models import Booking, ServiceSession

# event → (title, body). `when`, `where`, `item`, `number` belong to the session; `detail` comes from the action.
TEXTS = {
    "confirmed": (_("预约成功"), _("%(number)s：%(when)s 在%(where)s办理“%(item)s”，签到码 %(code)s。")),
    "pending": (_("预约已提交，等待确认"), _("%(number)s：%(when)s 在%(where)s办理“%(item)s”，确认后将通知您。")),
    "waiting": (_("已加入候补"), _("%(number)s：%(when)s 在%(where)s的“%(item)s”，有名额时将通知您。")),
    "confirm": (_("预约已确认"), _("%(number)s：%(when)s 在%(where)s办理“%(item)s”，签到码 %(code)s。")),
    "decline": (_("预约未被接受"), _("%(number)s：%(when)s 在%(where)s的“%(item)s”。%(detail)s")),
    "cancel": (_("预约已取消"), _("%(number)s：%(when)s 在%(where)s的“%(item)s”已取消。%(detail)s")),
    "reschedule": (_("预约已改期"), _("%(number)s 改为 %(when)s 在%(where)s办理“%(item)s”，编号和签到码不变。")),
    "offer": (_("候补有名额了"), _("%(number)s：%(when)s 在%(where)s的“%(item)s”有名额，请在 %(detail)s 前答复。")),
    "offer_lapsed": (_("候补名额已过期"), _("%(number)s：未在期限内答复，名额已让给下一位。")),
    "closure": (_("场次停止服务，请改期"), _("%(number)s：%(when)s 在%(where)s的“%(item)s”停止服务。%(detail)s")),
    "remind": (_("预约提醒"), _("%(number)s：%(when)s 在%(where)s办理“%(item)s”，请携带材料，签到码 %(code)s。")),
    "complete": (_("服务已办结，请评价"), _("%(number)s：“%(item)s”已办结。%(detail)s")),
    "no_show": (_("未按时到场"), _("%(number)s：%(when)s 在%(where)s的“%(item)s”未签到，已记为爽约；如有误请联系服务站。")),
}  # fmt: skip


def when(session: ServiceSession) -> str:
    """2026-11-21 09:00–09:30, in the district's time."""
    start, end = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    return f"{start:%Y-%m-%d %H:%M}–{end:%H:%M}"


def tell(
    booking: Booking,
    event: str,
    *,
    key: str,
    recipients: Iterable[User] | None = None,
    detail: str = "",
    session: ServiceSession | None = None,
) -> None:
    """Tells the enterprise's users, and its contact by phone. `key` names the occasion: the same one tells once."""
    session = session or booking.session
    title, body = TEXTS[event]
    words = {
        "number": booking.number,
        "when": when(session),
        "where": session.station.name,
        "item": session.item.name,
        "code": booking.check_in_code,
        "detail": detail,
    }
    notify(
        key=f"booking:{booking.number}:{key}",
        kind=f"booking_{event}",
        title=str(title),
        body=str(body) % words,
        link=f"/bookings/{booking.number}/",
        recipients=users_of(booking.enterprise.uscc) if recipients is None else recipients,
        phone=booking.contact_phone,
        district=booking.district,
    )


def tell_station(booking: Booking, *, key: str, title: str, body: str) -> None:
    """Tells the people of the station, for what they have to look after."""
    notify(
        key=f"booking:{booking.number}:{key}",
        kind="booking_station",
        title=title,
        body=body,
        link=f"/bookings/{booking.number}/",
        recipients=staff_of(booking.session.station.town_id),
        district=booking.district,
    )


def users_of(uscc: str) -> list[User]:
    """Whoever signs in for the enterprise."""
    return list(
        User.objects.filter(
            memberships__role=Role.ENTERPRISE, memberships__enterprise=uscc, is_active=True
        ).distinct()
    )


def staff_of(town_id: int) -> list[User]:
    return list(
        User.objects.filter(
            memberships__role=Role.STATION, memberships__town_id=town_id, is_active=True
        ).distinct()
    )
