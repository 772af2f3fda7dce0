"""Pages of bulletins: the list, issuing one, one with its figures, its files."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from rest_framework.exceptions import NotFound

from portal.kit.forms import add_errors
from portal.kit.pages import for_roles, render_page
from portal.kit.pagination import paginate
from portal.kit.problems import Invalid, or_404

from ..districts import writing_district, writing_districts
from ..rules import shifted
from . import queries
from .actions import issue_report
from .files import TYPES, download
from .forms import IssueForm
from .models import Report
from .policy import ISSUERS, READERS, can_issue
from .rows import report_row, shown_figures
from .rules import term_of

BASE = "portal/metrics/reports"
PAGE_SIZE = 20


def _found(request: HttpRequest, pk: uuid.UUID) -> Report:
    return or_404(queries.one(request.user, pk))


@for_roles(*READERS)
@require_GET
def report_list(request: HttpRequest) -> HttpResponse:
    """The district's bulletins, the latest first: who issued them, and when."""
    page = paginate(
        queries.listed(request.user), ordering=("-requested_at",), cursor=request.GET.get("cursor", ""),
        page_size=PAGE_SIZE,
    )  # fmt: skip
    rows = [report_row(row) for row in page.rows]
    context = {
        "page": page,
        "rows": rows,
        "is_working": any(row["status"] == Report.Status.QUEUED for row in rows),
        "may_issue": can_issue(request.user),
    }
    return render_page(request, f"{BASE}/list.html", f"{BASE}/_list.html", context)


@for_roles(*ISSUERS)
@require_http_methods(["GET", "POST"])
def report_issue(request: HttpRequest) -> HttpResponse:
    """The bureau has a month's or quarter's bulletin made."""
    today = timezone.localdate()
    form = IssueForm(
        request.POST or None, today=today, districts=writing_districts(request.user),
        initial={"period": f"{shifted(today.replace(day=1), -1):%Y-%m}"},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            district = writing_district(request.user, form.cleaned_data.get("district", ""))
            report = issue_report(district=district, period=form.cleaned_data["period"], by=request.user)
        except Invalid as error:
            add_errors(form, error)
        else:
            messages.success(request, _("简报正在生成，完成后自动编号。"))
            return redirect("report", pk=report.pk)
    context = {"form": form, "back": reverse("report-list")}
    return render_page(request, f"{BASE}/issue.html", None, context, status=400 if form.errors else 200)


@for_roles(*READERS)
@require_GET
def report(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One bulletin: how far it is, then its files and its figures as issued."""
    row = _found(request, pk)
    days = {"from": term_of(row.period).first.isoformat(), "to": row.covers_until.isoformat()}
    context = {
        "report": report_row(row),
        "figures": shown_figures(row),
        "days": urlencode(days),
        "may_issue": can_issue(request.user),
    }
    return render_page(request, f"{BASE}/detail.html", f"{BASE}/_detail.html", context)


@for_roles(*READERS)
@require_GET
def report_file(request: HttpRequest, pk: uuid.UUID, format: str) -> HttpResponse:
    """A bulletin's file."""
    row = _found(request, pk)
    if format not in TYPES:
        raise Http404
    try:
        return download(row, format)
    except NotFound as error:
        raise Http404 from error
