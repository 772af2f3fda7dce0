"""The policy library. Who a policy is for stands as data, so that enterprises can be matched with reasons."""

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.kit.search import TextGrams
from portal.territory.models import Department, District, ServiceElement

from ..stations.models import PublicQuerySet

__all__ = ["Policy"]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Policy(models.Model):
    """A policy or resource that enterprises can apply for (政策资源). Everybody reads it; the bureau keeps it.

    `conditions` as those of service items (stations/rules/eligibility.py): data that must hold, each with its
    sentence. `apply_until` None: open without an end.
    """

    class Kind(models.TextChoices):
        FUND = "fund", _("资金扶持")
        TAX = "tax", _("税费优惠")
        FINANCE = "finance", _("金融支持")
        TALENT = "talent", _("人才用工")
        QUALITY = "quality", _("质量与标准")
        IP = "ip", _("知识产权")
        RESOURCE = "resource", _("服务资源")

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    code = models.CharField(_("编号"), max_length=32, unique=True)
    title = models.CharField(_("名称"), max_length=120)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    element = models.ForeignKey(
        ServiceElement, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("要素")
    )
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("主管部门"))
    document = models.CharField(_("文号"), max_length=80, blank=True)
    summary = models.CharField(_("摘要"), max_length=300)
    body = models.TextField(_("正文"), max_length=6000, blank=True)
    benefit = models.CharField(_("支持内容"), max_length=300, blank=True)
    materials = models.TextField(_("申报材料"), max_length=2000, blank=True)
    how_to = models.TextField(_("申报方式"), max_length=1000, blank=True)
    hotline = models.CharField(_("咨询电话"), max_length=40, blank=True)
    conditions = models.JSONField(_("适用条件"), default=dict, blank=True)
    published_on = models.DateField(_("发布日期"))
    apply_from = models.DateField(_("申报开始"), null=True, blank=True)
    apply_until = models.DateField(_("申报截止"), null=True, blank=True)
    closed_on = models.DateField(_("失效日期"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ("-published_on", "code")
        verbose_name = verbose_name_plural = _("政策资源")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=("fund", "tax", "finance", "talent", "quality", "ip", "resource")),
                name="policy_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(apply_from__isnull=True)
                | Q(apply_until__isnull=True)
                | Q(apply_until__gte=F("apply_from")),
                name="policy_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Za-z0-9][A-Za-z0-9_-]*$"), name="policy_code_plain"
            ),
        ]
        indexes = [
            models.Index(fields=("district", "-published_on", "code"), name="policy_recent"),
            GinIndex(TextGrams(F("title")), name="policy_title_grams"),
        ]

    def __str__(self) -> str:
        return self.title
