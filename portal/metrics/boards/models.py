"""Boards: which figure ranks whom."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.kit.scoped import ScopedQuerySet
from portal.territory.models import District, Town

from .rules import MOST_PLACES

__all__ = ["PioneerBoard"]


class PioneerBoardQuerySet(ScopedQuerySet):
    """A board is public among those who are ranked: the district's bureau and leaders, and the stations of its towns."""

    def scope_filter(self, scope) -> Q:
        ranked = Town.objects.filter(pk__in=scope.towns).values("district")
        return Q(district_id__in=scope.districts) | Q(district__in=ranked)


class PioneerBoard(models.Model):
    """A monthly ranking (先锋榜单) by one figure. A closed one keeps its row."""

    class RankBy(models.TextChoices):
        TOWN = "town", _("街镇")
        STATION = "station", _("指导站")
        DEPARTMENT = "department", _("职能部门")
        CHAIN = "chain", _("产业链")

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    code = models.CharField(_("编号"), max_length=16, unique=True)
    name = models.CharField(_("榜单名称"), max_length=40)
    metric = models.CharField(_("指标"), max_length=60)
    rank_by = models.CharField(_("排名对象"), max_length=10, choices=RankBy)
    lowest_first = models.BooleanField(_("数值低者居前"), default=False)
    places = models.PositiveSmallIntegerField(
        _("公布名次"), default=10, validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)]
    )
    position = models.PositiveSmallIntegerField(_("排序"), default=0)
    closed_on = models.DateField(_("停用日期"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("设置人")
    )
    changed_at = models.DateTimeField(_("设置时间"), auto_now=True)

    objects = PioneerBoardQuerySet.as_manager()

    class Meta:
        ordering = ("position", "code")
        verbose_name = verbose_name_plural = _("先锋榜单")
        constraints = [
            models.UniqueConstraint(fields=("district", "name"), name="board_name_once"),
            models.CheckConstraint(
                condition=Q(rank_by__in=("town", "station", "department", "chain")),
                name="board_rank_by_known",
            ),
            models.CheckConstraint(condition=Q(places__range=(1, MOST_PLACES)), name="board_places"),
        ]

    def __str__(self) -> str:
        return self.name
