"""District, towns, supervision offices with their guidance stations, departments, and the work calendar."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.kit.scoped import ReferenceQuerySet


class District(models.Model):
    """A district (区): the root of every scope. `code` is GB/T 2260, `slug` names its demo and settings."""

    code = models.CharField(_("行政区划代码"), max_length=6, unique=True)
    slug = models.SlugField(_("标识"), max_length=32, unique=True)
    name = models.CharField(_("名称"), max_length=40)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        verbose_name = verbose_name_plural = _("区")

    def __str__(self) -> str:
        return self.name


class Town(models.Model):
    """A subdistrict, town or development zone (街镇/经开区). Closed towns keep their rows and take no new ones."""

    class Kind(models.TextChoices):
        SUBDISTRICT = "subdistrict", _("街道")
        TOWN = "town", _("镇")
        ZONE = "zone", _("开发区")

    district = models.ForeignKey(District, models.PROTECT, related_name="towns", verbose_name=_("区"))
    code = models.CharField(_("代码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=40)
    short_name = models.CharField(_("简称"), max_length=20)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)
    tile_row = models.PositiveSmallIntegerField(_("示意图行"), default=0)
    tile_column = models.PositiveSmallIntegerField(_("示意图列"), default=0)
    closed_on = models.DateField(_("撤并日期"), null=True, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("position", "code")
        verbose_name = verbose_name_plural = _("街镇")
        constraints = [
            models.UniqueConstraint(fields=("district", "name"), name="town_name_once_a_district"),
            models.CheckConstraint(
                condition=Q(kind__in=("subdistrict", "town", "zone")), name="town_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SupervisionOffice(models.Model):
    """A market supervision office (市场监管所), one per town."""

    code = models.CharField(_("代码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    town = models.OneToOneField(Town, models.PROTECT, related_name="office", verbose_name=_("街镇"))
    address = models.CharField(_("地址"), max_length=200, blank=True)
    phone = models.CharField(_("对外电话"), max_length=30, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        verbose_name = verbose_name_plural = _("市场监管所")

    def __str__(self) -> str:
        return self.name


class GuidanceStation(models.Model):
    """The 小个专党建工作指导站 that an office hosts: one of the two engines of 2+18+N."""

    office = models.OneToOneField(
        SupervisionOffice, models.PROTECT, related_name="guidance_station", verbose_name=_("市场监管所")
    )
    name = models.CharField(_("名称"), max_length=80)
    set_up_on = models.DateField(_("成立日期"), null=True, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("office__code",)
        verbose_name = verbose_name_plural = _("党建工作指导站")

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """A district department that takes part in services and work orders (职能部门)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="departments", verbose_name=_("区"))
    code = models.CharField(_("代码"), max_length=32, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)
    closed_on = models.DateField(_("撤销日期"), null=True, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("position", "code")
        verbose_name = verbose_name_plural = _("职能部门")

    def __str__(self) -> str:
        return self.name


class Area(models.Model):
    """A commercial area, building or park (商圈、楼宇、园区) of a town: what instructors are posted to besides
    enterprises, and what 一园一党委 is counted by. Closed ones keep their rows and take no new ones."""

    class Kind(models.TextChoices):
        COMMERCIAL = "commercial", _("商圈")
        BUILDING = "building", _("楼宇")
        PARK = "park", _("园区")

    district = models.ForeignKey(District, models.PROTECT, related_name="areas", verbose_name=_("区"))
    town = models.ForeignKey(Town, models.PROTECT, related_name="areas", verbose_name=_("街镇"))
    code = models.CharField(_("代码"), max_length=32, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    closed_on = models.DateField(_("撤销日期"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("town__position", "kind", "code")
        verbose_name = verbose_name_plural = _("商圈、楼宇与园区")
        constraints = [
            models.UniqueConstraint(fields=("town", "name"), name="area_name_once_a_town"),
            models.CheckConstraint(
                condition=Q(kind__in=("commercial", "building", "park")), name="area_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Za-z0-9][A-Za-z0-9_-]*$"), name="area_code_plain"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ServiceElement(models.Model):
    """One of the N life-cycle elements of 2+18+N (全生命周期要素), e.g. 登记注册, 融资贷款."""

    code = models.CharField(_("代码"), max_length=32, unique=True)
    name = models.CharField(_("名称"), max_length=40, unique=True)
    description = models.CharField(_("说明"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)
    closed_on = models.DateField(_("停用日期"), null=True, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("position", "code")
        verbose_name = verbose_name_plural = _("全生命周期要素")

    def __str__(self) -> str:
        return self.name


class CalendarDay(models.Model):
    """A day that staff set by hand, over what the national calendar says (台风停工、调休通知变更)."""

    district = models.ForeignKey(District, models.CASCADE, related_name="calendar_days", verbose_name=_("区"))
    day = models.DateField(_("日期"))
    is_working = models.BooleanField(_("是否工作日"))
    reason = models.CharField(_("原因"), max_length=100)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("day",)
        verbose_name = verbose_name_plural = _("工作日历调整")
        constraints = [models.UniqueConstraint(fields=("district", "day"), name="calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.reason}"
