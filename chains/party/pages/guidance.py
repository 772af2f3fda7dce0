"""以大带小 on the organisation's page: a new link, its correction and its end."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.kit.form_pages import form_page
from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles
from portal.kit.problems import Invalid, or_404
from portal.kit.stale import edit_versioned

from ..actions import create_guidance, update_guidance
from ..forms.guidance import GuidanceChangeForm, GuidanceForm
from ..models import GuidanceLink, PartyOrganization
from ..queries.guidance import guidance_links
from ..rules import can_manage_guidance
from .access import STAFF, organization_or_404


@for_roles(*STAFF)
@require_http_methods(["GET", "POST"])
def guidance_create(request: HttpRequest, code: str) -> HttpResponse:
    """The organisation guides another one from a day on, or is guided by it."""
    row = organization_or_404(request, code)
    form = GuidanceForm(request.POST or None, user=request.user, organization=row)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        guides = given.pop("direction") == "guide"
        with refusals_in(form):
            _link(row, given.pop("other"), guides=guides, by=request.user, **given)
            messages.success(request, _("带动关系已登记。"))
            return redirect("organization", code)
    return form_page(
        request,
        form,
        title=_("登记以大带小"),
        subtitle=row.name,
        submit=_("登记"),
        back=reverse("organization", args=[code]),
    )


def _link(
    row: PartyOrganization, other: PartyOrganization, *, guides: bool, by, **given: Any
) -> GuidanceLink:
    guide, guided = (row, other) if guides else (other, row)
    try:
        return create_guidance(guide=guide, guided=guided, by=by, **given)
    except Invalid as error:  # the form asks for the other one, whichever side that is
        if isinstance(error.detail, dict):
            error.detail = {
                "other" if name in ("guide", "guided") else name: texts
                for name, texts in error.detail.items()
            }
        raise


@for_roles(*STAFF)
@require_http_methods(["GET", "POST"])
def guidance_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The note is corrected, or the link ends."""
    link = _link_or_404(request, pk)
    if not can_manage_guidance(request.user, link.guide, link.guided):
        raise PermissionDenied

    def current() -> tuple[int, dict[str, Any]]:
        now = _link_or_404(request, pk)
        return now.version, {"ended_on": now.ended_on, "note": now.note}

    return edit_versioned(
        request,
        form_of=lambda **given: GuidanceChangeForm(**given),
        current=current,
        save=lambda version, changes: update_guidance(
            link=link, by=request.user, version=version, changes=changes
        ),
        back=reverse("organization", args=[_page_of(request, link)]),
        context={"title": _("修改或结束带动关系"), "subtitle": f"{link.guide.name} → {link.guided.name}"},
    )


def _page_of(request: HttpRequest, link: GuidanceLink) -> str:
    """Back to the organisation from which one came, else to the one that guides; only one that the user sees."""
    seen = PartyOrganization.objects.visible_to(request.user).filter(pk__in=[link.guide_id, link.guided_id])
    codes = list(seen.values_list("code", flat=True))
    wanted = request.GET.get("from", link.guide.code)
    return wanted if wanted in codes else codes[0]


def _link_or_404(request: HttpRequest, pk: int) -> GuidanceLink:
    return or_404(guidance_links(request.user).filter(pk=pk).first())
