"""The policy library: found and read without a sign-in; the bureau keeps it. An enterprise sees how it stands to each
condition, staff see for whom a policy is."""

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
from ..stations.forms.items import eligibility_from_fields, eligibility_to_fields, split_conditions
from ..stations.pages.public import own_enterprise
from ..stations.queries import condition_names
from ..stations.rules.eligibility import sentences
from . import actions, queries
from .forms import PolicyFilter, PolicyForm
from .models import Policy
from .rules import can_manage_policies

BASE = "services/policies"
MOST, SHOWN = 200, 20  # in the library, of the enterprises of one policy


@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """The policies by words, kind, element, department and time; for an enterprise those it meets are marked."""
    district = home_district()
    form = PolicyFilter(request.GET, district=district)
    rows = queries.policies(request.user, form.values()).filter(district=district)
    enterprise = own_enterprise(request)
    met = {match.policy.pk for match in queries.matches(enterprise, request.user)} if enterprise else set()
    context = {
        "form": form,
        "policies": [(row, queries.stage_of(row), row.pk in met) for row in rows[:MOST]],
        "enterprise": enterprise,
        "can_change": can_manage_policies(request.user, None) if request.user.is_authenticated else False,
    }
    return render_public(request, f"{BASE}/library.html", f"{BASE}/_policies.html", context)


@require_GET
def policy_page(request: HttpRequest, code: str) -> HttpResponse:
    """A policy: what it gives, to whom, until when, what to hand in, and whom to ask."""
    policy = _policy(request, code)
    enterprise = own_enterprise(request)
    user = request.user
    is_reader = user.is_authenticated and bool(
        user.scope.districts or user.scope.towns or user.scope.is_admin
    )
    context = {
        "policy": policy,
        "stage": queries.stage_of(policy),
        "conditions": sentences(policy.conditions, condition_names()),
        "enterprise": enterprise,
        "standing": queries.standing(policy, enterprise) if enterprise else [],
        "bring": [line for line in policy.materials.splitlines() if line.strip()],
        "can_change": user.is_authenticated and can_manage_policies(user, policy.district_id),
        "enterprises": queries.enterprises_for(policy, user).order_by("name", "pk")[:SHOWN]
        if is_reader
        else None,
        "total": queries.enterprises_for(policy, user).count() if is_reader else 0,
        "shown": SHOWN,
    }
    return render_public(request, f"{BASE}/policy.html", None, context)


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def policy_create(request: HttpRequest) -> HttpResponse:
    """The bureau enters a policy."""
    district = home_district()
    form = PolicyForm(request.POST or None, district=district, names=condition_names(), is_new=True)
    if request.method == "POST" and form.is_valid():
        conditions, fields = split_conditions(form.cleaned_data)
        with refusals_in(form):
            policy = actions.create_policy(
                district=district, by=request.user, conditions=eligibility_from_fields(conditions), **fields
            )
            return redirect("policy", code=policy.code)
    return form_page(request, form, title=_("新增政策资源"), back=reverse("policies"), wide=True)


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def policy_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The bureau changes a policy, its conditions or its dates."""
    policy, names = _policy(request, code), condition_names()

    def current() -> tuple[int, dict[str, Any]]:
        row = _policy(request, code)
        values = {name: getattr(row, name) for name in PolicyForm.base_fields}
        values |= {
            "element": row.element.code if row.element else "",
            "department": row.department.code,
        }
        return row.version, values | eligibility_to_fields(row.conditions)

    def save(version: int, changes: dict[str, Any]) -> None:
        conditions, fields = split_conditions(changes)
        if conditions:
            whole = eligibility_to_fields(policy.conditions) | conditions
            fields["conditions"] = eligibility_from_fields(whole)
        actions.update_policy(policy=policy, by=request.user, version=version, changes=fields)

    return edit_versioned(
        request,
        form_of=lambda **given: PolicyForm(district=policy.district, names=names, **given),
        current=current,
        save=save,
        back=reverse("policy", args=[code]),
        context={"title": _("修改政策资源"), "subtitle": policy.title, "wide": True},
    )


def _policy(request: HttpRequest, code: str) -> Policy:
    return or_404(queries.policy_for(request.user, code))
