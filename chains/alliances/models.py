"""What an alliance (产业链党建联盟) has beyond an organisation: its pattern and charter, and the terms of its chair."""

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from portal.kit.scoped import ScopedQuerySet

from ..party.models import OfOrganizationQuerySet, PartyOrganization

__all__ = ["Alliance", "ChairTerm"]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Alliance(models.Model):
    """Pattern and charter (章程) of an organisation of the alliance kind; one that has neither has no row here.

    Its version is the organisation's.
    """

    class Pattern(models.TextChoices):
        TOWN_ALLIANCE = "1+1+X+N", _("1+1+X+N（街镇党委、联盟、企业党组织、职能部门）")
        ALLIANCE = "1+X+N", _("1+X+N（联盟、企业党组织、职能部门）")
        LEADING = "1+1+N", _("1+1+N（联盟、龙头企业、成员单位）")

    organization = models.OneToOneField(
        PartyOrganization,
        models.PROTECT,
        primary_key=True,
        related_name="alliance",
        verbose_name=_("党建联盟"),
    )
    pattern = models.CharField(_("组织体系"), max_length=8, choices=Pattern, blank=True)
    charter = models.TextField(_("章程"), blank=True)
    adopted_on = models.DateField(_("章程通过日期"), null=True, blank=True)

    objects = OfOrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("党建联盟")
        constraints = [
            models.CheckConstraint(
                condition=Q(pattern__in=("", "1+1+X+N", "1+X+N", "1+1+N")), name="alliance_pattern_known"
            ),
            models.CheckConstraint(
                condition=Q(adopted_on__isnull=True) | ~Q(charter=""), name="alliance_adopted_a_charter"
            ),
        ]

    def __str__(self) -> str:
        return str(self.organization)


class ChairTermQuerySet(ScopedQuerySet):
    """The terms of the alliances in scope."""

    def scope_filter(self, scope) -> Q:
        seen = PartyOrganization.objects.filter(PartyOrganization.objects.all().scope_filter(scope))
        return Q(alliance__in=seen)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ChairTerm(models.Model):
    """Which organisation takes the rotating chair (轮值会长), from `started_on` until the day before `ended_on`."""

    alliance = models.ForeignKey(
        PartyOrganization, models.PROTECT, related_name="chair_terms", verbose_name=_("党建联盟")
    )
    chair = models.ForeignKey(
        PartyOrganization, models.PROTECT, related_name="chairs", verbose_name=_("轮值会长单位")
    )
    started_on = models.DateField(_("任期开始"))
    ended_on = models.DateField(_("任期结束"), null=True, blank=True)

    objects = ChairTermQuerySet.as_manager()

    class Meta:
        ordering = ("-started_on", "-id")
        verbose_name = verbose_name_plural = _("轮值会长")
        constraints = [
            models.CheckConstraint(condition=~Q(alliance=F("chair")), name="chair_is_another"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gt=F("started_on")),
                name="chair_dates_in_order",
            ),
            ExclusionConstraint(  # one chair at a time
                name="chair_one_at_a_time",
                expressions=[
                    ("alliance", RangeOperators.EQUAL),
                    (
                        Func("started_on", "ended_on", function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.chair} {self.started_on}"
