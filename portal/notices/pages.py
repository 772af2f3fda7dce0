"""Pages of messages: the inbox, the own preference, and for the bureau what could not be delivered."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.accounts.scope import Role
from portal.kit.forms import add_errors
from portal.kit.pages import for_roles, render_page
from portal.kit.pagination import paginate
from portal.kit.problems import Conflict, Invalid

from . import actions, queries, rules
from .forms import PreferenceForm, UndeliveredFilter

BASE = "portal/notices"
PAGE_SIZE = 20
CHOICES = ("by_email", "by_sms", "by_wecom", "email", "phone", "wecom_id")


@require_GET
@login_required
def notice_list(request: HttpRequest) -> HttpResponse:
    """The own inbox, newest first; all of it or what is unread."""
    only_unread = request.GET.get("unread") == "1"
    page = paginate(
        queries.inbox(request.user, unread=True if only_unread else None),
        ordering=("-created_at",),
        cursor=request.GET.get("cursor", ""),
        page_size=PAGE_SIZE,
    )
    context = {
        "page": page,
        "only_unread": only_unread,
        "any_unread": any(notice.read_at is None for notice in page.rows),
        "tabs": [
            (_("全部"), "?", not only_unread, None),
            (_("未读"), "?unread=1", only_unread, None),
        ],
    }
    return render_page(request, f"{BASE}/inbox.html", f"{BASE}/_inbox.html", context)


@require_POST
@login_required
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """The recipient follows a message to what it is about; it counts as read."""
    notice = get_object_or_404(queries.inbox(request.user), pk=pk)
    actions.mark_read(notice=notice, by=request.user)
    return redirect(notice.link or "notice-list")


@require_POST
@login_required
def notice_read(request: HttpRequest, pk: int) -> HttpResponse:
    """The recipient has read a message and stays where they are."""
    actions.mark_read(notice=get_object_or_404(queries.inbox(request.user), pk=pk), by=request.user)
    back = request.POST.get("next", "")
    return redirect(back if rules.is_own_path(back) else "notice-list")


@require_POST
@login_required
def notice_read_all(request: HttpRequest) -> HttpResponse:
    """The whole inbox counts as read."""
    count = actions.mark_all_read(by=request.user)
    messages.success(request, _("已将 %(count)s 条消息标为已读。") % {"count": count})
    return redirect("notice-list")


@login_required
def notice_preference(request: HttpRequest) -> HttpResponse:
    """How I want to be told, besides the inbox."""
    kept = queries.preference_of(request.user)
    initial = {name: getattr(kept, name) for name in CHOICES}
    initial["by_email"] = kept.by_email and bool(kept.email)  # without an address there is nothing to choose
    form = PreferenceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_preference(user=request.user, **form.cleaned_data)
        except Invalid as error:
            add_errors(form, error)
        else:
            messages.success(request, _("已保存。"))
            return redirect("notice-preference")
    context = {"form": form, "crumbs": [(_("消息"), reverse("notice-list")), (_("通知方式"), "")]}
    return render_page(request, f"{BASE}/preference.html", None, context, status=400 if form.errors else 200)


@require_GET
@for_roles(Role.ADMIN, Role.BUREAU)
def undelivered_list(request: HttpRequest) -> HttpResponse:
    """Messages that did not reach anybody, with the reason; each can be tried again."""
    form = UndeliveredFilter(request.GET or None)
    filters = form.cleaned_data if form.is_valid() else {}
    page = paginate(
        queries.undelivered(request.user, **filters),
        ordering=("-next_attempt_at",),
        cursor=request.GET.get("cursor", ""),
        page_size=PAGE_SIZE,
        count=True,
    )
    now = timezone.now()
    rows = [
        {
            "delivery": delivery,
            "address": rules.mask_address(delivery.address),
            "can_retry": not rules.is_stale(written=delivery.notice.created_at, now=now),
        }
        for delivery in page.rows
    ]
    context = {"form": form, "page": page, "rows": rows}
    return render_page(request, f"{BASE}/undelivered.html", f"{BASE}/_undelivered.html", context)


@require_POST
@for_roles(Role.ADMIN, Role.BUREAU)
def delivery_retry(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The bureau lets a message be tried again at once."""
    delivery = get_object_or_404(queries.deliveries(request.user), pk=pk)
    try:
        actions.retry_delivery(delivery=delivery, by=request.user)
    except Conflict as error:
        messages.error(request, str(error.detail))
    else:
        messages.success(request, _("已重新加入发送队列，稍后刷新查看结果。"))
    return redirect("undelivered-list")
