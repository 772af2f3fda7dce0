"""Pages of the projects that are visited."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.kit.filtered import filtered_page
from portal.kit.form_pages import form_page
from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.stale import edit_versioned

from .. import actions, queries, rules
from ..forms import ProjectChangeForm, ProjectFilter, ProjectForm
from ..rows import project_row
from ..rules import OVERSEERS
from .access import BASE, PLANNERS, planned_project, tabs


@for_roles(*OVERSEERS)
@require_GET
def project_list(request: HttpRequest) -> HttpResponse:
    """The projects in scope with their last visit."""
    form = ProjectFilter(request.GET, towns=queries.towns_of(request.user))
    page = filtered_page(
        request, form, lambda: queries.projects_listed(request.user, form.cleaned_data), ordering=("code",)
    )
    context = {
        "form": form,
        "page": page,
        "rows": [project_row(row) for row in page.rows],
        "tabs": tabs(request, "projects"),
        "may_plan": rules.can_plan(request.user),
        "may_record": rules.can_record_any(request.user),
    }
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/projects.html", f"{BASE}/_projects.html", context, status=status)


@for_roles(*PLANNERS)
@require_http_methods(["GET", "POST"])
def project_create(request: HttpRequest) -> HttpResponse:
    """The bureau enters a project."""
    form = ProjectForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            made = actions.create_project(by=request.user, **form.cleaned_data)
            messages.success(request, _("项目“%(name)s”已登记。") % {"name": made.name})
            return redirect("visit-project-list")
    return form_page(request, form, title=_("新建走访项目"), back=reverse("visit-project-list"))


@for_roles(*PLANNERS)
@require_http_methods(["GET", "POST"])
def project_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The bureau changes a project or ends it."""
    row = planned_project(request, code)

    def current() -> tuple[int, dict[str, Any]]:
        now = planned_project(request, code)
        return now.version, {
            "name": now.name,
            "town": now.town.code,
            "chain": now.chain.code if now.chain else "",
            "enterprise": now.enterprise.uscc if now.enterprise else "",
            "closed_on": now.closed_on,
        }

    return edit_versioned(
        request,
        form_of=lambda **given: ProjectChangeForm(user=request.user, **given),
        current=current,
        save=lambda version, changes: actions.change_project(
            project=row, by=request.user, version=version, changes=changes
        ),
        back=reverse("visit-project-list"),
        context={"title": _("修改走访项目"), "subtitle": row.name},
    )
