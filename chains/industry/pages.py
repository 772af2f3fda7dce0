"""Pages of the industry map: the list of chains, one chain by segments, its editing by the bureau."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.kit.pages import for_roles, render_page
from portal.kit.problems import Conflict, Stale

from . import queries
from .actions import update_chain
from .forms import ChainForm
from .models import Chain, Segment
from .rules import can_manage_chains


@login_required
@require_GET
def chain_list(request: HttpRequest) -> HttpResponse:
    """Every chain with its lead town, members in scope and missing segments."""
    rows = queries.chains(request.user).order_by("position", "code")
    return render_page(request, "chains/industry/chain_list.html", None, {"chains": rows})


@login_required
@require_GET
def chain_page(request: HttpRequest, code: str) -> HttpResponse:
    """One chain: segments upstream, midstream and downstream, the gaps marked."""
    chain = _chain(request, code)
    segments = list(queries.segments_with_targets(request.user, chain))
    context = {
        "chain": chain,
        "stages": [
            (label, [s for s in segments if s.stage == stage]) for stage, label in Segment.Stage.choices
        ],
        "can_change": can_manage_chains(request.user, chain.district_id),
    }
    return render_page(request, "chains/industry/chain.html", None, context)


@for_roles("admin", "bureau")
@require_http_methods(["GET", "POST"])
def chain_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The bureau corrects name, lead town and description; a stale edit shows both values."""
    chain = _chain(request, code)
    form = ChainForm(request.POST or None, chain=chain)
    context = {"chain": chain, "form": form}
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            update_chain(chain=chain, by=request.user, version=given.pop("version"), changes=given)
        except Stale:
            return _stale(request, chain, form)
        except Conflict as conflict:
            form.add_error("name", conflict.detail)
        else:
            messages.success(request, _("已保存。"))
            return redirect("chain", code=code)
    status = 400 if form.is_bound else 200
    return render_page(request, "chains/industry/chain_edit.html", None, context, status=status)


def _stale(request: HttpRequest, chain: Chain, form: ChainForm) -> HttpResponse:
    """Somebody saved first: both values side by side, and the form ready to be saved over the newer version."""
    names = ("name", "lead_town", "description")
    differences = [
        (form.fields[name].label, getattr(chain, name) or "—", form.cleaned_data[name] or "—")
        for name in names
        if getattr(chain, name) != form.cleaned_data[name]
    ]
    again = ChainForm(chain=chain, initial={**form.cleaned_data, "version": chain.version})
    context = {"chain": chain, "form": again, "differences": differences, "is_stale": True}
    return render_page(request, "chains/industry/chain_edit.html", None, context, status=409)


def _chain(request: HttpRequest, code: str) -> Chain:
    chain = queries.chains(request.user).filter(code=code).first()
    if chain is None:
        raise Http404
    return chain
