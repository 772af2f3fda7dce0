"""For somebody at the desk or on the phone: the enterprise is found, then booked for, or given a ticket at once."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from enterprises.registry.models import Enterprise
from enterprises.registry.queries import found
from enterprises.registry.rules import clean_uscc
from portal.audit.once import once
from portal.kit.forms import add_errors
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import Conflict, Invalid, or_404
from portal.kit.text import clean_line

from .. import actions
from ..forms.desk import EnterpriseSearch, WalkInForm
from ..models import ServiceSession
from ..queries.sessions import session_for
from ..rules.rights import can_manage_station
from .desk_place import STATION_ROLES, Place, desk_context
from .wording import moments

BASE = "services/booking/desk"
MOST = 15


@for_roles(*STATION_ROLES)
@require_GET
def desk_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Books on an enterprise's behalf: it is chosen here, then the same form as everybody's."""
    session = _session(request, pk)
    context = _search(request, session) | {
        "title": _("代企业预约"),
        "choose": reverse("booking-form") + f"?session={session.pk}&",
    }
    return render_page(request, f"{BASE}/whom.html", None, context)


@for_roles(*STATION_ROLES)
@require_http_methods(["GET", "POST"])
@once
def desk_walk_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody without a booking gets a place of a session of today and a ticket (现场取号)."""
    session = _session(request, pk)
    enterprise = _enterprise(request)
    if enterprise is None:
        context = _search(request, session) | {
            "title": _("现场取号"),
            "choose": reverse("desk-walk-in", args=[pk]) + "?",
        }
        return render_page(request, f"{BASE}/whom.html", None, context)
    form = WalkInForm(request.POST or None)
    full: list[dict] = []
    if request.method == "POST" and form.is_valid():
        try:
            booking = actions.walk_in(
                by=request.user, session=session.pk, enterprise=enterprise, **form.cleaned_data
            )
        except actions.SessionFull as refused:
            form.add_error(None, _("该场次已约满，请为企业选择其他时间。"))
            full = moments(refused.alternatives)
        except (Conflict, Invalid) as refused:
            add_errors(form, refused)
        else:
            said = {"ticket": booking.ticket, "who": enterprise.name}
            messages.success(request, _("已取号 %(ticket)s：%(who)s。") % said)
            place = Place(station=session.station)
            return redirect(place.address("desk") + f"#b-{booking.number}")
    context = _context(request, session) | {
        "title": _("现场取号"),
        "enterprise": enterprise,
        "form": form,
        "alternatives": full,
        "again": reverse("desk-walk-in", args=[pk]),
    }
    return render_page(request, f"{BASE}/walk_in.html", None, context, status=400 if form.is_bound else 200)


def _search(request: HttpRequest, session: ServiceSession) -> dict:
    """The enterprises within scope that the words name; a link for each to go on with."""
    form = EnterpriseSearch(request.GET)
    text = clean_line(request.GET.get("search", ""))[:60]
    rows = Enterprise.objects.visible_to(request.user).exclude(status=Enterprise.Status.DEREGISTERED)
    rows = list(found(rows, text).select_related("town").order_by("name")[: MOST + 1]) if text else []
    return _context(request, session) | {
        "form": form,
        "searched": bool(text),
        "enterprises": [(row, urlencode({"enterprise": row.uscc})) for row in rows[:MOST]],
        "more": len(rows) > MOST,
        "most": MOST,
    }


def _context(request: HttpRequest, session: ServiceSession) -> dict:
    place = Place(station=session.station)
    return desk_context(request, place, "desk") | {
        "session": session, "back": reverse("desk-session", args=[session.pk])
    }  # fmt: skip


def _enterprise(request: HttpRequest) -> Enterprise | None:
    """The enterprise that the address names; 404 for one outside the scope."""
    uscc = clean_uscc(request.GET.get("enterprise", "")[:40])
    if not uscc:
        return None
    return or_404(
        Enterprise.objects.visible_to(request.user).filter(uscc=uscc).select_related("town").first()
    )


def _session(request: HttpRequest, pk: int) -> ServiceSession:
    try:
        session = session_for(request.user, pk)
    except ServiceSession.DoesNotExist as error:
        raise Http404 from error
    if not can_manage_station(request.user, session.station):
        raise Http404
    return session
