"""Pages of organisations together with their enterprises: dissolving, merging, whom they cover, the matrix."""

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chains.party.forms.organizations import PlaceFilter
from chains.party.models import PartyOrganization
from chains.party.pages.access import KEEPERS, managed_organization, organization_or_404, sections
from chains.party.queries.matrix import alliances_by_chain, committees_by_park
from chains.party.rules import MOVES
from portal.kit.forms import add_errors, refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.pagination import paginate
from portal.kit.problems import Conflict, Invalid
from portal.territory.models import Town

from ..registry.models import Enterprise
from . import queries
from .actions import dissolve_organization, merge_organization
from .forms import DissolveForm, MergeForm

BASE = "enterprises/organizations"
CHOSEN_ONE_BY_ONE = 200  # enterprises with a select of their own; more follow the default


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def organization_dissolve(request: HttpRequest, code: str) -> HttpResponse:
    """The bureau dissolves an organisation and says where its enterprises and children go."""
    row = managed_organization(request, code)
    if (ended := _ended(request, row, "dissolve")) is not None:
        return ended
    covered = queries.covered(request.user, row).order_by("name")
    children = row.children.filter(status=PartyOrganization.Status.ACTIVE)
    listed = list(queries.list_values(covered)[:CHOSEN_ONE_BY_ONE])
    form = DissolveForm(
        request.POST or None,
        user=request.user,
        organization=row,
        covers=covered.count(),
        children=children.count(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            chosen = form.chosen([one["uscc"] for one in listed], request.POST)
            dissolve_organization(organization=row, by=request.user, chosen=chosen, **form.ends())
        except django_forms.ValidationError as error:
            form.add_error(None, error)
        except (Conflict, Invalid) as error:
            add_errors(form, error)
        else:
            messages.success(request, _("“%(name)s”已撤销。") % {"name": row.name})
            return redirect("organization", code)
    for one in listed:
        one["to"] = request.POST.get(f"to-{one['uscc']}", "")
    context = {
        "organization": row,
        "form": form,
        "enterprises": listed,
        "covers": covered.count(),
        "children": children.defer("secretary_name", "secretary_phone").order_by("code")[:CHOSEN_ONE_BY_ONE],
        "near": form.near_choices(),
    }
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/dissolve.html", None, context, status=status)


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def organization_merge(request: HttpRequest, code: str) -> HttpResponse:
    """The bureau merges an organisation into another, which takes over enterprises and children."""
    row = managed_organization(request, code)
    if (ended := _ended(request, row, "merge")) is not None:
        return ended
    form = MergeForm(request.POST or None, user=request.user, organization=row)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            merge_organization(organization=row, by=request.user, **form.cleaned_data)
            into = form.cleaned_data["into"]
            messages.success(
                request, _("“%(name)s”已并入“%(into)s”。") % {"name": row.name, "into": into.name}
            )
            return redirect("organization", into.code)
    context = {
        "organization": row,
        "form": form,
        "covers": queries.covered(request.user, row).count(),
        "children": row.children.filter(status=PartyOrganization.Status.ACTIVE).count(),
    }
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/merge.html", None, context, status=status)


def _ended(request: HttpRequest, row: PartyOrganization, move: str) -> HttpResponse | None:
    """Back to the page of an organisation whose state does not allow the move."""
    if move in MOVES[row.status]:
        return None
    messages.error(request, _("该党组织已合并或撤销，不能再办理变动。"))
    return redirect("organization", row.code)


@login_required
@require_GET
def organization_enterprises(request: HttpRequest, code: str) -> HttpResponse:
    """The enterprises that an organisation covers; with `?below=1` also those of its branch."""
    row = organization_or_404(request, code)
    below = request.GET.get("below") == "1"
    filters = _place_filters(request)
    rows = queries.covered(request.user, row, below=below, filters=filters)
    tabs = [
        (_("本级"), reverse("organization-enterprises", args=[code]), not below, None),
        (_("含下级"), reverse("organization-enterprises", args=[code]) + "?below=1", below, None),
    ]
    return _enterprise_list(request, rows, title=_("覆盖的企业"), subtitle=row.name, tabs=tabs)


@login_required
@require_GET
def covered_enterprises(request: HttpRequest) -> HttpResponse:
    """The enterprises that the organisations of the tree cover, under its filters."""
    rows = queries.covered_by_tree(request.user, _place_filters(request))
    return _enterprise_list(request, rows, title=_("党组织覆盖的企业"))


@login_required
@require_GET
def organization_matrix(request: HttpRequest) -> HttpResponse:
    """一链一联盟、一园一党委、一企一支部: what stands and what is missing, every figure with its rows."""
    chains, parks, towns = (
        alliances_by_chain(request.user),
        committees_by_park(request.user),
        queries.own_by_town(request.user),
    )
    context = {
        "sections": sections(request),
        "chains": chains,
        "parks": parks,
        "towns": towns,
        "chains_with": sum(bool(row["organizations"]) for row in chains),
        "parks_with": sum(bool(row["organizations"]) for row in parks),
        "should": sum(row["should"] for row in towns),
        "own": sum(row["own"] for row in towns),
        "may_create": request.user.scope.is_bureau,
    }
    return render_page(request, f"{BASE}/matrix.html", None, context)


@login_required
@require_GET
def matrix_enterprises(request: HttpRequest) -> HttpResponse:
    """一企一支部: the enterprises with three full members behind the figures (`?own=1` or `0`, `?town=`)."""
    own, town = request.GET.get("own", ""), request.GET.get("town", "")
    if own not in ("", "0", "1"):
        raise Invalid({"own": _("应为 0 或 1。")})
    if town and not Town.objects.visible_to(request.user).filter(code=town).exists():
        raise Invalid({"town": _("没有代码为“%(code)s”的街镇。") % {"code": town}})
    rows = queries.should_have_own(request.user, town=town, own=own)
    titles = {
        "": _("应单独建立党组织的企业"),
        "1": _("已单独建立党组织的企业"),
        "0": _("尚未单独建立党组织的企业"),
    }
    subtitle = _("存续、正式党员 3 名以上")
    return _enterprise_list(request, rows, title=titles[own], subtitle=subtitle)


def _place_filters(request: HttpRequest) -> dict[str, str]:
    form = PlaceFilter(request.GET)
    if not form.is_valid():
        raise Invalid({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    return form.codes()


def _enterprise_list(request: HttpRequest, rows, **more: Any) -> HttpResponse:
    """A list of enterprises with members and organisation, cut to the scope."""
    page = paginate(
        queries.list_values(rows), ordering=("name",), cursor=request.GET.get("cursor", ""), count=True
    )
    statuses = dict(Enterprise.Status.choices)
    context = {
        "page": page,
        "rows": [{**row, "status_label": statuses[row["status"]]} for row in page.rows],
        **more,
    }
    return render_page(request, f"{BASE}/enterprises.html", f"{BASE}/_enterprises.html", context)
