"""Pages of the audit trail: a row's history, and who looked at personal data."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal.accounts.scope import Role
from portal.kit.pages import for_roles, render_page
from portal.kit.pagination import paginate

from .forms import PersonalViewFilter
from .history import history_page
from .queries import personal_views, tracked_row

PAGE_SIZE = 20
ORDERING = ("-seen_at",)


@for_roles(Role.ADMIN, Role.BUREAU)
def history(request: HttpRequest, model: str, key: str) -> HttpResponse:
    """Everything that happened to one row, newest first."""
    row = tracked_row(request.user, model, key)
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 10):
        raise Http404
    page = history_page(row, limit=PAGE_SIZE, before=int(before) if before else None)
    context = {"row": row, "entries": page.entries, "older": page.older}
    return render_page(request, "portal/audit/history.html", "portal/audit/_history.html", context)


@for_roles(Role.ADMIN, Role.BUREAU)
def personal_view_log(request: HttpRequest) -> HttpResponse:
    """Who looked at which name or phone, when and why."""
    form = PersonalViewFilter(request.GET or None)
    filters = form.cleaned_data if form.is_valid() else {}
    page = paginate(
        personal_views(request.user, **filters),
        ordering=ORDERING,
        cursor=request.GET.get("cursor", ""),
        count=True,
    )
    context = {
        "form": form,
        "page": page,
        "subtitle": _("查看姓名、电话全文都会留下记录，记录不能修改或删除。"),
    }
    return render_page(
        request, "portal/audit/personal_views.html", "portal/audit/_personal_views.html", context
    )
