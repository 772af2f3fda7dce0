"""Pages of activities: the list, one activity, recording, correcting, cancelling."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chains.industry.models import Chain
from portal.kit.filtered import filtered_page
from portal.kit.form_pages import form_page
from portal.kit.forms import refusals_in
from portal.kit.pages import render_page
from portal.kit.problems import Conflict, or_404
from portal.kit.stale import edit_versioned, version_of
from portal.territory.models import Town

from . import queries, rules
from .actions import cancel_activity, record_activity, update_activity
from .forms import ActivityFilter, ActivityForm, NewActivityForm
from .models import Activity
from .rows import activity_row, activity_rows

BASE = "enterprises/activities"


@login_required
@require_GET
def activity_list(request: HttpRequest) -> HttpResponse:
    """The activities in scope, newest first."""
    scope = request.user.scope
    towns = Town.objects.visible_to(request.user)
    if not scope.is_admin:
        towns = towns.filter(district__in=scope.districts) | towns.filter(pk__in=scope.towns)
    form = ActivityFilter(request.GET, towns=towns, chains=Chain.objects.visible_to(request.user))
    page = filtered_page(
        request, form, lambda: queries.listed(request.user, form.filters()), ordering=("-held_on",)
    )
    context = {
        "form": form,
        "page": page,
        "rows": activity_rows(page.rows, request.user),
        "may_record": rules.can_record_any(request.user),
    }
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/list.html", f"{BASE}/_list.html", context, status=status)


@login_required
@require_GET
def activity(request: HttpRequest, number: str) -> HttpResponse:
    row = _activity_or_404(request, number)
    may = queries.may_record(request.user, row.organization)
    context = {
        "row": activity_row(row, request.user),
        "may_change": may and row.status != Activity.Status.CANCELLED,
    }
    return render_page(request, f"{BASE}/activity.html", None, context)


@login_required
@require_http_methods(["GET", "POST"])
def activity_create(request: HttpRequest) -> HttpResponse:
    if not rules.can_record_any(request.user):
        raise PermissionDenied
    form = NewActivityForm(
        request.POST or None,
        organizations=queries.recordable(request.user),
        initial={"organization": request.GET.get("organization", "")},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            row = record_activity(by=request.user, **form.cleaned_data)
            messages.success(request, _("活动 %(number)s 已登记。") % {"number": row.number})
            return redirect("activity", row.number)
    return form_page(request, form, title=_("登记活动"), submit=_("登记"), back=reverse("activity-list"))


@login_required
@require_http_methods(["GET", "POST"])
def activity_edit(request: HttpRequest, number: str) -> HttpResponse:
    row = _changeable_or_403(request, number)

    def current() -> tuple[int, dict[str, Any]]:
        now = _activity_or_404(request, number)
        return now.version, {name: getattr(now, name) for name in ActivityForm.base_fields}

    return edit_versioned(
        request,
        form_of=ActivityForm,
        current=current,
        save=lambda version, changes: update_activity(
            activity=row, by=request.user, version=version, changes=changes
        ),
        back=reverse("activity", args=[number]),
        context={"title": _("修改活动"), "subtitle": row.title},
    )


@login_required
@require_POST
def activity_cancel(request: HttpRequest, number: str) -> HttpResponse:
    """It does not take place, or was recorded by mistake; the row stays and counts nowhere."""
    row = _changeable_or_403(request, number)
    try:
        cancel_activity(activity=row, by=request.user, version=version_of(request))
    except Conflict as error:
        messages.error(request, str(error.detail))
    else:
        messages.success(request, _("活动已取消，不再计入统计。"))
    return redirect("activity", number)


def _activity_or_404(request: HttpRequest, number: str) -> Activity:
    return or_404(queries.activity_for(request.user, number))


def _changeable_or_403(request: HttpRequest, number: str) -> Activity:
    row = _activity_or_404(request, number)
    if not queries.may_record(request.user, row.organization):
        raise PermissionDenied
    return row
