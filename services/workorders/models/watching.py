"""What keeps a demand from being forgotten: reminders that were sent, and calls back to the enterprise (回访)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .demands import Demand, DemandPart, OfDemandQuerySet


class Escalation(models.Model):
    """A reminder that was sent: once for each clock of a demand, or of a joint department's own `part`, share and
    audience. Written with its messages."""

    demand = models.ForeignKey(Demand, models.CASCADE, related_name="escalations")
    part = models.ForeignKey(DemandPart, models.CASCADE, null=True, blank=True, related_name="escalations")
    clock = models.CharField(_("计时环节"), max_length=8, choices=Demand.Clock)
    clock_started_at = models.DateTimeField(_("开始计时"))
    share = models.PositiveSmallIntegerField(_("用时比例（%）"))
    audience = models.CharField(_("提醒对象"), max_length=8)
    at = models.DateTimeField(_("提醒时间"), auto_now_add=True)

    objects = OfDemandQuerySet.as_manager()

    class Meta:
        ordering = ("at", "id")
        verbose_name = verbose_name_plural = _("催办记录")
        constraints = [
            models.UniqueConstraint(
                fields=("demand", "clock", "clock_started_at", "share", "audience"),
                condition=Q(part__isnull=True),
                name="escalation_once",
            ),
            models.UniqueConstraint(
                fields=("part", "clock_started_at", "share", "audience"), name="escalation_once_a_part"
            ),
        ]


class Callback(models.Model):
    """A call back after a low score, or by sample (at least one closed order in ten): open until its outcome is
    written. An order with an open call back is not archived."""

    class Reason(models.TextChoices):
        LOW_SCORE = "low_score", _("评价不满意")
        SAMPLE = "sample", _("抽样回访")

    demand = models.ForeignKey(Demand, models.CASCADE, related_name="callbacks")
    reason = models.CharField(_("回访原因"), max_length=10, choices=Reason)
    opened_at = models.DateTimeField(_("发起时间"))
    outcome = models.CharField(_("回访情况"), max_length=500, blank=True)
    satisfied = models.BooleanField(_("回访满意"), null=True, blank=True)
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = OfDemandQuerySet.as_manager()

    class Meta:
        ordering = ("-opened_at", "-id")
        verbose_name = verbose_name_plural = _("回访")
        constraints = [
            models.UniqueConstraint(
                fields=("demand",), condition=Q(closed_at__isnull=True), name="callback_one_open"
            ),
        ]
        indexes = [
            models.Index(
                fields=("opened_at", "id"), condition=Q(closed_at__isnull=True), name="callback_open"
            )
        ]


class PendingTelling(models.Model):
    """A message about a demand that is still to be handed to the notices: written with the move, and removed in the
    transaction that writes the notice. Never lost, never twice.

    `parties`: who is told besides the people of `departments` (messages.py).
    """

    demand = models.ForeignKey(Demand, models.CASCADE, related_name="+", verbose_name=_("诉求"))
    kind = models.CharField(_("事项"), max_length=20)
    key = models.CharField(_("场合"), max_length=80)
    title = models.CharField(_("标题"), max_length=120)
    body = models.TextField(_("内容"), max_length=2000)
    parties = models.JSONField(_("当事方"), default=list)
    departments = models.JSONField(_("部门"), default=list)
    created_at = models.DateTimeField(_("时间"))

    objects = OfDemandQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        verbose_name = verbose_name_plural = _("待发消息")
