"""Pages of the organisations: the list, one organisation, setting up, correcting, the secretary in full."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.audit.personal_pages import personal_answer
from portal.kit.address import client_address
from portal.kit.filtered import filtered_page
from portal.kit.form_pages import form_page
from portal.kit.forms import refusals_in
from portal.kit.masking import mask_name, mask_phone
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import Invalid
from portal.kit.stale import edit_versioned

from ...industry.api import managed_district
from .. import queries
from ..actions import create_organization, update_organization, view_personal
from ..forms.organizations import (
    NewOrganizationForm,
    OrganizationEditForm,
    OrganizationFilter,
    OrganizationReasonForm,
)
from ..models import PartyOrganization
from ..queries.guidance import guidance_of
from ..queries.timeline import timeline, timeline_entries
from ..queries.tree import nodes, path_to
from ..rules import MOVES, can_manage_organizations
from .access import BASE, KEEPERS, managed_organization, organization_or_404, sections

CODES = ("kind", "establishment_mode", "town", "area", "chain")
CHILDREN_SHOWN = 100
TIMELINE_SHOWN = 50
LABELS = {name: PartyOrganization._meta.get_field(name).verbose_name for name in queries.PERSONAL}


@login_required
@require_GET
def organization_list(request: HttpRequest) -> HttpResponse:
    """Organisations in scope, by town, chain, area, kind, mode and status."""
    form = OrganizationFilter(request.GET)

    def rows() -> QuerySet:
        return queries.listed(request.user, {**form.codes(), "parent": request.GET.get("parent", "")})

    page = filtered_page(request, form, rows, ordering=("code",))
    context = {
        "form": form,
        "page": page,
        "sections": sections(request),
        "may_create": request.user.scope.is_bureau,
    }
    status = 400 if form.errors else 200
    return render_page(
        request, f"{BASE}/organization_list.html", f"{BASE}/_organization_rows.html", context, status=status
    )


@login_required
@require_GET
def organization(request: HttpRequest, code: str) -> HttpResponse:
    """One organisation: its place in the tree, whom it covers and guides, its history; the secretary masked."""
    row = organization_or_404(request, code)
    guiding, guided_by = guidance_of(request.user, row)
    children = queries.organizations(request.user).filter(parent=row, status=PartyOrganization.Status.ACTIVE)
    may_change = can_manage_organizations(request.user, row.district_id)
    context = {
        "organization": row,
        "node": nodes(request.user, {}, [row])[0],
        "path": path_to(request.user, row),
        "children": children.order_by("code")[:CHILDREN_SHOWN],
        "guiding": guiding,
        "guided_by": guided_by,
        "entries": timeline_entries(timeline(request.user, row)[:TIMELINE_SHOWN]),
        "moves": MOVES[row.status] if may_change else (),
        "may_guide": request.user.scope.is_staff and row.status == PartyOrganization.Status.ACTIVE,
    }
    if queries.sees_secretary(request.user, row):
        context["secretary"] = [
            ("secretary_name", LABELS["secretary_name"], mask_name(row.secretary_name)),
            ("secretary_phone", LABELS["secretary_phone"], mask_phone(row.secretary_phone)),
        ]
    return render_page(request, f"{BASE}/organization.html", None, context)


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def organization_create(request: HttpRequest) -> HttpResponse:
    """The bureau sets up an organisation; `?parent=` and `?area=` fill in where it was asked for."""
    district = managed_district(request)
    initial = {name: request.GET.get(name, "") for name in ("parent", "area", "town", "chain", "kind")}
    form = NewOrganizationForm(
        request.POST or None, user=request.user, district_id=district.pk, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            row = create_organization(district=district, by=request.user, **form.cleaned_data)
            messages.success(request, _("已登记“%(name)s”。") % {"name": row.name})
            return redirect("organization", row.code)
    return form_page(
        request, form, title=_("登记党组织"), submit=_("登记"), back=reverse("organization-list")
    )


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def organization_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The bureau corrects an organisation, renames it or moves it; after a stale edit it chooses value by value."""
    row = managed_organization(request, code)

    def current() -> tuple[int, dict[str, Any]]:
        now = managed_organization(request, code)
        codes = {name: getattr(getattr(now, name), "code", "") for name in CODES}
        parent = now.parent.name if now.parent else ""
        return now.version, {"name": now.name, **codes, "parent": parent, "set_up_on": now.set_up_on}

    def save(version: int, changes: dict[str, Any]) -> object:
        return update_organization(
            organization=row, by=request.user, version=version, changed_on=changes.pop("changed_on", None),
            changes=_with_secretary(changes),
        )  # fmt: skip

    return edit_versioned(
        request,
        form_of=lambda **given: OrganizationEditForm(
            user=request.user, district_id=row.district_id, organization=row, **given
        ),
        current=current,
        save=save,
        back=reverse("organization", args=[code]),
        context={"title": _("修改党组织"), "subtitle": row.name},
    )


def _with_secretary(changes: dict[str, Any]) -> dict[str, Any]:
    """A blank name or phone stays as it is, unless the secretary's post is vacant."""
    vacant = changes.pop("no_secretary", False)
    kept = {name: value for name, value in changes.items() if name not in queries.PERSONAL or value}
    return {**kept, **dict.fromkeys(queries.PERSONAL, "")} if vacant else kept


@login_required
@require_http_methods(["GET", "POST"])
def organization_personal(request: HttpRequest, code: str) -> HttpResponse:
    """The secretary's name or phone in full, after saying why; the view is recorded first."""
    row = organization_or_404(request, code)
    if not queries.sees_secretary(request.user, row):
        raise PermissionDenied
    field = request.POST.get("field") or request.GET.get("field", "")
    if field not in LABELS:
        raise Invalid({"field": _("没有这个字段。")})
    form = OrganizationReasonForm(request.POST or None, initial={"field": field})
    return personal_answer(
        request,
        form,
        lambda **given: view_personal(
            organization=row, by=request.user, address=client_address(request), **given
        ),
        base=BASE,
        context={"organization": row, "label": LABELS[field]},
    )
