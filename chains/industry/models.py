"""Industry chains and their segments (产业链、环节)."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.kit.scoped import ReferenceQuerySet
from portal.territory.models import District, Town

__all__ = ["Chain", "Segment", "SegmentLink"]


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
    """A segment (环节) of a chain, upstream to downstream; `is_gap` marks a 缺失环节."""

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

    def __str__(self) -> str:
        return self.name


class SegmentLink(models.Model):
    """An arrow from an upstream segment to a downstream one."""

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

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"
