"""Activities of Party organisations (三会一课、主题党日 …): what effective coverage is counted from."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chains.party.models import OfOrganizationQuerySet, PartyOrganization

__all__ = ["Activity"]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Activity(models.Model):
    """An activity that an organisation held or will hold."""

    class Kind(models.TextChoices):
        MEETINGS_AND_LECTURE = "three_meetings", _("三会一课")
        THEME_DAY = "theme_day", _("主题党日")
        QUIZ = "quiz", _("知识竞赛")
        SALON = "salon", _("主题沙龙")
        TRAINING = "training", _("业务培训")
        MATCHMAKING = "matchmaking", _("要素对接会")
        PUBLICITY = "publicity", _("宣讲")
        RELIEF = "relief", _("三送一解")

    class Status(models.TextChoices):
        PLANNED = "planned", _("计划中")
        HELD = "held", _("已开展")
        CANCELLED = "cancelled", _("已取消")

    organization = models.ForeignKey(
        PartyOrganization, models.PROTECT, related_name="activities", verbose_name=_("党组织")
    )
    number = models.CharField(_("编号"), max_length=20, unique=True)
    kind = models.CharField(_("类型"), max_length=14, choices=Kind)
    title = models.CharField(_("主题"), max_length=120)
    held_on = models.DateField(_("日期"))
    place = models.CharField(_("地点"), max_length=120, blank=True)
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.HELD)
    attendances = models.PositiveIntegerField(_("参加人数"), null=True, blank=True)
    summary = models.TextField(_("简况"), max_length=2000, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人")
    )
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = OfOrganizationQuerySet.as_manager()

    class Meta:
        ordering = ("-held_on", "-id")
        verbose_name = verbose_name_plural = _("活动")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=(
                        "three_meetings",
                        "theme_day",
                        "quiz",
                        "salon",
                        "training",
                        "matchmaking",
                        "publicity",
                        "relief",
                    )
                ),
                name="activity_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("planned", "held", "cancelled")), name="activity_status_known"
            ),
        ]
        indexes = [
            models.Index(fields=("organization", "-held_on"), name="activity_of_organization"),
            models.Index(fields=("-held_on", "-id"), name="activity_recent"),
        ]

    def __str__(self) -> str:
        return self.title
