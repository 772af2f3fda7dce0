"""《质惠手册》: search and read without a sign-in; the bureau writes and publishes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.kit.form_pages import form_page
from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles
from portal.kit.problems import or_404
from portal.kit.public_pages import render_public
from portal.kit.stale import edit_versioned

from ..kept.queries import home_district
from ..kept.rules import can_manage_services
from ..stations.pages.public import booking_address
from . import queries
from .actions import LINKS, create_entry, update_entry
from .forms import EntryForm, HandbookFilter, NewEntryForm
from .models import HandbookEntry
from .rules import excerpt

BASE = "services/handbook"


@require_GET
def handbook(request: HttpRequest) -> HttpResponse:
    """The handbook by words, item and element."""
    form = HandbookFilter(request.GET, district=home_district())
    filters = form.values()
    text = filters.get("search", "")
    found = list(queries.entries(request.user, filters))
    near = queries.near_entries(request.user, text) if text and not found else []
    context = {
        "form": form,
        "entries": [(entry, excerpt(entry.answer, text)) for entry in found or near],
        "is_near": bool(near),
        "can_change": can_manage_services(request.user),
    }
    return render_public(request, f"{BASE}/handbook.html", f"{BASE}/_entries.html", context)


@require_GET
def entry_page(request: HttpRequest, code: str) -> HttpResponse:
    """A question with its answer, and where it leads: items, institutions, stations, other questions."""
    entry = _entry(request, code)
    context = {
        "entry": entry,
        "items": [(item, booking_address(request, item=item.code)) for item in entry.items.all()],
        "related": queries.related(request.user, entry),
        "can_change": can_manage_services(request.user),
    }
    return render_public(request, f"{BASE}/entry.html", None, context)


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def entry_create(request: HttpRequest) -> HttpResponse:
    """The bureau writes a question."""
    form = NewEntryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given, links = _split(form.cleaned_data)
        with refusals_in(form):
            entry = create_entry(by=request.user, links=links, **given)
            return redirect("handbook-entry", code=entry.code)
    return form_page(request, form, title=_("新增问答"), back=reverse("handbook"), wide=True)


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def entry_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The bureau changes, publishes or withdraws a question."""
    entry = _entry(request, code)

    def current() -> tuple[int, dict[str, Any]]:
        row = _entry(request, code)
        values = {name: getattr(row, name) for name in ("question", "answer", "keywords", "is_published")}
        values["element"] = row.element.code if row.element else ""
        return row.version, values | {name: [one.code for one in getattr(row, name).all()] for name in LINKS}

    def save(version: int, changes: dict[str, Any]) -> None:
        given, links = _split(changes)
        update_entry(entry=entry, by=request.user, version=version, changes=given, links=links)

    return edit_versioned(
        request,
        form_of=EntryForm,
        current=current,
        save=save,
        back=reverse("handbook-entry", args=[code]),
        context={"title": _("修改问答"), "subtitle": entry.question, "wide": True},
    )


def _split(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What belongs to the entry itself, and its links."""
    links = {name: values[name] for name in LINKS if name in values}
    return {name: value for name, value in values.items() if name not in links}, links


def _entry(request: HttpRequest, code: str) -> HandbookEntry:
    return or_404(queries.entry_for(request.user, code))
