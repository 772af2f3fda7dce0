"""Deep-integration projects (党建创新与科技创新深度融合项目): Party-building carried into research and production."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain
from chains.party.models import PartyOrganization
from portal.kit.scoped import ScopedQuerySet
from portal.territory.models import District, Town

from ..registry.models import Enterprise

__all__ = ["IntegrationProject"]


class ProjectQuerySet(ScopedQuerySet):
    """The district's staff and leaders, the project's town, and the enterprise that leads it."""

    def scope_filter(self, scope) -> Q:
        return (
            Q(district_id__in=scope.districts)
            | Q(town_id__in=scope.towns)
            | Q(enterprise__uscc__in=scope.enterprises)
        )


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class IntegrationProject(models.Model):
    """A project after 3+6+X (松江): one of three subjects, in one of six directions, by any carriers.

    Led by an enterprise, a Party organisation or both. `participants` are Party members taking part, in 人次; `patents`
    the patents that came of it. Counted on the day it was finished; one that was stopped counts nowhere and stays.
    """

    class Subject(models.TextChoices):
        KEY_TECHNOLOGY = "key_technology", _("“卡脖子”关键核心技术")
        TALENT_TEAM = "talent_team", _("领军、拔尖人才创新团队")
        LEADING_ENTERPRISE = "leading_enterprise", _("头部企业和行业隐形冠军")

    class Direction(models.TextChoices):
        RESEARCH = "research", _("科技攻关")
        UPGRADE = "upgrade", _("转型升级")
        STARTUP = "startup", _("创新创业")
        BRAND = "brand", _("品牌塑造")
        RESULTS = "results", _("成果转化")
        TALENT = "talent", _("人才培养")

    class Status(models.TextChoices):
        RUNNING = "running", _("实施中")
        FINISHED = "finished", _("已完成")
        STOPPED = "stopped", _("已终止")

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    town = models.ForeignKey(Town, models.PROTECT, related_name="+", verbose_name=_("街镇"))
    number = models.CharField(_("编号"), max_length=20, unique=True)
    title = models.CharField(_("项目名称"), max_length=120)
    subject = models.CharField(_("重点主体"), max_length=20, choices=Subject)
    direction = models.CharField(_("创新方向"), max_length=10, choices=Direction)
    carriers = models.CharField(_("工作载体"), max_length=200, blank=True)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("牵头企业")
    )
    organization = models.ForeignKey(
        PartyOrganization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("牵头党组织"),
    )
    chain = models.ForeignKey(
        Chain, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("产业链")
    )
    started_on = models.DateField(_("开始日期"))
    finished_on = models.DateField(_("完成日期"), null=True, blank=True)
    status = models.CharField(_("状态"), max_length=8, choices=Status, default=Status.RUNNING)
    participants = models.PositiveIntegerField(_("参与党员（人次）"), default=0)
    patents = models.PositiveIntegerField(_("形成专利（项）"), default=0)
    summary = models.TextField(_("简况"), max_length=2000, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人")
    )
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ("-started_on", "-id")
        verbose_name = verbose_name_plural = _("深度融合项目")
        constraints = [
            models.CheckConstraint(
                condition=Q(subject__in=("key_technology", "talent_team", "leading_enterprise")),
                name="project_subject_known",
            ),
            models.CheckConstraint(
                condition=Q(direction__in=("research", "upgrade", "startup", "brand", "results", "talent")),
                name="project_direction_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("running", "stopped"), finished_on=None)
                | Q(status="finished", finished_on__gte=F("started_on")),
                name="project_finished_on_its_day",
            ),
            models.CheckConstraint(
                condition=Q(enterprise__isnull=False) | Q(organization__isnull=False),
                name="project_has_a_lead",
            ),
        ]
        indexes = [
            models.Index(fields=("district", "-started_on", "-id"), name="project_recent"),
            models.Index(fields=("finished_on",), name="project_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
