"""All stations side by side, and the bookings and sessions behind every figure (服务对比)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portal.accounts.scope import Role
from portal.imports.rules import can_export
from portal.kit.filtered import NO_ROWS
from portal.kit.pages import for_roles, render_page
from portal.kit.pagination import paginate

from ..forms.comparison import ComparisonFilter, RowsFilter, SessionsFilter
from ..queries.behind import FIGURES, averages, bookings_behind, places, sessions_behind
from ..queries.comparison import COLUMNS, Line, Period, comparison, total
from ..rows import booking_row, short_name

BASE = "services/booking/comparison"
READERS = (Role.ADMIN, Role.BUREAU, Role.LEADER, Role.STATION, Role.INSTITUTION)
GROUP_NAMES = {
    "station": _("服务站"),
    "item": _("服务事项"),
    "institution": _("技术机构"),
    "chain": _("产业链"),
}
MEANINGS = (
    (_("满约率"), _("已约名额 ÷ 提供的名额；只计未关闭的场次，留给候补的名额计为已约。")),
    (_("平均等候"), _("从提交预约到场次开始的平均天数；不计现场取号、已取消、已婉拒和候补。")),
    (_("爽约率"), _("爽约 ÷（已办结 + 爽约）；取消的预约另计，不算爽约。")),
    (_("满意度"), _("已评价预约的平均分，1 至 5 分。")),
    (_("取消率"), _("已取消 ÷ 全部预约（含已取消的）。")),
)
BEHIND = {  # figure → which bookings stand behind it; the fill rate has sessions
    "bookings": "bookings", "lead_days": "ahead", "no_show_rate": "no_shows", "satisfaction": "rated",
    "cancel_rate": "cancelled",
}  # fmt: skip
PERCENT = {"fill_rate", "no_show_rate", "cancel_rate"}
UNITS = {"lead_days": _("天"), "satisfaction": _("分")}
NO_CAPACITY = {"chain"}  # sessions belong to no chain


@for_roles(*READERS)
@require_GET
def session_comparison(request: HttpRequest) -> HttpResponse:
    """Stations, items, institutions or chains side by side; each figure leads to its rows, one of them is drawn."""
    form = ComparisonFilter(request.GET)
    if not form.is_valid():
        context = {"form": form, "meanings": MEANINGS}
        return render_page(request, f"{BASE}/page.html", f"{BASE}/_lines.html", context, status=400)
    by, period = form.cleaned_data["by"] or "station", form.span()
    lines = comparison(request.user, period, by=by)
    figures = [name for name in COLUMNS if name != "fill_rate" or by not in NO_CAPACITY]
    shown = form.cleaned_data["show"] or figures[0]
    shown = shown if shown in figures else figures[0]
    ordered = _sorted(lines, form.cleaned_data["sort"])
    context = {
        "form": form,
        "period": period,
        "group": GROUP_NAMES[by],
        "tabs": [(label, _here(request, by=name), name == by, None) for name, label in GROUP_NAMES.items()],
        "heads": [
            {"label": label, "url": _here(request, sort=name), "is_sorted": form.cleaned_data["sort"] == name}
            for name, label in {"bookings": _("预约"), **{n: COLUMNS[n] for n in figures}}.items()
        ],
        "rows": [_row(row, period, by, figures) for row in ordered],
        "total": _row(total(request.user, period, lines, by=by), period, by, figures) if lines else None,
        "chart_tabs": [(COLUMNS[name], _here(request, show=name), name == shown, None) for name in figures],
        "chart": _chart(ordered, shown),
        "chart_title": COLUMNS[shown],
        "meanings": MEANINGS,
        "may_export": can_export(request.user),
        "export_query": urlencode(_days(period) | {"by": by, "item": period.item}),
    }
    return render_page(request, f"{BASE}/page.html", f"{BASE}/_lines.html", context)


@for_roles(*READERS)
@require_GET
def booking_rows(request: HttpRequest) -> HttpResponse:
    """The bookings behind a figure, and all bookings in scope for who looks for one."""
    form = RowsFilter(request.GET)
    page, mean = NO_ROWS, {}
    if form.is_valid():
        rows = bookings_behind(request.user, form.span(), form.chosen, form.narrowed())
        page = paginate(
            rows, ordering=("-session__starts_at",), cursor=request.GET.get("cursor", ""), count=True
        )
        mean = averages(rows)
    context = {
        "form": form,
        "page": page,
        "rows": [
            booking_row(row, request.user) | {"station_short": short_name(row.session.station.name), "object": row,
                                              "score": row.rating.score if hasattr(row, "rating") else None}
            for row in page.rows
        ],
        "what": FIGURES[form.chosen][0] if not form.errors else "",
        "mean_score": mean.get("score"),
        "mean_days": mean["lead"].total_seconds() / 86400 if mean.get("lead") else None,
        "may_export": can_export(request.user),
        "crumbs": [(_("服务对比"), reverse("session-comparison"))],
    }  # fmt: skip
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/bookings.html", f"{BASE}/_bookings.html", context, status=status)


@for_roles(*READERS)
@require_GET
def session_rows(request: HttpRequest) -> HttpResponse:
    """The sessions behind a fill rate, with the places offered and taken of all of them."""
    form = SessionsFilter(request.GET)
    page, sums = NO_ROWS, {"capacity": 0, "booked": 0}
    if form.is_valid():
        grouped = form.cleaned_data["grouped"] == "institution"
        rows = sessions_behind(
            request.user, form.span(), institution=form.code("institution"), with_institution=grouped
        )
        page = paginate(rows, ordering=("-starts_at",), cursor=request.GET.get("cursor", ""), count=True)
        sums = places(rows)
    context = {
        "form": form,
        "page": page,
        "rows": [{"session": row, "station": short_name(row.station.name)} for row in page.rows],
        "sums": sums,
        "rate": f"{sums['booked'] / sums['capacity']:.1%}" if sums["capacity"] else "—",
        "crumbs": [(_("服务对比"), reverse("session-comparison"))],
    }
    status = 400 if form.errors else 200
    return render_page(request, f"{BASE}/sessions.html", f"{BASE}/_sessions.html", context, status=status)


def shown_figure(name: str, value: float | None) -> str:
    """A figure as people read it: 55.2%, 2.4 天, 4.71 分; a dash where there is no base."""
    if value is None:
        return "—"
    if name in PERCENT:
        return f"{value:.1%}"
    return f"{value:.2f}" if name == "satisfaction" else f"{value:.1f}"


def _sorted(lines: list[Line], name: str) -> list[Line]:
    """The highest first, those without a base last; in the usual order when nothing is chosen."""
    if not name:
        return lines

    def key(row: Line) -> tuple[bool, float]:
        value = row.counts.bookings if name == "bookings" else getattr(row, name)
        return value is None, -(value or 0)

    return sorted(lines, key=key)


def _row(row: Line, period: Period, by: str, figures: list[str]) -> dict[str, Any]:
    """A line with each figure, what it is made of, and where its rows are."""
    counts = row.counts
    bases = {
        "fill_rate": f"{counts.booked:,}/{counts.capacity:,}",
        "no_show_rate": f"{counts.no_shows:,}/{counts.served + counts.no_shows:,}",
        "satisfaction": str(_("%(count)s 条评价") % {"count": f"{counts.rated:,}"}),
        "cancel_rate": f"{counts.cancelled:,}/{counts.bookings:,}",
    }
    chosen = {by: row.code} if row.code else {"grouped": by} if by in {"institution", "chain"} else {}
    return {
        "name": short_name(row.name),
        "cells": [
            {
                "text": f"{counts.bookings:,}",
                "url": _rows_url("bookings", period, chosen) if counts.bookings else "",
                "base": "",
            }
        ]
        + [
            {
                "text": shown_figure(name, getattr(row, name)),
                "url": _rows_url(name, period, chosen) if getattr(row, name) else "",
                "base": bases.get(name, "") if getattr(row, name) is not None else "",
            }
            for name in figures
        ],
    }


def _rows_url(name: str, period: Period, chosen: dict[str, str]) -> str:
    where = {"item": period.item, **chosen}
    given = {key: value for key, value in (_days(period) | where).items() if value}
    if name == "fill_rate":
        return f"{reverse('session-rows')}?{urlencode(given)}"
    return f"{reverse('booking-rows')}?{urlencode({'figure': BEHIND[name], **given})}"


def _days(period: Period) -> dict[str, str]:
    return {"first": period.first.isoformat(), "last": period.last.isoformat()}


def _chart(lines: list[Line], name: str) -> dict[str, Any] | None:
    """The figure of every line that has a base, as bars; None when there is nothing to draw."""
    drawn = [(short_name(row.name), getattr(row, name)) for row in lines if getattr(row, name) is not None]
    if not drawn:
        return None
    factor = 100 if name in PERCENT else 1
    return {
        "type": "bar",
        "labels": [label for label, _value in drawn],
        "series": [
            {"name": str(COLUMNS[name]), "data": [round(value * factor, 2) for _label, value in drawn]}
        ],
        "unit": "%" if name in PERCENT else str(UNITS[name]),
        "horizontal": False,
    }


def _here(request: HttpRequest, **changed: str) -> str:
    """This page with some of its choices changed."""
    query = request.GET.copy()
    for name, value in changed.items():
        query[name] = value
    return f"{request.path}?{query.urlencode()}"
