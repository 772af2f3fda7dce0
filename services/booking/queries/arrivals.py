"""Who stands at the desk: a booking found by its check-in code, its number, or what the QR code holds."""

import re
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.kit.text import clean_line, half_width

from ...stations.models import Institution, ServiceStation
from ..models import Booking
from ..rules import states
from .bookings import with_places
from .layers import midnight

NUMBER, CODE = re.compile(r"YY\d{8}-\d{6}", re.IGNORECASE), re.compile(r"(?<!\d)\d{6}(?!\d)")
AROUND = timedelta(days=14)


@dataclass(frozen=True)
class Arrival:
    """`booking` with the code that goes with it (None: known by its number), or the `problem` in words."""

    booking: Booking | None = None
    code: str | None = None
    problem: object = ""


def find_arrival(
    user, text: str, *, station: ServiceStation | None = None, institution: Institution | None = None
) -> Arrival:
    """The booking that a typed or scanned text means, at a station or an institution: by number on any day, by code
    today. Of several the one that can be checked in comes first; says what is wrong otherwise."""
    text = half_width(clean_line(text))
    rows = _at(user, station, institution)
    if number := NUMBER.search(text):
        booking = rows.filter(number=number.group().upper()).first()
        return (
            Arrival(booking)
            if booking
            else Arrival(problem=_("本站没有这个编号的预约，请核对是否走错服务站。"))
        )
    code = CODE.search(text.replace(" ", ""))
    if code is None:
        return Arrival(problem=_("请输入 6 位签到码、预约编号，或扫描二维码。"))
    return _by_code(rows.filter(check_in_code=code.group()), code.group())


def _by_code(rows: QuerySet[Booking], code: str) -> Arrival:
    today = timezone.localdate()
    near = rows.filter(
        session__starts_at__gte=midnight(today) - AROUND, session__starts_at__lt=midnight(today) + AROUND
    ).order_by("session__starts_at", "pk")
    found = list(near[:50])
    if not found:
        return Arrival(problem=_("签到码不正确，请核对短信或二维码。"))
    of_today = [row for row in found if timezone.localdate(row.session.starts_at) == today]
    ready = [row for row in of_today if row.status == states.CONFIRMED]
    if len(ready) > 1:
        return Arrival(problem=_("今天有几个预约的签到码相同，请改用预约编号签到。"))
    if of_today:
        return Arrival((ready or of_today)[0], code)
    start = min((row.session.starts_at for row in found), key=lambda at: abs(at - timezone.now()))
    day = timezone.localtime(start)
    return Arrival(problem=_("这个预约不在今天，而是 %(when)s。") % {"when": f"{day:%Y-%m-%d %H:%M}"})


def _at(user, station: ServiceStation | None, institution: Institution | None) -> QuerySet[Booking]:
    rows = with_places(Booking.objects.visible_to(user))
    if station:
        return rows.filter(session__station=station)
    return rows.filter(session__institution=institution) if institution else rows.none()
