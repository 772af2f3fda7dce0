"""The plan of a chain: everybody reads it, the bureau writes it and reports progress."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.kit.forms import add_errors
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import Conflict, Invalid, Stale, or_404
from portal.kit.stale import edit_versioned, version_of

from .. import actions, queries
from ..forms import MilestoneForm, PlanForm
from ..models import Chain, ChainPlan, PlanMilestone
from ..rules import entries
from .access import chain_or_404, managed_chain, of_chain

BASE = "chains/industry"
KEEPERS = ("admin", "bureau")
TEXTS = ("goals", "paths", "measures")


@login_required
@require_GET
def plan_page(request: HttpRequest, code: str) -> HttpResponse:
    """Goals, paths, measures, and the milestones: overdue ones first."""
    chain = chain_or_404(request, code)
    plan = queries.plan_of(request.user, chain)
    rows = queries.milestones(request.user, plan) if plan else []
    context = of_chain(
        request,
        chain,
        "chain-plan",
        plan=plan,
        texts=[(PlanForm.base_fields[name].label, entries(getattr(plan, name))) for name in TEXTS]
        if plan
        else [],
        milestones=rows,
        overdue=sum(row.state == "overdue" for row in rows),
        done=sum(row.state == "done" for row in rows),
        average=round(sum(row.progress for row in rows) / len(rows)) if rows else 0,
    )
    return render_page(request, f"{BASE}/plan.html", None, context)


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def plan_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The bureau writes the plan, or corrects it; after a stale edit it chooses value by value."""
    chain = managed_chain(request, code)

    def current() -> tuple[int, dict[str, Any]]:
        plan = queries.plan_of(request.user, chain)
        if plan is None:
            return 0, {}
        return plan.version, {name: getattr(plan, name) for name in PlanForm.base_fields}

    return edit_versioned(
        request,
        form_of=lambda **given: PlanForm(**_titled(chain, given)),
        current=current,
        save=lambda version, changes: actions.save_plan(
            chain=chain, by=request.user, version=version, changes=changes
        ),
        back=reverse("chain-plan", args=[code]),
        context={"title": _("编写一链一方案"), "subtitle": chain.name},
    )


def _titled(chain: Chain, given: dict[str, Any]) -> dict[str, Any]:
    """A first plan begins with a usual title."""
    if given.get("initial") == {}:
        given["initial"] = {"title": _("%(chain)s“一链一方案”") % {"chain": chain.name}}
    return given


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def milestone_create(request: HttpRequest, code: str) -> HttpResponse:
    chain = managed_chain(request, code)
    plan = _plan(request, chain)
    form = MilestoneForm(request.POST or None, district_id=chain.district_id, initial={"progress": 0})
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_milestone(plan=plan, by=request.user, **form.cleaned_data)
        except Invalid as error:
            add_errors(form, error)
        else:
            messages.success(request, _("节点已登记。"))
            return redirect("chain-plan", code)
    context = {"form": form, "chain": chain}
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/milestone_create.html", None, context, status=status)


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def milestone_edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Progress is reported and corrected here."""
    chain = managed_chain(request, code)
    plan = _plan(request, chain)
    row = _milestone(request, plan, pk)

    def current() -> tuple[int, dict[str, Any]]:
        now = _milestone(request, plan, pk)
        values = {name: getattr(now, name) for name in ("title", "due_on", "progress", "done_on", "note")}
        department = now.lead_department.code if now.lead_department else ""
        return now.version, {**values, "lead_department": department}

    return edit_versioned(
        request,
        form_of=lambda **given: MilestoneForm(district_id=chain.district_id, **given),
        current=current,
        save=lambda version, changes: actions.update_milestone(
            milestone=row, by=request.user, version=version, changes=changes
        ),
        page=f"{BASE}/milestone_edit.html",
        back=reverse("chain-plan", args=[code]),
        context={
            "title": _("修改节点"),
            "subtitle": f"{chain.name} · {row.title}",
            "chain": chain,
            "milestone": row,
        },
    )


@for_roles(*KEEPERS)
@require_POST
def milestone_remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    row = _milestone(request, _plan(request, managed_chain(request, code)), pk)
    try:
        actions.remove_milestone(milestone=row, by=request.user, version=version_of(request))
    except (Stale, Conflict):
        messages.error(request, _("这个节点刚被他人修改，请核对后再操作。"))
    else:
        messages.success(request, _("节点已删除。"))
    return redirect("chain-plan", code)


def _plan(request: HttpRequest, chain: Chain) -> ChainPlan:
    return or_404(queries.plan_of(request.user, chain))


def _milestone(request: HttpRequest, plan: ChainPlan, pk: int) -> PlanMilestone:
    for row in queries.milestones(request.user, plan):
        if row.pk == pk:
            return row
    raise Http404
