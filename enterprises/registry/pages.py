"""Pages of the register: the list, recording, changing with versions, places on chains, yearly figures."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from chains.industry.models import Chain, Segment
from portal.kit.filtered import NO_ROWS
from portal.kit.form_pages import form_page
from portal.kit.forms import add_errors, refusals_in
from portal.kit.pages import render_page
from portal.kit.pagination import COUNT_CAP, paginate
from portal.kit.problems import Invalid, Stale
from portal.kit.stale import as_text, chosen_changes, differences, version_of
from portal.territory.models import Town

from . import actions, rules
from .forms import EnterpriseFilter, EnterpriseForm, FigureForm, NewEnterpriseForm
from .models import Enterprise
from .queries import FILTERS, enterprise_for, list_values, listed
from .rows import list_rows

PAGE_SIZE = 50
SEARCH_COUNT_CAP = 1_000
LIST_PARAMETERS = FILTERS | {"search", "ordering", "cursor"}
BASE = "enterprises/registry"


def enterprise_or_404(request: HttpRequest, uscc: str) -> Enterprise:
    try:
        return enterprise_for(request.user, uscc)
    except Enterprise.DoesNotExist as error:
        raise Http404 from error


def editable_or_403(request: HttpRequest, uscc: str) -> Enterprise:
    enterprise = enterprise_or_404(request, uscc)
    if not rules.can_edit(request.user, enterprise):
        raise PermissionDenied
    return enterprise


@login_required
def enterprise_list(request: HttpRequest) -> HttpResponse:
    """The enterprises in scope, filtered and searched; the filters are in the address, so a list can be passed on."""
    if unknown := set(request.GET) - LIST_PARAMETERS:
        raise Invalid(dict.fromkeys(unknown, _("没有这个筛选条件。")))
    form = filter_form(request)
    page = NO_ROWS
    if form.is_valid():
        ordering = form.cleaned_data["ordering"] or "name"
        page = paginate(
            list_values(listed(request.user, form.filters())),
            ordering=(ordering,),
            cursor=request.GET.get("cursor", ""),
            page_size=PAGE_SIZE,
            count=True,
            count_cap=SEARCH_COUNT_CAP if form.cleaned_data["search"] else COUNT_CAP,
        )
    context = {
        "form": form,
        "page": page,
        "rows": list_rows(page.rows),
        "filtered": bool(form.is_valid() and any(form.filters().values())),
        "may_create": rules.can_create(request.user),
        "query": request.GET.urlencode(),
    }
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/list.html", f"{BASE}/_list.html", context, status=status)


def filter_form(request: HttpRequest) -> EnterpriseFilter:
    """The filter bar with what there is to choose from in the user's scope."""
    scope = request.user.scope
    towns = Town.objects.visible_to(request.user)
    if not scope.is_admin:
        towns = towns.filter(district__in=scope.districts) | towns.filter(pk__in=scope.towns)
    chains = Chain.objects.visible_to(request.user)
    chain, segment = request.GET.get("chain"), request.GET.get("segment")
    segments: list[Segment] = []
    if chain or segment:
        of_chain = {"chain__code": chain} if chain else {"chain__segments__code": segment}
        segments = list(Segment.objects.visible_to(request.user).filter(**of_chain))
    return EnterpriseFilter(request.GET, towns=towns, chains=chains, segments=segments)


@login_required
def enterprise_create(request: HttpRequest) -> HttpResponse:
    """A clerk or inspector records an enterprise."""
    if not rules.can_create(request.user):
        raise PermissionDenied
    form = NewEnterpriseForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            enterprise = actions.create_enterprise(by=request.user, **form.cleaned_data)
            messages.success(request, _("企业已登记。接下来可以填写摸排。"))
            return redirect("enterprise-portrait", enterprise.uscc)
    return form_page(request, form, title=_("登记企业"), submit=_("登记"), back=reverse("enterprise-list"))


@login_required
def enterprise_edit(request: HttpRequest, uscc: str) -> HttpResponse:
    """Changing an enterprise. Who comes second sees both values field by field and chooses; nothing is lost."""
    enterprise = editable_or_403(request, uscc)
    current = form_values(enterprise)
    if request.method != "POST":
        form = EnterpriseForm(initial=current, user=request.user)
        return _edit_page(request, enterprise, form, current)
    form = EnterpriseForm(request.POST, user=request.user)
    if not form.is_valid():
        return _edit_page(request, enterprise, form, current, shown=request.POST, status=400)
    changes = chosen_changes(form, form.cleaned_data, request.POST)
    honours = changes.pop("honours", None)
    try:
        actions.update_enterprise(
            enterprise=enterprise,
            by=request.user,
            version=version_of(request),
            changes=changes,
            honours=honours,
        )
    except Stale:
        fresh = enterprise_or_404(request, uscc)
        now = form_values(fresh)
        touched = {*changes, *(["honours"] if honours is not None else [])}
        context = {"differences": differences(form, now, touched)}
        return _edit_page(request, fresh, form, now, status=409, **context)
    except Invalid as error:
        add_errors(form, error)
        return _edit_page(request, enterprise, form, current, shown=request.POST, status=400)
    messages.success(request, _("已保存。"))
    return redirect("enterprise-portrait", uscc)


def form_values(enterprise: Enterprise) -> dict[str, Any]:
    """The stored row as the edit form shows it."""
    return {
        "name": enterprise.name,
        "town": enterprise.town.code,
        "area": enterprise.area.code if enterprise.area else "",
        "kind": enterprise.kind,
        "status": enterprise.status,
        "address": enterprise.address,
        "founded_on": enterprise.founded_on,
        "industry_code": enterprise.industry_code,
        "employees": enterprise.employees,
        "honours": "、".join(enterprise.honours.order_by("name").values_list("name", flat=True)),
    }


def _edit_page(
    request: HttpRequest,
    enterprise: Enterprise,
    form: EnterpriseForm,
    current: dict[str, Any],
    *,
    shown: dict[str, str] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """`shown` keeps what the user had been shown while they correct a refused form."""
    hidden = {f"shown-{name}": as_text(value) for name, value in current.items()}
    version = enterprise.version
    if shown is not None:
        hidden = {name: shown.get(name, text) for name, text in hidden.items()}
        version = shown.get("version", version)
    context = {"enterprise": enterprise, "form": form, "version": version, "shown": hidden, **more}
    page = f"{BASE}/edit_stale.html" if "differences" in more else f"{BASE}/edit.html"
    return render_page(request, page, None, context, status=status)


@login_required
def enterprise_figures(request: HttpRequest, uscc: str) -> HttpResponse:
    """Yearly figures; a year is recorded or corrected here."""
    enterprise = editable_or_403(request, uscc)
    form = FigureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_figure(enterprise=enterprise, by=request.user, **form.figures())
        except Invalid as error:
            add_errors(form, error)
        else:
            messages.success(request, _("年度数据已保存。"))
            return redirect("enterprise-figures", uscc)
    context = {"enterprise": enterprise, "form": form, "figures": enterprise.figures.order_by("-year")[:20]}
    return render_page(request, f"{BASE}/figures.html", None, context, status=400 if form.errors else 200)
