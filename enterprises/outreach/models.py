"""Who goes out to the enterprises: instructors with their postings, and liaison points with their visits."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.kit.encryption import EncryptedTextField
from portal.kit.scoped import ScopedQuerySet
from portal.territory.models import Area, District, Town

from ..registry.models import Enterprise, OfEnterpriseQuerySet

__all__ = ["Instructor", "InstructorAssignment", "LiaisonPoint", "LiaisonVisit"]


class InstructorQuerySet(ScopedQuerySet):
    """The district's staff see its instructors, a station its town's, an enterprise user those posted to it."""

    def scope_filter(self, scope) -> Q:
        seen = Q(district_id__in=scope.districts) | Q(town_id__in=scope.towns)
        if scope.enterprises:
            seen |= Q(
                pk__in=InstructorAssignment.objects.filter(
                    enterprise__uscc__in=scope.enterprises, ended_on=None
                ).values("instructor")
            )
        return seen


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Instructor(models.Model):
    """A Party-building instructor (党建工作指导员) of a town's guidance station. Never deleted: who leaves has a day."""

    class Kind(models.TextChoices):
        INSTRUCTOR = "instructor", _("党建工作指导员")
        LIAISON = "liaison", _("联络员")
        SERVICE_MANAGER = "service_manager", _("红色服务经理")

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    town = models.ForeignKey(Town, models.PROTECT, related_name="instructors", verbose_name=_("街镇"))
    code = models.CharField(_("编号"), max_length=32, unique=True)
    kind = models.CharField(_("类别"), max_length=16, choices=Kind, default=Kind.INSTRUCTOR)
    name = EncryptedTextField(_("姓名"), context="enterprises.Instructor.name")
    phone = EncryptedTextField(_("电话"), context="enterprises.Instructor.phone")
    name_bidx = models.CharField(max_length=32, blank=True, default="", editable=False)
    phone_bidx = models.CharField(max_length=32, blank=True, default="", editable=False)
    unit = models.CharField(_("派出单位"), max_length=60, blank=True)
    started_on = models.DateField(_("聘任日期"))
    ended_on = models.DateField(_("离任日期"), null=True, blank=True)
    end_reason = models.CharField(_("离任原因"), max_length=200, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = InstructorQuerySet.as_manager()

    class Meta:
        ordering = ("town__position", "code")
        verbose_name = verbose_name_plural = _("党建工作指导员")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=("instructor", "liaison", "service_manager")),
                name="instructor_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="instructor_dates_in_order",
            ),
            models.UniqueConstraint(  # the same person, by blind index
                fields=("town", "name_bidx", "phone_bidx"),
                condition=Q(ended_on__isnull=True) & ~Q(name_bidx=""),
                name="instructor_active_once",
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Za-z0-9][A-Za-z0-9_-]*$"), name="instructor_code_plain"
            ),
        ]
        indexes = [models.Index(fields=("town", "code"), name="instructor_of_town")]

    def __str__(self) -> str:
        return self.code


class InstructorAssignmentQuerySet(ScopedQuerySet):
    """Seen with the instructor's town, the enterprise's or the area's; an enterprise user sees its own."""

    def scope_filter(self, scope) -> Q:
        return (
            Q(instructor__district_id__in=scope.districts)
            | Q(instructor__town_id__in=scope.towns)
            | Q(enterprise__town_id__in=scope.towns)
            | Q(area__town_id__in=scope.towns)
            | Q(enterprise__uscc__in=scope.enterprises)
        )


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class InstructorAssignment(models.Model):
    """An instructor's posting to one enterprise, or to one commercial area, building or park, from day to day."""

    instructor = models.ForeignKey(
        Instructor, models.PROTECT, related_name="assignments", verbose_name=_("指导员")
    )
    enterprise = models.ForeignKey(
        Enterprise, models.CASCADE, null=True, blank=True, related_name="assignments", verbose_name=_("企业")
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="assignments",
        verbose_name=_("商圈、楼宇或园区"),
    )  # fmt: skip
    started_on = models.DateField(_("开始日期"))
    ended_on = models.DateField(_("结束日期"), null=True, blank=True)
    end_reason = models.CharField(_("结束原因"), max_length=200, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = InstructorAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ("instructor", "-started_on", "id")
        verbose_name = verbose_name_plural = _("指导员派驻")
        constraints = [
            models.CheckConstraint(
                condition=Q(enterprise__isnull=False, area__isnull=True)
                | Q(enterprise__isnull=True, area__isnull=False),
                name="assignment_one_target",
            ),
            models.UniqueConstraint(
                fields=("instructor", "enterprise"),
                condition=Q(ended_on__isnull=True, enterprise__isnull=False),
                name="assignment_enterprise_open_once",
            ),
            models.UniqueConstraint(
                fields=("instructor", "area"),
                condition=Q(ended_on__isnull=True, area__isnull=False),
                name="assignment_area_open_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="assignment_dates_in_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=("enterprise", "instructor"),
                condition=Q(ended_on__isnull=True, enterprise__isnull=False),
                name="assignment_of_enterprise",
            ),
            models.Index(
                fields=("area", "instructor"),
                condition=Q(ended_on__isnull=True, area__isnull=False),
                name="assignment_of_area",
            ),
        ]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class LiaisonPoint(models.Model):
    """An enterprise taken in as a 小个专党建工作联系点, with the leader in charge; released with day and reason."""

    enterprise = models.ForeignKey(
        Enterprise, models.CASCADE, related_name="liaison_points", verbose_name=_("企业")
    )
    code = models.CharField(_("编号"), max_length=32, unique=True)
    taken_in_on = models.DateField(_("建立日期"))
    leader_title = models.CharField(_("挂点领导职务"), max_length=60)
    leader_name = EncryptedTextField(_("挂点领导"), context="enterprises.LiaisonPoint.leader_name")
    instructor = models.ForeignKey(
        Instructor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="liaison_points",
        verbose_name=_("指导员"),
    )
    last_visited_on = models.DateField(_("最近走访"), null=True, blank=True, editable=False)
    released_on = models.DateField(_("解除日期"), null=True, blank=True)
    release_reason = models.CharField(_("解除原因"), max_length=200, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = OfEnterpriseQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        verbose_name = verbose_name_plural = _("党建工作联系点")
        constraints = [
            models.UniqueConstraint(
                fields=("enterprise",), condition=Q(released_on__isnull=True), name="liaison_point_open_once"
            ),
            models.CheckConstraint(
                condition=Q(released_on__isnull=True) | Q(released_on__gte=F("taken_in_on")),
                name="liaison_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class LiaisonVisitQuerySet(ScopedQuerySet):
    """Seen with the liaison point's enterprise."""

    def scope_filter(self, scope) -> Q:
        return (
            Q(point__enterprise__district_id__in=scope.districts)
            | Q(point__enterprise__town_id__in=scope.towns)
            | Q(point__enterprise__uscc__in=scope.enterprises)
        )


class LiaisonVisit(models.Model):
    """A follow-up visit to a liaison point, kept as it was recorded."""

    point = models.ForeignKey(LiaisonPoint, models.CASCADE, related_name="visits", verbose_name=_("联系点"))
    visited_on = models.DateField(_("走访日期"))
    content = models.CharField(_("走访情况"), max_length=500)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人")
    )
    recorded_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    objects = LiaisonVisitQuerySet.as_manager()

    class Meta:
        ordering = ("-visited_on", "-id")
        verbose_name = verbose_name_plural = _("联系点走访")
        indexes = [models.Index(fields=("point", "-visited_on", "-id"), name="visit_of_point")]
