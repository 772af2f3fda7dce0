"""The moves of a demand as pages: each with its small form, which the demand's page shows in place with htmx."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from portal.kit.forms import add_errors
from portal.kit.pages import for_roles, render_page
from portal.kit.problems import Conflict, Invalid, sentence

from .. import actions
from ..actions.guard import Case, case_of
from ..forms import moves as forms
from ..forms.meetings import WhistleForm
from ..models import Demand
from ..queries.demands import known_for
from ..queries.replies import replies_for
from ..queries.suggestion import suggested
from ..rules import states
from ..rules.replies import REPLIED
from .access import ACTING, BASE, demand_or_404
from .meetings import convene
from .one import closed, show
from .wording import label_of


@dataclass(frozen=True)
class Way:
    """How a move is made here: its form, its action, what is said afterwards."""

    form: type[forms.MoveForm]
    act: Callable[..., Any]
    said: Any


def _merge(*, into: str, by, **given: Any) -> Demand:
    try:
        target = known_for(by, into)
    except Demand.DoesNotExist as error:
        refused = _("没有编号为“%(number)s”的诉求，或不在您的范围内。") % {"number": into}
        raise Invalid({"into": refused}) from error
    return actions.merge(into=target, by=by, **given)


WAYS: dict[str, Way] = {
    "accept": Way(forms.MoveForm, actions.accept, gettext_lazy("已受理，并通知企业。")),
    "reject": Way(forms.RejectForm, actions.reject, gettext_lazy("已告知企业不予受理。")),
    "dispatch": Way(forms.DispatchForm, actions.dispatch, gettext_lazy("已派单，等待部门签收。")),
    "return": Way(forms.ReturnForm, actions.send_back, gettext_lazy("已退回，等待重新派单。")),
    "report": Way(forms.ReportForm, actions.report, gettext_lazy("进展已反馈，企业可以看到。")),
    "ask": Way(forms.AskForm, actions.ask, gettext_lazy("已请企业补充，计时暂停。")),
    "answer": Way(forms.AnswerForm, actions.answer, gettext_lazy("已补充说明。")),
    "extend": Way(forms.ExtendForm, actions.extend, gettext_lazy("延期已提交。")),
    "approve_extension": Way(forms.ApproveForm, actions.approve_extension, gettext_lazy("已同意延期。")),
    "refuse_extension": Way(
        forms.RefuseForm, actions.refuse_extension, gettext_lazy("已告知部门不同意延期。")
    ),
    "whistle": Way(WhistleForm, actions.whistle, gettext_lazy("哨声已响，已通知各部门参会。")),
    "resolve": Way(forms.ResolveForm, actions.resolve, gettext_lazy("已办结。")),
    "verify": Way(forms.VerifyForm, actions.verify, gettext_lazy("感谢您的评价。")),
    "reopen": Way(forms.ReopenForm, actions.reopen, gettext_lazy("已要求重新办理。")),
    "close": Way(forms.MoveForm, actions.close, gettext_lazy("已归档。")),
    "withdraw": Way(forms.WithdrawForm, actions.withdraw, gettext_lazy("诉求已撤回。")),
    "merge": Way(forms.MergeForm, _merge, gettext_lazy("已并入。")),
}
DANGEROUS = frozenset({"reject", "withdraw"})


@for_roles(*ACTING)
@require_http_methods(["GET", "POST"])
def demand_do(request: HttpRequest, number: str, move: str) -> HttpResponse:
    """One move of the table of states. Refused: the sentence, what is open now, and what had been written."""
    if move not in states.MOVES:
        raise Http404
    demand = demand_or_404(request, number)
    case = case_of(demand, request.user)
    if not states.may_ever(move, case.who):
        raise PermissionDenied
    if move == "convene":
        return convene(request, demand, case)
    way, sent = WAYS[move], request.POST if request.method == "POST" else None
    form = way.form(sent, demand=demand, **_prepared(request, move, demand, case))
    if problem := states.move_problem(move, case.facts, case.who):
        return closed(request, demand, str(problem), form)
    if form.is_valid():
        try:
            way.act(demand=demand, by=request.user, **form.given())
        except Conflict as refusal:
            return refused(request, number, move, form, refusal)
        except Invalid as error:
            add_errors(form, error)
        else:
            messages.success(request, _said(move, way, case, form))
            return _back(request, number)
    return _show_form(request, demand, case, move, form)


def _back(request: HttpRequest, number: str) -> HttpResponse:
    """To the demand; to the list for a department that has returned it and sees it no more."""
    seen = Demand.objects.visible_to(request.user).filter(number=number).exists()
    return redirect("demand", number) if seen else redirect("demands")


def _said(move: str, way: Way, case: Case, form: forms.MoveForm) -> str:
    if move == "accept" and case.before != states.SUBMITTED:
        return _("已签收。")
    again = move == "dispatch" and case.before in states.GOES_ON
    if again and form.cleaned_data["lead"].pk == case.demand.lead_id:
        return _("已调整，牵头部门继续办理；新增的协办部门等待签收。")
    return str(way.said)


def _prepared(request: HttpRequest, move: str, demand: Demand, case: Case) -> dict[str, Any]:
    """What a form starts with: the suggested departments, those that already help, the demand to merge into."""
    if move == "dispatch":
        suggestion = suggested(demand)
        if demand.lead_id:
            joint = [part.department.code for part in case.helpers]
            return {"initial": {"lead": demand.lead.code, "joint": joint}}
        if suggestion and suggestion.usable:
            joint = [one.code for one in suggestion.joint]
            initial = {"lead": suggestion.lead.code, "joint": joint, "reason": suggestion.reason}
            return {"initial": initial}
    if move == "extend" and not case.who.isdisjoint(states.DISPATCHERS):
        own = [part.department_id for part in case.helpers if part.has_own_day and part.done_at is None]
        return {"helpers": own}
    if move == "whistle":
        return {"called": [part.department.code for part in case.helpers]}
    if move == "merge":
        return {"initial": {"into": request.GET.get("into", "")[:20]}}
    if move in REPLIED and (chosen := _chosen_reply(request, demand, move)):
        return {"initial": {REPLIED[move]: chosen}}
    return {}


def _chosen_reply(request: HttpRequest, demand: Demand, move: str) -> str:
    """The text of the canned reply that was clicked, for browsers that do not fill it in by themselves."""
    place, known = request.GET.get("reply", ""), replies_for(demand.district_id, move)
    return known[int(place)].text if place in map(str, range(len(known))) else ""


def _show_form(
    request: HttpRequest,
    demand: Demand,
    case: Case,
    move: str,
    form: forms.MoveForm,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    label = label_of(move, case)
    context = {
        "demand": demand,
        "move": move,
        "form": form,
        "label": label,
        "problem": problem,
        "suggestion": suggested(demand) if move == "dispatch" else None,
        "scores": forms.SCORES,
        "replies": replies_for(demand.district_id, move),
        "reply_field": REPLIED.get(move, ""),
        "danger": move in DANGEROUS,
        "url": reverse("demand-do", args=[demand.number, move]),
        "back": reverse("demand", args=[demand.number]),
    }
    status = 400 if form.errors and status == 200 else status
    return render_page(request, f"{BASE}/move.html", f"{BASE}/_move.html", context, status=status)


def refused(
    request: HttpRequest, number: str, move: str, form: forms.MoveForm, refusal: Conflict
) -> HttpResponse:
    """The demand was moved meanwhile. Still open: the form again with what was written and the new version; else the
    demand's page with the moves that are open now."""
    demand = demand_or_404(request, number)
    case = case_of(demand, request.user)
    if states.move_problem(move, case.facts, case.who) is None and move != "convene":
        data = form.data.copy()
        data["version"] = str(demand.version)
        again = type(form)(data, demand=demand)
        words = {"why": sentence(refusal), "state": demand.get_status_display()}
        problem = _("%(why)s 诉求目前为“%(state)s”，请核对后再提交。") % words
        return _show_form(request, demand, case, move, again, problem=problem, status=409)
    return show(request, demand, problem=sentence(refusal), unsent=form.texts(), status=409)
