"""The enterprise answers or judges by the link of a message, without a sign-in."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.kit.forms import add_errors
from portal.kit.pages import render_page
from portal.kit.problems import Conflict, Invalid

from .. import actions, links
from ..forms import moves as forms
from ..models import Demand
from ..queries.demands import timeline_of
from ..rules import states
from .access import BASE

FORMS = {links.ANSWER: forms.AnswerForm, links.VERIFY: forms.VerifyForm}
ACTIONS = {links.ANSWER: actions.answer, links.VERIFY: actions.verify}


@never_cache
@require_http_methods(["GET", "POST"])
def demand_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """What was asked, or the result, and its form; nothing else of the demand."""
    try:
        number, move = links.read(token)
        demand = Demand.objects.select_related("lead").get(number=number)
    except links.Expired:
        return _page(request, {"said": _("链接已过期，请登录门户办理，或联系属地指导站。")}, status=410)
    except (LookupError, Demand.DoesNotExist) as error:
        raise Http404 from error
    if not _is_asked(demand, move):
        return _page(request, {"demand": demand, "said": _("谢谢，这件诉求目前不需要您填写。")})
    form = FORMS[move](request.POST or None, demand=demand)
    if form.is_valid():
        try:
            ACTIONS[move](demand=demand, by=None, as_enterprise=True, **form.given())
        except Conflict:
            return redirect(request.path)  # it was moved meanwhile: what is asked now, if anything
        except Invalid as error:
            add_errors(form, error)
        else:
            return redirect(request.path)
    asked = timeline_of(demand, internal=False).filter(move="ask").last() if move == links.ANSWER else None
    context = {
        "demand": demand,
        "form": form,
        "move": move,
        "asked": asked and asked.note,
        "scores": forms.SCORES,
    }
    return _page(request, context, status=400 if form.errors else 200)


def _is_asked(demand: Demand, move: str) -> bool:
    if move == links.VERIFY:
        return demand.status == states.RESOLVED
    return demand.waiting_since is not None


def _page(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """For one reader: no proxy keeps it, and no other site learns the address."""
    shell = {"public_base": "base_public.html"}
    response = render_page(request, f"{BASE}/by_link.html", None, context | shell, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return response
