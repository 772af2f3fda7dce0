"""Coverage by district, town and chain; who should establish what; the rows behind each figure; what needs a look."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from portal.kit.pages import for_roles, render_page
from portal.kit.pagination import paginate
from portal.kit.problems import Invalid
from portal.territory.tiles import Tile, shades, tile_rows

from .. import definitions, queries
from ..forms import FigureFilter, GroupFilter, PlaceFilter, RowsFilter
from ..queries.figures import Figures, Place, chains_of, towns_of
from ..queries.lists import ORGANIZATION_FIGURES, list_values
from ..rows import enterprise_rows
from ..rules.standing import LISTED, READERS

BASE = "enterprises/coverage"
RATES = ("organizational", "stand_alone", "work", "effective")
LABELS = {
    "base": gettext_lazy("存续企业"),
    "organizational": gettext_lazy("组织覆盖"),
    "stand_alone": gettext_lazy("单独组建"),
    "work": gettext_lazy("工作覆盖"),
    "formal": gettext_lazy("党组织"),
    "effective": gettext_lazy("有效覆盖"),
}
MEANINGS = {
    "base": definitions.BASE,
    "organizational": definitions.ORGANIZATIONAL,
    "stand_alone": definitions.STAND_ALONE,
    "work": definitions.WORK,
    "formal": definitions.FORMAL,
    "effective": definitions.EFFECTIVE,
}


def place_filter(request: HttpRequest, form_class: type[PlaceFilter]) -> Any:
    """The bound filter. Raises Invalid (400) for what cannot be chosen."""
    form = form_class(request.GET, towns=towns_of(request.user), chains=chains_of(request.user))
    if not form.is_valid():
        raise Invalid({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    return form


def address(name: str, **parameters: str) -> str:
    """The address of a page with the parameters that say something."""
    given = {key: value for key, value in parameters.items() if value}
    return reverse(name) + (f"?{urlencode(given)}" if given else "")


def sections(request: HttpRequest) -> list[tuple[Any, str, bool, None]]:
    """The pages of coverage as tabs."""
    names = {
        "coverage": _("覆盖率"),
        "should-establish": _("应建未建"),
        "proposal-list": _("组建建议"),
        "coverage-review": _("待复核"),
    }
    return [(label, reverse(name), request.path == reverse(name), None) for name, label in names.items()]


@require_GET
@for_roles(*READERS)
def overview(request: HttpRequest) -> HttpResponse:
    """The four rates with their definitions, on the map, by town and by chain; every figure leads to its rows."""
    form = place_filter(request, FigureFilter)
    town, chain = form.cleaned_data["town"], form.cleaned_data["chain"]
    shown = form.cleaned_data["show"] or RATES[0]
    if shown not in RATES:
        raise Invalid({"show": _("没有这个指标。")})
    figures = queries.coverage(request.user, town=town, chain=chain)
    by_town = queries.by_town(request.user, chain=chain)
    by_chain = queries.by_chain(request.user, town=town)
    context = {
        "form": form,
        "sections": sections(request),
        "today": timezone.localdate(),
        "cards": [_card(figures, name, town, chain) for name in RATES],
        "base": figures.base,
        "base_url": address("coverage-rows", figure="base", town=town, chain=chain),
        "definitions": definitions.ALL,
        "shown": LABELS[shown],
        "map_tabs": [
            (LABELS[name], address("coverage", show=name, town=town, chain=chain), name == shown, None)
            for name in RATES
        ],
        "tiles": _tiles(by_town, shown, chain) if len(by_town) > 1 else [],
        "towns": [_row(place, town=place.row.code, chain=chain) for place in by_town],
        "chains": [_row(place, town=town, chain=place.row.code) for place in by_chain],
    }
    return render_page(request, f"{BASE}/overview.html", f"{BASE}/_overview.html", context)


def _rate(figures: Figures, name: str) -> Any:
    return getattr(figures, f"{name}_rate")


def _card(figures: Figures, name: str, town: str, chain: str) -> dict[str, Any]:
    value, effective = _rate(figures, name), name == "effective"
    covered = {
        "covered": f"{getattr(figures, name):,}",
        "base": f"{figures.formal if effective else figures.base:,}",
    }
    return {
        "label": f"{LABELS[name]}{_('率')}",
        "value": "—" if value is None else str(value),
        "unit": "" if value is None else "%",
        "hint": _("%(covered)s / %(base)s 个党组织") % covered
        if effective
        else _("%(covered)s / %(base)s 户") % covered,
        "url": address("coverage-rows", figure=name, town=town, chain=chain),
    }


def _tiles(places: list[Place], name: str, chain: str) -> list[list[Tile | None]]:
    """The map of one rate; a tile leads to the figures of its town."""
    values = {place.row.code: _rate(place.figures, name) for place in places}
    shade = shades(values)
    return tile_rows(
        Tile(
            town=place.row,
            value="—" if values[place.row.code] is None else f"{values[place.row.code]}%",
            url=address("coverage", town=place.row.code, chain=chain, show=name),
            shade=shade[place.row.code],
        )
        for place in places
        if place.row.closed_on is None
    )


def _row(place: Place, *, town: str, chain: str) -> dict[str, Any]:
    """A town or chain with each figure and where its rows are."""
    figures = place.figures

    def link(name: str) -> str:
        return address("coverage-rows", figure=name, town=town, chain=chain)

    return {
        "name": place.row.name,
        "url": address("coverage", town=town, chain=chain),
        "cells": [
            (label, kind, value, link(name))
            for name, (label, kind, value) in {
                "base": (LABELS["base"], "count", figures.base),
                "organizational": (LABELS["organizational"], "rate", figures.organizational_rate),
                "stand_alone": (LABELS["stand_alone"], "rate", figures.stand_alone_rate),
                "work": (LABELS["work"], "rate", figures.work_rate),
                "formal": (LABELS["formal"], "count", figures.formal),
                "effective": (LABELS["effective"], "rate", figures.effective_rate),
            }.items()
        ],
    }


@require_GET
@for_roles(*READERS)
def rows_behind(request: HttpRequest) -> HttpResponse:
    """The enterprises or organisations that a figure counts."""
    form = place_filter(request, RowsFilter)
    figure = form.cleaned_data["figure"] or "base"
    town, chain = form.cleaned_data["town"], form.cleaned_data["chain"]
    rows = queries.rows_behind(request.user, figure, town=town, chain=chain)
    of_organizations = figure in ORGANIZATION_FIGURES
    page = paginate(
        rows if of_organizations else list_values(rows),
        ordering=("code",) if of_organizations else ("name",),
        cursor=request.GET.get("cursor", ""),
        count=True,
    )
    context = {
        "form": form,
        "page": page,
        "label": LABELS[figure],
        "meaning": MEANINGS[figure],
        "tabs": [
            (label, address("coverage-rows", figure=name, town=town, chain=chain), name == figure, None)
            for name, label in LABELS.items()
        ],
        "organizations": page.rows if of_organizations else None,
        "enterprises": None if of_organizations else enterprise_rows(page.rows),
    }
    return render_page(request, f"{BASE}/rows.html", f"{BASE}/_rows.html", context)


@require_GET
@for_roles(*READERS)
def should_establish(request: HttpRequest) -> HttpResponse:
    """Who should establish alone, join a joint branch, or be given an instructor, and why."""
    form = place_filter(request, GroupFilter)
    town, chain = form.cleaned_data["town"], form.cleaned_data["chain"]
    group = form.cleaned_data["group"] or LISTED[0]
    page = paginate(
        list_values(queries.should_establish(request.user, group=group, town=town, chain=chain)),
        ordering=("name",),
        cursor=request.GET.get("cursor", ""),
    )
    counts = queries.group_counts(request.user, town=town, chain=chain)
    context = {
        "form": form,
        "sections": sections(request),
        "page": page,
        "rows": enterprise_rows(page.rows, group=group),
        "group": group,
        "tabs": [
            (
                one.label,
                address("should-establish", group=one.value, town=town, chain=chain),
                one == group,
                counts[one],
            )
            for one in LISTED
        ],
    }
    return render_page(request, f"{BASE}/should_establish.html", f"{BASE}/_should_establish.html", context)


@require_GET
@for_roles(*READERS)
def review(request: HttpRequest) -> HttpResponse:
    """Organisations whose enterprises have fewer than three full members by now. People decide what follows."""
    form = place_filter(request, PlaceFilter)
    page = paginate(
        queries.below_three(request.user, town=form.cleaned_data["town"], chain=form.cleaned_data["chain"]),
        ordering=("code",),
        cursor=request.GET.get("cursor", ""),
    )
    context = {"form": form, "sections": sections(request), "page": page}
    return render_page(request, f"{BASE}/review.html", f"{BASE}/_review.html", context)
