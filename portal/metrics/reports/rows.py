"""A bulletin as REST and the pages show it."""

from typing import Any

from django.urls import reverse

from portal.jobs.queries import is_waiting_for_workers, progress_of

from . import wording
from .models import Report, ReportFile
from .rules import term_of


def report_row(report: Report) -> dict[str, Any]:
    """A bulletin without its figures."""
    done = report.status == Report.Status.DONE
    address = reverse("api:report-file", args=[report.pk])
    return {
        "id": str(report.pk),
        "number": report.number,
        "kind": report.kind,
        "kind_label": str(report.get_kind_display()),
        "period": report.period,
        "period_label": term_of(report.period).label,
        "covers_until": report.covers_until,
        "district": report.district.code,
        "status": report.status,
        "status_label": str(report.get_status_display()),
        "progress": 100 if done else progress_of(report.job),
        "waiting": report.status == Report.Status.QUEUED and is_waiting_for_workers(report.job),
        "message": report.message,
        "requested_by": str(report.requested_by),
        "requested_at": report.requested_at,
        "issued_at": report.issued_at,
        "files": {name: f"{address}?format={name}" for name in ReportFile.Format.values} if done else {},
    }


def report_detail(report: Report) -> dict[str, Any]:
    """A bulletin with its figures as issued; null before that."""
    content = report.content
    figures = content and [{"code": code, **content["figures"][code]} for code in content["order"]]
    return {**report_row(report), "as_of": content and content["as_of"], "figures": figures}


def shown_figures(report: Report) -> list[dict[str, Any]]:
    """The figures of an issued bulletin as lines of the page's table."""
    content = report.content or {"order": []}
    return [
        {
            "code": code,
            "name": row["name"],
            "unit": wording.unit_of(row),
            "value": wording.cell(row, row["value"]),
            "previous": wording.cell(row, row["previous"]),
            "change": wording.change(row, row["change"]),
            "last_year": wording.cell(row, row["last_year"]),
            "year_on_year": wording.change(row, row["year_on_year"]),
            "year": wording.since_new_year(row),
        }
        for code in content["order"]
        if (row := content["figures"][code])
    ]
