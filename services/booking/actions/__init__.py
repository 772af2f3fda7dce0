"""Every write of booking: one function per thing that a person does, keyword-only, in one transaction.

Bookings:  book(by, sessions=[id…], enterprise, mode, subject, note, contact_name, contact_phone, join_waiting_list)
           → [Booking]; walk_in(by, session=id, enterprise, …) → Booking
Moves:     confirm, decline(reason), cancel(reason), reschedule(session=id), check_in(code), start, complete(result),
           no_show, undo_no_show, rate(score, comment) → Rating; all take booking, by and optionally version
Waiting:   answer_offer(booking, by, accept)
Desk:      call_next(by, station or institution, item=None) → Booking | None, call_again(booking, by),
           view_personal(booking, by, field, reason, address), close_follow_up(follow_up, by, outcome)
Sessions:  create_session, create_pattern → (pattern, made), end_pattern, make_sessions(station=None) → made,
           change_capacity(session, by, capacity, version), delete_session(session, by)
Closures:  bookings_hit(starts_at, ends_at, station, item, institution) → [Booking],
           close_days(by, starts_at, ends_at, reason, station, item, institution) → (Closure, [Hit]), reopen(closure, by)
By time:   hand_on_messages, lapse_offers, mark_no_shows, close_past, send_reminders

Refusals:  SessionFull (409, `.alternatives`), Conflict (409, `.open_moves`), Invalid (400), PermissionDenied (403).
"""

from .booking import book, eligibility_problem, walk_in
from .closures import Hit, bookings_hit, close_days, reopen
from .desk import call_again, call_next, view_personal
from .moves import cancel, check_in, complete, confirm, decline, no_show, start, undo_no_show
from .periodic import close_past, hand_on_messages, mark_no_shows, send_reminders
from .places import SessionFull
from .rating import close_follow_up, rate
from .rescheduling import reschedule
from .sessions import (
    change_capacity,
    create_pattern,
    create_session,
    delete_session,
    end_pattern,
    make_sessions,
)
from .waiting import answer_offer, lapse_offers

__all__ = [
    "Hit", "SessionFull", "answer_offer", "book", "bookings_hit", "call_again", "call_next", "cancel",
    "change_capacity", "check_in", "close_days", "close_follow_up", "close_past", "complete", "confirm",
    "create_pattern", "create_session", "decline", "delete_session", "eligibility_problem", "end_pattern",
    "hand_on_messages",     "lapse_offers", "make_sessions", "mark_no_shows", "no_show", "rate", "reopen", "reschedule", "send_reminders",
    "start", "undo_no_show", "view_personal", "walk_in",
]  # fmt: skip
