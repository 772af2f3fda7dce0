"""Pages of integration projects: the list, one project, recording and correcting."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.accounts.scope import Role
from portal.kit.filtered import filtered_page
from portal.kit.form_pages import form_page
from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import or_404
from portal.kit.stale import edit_versioned

from . import queries, rules
from .actions import record_project, update_project
from .forms import ProjectFilter, ProjectForm
from .models import IntegrationProject
from .rows import project_row, project_rows

BASE = "enterprises/projects"
READERS = (Role.ADMIN, Role.BUREAU, Role.STATION, Role.LEADER, Role.ENTERPRISE)
KEEPERS = (Role.ADMIN, Role.BUREAU, Role.STATION)


@for_roles(*READERS)
@require_GET
def project_list(request: HttpRequest) -> HttpResponse:
    """The projects in scope, the latest begun first."""
    form = ProjectFilter(request.GET, user=request.user)
    page = filtered_page(
        request, form, lambda: queries.listed(request.user, form.filters()), ordering=("-started_on",)
    )
    context = {
        "form": form,
        "page": page,
        "rows": project_rows(page.rows, request.user),
        "may_record": request.user.scope.is_staff,
    }
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/list.html", f"{BASE}/_list.html", context, status=status)


@for_roles(*READERS)
@require_GET
def project(request: HttpRequest, number: str) -> HttpResponse:
    row = _project(request, number)
    return render_page(request, f"{BASE}/project.html", None, {"row": project_row(row, request.user)})


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def project_create(request: HttpRequest) -> HttpResponse:
    form = ProjectForm(request.POST or None, user=request.user, is_new=True)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            row = record_project(by=request.user, **form.cleaned_data)
            messages.success(request, _("项目 %(number)s 已登记。") % {"number": row.number})
            return redirect("project", row.number)
    return form_page(request, form, title=_("登记项目"), submit=_("登记"), back=reverse("project-list"))


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def project_edit(request: HttpRequest, number: str) -> HttpResponse:
    row = _project(request, number)
    if not rules.can_keep(request.user, town_id=row.town_id, district_id=row.district_id):
        raise PermissionDenied

    def current() -> tuple[int, dict[str, Any]]:
        now = _project(request, number)
        values = {name: getattr(now, name) for name in ProjectForm.base_fields}
        named = {
            "enterprise": now.enterprise and now.enterprise.uscc,
            "organization": now.organization and now.organization.code,
        }
        codes = {"town": now.town.code, "chain": now.chain and now.chain.code}
        return now.version, values | {name: value or "" for name, value in (named | codes).items()}

    return edit_versioned(
        request,
        form_of=lambda **given: ProjectForm(user=request.user, **given),
        current=current,
        save=lambda version, changes: update_project(
            project=row, by=request.user, version=version, changes=changes
        ),
        back=reverse("project", args=[number]),
        context={"title": _("修改项目"), "subtitle": row.title},
    )


def _project(request: HttpRequest, number: str) -> IntegrationProject:
    return or_404(queries.project_for(request.user, number))
