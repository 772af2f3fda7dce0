"""Pages of agreements: the list, one agreement, signing, correcting, ending early, renewing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chains.alliances.pages import tabs
from chains.party.models import PartyOrganization
from chains.party.pages.access import organization_or_404
from portal.accounts.scope import Role
from portal.audit.once import once
from portal.kit.filtered import filtered_page
from portal.kit.form_pages import form_page
from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import Invalid, or_404
from portal.kit.stale import edit_versioned
from portal.territory.models import District

from .. import actions, queries, rules
from ..forms import AgreementFilter, AgreementForm, EndForm, NewAgreementForm, RenewForm
from ..models import CoBuildingAgreement
from ..queries.towns import towns_seen
from ..rows import agreement_row, agreement_rows, timeline_of

BASE = "enterprises/cobuilding"
READERS = (Role.ADMIN, Role.BUREAU, Role.STATION, Role.LEADER, Role.ENTERPRISE)
KEEPERS = (Role.ADMIN, Role.BUREAU, Role.STATION)


def agreement_or_404(request: HttpRequest, number: str) -> CoBuildingAgreement:
    return or_404(queries.agreement_for(request.user, number))


def managed_agreement(request: HttpRequest, number: str) -> CoBuildingAgreement:
    """The agreement, when the user keeps it; 403 for whoever only reads."""
    row = agreement_or_404(request, number)
    if not rules.can_manage(request.user, row.district_id, [one.unit.town_id for one in row.units]):
        raise PermissionDenied
    return row


@for_roles(*READERS)
@require_GET
def agreement_list(request: HttpRequest) -> HttpResponse:
    """The agreements in scope, the latest first."""
    form = AgreementFilter(request.GET, user=request.user, towns=towns_seen(request.user))
    page = filtered_page(
        request, form, lambda: queries.listed(request.user, form.filters()), ordering=("-signed_on",)
    )
    context = {
        "form": form,
        "page": page,
        "rows": agreement_rows(page.rows, request.user),
        "tabs": tabs(request),
        "may_create": rules.can_manage_any(request.user),
    }
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/agreements.html", f"{BASE}/_agreements.html", context, status=status)


@for_roles(*READERS)
@require_GET
def agreement(request: HttpRequest, number: str) -> HttpResponse:
    """One agreement: term, content, members, what happened to it."""
    row = agreement_or_404(request, number)
    shown = agreement_row(row, request.user)
    context = {"row": shown, "entries": timeline_of(row, signed_by=shown["recorded_by"])}
    return render_page(request, f"{BASE}/agreement.html", None, context)


@for_roles(*READERS)
@require_GET
def organization_agreements(request: HttpRequest, code: str) -> HttpResponse:
    """The agreements of one organisation: a part of its page, or a page of its own without JavaScript."""
    organization: PartyOrganization = organization_or_404(request, code)
    rows = list(queries.of_organization(request.user, organization)[:20])
    context = {
        "organization": organization,
        "rows": agreement_rows(rows, request.user),
        "may_create": rules.can_manage_any(request.user)
        and organization.status == PartyOrganization.Status.ACTIVE,
    }
    return render_page(request, f"{BASE}/of_organization.html", f"{BASE}/_of_organization.html", context)


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
@once
def agreement_create(request: HttpRequest) -> HttpResponse:
    """Signing; `?organization=` and `?enterprise=` fill in where it was asked for."""
    initial = {
        "lead": request.GET.get("organization", ""),
        "enterprises": request.GET.get("enterprise", ""),
    }
    form = NewAgreementForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.values()
        units = [*given["organizations"], *given["enterprises"]]
        with refusals_in(form):
            if not units:
                raise Invalid(rules.TOO_FEW)
            row = actions.sign_agreement(
                district=District.objects.get(pk=units[0].district_id), by=request.user, **given
            )
            messages.success(request, _("已登记共建协议 %(number)s。") % {"number": row.number})
            return redirect("agreement", row.number)
    return form_page(
        request,
        form,
        title=_("签订共建协议"),
        submit=_("登记协议"),
        once=True,
        back=reverse("agreement-list"),
    )


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def agreement_edit(request: HttpRequest, number: str) -> HttpResponse:
    row = managed_agreement(request, number)

    def current() -> tuple[int, dict[str, Any]]:
        now = agreement_or_404(request, number)
        names = ("title", "content", "signed_on", "starts_on", "ends_on")
        chain = now.chain.code if now.chain else ""
        return now.version, {name: getattr(now, name) for name in names} | {"chain": chain}

    def save(version: int, changes: dict[str, Any]) -> object:
        if changes.get("starts_on", ...) is None:
            changes["starts_on"] = changes.get("signed_on", row.signed_on)
        return actions.change_agreement(agreement=row, by=request.user, version=version, changes=changes)

    return edit_versioned(
        request,
        form_of=lambda **given: AgreementForm(user=request.user, **given),
        current=current,
        save=save,
        back=reverse("agreement", args=[number]),
        context={"title": _("修改共建协议"), "subtitle": row.title},
    )


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def agreement_end(request: HttpRequest, number: str) -> HttpResponse:
    row = managed_agreement(request, number)
    form = EndForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.end_agreement(agreement=row, by=request.user, **form.cleaned_data)
            messages.success(request, _("协议已提前终止，记录保留。"))
            return redirect("agreement", number)
    return form_page(
        request, form, title=_("提前终止协议"), subtitle=row.title, submit=_("确认终止"), danger=True,
        back=reverse("agreement", args=[number]),
    )  # fmt: skip


@for_roles(*KEEPERS)
@require_http_methods(["GET", "POST"])
def agreement_renew(request: HttpRequest, number: str) -> HttpResponse:
    row = managed_agreement(request, number)
    form = RenewForm(
        request.POST or None,
        initial={"version": row.version, **rules.next_term(row.starts_on, row.ends_on)},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            new = actions.renew_agreement(agreement=row, by=request.user, **form.cleaned_data)
            messages.success(request, _("协议已续签为 %(number)s。") % {"number": new.number})
            return redirect("agreement", new.number)
    return form_page(
        request, form, title=_("续签协议"), subtitle=row.title, submit=_("续签"),
        back=reverse("agreement", args=[number]),
    )  # fmt: skip
