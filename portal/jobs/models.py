"""Background jobs as rows: written in the caller's transaction, so an accepted job is never lost (F1–F5)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.kit.scoped import ScopedQuerySet


class JobQuerySet(ScopedQuerySet):
    def scope_filter(self, scope) -> Q:
        return Q(owner_id=scope.user_id)


class Job(models.Model):
    """One piece of background work. It runs under a lease; a worker that dies loses the lease, not the job."""

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("失败")
        CANCELLED = "cancelled", _("已取消")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("种类"), max_length=60)
    payload = models.JSONField(_("参数"), default=dict)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="jobs")
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveBigIntegerField(_("已处理"), default=0)
    total = models.PositiveBigIntegerField(_("总数"), default=0)
    stage = models.CharField(_("阶段"), max_length=60, blank=True)
    message = models.CharField(_("说明"), max_length=400, blank=True)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    cancel_requested = models.BooleanField(_("要求取消"), default=False)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    run_after = models.DateTimeField(_("最早执行时间"), auto_now_add=True)
    published_at = models.DateTimeField(_("交给队列的时间"), null=True)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(_("租约到期"), null=True)
    started_at = models.DateTimeField(_("开始时间"), null=True)
    finished_at = models.DateTimeField(_("结束时间"), null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        verbose_name = verbose_name_plural = _("后台任务")
        constraints = [
            models.CheckConstraint(
                name="job_state_known",
                condition=Q(state__in=("queued", "running", "done", "failed", "cancelled")),
            ),
            models.CheckConstraint(
                name="job_running_has_lease", condition=~Q(state="running") | Q(lease__isnull=False)
            ),
        ]
        indexes = [
            models.Index(F("run_after"), condition=Q(state="queued"), name="job_queued"),
            models.Index(F("lease_until"), condition=Q(state="running"), name="job_running"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
