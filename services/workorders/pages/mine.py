"""The enterprise's own demands (我的诉求): what waits for it first, each with its state and light."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portal.kit.pages import render_page
from portal.kit.pagination import paginate

from ..forms.raising import MineFilter
from ..queries import demands as queries
from ..queries.lights import lights_of
from ..rules import states
from .access import BASE, is_own_list
from .board import board

PAGE_SIZE = 20
ENDED = Q(status__in=(states.VERIFIED, states.CLOSED, states.REJECTED))
TABS = {
    "": _("全部"),
    "todo": _("等我处理"),
    "open": _("办理中"),
    "over": _("已结束"),
}


@login_required
@require_GET
def demands(request: HttpRequest) -> HttpResponse:
    """All demands in scope: the enterprise's own as its list, the board for everybody else."""
    return own_list(request) if is_own_list(request.user) else board(request)


def own_list(request: HttpRequest) -> HttpResponse:
    """The own demands by how far they are, the newest first."""
    state = request.GET.get("state", "") if request.GET.get("state", "") in TABS else ""
    form = MineFilter(request.GET)
    search = form.cleaned_data["search"] if form.is_valid() else ""
    rows = queries.with_names(queries.listed(request.user, {"search": search} if search else {}))
    todo = queries.waiting_for(request.user)
    waiting = set(rows.filter(todo).values_list("pk", flat=True)[:100])
    if state:
        rows = rows.filter({"todo": todo, "open": queries.OPEN, "over": ENDED}[state])
    page = paginate(
        rows, ordering=("-created_at",), cursor=request.GET.get("cursor", ""), page_size=PAGE_SIZE
    )
    lights = lights_of(page.rows)
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "rows": [(row, lights[row.pk], row.pk in waiting) for row in page.rows],
        "state": state,
        "tabs": [
            (label, _address(request, code), code == state, len(waiting) if code == "todo" else None)
            for code, label in TABS.items()
        ],
        "url": reverse("demands"),
    }
    return render_page(request, f"{BASE}/mine.html", f"{BASE}/_mine.html", context)


def _address(request: HttpRequest, state: str) -> str:
    query = request.GET.copy()
    query.pop("cursor", None)
    query.pop("state", None)
    if state:
        query["state"] = state
    return f"{request.path}?{query.urlencode()}"
