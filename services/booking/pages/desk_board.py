"""Today's board of a station or an institution: who comes, who waits, who is being served."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.accounts.models import User
from portal.kit.pages import for_roles, render_page

from ..actions.guard import open_moves
from ..models import Booking, ServiceSession
from ..queries.board import Board, board, institution_board
from ..rules import states
from ..rules.calendar import DAY
from ..rules.rights import can_manage_station, can_move
from .desk_place import DESK_ROLES, Place, day_in, desk_context, own_stations, place_of

PAGE, FRAGMENT = "services/booking/desk/board.html", "services/booking/desk/_board.html"
MOVES = ("confirm", "decline", "check_in", "start", "complete", "no_show", "undo_no_show")
POLL_SECONDS = 10


@dataclass(frozen=True)
class Row:
    """A booking with the moves that are open to the reader now."""

    booking: Booking
    moves: frozenset[str]


@dataclass(frozen=True)
class Block:
    """A session of the day with its rows. `is_over`: past, and nobody is here to be served; `unsettled` who never came
    and has not been marked yet."""

    session: ServiceSession
    rows: list[Row]
    is_over: bool
    unsettled: int
    can_walk_in: bool
    can_book: bool


@for_roles(*DESK_ROLES)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """The day at the desk; asked again every few seconds."""
    stations = own_stations(request.user)
    place = place_of(request, stations)
    context = desk_context(request, place, "desk") | board_context(request, place)
    return render_page(request, PAGE, FRAGMENT, context | {"stations": stations})


def board_page(request: HttpRequest, place: Place) -> HttpResponse:
    """The board as a fragment, after something was done on it."""
    return render_page(request, FRAGMENT, FRAGMENT, {"place": place} | board_context(request, place))


def board_context(request: HttpRequest, place: Place) -> dict:
    day, today = day_in(request), timezone.localdate()
    found = _board(place, request.user, day)
    blocks = [block_of(request.user, one.session, one.bookings) for one in found.sessions]
    return {
        "day": day,
        "is_today": day == today,
        "previous": place.address("desk", day=day - DAY),
        "next": place.address("desk", day=day + DAY),
        "today": place.address("desk"),
        "board_address": place.address("desk", day=day),
        "board": found,
        "blocks": blocks,
        "over": sum(block.is_over for block in blocks),
        "unsettled": sum(block.unsettled for block in blocks if block.is_over),
        "call_address": place.address("desk-call-next", day=day),
        "week_address": place.address("desk-week", day=day),
        "place_query": urlencode({**place.words, "day": str(day)}),
        "summary": _summary(found),
        "poll": POLL_SECONDS,
    }


def block_of(user: User, session: ServiceSession, bookings: list[Booking]) -> Block:
    now = timezone.now()
    rows = [row_of(user, booking) for booking in bookings]
    over = session.ends_at <= now
    here = any(row.booking.status in {states.CHECKED_IN, states.IN_SERVICE} for row in rows)
    free = session.closed_at is None and session.booked < session.capacity
    manages = can_manage_station(user, session.station)
    today = timezone.localdate(session.starts_at) == timezone.localdate(now)
    return Block(
        session=session,
        rows=rows,
        is_over=over and not here,
        unsettled=sum(row.booking.status in states.UPCOMING for row in rows),
        can_walk_in=manages and free and today and not over,
        can_book=manages and session.closed_at is None and session.starts_at > now,
    )


def row_of(user: User, booking: Booking) -> Row:
    """The buttons of a row: moves of the desk that the table has open, and calling."""
    moves = {move for move in open_moves(user, booking, has_offer=False) if move in MOVES}
    if booking.status == states.CHECKED_IN and can_move(user, booking, "start"):
        moves.add("call")
    return Row(booking, frozenset(moves))


def _board(place: Place, user: User, day) -> Board:
    if place.station:
        return board(place.station, day, user=user)
    if place.institution:
        return institution_board(place.institution, day, user=user)
    return Board(day=day, sessions=[], queue=[], called=[], serving=[])


def _summary(found: Board) -> list[tuple[str, str, int]]:
    """(state, label, how many) in the order of a visit; only what there is."""
    done = found.counts.get(states.COMPLETED, 0) + found.counts.get(states.RATED, 0)
    figures = [
        (states.PENDING, _("待确认"), found.counts.get(states.PENDING, 0)),
        (states.CONFIRMED, _("待到场"), found.counts.get(states.CONFIRMED, 0)),
        (states.CHECKED_IN, _("已签到"), found.counts.get(states.CHECKED_IN, 0)),
        (states.IN_SERVICE, _("办理中"), found.counts.get(states.IN_SERVICE, 0)),
        (states.COMPLETED, _("已办结"), done),
        (states.WAITING, _("候补"), found.counts.get(states.WAITING, 0)),
        (states.NO_SHOW, _("爽约"), found.counts.get(states.NO_SHOW, 0)),
    ]
    always = {states.PENDING, states.CONFIRMED, states.CHECKED_IN, states.IN_SERVICE, states.COMPLETED}
    return [one for one in figures if one[2] or one[0] in always]
