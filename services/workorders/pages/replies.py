"""The district's canned replies: the bureau keeps them, everybody who handles demands reads them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.kit.form_pages import form_page
from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import or_404
from portal.kit.stale import edit_versioned

from .. import actions
from ..forms.settings import ReplyForm
from ..models import CannedReply
from ..queries.replies import own_replies
from ..rules.replies import DEFAULTS, REPLIED
from ..rules.states import MOVES
from .access import BASE
from .settings import KEEPERS, READERS, district_of, managed_by

FIELDS = ("move", "title", "text", "position")


@for_roles(*READERS)
@require_GET
def reply_list(request: HttpRequest) -> HttpResponse:
    """What is offered for each move: the district's own, or the usual ones."""
    own: dict[str, list[CannedReply]] = {}
    for row in own_replies(district_of(request)):
        own.setdefault(row.move, []).append(row)
    context = {
        "groups": [(MOVES[move].label, own.get(move, []), DEFAULTS.get(move, ())) for move in REPLIED],
        "may_change": bool(request.user.scope.roles & set(KEEPERS)),
    }
    return render_page(request, f"{BASE}/replies.html", None, context)


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def reply_create(request: HttpRequest) -> HttpResponse:
    form = ReplyForm(request.POST or None)
    if form.is_valid():
        with refusals_in(form):
            actions.set_reply(district=district_of(request), by=request.user, **form.cleaned_data)
            messages.success(request, _("常用语已保存。"))
            return redirect("demand-replies")
    return form_page(request, form, title=_("新增常用语"), back=reverse("demand-replies"), wide=True)


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def reply_edit(request: HttpRequest, pk: int) -> HttpResponse:
    reply = _reply(request, pk)

    def current() -> tuple[int, dict[str, Any]]:
        row = _reply(request, pk)
        return row.version, {name: getattr(row, name) for name in FIELDS}

    def save(version: int, changes: dict[str, Any]) -> None:
        row = _reply(request, pk)
        whole = {name: getattr(row, name) for name in FIELDS} | changes
        actions.set_reply(district=row.district, by=request.user, reply=row, version=version, **whole)

    return edit_versioned(
        request,
        form_of=ReplyForm,
        current=current,
        save=save,
        back=reverse("demand-replies"),
        context={"title": _("修改常用语"), "subtitle": reply.title, "wide": True},
    )


@for_roles(*KEEPERS)
@require_POST
def reply_remove(request: HttpRequest, pk: int) -> HttpResponse:
    actions.remove_reply(reply=_reply(request, pk), by=request.user)
    messages.success(request, _("常用语已删除。"))
    return redirect("demand-replies")


def _reply(request: HttpRequest, pk: int) -> CannedReply:
    rows = CannedReply.objects.filter(district__in=managed_by(request)).select_related("district")
    return or_404(rows.filter(pk=pk).first())
