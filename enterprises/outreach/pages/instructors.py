"""Pages of the instructors: the list by load, one person, recording, changing, letting go."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.kit.address import client_address
from portal.kit.filtered import filtered_page
from portal.kit.form_pages import form_page
from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.stale import edit_versioned

from .. import actions, queries, rules
from ..forms import InstructorFilter, InstructorForm, NewInstructorForm, RetireForm
from ..models import Instructor
from ..queries.stations import station_towns
from ..rows import assignment_rows, instructor_row, instructor_rows, names_seen, point_rows
from .access import BASE, KEEPERS, READERS, instructor_or_404, managed_instructor, show_personal, tabs

ENDED_SHOWN = 50
EDITABLE = ("kind", "unit", "started_on")
LABELS = {name: Instructor._meta.get_field(name).verbose_name for name in rules.PERSONAL_FIELDS}


@for_roles(*READERS)
@require_GET
def instructor_list(request: HttpRequest) -> HttpResponse:
    """The instructors in scope by load, each beside the average of the own station."""
    form = InstructorFilter(request.GET, towns=station_towns(request.user))
    asked = form.cleaned_data.get("ordering") if form.is_valid() else ""
    page = filtered_page(
        request, form, lambda: queries.listed(request.user, form.filters()), ordering=(asked or "-load",)
    )
    averages = queries.average_loads(request.user) if page.rows else {}
    shown = instructor_rows(page.rows, request.user)
    rows = [{**row, "average": averages.get(one.town_id)} for row, one in zip(shown, page.rows, strict=True)]
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "most": max((row["load"] for row in rows), default=0),
        "tabs": tabs(request, "instructors"),
        "may_create": rules.can_manage_any(request.user),
        "shows_names": rules.shows_names(request.user),
    }
    status = 400 if form.errors else 200
    return render_page(
        request, f"{BASE}/instructors.html", f"{BASE}/_instructors.html", context, status=status
    )


@for_roles(*READERS)
@require_GET
def instructor(request: HttpRequest, code: str) -> HttpResponse:
    """One instructor: the load, what is open, the liaison points, and what came before."""
    row = instructor_or_404(request, code)
    ended = queries.postings_of(request.user, row, active="0").order_by("-ended_on", "-pk")[:ENDED_SHOWN]
    points = queries.points(request.user).filter(instructor=row, released_on=None).order_by("last_seen_on")
    seen = names_seen(request.user)
    context = {
        "row": instructor_row(row, seen),
        "average": queries.average_loads(request.user).get(row.town_id),
        "postings": assignment_rows(queries.open_assignments(request.user, row), request.user, seen),
        "ended": assignment_rows(ended, request.user, seen),
        "points": point_rows(points, request.user, seen),
        "may_change": rules.can_manage_instructor(request.user, row) and row.ended_on is None,
        "sees_names": rules.can_manage_instructor(request.user, row),
    }
    return render_page(request, f"{BASE}/instructor.html", None, context)


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def instructor_create(request: HttpRequest) -> HttpResponse:
    form = NewInstructorForm(
        request.POST or None, user=request.user, initial={"town": request.GET.get("town", "")}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            row = actions.create_instructor(by=request.user, **form.cleaned_data)
            messages.success(request, _("指导员已登记。接下来可以安排派驻。"))
            return redirect("instructor", row.code)
    return form_page(request, form, title=_("登记指导员"), back=reverse("instructor-list"), submit=_("登记"))


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def instructor_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Name and phone stay as they are when left blank; they are not shown in full here."""
    row = managed_instructor(request, code)

    def current() -> tuple[int, dict[str, Any]]:
        now = instructor_or_404(request, code)
        return now.version, {name: getattr(now, name) for name in EDITABLE}

    def save(version: int, changes: dict[str, Any]) -> object:
        given = {name: value for name, value in changes.items() if value or name not in rules.PERSONAL_FIELDS}
        return actions.update_instructor(instructor=row, by=request.user, version=version, changes=given)

    return edit_versioned(
        request,
        form_of=lambda **given: InstructorForm(instructor=row, **given),
        current=current,
        save=save,
        back=reverse("instructor", args=[code]),
        context={"title": _("修改指导员"), "subtitle": row.code},
    )


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def instructor_retire(request: HttpRequest, code: str) -> HttpResponse:
    """An instructor leaves; while anything is open, the way leads to handing over."""
    row = managed_instructor(request, code)
    if row.load and request.method == "GET":
        messages.info(request, _("名下还有派驻或联系点，请先移交；可在移交时同时办理离任。"))
        return redirect("instructor-hand-over", code)
    form = RetireForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.retire_instructor(instructor=row, by=request.user, **form.cleaned_data)
            messages.success(request, _("已办理离任。"))
            return redirect("instructor", code)
    return form_page(
        request,
        form,
        title=_("办理离任"),
        subtitle=row.code,
        back=reverse("instructor", args=[code]),
        submit=_("确认离任"),
        danger=True,
    )


@for_roles(*KEEPERS, "enterprise")
@require_http_methods(["GET", "POST"])
def instructor_personal(request: HttpRequest, code: str) -> HttpResponse:
    """Name or phone in full with a reason; an enterprise user asks for the instructor posted to it."""
    row = instructor_or_404(request, code)
    own = "enterprise-list" if not rules.can_manage_any(request.user) else None
    return show_personal(
        request,
        labels=LABELS,
        url=reverse("instructor-personal", args=[code]),
        back=reverse(own) if own else reverse("instructor", args=[code]),
        subject=_("指导员 %(code)s") % {"code": code},
        reveal=lambda **given: actions.view_personal(
            instructor=row, by=request.user, address=client_address(request), **given
        ),
    )
