"""The times in which something may be done: check-in, notice period, offers, reminders. Minutes and hours as settings."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Windows:
    """Settings BOOKING_*: check-in from `before` to `after` minutes around the start; an offer lasts `offer` minutes."""

    before: int = 30
    after: int = 15
    offer: int = 120
    lead: int = 0
    remind_hours: int = 24


def check_in_problem(starts_at: datetime, now: datetime, windows: Windows) -> str | None:
    """Check-in is open from −30 to +15 minutes around the start, both ends included."""
    if now < starts_at - timedelta(minutes=windows.before):
        return _("签到尚未开始，请在场次开始前 %(minutes)d 分钟内签到。") % {"minutes": windows.before}
    if now > starts_at + timedelta(minutes=windows.after):
        return _("已超过签到时间（场次开始后 %(minutes)d 分钟）。") % {"minutes": windows.after}
    return None


def no_show_problem(starts_at: datetime, now: datetime, windows: Windows) -> str | None:
    """Nobody is a no-show before the check-in closes."""
    if now <= starts_at + timedelta(minutes=windows.after):
        return _("签到时间未过，暂不能标记爽约。")
    return None


def notice_problem(starts_at: datetime, now: datetime, notice_hours: int) -> str | None:
    """An enterprise cancels or moves a booking at least `notice_hours` (of the item) before the start."""
    if now >= starts_at:
        return _("场次已开始，不能再取消或改期，请联系服务站。")
    if now > starts_at - timedelta(hours=notice_hours):
        return _("距离场次开始不足 %(hours)d 小时，不能自行取消或改期，请电话联系服务站。") % {
            "hours": notice_hours
        }
    return None


def bookable_from(now: datetime, windows: Windows) -> datetime:
    """Sessions that start after this moment can be booked by enterprises."""
    return now + timedelta(minutes=windows.lead)


def offer_expires(now: datetime, starts_at: datetime, windows: Windows) -> datetime:
    """An offered place is held for `offer` minutes, and never beyond the session's start."""
    return min(now + timedelta(minutes=windows.offer), max(starts_at, now))


def reminder_due(created_at: datetime, starts_at: datetime, now: datetime, windows: Windows) -> bool:
    """A reminder goes out within `remind_hours` before the start, and only for what was booked earlier than that:
    who books for this afternoon has just been told."""
    opens = starts_at - timedelta(hours=windows.remind_hours)
    return created_at < opens <= now < starts_at


def place_in_line(waiting_ids: list[int], booking_id: int) -> int | None:
    """The visible place on the waiting list, from 1; None for who is not on it. First come, first served."""
    line = sorted(waiting_ids)
    return line.index(booking_id) + 1 if booking_id in line else None
