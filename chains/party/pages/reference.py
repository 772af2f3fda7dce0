"""The bureau's pages for kinds and establishment modes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from portal.kit.pages import for_roles, render_page
from portal.kit.problems import Conflict, or_404

from .. import queries
from ..actions import save_reference_row
from ..forms.reference import KindForm, ModeForm
from ..models import EstablishmentMode, OrganizationKind
from .access import BASE, KEEPERS

REFERENCE = {
    "kinds": (OrganizationKind, KindForm, gettext_lazy("党组织类别")),
    "modes": (EstablishmentMode, ModeForm, gettext_lazy("组建方式")),
}


@for_roles(*KEEPERS)
@require_GET
def reference_list(request: HttpRequest) -> HttpResponse:
    """The kinds of organisations and the ways of setting up, to be kept by the bureau."""
    context = {
        "kinds": queries.organization_kinds(request.user),
        "modes": queries.establishment_modes(request.user),
    }
    return render_page(request, f"{BASE}/reference_list.html", None, context)


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def reference_edit(request: HttpRequest, what: str, code: str = "") -> HttpResponse:
    """The bureau adds or corrects one kind or establishment mode."""
    model, form_class, title = REFERENCE[what]
    row = or_404(model.objects.visible_to(request.user).filter(code=code).first() if code else model())
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
    status = 400 if form.is_bound else 200
    return render_page(request, f"{BASE}/reference_edit.html", None, context, status=status)
