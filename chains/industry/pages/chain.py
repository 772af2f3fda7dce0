"""The list of chains, one chain as graph and table, its opening and correcting by the bureau."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.kit.form_pages import form_page
from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.stale import edit_versioned

from .. import queries
from ..actions import create_chain, update_chain
from ..api import managed_district
from ..forms import ChainForm, NewChainForm
from ..graph import chain_graph
from ..models import Segment
from ..rules import can_place_enterprises
from .access import chain_or_404, managed_chain, of_chain

BASE = "chains/industry"


@login_required
@require_GET
def chain_list(request: HttpRequest) -> HttpResponse:
    """Every chain with its lead town, members in scope and missing segments."""
    rows = queries.chains(request.user).order_by("position", "code")
    context = {"chains": rows, "may_create": request.user.scope.is_bureau}
    return render_page(request, f"{BASE}/chain_list.html", None, context)


@login_required
@require_GET
def chain_page(request: HttpRequest, code: str) -> HttpResponse:
    """One chain: the graph, and the same as a table by stage; its plan in short, its organisations."""
    chain = chain_or_404(request, code)
    graph = chain_graph(request.user, chain)
    names = {node["id"]: node["name"] for node in graph["nodes"]}
    for node in graph["nodes"]:
        node["targets"] = [names[link["target"]] for link in graph["links"] if link["source"] == node["id"]]
    organizations = {one["code"]: one["name"] for one in graph["organizations"]}
    guides: dict[str, list[str]] = {}
    for link in graph["guidance"]:
        text = _("%(kind)s：%(name)s") % {
            "kind": link["kind_label"],
            "name": organizations.get(link["guided"], ""),
        }
        guides.setdefault(link["guide"], []).append(text)
    plan = queries.plan_of(request.user, chain)
    context = of_chain(
        request,
        chain,
        "chain",
        graph=graph,
        stages=[
            (label, [node for node in graph["nodes"] if node["stage"] == stage])
            for stage, label in Segment.Stage.choices
        ],
        guides=guides,
        plan=plan,
        milestones=queries.milestones(request.user, plan) if plan else [],
        can_place=can_place_enterprises(request.user, chain.district_id),
    )
    return render_page(request, f"{BASE}/chain.html", None, context)


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def chain_create(request: HttpRequest) -> HttpResponse:
    """The bureau opens a chain; its segments come next."""
    district = managed_district(request)
    form = NewChainForm(request.POST or None, district_id=district.pk)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            chain = create_chain(district=district, by=request.user, **form.cleaned_data)
            messages.success(request, _("产业链已登记。接下来请登记它的环节。"))
            return redirect("chain-segments", chain.code)
    return form_page(
        request,
        form,
        title=_("登记产业链"),
        subtitle=_("登记后再登记它的环节和箭头。"),
        submit=_("登记"),
        back=reverse("chain-list"),
    )


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def chain_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The bureau corrects name, lead town and description; after a stale edit it chooses value by value."""

    def current() -> tuple[int, dict]:
        chain = managed_chain(request, code)
        town = chain.lead_town.code if chain.lead_town else ""
        return chain.version, {"name": chain.name, "lead_town": town, "description": chain.description}

    chain = managed_chain(request, code)
    return edit_versioned(
        request,
        form_of=lambda **given: ChainForm(district_id=chain.district_id, **given),
        current=current,
        save=lambda version, changes: update_chain(
            chain=chain, by=request.user, version=version, changes=changes
        ),
        back=reverse("chain", args=[code]),
        context={"title": _("修改产业链"), "subtitle": chain.name},
    )
