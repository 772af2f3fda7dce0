"""What a district sets by itself: who gets which demand, how long it may take, who is reminded; and saved filters."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.kit.scoped import ReferenceQuerySet, ScopedQuerySet
from portal.territory.models import Department, District, ServiceElement, Town

from .demands import Demand


class DistrictQuerySet(ScopedQuerySet):
    """For those who dispatch: the bureau and the leaders of the district, and its towns' stations."""

    def scope_filter(self, scope) -> Q:
        return Q(district_id__in=scope.districts) | Q(district__towns__in=scope.towns)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class DispatchRule(models.Model):
    """Which department a demand is suggested to: by element, or more closely by element and town. A person decides."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    element = models.ForeignKey(ServiceElement, models.PROTECT, related_name="+", verbose_name=_("要素"))
    town = models.ForeignKey(
        Town, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("街镇")
    )
    lead = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("牵头部门"))
    joint = models.ManyToManyField(Department, related_name="+", blank=True, verbose_name=_("协办部门"))
    note = models.CharField(_("说明"), max_length=200, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("element__position", "town__position", "id")
        verbose_name = verbose_name_plural = _("派单规则")
        constraints = [
            models.UniqueConstraint(
                fields=("district", "element", "town"), name="dispatch_rule_once", nulls_distinct=False
            ),
        ]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class HandlingTime(models.Model):
    """How long each clock of a kind and urgency runs: working hours to accept, dispatch and sign, working days to
    handle. Where a district has set nothing, rules/hours.py says it."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    kind = models.CharField(_("诉求类型"), max_length=10, choices=Demand.Kind)
    urgency = models.CharField(_("紧急程度"), max_length=8, choices=Demand.Urgency)
    accept_hours = models.PositiveSmallIntegerField(_("受理（工作小时）"))
    dispatch_hours = models.PositiveSmallIntegerField(_("分办（工作小时）"))
    sign_hours = models.PositiveSmallIntegerField(_("签收（工作小时）"))
    handle_days = models.PositiveSmallIntegerField(_("办理（工作日）"))
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("kind", "urgency")
        verbose_name = verbose_name_plural = _("办理时限")
        constraints = [
            models.UniqueConstraint(fields=("district", "kind", "urgency"), name="handling_time_once"),
            models.CheckConstraint(
                condition=Q(accept_hours__range=(1, 80), dispatch_hours__range=(1, 80))
                & Q(sign_hours__range=(1, 80), handle_days__range=(1, 250)),
                name="handling_time_sane",
            ),
        ]


class EscalationRule(models.Model):
    """Who is reminded when a set share (per cent) of a clock's time has passed: once each, by name."""

    class Audience(models.TextChoices):
        HANDLER = "handler", _("当前责任单位")
        TOWN = "town", _("属地指导站")
        BUREAU = "bureau", _("区局")
        LEADER = "leader", _("分管领导")

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    share = models.PositiveSmallIntegerField(_("用时比例（%）"))
    audience = models.CharField(_("提醒对象"), max_length=8, choices=Audience)
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name=_("另提醒")
    )
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = DistrictQuerySet.as_manager()

    class Meta:
        ordering = ("share", "audience")
        verbose_name = verbose_name_plural = _("催办规则")
        constraints = [
            models.UniqueConstraint(fields=("district", "share", "audience"), name="escalation_rule_once"),
            models.CheckConstraint(condition=Q(share__range=(10, 400)), name="escalation_share_sane"),
        ]


class OwnQuerySet(ScopedQuerySet):
    """Everybody's own."""

    def scope_filter(self, scope) -> Q:
        return Q(user_id=scope.user_id)

    def visible_to(self, user):
        """An administrator has no business with other people's filters either."""
        return self.filter(user_id=user.pk) if user.is_authenticated and user.is_active else self.none()


class SavedFilter(models.Model):
    """A filter of the demands that somebody keeps under a name. `query` is the address's query string."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("名称"), max_length=40)
    query = models.CharField(_("筛选条件"), max_length=500)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        verbose_name = verbose_name_plural = _("常用筛选")
        constraints = [models.UniqueConstraint(fields=("user", "name"), name="saved_filter_once")]
