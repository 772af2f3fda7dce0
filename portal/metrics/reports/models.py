"""Bulletins with their frozen figures, and their files."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.jobs.models import Job
from portal.kit.scoped import ScopedQuerySet
from portal.territory.models import District

from .rules import number_of

__all__ = ["Report", "ReportFile"]


class ReportQuerySet(ScopedQuerySet):
    """The bureau and the leaders see their district's bulletins."""

    def scope_filter(self, scope) -> Q:
        return Q(district_id__in=scope.districts)


class Report(models.Model):
    """A bulletin of one month or quarter: asked for, then issued with a number and figures that never change again.

    `content`: the figures as issued (figures.py), null until then. `covers_until`: the last day counted.
    """

    class Kind(models.TextChoices):
        BULLETIN = "bulletin", _("工作简报")

    class Status(models.TextChoices):
        QUEUED = "queued", _("生成中")
        DONE = "done", _("已印发")
        FAILED = "failed", _("失败")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    kind = models.CharField(_("种类"), max_length=12, choices=Kind, default=Kind.BULLETIN)
    period = models.CharField(_("期间"), max_length=7)
    covers_until = models.DateField(_("统计到"))
    status = models.CharField(_("状态"), max_length=6, choices=Status, default=Status.QUEUED)
    year = models.PositiveSmallIntegerField(_("印发年度"), null=True)
    issue = models.PositiveIntegerField(_("期号"), null=True)
    content = models.JSONField(_("印发时的指标"), null=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("印发人")
    )
    requested_at = models.DateTimeField(_("提交时间"), auto_now_add=True)
    issued_at = models.DateTimeField(_("印发时间"), null=True)
    message = models.CharField(_("说明"), max_length=400, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+", verbose_name=_("后台任务"))

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ("-requested_at", "-id")
        verbose_name = verbose_name_plural = _("工作简报")
        constraints = [
            models.UniqueConstraint(fields=("district", "year", "issue"), name="report_numbered_once"),
            models.UniqueConstraint(
                fields=("district", "kind", "period"), condition=Q(status="queued"), name="report_made_once"
            ),
            models.CheckConstraint(
                name="report_issued_whole",
                condition=Q(
                    status="done", year__isnull=False, issue__isnull=False, content__isnull=False,
                    issued_at__isnull=False,
                )
                | (~Q(status="done") & Q(year=None, issue=None, issued_at=None)),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=("district", "-requested_at", "-id"), name="report_recent")]

    def __str__(self) -> str:
        return self.number or f"{self.kind} {self.period}"

    @property
    def number(self) -> str:
        """简报〔2026〕第10期; empty until it is issued."""
        return number_of(self.year, self.issue) if self.issue else ""


class ReportFile(models.Model):
    """A file of an issued bulletin, byte for byte as it was made: beside its figures, so that no backup parts them."""

    class Format(models.TextChoices):
        DOCX = "docx", "Word（.docx）"
        XLSX = "xlsx", "Excel（.xlsx）"

    report = models.ForeignKey(Report, models.CASCADE, related_name="files", verbose_name=_("工作简报"))
    format = models.CharField(_("格式"), max_length=4, choices=Format)
    content = models.BinaryField(_("内容"))

    class Meta:
        verbose_name = verbose_name_plural = _("简报文件")
        constraints = [models.UniqueConstraint(fields=("report", "format"), name="report_file_once")]
