"""Booking: one session, or a bundle of several at once; on an enterprise's behalf; and walk-ins at the desk."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from django.db import IntegrityError, connection
from django.db.models import Func, IntegerField, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from enterprises.profile.rules import phone_problem
from enterprises.registry.models import Enterprise
from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid
from portal.kit.text import clean_line, clean_text, half_width

from .. import messages
from ..models import Booking, BookingBundle, BookingStep, ServiceSession
from ..queries.alternatives import nearest_alternatives
from ..rules import states
from ..rules.states import Actor, Party
from ..rules.windows import bookable_from
from ..terms import windows
from .guard import action, record, twice
from .places import SessionFull, join_line, take, why_not

MAX_LEGS = 10


def book(
    *,
    by: User,
    sessions: Sequence[int],
    enterprise: Enterprise,
    mode: str = "onsite",
    subject: str,
    note: str = "",
    contact_name: str = "",
    contact_phone: str = "",
    join_waiting_list: bool = False,
) -> list[Booking]:
    """An enterprise books one session, or a bundle of several (一次告知、一并预约): all legs, or none.

    `sessions` are ids. Each booking holds a place at once, 待确认 when the item wants a confirmation, else 已确认. A
    full session raises SessionFull (409) with the three nearest alternatives, unless `join_waiting_list`: then a
    single booking becomes 候补. Raises Conflict for a closed or past session and for one the enterprise has booked
    already; Invalid with a sentence per field; PermissionDenied for who may not book for the enterprise.
    """
    try:
        return _book(
            by=by,
            session_ids=sorted(set(sessions)),
            enterprise=enterprise,
            join=join_waiting_list and len(set(sessions)) == 1,
            values=_checked(mode, subject, note, contact_name, contact_phone),
        )
    except SessionFull as full:
        full.alternatives = nearest_alternatives(full.session, enterprise=enterprise.pk)
        raise


@action
def _book(
    *, by: User, session_ids: list[int], enterprise: Enterprise, join: bool, values: dict
) -> list[Booking]:
    now = timezone.now()
    sessions = _sessions(session_ids)
    _require_right(by, enterprise, sessions)
    _check_sessions(by, enterprise, sessions, values["mode"], now)
    statuses = [_hold(session, join=join, now=now) for session in sessions]
    bundle = BookingBundle.objects.create() if len(sessions) > 1 else None
    rows = [
        _row(session, enterprise, by, status, bundle, values, now)
        for session, status in zip(sessions, statuses, strict=True)
    ]
    _insert(rows)
    moves = ["wait" if row.status == states.WAITING else "book" for row in rows]
    BookingStep.objects.bulk_create(
        [
            BookingStep(booking=row, move=move, after=row.status, by=by)
            for row, move in zip(rows, moves, strict=True)
        ]
    )
    told = [by] if enterprise.uscc in by.scope.enterprises else None
    for row in rows:
        messages.tell(row, row.status, key="book", recipients=told)
    return rows


def walk_in(
    *,
    by: User,
    session: int,
    enterprise: Enterprise,
    subject: str = "",
    note: str = "",
    contact_name: str = "",
    contact_phone: str = "",
) -> Booking:
    """Somebody stands at the desk without a booking (现场取号): a place of a session of today that is not over, and
    checked in at once with a ticket.

    Raises SessionFull with alternatives, Conflict for a session that is closed, over or not of today.
    """
    values = _checked("onsite", subject or _("现场办理"), note, contact_name, contact_phone)
    try:
        return _walk_in(by=by, session_id=session, enterprise=enterprise, values=values)
    except SessionFull as full:
        full.alternatives = nearest_alternatives(full.session, enterprise=enterprise.pk)
        raise


@action
def _walk_in(*, by: User, session_id: int, enterprise: Enterprise, values: dict) -> Booking:
    now = timezone.now()
    session = _sessions([session_id])[0]
    if Actor.ENTERPRISE in _require_right(by, enterprise, [session], desk=True):
        raise PermissionDenied
    if timezone.localdate(session.starts_at) != timezone.localdate(now):
        raise Conflict(_("现场取号只能选择今天的场次。"), code="not_today")
    if not take(session, now=now, running=True):
        raise why_not(session, now=now, running=True)
    row = _row(session, enterprise, by, states.CHECKED_IN, None, values, now)
    row.is_walk_in, row.checked_in_at = True, now
    row.ticket = next_ticket(session, now=now)
    _insert([row])
    record(row, "walk_in", before="", by=by, data={"ticket": row.ticket})
    return row


def next_ticket(session: ServiceSession, *, now: datetime) -> str:
    """The next ticket code of the station's day and the item's letter: A001, A002 …; shown on the screen, not a name.

    Tickets of a station are given one after the other (an advisory lock until the transaction ends).
    """
    letter = chr(ord("A") + session.item.position % 26)
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [0x5449434B, session.station_id])
    given = Booking.objects.filter(
        session__station_id=session.station_id,
        session__starts_at__gte=today,
        checked_in_at__gte=today,
        ticket__startswith=letter,
    ).count()
    return f"{letter}{given + 1:03d}"


class NextNumber(Func):
    """A fresh value of the sequence behind the numbers, one a row."""

    function = "nextval"
    template = "%(function)s(%(expressions)s)"
    output_field = IntegerField()


def _sessions(ids: list[int]) -> list[ServiceSession]:
    """The sessions in id order, each with a number for its booking; one query."""
    if not 1 <= len(ids) <= MAX_LEGS:
        raise Invalid({"session": _("请选择 1 至 %(most)d 个场次。") % {"most": MAX_LEGS}})
    rows = list(
        ServiceSession.objects.select_related("station", "item", "institution", "district")
        .filter(pk__in=ids)
        .annotate(next_number=NextNumber(Value("services_booking_number")))
    )
    if len(rows) < len(ids):
        raise Invalid({"session": _("没有这个场次。")})
    return sorted(rows, key=lambda row: row.pk)


def _require_right(
    by: User, enterprise: Enterprise, sessions: list[ServiceSession], *, desk: bool = False
) -> frozenset[str]:
    """An enterprise books for itself; a station for its town's enterprises and at its own desk; the bureau for all."""
    scope = by.scope
    found: frozenset[str] = frozenset()
    for session in sessions:
        town_id = session.station.town_id
        found = states.actors(scope, Party(session.district_id, town_id, enterprise.uscc)) - {
            Actor.INSTITUTION
        }
        if not desk and enterprise.town_id in scope.towns:
            found |= {Actor.STATION}
        if desk:
            found -= {Actor.ENTERPRISE}
        if not found:
            raise PermissionDenied(_("您不能为这家企业预约。"))
    return found


def _check_sessions(
    by: User, enterprise: Enterprise, sessions: list[ServiceSession], mode: str, now: datetime
) -> None:
    if enterprise.status == Enterprise.Status.DEREGISTERED:
        raise Invalid({"enterprise": _("该企业已注销，不能预约。")})
    own = enterprise.uscc in by.scope.enterprises
    for session in sessions:
        require_fit(session, enterprise, mode)
        if own and now < session.starts_at <= bookable_from(now, windows()):
            raise Conflict(_("该场次临近开始，不再接受网上预约，请联系服务站。"), code="too_soon")
    ordered = sorted(sessions, key=lambda row: row.starts_at)
    for first, second in pairwise(ordered):
        if second.starts_at < first.ends_at:
            raise Invalid({"sessions": _("所选场次的时间重叠，请错开。")})


def require_fit(session: ServiceSession, enterprise: Enterprise, mode: str) -> None:
    """Raises Invalid when the item is not served this way or not for this enterprise, Conflict when it has ended."""
    if session.item.closed_on or session.station.closed_on:
        raise Conflict(_("该服务已停办。"), code="session_closed")
    if session.item.modes and mode not in session.item.modes:
        raise Invalid({"mode": _("“%(item)s”不提供这种办理方式。") % {"item": session.item.name}})
    if problem := eligibility_problem(session.item, enterprise):
        raise Invalid({"enterprise": problem})


def eligibility_problem(item, enterprise: Enterprise) -> str | None:
    """Why the item is not for this enterprise, by the item's own rules; None when it is."""
    try:
        from ...stations.rules import is_eligible
    except ImportError:
        return None
    if is_eligible(item, enterprise):
        return None
    return _("企业不符合“%(item)s”的办理条件。") % {"item": item.name}


def _hold(session: ServiceSession, *, join: bool, now: datetime) -> str:
    """Takes a place, or joins the line; the status of the new booking. Raises why neither was possible."""
    for _attempt in range(3):
        if take(session, now=now):
            return states.confirmed_at_once(session.item.needs_confirmation)
        problem = why_not(session, now=now)
        if not (join and isinstance(problem, SessionFull)):
            raise problem
        if join_line(session):
            return states.WAITING
    raise problem


def _row(
    session: ServiceSession,
    enterprise: Enterprise,
    by: User,
    status: str,
    bundle: BookingBundle | None,
    values: dict,
    now: datetime,
) -> Booking:
    return Booking(
        district=session.district,
        number=f"YY{timezone.localtime(now):%Y%m%d}-{session.next_number % 1_000_000:06d}",
        session=session,
        enterprise=enterprise,
        bundle=bundle,
        status=status,
        check_in_code=f"{secrets.randbelow(1_000_000):06d}",
        eligibility_version=session.item.eligibility_version,
        booked_by=by,
        confirmed_at=now if status in {states.CONFIRMED, states.CHECKED_IN} else None,
        **values,
    )


def _insert(rows: list[Booking]) -> None:
    """Raises Conflict when the enterprise has an active booking of one of the sessions."""
    try:
        Booking.objects.bulk_create(rows)
    except IntegrityError as error:
        raise twice(error) from error


def _checked(mode: str, subject: str, note: str, contact_name: str, contact_phone: str) -> dict[str, str]:
    """The texts as they are stored. Raises Invalid with a sentence per field."""
    values = {
        "mode": mode,
        "subject": clean_line(subject),
        "note": clean_text(note),
        "contact_name": clean_line(contact_name),
        "contact_phone": half_width(contact_phone).replace(" ", ""),
    }
    problems = {}
    if not values["subject"]:
        problems["subject"] = _("请填写办理事由。")
    for name, length in (("subject", 120), ("note", 500), ("contact_name", 40), ("contact_phone", 30)):
        if len(values[name]) > length:
            problems[name] = _("最多 %(length)d 个字。") % {"length": length}
    if values["contact_phone"] and (problem := phone_problem(values["contact_phone"])):
        problems["contact_phone"] = problem
    if problems:
        raise Invalid(problems)
    return values
