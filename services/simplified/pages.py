"""Simplified items: found and read without a sign-in; the bureau enters, changes and ends them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.kit.form_pages import create_page
from portal.kit.pages import for_roles
from portal.kit.problems import or_404
from portal.kit.public_pages import render_public
from portal.kit.stale import edit_versioned

from ..kept.pages import managed_district
from ..kept.queries import home_district
from ..kept.rules import can_manage_services
from . import queries
from .actions import create_simplified, update_simplified
from .forms import SimplifiedFilter, SimplifiedForm
from .models import SimplifiedItem

BASE = "services/simplified"


@require_GET
def simplified_list(request: HttpRequest) -> HttpResponse:
    """The district's simplified items in force, by category."""
    district = home_district()
    form = SimplifiedFilter(request.GET, district=district)
    filters = {**form.values(), "open": "1"}
    rows = list(queries.simplified_items(request.user, filters).filter(district=district))
    context = {
        "form": form,
        "count": len(rows),
        "groups": [
            (label, of_category)
            for category, label in SimplifiedItem.Category.choices
            if (of_category := [row for row in rows if row.category == category])
        ],
        "can_change": can_manage_services(request.user, district.pk if district else 0),
    }
    return render_public(request, f"{BASE}/list.html", f"{BASE}/_items.html", context)


@require_GET
def simplified_page(request: HttpRequest, code: str) -> HttpResponse:
    """One item: how it is done now, and what it was before."""
    item = _item(request, code)
    context = {"item": item, "can_change": can_manage_services(request.user, item.district_id)}
    return render_public(request, f"{BASE}/item.html", None, context)


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def simplified_create(request: HttpRequest) -> HttpResponse:
    """The bureau enters a simplified item."""
    district = managed_district(request)
    form = SimplifiedForm(request.POST or None, district=district, is_new=True)

    def save(given: dict[str, Any]) -> str:
        item = create_simplified(district=district, by=request.user, **given)
        return reverse("simplified-item", args=[item.code])

    return create_page(
        request, form, save, title=_("新增简易申报事项"), back=reverse("simplified-list"), wide=True
    )


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def simplified_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The bureau changes or ends a simplified item."""
    item = _item(request, code)

    def current() -> tuple[int, dict[str, Any]]:
        now = _item(request, code)
        values = {name: getattr(now, name) for name in SimplifiedForm.base_fields}
        return now.version, values | {"department": now.department.code}

    return edit_versioned(
        request,
        form_of=lambda **given: SimplifiedForm(district=item.district, **given),
        current=current,
        save=lambda version, changes: update_simplified(
            item=item, by=request.user, version=version, changes=changes
        ),
        back=reverse("simplified-item", args=[code]),
        context={"title": _("修改简易申报事项"), "subtitle": item.name, "wide": True},
    )


def _item(request: HttpRequest, code: str) -> SimplifiedItem:
    return or_404(queries.simplified_item_for(request.user, code))
