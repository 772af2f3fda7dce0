"""Raising a demand: an enterprise for itself on a phone, staff on its behalf; what comes near is shown beside it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from enterprises.registry.models import Enterprise
from enterprises.registry.queries import found
from enterprises.registry.rules import clean_uscc
from portal.audit.once import once
from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import or_404
from portal.kit.text import clean_line
from portal.territory.models import ServiceElement

from .. import actions
from ..forms.raising import DemandForm, EnterpriseSearch
from ..queries.alike import alike
from .access import BASE, RAISERS

MOST = 15


@for_roles(*RAISERS)
@require_http_methods(["GET", "POST"])
@once
def demand_new(request: HttpRequest) -> HttpResponse:
    """The form of a demand; first for whom, where that is not clear. `?title=` and `?element=` fill it in."""
    enterprise = _enterprise(request)
    if enterprise is None:
        return _start(request)
    initial = {name: request.GET[name] for name in ("title", "element") if name in request.GET}
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DemandForm(*sent, user=request.user, enterprise=enterprise, initial=initial)
    looks = "look" in request.POST  # without scripts: what comes near, before it is sent
    if request.method == "POST" and not looks and form.is_valid():
        with refusals_in(form):
            demand = actions.submit(by=request.user, enterprise=enterprise, **form.wish())
            messages.success(
                request, _("诉求 %(number)s 已提交，进展会及时通知您。") % {"number": demand.number}
            )
            return redirect("demand", demand.number)
    if looks:
        values = {name: request.POST.get(name, "") for name in form.fields if name != "attachments"}
        form = DemandForm(user=request.user, enterprise=enterprise, initial=values)
    return _show(request, enterprise, form)


def _show(request: HttpRequest, enterprise: Enterprise, form: DemandForm) -> HttpResponse:
    behalf = enterprise.uscc not in request.user.scope.enterprises
    own = reverse("demand-new")
    context: dict[str, Any] = {
        "form": form,
        "enterprise": enterprise,
        "behalf": behalf,
        "alike": alike(
            request.user,
            enterprise,
            title=str(form["title"].value() or ""),
            body=str(form["body"].value() or ""),
            element=_element(str(form["element"].value() or "")),
        ),
        "url": f"{own}?{urlencode({'enterprise': enterprise.uscc})}",
        "near_url": f"{reverse('demand-alike')}?{urlencode({'enterprise': enterprise.uscc})}",
        "back": reverse("enterprise-portrait", args=[enterprise.uscc]) if behalf else reverse("demands"),
        "files_again": bool(request.FILES) and not form.is_bound,
    }
    return render_page(request, f"{BASE}/new.html", None, context, status=400 if form.errors else 200)


@for_roles(*RAISERS)
@require_GET
def demand_alike(request: HttpRequest) -> HttpResponse:
    """While the title is written: demands, answers and policies that come near it."""
    enterprise = _enterprise(request)
    if enterprise is None:
        return redirect("demand-new")
    given = {name: request.GET.get(name, "")[:500] for name in ("title", "body")}
    found_ = alike(request.user, enterprise, element=_element(request.GET.get("element", "")), **given)
    context = {
        "alike": found_,
        "behalf": enterprise.uscc not in request.user.scope.enterprises,
        "enterprise": enterprise,
    }
    return render_page(request, f"{BASE}/alike.html", f"{BASE}/_alike.html", context)


def _start(request: HttpRequest) -> HttpResponse:
    """For whom: staff find the enterprise by a part of its name; who has several of its own chooses."""
    text = clean_line(request.GET.get("search", ""))[:60]
    rows = Enterprise.objects.visible_to(request.user).exclude(status=Enterprise.Status.DEREGISTERED)
    searches = request.user.scope.is_staff
    if not searches:
        chosen = list(
            rows.filter(uscc__in=request.user.scope.enterprises).select_related("town").order_by("name")
        )
    else:
        chosen = list(found(rows, text).select_related("town").order_by("name")[: MOST + 1]) if text else []
    address = reverse("demand-new")
    context = {
        "form": EnterpriseSearch(initial={"search": text}),
        "searches": searches,
        "searched": bool(text) or not searches,
        "enterprises": [(row, f"{address}?{urlencode({'enterprise': row.uscc})}") for row in chosen[:MOST]],
        "more": len(chosen) > MOST,
        "most": MOST,
        "url": address,
    }
    return render_page(request, f"{BASE}/whom.html", f"{BASE}/_enterprises.html", context)


def _enterprise(request: HttpRequest) -> Enterprise | None:
    """The enterprise of the address in scope, without one the only own one. Raises PermissionDenied for one for which
    the user may not speak, Http404 for one out of scope."""
    scope = request.user.scope
    uscc = clean_uscc(request.GET.get("enterprise", ""))
    if not uscc and (scope.is_staff or len(scope.enterprises) != 1):
        return None
    wanted = [uscc] if uscc else list(scope.enterprises)
    rows = Enterprise.objects.visible_to(request.user).select_related("town", "district", "profile")
    enterprise = or_404(rows.filter(uscc__in=wanted).first())
    if enterprise.uscc not in scope.enterprises and not scope.manages_town(
        enterprise.town_id, enterprise.district_id
    ):
        raise PermissionDenied
    return enterprise


def _element(code: str) -> ServiceElement | None:
    return ServiceElement.objects.filter(code=code).first() if code else None
