"""Work guides: read without a sign-in, with their papers; the bureau issues, corrects and abolishes them."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.kit.attachments import download
from portal.kit.form_pages import create_page
from portal.kit.forms import FileForm, add_errors
from portal.kit.pages import for_roles
from portal.kit.problems import Invalid, or_404
from portal.kit.public_pages import render_public
from portal.kit.stale import edit_versioned

from ..kept.pages import managed_district
from ..kept.queries import home_district
from ..kept.rules import can_manage_services
from . import queries
from .actions import attach, issue_guide, update_guide
from .forms import GuideFilter, GuideForm
from .models import WorkGuide
from .rules import in_force, sections

BASE = "services/guides"


@require_GET
def guide_list(request: HttpRequest) -> HttpResponse:
    """The district's guides, the latest first; abolished ones are marked."""
    district = home_district()
    form = GuideFilter(request.GET, district=district)
    rows = queries.guides(request.user, form.values()).filter(district=district)
    today = timezone.localdate()
    context = {
        "form": form,
        "guides": [(guide, in_force(guide.issued_on, guide.abolished_on, today)) for guide in rows],
        "can_change": can_manage_services(request.user, district.pk if district else 0),
    }
    return render_public(request, f"{BASE}/list.html", f"{BASE}/_guides.html", context)


@require_GET
def guide_page(request: HttpRequest, code: str) -> HttpResponse:
    """A guide in its sections, with its papers."""
    return _show(request, _guide(request, code), FileForm())


@require_GET
def guide_file(request: HttpRequest, code: str, pk: int) -> FileResponse:
    """A paper of a guide, saved and never shown inside the portal."""
    return download(_guide(request, code).attachments, pk)


@for_roles("admin", "bureau")
@require_POST
def guide_attach(request: HttpRequest, code: str) -> HttpResponse:
    """The bureau adds a paper; a refused one is told beside the field."""
    guide, form = _guide(request, code), FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            attach(guide=guide, by=request.user, upload=form.cleaned_data["file"])
        except Invalid as error:
            add_errors(form, error)
        else:
            messages.success(request, _("附件已上传。"))
            return redirect("guide", code)
    return _show(request, guide, form, status=400)


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def guide_create(request: HttpRequest) -> HttpResponse:
    """The bureau issues a guide."""
    district = managed_district(request)
    form = GuideForm(request.POST or None, is_new=True)

    def save(given: dict[str, Any]) -> str:
        guide = issue_guide(district=district, by=request.user, **given)
        return reverse("guide", args=[guide.code])

    return create_page(request, form, save, title=_("新增工作指引"), back=reverse("guide-list"), wide=True)


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def guide_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The bureau corrects or abolishes a guide."""
    guide = _guide(request, code)

    def current() -> tuple[int, dict[str, Any]]:
        now = _guide(request, code)
        return now.version, {name: getattr(now, name) for name in GuideForm.base_fields}

    return edit_versioned(
        request,
        form_of=GuideForm,
        current=current,
        save=lambda version, changes: update_guide(
            guide=guide, by=request.user, version=version, changes=changes
        ),
        back=reverse("guide", args=[code]),
        context={"title": _("修改工作指引"), "subtitle": guide.title, "wide": True},
    )


def _show(request: HttpRequest, guide: WorkGuide, form: FileForm, *, status: int = 200) -> HttpResponse:
    context = {
        "guide": guide,
        "sections": sections(guide.body),
        "is_valid": in_force(guide.issued_on, guide.abolished_on, timezone.localdate()),
        "form": form,
        "can_change": can_manage_services(request.user, guide.district_id),
    }
    return render_public(request, f"{BASE}/guide.html", None, context, status=status)


def _guide(request: HttpRequest, code: str) -> WorkGuide:
    return or_404(queries.guide_for(request.user, code))
