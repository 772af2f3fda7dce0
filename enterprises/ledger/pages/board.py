"""Pages of the supply–demand board (供需对接): the list, one entry with what answers it, posting, changing, closing."""

import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.kit.filtered import filtered_page
from portal.kit.form_pages import form_page
from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import Conflict, or_404
from portal.kit.stale import edit_versioned, version_of

from .. import actions
from ..actions.board import DEFAULT_DAYS
from ..forms.board import BoardFilter, NewPostingForm, PostingForm
from ..forms.shared import as_wan, chains_of
from ..models import Posting
from ..queries import board as queries
from ..queries.deals import own_enterprise
from ..rows import answer_row, posting_row
from ..rules.board import can_post_for
from .access import BASE, READERS, REPORTERS, tabs


@for_roles(*READERS)
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Offers and needs of the district, the latest first."""
    form = BoardFilter(request.GET or {"status": Posting.Status.OPEN.value}, chains=chains_of(request.user))
    page = filtered_page(
        request, form, lambda: queries.listed(request.user, form.cleaned_data), ordering=("-created_at",)
    )
    own = own_enterprise(request.user)
    context = {
        "form": form,
        "page": page,
        "rows": [posting_row(row, request.user) for row in page.rows],
        "tabs": tabs(request, "board"),
        "may_post": bool(request.user.scope.roles & set(REPORTERS)),
        "own": own.uscc if own else "",
    }
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/board.html", f"{BASE}/_board.html", context, status=status)


@for_roles(*READERS)
@require_GET
def posting(request: HttpRequest, number: str) -> HttpResponse:
    """One entry with what answers it; a deal can be made of a match by who acts for one of the two."""
    row = or_404(queries.posting_for(request.user, number))
    is_open = row.status == Posting.Status.OPEN
    answers = queries.answers_to(request.user, row) if is_open else []
    may = can_post_for(request.user, row.enterprise)
    context = {
        "row": posting_row(row, request.user),
        "may_change": may and row.status != Posting.Status.CLOSED,
        "answers": [
            answer_row(answer, request.user)
            | {
                "deal_url": _deal_url(row, answer.posting)
                if may or can_post_for(request.user, answer.posting.enterprise)
                else ""
            }
            for answer in answers
        ],
        "is_open": is_open,
    }
    return render_page(request, f"{BASE}/posting.html", None, context)


def _deal_url(one: Posting, other: Posting) -> str:
    pair = {one.kind: one.number, other.kind: other.number}
    return f"{reverse('deal-create')}?need={pair['need']}&offer={pair['offer']}"


@for_roles(*REPORTERS)
@require_http_methods(["GET", "POST"])
def posting_create(request: HttpRequest) -> HttpResponse:
    own = own_enterprise(request.user)
    until = timezone.localdate() + datetime.timedelta(days=DEFAULT_DAYS)
    initial = {"valid_until": until, "enterprise": request.GET.get("enterprise", "")}
    form = NewPostingForm(request.POST or None, user=request.user, own=own, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            row = actions.post(by=request.user, **form.chosen())
            messages.success(request, _("已发布，以下是可能的对接。"))
            return redirect("posting", row.number)
    return form_page(
        request,
        form,
        title=_("发布供需"),
        subtitle=own.name if own else "",
        back=reverse("board"),
        submit=_("发布"),
    )


@for_roles(*REPORTERS)
@require_http_methods(["GET", "POST"])
def posting_edit(request: HttpRequest, number: str) -> HttpResponse:
    row = _own(request, number)
    reader = PostingForm(user=request.user)

    def current() -> tuple[int, dict[str, Any]]:
        now = or_404(queries.posting_for(request.user, number))
        place = f"{now.chain.code}/{now.segment.code if now.segment else ''}"
        values = {name: getattr(now, name) for name in ("title", "description", "valid_until")}
        return now.version, {**values, "place": place, "amount": as_wan(now.amount)}

    return edit_versioned(
        request,
        form_of=lambda **given: PostingForm(user=request.user, **given),
        current=current,
        save=lambda version, changes: actions.change_posting(
            posting=row, by=request.user, version=version, changes=reader.read(changes)
        ),
        back=reverse("posting", args=[number]),
        context={"title": _("修改供需信息"), "subtitle": row.enterprise.name},
    )


@for_roles(*REPORTERS)
@require_POST
def posting_close(request: HttpRequest, number: str) -> HttpResponse:
    """It is over; nobody is matched with it any more."""
    row = _own(request, number)
    try:
        actions.close_posting(posting=row, by=request.user, version=version_of(request))
    except Conflict as error:
        messages.error(request, str(error.detail))
    else:
        messages.success(request, _("已关闭，不再参与对接。"))
    return redirect("posting", number)


def _own(request: HttpRequest, number: str) -> Posting:
    row = or_404(queries.posting_for(request.user, number))
    if not can_post_for(request.user, row.enterprise):
        raise PermissionDenied
    return row
