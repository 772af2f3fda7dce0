"""Courses for enterprises (惠企服务课程): what is taught, by whom, for whom, and how to take part."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain
from portal.territory.models import Department, District, ServiceElement

from ..stations.models import CODE_PATTERN, Institution, PublicQuerySet, ServiceItem

__all__ = ["Course"]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Course(models.Model):
    """A course. It belongs to a chain, a service element or a service item, or is for everybody.

    `giver` names who teaches where that is neither an institution nor a department of the portal. `hours` are lessons
    (学时). `contact` is a public line or counter, never a person. Open from `opened_on` until the day before `closed_on`.
    """

    class Form(models.TextChoices):
        ONSITE = "onsite", _("线下")
        ONLINE = "online", _("线上")
        BOTH = "both", _("线上线下同步")

    district = models.ForeignKey(District, models.PROTECT, related_name="courses", verbose_name=_("区"))
    code = models.CharField(_("代码"), max_length=32, unique=True)
    title = models.CharField(_("课程名称"), max_length=80)
    chain = models.ForeignKey(
        Chain, models.PROTECT, null=True, blank=True, related_name="courses", verbose_name=_("产业链")
    )
    element = models.ForeignKey(
        ServiceElement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="courses",
        verbose_name=_("产业要素"),
    )
    item = models.ForeignKey(
        ServiceItem, models.PROTECT, null=True, blank=True, related_name="courses", verbose_name=_("服务事项")
    )
    audience = models.CharField(_("适合对象"), max_length=120)
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="courses", verbose_name=_("技术机构")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="courses", verbose_name=_("职能部门")
    )
    giver = models.CharField(_("其他授课单位"), max_length=80, blank=True)
    form = models.CharField(_("授课形式"), max_length=8, choices=Form, default=Form.ONSITE)
    hours = models.DecimalField(_("学时"), max_digits=4, decimal_places=1)
    summary = models.TextField(_("课程简介"), max_length=1000)
    contact = models.CharField(_("报名方式"), max_length=120)
    opened_on = models.DateField(_("开课日期"))
    closed_on = models.DateField(_("停开日期"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ("-opened_on", "code")
        verbose_name = verbose_name_plural = _("企业课程")
        constraints = [
            models.UniqueConstraint(fields=("district", "title"), name="course_title_once_a_district"),
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="course_code_plain"),
            models.CheckConstraint(
                condition=Q(form__in=("onsite", "online", "both")), name="course_form_known"
            ),
            models.CheckConstraint(condition=Q(hours__gt=0, hours__lte=200), name="course_hours_sane"),
            models.CheckConstraint(
                condition=Q(institution__isnull=False) | Q(department__isnull=False) | ~Q(giver=""),
                name="course_has_a_giver",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")), name="course_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def given_by(self) -> str:
        """Who teaches, in words."""
        named = (
            self.institution.name if self.institution else "",
            self.department.name if self.department else "",
        )
        return "、".join(name for name in (*named, self.giver) if name)
