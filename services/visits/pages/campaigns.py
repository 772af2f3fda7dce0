"""Pages of campaigns: all of them, one with the coverage of the towns on map and list, setting up, changing, closing."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.kit.forms import refusals_in
from portal.kit.pages import for_roles, render_page
from portal.kit.pagination import paginate
from portal.kit.problems import Conflict, Stale
from portal.kit.stale import edit_versioned, version_of
from portal.metrics.districts import writing_district, writing_districts
from portal.territory.models import Town
from portal.territory.tiles import Tile, shades, tile_rows

from .. import actions, queries, rules
from ..forms import CampaignForm
from ..models import VisitCampaign
from ..rows import campaign_row, visit_rows
from ..rules import OVERSEERS, TownCoverage
from .access import BASE, PLANNERS, campaign_or_404, planned_campaign, tabs

LATEST = 8
OWN = ("name", "description", "starts_on", "ends_on")


@for_roles(*OVERSEERS)
@require_GET
def campaign_list(request: HttpRequest) -> HttpResponse:
    """The campaigns of the district, the latest first."""
    page = paginate(
        queries.campaigns(request.user),
        ordering=("-starts_on", "code"),
        cursor=request.GET.get("cursor", ""),
        count=True,
    )
    context = {
        "page": page,
        "rows": [campaign_row(row) for row in page.rows],
        "tabs": tabs(request, "campaigns"),
        "may_plan": rules.can_plan(request.user),
    }
    return render_page(request, f"{BASE}/campaigns.html", f"{BASE}/_campaigns.html", context)


@for_roles(*OVERSEERS)
@require_GET
def campaign(request: HttpRequest, code: str) -> HttpResponse:
    """How far a campaign has come: on the map of the towns, and by town with what was found and solved."""
    row = campaign_or_404(request, code)
    towns = queries.coverage(request.user, row, queries.targets_of(request.user, row))
    may_plan = rules.can_plan(request.user, row.district_id)
    context = {
        "campaign": row,
        "row": campaign_row(row),
        "towns": [(one, _visits_of(row, one)) for one in towns],
        "total": rules.summed(towns),
        "has_targets": any(one.target for one in towns),
        "tiles": _tiles(row, towns) if len(towns) > 1 else [],
        "visits": visit_rows(queries.recent_visits(request.user, row, LATEST), request.user),
        "all_visits": reverse("visit-list") + f"?{urlencode({'campaign': code})}",
        "may_change": may_plan and row.closed_at is None,
    }
    return render_page(request, f"{BASE}/campaign.html", None, context)


@for_roles(*PLANNERS)
@require_http_methods(["GET", "POST"])
def campaign_create(request: HttpRequest) -> HttpResponse:
    """The bureau sets up a campaign with a target for each town."""
    districts = writing_districts(request.user)
    towns = Town.objects.filter(district__in=districts, closed_on=None)
    form = CampaignForm(request.POST or None, towns=towns, districts=districts)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in OWN}
        with refusals_in(form):
            district = writing_district(request.user, form.cleaned_data.get("district", ""))
            targets = form.targets(form.cleaned_data, district.pk)
            made = actions.create_campaign(by=request.user, district=district, targets=targets, **given)
            messages.success(request, _("走访行动“%(name)s”已建立。") % {"name": made.name})
            return redirect("visit-campaign", made.code)
    context = {"form": form, "title": _("新建走访行动"), "back": reverse("visit-campaign-list")}
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/campaign_form.html", None, context, status=status)


@for_roles(*PLANNERS)
@require_http_methods(["GET", "POST"])
def campaign_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The bureau changes a campaign or the targets of its towns."""
    row = planned_campaign(request, code)
    towns = list(Town.objects.filter(district=row.district_id, closed_on=None))

    def current() -> tuple[int, dict[str, Any]]:
        now = campaign_or_404(request, code)
        values = {name: getattr(now, name) for name in OWN}
        set_targets = queries.targets_of(request.user, now)
        for town in towns:
            target = set_targets.get(town.pk)
            values[f"enterprises_{town.code}"] = target.enterprises if target else 0
            values[f"projects_{town.code}"] = target.projects if target else 0
        return now.version, values

    def save(version: int, changes: dict[str, Any]) -> None:
        given = {name: value for name, value in changes.items() if name in OWN}
        if changes.keys() - given.keys():
            form = CampaignForm(towns=towns)
            given["targets"] = form.targets(current()[1] | changes)
        actions.change_campaign(campaign=row, by=request.user, version=version, changes=given)

    return edit_versioned(
        request,
        form_of=lambda **given: CampaignForm(towns=towns, **given),
        current=current,
        save=save,
        page=f"{BASE}/campaign_form.html",
        back=reverse("visit-campaign", args=[code]),
        context={"title": _("修改走访行动"), "subtitle": row.name, "editing": True},
    )


@for_roles(*PLANNERS)
@require_POST
def campaign_close(request: HttpRequest, code: str) -> HttpResponse:
    """The bureau ends a campaign."""
    row = planned_campaign(request, code)
    try:
        actions.close_campaign(campaign=row, by=request.user, version=version_of(request))
    except Stale:
        messages.error(request, _("这项行动刚被他人修改，请查看最新内容后再办理。"))
    except Conflict as error:
        messages.error(request, str(error.detail))
    else:
        messages.success(request, _("走访行动已结束。"))
    return redirect("visit-campaign", code)


def _visits_of(row: VisitCampaign, one: TownCoverage) -> str:
    return reverse("visit-list") + f"?{urlencode({'campaign': row.code, 'town': one.town.code})}"


def _tiles(row: VisitCampaign, towns: list[TownCoverage]) -> list:
    """The map: per cent of the target where targets are set, else how many were visited."""
    with_targets = any(one.target for one in towns)
    values = {one.town.code: one.share if with_targets else one.enterprises + one.projects for one in towns}
    shade = shades(values)
    return tile_rows(
        Tile(
            one.town,
            _written(values[one.town.code], with_targets),
            _visits_of(row, one),
            shade[one.town.code],
        )
        for one in towns
    )


def _written(value: int | None, is_share: bool) -> str:
    if value is None:
        return "—"
    return f"{value}%" if is_share else str(value)
