"""Pages of boards: all of them, one with its places, setting one up and changing it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.kit.form_pages import form_page
from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import or_404
from portal.kit.stale import edit_versioned

from ..districts import writing_district, writing_districts
from ..rules import shifted
from . import queries
from .actions import change_board, create_board
from .forms import BoardForm, MonthFilter
from .models import PioneerBoard
from .policy import READERS, WRITERS, can_change
from .queries import Standings
from .rows import board_row, table_of

BASE = "portal/metrics/boards"
MONTHS, SHORT = 13, 5
FIELDS = ("name", "rank_by", "metric", "lowest_first", "places", "position", "closed_on")


def _found(request: HttpRequest, code: str) -> PioneerBoard:
    return or_404(queries.one(request.user, code))


def _month(request: HttpRequest) -> tuple[MonthFilter, Any]:
    this = timezone.localdate().replace(day=1)
    form = MonthFilter(request.GET, months=[shifted(this, -back) for back in range(MONTHS)])
    return form, queries.month_of(request.GET.get("month", ""))


def _card(found: Standings, most: int | None = None) -> dict[str, Any]:
    return {"standings": found, "row": board_row(found.board), "lines": table_of(found)[:most]}


@for_roles(*READERS)
@require_GET
def board_list(request: HttpRequest) -> HttpResponse:
    """Every board of the district with its first places."""
    form, month = _month(request)
    boards = queries.listed(request.user).filter(closed_on=None)
    context = {
        "form": form,
        "month": month,
        "cards": [_card(found, SHORT) for found in queries.standings_of(boards, month)],
        "closed": queries.listed(request.user).exclude(closed_on=None) if can_change(request.user) else (),
        "may_change": can_change(request.user),
    }
    return render_page(request, f"{BASE}/list.html", f"{BASE}/_list.html", context)


@for_roles(*READERS)
@require_GET
def board(request: HttpRequest, code: str) -> HttpResponse:
    """One board with all its published places."""
    row = _found(request, code)
    form, month = _month(request)
    card = _card(queries.standings_of([row], month)[0])
    context = {
        "form": form,
        "card": card,
        "month": month,
        "url": reverse("pioneer-board", args=[code]),
        "may_change": can_change(request.user, row.district_id),
    }
    return render_page(request, f"{BASE}/detail.html", f"{BASE}/_detail.html", context)


@for_roles(*WRITERS)
@require_http_methods(["GET", "POST"])
def board_create(request: HttpRequest) -> HttpResponse:
    """The bureau sets up a board."""
    form = BoardForm(request.POST or None, districts=writing_districts(request.user))
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        with refusals_in(form):
            district = writing_district(request.user, given.pop("district", ""))
            made = create_board(district=district, by=request.user, **given)
            messages.success(request, _("榜单“%(name)s”已设置。") % {"name": made.name})
            return redirect("pioneer-board", code=made.code)
    return form_page(request, form, title=_("设置榜单"), submit=_("设置"), back=reverse("pioneer-board-list"))


@for_roles(*WRITERS)
@require_http_methods(["GET", "POST"])
def board_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The bureau changes or closes a board."""
    row = _found(request, code)

    def current() -> tuple[int, dict[str, Any]]:
        stored = _found(request, code)
        return stored.version, {name: getattr(stored, name) for name in FIELDS}

    def save(version: int, changes: dict[str, Any]) -> None:
        if changes.get("position", 0) is None:
            changes["position"] = 0
        change_board(board=row, by=request.user, version=version, changes=changes)

    return edit_versioned(
        request,
        form_of=BoardForm,
        current=current,
        save=save,
        back=reverse("pioneer-board", args=[code]),
        context={"title": _("修改榜单"), "subtitle": row.name},
    )
