"""Simplified procedures (简易申报程序): what used to take more papers and days, and takes fewer now."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.territory.models import Department, District

from ..stations.models import CODE_PATTERN, PublicQuerySet

__all__ = ["SimplifiedItem"]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class SimplifiedItem(models.Model):
    """An item of support for which an enterprise applies in a simplified way, from `effective_on` until the day before
    `ended_on`. Materials are counted in papers, days in working days, each as it was before and as it is now."""

    class Category(models.TextChoices):
        RECOGNITION = "recognition", _("认定类")
        MATCHING = "matching", _("配套类")

    district = models.ForeignKey(
        District, models.PROTECT, related_name="simplified_items", verbose_name=_("区")
    )
    code = models.CharField(_("代码"), max_length=32, unique=True)
    name = models.CharField(_("事项名称"), max_length=80)
    category = models.CharField(_("类别"), max_length=12, choices=Category)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="simplified_items", verbose_name=_("办理部门")
    )
    how = models.CharField(_("简化做法"), max_length=200)
    materials_before = models.PositiveSmallIntegerField(_("原材料份数"))
    materials_now = models.PositiveSmallIntegerField(_("现材料份数"))
    days_before = models.PositiveSmallIntegerField(_("原办理时限（工作日）"))
    days_now = models.PositiveSmallIntegerField(_("现办理时限（工作日）"))
    effective_on = models.DateField(_("实施日期"))
    ended_on = models.DateField(_("停止日期"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ("category", "code")
        verbose_name = verbose_name_plural = _("简易申报事项")
        constraints = [
            models.UniqueConstraint(fields=("district", "name"), name="simplified_name_once_a_district"),
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="simplified_code_plain"),
            models.CheckConstraint(
                condition=Q(category__in=("recognition", "matching")), name="simplified_category_known"
            ),
            models.CheckConstraint(
                condition=Q(materials_now__lte=F("materials_before"), days_now__lte=F("days_before"))
                & (Q(materials_now__lt=F("materials_before")) | Q(days_now__lt=F("days_before"))),
                name="simplified_is_simpler",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("effective_on")),
                name="simplified_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name
