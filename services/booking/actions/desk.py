"""At the desk: the next of the queue is called; somebody looks at a contact in full and says why."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.audit.actions import record_personal_view
from portal.kit.problems import Conflict, Invalid
from portal.kit.text import clean_line

from ...stations.models import Institution, ServiceStation
from ..models import Booking
from ..rules import states
from ..rules.rights import can_act, can_close_institution, can_manage_station, can_move
from .guard import action, change, locked, record

PERSONAL_FIELDS = ("contact_name", "contact_phone")


@action
def call_next(
    *,
    by: User,
    station: ServiceStation | None = None,
    institution: Institution | None = None,
    item: str | None = None,
) -> Booking | None:
    """Calls the next who has checked in today (earlier session first, then by arrival); None when nobody waits.

    Of a station, or of an institution's own sessions at whatever station. Two desks calling at once get two different
    people (SKIP LOCKED). `item` is a code, for a desk that serves one.
    """
    may = can_manage_station(by, station) if station else can_close_institution(by, institution)
    if not may:
        raise PermissionDenied(_("您不能操作这里的排队叫号。"))
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    place = {"session__station": station} if station else {"session__institution": institution}
    rows = Booking.objects.filter(
        **place,
        session__starts_at__gte=midnight,
        session__starts_at__lt=midnight + timedelta(days=1),
        status=states.CHECKED_IN,
        called_at__isnull=True,
    )
    if item:
        rows = rows.filter(session__item__code=item)
    booking = (
        rows.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .select_related("session__station", "session__item", "session__institution", "enterprise", "district")
        .order_by("session__starts_at", "checked_in_at", "pk")
        .first()
    )
    if booking is None:
        return None
    change(booking, called_at=now)
    record(booking, "call", before=booking.status, by=by, data={"ticket": booking.ticket})
    return booking


@action
def call_again(*, booking: Booking, by: User) -> Booking:
    """Calls somebody who has checked in, out of turn or once more: the desk that will serve does so."""
    booking = locked(booking)
    if not can_move(by, booking, "start"):
        raise PermissionDenied(_("您不能操作这里的排队叫号。"))
    if booking.status != states.CHECKED_IN:
        raise Conflict(_("只能叫已签到的预约。"), code="move_closed")
    change(booking, called_at=timezone.now())
    record(booking, "call", before=booking.status, by=by, data={"ticket": booking.ticket})
    return booking


@action
def view_personal(*, booking: Booking, by: User, field: str, reason: str, address: str | None = None) -> str:
    """The desk or the enterprise reads the contact's name or phone in full and says why; the view is recorded first.

    Raises PermissionDenied for who only reads (a leader), Invalid for another field or without a reason.
    """
    if not can_act(by, booking):
        raise PermissionDenied(_("您的角色不能查看联系人信息。"))
    if field not in PERSONAL_FIELDS:
        raise Invalid({"field": _("应为这些值之一：%(values)s。") % {"values": "、".join(PERSONAL_FIELDS)}})
    reason = clean_line(reason)
    if not 2 <= len(reason) <= 200:
        raise Invalid({"reason": _("请用 2 至 200 个字说明查看事由。")})
    record_personal_view(
        by=by,
        district=booking.district,
        model="services.Booking",
        object_key=booking.number,
        object_name=booking.enterprise.name,
        field=field,
        reason=reason,
        address=address,
    )
    return getattr(booking, field)
