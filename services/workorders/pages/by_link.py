"""The enterprise answers or judges by the link of a message, without a sign-in."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal.kit.forms import add_errors
from portal.kit.pages import render_page
from portal.kit.problems import Conflict, Invalid

from .. import actions, links
from ..forms import moves as forms
from ..models import Demand
from ..queries.demands import timeline_of
from .access import BASE

FORMS = {links.ANSWER: forms.AnswerForm, links.VERIFY: forms.VerifyForm}
ACTIONS = {links.ANSWER: actions.answer, links.VERIFY: actions.verify}


@never_cache
@csrf_exempt  # the address is the whole right; no cookie adds to it, and a browser that tells no referrer could not post
@require_http_methods(["GET", "HEAD", "POST"])
def demand_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """What was asked, or the result, and its form; nothing else of the demand. Looking changes nothing: the scanners of
    mail programs and messengers look first."""
    try:
        link = links.read(token)
        demand = Demand.objects.select_related("lead", "enterprise").get(number=link.number)
    except links.Expired:
        return _page(request, {"said": _("链接已过期，请登录门户办理，或联系属地指导站。")}, status=410)
    except (LookupError, Demand.DoesNotExist) as error:
        raise Http404 from error
    if not link.is_held(demand):
        return _page(request, {"said": _("您已不是该企业的经办人，链接已失效。")}, status=410)
    if not link.is_asked(demand):
        return _page(request, {"said": _("谢谢，这件诉求目前不需要您填写。")})
    form = FORMS[link.move](request.POST if request.method == "POST" else None, demand=demand)
    del form.fields[
        "version"
    ]  # the occasion stands for it: nobody loses a text because somebody added a note
    status = 200
    if form.is_valid():
        try:
            given = form.given() | {"version": demand.version}
            ACTIONS[link.move](demand=demand, by=None, as_enterprise=True, **given)
        except Conflict:
            demand.refresh_from_db()
            if not link.is_asked(demand):
                return redirect(request.path)
            form.add_error(None, _("诉求刚刚有更新，您填写的内容还在，请再提交一次。"))
            status = 409
        except Invalid as error:
            add_errors(form, error)
        else:
            return redirect(request.path)
    asked = timeline_of(demand, internal=False).filter(move="ask").last()
    context = {
        "demand": demand,
        "form": form,
        "move": link.move,
        "asked": asked.note if asked and link.move == links.ANSWER else None,
        "scores": forms.SCORES,
    }
    return _page(request, context, status=400 if form.errors and status == 200 else status)


def _page(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """For one reader: no proxy keeps it, and no other site learns the address."""
    shell = {"public_base": "base_public.html"}
    response = render_page(request, f"{BASE}/by_link.html", None, context | shell, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return response
