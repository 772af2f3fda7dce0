"""Industry chains and their segments (产业链、环节)."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.kit.scoped import ReferenceQuerySet
from portal.territory.models import Department, District, Town

__all__ = ["Chain", "ChainPlan", "PlanMilestone", "Segment", "SegmentLink"]

# The last guard of the arrows. The chain's row is locked first, so that two transactions cannot close a loop together.
ARROW_GUARD = """
SELECT chain_id INTO source_chain FROM chains_segment WHERE id = NEW.source_id;
SELECT chain_id INTO target_chain FROM chains_segment WHERE id = NEW.target_id;
IF source_chain IS DISTINCT FROM target_chain THEN
    RAISE EXCEPTION 'segment link leads to another chain' USING ERRCODE = 'check_violation';
END IF;
PERFORM 1 FROM chains_chain WHERE id = source_chain FOR NO KEY UPDATE;
IF EXISTS (
    WITH RECURSIVE reached (id) AS (
        SELECT NEW.target_id
        UNION
        SELECT link.target_id FROM chains_segmentlink link JOIN reached ON link.source_id = reached.id
    )
    SELECT 1 FROM reached WHERE id = NEW.source_id
) THEN
    RAISE EXCEPTION 'segment links form a loop' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Chain(models.Model):
    """An industry chain (产业链) of a district; `lead_town` is the 一镇一产业 town that leads it."""

    district = models.ForeignKey(District, models.PROTECT, related_name="chains", verbose_name=_("区"))
    code = models.CharField(_("代码"), max_length=32, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    lead_town = models.ForeignKey(
        Town, models.PROTECT, null=True, blank=True, related_name="led_chains", verbose_name=_("牵头街镇")
    )
    description = models.TextField(_("简介"), blank=True, max_length=2000)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("position", "code")
        verbose_name = verbose_name_plural = _("产业链")
        constraints = [
            models.UniqueConstraint(fields=("district", "name"), name="chain_name_once_a_district"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Za-z0-9][A-Za-z0-9_-]*$"), name="chain_code_plain"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Segment(models.Model):
    """A segment (环节) of a chain, upstream to downstream; `is_gap` marks a 缺失环节.

    A closed segment keeps its row, for enterprises once stood there; it is no longer drawn and takes no new ones.
    """

    class Stage(models.TextChoices):
        UPSTREAM = "upstream", _("上游")
        MIDSTREAM = "midstream", _("中游")
        DOWNSTREAM = "downstream", _("下游")

    chain = models.ForeignKey(Chain, models.PROTECT, related_name="segments", verbose_name=_("产业链"))
    code = models.CharField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    stage = models.CharField(_("位置"), max_length=10, choices=Stage)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)
    is_gap = models.BooleanField(_("缺失环节"), default=False)
    gap_note = models.CharField(_("缺失说明"), max_length=200, blank=True)
    closed_on = models.DateField(_("停用日期"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("chain", "position", "code")
        verbose_name = verbose_name_plural = _("环节")
        constraints = [
            models.UniqueConstraint(fields=("chain", "name"), name="segment_name_once_a_chain"),
            models.CheckConstraint(
                condition=Q(stage__in=("upstream", "midstream", "downstream")), name="segment_stage_known"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="stays_on_chain",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__chain__df=pgtrigger.F("new__chain")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SegmentLink(models.Model):
    """An arrow from an upstream segment to a downstream one of the same chain; arrows never form a loop."""

    source = models.ForeignKey(Segment, models.CASCADE, related_name="outgoing", verbose_name=_("上游环节"))
    target = models.ForeignKey(Segment, models.CASCADE, related_name="incoming", verbose_name=_("下游环节"))

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("source", "target")
        verbose_name = verbose_name_plural = _("环节关系")
        constraints = [
            models.UniqueConstraint(fields=("source", "target"), name="segment_link_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="segment_link_no_self"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="one_chain_no_loop",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("source_chain", "BIGINT"), ("target_chain", "BIGINT")],
                func=ARROW_GUARD,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ChainPlan(models.Model):
    """The plan of a chain (一链一方案): one a chain. Goals, paths and measures are lists, one entry a line."""

    chain = models.OneToOneField(Chain, models.PROTECT, related_name="plan", verbose_name=_("产业链"))
    title = models.CharField(_("方案名称"), max_length=120)
    goals = models.TextField(_("目标"), max_length=4000, blank=True)
    paths = models.TextField(_("路径"), max_length=4000, blank=True)
    measures = models.TextField(_("措施"), max_length=4000, blank=True)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("chain__position",)
        verbose_name = verbose_name_plural = _("一链一方案")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="plan_dates_in_order"),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PlanMilestone(models.Model):
    """A milestone of a plan with its progress in percent; it is done when the progress is 100."""

    plan = models.ForeignKey(ChainPlan, models.CASCADE, related_name="milestones", verbose_name=_("方案"))
    title = models.CharField(_("节点"), max_length=120)
    lead_department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("牵头部门")
    )
    due_on = models.DateField(_("完成期限"))
    progress = models.PositiveSmallIntegerField(_("进度（%）"), default=0)
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    note = models.CharField(_("进展说明"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("plan", "position", "due_on", "id")
        verbose_name = verbose_name_plural = _("方案节点")
        constraints = [
            models.CheckConstraint(condition=Q(progress__range=(0, 100)), name="milestone_progress_percent"),
            models.CheckConstraint(
                condition=Q(progress=100, done_on__isnull=False) | Q(progress__lt=100, done_on__isnull=True),
                name="milestone_done_means_100",
            ),
        ]

    def __str__(self) -> str:
        return self.title
