"""The cells of the figures, the keys of the cells to be recounted, and what the counting reported."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.kit.scoped import ScopedQuerySet
from portal.territory.models import District, Town

VALUE = {"max_digits": 20, "decimal_places": 2}


class PlaceQuerySet(ScopedQuerySet):
    """The bureau and leaders see the district's figures, a station those of its towns."""

    def scope_filter(self, scope) -> Q:
        return Q(district_id__in=scope.districts) | Q(town_id__in=scope.towns)


class MetricDaily(models.Model):
    """What one day adds to a figure in one place. `town` 0: the whole district; `chain` 0: whatever the chain.

    A cell is only ever replaced by a new count of its rows. No foreign keys: cells are derived, chains live above.
    """

    metric = models.CharField(_("指标"), max_length=60)
    day = models.DateField(_("日期"))
    district_id = models.BigIntegerField(_("区"))
    town_id = models.BigIntegerField(_("街镇"), default=0)
    chain_id = models.BigIntegerField(_("产业链"), default=0)
    value = models.DecimalField(_("数值"), **VALUE)
    version = models.PositiveSmallIntegerField(_("口径版本"), default=1)
    counted_at = models.DateTimeField(_("统计时间"))

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("每日指标")
        constraints = [
            # Answers a series of a place from the index alone; the day last, because it is asked for by range.
            models.UniqueConstraint(
                fields=("metric", "chain_id", "town_id", "district_id", "day"),
                include=("value",),
                name="metric_daily_cell",
            ),
        ]
        indexes = [models.Index(fields=("metric", "day"), name="metric_daily_day")]


class MetricDirty(models.Model):
    """These days are to be recounted: of a figure, or of all that a name touches, until a drain spreads it to them.

    Plain rows without a unique key: two actions never wait here.
    """

    metric = models.CharField(_("指标"), max_length=60)
    first = models.DateField(_("首日"))
    last = models.DateField(_("末日"))
    written_at = models.DateTimeField(_("写入时间"), db_default=models.functions.Now())

    class Meta:
        verbose_name = verbose_name_plural = _("待统计的日期")
        constraints = [models.CheckConstraint(condition=Q(first__lte=F("last")), name="metric_dirty_order")]
        indexes = [models.Index(fields=("metric",), name="metric_dirty_metric")]


class MetricState(models.Model):
    """How far the counting of a figure is: until when it is right, and what went wrong since."""

    metric = models.CharField(_("指标"), max_length=60, primary_key=True)
    version = models.PositiveSmallIntegerField(_("口径版本"), default=0)
    as_of = models.DateTimeField(_("数据截至"), null=True)
    counted_day = models.DateField(_("统计到哪一天"), null=True)
    known_from = models.DateField(_("从哪一天起有数"), null=True)
    full_at = models.DateTimeField(_("最近全量统计"), null=True)
    failed_at = models.DateTimeField(_("统计失败时间"), null=True)
    error = models.CharField(_("错误"), max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("指标状态")


class MetricClock(models.Model):
    """One row: when the last drain began that left nothing behind. Figures without an error are right until then."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    drained_at = models.DateTimeField(_("最近增量统计"))

    class Meta:
        verbose_name = verbose_name_plural = _("统计时钟")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="metric_clock_one")]


class MetricDefinition(models.Model):
    """A version of a figure's definition (口径) and the moment from which the figure was counted so."""

    metric = models.CharField(_("指标"), max_length=60)
    version = models.PositiveSmallIntegerField(_("口径版本"))
    name = models.CharField(_("名称"), max_length=60)
    definition = models.TextField(_("口径"))
    since = models.DateTimeField(_("启用时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("指标口径")
        constraints = [
            models.UniqueConstraint(fields=("metric", "version"), name="metric_definition_once"),
        ]


class MetricRun(models.Model):
    """One drain or full recount that had something to do or to report."""

    class Kind(models.TextChoices):
        DRAIN = "drain", _("增量统计")
        FULL = "full", _("全量统计")

    kind = models.CharField(_("种类"), max_length=5, choices=Kind)
    started_at = models.DateTimeField(_("开始时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    metrics = models.PositiveIntegerField(_("指标数"), default=0)
    cells = models.PositiveIntegerField(_("改动的单元格"), default=0)
    differences = models.PositiveIntegerField(_("差异"), default=0)
    errors = models.JSONField(_("错误"), default=dict)

    class Meta:
        ordering = ("-started_at", "-id")
        verbose_name = verbose_name_plural = _("统计记录")
        indexes = [models.Index(fields=("-started_at", "-id"), name="metric_run_recent")]


class MetricDifference(models.Model):
    """A cell that a full recount had to correct although no key asked for it: an action forgot its key."""

    run = models.ForeignKey(MetricRun, models.CASCADE, related_name="found", verbose_name=_("统计记录"))
    metric = models.CharField(_("指标"), max_length=60)
    day = models.DateField(_("日期"))
    district_id = models.BigIntegerField(_("区"))
    town_id = models.BigIntegerField(_("街镇"))
    chain_id = models.BigIntegerField(_("产业链"))
    kept = models.DecimalField(_("原值"), **VALUE)
    counted = models.DecimalField(_("重新统计"), **VALUE)

    class Meta:
        verbose_name = verbose_name_plural = _("统计差异")


class MetricTarget(models.Model):
    """What a figure should reach in a year, for the district (no town) or a town, for a chain or all (0)."""

    metric = models.CharField(_("指标"), max_length=60)
    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    town = models.ForeignKey(
        Town, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("街镇")
    )
    chain_id = models.BigIntegerField(_("产业链"), default=0)
    year = models.PositiveSmallIntegerField(_("年度"))
    value = models.DecimalField(_("目标"), validators=[MinValueValidator(0)], **VALUE)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("设定人")
    )
    set_at = models.DateTimeField(_("设定时间"), auto_now=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("年度目标")
        constraints = [
            models.UniqueConstraint(
                fields=("metric", "year", "district", "town", "chain_id"),
                nulls_distinct=False,
                name="metric_target_once",
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="metric_target_not_negative"),
            models.CheckConstraint(condition=Q(year__range=(2000, 2100)), name="metric_target_year"),
        ]


from .boards.models import *  # noqa: E402, F403
from .reports.models import *  # noqa: E402, F403
