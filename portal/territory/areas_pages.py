"""Pages of commercial areas, buildings and parks: the list, registering, correcting, closing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.kit.filtered import filtered_page
from portal.kit.form_pages import form_page
from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import or_404
from portal.kit.stale import edit_versioned

from .actions import create_area, update_area
from .forms import AreaEditForm, AreaFilter, NewAreaForm
from .models import Area
from .queries import areas, home_district
from .rules import can_manage_areas

BASE = "portal/territory"
KEEPERS = ("admin", "bureau")


@login_required
@require_GET
def area_list(request: HttpRequest) -> HttpResponse:
    """Every area, by town and kind; closed ones only when asked for."""
    form = AreaFilter(request.GET)
    page = filtered_page(request, form, lambda: areas(request.user, form.filters()), ordering=("code",))
    context = {"form": form, "page": page, "may_change": request.user.scope.is_bureau}
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/area_list.html", f"{BASE}/_areas.html", context, status=status)


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def area_create(request: HttpRequest) -> HttpResponse:
    """The bureau registers an area of one of its towns."""
    district = or_404(home_district(request.user))
    form = NewAreaForm(request.POST or None, district_id=district.pk)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            area = create_area(by=request.user, **form.cleaned_data)
            messages.success(request, _("已登记“%(name)s”。") % {"name": area.name})
            return redirect("area-list")
    return form_page(
        request, form, title=_("登记商圈、楼宇或园区"), submit=_("登记"), back=reverse("area-list")
    )


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def area_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The bureau corrects an area or closes it; after a stale edit it chooses value by value."""
    area = _area(request, code)

    def current() -> tuple[int, dict[str, Any]]:
        now = _area(request, code)
        values = {name: getattr(now, name) for name in ("name", "kind", "address", "closed_on")}
        return now.version, {**values, "town": now.town.code}

    return edit_versioned(
        request,
        form_of=lambda **given: AreaEditForm(district_id=area.district_id, **given),
        current=current,
        save=lambda version, changes: update_area(
            area=area, by=request.user, version=version, changes=changes
        ),
        back=reverse("area-list"),
        context={"title": _("修改商圈、楼宇或园区"), "subtitle": area.name},
    )


def _area(request: HttpRequest, code: str) -> Area:
    area = or_404(areas(request.user).filter(code=code).first())
    if not can_manage_areas(request.user, area.district_id):
        raise PermissionDenied
    return area
