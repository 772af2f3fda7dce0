"""What is done on the board: check-in by code, calling, and the moves of a row. A lost race becomes a sentence."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event
from rest_framework.exceptions import APIException

from portal.kit.pages import for_roles, render_page, wants_fragment
from portal.kit.problems import Conflict, Invalid, or_404

from .. import actions
from ..models import Booking
from ..queries.arrivals import Arrival, find_arrival
from ..queries.bookings import with_places
from ..rules import states
from .desk_board import board_page, row_of
from .desk_place import DESK_ROLES, Place, day_in, place_of, place_of_booking

CHECK_IN = "services/booking/desk/_check_in.html"
MOVE_PAGE = "services/booking/desk/move.html"
TEXTS = {"decline": ("reason", gettext_lazy("婉拒原因")), "complete": ("result", gettext_lazy("办理结果"))}
Move = Callable[..., Booking]
MOVES: dict[str, Move] = {
    "confirm": actions.confirm,
    "decline": actions.decline,
    "check_in": actions.check_in,
    "call": actions.call_again,
    "start": actions.start,
    "complete": actions.complete,
    "no_show": actions.no_show,
    "undo_no_show": actions.undo_no_show,
}


@for_roles(*DESK_ROLES)
@require_POST
def desk_check_in(request: HttpRequest) -> HttpResponse:
    """Somebody arrives and shows a code, or has it scanned: found, checked in, told the ticket."""
    place, code = place_of(request), request.POST.get("code", "")
    arrival = find_arrival(request.user, code, **_of(place))
    text, tone, done = _arrive(request, arrival)
    if not wants_fragment(request):
        messages.add_message(request, messages.SUCCESS if done else messages.ERROR, text)
        return redirect(place.address("desk"))
    context = {"place": place, "code": "" if done else code, "said": text, "tone": tone}
    response = render_page(request, CHECK_IN, CHECK_IN, context)
    return trigger_client_event(response, "desk-changed", {}) if arrival.booking else response


def _arrive(request: HttpRequest, arrival: Arrival) -> tuple[str, str, bool]:
    """(sentence, tone, whether somebody was checked in)."""
    booking = arrival.booking
    if booking is None:
        return str(arrival.problem), "danger", False
    try:
        booking = actions.check_in(booking=booking, by=request.user, code=arrival.code)
    except (Conflict, Invalid) as error:
        return (
            _("%(who)s：%(problem)s") % {"who": booking.enterprise.name, "problem": told(error, booking)},
            "warning",
            False,
        )
    return (
        _("%(who)s 已签到，排队号 %(ticket)s。") % {"who": booking.enterprise.name, "ticket": booking.ticket},
        "success",
        True,
    )


@for_roles(*DESK_ROLES)
@require_POST
def desk_call_next(request: HttpRequest) -> HttpResponse:
    """The next of the queue is called; two desks at once get two different people."""
    place = place_of(request)
    if place.row is None:
        return redirect("desk")
    booking = actions.call_next(by=request.user, **_of(place))
    if booking is None:
        messages.info(request, _("目前没有人在等候。"))
    else:
        called = {"ticket": booking.ticket, "who": booking.enterprise.name}
        messages.success(request, _("已叫号 %(ticket)s：%(who)s。") % called)
    return _back(request, place, booking)


@for_roles(*DESK_ROLES)
@require_POST
def desk_move(request: HttpRequest, number: str) -> HttpResponse:
    """One move of one booking. Refused: the sentence, and the row as it stands now."""
    booking = _booking(request, number)
    place = place_of_booking(request, booking)
    code = request.POST.get("move", "")
    if code not in MOVES:
        raise Invalid(_("没有这项操作。"))
    try:
        booking = MOVES[code](booking=booking, by=request.user, **_given(request, code))
    except (Conflict, Invalid) as error:
        booking = _booking(request, number)
        if code in TEXTS and not wants_fragment(request):
            return _ask_again(request, place, booking, code, error)
        sentence = _("%(who)s：%(problem)s") % {
            "who": booking.enterprise.name, "problem": told(error, booking)
        }  # fmt: skip
        messages.warning(request, sentence)
    else:
        messages.success(request, _done(code, booking))
    return _back(request, place, booking)


def _given(request: HttpRequest, code: str) -> dict[str, Any]:
    """What the form brings for this move. The desk checks in whom it sees, without a code."""
    version = request.POST.get("version", "")
    given: dict[str, Any] = {"version": int(version)} if version.isdecimal() and len(version) < 10 else {}
    if code == "call":
        return {}
    if code == "check_in":
        given["code"] = None
    if code in TEXTS:
        name = TEXTS[code][0]
        given[name] = request.POST.get(name, "")
        if code == "decline" and not given[name].strip():
            raise Invalid({"reason": _("请写明婉拒原因，企业会看到。")})
    return given


def told(error: APIException, booking: Booking) -> str:
    """An action's refusal in one sentence, with the state that the booking is in now."""
    detail = error.detail
    while isinstance(detail, dict | list):
        detail = next(iter(detail.values() if isinstance(detail, dict) else detail))
    if not isinstance(error, Conflict):
        return str(detail)
    return _("%(problem)s当前状态：%(state)s。") % {"problem": detail, "state": booking.get_status_display()}


def _done(code: str, booking: Booking) -> str:
    ticket = booking.ticket
    what = states.STEP_LABELS[code]
    said = {"who": booking.enterprise.name, "what": what, "ticket": ticket}
    if code in {"check_in", "undo_no_show", "call"}:
        return _("%(who)s：%(what)s，排队号 %(ticket)s。") % said
    return _("%(who)s：%(what)s。") % said


def _ask_again(
    request: HttpRequest, place: Place, booking: Booking, code: str, error: APIException
) -> HttpResponse:
    """Without JavaScript: the text that was typed, why it was refused, and the booking as it stands."""
    name, label = TEXTS[code]
    row = row_of(request.user, booking)
    context = {
        "place": place,
        "row": row,
        "move": code,
        "title": states.MOVES[code].label,
        "name": name,
        "label": label,
        "text": request.POST.get(name, ""),
        "problem": told(error, booking),
        "open": code in row.moves,
        "back": place.address("desk", day=timezone.localdate(booking.session.starts_at)),
    }
    return render_page(request, MOVE_PAGE, None, context, status=error.status_code)


def _back(request: HttpRequest, place: Place, booking: Booking | None) -> HttpResponse:
    if wants_fragment(request):
        return board_page(request, place)
    day = timezone.localdate(booking.session.starts_at) if booking else day_in(request)
    address = place.address("desk", day=day if day != timezone.localdate() else None)
    return redirect(f"{address}#b-{booking.number}" if booking else address)


def _booking(request: HttpRequest, number: str) -> Booking:
    return or_404(with_places(Booking.objects.visible_to(request.user)).filter(number=number).first())


def _of(place: Place) -> dict[str, Any]:
    return {"station": place.station, "institution": place.institution}
