"""One demand: how it stands, who has which part, what happened, and a button for each move that is open to the reader."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET
from django_htmx.http import HttpResponseClientRedirect

from portal.kit.forms import FileForm
from portal.kit.pages import for_roles, render_page, wants_fragment

from ..actions.guard import Case, case_of
from ..forms import moves as forms
from ..models import Demand, Extension
from ..queries import demands as queries
from ..queries.callbacks import of_demand
from ..queries.lights import Light, lights_of, part_light
from ..queries.people import colleagues
from ..queries.similar import similar
from ..rules import states
from ..rules.states import Actor, Stage
from .access import BASE, READERS, demand_or_404, is_own_list
from .wording import entries_of, label_of

PLAIN = frozenset({"accept", "close"})  # one click: they ask for nothing
ELSEWHERE = frozenset(
    {"approve_extension", "refuse_extension", "verify"}
)  # they stand beside what they decide on
DANGEROUS = frozenset({"reject", "withdraw", "return"})
LEADING = ("accept", "convene", "resolve", "dispatch", "answer")  # the first that is open is the main button
MOST_SIMILAR = 5
MOST_COLLEAGUES = 12


@for_roles(*READERS)
@require_GET
def demand_page(request: HttpRequest, number: str) -> HttpResponse:
    return show(request, demand_or_404(request, number))


def show(
    request: HttpRequest,
    demand: Demand,
    *,
    problem: str = "",
    unsent: Sequence[tuple[str, str]] = (),
    status: int = 200,
    **bound: Any,
) -> HttpResponse:
    """The page. `problem`: why something was refused; `unsent`: what had been written with it; `bound`: forms that
    were refused (file_form, note_form, link_form)."""
    user, case = request.user, case_of(demand, request.user)
    opened = states.moves_open(case.facts, case.who)
    handles = not case.who.isdisjoint(states.STAFF)
    light = lights_of([demand])[demand.pk]
    meetings = _meetings(demand, case)
    steps = list(queries.timeline_of(demand, internal=handles))
    context = {
        "demand": demand,
        "problem": problem,
        "unsent": unsent,
        "light": light,
        "stages": _stages(demand.merged_into or demand, met=bool(meetings)),
        "is_own": is_own_list(user),
        "acts": bool(case.who),
        "sees_portrait": bool(user.scope.is_staff or user.scope.districts),
        "handles": handles,
        "dispatches": not case.who.isdisjoint(states.DISPATCHERS),
        "buttons": _buttons(demand, case, opened, light),
        "close_waits": _close_waits(case) or _resolve_waits(case),
        "has_callback": case.has_callback,
        "open": set(opened),
        "answer_form": forms.AnswerForm(demand=demand)
        if "answer" in opened and demand.waiting_since
        else None,
        "verify_form": forms.VerifyForm(demand=demand) if "verify" in opened else None,
        "scores": forms.SCORES,
        **_parts(demand, handles),
        "entries": entries_of(steps, handles=handles),
        "asked": next((step.note for step in reversed(steps) if step.move == "ask"), ""),
        "extension": queries.extensions_of(demand).filter(state=Extension.State.WAITING).first()
        if handles
        else None,
        "meetings": meetings,
        "attachments": queries.attachments_of(demand),
        "may_attach": bool(case.who) and demand.status not in (states.CLOSED, states.REJECTED),
        "merged_into": queries.merged_into(user, demand),
        "links": queries.links_of(user, demand),
        "absorbed": queries.absorbed_by(user, demand),
        "file_form": FileForm(),
        **(_for_handlers(user, demand, case, opened) if handles else {}),
        **bound,
    }
    return render_page(request, f"{BASE}/demand.html", None, context, status=status)


def closed(request: HttpRequest, demand: Demand, problem: str, form: forms.MoveForm) -> HttpResponse:
    """A move that is not open: the page with the sentence and what had been written. A page that is out of date and
    asks for the form is led here anew."""
    if wants_fragment(request):
        messages.error(request, problem)
        return HttpResponseClientRedirect(reverse("demand", args=[demand.number]))
    return show(request, demand, problem=problem, unsent=form.texts() if form.is_bound else (), status=409)


def _for_handlers(user, demand: Demand, case: Case, opened: Sequence[str]) -> dict[str, Any]:
    """Notes, callbacks, and demands that resemble this one, with what may be done with them."""
    found = similar(
        Demand.objects.visible_to(user),
        title=demand.title,
        body=demand.body,
        town=demand.town,
        limit=MOST_SIMILAR,
        exclude=demand,
    )
    merge = reverse("demand-do", args=[demand.number, "merge"]) if "merge" in opened else ""
    may_call = not case.who.isdisjoint(states.DISPATCHERS) and demand.status in states.SOLVED
    callbacks = of_demand(user, demand)
    return {
        "notes": queries.notes_of(user, demand),
        "note_form": forms.NoteForm(),
        "colleagues": colleagues(demand, besides=user)[:MOST_COLLEAGUES],
        "link_form": forms.LinkForm(),
        "similar": [
            (
                one,
                f"{merge}?{urlencode({'into': one.demand.number})}"
                if merge and one.demand.status in states.OPEN
                else "",
            )
            for one in found
        ],
        "callbacks": [
            (one, forms.CallbackForm(initial={"version": one.version}) if one.closed_at is None else None)
            for one in callbacks
        ],
        "may_open_callback": may_call and all(one.closed_at for one in callbacks),
    }


def _parts(demand: Demand, handles: bool) -> dict[str, Any]:
    """The open parts with their colours; for who handles it also the departments that left and did not come back, each
    once with the last part it had."""
    rows = list(queries.parts_of(demand))
    here = [part for part in rows if part.left_at is None]
    have = {part.department_id for part in here}
    away = [part for part in rows if part.left_at is not None and part.department_id not in have]
    last = {part.department_id: part for part in sorted(away, key=lambda part: part.left_at)}
    return {
        "parts": [(part, part_light(part, demand)) for part in here],
        "left": list(last.values()) if handles else [],
    }


def _stages(demand: Demand, *, met: bool) -> list[dict[str, Any]]:
    """The five stages, the one in which it stands marked. Who never met (`met`) went past the joint one."""
    order = list(Stage)
    place = order.index(demand.stage)
    ended = demand.status in (states.CLOSED, states.REJECTED)

    def state(index: int, stage: Stage) -> str:
        if index > place:
            return ""
        if index == place and not ended:
            return "here"
        return "done" if met or stage != Stage.JOINT else "past"

    return [{"label": stage.label, "state": state(index, stage)} for index, stage in enumerate(order)]


def _buttons(demand: Demand, case: Case, opened: Sequence[str], light: Light) -> list[dict[str, Any]]:
    """The open moves in the table's order, the main one first."""
    shown = [
        code for code in opened if code not in ELSEWHERE and not (code == "answer" and demand.waiting_since)
    ]
    main = next(
        (code for code in LEADING if code in shown and not (code == "dispatch" and demand.lead_id)), ""
    )
    ranked = sorted(shown, key=lambda code: (code != main, code in DANGEROUS))
    return [
        {
            "code": code,
            "label": label_of(code, case),
            "url": reverse("demand-do", args=[demand.number, code]),
            "plain": code in PLAIN,
            "main": code == main,
            "danger": code in DANGEROUS,
        }
        for code in ranked
    ]


def _close_waits(case: Case) -> str:
    """Why the demand cannot be archived yet though its state would allow it: an open call back, or the bureau's review;
    else nothing."""
    without = replace(case.facts, has_callback=False, judged_low=False)
    if "close" not in states.moves_open(without, case.who):
        return ""
    return str(states.move_problem("close", case.facts, case.who) or "")


def _resolve_waits(case: Case) -> str:
    """Why the lead cannot finish yet though the demand's state would allow it: joint departments or tasks are open."""
    if "resolve" not in states.moves_open(replace(case.facts, unfinished=0), case.who):
        return ""
    return str(states.move_problem("resolve", case.facts, case.who) or "")


def _meetings(demand: Demand, case: Case) -> list[dict[str, Any]]:
    """The joint meetings with their tasks; each open task with what its owner and who dispatches may do."""
    dispatches = not case.who.isdisjoint(states.DISPATCHERS)
    own = case.by.scope.departments
    return [
        {
            "meeting": meeting,
            "tasks": [
                {
                    "task": task,
                    "may_finish": task.state == task.State.OPEN
                    and (
                        dispatches
                        or (task.owner_id in own and not case.who.isdisjoint({Actor.LEAD, Actor.HELPER}))
                    ),
                    "may_drop": task.state == task.State.OPEN and dispatches,
                }
                for task in meeting.resolutions.all()
            ],
        }
        for meeting in queries.meetings_of(demand)
    ]
