"""Issuing a bulletin: asked for in the request, made by a job, written once."""

from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.jobs.actions import enqueue
from portal.jobs.models import Job
from portal.jobs.runner import JobRun
from portal.kit.problems import Invalid
from portal.territory.models import District

from ..actions import drain
from .figures import freeze
from .models import Report, ReportFile
from .policy import can_issue
from .rules import Term, term_of

KIND = "metrics.report"
Status = Report.Status


@transaction.atomic
def issue_report(*, district: District, period: str, by: User, kind: str = Report.Kind.BULLETIN) -> Report:
    """The bureau has the bulletin of a month (2026-10) or quarter (2026-Q3) of its district made and issued.

    While the same one is being made, everybody who asks gets that one; after that a further one gets its own number.
    Raises PermissionDenied for anyone but the bureau, Invalid for an unknown kind, a period that is none or has not begun.
    """
    if not can_issue(by, district.pk):
        raise PermissionDenied
    if kind not in Report.Kind.values:
        raise Invalid({"kind": _("没有这种报告。")})
    day = _checked(period).covered(timezone.localdate())
    District.objects.select_for_update(no_key=True).get(pk=district.pk)
    running = Report.objects.filter(district=district, kind=kind, period=period, status=Status.QUEUED).first()
    if running is not None:
        return running
    report = Report(district=district, kind=kind, period=period, covers_until=day, requested_by=by)
    report.job = enqueue(kind=KIND, payload={"report": str(report.pk)}, owner=by)
    report.save(force_insert=True)
    return report


def _checked(period: str) -> Term:
    try:
        term = term_of(period)
    except ValueError as error:
        raise Invalid({"period": _("期间应写作 2026-10（月）或 2026-Q3（季度）。")}) from error
    if term.first > timezone.localdate():
        raise Invalid({"period": _("这个期间还没有开始。")})
    return term


def make_report(run: JobRun) -> None:
    """Makes a bulletin that was asked for, as a job. Started again, it leaves an issued one alone."""
    report = Report.objects.select_related("district").get(pk=run.payload["report"])
    if report.status != Status.QUEUED:
        return
    run.progress(0, 3, _("汇总指标"))
    drain()
    content = freeze(district_id=report.district_id, term=term_of(report.period), day=report.covers_until)
    run.progress(1, 3, _("生成文件"))
    write_report(report=report, content=content, before_commit=run.hold_lease)


@transaction.atomic
def write_report(
    *, report: Report, content: dict, before_commit: Callable[[], None] = lambda: None
) -> Report:
    """Numbers the bulletin, keeps its figures and makes its files from them, all or nothing.

    Numbers run without gaps through the year of issue: whoever comes second waits for the first. `before_commit` may
    still stop it. An official document is Chinese, whatever the language of who asked for it.
    """
    # The makers of Word and Excel files take a second to load: only the worker that makes a bulletin carries them.
    from .document import make_document
    from .workbook import make_workbook

    District.objects.select_for_update(no_key=True).get(pk=report.district_id)
    report = Report.objects.select_for_update(of=("self",)).select_related("district").get(pk=report.pk)
    if report.status != Status.QUEUED:
        return report
    report.issued_at = timezone.now()
    report.year = timezone.localdate(report.issued_at).year
    last = Report.objects.filter(district=report.district_id, year=report.year).aggregate(last=Max("issue"))
    report.issue, report.content, report.status = (last["last"] or 0) + 1, content, Status.DONE
    with translation.override(settings.LANGUAGE_CODE):
        files = {"docx": make_document(report), "xlsx": make_workbook(report)}
    report.save()
    ReportFile.objects.bulk_create(
        ReportFile(report=report, format=name, content=made) for name, made in files.items()
    )
    before_commit()
    return report


def give_up(job: Job) -> None:
    """The work failed for good: the bulletin says so, and another one can be asked for."""
    Report.objects.filter(job=job, status=Status.QUEUED).update(status=Status.FAILED, message=job.message)
