"""Pages of the organisations: the list, one organisation, and the bureau's kinds and establishment modes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from portal.kit.masking import mask_name, mask_phone
from portal.kit.pages import for_roles, render_page
from portal.kit.pagination import paginate
from portal.kit.problems import Conflict

from . import queries
from .actions import save_reference_row
from .forms import KindForm, ModeForm, OrganizationFilter
from .models import EstablishmentMode, OrganizationKind
from .rules import can_see_secretary

REFERENCE = {
    "kinds": (OrganizationKind, KindForm, gettext_lazy("党组织类别")),
    "modes": (EstablishmentMode, ModeForm, gettext_lazy("组建方式")),
}


@login_required
@require_GET
def organization_list(request: HttpRequest) -> HttpResponse:
    """Organisations in scope, by town, chain, kind and status."""
    form = OrganizationFilter(request.GET or None)
    filters = form.codes() if form.is_valid() else {}
    page = paginate(
        queries.listed(request.user, filters),
        ordering=("code",),
        cursor=request.GET.get("cursor", ""),
        count=True,
    )
    context = {"form": form, "page": page}
    return render_page(
        request, "chains/party/organization_list.html", "chains/party/_organization_rows.html", context
    )


@login_required
@require_GET
def organization(request: HttpRequest, code: str) -> HttpResponse:
    """One organisation with its place in the tree; the secretary masked, and only for those who may know."""
    row = queries.organization_details(request.user).filter(code=code).first()
    if row is None:
        raise Http404
    context = {"organization": row, "children": queries.organizations(request.user).filter(parent=row)[:200]}
    if can_see_secretary(request.user, town_id=row.town_id, district_id=row.district_id):
        context["secretary"] = f"{mask_name(row.secretary_name)} {mask_phone(row.secretary_phone)}".strip()
    return render_page(request, "chains/party/organization.html", None, context)


@for_roles("admin", "bureau")
@require_GET
def reference_list(request: HttpRequest) -> HttpResponse:
    """The kinds of organisations and the ways of setting up, to be kept by the bureau."""
    context = {
        "kinds": queries.organization_kinds(request.user),
        "modes": queries.establishment_modes(request.user),
    }
    return render_page(request, "chains/party/reference_list.html", None, context)


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def reference_edit(request: HttpRequest, what: str, code: str = "") -> HttpResponse:
    """The bureau adds or corrects one kind or establishment mode."""
    model, form_class, title = REFERENCE[what]
    row = model.objects.visible_to(request.user).filter(code=code).first() if code else model()
    if row is None:
        raise Http404
    form = form_class(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            save_reference_row(row=form.instance, by=request.user)
        except Conflict as conflict:
            form.add_error(None, conflict.detail)
        else:
            messages.success(request, _("已保存“%(name)s”。") % {"name": row.name})
            return redirect("party-reference")
    context = {"form": form, "title": title}
    return render_page(
        request, "chains/party/reference_edit.html", None, context, status=400 if form.is_bound else 200
    )
