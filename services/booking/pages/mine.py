"""The list of bookings: an enterprise's own (我的预约), for everyone else those in their scope."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portal.kit.pages import render_page
from portal.kit.pagination import paginate

from ..forms.booking import BookingFilter
from ..queries.bookings import listed, telling_offers
from ..rules import states
from ..rules.rights import can_book

BASE = "services/booking"
PAGE_SIZE = 20
STATES = {
    "": (_("全部"), frozenset()),
    "open": (_("进行中"), states.ACTIVE - {states.WAITING}),
    "waiting": (_("候补"), frozenset({states.WAITING})),
    "to_rate": (_("待评价"), frozenset({states.COMPLETED})),
    "past": (_("已结束"), frozenset({states.RATED, states.CANCELLED, states.DECLINED, states.NO_SHOW})),
}


@require_GET
@login_required
def booking_list(request: HttpRequest) -> HttpResponse:
    """Bookings by state, item and day of the service. What is open comes in the order of its days."""
    state = request.GET.get("state", "") if request.GET.get("state", "") in STATES else ""
    form = BookingFilter(request.GET)
    rows = telling_offers(listed(request.user, form.values()))
    if state:
        rows = rows.filter(status__in=STATES[state][1])
    soonest_first = state in {"open", "waiting"}
    page = paginate(
        rows,
        ordering=("session__starts_at",) if soonest_first else ("-created_at",),
        cursor=request.GET.get("cursor", ""),
        page_size=PAGE_SIZE,
    )
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "state": state,
        "is_own": bool(request.user.scope.enterprises) and not request.user.scope.is_staff,
        "can_book": can_book(request.user),
        "tabs": [
            (label, _address(request, code), code == state, None) for code, (label, _set) in STATES.items()
        ],
    }
    return render_page(request, f"{BASE}/list.html", f"{BASE}/_list.html", context)


def _address(request: HttpRequest, state: str) -> str:
    query = request.GET.copy()
    query.pop("cursor", None)
    query.pop("state", None)
    if state:
        query["state"] = state
    return f"{request.path}?{query.urlencode()}"
