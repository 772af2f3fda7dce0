"""The minutes of a joint meeting with its tasks as rows, and the tasks' end."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.kit.forms import add_errors
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import Conflict, Invalid, or_404, sentence

from .. import actions
from ..actions.guard import Case, actors_of, case_of
from ..forms.meetings import ConveneForm, MinutesForm, TaskRows
from ..forms.moves import TaskForm, open_departments
from ..models import Demand, JointMeeting, Resolution
from ..rules import states
from .access import ACTING, BASE, demand_or_404
from .one import closed, show


def convene(request: HttpRequest, demand: Demand, case: Case) -> HttpResponse:
    """The meeting was held: minutes, who came, what was resolved. Called by moves.py, which has asked the rights."""
    if problem := states.move_problem("convene", case.facts, case.who):
        return closed(request, demand, str(problem), MinutesForm(request.POST or None, demand=demand))
    meeting = JointMeeting.objects.prefetch_related("attendance__department").get(
        demand=demand, state=JointMeeting.State.PLANNED
    )
    sent = request.POST if request.method == "POST" else None
    rows = TaskRows(sent, open_departments(demand))
    form = ConveneForm(sent, demand=demand, meeting=meeting, edited=sent is not None and rows.is_edited)
    if not form.is_bound or rows.is_edited:
        return _show_convene(request, demand, meeting, form, rows)
    if form.is_valid() & rows.is_valid():
        try:
            actions.convene(demand=demand, by=request.user, resolutions=rows.tasks(), **form.given())
        except Invalid as error:
            add_errors(form, error)
        except Conflict as refusal:
            now = demand_or_404(request, demand.number)
            again = case_of(now, request.user)
            if states.move_problem("convene", again.facts, again.who):
                return show(request, now, problem=sentence(refusal), unsent=form.texts(), status=409)
            data = request.POST.copy()
            data["version"] = str(now.version)
            form = ConveneForm(data, demand=now, meeting=meeting)
            return _show_convene(request, now, meeting, form, rows, problem=sentence(refusal), status=409)
        else:
            messages.success(request, _("会办决议已形成，已通知责任部门。"))
            return redirect("demand", demand.number)
    return _show_convene(request, demand, meeting, form, rows, status=400)


def _show_convene(
    request: HttpRequest,
    demand: Demand,
    meeting: JointMeeting,
    form: ConveneForm,
    rows: TaskRows,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "demand": demand,
        "meeting": meeting,
        "is_early": meeting.is_early(timezone.now()),
        "form": form,
        "rows": rows,
        "problem": problem,
        "has_errors": bool(status == 400),
        "url": reverse("demand-do", args=[demand.number, "convene"]),
        "back": reverse("demand", args=[demand.number]),
    }
    fragment = (
        f"{BASE}/_tasks.html" if request.headers.get("HX-Target") == "tasks" else f"{BASE}/_convene.html"
    )
    return render_page(request, f"{BASE}/convene.html", fragment, context, status=status)


@for_roles(*ACTING)
@require_POST
def demand_task(request: HttpRequest, number: str, pk: int, end: str) -> HttpResponse:
    """A task of a meeting is done (`finish`) or need not be done any more (`drop`)."""
    if end not in ("finish", "drop"):
        raise Http404
    demand = demand_or_404(request, number)
    if actors_of(request.user, demand).isdisjoint(states.STAFF):
        raise PermissionDenied
    task = or_404(
        Resolution.objects.select_related("meeting__demand").filter(pk=pk, meeting__demand=demand).first()
    )
    form = TaskForm(request.POST)
    if not form.is_valid():
        return show(request, demand, problem=_("请填写完成情况，不超过 500 字。"), status=400)
    text, version = form.cleaned_data["text"], form.cleaned_data["version"]
    try:
        if end == "finish":
            actions.finish_resolution(resolution=task, by=request.user, result=text, version=version)
        else:
            actions.drop_resolution(resolution=task, by=request.user, reason=text, version=version)
    except (Conflict, Invalid) as error:
        again = demand_or_404(request, number)
        return show(
            request, again, problem=sentence(error), unsent=[(_("完成情况"), text)], status=error.status_code
        )
    messages.success(request, _("会办事项已完成。") if end == "finish" else _("会办事项不再办理。"))
    return redirect("demand", number)
