"""Joint meetings (难事会办): who was called, who came, and the resolutions that became tasks."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.kit.scoped import ScopedQuerySet
from portal.territory.models import Department, District

from .demands import Demand, DemandQuerySet, OfDemandQuerySet


class JointMeeting(models.Model):
    """A meeting to which the departments of a demand are called. At most one is planned for a demand."""

    class State(models.TextChoices):
        PLANNED = "planned", _("待召开")
        HELD = "held", _("已召开")
        CANCELLED = "cancelled", _("已取消")

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    demand = models.ForeignKey(Demand, models.CASCADE, related_name="meetings", verbose_name=_("诉求"))
    number = models.CharField(_("编号"), max_length=20, unique=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PLANNED)
    meets_at = models.DateTimeField(_("会议时间"))
    place = models.CharField(_("地点"), max_length=120, blank=True)
    reason = models.CharField(_("吹哨事由"), max_length=500, blank=True)
    minutes = models.TextField(_("会议纪要"), max_length=3000, blank=True)
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("召集人")
    )
    called_at = models.DateTimeField(_("吹哨时间"))
    held_at = models.DateTimeField(_("召开时间"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = OfDemandQuerySet.as_manager()

    class Meta:
        ordering = ("-meets_at", "-id")
        verbose_name = verbose_name_plural = _("会办会议")
        constraints = [
            models.UniqueConstraint(
                fields=("demand",), condition=Q(state="planned"), name="meeting_one_planned_a_demand"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("planned", "held", "cancelled")), name="meeting_state_known"
            ),
        ]
        indexes = [models.Index(fields=("district", "state", "meets_at"), name="meeting_coming")]

    def __str__(self) -> str:
        return self.number

    def is_early(self, held_at: datetime | None = None) -> bool:
        """Whether it was held, or would be at this moment, before the time for which it was called."""
        held_at = held_at or self.held_at
        return held_at is not None and held_at < self.meets_at


class OfMeetingQuerySet(ScopedQuerySet):
    """Seen by whoever sees the demand of the meeting."""

    def scope_filter(self, scope) -> Q:
        seen = Demand.objects.filter(DemandQuerySet.scope_filter(self, scope)).values("pk")
        return Q(meeting__demand__in=seen)


class MeetingAttendance(models.Model):
    """A department that is called to a meeting, and whether it came."""

    meeting = models.ForeignKey(JointMeeting, models.CASCADE, related_name="attendance")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("部门"))
    attended = models.BooleanField(_("到会"), null=True, blank=True)
    absence = models.CharField(_("缺席原因"), max_length=200, blank=True)

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        ordering = ("meeting", "department__position", "id")
        verbose_name = verbose_name_plural = _("参会部门")
        constraints = [models.UniqueConstraint(fields=("meeting", "department"), name="attendance_once")]


class Resolution(models.Model):
    """What a meeting resolved: a task with its owner and day, followed up on the board."""

    class State(models.TextChoices):
        OPEN = "open", _("办理中")
        DONE = "done", _("已完成")
        DROPPED = "dropped", _("不再办理")

    meeting = models.ForeignKey(JointMeeting, models.CASCADE, related_name="resolutions")
    text = models.CharField(_("决议事项"), max_length=500)
    owner = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("责任部门"))
    due_on = models.DateField(_("完成期限"))
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.OPEN)
    result = models.CharField(_("完成情况"), max_length=500, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "id")
        verbose_name = verbose_name_plural = _("会办事项")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("open", "done", "dropped")), name="resolution_state_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=("owner", "due_on"), condition=Q(state="open"), name="resolution_open_of_owner"
            )
        ]
