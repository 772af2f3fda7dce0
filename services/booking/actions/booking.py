"""Booking: one session, or a bundle of several at once; on an enterprise's behalf; and walk-ins at the desk."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, PermissionDenied

from enterprises.profile.rules import phone_problem
from enterprises.registry.models import Enterprise
from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid
from portal.kit.text import clean_line, clean_text, half_width

from ...stations.queries.catalogue import unmet_conditions
from ..models import Booking, BookingBundle, ServiceSession
from ..queries.alternatives import nearest_alternatives
from ..rules import states
from ..rules.states import Actor, Party
from ..rules.windows import bookable_from
from ..terms import windows
from .guard import action, change
from .keys import mark_walk_in
from .places import PLACE_FIELDS, SessionFull, why_not
from .selling import Wish, known_session, read_sessions, sell

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
            join=join_waiting_list and len(set(sessions)) == 1,
            wish=_wish(by, enterprise, mode, subject, note, contact_name, contact_phone),
        )
    except SessionFull as full:
        full.alternatives = nearest_alternatives(full.session, enterprise=enterprise.pk)
        raise


def _book(*, by: User, session_ids: list[int], join: bool, wish: Wish) -> list[Booking]:
    now = timezone.now()
    known = known_session(session_ids[0]) if len(session_ids) == 1 else None
    if known and _fits(by, wish, known, now):
        booking = sell(known, wish, way="book", status=_status(known), now=now)
        if booking is not None:
            return [booking]
    sessions = _sessions(session_ids)
    _check_sessions(by, wish, sessions, now)
    if len(sessions) == 1:
        return [_sell(sessions[0], wish, join=join, now=now)]
    return _sell_all(sessions, wish, now=now)


def _fits(by: User, wish: Wish, known: ServiceSession, now: datetime) -> bool:
    """Whether the remembered facts let the booking pass; a refusal is only spoken on facts read anew."""
    try:
        _check_sessions(by, wish, [known], now)
    except APIException:
        return False
    return known.booked < known.capacity


def _status(session: ServiceSession) -> str:
    return states.confirmed_at_once(session.item.needs_confirmation)


@action
def _sell_all(sessions: list[ServiceSession], wish: Wish, *, now: datetime) -> list[Booking]:
    """The legs of a bundle in id order; one that cannot be had takes the others back."""
    wish = replace(wish, bundle_id=BookingBundle.objects.create().pk)
    return [_sell(session, wish, join=False, now=now) for session in sessions]


def _sell(session: ServiceSession, wish: Wish, *, join: bool, now: datetime) -> Booking:
    """A place, or when wanted a place in line. Raises why neither could be had."""
    for _attempt in range(3):
        problem = why_not(session, now=now)
        if problem is None:
            if booking := sell(session, wish, way="book", status=_status(session), now=now):
                return booking
        elif not (join and isinstance(problem, SessionFull)):
            raise problem
        elif booking := sell(session, wish, way="wait", status=states.WAITING, now=now):
            return booking
        session = _sessions([session.pk])[0]  # changed under our hands
    raise why_not(session, now=now) or SessionFull(session)


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
    subject = subject or str(_("现场办理"))
    wish = _wish(by, enterprise, "onsite", subject, note, contact_name, contact_phone)
    try:
        return _walk_in(session_id=session, wish=wish)
    except SessionFull as full:
        full.alternatives = nearest_alternatives(full.session, enterprise=enterprise.pk)
        raise


@action
def _walk_in(*, session_id: int, wish: Wish) -> Booking:
    now = timezone.now()
    session = _sessions([session_id])[0]
    _require_right(wish.by, wish.enterprise, [session], desk=True)
    if timezone.localdate(session.starts_at) != timezone.localdate(now):
        raise Conflict(_("现场取号只能选择今天的场次。"), code="not_today")
    booking = sell(session, wish, way="walk_in", status=states.CHECKED_IN, now=now)
    if booking is None:
        session.refresh_from_db(fields=PLACE_FIELDS)
        raise why_not(session, now=now, running=True) or SessionFull(session)
    change(booking, ticket=next_ticket(session, now=now))
    mark_walk_in(booking)
    return booking


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


def _sessions(ids: list[int]) -> list[ServiceSession]:
    if not 1 <= len(ids) <= MAX_LEGS:
        raise Invalid({"session": _("请选择 1 至 %(most)d 个场次。") % {"most": MAX_LEGS}})
    rows = read_sessions(ids)
    if len(rows) < len(ids):
        raise Invalid({"session": _("没有这个场次。")})
    return rows


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


def _check_sessions(by: User, wish: Wish, sessions: list[ServiceSession], now: datetime) -> None:
    enterprise = wish.enterprise
    _require_right(by, enterprise, sessions)
    if enterprise.status == Enterprise.Status.DEREGISTERED:
        raise Invalid({"enterprise": _("该企业已注销，不能预约。")})
    own = enterprise.uscc in by.scope.enterprises
    for session in sessions:
        require_fit(session, enterprise, wish.mode)
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
    if not item.eligibility:
        return None
    unmet = unmet_conditions(item, enterprise)
    if not unmet:
        return None
    return _("企业不符合“%(item)s”的办理条件：%(conditions)s。") % {
        "item": item.name,
        "conditions": "；".join(str(one).rstrip("。") for one in unmet),
    }


def _wish(
    by: User,
    enterprise: Enterprise,
    mode: str,
    subject: str,
    note: str,
    contact_name: str,
    contact_phone: str,
) -> Wish:
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
    return Wish(enterprise=enterprise, by=by, **values)
