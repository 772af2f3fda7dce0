"""A booking as a calendar entry (RFC 5545): the UID stays when it is moved, SEQUENCE counts on."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Booking
from .rules.states import ACTIVE, CANCELLED, DECLINED

PRODUCT = "-//chain-party-portal//booking//ZH"
CONTENT_TYPE = "text/calendar; charset=utf-8"


def calendar_file(booking: Booking, *, with_code: bool) -> bytes:
    """METHOD PUBLISH for a booking that stands, CANCEL for one that was given up or declined.

    `with_code`: the check-in code goes along, for the enterprise and the desk only.
    """
    from icalendar import Alarm, Calendar, Event, Timezone  # half a second to load, for this file only

    session = booking.session
    gone = booking.status in {CANCELLED, DECLINED}
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if gone else "PUBLISH")
    event = Event()
    event.add("uid", f"{booking.number}@booking.chain-party-portal")
    event.add("sequence", booking.calendar_sequence)
    event.add("dtstamp", timezone.now())
    event.add("dtstart", timezone.localtime(session.starts_at))
    event.add("dtend", timezone.localtime(session.ends_at))
    event.add("summary", f"{session.item.name}（{session.station.name}）")
    event.add("location", f"{session.station.name} {session.station.address}".strip())
    event.add("description", _description(booking, gone, with_code=with_code))
    event.add("status", "CANCELLED" if gone else "CONFIRMED" if booking.status != "pending" else "TENTATIVE")
    if booking.status in ACTIVE:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", session.item.name)
        alarm.add("trigger", -timedelta(hours=2))
        event.add_component(alarm)
    calendar.add_component(Timezone.from_tzid("Asia/Shanghai"))
    calendar.add_component(event)
    return calendar.to_ical()


def file_name(booking: Booking) -> str:
    return f"{booking.number}.ics"


def _description(booking: Booking, gone: bool, *, with_code: bool) -> str:
    lines = [_("预约编号：%s") % booking.number, _("办理事由：%s") % booking.subject]
    if not gone:
        if with_code:
            lines.append(_("签到码：%s") % booking.check_in_code)
        if booking.session.item.materials:
            lines.append(_("携带材料：%s") % booking.session.item.materials)
    return "\n".join(lines)
