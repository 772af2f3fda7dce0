"""Pages of visits: the list, one visit, and recording one on the spot: whom, then what."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods
from rest_framework.exceptions import ErrorDetail

from enterprises.outreach.models import Instructor
from enterprises.registry.models import Enterprise
from enterprises.registry.rules import clean_uscc
from portal.audit.once import once
from portal.kit.filtered import NO_ROWS
from portal.kit.forms import add_errors, refusals_in
from portal.kit.pages import for_roles, render_page, wants_fragment
from portal.kit.pagination import paginate
from portal.kit.problems import Conflict, Invalid
from portal.kit.stale import edit_versioned

from .. import actions, queries, rules
from ..forms import RUNNING, FindingRows, NoteForm, SubjectSearch, VisitFilter, VisitForm
from ..models import VisitProject
from ..rows import visit_detail, visit_rows
from ..rules import READERS, STAFF, can_oversee
from .access import BASE, tabs, visit_or_404

MOST = 15


@for_roles(*READERS)
@require_GET
def visit_list(request: HttpRequest) -> HttpResponse:
    """The visits in scope, the latest first; for an enterprise user those to its own."""
    towns = queries.towns_of(request.user) if can_oversee(request.user) else ()
    campaigns = queries.campaigns(request.user) if can_oversee(request.user) else ()
    form = VisitFilter(request.GET, towns=towns, campaigns=campaigns)
    page = NO_ROWS
    if form.is_valid():
        with refusals_in(form):
            rows = queries.listed(request.user, form.filters())
            page = paginate(
                rows, ordering=("-visited_on", "-id"), cursor=request.GET.get("cursor", ""), count=True
            )
    context = {
        "form": form,
        "page": page,
        "rows": visit_rows(page.rows, request.user),
        "tabs": tabs(request, "visits"),
        "may_record": rules.can_record_any(request.user),
    }
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/list.html", f"{BASE}/_list.html", context, status=status)


@for_roles(*READERS)
@require_GET
def visit(request: HttpRequest, number: str) -> HttpResponse:
    """One visit with the demands that came of it."""
    row = visit_or_404(request, number)
    context = {
        "row": visit_detail(row, request.user, queries.findings_of(request.user, row)),
        "oversees": can_oversee(request.user),
    }
    return render_page(request, f"{BASE}/visit.html", None, context)


@for_roles(*STAFF)
@require_GET
def visit_start(request: HttpRequest) -> HttpResponse:
    """Whom the visit was to: the enterprise or project is found by a part of its name."""
    text = request.GET.get("search", "")[:60]
    enterprises, projects = queries.subjects_found(request.user, text, MOST)
    choose = reverse("visit-record")
    context = {
        "form": SubjectSearch(initial={"search": text}),
        "searched": bool(text.strip()),
        "subjects": [
            *((row, f"{choose}?{urlencode({'enterprise': row.uscc})}") for row in enterprises[:MOST]),
            *((row, f"{choose}?{urlencode({'project': row.code})}") for row in projects[:MOST]),
        ],
        "more": max(len(enterprises), len(projects)) > MOST,
        "most": MOST,
    }
    return render_page(request, f"{BASE}/start.html", f"{BASE}/_subjects.html", context)


@for_roles(*STAFF)
@require_http_methods(["GET", "POST"])
@once
def visit_record(request: HttpRequest) -> HttpResponse:
    """What was seen and found; rows of findings are added and removed without losing what was written."""
    subject = _subject(request)
    if subject is None:
        return redirect("visit-start")
    if not rules.can_record(request.user, subject):
        raise PermissionDenied
    known = {
        "campaigns": queries.campaigns(request.user).filter(district=subject.district_id, closed_at=None),
        "instructors": _instructors(request, subject),
    }
    rows = FindingRows(request.POST)
    if rows.is_edited:
        form = VisitForm(initial=request.POST.dict(), **known)
        return _show(request, subject, form, rows)
    form = VisitForm(request.POST or None, **known)
    if request.method == "POST" and form.is_valid() & rows.is_valid():
        try:
            made = actions.record_visit(by=request.user, **_given(form, rows, subject))
        except (Conflict, Invalid) as error:
            _tell(form, rows, error)
        else:
            messages.success(request, _said(made.number, len(rows.forms)))
            return redirect("visit", made.number)
    return _show(request, subject, form, rows, status=400 if form.is_bound else 200)


@for_roles(*STAFF)
@require_http_methods(["GET", "POST"])
def visit_correct(request: HttpRequest, number: str) -> HttpResponse:
    """What was written down on a visit is put right."""
    row = visit_or_404(request, number)
    if not rules.can_correct(request.user, row):
        raise PermissionDenied

    def current() -> tuple[int, dict[str, Any]]:
        now = visit_or_404(request, number)
        return now.version, {"note": now.note}

    def save(version: int, changes: dict[str, Any]) -> None:
        note = changes.get("note", row.note)
        actions.correct_note(visit=row, by=request.user, version=version, note=note)

    return edit_versioned(
        request,
        form_of=NoteForm,
        current=current,
        save=save,
        back=reverse("visit", args=[number]),
        context={"title": _("更正走访情况"), "subtitle": number},
    )


def _subject(request: HttpRequest) -> Enterprise | VisitProject | None:
    """The enterprise or project that the address names; 404 for one outside the scope."""
    uscc, code = request.GET.get("enterprise", "")[:40], request.GET.get("project", "")[:32]
    if not uscc and not code:
        return None
    if uscc:
        rows = Enterprise.objects.visible_to(request.user).select_related("town")
        row = rows.filter(uscc=clean_uscc(uscc)).first()
    else:
        row = queries.project_for(request.user, code)
    if row is None:
        raise Http404
    return row


def _instructors(request: HttpRequest, subject: Enterprise | VisitProject):
    """The instructors of the subject's town who are in office."""
    rows = Instructor.objects.visible_to(request.user).filter(town=subject.town_id, ended_on=None)
    return rows.order_by("code")


def _given(form: VisitForm, rows: FindingRows, subject: Enterprise | VisitProject) -> dict[str, Any]:
    given = dict(form.cleaned_data) | {"findings": rows.findings()}
    given["project" if isinstance(subject, VisitProject) else "enterprise"] = subject
    given["instructor"] = form.instructors.get(given["instructor"])
    chosen = given["campaign"]
    given["campaign"] = actions.RUNNING if chosen == RUNNING else form.campaigns.get(chosen)
    return given


def _tell(form: VisitForm, rows: FindingRows, error: Conflict | Invalid) -> None:
    """What the action refused, beside the fields of the form and of the findings."""
    detail = error.detail
    if isinstance(detail, dict) and isinstance(detail.get("findings"), list):
        for one, told in zip(rows.forms, detail["findings"], strict=False):
            for name, texts in told.items() if isinstance(told, dict) else ():
                one.add_error(name, [str(text) for text in _list(texts)])
        rest = {name: texts for name, texts in detail.items() if name != "findings"}
        if rest:
            add_errors(form, Invalid(rest))
        return
    add_errors(form, error)


def _list(texts: Any) -> list:
    return [texts] if isinstance(texts, ErrorDetail | str) else list(texts)


def _said(number: str, findings: int) -> str:
    if not findings:
        return _("走访 %(number)s 已登记。") % {"number": number}
    told = ngettext(
        "走访 %(number)s 已登记，%(count)d 个问题已转为诉求。",
        "走访 %(number)s 已登记，%(count)d 个问题已转为诉求。",
        findings,
    )
    return told % {"number": number, "count": findings}


def _show(
    request: HttpRequest,
    subject: Enterprise | VisitProject,
    form: VisitForm,
    rows: FindingRows,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "subject": subject,
        "is_project": isinstance(subject, VisitProject),
        "form": form,
        "rows": rows,
        "url": request.get_full_path(),
        "back": reverse("visit-start"),
        "has_errors": form.is_bound and (form.errors or any(one.errors for one in rows.forms)),
    }
    fragment = f"{BASE}/_findings.html" if rows.is_edited and wants_fragment(request) else None
    return render_page(request, f"{BASE}/record.html", fragment, context, status=status)
