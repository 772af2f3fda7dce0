"""Uploads on their way into the database, their rows, and exports. Personal values are never plain in these tables."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.jobs.models import Job
from portal.kit.scoped import ScopedQuerySet
from portal.territory.models import District


class SheetImportQuerySet(ScopedQuerySet):
    """The bureau sees the imports of its district (an admin all), a station the own ones.

    A preview shows what is stored about the enterprises of its towns: who has left one of them reads it no longer.
    """

    def scope_filter(self, scope) -> Q:
        if not scope.is_staff:
            return Q(pk__in=[])
        own = Q(uploaded_by_id=scope.user_id, towns__contained_by=sorted(scope.towns))
        return own | Q(district_id__in=scope.managed)


class SheetImport(models.Model):
    """One uploaded workbook: checked, previewed, then committed as a whole or not at all."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("等待检查")
        CHECKING = "checking", _("检查中")
        READY = "ready", _("待确认")
        COMMITTING = "committing", _("写入中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("失败")
        CANCELLED = "cancelled", _("已取消")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("表格种类"), max_length=40)
    filename = models.CharField(_("文件名"), max_length=200)
    stored = models.CharField(_("存放名"), max_length=120, blank=True)
    sha256 = models.CharField(_("文件摘要"), max_length=64)
    size = models.PositiveBigIntegerField(_("文件大小（字节）"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("上传人")
    )
    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    towns = ArrayField(
        models.BigIntegerField(), null=True, help_text="Made for these towns; NULL for the whole district."
    )
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.QUEUED)
    total = models.PositiveIntegerField(_("总行数"), default=0)
    valid = models.PositiveIntegerField(_("有效行"), default=0)
    invalid = models.PositiveIntegerField(_("有误行"), default=0)
    created = models.PositiveIntegerField(_("新建"), default=0)
    updated = models.PositiveIntegerField(_("变更"), default=0)
    unchanged = models.PositiveIntegerField(_("不变"), default=0)
    message = models.CharField(_("说明"), max_length=400, blank=True)
    skip_invalid = models.BooleanField(_("跳过有误行"), default=False)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+", verbose_name=_("后台任务"))
    created_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    checked_at = models.DateTimeField(_("检查完成时间"), null=True)
    finished_at = models.DateTimeField(_("结束时间"), null=True)

    objects = SheetImportQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        verbose_name = verbose_name_plural = _("导入")
        constraints = [
            models.CheckConstraint(
                name="import_status_known",
                condition=Q(
                    status__in=(
                        "queued", "checking", "ready", "committing", "done", "failed", "cancelled"
                    )
                ),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=("district", "-created_at"), name="import_of_district"),
            models.Index(fields=("uploaded_by", "-created_at"), name="import_of_user"),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def is_open(self) -> bool:
        """Whether it may still be cancelled: nothing has been handed to the commit."""
        return self.status in {self.Status.QUEUED, self.Status.CHECKING, self.Status.READY}

    @property
    def is_working(self) -> bool:
        return self.status in {self.Status.QUEUED, self.Status.CHECKING, self.Status.COMMITTING}


class SheetImportRow(models.Model):
    """One row of an upload as it was read. `values` holds personal fields as ciphertext only.

    `errors`: [{column, value, code, message}], `changes`: [{field, old, new}].
    """

    class Outcome(models.TextChoices):
        CREATED = "created", _("新建")
        UPDATED = "updated", _("变更")
        UNCHANGED = "unchanged", _("不变")
        INVALID = "invalid", _("有误")

    sheet_import = models.ForeignKey(SheetImport, models.CASCADE, related_name="rows")
    row_no = models.PositiveIntegerField(_("行号"))
    key = models.CharField(_("标识"), max_length=64, blank=True)
    outcome = models.CharField(_("结果"), max_length=9, choices=Outcome)
    values = models.JSONField(_("内容"), default=dict)
    errors = models.JSONField(_("问题"), default=list)
    changes = models.JSONField(_("变更"), default=list)

    class Meta:
        ordering = ("row_no",)
        verbose_name = verbose_name_plural = _("导入行")
        constraints = [models.UniqueConstraint(fields=("sheet_import", "row_no"), name="import_row_once")]
        indexes = [
            models.Index(
                fields=("sheet_import", "row_no"), condition=Q(outcome="invalid"), name="import_row_invalid"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_import_id} {self.row_no}"


class SheetExportQuerySet(ScopedQuerySet):
    """An export was made for one person: nobody else sees it. Its file is for that person's scope of then alone."""

    def scope_filter(self, scope) -> Q:
        return Q(requested_by_id=scope.user_id)

    def visible_to(self, user):
        """Also an admin sees only the own exports."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        return self.filter(self.scope_filter(user.scope))


class SheetExport(models.Model):
    """A list as a workbook or CSV, made in the background for the scope of who asked."""

    class Format(models.TextChoices):
        XLSX = "xlsx", _("Excel（.xlsx）")
        CSV = "csv", _("CSV（.csv）")

    class Status(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("生成中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("失败")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("种类"), max_length=40)
    format = models.CharField(_("格式"), max_length=4, choices=Format, default=Format.XLSX)
    filters = models.JSONField(_("筛选条件"), default=dict)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("申请人")
    )
    scope = models.CharField(max_length=64, default="", help_text="Fingerprint of the scope it is made for.")
    status = models.CharField(_("状态"), max_length=8, choices=Status, default=Status.QUEUED)
    rows = models.PositiveIntegerField(_("行数"), default=0)
    stored = models.CharField(_("存放名"), max_length=120, blank=True)
    filename = models.CharField(_("文件名"), max_length=200, blank=True)
    message = models.CharField(_("说明"), max_length=400, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+", verbose_name=_("后台任务"))
    created_at = models.DateTimeField(_("申请时间"), auto_now_add=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True)

    objects = SheetExportQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        verbose_name = verbose_name_plural = _("导出")
        constraints = [
            models.CheckConstraint(
                name="export_status_known", condition=Q(status__in=("queued", "running", "done", "failed"))
            ),
            models.CheckConstraint(name="export_format_known", condition=Q(format__in=("xlsx", "csv"))),
        ]
        indexes = [models.Index(fields=("requested_by", "-created_at"), name="export_of_user")]

    def __str__(self) -> str:
        return self.filename or f"{self.kind}.{self.format}"

    def is_for(self, user) -> bool:
        """Whether the file is for this user still: made for this person, with just the roles and places of now."""
        return self.requested_by_id == user.pk and self.scope == user.scope.fingerprint
