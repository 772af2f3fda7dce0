"""The request of a booking: fill in, check the answers, send; then the confirmation with number and code.

Nothing is kept on the server before it is sent: the answers travel in the form, never in an address.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from enterprises.registry.models import Enterprise
from enterprises.registry.rules import clean_uscc
from portal.audit.once import once
from portal.kit.forms import add_errors
from portal.kit.pages import render_page
from portal.kit.problems import Conflict, Invalid, or_404
from portal.kit.templatetags.kit import in_words

from ...stations import queries as stations
from ...stations.models import ServiceItem
from .. import actions
from ..actions.booking import MAX_LEGS
from ..forms.booking import BookingForm
from ..models import ServiceSession
from ..queries.alternatives import nearest_alternatives, next_openings
from ..queries.bookings import bundle_of, first_seen
from ..rules.rights import can_act, can_book
from .one import booking_or_404, code_image
from .wording import moments

BASE = "services/booking"
MORE_TIMES = 6


@login_required
@once
@require_http_methods(["GET", "POST"])
def booking_form(request: HttpRequest) -> HttpResponse:
    """The form (GET), and what its buttons do (POST, `step`): check, send, edit, or change the list of sessions."""
    if not can_book(request.user):
        raise PermissionDenied
    legs = _legs(request)
    if not legs:
        return redirect("service-catalogue")
    if request.method == "GET":
        return _show(
            request, legs, _form(request, legs, initial={"join_waiting_list": "wait" in request.GET})
        )
    step = _step(request)
    if step in {"check", "send", "wait"}:
        return _check_or_send(request, legs, step)
    return _show(request, legs, _form(request, legs, initial=request.POST.dict()))


def _step(request: HttpRequest) -> str:
    """What the pressed button asks for. Another session is shown where it was chosen: in the form or in the answers."""
    if "add" in request.POST or "drop" in request.POST:
        return "edit"
    if "replace" in request.POST:
        return "check" if "answers" in request.POST else "edit"
    return request.POST.get("step", "check")


def _check_or_send(request: HttpRequest, legs: list[ServiceSession], step: str) -> HttpResponse:
    answers = request.POST.copy()
    if step == "wait":
        answers["join_waiting_list"] = "on"
    form = _form(request, legs, data=answers)
    if not form.is_valid():
        return _show(request, legs, form, status=400)
    if step == "check":
        return _answers(request, legs, form)
    try:
        enterprise = form.enterprise
        rows = actions.book(
            by=request.user, sessions=[leg.pk for leg in legs], enterprise=enterprise, **form.wish()
        )
    except actions.SessionFull as full:
        return _answers(request, legs, form, full=full, status=409)
    except Conflict as error:
        return _answers(request, legs, form, problem=error, status=409)
    except Invalid as error:
        add_errors(form, error)
        return _show(request, legs, form, status=400)
    if seen := first_seen(request.user, rows):
        return redirect("booking-done", seen.number)
    numbers = "、".join(row.number for row in rows)
    messages.success(
        request,
        _("已为%(who)s预约，编号 %(numbers)s；签到码已通知企业。")
        % {"who": enterprise.name, "numbers": numbers},
    )
    return redirect("booking-list")


def _show(
    request: HttpRequest, legs: list[ServiceSession], form: BookingForm, *, status: int = 200
) -> HttpResponse:
    """The form with the sessions chosen, whether they still have a place, and what else could be done there."""
    enterprise = form.enterprise
    full = next((leg for leg in legs if leg.booked >= leg.capacity), None)
    unfit = [actions.eligibility_problem(leg.item, enterprise) for leg in legs] if enterprise else []
    context = {
        "form": form,
        "legs": legs,
        "enterprise": enterprise,
        "full": full,
        "alternatives": moments(nearest_alternatives(full)) if full else [],
        "unfit": [sentence for sentence in unfit if sentence],
        "more": _more_times(request, legs),
        "items": _items_there(legs),
        "can_add": len(legs) < MAX_LEGS,
    }
    return render_page(request, f"{BASE}/form.html", None, context, status=status)


def _answers(
    request: HttpRequest,
    legs: list[ServiceSession],
    form: BookingForm,
    *,
    full: actions.SessionFull | None = None,
    problem: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    """Every answer with the way to change it; after a refusal, why, and the way on."""
    shown = form.contact_as_shown()
    context = {
        "legs": legs,
        "enterprise": form.enterprise,
        "answers": [(field, shown.get(field.name) or _in_words(field, form)) for field in form],
        "sent": [(name, value) for name in form.fields for value in request.POST.getlist(name)],
        "full": full.session if full else None,
        "alternatives": moments(full.alternatives) if full else [],
        "can_wait": full is not None and len(legs) == 1,
        "problem": str(problem.detail) if problem else "",
        "is_twice": problem is not None and problem.get_codes() == "already_booked",
    }
    return render_page(request, f"{BASE}/answers.html", None, context, status=status)


@require_GET
@login_required
def booking_done(request: HttpRequest, number: str) -> HttpResponse:
    """After sending: number, check-in code with QR, calendar file, what to bring, where, and what happens next. For
    who only reads, the booking's own page."""
    booking = booking_or_404(request, number)
    if not can_act(request.user, booking):
        return redirect("booking-page", number)
    legs = [booking, *bundle_of(request.user, booking)]
    context = {
        "booking": booking,
        "legs": [{"booking": leg, "qr": code_image(request, leg)} for leg in legs],
        "bring": _to_bring([leg.session.item for leg in legs]),
    }
    return render_page(request, f"{BASE}/done.html", None, context)


def _in_words(field: BoundField, form: BookingForm) -> str:
    """An answer as it reads; of the enterprise its name."""
    if field.name == "enterprise":
        return form.enterprise.name
    return in_words(field, form.cleaned_data.get(field.name)) or (_("否") if _is_choice(field) else "")


def _is_choice(field: BoundField) -> bool:
    return getattr(field.field.widget, "input_type", "") == "checkbox"


def _legs(request: HttpRequest) -> list[ServiceSession]:
    """The sessions that were chosen, after what the pressed button adds, drops or puts in another's place."""
    given = request.POST if request.method == "POST" else request.GET
    ids = [_number(text) for text in given.getlist("session")]
    if request.method == "POST":
        if "add" in given:
            ids.append(_number(given["add"]))
        if "drop" in given and len(ids) > 1:
            ids = [pk for pk in ids if pk != _number(given["drop"])]
        if "replace" in given:
            old, _colon, new = given["replace"].partition(":")
            ids = [_number(new) if pk == _number(old) else pk for pk in ids]
    ids = list(dict.fromkeys(ids))[:MAX_LEGS]
    rows = (
        ServiceSession.objects.visible_to(request.user)
        .select_related("station__town", "station__district", "item", "institution")
        .in_bulk(ids)
    )
    if len(rows) < len(ids):
        raise Http404
    return sorted(rows.values(), key=lambda row: (row.starts_at, row.pk))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)


def _form(request: HttpRequest, legs: Sequence[ServiceSession], **given: Any) -> BookingForm:
    return BookingForm(user=request.user, legs=legs, enterprise=_enterprise(request), **given)


def _enterprise(request: HttpRequest) -> Enterprise | None:
    """Whom the booking is for: the only enterprise of the user, or the one that is named."""
    own = request.user.scope.enterprises
    named = clean_uscc((request.POST.get("enterprise") or request.GET.get("enterprise", ""))[:40])
    wanted = named or (next(iter(own)) if len(own) == 1 and not request.user.scope.is_staff else "")
    rows = Enterprise.objects.visible_to(request.user).select_related("town", "district", "profile")
    return rows.filter(uscc=wanted).first() if wanted else None


def _more_times(request: HttpRequest, legs: Sequence[ServiceSession]) -> dict[str, Any] | None:
    """Times of a further item at the same station, after the first session: to be done in one visit."""
    code = request.POST.get("further", "")
    if request.POST.get("step") != "more" or not code:
        return None
    item = or_404(stations.item_for(request.user, code))
    first = legs[0]
    rows = next_openings(
        item=item, town=first.station.town, after=first.starts_at, station=first.station_id, limit=MORE_TIMES
    )
    return {"item": item, "times": moments(rows)}


def _items_there(legs: Sequence[ServiceSession]) -> list[ServiceItem]:
    chosen = {leg.item_id for leg in legs}
    return [item for item in stations.items_at(legs[0].station) if item.pk not in chosen]


def _to_bring(items: Sequence[ServiceItem]) -> list[str]:
    """What to bring for all the items, each line once."""
    lines = (line.strip() for item in items for line in item.materials.splitlines())
    return list(dict.fromkeys(line for line in lines if line))
