"""Service stations with their people and hours, the catalogue of services, institutions, and the element lists."""

from typing import Self

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain
from portal.kit.encryption import EncryptedTextField
from portal.kit.scoped import ReferenceQuerySet
from portal.territory.models import District, ServiceElement, Town

__all__ = [
    "ElementListEntry",
    "Institution",
    "InstitutionOffer",
    "MemberLeave",
    "ServiceItem",
    "ServiceMode",
    "ServiceStation",
    "StationHours",
    "StationMember",
]

CODE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"


class PublicQuerySet(ReferenceQuerySet):
    """Public information without personal data: stations, catalogue, institutions and lists are read without sign-in.

    REST asks for a sign-in all the same, as everywhere.
    """

    def visible_to(self, user) -> Self:
        return self.all()


class ServiceMode(models.TextChoices):
    ONSITE = "onsite", _("到站办理")
    DOOR = "door", _("上门服务")
    ONLINE = "online", _("线上办理")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ServiceStation(models.Model):
    """A one-stop quality-infrastructure station (质量基础设施一站式服务站) of a town."""

    district = models.ForeignKey(District, models.PROTECT, related_name="stations", verbose_name=_("区"))
    town = models.ForeignKey(Town, models.PROTECT, related_name="stations", verbose_name=_("街镇"))
    code = models.CharField(_("代码"), max_length=32, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    phone = models.CharField(_("对外电话"), max_length=30, blank=True)
    directions = models.CharField(_("交通指引"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)
    closed_on = models.DateField(_("停用日期"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ("position", "code")
        verbose_name = verbose_name_plural = _("一站式服务站")
        constraints = [
            models.UniqueConstraint(fields=("district", "name"), name="station_name_once_a_district"),
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="station_code_plain"),
        ]

    def __str__(self) -> str:
        return self.name


class StationHours(models.Model):
    """When a station is open on a weekday (0 = Monday); several rows a day are morning and afternoon.

    On a make-up working day the hours of `weekday` apply as well: the work calendar says which days are worked.
    """

    station = models.ForeignKey(
        ServiceStation, models.CASCADE, related_name="hours", verbose_name=_("服务站")
    )
    weekday = models.PositiveSmallIntegerField(_("星期"))
    opens_at = models.TimeField(_("开始"))
    closes_at = models.TimeField(_("结束"))

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ("station", "weekday", "opens_at")
        verbose_name = verbose_name_plural = _("服务时间")
        constraints = [
            models.UniqueConstraint(fields=("station", "weekday", "opens_at"), name="hours_once"),
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="hours_weekday_known"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="hours_in_order"),
        ]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class StationMember(models.Model):
    """A person of a station's six-role team (Pukou)."""

    class Role(models.TextChoices):
        ENTERPRISE_MANAGER = "enterprise_manager", _("企业管家")
        QUALITY_MANAGER = "quality_manager", _("质量管家")
        MARKET_OFFICER = "market_officer", _("市监专员")
        FINANCE_OFFICER = "finance_officer", _("金融专员")
        QUALITY_ENVOY = "quality_envoy", _("质量特派员")
        QUALITY_VOLUNTEER = "quality_volunteer", _("质量志愿者")

    station = models.ForeignKey(ServiceStation, models.PROTECT, related_name="team", verbose_name=_("服务站"))
    code = models.CharField(_("编号"), max_length=32, unique=True)
    role = models.CharField(_("角色"), max_length=20, choices=Role)
    name = EncryptedTextField(_("姓名"), context="services.StationMember.name")
    phone = EncryptedTextField(_("电话"), context="services.StationMember.phone")
    unit = models.CharField(_("单位"), max_length=60, blank=True)
    ended_on = models.DateField(_("离任日期"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("station", "role", "code")
        verbose_name = verbose_name_plural = _("服务站团队")


class MemberLeave(models.Model):
    """Days on which a person of the team is away: the fourth layer of the calendar."""

    member = models.ForeignKey(StationMember, models.CASCADE, related_name="leaves", verbose_name=_("人员"))
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    reason = models.CharField(_("事由"), max_length=60, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_on", "-id")
        verbose_name = verbose_name_plural = _("人员请假")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="leave_dates_in_order"),
        ]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ServiceItem(models.Model):
    """A service of the catalogue. `eligibility` holds its rules as data (rules.py reads them), counted by version."""

    class Group(models.TextChoices):
        CORE = "core", _("核心服务")
        EXTENDED = "extended", _("延伸服务")

    code = models.CharField(_("代码"), max_length=32, unique=True)
    name = models.CharField(_("名称"), max_length=60, unique=True)
    group = models.CharField(_("类别"), max_length=8, choices=Group)
    description = models.TextField(_("服务内容"), max_length=2000, blank=True)
    materials = models.TextField(_("携带材料"), max_length=2000, blank=True)
    legal_basis = models.CharField(_("依据"), max_length=300, blank=True)
    fee_note = models.CharField(_("收费说明"), max_length=200, blank=True)
    handling_days = models.PositiveSmallIntegerField(_("办理时限（工作日）"), default=1)
    modes = models.JSONField(_("办理方式"), default=list)
    eligibility = models.JSONField(_("办理条件"), default=dict, blank=True)
    eligibility_version = models.PositiveIntegerField(_("条件版本"), default=1, editable=False)
    keywords = models.CharField(_("关键词"), max_length=200, blank=True)
    chains = models.ManyToManyField(
        Chain, blank=True, related_name="service_items", verbose_name=_("适用产业链")
    )
    needs_confirmation = models.BooleanField(_("需确认"), default=False)
    notice_hours = models.PositiveSmallIntegerField(_("取消或改期须提前（小时）"), default=2)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)
    closed_on = models.DateField(_("停办日期"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ("position", "code")
        verbose_name = verbose_name_plural = _("服务事项")
        constraints = [
            models.CheckConstraint(condition=Q(group__in=("core", "extended")), name="item_group_known"),
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="item_code_plain"),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Institution(models.Model):
    """A technical institution (技术机构); users of role `institution` are named by its code."""

    district = models.ForeignKey(District, models.PROTECT, related_name="institutions", verbose_name=_("区"))
    town = models.ForeignKey(
        Town, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("街镇")
    )
    code = models.CharField(_("代码"), max_length=32, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    phone = models.CharField(_("对外电话"), max_length=30, blank=True)
    introduction = models.CharField(_("简介"), max_length=500, blank=True)
    items = models.ManyToManyField(
        ServiceItem, through="InstitutionOffer", related_name="institutions", verbose_name=_("服务事项")
    )
    closed_on = models.DateField(_("停止合作日期"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        verbose_name = verbose_name_plural = _("技术机构")
        constraints = [
            models.UniqueConstraint(fields=("district", "name"), name="institution_name_once_a_district"),
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="institution_code_plain"),
        ]

    def __str__(self) -> str:
        return self.name


class InstitutionOffer(models.Model):
    """An institution offers an item."""

    institution = models.ForeignKey(
        Institution, models.CASCADE, related_name="offers", verbose_name=_("技术机构")
    )
    item = models.ForeignKey(ServiceItem, models.CASCADE, related_name="offers", verbose_name=_("服务事项"))
    note = models.CharField(_("说明"), max_length=200, blank=True)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ("institution", "item")
        verbose_name = verbose_name_plural = _("机构服务事项")
        constraints = [models.UniqueConstraint(fields=("institution", "item"), name="offer_once")]


class ElementListEntry(models.Model):
    """A line of a town's 一揽子产业要素服务清单: what is done there for one service element, and by whom."""

    town = models.ForeignKey(Town, models.PROTECT, related_name="element_list", verbose_name=_("街镇"))
    element = models.ForeignKey(
        ServiceElement, models.PROTECT, related_name="entries", verbose_name=_("要素")
    )
    title = models.CharField(_("服务内容"), max_length=120)
    provider = models.CharField(_("服务单位"), max_length=80)
    how = models.CharField(_("办理方式"), max_length=200, blank=True)
    phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ("town", "element__position", "position", "id")
        verbose_name = verbose_name_plural = _("产业要素服务清单")
        constraints = [
            models.UniqueConstraint(fields=("town", "element", "title"), name="element_entry_once"),
        ]
