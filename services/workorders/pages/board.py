"""The board: demands by stage, colour, town and department, overdue ones first; several dispatched at once; filters
kept under a name. An enterprise finds its own demands at the same address."""

from collections.abc import Collection
from typing import Any, NamedTuple

from django.contrib import messages
from django.db.models import CharField, Q, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from chains.industry.models import Chain
from portal.accounts.scope import Role
from portal.imports.rules import can_export
from portal.kit.forms import add_errors
from portal.kit.pages import for_roles, render_page
from portal.kit.pagination import Page, paginate
from portal.kit.problems import Invalid, sentence
from portal.territory.models import Department, District, ServiceElement, Town

from .. import actions
from ..forms.board import BoardFilter, BulkDispatchForm, SaveFilterForm
from ..models import Resolution, SavedFilter
from ..queries import board as queries
from ..queries import demands, tasks
from ..rules import states
from ..rules.hours import light

BASE = "services/workorders"
HANDLERS = (Role.ADMIN, Role.BUREAU, Role.STATION, Role.DEPARTMENT)
READERS = (*HANDLERS, Role.LEADER)
DISPATCHERS = (Role.ADMIN, Role.BUREAU, Role.STATION)
NOTHING = Page(rows=[], next=None, previous=None)
MOST_PLACES = 8
MOST_TASKS = 5


@for_roles(*READERS)
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """What is open, overdue first, with the counts by stage, colour, town and department."""
    data = request.GET.copy()
    if not any(name in data for name in ("status", "stage", "open", "light", "search", "mine")):
        data["open"] = "1"  # who comes without a wish sees what is to be done
    choices = choices_of(request.user)
    form = BoardFilter(data, **choices)
    filters = form.filters() if form.is_valid() else {}
    now = timezone.now()
    page = NOTHING
    placed = demands.placed(request.user, filters)
    if form.is_valid():
        rows = demands.with_names(demands.narrowed(placed, request.user, filters, now=now))
        page = paginate(rows, ordering=queries.ordered(filters), cursor=request.GET.get("cursor", ""))
    counts = queries.board(placed, now=now)
    may_dispatch = bool(request.user.scope.roles & set(DISPATCHERS))
    context = {
        "form": form,
        "page": page,
        "rows": [(row, light(now=now, warn_at=row.warn_at, due_at=row.due_at)) for row in page.rows],
        "counts": counts,
        "stages": _stages(filters, counts),
        "lights": [(one, counts.lights[one], _link(filters, light=one)) for one in queries.LIGHTS],
        "chosen_light": filters.get("light", ""),
        "towns": [(*one, _link(filters, town=one[1])) for one in counts.towns[:MOST_PLACES]],
        "leads": [(*one, _link(filters, department=one[1])) for one in counts.leads[:MOST_PLACES]],
        "repeated": [
            (one, [(title, number, _link(filters, search=title)) for title, number in one.titles])
            for one in (queries.repeated(placed) if may_dispatch else ())
        ],
        "tasks": _tasks(request, filters),
        "may_dispatch": may_dispatch,
        "may_export": can_export(request.user),
        "dispatch_form": BulkDispatchForm(departments=choices["departments"]) if may_dispatch else None,
        "saved": SavedFilter.objects.visible_to(request.user),
        "query": urlencode({name: value for name, value in form.data.items() if value and name != "cursor"}),
        "mine_url": _link({}, mine="1", open="1"),
        "mine": filters.get("mine") == "1",
    }
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/board.html", f"{BASE}/_board.html", context, status=status)


def _tasks(request: HttpRequest, filters: dict[str, str]) -> list[tuple[Resolution, str]]:
    """The tasks of joint meetings that come first, under the board's places; nothing beside a search for words."""
    if filters.get("search"):
        return []
    placed, today = {name: filters[name] for name in tasks.COLUMNS if name in filters}, timezone.localdate()
    rows = tasks.listed(request.user, placed, today=today).order_by("due_on", "pk")[:MOST_TASKS]
    return [(row, tasks.light(row, today)) for row in rows]


def _stages(filters: dict[str, str], counts: queries.Board) -> list[tuple[Any, str, bool, int]]:
    """The five stages as tabs, with all that is open before them."""
    chosen = filters.get("stage", "")
    rest = {
        name: value for name, value in filters.items() if name not in {"stage", "status", "open", "light"}
    }
    whole = (_("全部在办"), _link(rest, open="1"), not chosen and filters.get("open") == "1", counts.open)
    return [
        whole,
        *(
            (label, _link(rest, stage=stage), stage == chosen, counts.of_stage(stage))
            for stage, label in states.Stage.choices
        ),
    ]


def _link(filters: dict[str, str], **more: str) -> str:
    named = {"from": "since", "to": "until"}
    kept = {named.get(name, name): value for name, value in filters.items()}
    return f"{reverse('demands')}?{urlencode(kept | more)}"


class Choice(NamedTuple):
    """A place, chain or element by which the board is narrowed."""

    kind: str
    position: int
    code: str
    name: str


def choices_of(user) -> dict[str, list[Choice]]:
    """What the board can be narrowed to: the user's own towns, the departments and chains of the district. One
    statement."""
    scope = user.scope
    towns = Town.objects.filter(closed_on=None)
    chains, departments = Chain.objects.all(), Department.objects.filter(closed_on=None)
    if not scope.is_admin:
        districts = _districts(user)
        departments = departments.filter(district__in=districts)
        chains = chains.filter(district__in=districts)
        own = towns.filter(pk__in=scope.towns) if scope.towns else towns.filter(district__in=districts)
        towns = towns.filter(district__in=scope.districts) if scope.districts else own
    elements = ServiceElement.objects.filter(closed_on=None)
    tables = {"departments": departments, "towns": towns, "chains": chains, "elements": elements}
    first, *others = (
        rows.order_by().annotate(of=Value(kind, CharField())).values_list("of", "position", "code", "name")
        for kind, rows in tables.items()
    )
    found: dict[str, list[Choice]] = {kind: [] for kind in tables}
    for row in sorted(first.union(*others, all=True)):
        found[row[0]].append(Choice(*row))
    return found


def departments_of(user) -> QuerySet[Department]:
    """The departments of the user's district that take demands."""
    rows = Department.objects.filter(closed_on=None)
    return rows if user.scope.is_admin else rows.filter(district__in=_districts(user))


def _districts(user) -> Collection[int] | QuerySet:
    """The districts in whose name somebody works; of a town or a department as a part of the statement that asks."""
    scope = user.scope
    if scope.districts:
        return scope.districts
    towns = Town.objects.filter(pk__in=scope.towns).order_by().values("district")
    departments = Department.objects.filter(pk__in=scope.departments).order_by().values("district")
    return District.objects.filter(Q(pk__in=towns) | Q(pk__in=departments)).order_by().values("pk")


@for_roles(*DISPATCHERS)
@require_POST
def bulk_dispatch(request: HttpRequest) -> HttpResponse:
    """The chosen demands go to the same departments; those that cannot go are named with the reason."""
    back = f"{reverse('demands')}?{request.POST.get('query', '')[:500]}"
    form = BulkDispatchForm(request.POST, departments=departments_of(request.user))
    numbers = request.POST.getlist("number")
    if not numbers or not form.is_valid():
        wrong = [error for errors in form.errors.values() for error in errors] if numbers else []
        messages.error(request, "；".join(wrong) or _("请先勾选要派单的诉求。"))
        return redirect(back)
    try:
        chosen = demands.to_dispatch(request.user, numbers)
        results = actions.bulk_dispatch(demands=chosen, by=request.user, **form.values())
    except Invalid as error:
        add_errors(form, error)
        messages.error(request, "；".join(str(one) for errors in form.errors.values() for one in errors))
        return redirect(back)
    refused = [one for one in results if one.problem]
    sent = len(results) - len(refused)
    if sent:
        told = ngettext("已派单 %(count)d 件。", "已派单 %(count)d 件。", sent) % {"count": sent}
        messages.success(request, told)
    for one in refused[:5]:
        messages.error(request, f"{one.number}：{one.problem}")
    if len(refused) > 5:
        messages.error(request, _("另有 %(count)d 件未能派单。") % {"count": len(refused) - 5})
    return redirect(back)


@for_roles(*READERS)
@require_POST
def filter_save(request: HttpRequest) -> HttpResponse:
    """Keeps the filter of the board under a name; the same name is written over."""
    form = SaveFilterForm(request.POST)
    back = f"{reverse('demands')}?{request.POST.get('query', '')[:500]}"
    if not form.is_valid():
        is_long = "query" in form.errors
        why = _("筛选条件太长，请减少后再保存。") if is_long else _("请给常用筛选取一个 40 字以内的名称。")
        messages.error(request, why)
        return redirect(back)
    try:
        actions.save_filter(by=request.user, **form.cleaned_data)
    except Invalid as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("已保存为常用筛选。"))
    return redirect(back)


@for_roles(*READERS)
@require_POST
def filter_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Forgets one of the own filters."""
    if not actions.remove_filter(by=request.user, pk=pk):
        raise Http404
    messages.success(request, _("已删除常用筛选。"))
    return redirect("demands")
