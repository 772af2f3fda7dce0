"""Pages of the liaison points: the list with what is due, one point, taking in, visiting, releasing."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.kit.address import client_address
from portal.kit.filtered import filtered_page
from portal.kit.form_pages import form_page
from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.stale import edit_versioned

from ...registry.rules import sees_personal
from .. import actions, queries, rules
from ..forms import NewPointForm, PointFilter, PointForm, ReleaseForm, VisitForm
from ..models import LiaisonPoint
from ..queries.stations import station_towns
from ..rows import names_seen, point_row, point_rows, visit_rows
from .access import BASE, KEEPERS, READERS, managed_point, point_or_404, show_personal, tabs

VISITS_SHOWN = 50


@for_roles(*READERS)
@require_GET
def point_list(request: HttpRequest) -> HttpResponse:
    """The liaison points in scope, the longest unvisited first."""
    form = PointFilter(request.GET, towns=station_towns(request.user))
    page = filtered_page(
        request, form, lambda: queries.points_listed(request.user, form.filters()), ordering=("last_seen_on",)
    )
    context = {
        "form": form,
        "page": page,
        "rows": point_rows(page.rows, request.user),
        "tabs": tabs(request, "points"),
        "may_create": rules.can_manage_any(request.user),
        "shows_names": rules.shows_names(request.user),
    }
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/points.html", f"{BASE}/_points.html", context, status=status)


@for_roles(*READERS, "enterprise")
@require_GET
def point(request: HttpRequest, code: str) -> HttpResponse:
    """One liaison point with its visits."""
    row = point_or_404(request, code)
    context = {
        "row": point_row(row, request.user, names_seen(request.user)),
        "visits": visit_rows(queries.visits_of(request.user, row)[:VISITS_SHOWN], request.user),
        "may_visit": rules.can_manage_point(request.user, row),
        "may_change": rules.can_manage_point(request.user, row) and row.released_on is None,
        "sees_leader": sees_personal(request.user, row.enterprise),
        "reads_lists": bool(request.user.scope.roles & set(READERS)),
    }
    return render_page(request, f"{BASE}/point.html", None, context)


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def point_create(request: HttpRequest) -> HttpResponse:
    people = list(queries.choices(request.user))
    form = NewPointForm(
        request.POST or None,
        user=request.user,
        people=people,
        initial={"enterprise": request.GET.get("enterprise", "")},
    )
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given["instructor"] = form.people.get(given["instructor"])
        with refusals_in(form):
            row = actions.take_in(by=request.user, **given)
            messages.success(request, _("已列为联系点 %(code)s。") % {"code": row.code})
            return redirect("liaison-point", row.code)
    return form_page(
        request, form, title=_("新建联系点"), back=reverse("liaison-point-list"), submit=_("建立联系")
    )


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def point_edit(request: HttpRequest, code: str) -> HttpResponse:
    row = managed_point(request, code)
    people = list(queries.choices(request.user, district_id=row.enterprise.district_id))

    def current() -> tuple[int, dict[str, Any]]:
        now = point_or_404(request, code)
        holder = now.instructor.code if now.instructor else ""
        return now.version, {"leader_title": now.leader_title, "instructor": holder}

    def save(version: int, changes: dict[str, Any]) -> object:
        given = {name: value for name, value in changes.items() if value or name != "leader_name"}
        if "instructor" in given:
            given["instructor"] = next((one for one in people if one.code == given["instructor"]), None)
        return actions.update_point(point=row, by=request.user, version=version, changes=given)

    return edit_versioned(
        request,
        form_of=lambda **given: PointForm(people=people, known=row.leader_name, **given),
        current=current,
        save=save,
        back=reverse("liaison-point", args=[code]),
        context={"title": _("修改联系点"), "subtitle": row.enterprise.name},
    )


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def point_visit(request: HttpRequest, code: str) -> HttpResponse:
    """A follow-up visit, written down on the spot."""
    row = managed_point(request, code)
    form = VisitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.record_visit(point=row, by=request.user, **form.cleaned_data)
            messages.success(request, _("走访已登记。"))
            return redirect("liaison-point", code)
    return form_page(
        request,
        form,
        title=_("登记走访"),
        subtitle=row.enterprise.name,
        back=reverse("liaison-point", args=[code]),
        submit=_("保存走访"),
    )


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def point_release(request: HttpRequest, code: str) -> HttpResponse:
    row = managed_point(request, code)
    form = ReleaseForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.release_point(point=row, by=request.user, **form.cleaned_data)
            messages.success(request, _("联系点已解除，走访记录保留。"))
            return redirect("liaison-point", code)
    return form_page(
        request,
        form,
        title=_("解除联系点"),
        subtitle=row.enterprise.name,
        back=reverse("liaison-point", args=[code]),
        submit=_("确认解除"),
        danger=True,
    )


@for_roles(*KEEPERS, "enterprise")
@require_http_methods(["GET", "POST"])
def point_personal(request: HttpRequest, code: str) -> HttpResponse:
    """The name of the leader in charge in full, with a reason."""
    row = point_or_404(request, code)
    return show_personal(
        request,
        labels={"leader_name": LiaisonPoint._meta.get_field("leader_name").verbose_name},
        url=reverse("liaison-point-personal", args=[code]),
        back=reverse("liaison-point", args=[code]),
        subject=row.enterprise.name,
        reveal=lambda field, reason: actions.view_leader(
            point=row, by=request.user, reason=reason, address=client_address(request)
        ),
    )
