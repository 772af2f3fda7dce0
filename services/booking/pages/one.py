"""One booking: its page with code, timeline and the moves open now; moving it; the contact in full; the calendar file."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts.models import User
from portal.audit.personal_pages import personal_answer
from portal.kit.address import client_address
from portal.kit.pages import render_page
from portal.kit.problems import Conflict, Invalid, sentence

from .. import actions
from ..actions.guard import actors_of, facts_of, open_moves
from ..calendar_file import CONTENT_TYPE, calendar_file, file_name
from ..forms.booking import PersonalForm
from ..models import Booking
from ..qr import qr_image
from ..queries.bookings import booking_for, bundle_of, place_in_line
from ..rows import names_in
from ..rules import states
from ..rules.rights import can_act, can_move
from ..rules.states import Actor
from ..terms import windows
from .times import item_and_station, times_context
from .wording import moments

BASE = "services/booking"
SCORES = ((5, _("非常满意")), (4, _("满意")), (3, _("一般")), (2, _("不满意")), (1, _("非常不满意")))


@require_GET
@login_required
def booking_page(request: HttpRequest, number: str) -> HttpResponse:
    """State, code, what to bring, place in line, offer, timeline; a button for each move that is open to the reader."""
    return _page(request, booking_or_404(request, number))


def _page(
    request: HttpRequest, booking: Booking, *, problem: str = "", status: int = 200, **more: Any
) -> HttpResponse:
    offer = booking.open_offers[0] if booking.open_offers else None
    moves = open_moves(request.user, booking, has_offer=offer is not None)
    session = booking.session
    acts = can_act(request.user, booking)
    term, name = windows(), names_in(booking, request.user)
    context = {
        "booking": booking,
        "problem": problem,
        "moves": [states.MOVES[code] for code in moves if code in PLAIN],
        "open": set(moves),
        "offer": offer,
        "place": place_in_line(booking),
        "legs": bundle_of(request.user, booking),
        "acts": acts,
        "is_own": booking.enterprise.uscc in request.user.scope.enterprises,
        "at_desk": not actors_of(request.user, booking).isdisjoint(states.DESK),
        "bring": [line for line in session.item.materials.splitlines() if line.strip()],
        "qr": code_image(request, booking) if acts and booking.status in SHOWS_CODE else "",
        "given_code": request.GET.get("code", "")[:8],
        "check_in_from": session.starts_at - timedelta(minutes=term.before),
        "check_in_to": session.starts_at + timedelta(minutes=term.after),
        "notice_until": session.starts_at - timedelta(hours=session.item.notice_hours),
        "why_kept": _why_kept(request, booking, moves, has_offer=offer is not None),
        "scores": SCORES,
        "rating": getattr(booking, "rating", None),
        "entries": [_entry(step, name) for step in reversed(booking.timeline.all())],
        **more,
    }
    return render_page(request, f"{BASE}/booking.html", None, context, status=status)


SHOWS_CODE = states.UPCOMING


def _why_kept(request: HttpRequest, booking: Booking, moves: list[str], *, has_offer: bool) -> str:
    """Why an upcoming booking cannot be cancelled here any more: the notice period in words."""
    if booking.status not in states.UPCOMING or "cancel" in moves:
        return ""
    by = actors_of(request.user, booking)
    if Actor.ENTERPRISE not in by:
        return ""
    facts = facts_of(booking, has_offer=has_offer)
    return str(states.move_problem("cancel", facts, by, now=timezone.now(), windows=windows()) or "")


def _entry(step, name: Callable[[User | None], str]) -> dict[str, Any]:
    return {
        "at": step.at,
        "who": name(step.by) or _("系统"),
        "title": states.STEP_LABELS.get(step.move, step.move),
        "text": step.note,
    }


# move → (which fields of the form it takes, the action, what is said when it is done)
PLAIN: dict[str, tuple[tuple[str, ...], Callable[..., Any], Any]] = {
    "accept_offer": ((), lambda **given: actions.answer_offer(accept=True, **given), _("名额已为您保留。")),
    "refuse_offer": ((), lambda **given: actions.answer_offer(accept=False, **given), _("已放弃名额。")),
    "confirm": ((), actions.confirm, _("预约已确认。")),
    "check_in": (("code",), actions.check_in, _("已签到，请留意叫号。")),
    "start": ((), actions.start, _("已开始办理。")),
    "complete": (("result",), actions.complete, _("已办结。")),
    "no_show": ((), actions.no_show, _("已标记爽约。")),
    "undo_no_show": ((), actions.undo_no_show, _("已撤销爽约，按已签到处理。")),
    "decline": (("reason",), actions.decline, _("已婉拒，并通知企业。")),
    "cancel": (("reason",), actions.cancel, _("预约已取消。")),
    "rate": (("score", "comment"), actions.rate, _("感谢您的评价。")),
}


@require_POST
@login_required
def booking_do(request: HttpRequest, number: str, move: str) -> HttpResponse:
    """One move of the table of states. Refused: the page again, with the sentence and what is open now."""
    if move not in PLAIN:
        raise Http404
    booking = booking_or_404(request, number)
    if not can_move(request.user, booking, move):
        raise PermissionDenied
    names, act, said = PLAIN[move]
    try:
        act(booking=booking, by=request.user, version=_version(request), **_given(request, booking, names))
    except (Invalid, Conflict) as error:
        again = booking_or_404(request, number)
        return _page(
            request,
            again,
            problem=sentence(error),
            status=error.status_code,
            refused=move,
            given=request.POST,
        )
    messages.success(request, said)
    return redirect(_next(request) or reverse("booking-page", args=[number]))


def _given(request: HttpRequest, booking: Booking, names: tuple[str, ...]) -> dict[str, Any]:
    """The fields of a move as its action takes them. The desk that sees who stands there needs no code."""
    given: dict[str, Any] = {name: request.POST.get(name, "") for name in names}
    if "score" in given:
        given["score"] = int(given["score"]) if given["score"] in set("12345") else 0
    if given.get("code") == "" and not actors_of(request.user, booking).isdisjoint(states.DESK):
        given["code"] = None
    return given


@login_required
@require_http_methods(["GET", "POST"])
def booking_reschedule(request: HttpRequest, number: str) -> HttpResponse:
    """Another time for a booking: number and code stay. A full one leaves everything as it was."""
    booking = booking_or_404(request, number)
    if not can_move(request.user, booking, "reschedule"):
        raise PermissionDenied
    if "reschedule" not in open_moves(request.user, booking, has_offer=bool(booking.open_offers)):
        facts, by = facts_of(booking), actors_of(request.user, booking)
        why = states.move_problem("reschedule", facts, by, now=timezone.now(), windows=windows())
        return _page(request, booking, problem=str(why), status=409)
    if request.method == "GET":
        return _other_times(request, booking)
    session = request.POST.get("session", "")
    try:
        actions.reschedule(
            booking=booking,
            by=request.user,
            session=int(session) if session.isascii() and session.isdigit() and len(session) < 19 else 0,
            version=_version(request),
        )
    except actions.SessionFull as full:
        kept = _("%(why)s 原来的预约保留不变。") % {"why": full.detail}
        return _other_times(request, booking, problem=kept, full=full, status=409)
    except (Invalid, Conflict) as error:
        again = booking_or_404(request, number)
        return _other_times(request, again, problem=sentence(error), status=error.status_code)
    messages.success(request, _("已改期，编号和签到码不变。"))
    return redirect("booking-page", number)


def _other_times(
    request: HttpRequest,
    booking: Booking,
    *,
    problem: str = "",
    full: actions.SessionFull | None = None,
    status: int = 200,
) -> HttpResponse:
    item, station = item_and_station(
        request, booking.session.item.code, request.GET.get("station") or booking.session.station.code
    )
    address = reverse("booking-reschedule", args=[booking.number])
    context = {
        "booking": booking,
        "moving": booking,
        "problem": problem,
        "alternatives": moments(full.alternatives) if full else [],
        **times_context(request, item, station, address=address),
        "other_stations": "",
    }
    return render_page(request, f"{BASE}/reschedule.html", f"{BASE}/_times.html", context, status=status)


@require_POST
@login_required
def booking_personal(request: HttpRequest, number: str) -> HttpResponse:
    """The contact's name or phone in full, after saying why; the view is recorded first."""
    booking = booking_or_404(request, number)
    if not can_act(request.user, booking):
        raise PermissionDenied
    form = PersonalForm(request.POST)
    if "field" in form.errors:
        raise Invalid({"field": _("没有这个字段。")})
    label = dict(form.fields["field"].choices)[request.POST["field"]]
    return personal_answer(
        request,
        form,
        lambda **given: actions.view_personal(
            booking=booking, by=request.user, address=client_address(request), **given
        ),
        base=BASE,
        context={"booking": booking, "label": label},
    )


@require_GET
@login_required
def booking_ics(request: HttpRequest, number: str) -> HttpResponse:
    """The booking as a calendar file."""
    booking = booking_or_404(request, number)
    content = calendar_file(booking, with_code=can_act(request.user, booking))
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{file_name(booking)}"'
    return response


def booking_or_404(request: HttpRequest, number: str) -> Booking:
    try:
        return booking_for(request.user, number)
    except Booking.DoesNotExist as error:
        raise Http404 from error


def code_image(request: HttpRequest, booking: Booking) -> str:
    """The QR code that leads to the booking's page with the check-in code filled in."""
    page = request.build_absolute_uri(reverse("booking-page", args=[booking.number]))
    return qr_image(f"{page}?{urlencode({'code': booking.check_in_code})}")


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _next(request: HttpRequest) -> str:
    """Where to go afterwards, when the form says so and it is one of our own pages."""
    address = request.POST.get("next", "")
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else ""
