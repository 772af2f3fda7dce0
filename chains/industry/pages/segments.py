"""The bureau keeps a chain's segments and arrows: add, correct, reorder, close, remove."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import Conflict, Stale
from portal.kit.stale import edit_versioned, version_of

from .. import actions, queries
from ..forms import SegmentForm
from ..models import Chain, Segment
from .access import managed_chain, of_chain

BASE = "chains/industry"
KEEPERS = ("admin", "bureau")


@for_roles(*KEEPERS)
@require_GET
def segment_list(request: HttpRequest, code: str) -> HttpResponse:
    """Every segment with its arrows and what can be done with it; the closed ones below."""
    chain = managed_chain(request, code)
    rows = list(queries.segments_with_targets(request.user, chain))
    context = of_chain(
        request,
        chain,
        "chain-segments",
        stages=[
            (label, [row for row in rows if row.stage == stage]) for stage, label in Segment.Stage.choices
        ],
        any_segments=bool(rows),
        closed=queries.segments(request.user, chain, closed=True),
    )
    return render_page(request, f"{BASE}/segments.html", None, context)


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def segment_create(request: HttpRequest, code: str) -> HttpResponse:
    chain = managed_chain(request, code)
    others = queries.segments(request.user, chain)
    form = SegmentForm(
        request.POST or None, others=others, initial={"stage": request.GET.get("stage", "upstream")}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            segment = actions.add_segment(chain=chain, by=request.user, **form.cleaned_data)
            messages.success(request, _("已登记环节“%(name)s”。") % {"name": segment.name})
            return redirect("chain-segments", code)
    context = {"form": form, "chain": chain}
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/segment_create.html", None, context, status=status)


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def segment_edit(request: HttpRequest, code: str, segment: str) -> HttpResponse:
    """Name, stage, gap and arrows in one form; after a stale edit the clerk chooses value by value."""
    chain = managed_chain(request, code)
    row = _segment(request, chain, segment)
    others = [one for one in queries.segments(request.user, chain) if one.pk != row.pk]

    def current() -> tuple[int, dict[str, Any]]:
        now = _segment(request, chain, segment)
        values = {name: getattr(now, name) for name in ("name", "stage", "is_gap", "gap_note")}
        return now.version, {**values, "targets": [arrow.target.code for arrow in now.arrows]}

    return edit_versioned(
        request,
        form_of=lambda **given: SegmentForm(others=others, **given),
        current=current,
        save=lambda version, changes: actions.update_segment(
            segment=row, by=request.user, version=version, changes=changes
        ),
        page=f"{BASE}/segment_edit.html",
        back=reverse("chain-segments", args=[code]),
        context={
            "title": _("修改环节"),
            "subtitle": f"{chain.name} · {row.name}",
            "chain": chain,
            "segment": row,
        },
    )


@for_roles(*KEEPERS)
@require_POST
def segment_move(request: HttpRequest, code: str, segment: str, move: str) -> HttpResponse:
    """Up, down, close, reopen or remove, by a button; a refusal is told in its sentence."""
    moves = {
        "up": lambda row: actions.move_segment(segment=row, by=request.user, up=True),
        "down": lambda row: actions.move_segment(segment=row, by=request.user, up=False),
        "close": lambda row: actions.close_segment(segment=row, by=request.user, version=version_of(request)),
        "reopen": lambda row: actions.reopen_segment(
            segment=row, by=request.user, version=version_of(request)
        ),
        "remove": lambda row: actions.remove_segment(
            segment=row, by=request.user, version=version_of(request)
        ),
    }
    done = {
        "close": _("环节“%(name)s”已停用。"),
        "reopen": _("环节“%(name)s”已恢复使用。"),
        "remove": _("环节“%(name)s”已删除。"),
    }
    if move not in moves:
        raise Http404
    row = _segment(request, managed_chain(request, code), segment)
    try:
        moves[move](row)
    except Stale:
        messages.error(request, _("这个环节刚被他人修改，请核对后再操作。"))
    except Conflict as conflict:
        messages.error(request, str(conflict.detail))
    else:
        if move in done:
            messages.success(request, done[move] % {"name": row.name})
    return redirect("chain-segments", code)


def _segment(request: HttpRequest, chain: Chain, code: str) -> Segment:
    for closed in (False, True):
        rows = queries.segments_with_targets(request.user, chain, closed=closed)
        if (row := rows.filter(code=code).first()) is not None:
            return row
    raise Http404
