"""Meetings of an alliance, the member enterprises that came, and what was resolved."""

from typing import Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain
from chains.party.models import PartyOrganization
from portal.kit.scoped import ScopedQuerySet
from portal.territory.models import District, Town

from ..cobuilding.models import AllianceMember

__all__ = ["AllianceMeeting", "AllianceTask", "MemberAttendance"]


class MeetingQuerySet(ScopedQuerySet):
    """The district's staff and leaders, the alliance's town, and the stations and users of its member enterprises."""

    def scope_filter(self, scope) -> Q:
        seen = Q(district_id__in=scope.districts) | Q(alliance__town_id__in=scope.towns)
        if scope.towns or scope.enterprises:
            members = AllianceMember._base_manager.filter(alliance=OuterRef("alliance"), left_on=None)
            own = Q(enterprise__town_id__in=scope.towns) | Q(enterprise__uscc__in=scope.enterprises)
            seen |= Q(town_id__in=scope.towns) | Exists(members.filter(own))
        return seen

    def standing(self) -> Self:
        """Those whose record was not withdrawn."""
        return self.filter(cancelled_at=None)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AllianceMeeting(models.Model):
    """A meeting that an alliance held under the chair of one organisation, as a rule that of the rotating chair.

    `town` and `chain` are the alliance's on the day of recording: figures keep them. `minutes` are for staff. A record
    that was wrong is cancelled with a reason and counts nowhere; nothing is deleted.
    """

    class Kind(models.TextChoices):
        JOINT = "joint", _("联席会议")
        CONSULTATION = "consultation", _("问题会商")

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    town = models.ForeignKey(
        Town, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("街镇")
    )
    chain = models.ForeignKey(
        Chain, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("产业链")
    )
    alliance = models.ForeignKey(
        PartyOrganization, models.PROTECT, related_name="alliance_meetings", verbose_name=_("党建联盟")
    )
    number = models.CharField(_("编号"), max_length=20, unique=True)
    kind = models.CharField(_("类型"), max_length=12, choices=Kind, default=Kind.JOINT)
    topic = models.CharField(_("议题"), max_length=120)
    held_on = models.DateField(_("会议日期"))
    place = models.CharField(_("地点"), max_length=100, blank=True)
    chair = models.ForeignKey(PartyOrganization, models.PROTECT, related_name="+", verbose_name=_("主持单位"))
    guests = models.CharField(_("列席单位"), max_length=200, blank=True)
    minutes = models.TextField(_("会议纪要"), blank=True)
    members = models.ManyToManyField(
        AllianceMember, through="MemberAttendance", related_name="+", verbose_name=_("到会成员")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人")
    )
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    cancelled_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    cancel_reason = models.CharField(_("撤销原因"), max_length=200, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ("-held_on", "-id")
        verbose_name = verbose_name_plural = _("联盟会议")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=("joint", "consultation")), name="alliance_meeting_kind_known"
            ),
            models.CheckConstraint(condition=~Q(topic__regex=r"^\s*$"), name="alliance_meeting_has_topic"),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancel_reason="")
                | (Q(cancelled_at__isnull=False) & ~Q(cancel_reason="")),
                name="alliance_meeting_cancelled_why",
            ),
            models.UniqueConstraint(
                fields=("alliance", "held_on", "kind", "topic"),
                condition=Q(cancelled_at=None),
                name="alliance_meeting_once",
            ),
        ]
        indexes = [
            models.Index(fields=("alliance", "-held_on", "-id"), name="alliance_meeting_of"),
            models.Index(fields=("held_on",), name="alliance_meeting_day"),
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.number} {self.topic}"


class OfMeetingQuerySet(ScopedQuerySet):
    """Seen with the meeting."""

    def scope_filter(self, scope) -> Q:
        return Q(
            meeting__in=AllianceMeeting.objects.filter(AllianceMeeting.objects.all().scope_filter(scope))
        )


class MemberAttendance(models.Model):
    """A member enterprise came to a meeting."""

    meeting = models.ForeignKey(
        AllianceMeeting, models.CASCADE, related_name="attendances", verbose_name=_("联盟会议")
    )
    member = models.ForeignKey(
        AllianceMember, models.PROTECT, related_name="attendances", verbose_name=_("联盟成员")
    )

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        ordering = ("meeting", "member")
        verbose_name = verbose_name_plural = _("联盟会议到会")
        constraints = [models.UniqueConstraint(fields=("meeting", "member"), name="member_attendance_once")]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AllianceTask(models.Model):
    """Something that a meeting resolved (议定事项): who does it until when, and what came of it."""

    meeting = models.ForeignKey(
        AllianceMeeting, models.PROTECT, related_name="tasks", verbose_name=_("联盟会议")
    )
    text = models.CharField(_("议定事项"), max_length=200)
    owner = models.CharField(_("责任单位"), max_length=60)
    due_on = models.DateField(_("完成期限"))
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    result = models.CharField(_("办理结果"), max_length=200, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        ordering = ("meeting", "due_on", "id")
        verbose_name = verbose_name_plural = _("议定事项")
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on__isnull=True, result="") | (Q(done_on__isnull=False) & ~Q(result="")),
                name="alliance_task_done_with_result",
            ),
            models.UniqueConstraint(fields=("meeting", "text"), name="alliance_task_once"),
        ]
        indexes = [models.Index(fields=("due_on",), condition=Q(done_on=None), name="alliance_task_open")]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.text
