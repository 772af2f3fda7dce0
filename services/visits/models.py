"""Visits: campaigns (链上千企) with targets by town, projects that are visited, and the visits themselves."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain
from enterprises.outreach.models import Instructor
from enterprises.registry.models import Enterprise
from portal.kit.scoped import ScopedQuerySet
from portal.territory.models import District, Town

__all__ = ["CampaignTarget", "Visit", "VisitCampaign", "VisitProject"]


class CampaignQuerySet(ScopedQuerySet):
    """The district's staff and leaders, and the stations of its towns."""

    def scope_filter(self, scope) -> Q:
        seen = Q(district_id__in=scope.districts)
        if scope.towns:
            seen |= Q(district__in=Town.objects.filter(pk__in=scope.towns).values("district"))
        return seen


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class VisitCampaign(models.Model):
    """A campaign of visits, from day to day; every visit of these days may belong to it."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    code = models.CharField(_("代码"), max_length=32, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    description = models.CharField(_("说明"), max_length=500, blank=True)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_on", "code")
        verbose_name = verbose_name_plural = _("走访行动")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="campaign_dates_in_order"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Za-z0-9][A-Za-z0-9_-]*$"), name="campaign_code_plain"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TargetQuerySet(ScopedQuerySet):
    """The district's staff and leaders, and the town's own station."""

    def scope_filter(self, scope) -> Q:
        return Q(campaign__district_id__in=scope.districts) | Q(town_id__in=scope.towns)


class CampaignTarget(models.Model):
    """How many enterprises and projects a town's station is to visit in a campaign."""

    campaign = models.ForeignKey(VisitCampaign, models.CASCADE, related_name="targets")
    town = models.ForeignKey(Town, models.PROTECT, related_name="+", verbose_name=_("街镇"))
    enterprises = models.PositiveIntegerField(_("目标企业数"), default=0)
    projects = models.PositiveIntegerField(_("目标项目数"), default=0)

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ("campaign", "town__position")
        verbose_name = verbose_name_plural = _("走访目标")
        constraints = [models.UniqueConstraint(fields=("campaign", "town"), name="target_once_a_town")]


class OfTownQuerySet(ScopedQuerySet):
    """The district's staff and leaders, and the town's station."""

    def scope_filter(self, scope) -> Q:
        return Q(district_id__in=scope.districts) | Q(town_id__in=scope.towns)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class VisitProject(models.Model):
    """A project under construction or in operation that is visited like an enterprise (重点项目)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    town = models.ForeignKey(Town, models.PROTECT, related_name="+", verbose_name=_("街镇"))
    code = models.CharField(_("编号"), max_length=32, unique=True)
    name = models.CharField(_("项目名称"), max_length=120)
    chain = models.ForeignKey(
        Chain, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("产业链")
    )
    enterprise = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="visited_projects",
        verbose_name=_("实施企业"),
    )
    closed_on = models.DateField(_("结束日期"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = OfTownQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        verbose_name = verbose_name_plural = _("走访项目")
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Za-z0-9][A-Za-z0-9_-]*$"), name="visit_project_code_plain"
            ),
            models.CheckConstraint(condition=~Q(name__regex=r"^\s*$"), name="visit_project_has_name"),
        ]
        indexes = [models.Index(fields=("town", "code"), name="visit_project_of_town")]

    def __str__(self) -> str:
        return self.name


class VisitQuerySet(ScopedQuerySet):
    """The district's staff and leaders, the town's station, and the enterprise that was visited."""

    def scope_filter(self, scope) -> Q:
        return (
            Q(district_id__in=scope.districts)
            | Q(town_id__in=scope.towns)
            | Q(enterprise__uscc__in=scope.enterprises)
        )


class Visit(models.Model):
    """A visit to an enterprise or a project; its findings are demands. `town` and `chain` as on that day."""

    class Method(models.TextChoices):
        ONSITE = "onsite", _("上门走访")
        PHONE = "phone", _("电话")
        ONLINE = "online", _("线上")
        MEETING = "meeting", _("座谈")

    district = models.ForeignKey(
        District, models.PROTECT, related_name="+", db_index=False, verbose_name=_("区")
    )
    town = models.ForeignKey(Town, models.PROTECT, related_name="+", db_index=False, verbose_name=_("街镇"))
    chain = models.ForeignKey(
        Chain, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("产业链")
    )
    number = models.CharField(_("编号"), max_length=20, unique=True)
    campaign = models.ForeignKey(
        VisitCampaign, models.PROTECT, null=True, blank=True, related_name="visits", db_index=False,
        verbose_name=_("走访行动"),
    )  # fmt: skip
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="visits", db_index=False,
        verbose_name=_("企业"),
    )  # fmt: skip
    project = models.ForeignKey(
        VisitProject, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("项目")
    )
    instructor = models.ForeignKey(
        Instructor, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("指导员")
    )
    visited_on = models.DateField(_("走访日期"))
    method = models.CharField(_("走访方式"), max_length=8, choices=Method, default=Method.ONSITE)
    note = models.CharField(_("走访情况"), max_length=1000, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("记录人"),
    )
    created_at = models.DateTimeField(_("记录时间"), auto_now_add=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ("-visited_on", "-id")
        verbose_name = verbose_name_plural = _("走访")
        constraints = [
            models.CheckConstraint(
                condition=Q(enterprise__isnull=False, project__isnull=True)
                | Q(enterprise__isnull=True, project__isnull=False),
                name="visit_one_subject",
            ),
            models.CheckConstraint(
                condition=Q(method__in=("onsite", "phone", "online", "meeting")), name="visit_method_known"
            ),
        ]
        indexes = [
            models.Index(fields=("district", "-visited_on", "-id"), name="visit_recent"),
            models.Index(fields=("town", "-visited_on", "-id"), name="visit_of_town"),
            models.Index(fields=("enterprise", "-visited_on", "-id"), name="visit_of_enterprise"),
            models.Index(fields=("campaign", "town", "enterprise"), name="visit_of_campaign"),
        ]

    def __str__(self) -> str:
        return self.number
