"""Pages of figures: all of them, one with its definition, series and rows, the year's targets, and the counting."""

import datetime
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from portal.kit.forms import add_errors
from portal.kit.money import WAN, in_wan
from portal.kit.pages import for_roles, render_page
from portal.kit.pagination import paginate
from portal.kit.problems import Invalid, or_404

from . import places, rules
from .actions import set_targets
from .forms import STEPS, FigureFilter, TargetsForm, YearFilter
from .models import MetricDefinition, MetricRun, MetricTarget
from .policy import READERS, TARGET_SETTERS
from .queries.figures import Figure, figures, shown, written
from .queries.listing import listed_for
from .queries.rows import VALUE, Behind, rows_behind
from .queries.series import Series, series
from .registry import Metric, Rate
from .rows import page_of, text_of

BASE = "portal/metrics"
PAGE_SIZE = 20
PLACES = ("town", "chain", "station")
KINDS = {
    "flow": gettext_lazy("按发生日期累计"),
    "stock": gettext_lazy("按起止日期计时点数"),
    "snapshot": gettext_lazy("按当日状态计时点数"),
    "rate": gettext_lazy("由两项指标相除"),
}


def sections(request: HttpRequest) -> list[tuple[Any, str, bool, None]]:
    """The pages of figures as tabs."""
    names = {"metric-list": _("指标"), "metric-targets": _("年度目标"), "metric-runs": _("统计记录")}
    if not request.user.scope.roles & TARGET_SETTERS:
        names = {"metric-list": _("指标")}
    return [(label, reverse(name), request.path == reverse(name), None) for name, label in names.items()]


@require_GET
@for_roles(*READERS)
def metric_list(request: HttpRequest) -> HttpResponse:
    """Every figure as it stands this year, with its definition; each leads to its page."""
    listed = listed_for(request.user)
    area = places.area_of(request.user)
    found = figures([metric.code for metric in listed], area=area)
    today = timezone.localdate()
    year = {"from": rules.period_start(today, "year").isoformat(), "to": today.isoformat()}
    context = {
        "sections": sections(request),
        "figures": [found[metric.code] for metric in listed],
        "year": urlencode(year),
        "to_date": urlencode({"to": year["to"]}),
    }
    return render_page(request, f"{BASE}/list.html", None, context)


@require_GET
@for_roles(*READERS)
def metric_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One figure of a period and place, as the cards that lead here have it; its definition with its versions, the series
    as a picture, and the rows whose sum it is (of a rate: whose sum is the part)."""
    metric = or_404(next((one for one in listed_for(request.user) if one.code == code), None))
    whole = places.area_of(request.user)
    offered = {kind: places.listed(kind, whole) if kind in metric.filters else [] for kind in PLACES}
    form = FigureFilter(request.GET, metric=metric, places=offered)
    if not form.is_valid():
        raise Invalid({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    asked, today = form.cleaned_data, timezone.localdate()
    area = places.area_of(request.user, **{kind: asked.get(kind, "") for kind in PLACES})
    last, by = asked["to"] or today, asked["by"] or "month"
    drawn = series([code], area=area, first=asked["from"] or _usual_start(by, last), last=last, by=by)[code]
    # Without a first day: all that came together.
    told = figures(
        [code, *((metric.part, metric.whole) if isinstance(metric, Rate) else ())],
        area=area, day=last, first=rules.FLOOR if metric.to_date else asked["from"] or rules.FLOOR,
    )  # fmt: skip
    behind, unknown = _behind(request, metric, area, asked["from"], last)
    page = paginate(
        behind.rows, ordering=("pk",), cursor=request.GET.get("cursor", ""), page_size=PAGE_SIZE
    ) if behind else None  # fmt: skip
    context = {
        "metric": metric,
        "kind": KINDS[metric.kind],
        "form": form,
        "figure": told[code],
        "value": written(metric, told[code].value),
        "period": _period(metric, asked["from"], last),
        "place": _place(request, form),
        "parts": [
            _part(told[one], form, None if metric.to_date else asked["from"], last)
            for one in ((metric.part, metric.whole) if isinstance(metric, Rate) else ())
        ],
        "step": _step(metric, by),
        "chart": _chart(drawn, dict(STEPS).get(by)),
        "series": [(point.label, shown(metric, point.value)) for point in drawn.points],
        "definitions": MetricDefinition.objects.filter(metric=code).order_by("-version"),
        "behind": behind,
        "sum": _exactly(behind) if behind else "",
        "unknown": unknown,
        "page": page,
        "rows": [_row(behind, row) for row in page.rows] if page else [],
        "sections": sections(request),
        "api_url": f"{reverse('api:metric-series', args=[code])}?{urlencode({'by': by})}",
    }
    return render_page(request, f"{BASE}/detail.html", f"{BASE}/_detail.html", context)


def _usual_start(by: str, last: datetime.date) -> datetime.date | None:
    """Without a given start: a day's series shows 31 days, a month's two years, the others everything."""
    if by == "day":
        return last - datetime.timedelta(days=30)
    return rules.shifted(last.replace(day=1), -23) if by == "month" else None


def _behind(
    request: HttpRequest,
    metric: Metric | Rate,
    area: places.Area,
    first: datetime.date | None,
    last: datetime.date,
) -> tuple[Behind | None, str]:
    """The rows, or the sentence why there are none to be shown."""
    try:
        return rows_behind(metric, request.user, area=area, first=first, last=last), ""
    except Invalid as error:
        return None, " ".join(str(text) for text in error.detail["to"]) if "to" in error.detail else ""


def _period(metric: Metric | Rate, first: datetime.date | None, last: datetime.date) -> str:
    """Which days the figure is of, in words."""
    if not metric.adds_up and not metric.to_date:
        return _("截至 %(last)s 的时点数") % {"last": last.isoformat()}
    if first is None or metric.to_date:
        return _("累计：有记录以来至 %(last)s") % {"last": last.isoformat()}
    days = _("%(first)s 至 %(last)s") % {"first": first.isoformat(), "last": last.isoformat()}
    if first == rules.period_start(timezone.localdate(), "year") and last == timezone.localdate():
        return _("本年：%(days)s") % {"days": days}
    return days


def _place(request: HttpRequest, form: FigureFilter) -> str:
    """Of what place: the chosen ones, else all that the reader sees."""
    chosen = {kind: form.cleaned_data.get(kind) for kind in PLACES}
    named = [str(dict(form.fields[kind].choices)[code]) for kind, code in chosen.items() if code]
    return "、".join(named or request.user.scope.places)


def _step(metric: Metric | Rate, by: str) -> str:
    """What a point of the picture is."""
    if by not in rules.STEPS:
        return ""
    if metric.to_date:
        return _("各点为截至该期末的累计数。")
    return _("各点为该期内的数，不是累计数。") if metric.adds_up else _("各点为该期末的时点数。")


def _part(
    figure: Figure, form: FigureFilter, first: datetime.date | None, last: datetime.date
) -> dict[str, Any]:
    """A rate's part or whole, and the address of its rows: of the same period and place."""
    query = {kind: form.cleaned_data[kind] for kind in PLACES if form.cleaned_data.get(kind)}
    if first and figure.metric.adds_up:
        query["from"] = first.isoformat()
    query["to"] = last.isoformat()
    number, unit = written(figure.metric, figure.value)
    url = f"{reverse('metric', args=[figure.metric.code])}?{urlencode(query)}"
    return {"figure": figure, "number": number, "unit": unit, "url": url}


def _chart(drawn: Series, step: Any) -> dict[str, Any] | None:
    known = [point for point in drawn.points if point.value is not None]
    if not known:
        return None
    scale = WAN if drawn.metric.money else Decimal(1)
    return {
        "type": "line" if step else "bar",
        "labels": [point.label for point in known],
        "series": [{"name": str(drawn.metric.name), "data": [float(p.value / scale) for p in known]}],
        "unit": str(_("万元") if drawn.metric.money else drawn.metric.unit),
    }


def _exactly(behind: Behind) -> str:
    """The sum of the rows as dashboards and bulletins name it: 万元 to the yuan, never rounded to 亿元."""
    if behind.metric.money:
        return f"{in_wan(behind.sum)} {_('万元')}"
    return shown(behind.metric, behind.sum)


def _row(behind: Behind, row: dict[str, Any]) -> dict[str, Any]:
    found = [(column, row[f"row_{column.name}"]) for column in behind.shown.columns]
    cells = [
        (one.title, text_of(one, value), bool(one.choices) or isinstance(value, datetime.date))
        for one, value in found
    ]
    return {
        "title": cells[0][1] if cells else row["pk"],
        "cells": cells[1:],
        "url": page_of(behind, row),
        "value": shown(behind.metric, Decimal(row[VALUE] or 0)),
    }


@require_http_methods(["GET", "POST"])
@for_roles(*TARGET_SETTERS)
def targets(request: HttpRequest) -> HttpResponse:
    """The bureau sets the year's targets of a district, town or chain."""
    whole = places.area_of(request.user)
    choice = YearFilter(request.GET, towns=places.listed("town", whole), chains=places.listed("chain", whole))
    if not choice.is_valid():
        raise Invalid({name: [str(text) for text in texts] for name, texts in choice.errors.items()})
    asked = choice.cleaned_data
    year = asked["year"] or timezone.localdate().year
    area = places.area_of(request.user, town=asked["town"], chain=asked["chain"])
    area = replace(area, districts=area.districts[:1])  # an administrator of several starts with the first
    needed = {name for name in ("town", "chain") if asked[name]}
    metrics = [one for one in listed_for(request.user) if needed <= set(one.dimensions)]
    kept = MetricTarget.objects.filter(
        year=year, district=area.districts[0], town=area.towns[0] if area.towns else None, chain_id=area.chain
    )
    initial = {row.metric: row.value.normalize() for row in kept}
    for metric in metrics:
        if metric.money and metric.code in initial:
            initial[metric.code] = (initial[metric.code] / WAN).normalize()
    initial = {code: f"{value:f}" for code, value in initial.items()}
    form = TargetsForm(request.POST or None, metrics=metrics, initial=initial)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            values = {
                metric.code: value * WAN if metric.money and (value := form.cleaned_data[metric.code]) is not None
                else form.cleaned_data[metric.code]
                for metric in metrics
            }  # fmt: skip
            try:
                changed = set_targets(area=area, year=year, values=values, by=request.user)
            except Invalid as error:
                add_errors(form, error)
            else:
                messages.success(
                    request,
                    _("已保存 %(year)d 年目标，改动 %(count)d 项。") % {"year": year, "count": changed},
                )
                return redirect(request.get_full_path())
        status = 422
    shown_on = min(timezone.localdate(), datetime.date(year, 12, 31))
    found = figures([metric.code for metric in metrics], area=area, day=shown_on)
    rows = [(found[metric.code], form[metric.code]) for metric in metrics]
    context = {"sections": sections(request), "choice": choice, "form": form, "rows": rows, "year": year}
    return render_page(request, f"{BASE}/targets.html", None, context, status=status)


@require_GET
@for_roles(*TARGET_SETTERS)
def runs(request: HttpRequest) -> HttpResponse:
    """What counting did and what it found: errors, and cells that a full recount had to correct."""
    page = paginate(
        MetricRun.objects.all(),
        ordering=("-started_at",),
        cursor=request.GET.get("cursor", ""),
        page_size=PAGE_SIZE,
    )
    found = {run.pk: list(run.found.all()[:20]) for run in page.rows if run.differences}
    context = {
        "sections": sections(request),
        "page": page,
        "runs": [(run, found.get(run.pk, [])) for run in page.rows],
    }
    return render_page(request, f"{BASE}/runs.html", f"{BASE}/_runs.html", context)
