"""The three lists on one page with tabs, each as a file; where they are chosen."""

from datetime import date
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from chains.industry.models import Chain
from portal.imports.files import table
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import or_404
from portal.territory.models import Town

from . import queries

BASE = "services/lists"
SHOWN, IN_FILE = 100, 5000
READERS = ("admin", "bureau", "station", "leader", "enterprise")


@for_roles(*READERS)
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """The towns and chains whose lists the user may read; an enterprise goes straight to its own."""
    scope = request.user.scope
    if not (scope.is_staff or scope.districts):
        own = or_404(next(iter(sorted(scope.enterprises)), None))
        return redirect("three-lists", kind="enterprises", code=own)
    towns = Town.objects.visible_to(request.user).filter(closed_on=None)
    chains = Chain.objects.visible_to(request.user)
    if not scope.is_admin:
        districts = scope.districts or Town.objects.filter(pk__in=scope.towns).values("district")
        chains = chains.filter(district__in=districts)
        towns = (
            towns.filter(district__in=scope.districts)
            if scope.districts
            else towns.filter(pk__in=scope.towns)
        )
    return render_page(request, f"{BASE}/choose.html", None, {"towns": towns, "chains": chains})


@for_roles(*READERS)
@require_GET
def lists(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """One of the three lists of an enterprise, a chain or a town (`?list=`)."""
    subject, which = _subject(request, kind, code), _which(request)
    found = queries.listing(request.user, subject, which)
    address = reverse("three-lists", args=[kind, code])
    context = {
        "subject": subject,
        "name": found.name,
        "tabs": [
            (
                label,
                f"{address}?{urlencode({'list': one})}",
                one == which,
                found.total if one == which else None,
            )
            for one, label in queries.NAMES.items()
        ],
        "columns": found.columns,
        "rows": [
            [(cell.value, cell.url) if cell.url else _shown(cell.value) for cell in row]
            for row in found.rows(SHOWN)
        ],
        "total": found.total,
        "shown": SHOWN,
        "file": f"{reverse('three-lists-file', args=[kind, code])}?{urlencode({'list': which})}",
        "empty": EMPTY[which],
    }
    return render_page(request, f"{BASE}/lists.html", None, context)


@for_roles(*READERS)
@require_GET
def lists_file(request: HttpRequest, kind: str, code: str) -> FileResponse:
    """The list as a workbook."""
    subject, which = _subject(request, kind, code), _which(request)
    found = queries.listing(request.user, subject, which)
    rows = ([cell.value for cell in row] for row in found.rows(IN_FILE))
    return table(f"{subject.name}{found.name}", [str(label) for label, _kind in found.columns], rows)


EMPTY = {
    queries.DEMANDS: _("还没有登记过诉求。"),
    queries.POLICIES: _("目前没有可以申报的政策资源。"),
    queries.SERVICES: _("还没有服务记录。"),
}


def _subject(request: HttpRequest, kind: str, code: str) -> queries.Subject:
    return or_404(queries.subject_for(request.user, kind, code))


def _shown(value: Any) -> Any:
    """Days as everywhere on the pages: 2026-11-21."""
    return value.isoformat() if isinstance(value, date) else value


def _which(request: HttpRequest) -> str:
    wanted = request.GET.get("list", queries.DEMANDS)
    return wanted if wanted in queries.NAMES else queries.DEMANDS
