"""Pages of alliances: the list, one alliance, its charter, its rotating chair."""

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

from ..party.models import PartyOrganization
from ..party.rules import can_manage_organizations
from . import actions, queries
from .forms import AllianceFilter, ChairForm, CharterForm
from .models import Alliance
from .rows import alliance_row, term_row

BASE = "chains/alliances"
READERS = (Role.ADMIN, Role.BUREAU, Role.STATION, Role.LEADER, Role.ENTERPRISE)
KEEPERS = (Role.ADMIN, Role.BUREAU)


def alliance_or_404(request: HttpRequest, code: str) -> PartyOrganization:
    return or_404(queries.alliance_for(request.user, code))


def managed_alliance(request: HttpRequest, code: str) -> PartyOrganization:
    """The alliance, when the user keeps it; 403 for whoever only reads."""
    row = alliance_or_404(request, code)
    if not can_manage_organizations(request.user, row.district_id):
        raise PermissionDenied
    return row


def tabs(request: HttpRequest) -> list[tuple[Any, str, bool, None]]:
    """Alliances and agreements as tabs; the agreements are drawn by the package above, which knows the enterprises."""
    names = {"alliance-list": _("党建联盟"), "agreement-list": _("共建协议")}
    return [(label, reverse(name), request.path == reverse(name), None) for name, label in names.items()]


@for_roles(*READERS)
@require_GET
def alliance_list(request: HttpRequest) -> HttpResponse:
    """Alliances in scope, with pattern, chair and members."""
    form = AllianceFilter(request.GET)
    page = filtered_page(
        request, form, lambda: queries.listed(request.user, form.codes()), ordering=("code",)
    )
    context = {
        "form": form,
        "page": page,
        "rows": [alliance_row(row, request.user) for row in page.rows],
        "tabs": tabs(request),
        "may_create": request.user.scope.is_bureau,
    }
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/alliances.html", f"{BASE}/_alliances.html", context, status=status)


@for_roles(*READERS)
@require_GET
def alliance(request: HttpRequest, code: str) -> HttpResponse:
    """One alliance: pattern and charter, who had the chair, and (by a part of its own) the members."""
    row = alliance_or_404(request, code)
    context = {"row": alliance_row(row, request.user), "terms": [term_row(term) for term in row.terms]}
    return render_page(request, f"{BASE}/alliance.html", None, context)


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def alliance_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Pattern and charter; name and place are corrected with the organisation."""
    row = managed_alliance(request, code)

    def current() -> tuple[int, dict[str, Any]]:
        now = managed_alliance(request, code)
        own = getattr(now, "alliance", None) or Alliance()
        return now.version, {name: getattr(own, name) for name in ("pattern", "charter", "adopted_on")}

    return edit_versioned(
        request,
        form_of=lambda **given: CharterForm(**given),
        current=current,
        save=lambda version, changes: actions.update_alliance(
            alliance=row, by=request.user, version=version, changes=changes
        ),
        back=reverse("alliance", args=[code]),
        context={"title": _("修改组织体系与章程"), "subtitle": row.name},
    )


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def alliance_chair(request: HttpRequest, code: str) -> HttpResponse:
    """The rotating chair passes to another organisation."""
    row = managed_alliance(request, code)
    form = ChairForm(request.POST or None, user=request.user, alliance=row)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            term = actions.hand_over_chair(alliance=row, by=request.user, **form.cleaned_data)
            messages.success(request, _("轮值会长单位现为“%(name)s”。") % {"name": term.chair.name})
            return redirect("alliance", code)
    return form_page(
        request,
        form,
        title=_("轮值会长交接"),
        subtitle=row.name,
        submit=_("确认交接"),
        back=reverse("alliance", args=[code]),
    )
