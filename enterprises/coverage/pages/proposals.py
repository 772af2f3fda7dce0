"""Proposals for joint branches: have them worked out, look through them by town and chain, accept or decline one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.accounts.models import User
from portal.accounts.scope import Role
from portal.imports.queries import home_district
from portal.kit.forms import add_errors
from portal.kit.pages import for_roles, render_page
from portal.kit.pagination import paginate
from portal.kit.problems import Conflict, Invalid, or_404
from portal.territory.tiles import Tile, shades, tile_rows

from .. import queries
from ..actions import accept_proposal, decline_proposal, start_run
from ..forms import AcceptForm, DeclineForm, ProposalFilter
from ..models import JointProposal, ProposalRun
from ..queries.figures import towns_of
from ..queries.proposals import STATES, WORKING, newest_run, state_counts, with_places
from ..rows import run_row
from ..rules.standing import READERS, can_start_run
from .figures import address, place_filter, sections

BASE = "enterprises/coverage"
PAGE_SIZE = 25
DECIDERS = (Role.ADMIN, Role.BUREAU, Role.STATION)


@require_GET
@for_roles(*READERS)
def proposal_list(request: HttpRequest) -> HttpResponse:
    """The current proposals on the map and as a list; asks for itself while a run is being worked out."""
    form = place_filter(request, ProposalFilter)
    town, chain, state = (form.cleaned_data[name] for name in ("town", "chain", "state"))
    newest, latest = newest_run(request.user), queries.latest_run(request.user)
    rows = queries.proposals(request.user, latest, town=town, chain=chain, state=state)
    page = paginate(
        rows, ordering=("number",), cursor=request.GET.get("cursor", ""), page_size=PAGE_SIZE, count=True
    )
    district = home_district(request.user)
    working = newest is not None and not newest.finished_at and newest.job and newest.job.state in WORKING
    context = {
        "form": form,
        "sections": sections(request),
        "page": page,
        "latest": latest,
        "states": state_counts(queries.proposals(request.user, latest)),
        "newest": run_row(newest) if newest else None,
        "working": working,
        "may_start": district is not None and can_start_run(request.user, district.pk),
        "tiles": _tiles(request.user, latest),
    }
    return render_page(request, f"{BASE}/proposals.html", f"{BASE}/_proposals.html", context)


def _tiles(user: User, run: ProposalRun | None) -> list[list[Tile | None]]:
    """The map of what waits for a decision; a tile leads to the open proposals of its town."""
    towns = [town for town in towns_of(user) if town.closed_on is None]
    waiting = queries.open_by_town(user, run)
    shade = shades({town.pk: waiting.get(town.pk, 0) for town in towns})
    return tile_rows(
        Tile(
            town=town,
            value=str(waiting.get(town.pk, 0)),
            url=address("proposal-list", town=town.code, state=STATES.OPEN),
            shade=shade[town.pk],
        )
        for town in (towns if len(towns) > 1 else ())
    )


@require_POST
@for_roles(Role.ADMIN, Role.BUREAU)
def proposal_start(request: HttpRequest) -> HttpResponse:
    """The bureau has the proposals worked out anew."""
    district = or_404(home_district(request.user))
    _run, is_new = start_run(district=district, by=request.user)
    if is_new:
        messages.success(request, _("已开始计算组建建议。"))
    else:
        messages.info(request, _("正在计算中，完成后显示结果。"))
    return redirect("proposal-list")


@require_GET
@for_roles(*READERS)
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: its enterprises as they stand today, and for who may decide it the decision."""
    return _detail(request, _proposal(request, pk))


@require_POST
@for_roles(*DECIDERS)
def proposal_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """The branch is set up with the enterprises that stay ticked."""
    row, form = _proposal(request, pk), AcceptForm(request.POST)
    if not form.is_valid():
        return _detail(request, row, accept=form, status=400)
    try:
        done = accept_proposal(
            proposal=row,
            by=request.user,
            version=form.cleaned_data["version"],
            name=form.cleaned_data["name"],
            members=request.POST.getlist("members"),
        )
    except (Conflict, Invalid) as error:
        add_errors(form, error)
        return _detail(request, _proposal(request, pk), accept=form, status=error.status_code)
    messages.success(request, _("已成立“%(name)s”，企业已纳入覆盖。") % {"name": done.organization.name})
    return redirect("proposal", pk)


@require_POST
@for_roles(*DECIDERS)
def proposal_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """The proposal is set aside with a reason."""
    row, form = _proposal(request, pk), DeclineForm(request.POST)
    if not form.is_valid():
        return _detail(request, row, decline=form, status=400)
    try:
        decline_proposal(proposal=row, by=request.user, **form.cleaned_data)
    except (Conflict, Invalid) as error:
        add_errors(form, error)
        return _detail(request, _proposal(request, pk), decline=form, status=error.status_code)
    messages.success(request, _("已标为不采纳。"))
    return redirect("proposal-list")


def _proposal(request: HttpRequest, pk: int) -> JointProposal:
    return or_404(with_places(request.user).filter(pk=pk).first())


def _detail(
    request: HttpRequest,
    row: JointProposal,
    *,
    accept: AcceptForm | None = None,
    decline: DeclineForm | None = None,
    status: int = 200,
) -> HttpResponse:
    decision = queries.decision(request.user, row)
    is_open = row.state == STATES.OPEN
    deciding = is_open and decision.may_decide
    kept = request.POST.getlist("members") if accept is not None else None
    refused = (accept or decline).non_field_errors() if (accept or decline) and not deciding else []
    context = {
        "proposal": row,
        "decision": decision,
        "is_open": is_open,
        "deciding": deciding,
        "refused": " ".join(refused),
        "may_start": can_start_run(request.user, row.run.district_id),
        "members": [
            (one, not one.problem and (kept is None or one.row.enterprise.uscc in kept))
            for one in decision.members
        ],
    }
    if deciding:
        name = queries.suggested_name(row, [one.row for one in decision.members])
        version = {"version": row.version}
        context["accept"] = accept or AcceptForm(initial={"name": name, **version})
        context["decline"] = decline or DeclineForm(initial=version)
    return render_page(request, f"{BASE}/proposal.html", None, context, status=status)
