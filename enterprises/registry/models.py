"""The register of enterprises with yearly figures, honours and places on chains."""

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain, Segment
from portal.kit.fields import USCC_PATTERN, MoneyField, USCCField
from portal.kit.scoped import ScopedQuerySet
from portal.kit.search import TextGrams
from portal.territory.models import Area, District, Town

__all__ = ["AnnualFigure", "ChainMembership", "Enterprise", "Honour"]


class EnterpriseQuerySet(ScopedQuerySet):
    """District staff and leaders see the district, a station its towns, an enterprise user its own."""

    def scope_filter(self, scope) -> Q:
        return Q(district_id__in=scope.districts) | Q(town_id__in=scope.towns) | Q(uscc__in=scope.enterprises)


class OfEnterpriseQuerySet(ScopedQuerySet):
    """Rows that belong to an enterprise are seen by whoever sees the enterprise."""

    def scope_filter(self, scope) -> Q:
        return (
            Q(enterprise__district_id__in=scope.districts)
            | Q(enterprise__town_id__in=scope.towns)
            | Q(enterprise__uscc__in=scope.enterprises)
        )


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Enterprise(models.Model):
    """An enterprise in the bureau's care (小个专 and above). Known to the outside by its USCC."""

    class Kind(models.TextChoices):
        SMALL_MICRO = "small_micro", _("小微企业")
        SELF_EMPLOYED = "self_employed", _("个体工商户")
        SPECIALISED_MARKET = "specialised_market", _("专业市场")
        ABOVE_SCALE = "above_scale", _("规上企业")
        OTHER = "other", _("其他")

    class Status(models.TextChoices):
        ACTIVE = "active", _("存续")
        SUSPENDED = "suspended", _("停业")
        DEREGISTERED = "deregistered", _("注销")

    uscc = USCCField(unique=True)
    name = models.CharField(_("企业名称"), max_length=120)
    kind = models.CharField(_("企业类型"), max_length=20, choices=Kind)
    status = models.CharField(_("登记状态"), max_length=12, choices=Status, default=Status.ACTIVE)
    district = models.ForeignKey(District, models.PROTECT, related_name="enterprises", verbose_name=_("区"))
    town = models.ForeignKey(Town, models.PROTECT, related_name="enterprises", verbose_name=_("所属街镇"))
    area = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="enterprises",
        verbose_name=_("商圈、楼宇或园区"),
    )
    address = models.CharField(_("经营地址"), max_length=200, blank=True)
    founded_on = models.DateField(_("成立日期"), null=True, blank=True)
    industry_code = models.CharField(_("行业代码"), max_length=4, blank=True)
    employees = models.PositiveIntegerField(_("从业人数"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)
    created_at = models.DateTimeField(_("建档时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        ordering = ("uscc",)
        verbose_name = verbose_name_plural = _("企业")
        constraints = [
            models.CheckConstraint(condition=Q(uscc__regex=USCC_PATTERN), name="enterprise_uscc_form"),
            models.CheckConstraint(condition=~Q(name__regex=r"^\s*$"), name="enterprise_has_name"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=("small_micro", "self_employed", "specialised_market", "above_scale", "other")
                ),
                name="enterprise_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("active", "suspended", "deregistered")),
                name="enterprise_status_known",
            ),
        ]
        indexes = [
            models.Index(fields=("name", "id"), name="enterprise_name"),
            models.Index(fields=("town", "name", "id"), name="enterprise_town_name"),
            models.Index(fields=("-updated_at", "-id"), name="enterprise_recent"),
            GinIndex(TextGrams(F("name")), name="enterprise_name_grams"),
        ]

    def __str__(self) -> str:
        return self.name


class AnnualFigure(models.Model):
    """What an enterprise reported for one year. `revenue` in yuan."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="figures", verbose_name=_("企业"))
    year = models.PositiveSmallIntegerField(_("年度"))
    employees = models.PositiveIntegerField(_("从业人数"), null=True, blank=True)
    revenue = MoneyField(_("营业收入（元）"), null=True, blank=True, validators=[MinValueValidator(0)])

    objects = OfEnterpriseQuerySet.as_manager()

    class Meta:
        ordering = ("-year",)
        verbose_name = verbose_name_plural = _("年度数据")
        constraints = [
            models.UniqueConstraint(fields=("enterprise", "year"), name="figure_once_a_year"),
            models.CheckConstraint(condition=Q(year__range=(1949, 2100)), name="figure_year_sane"),
            models.CheckConstraint(condition=Q(revenue__gte=0), name="figure_revenue_not_negative"),
        ]


class Honour(models.Model):
    """A qualification or honour (资质荣誉), e.g. 高新技术企业, 专精特新."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="honours", verbose_name=_("企业"))
    name = models.CharField(_("资质荣誉"), max_length=60)
    awarded_on = models.DateField(_("取得日期"), null=True, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)

    objects = OfEnterpriseQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name = verbose_name_plural = _("资质荣誉")
        constraints = [models.UniqueConstraint(fields=("enterprise", "name"), name="honour_once")]
        indexes = [models.Index(fields=("name", "enterprise"), name="honour_name")]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ChainMembership(models.Model):
    """An enterprise's place on a chain, with role and dates. An enterprise may stand in several chains."""

    class Role(models.TextChoices):
        LEAD = "lead", _("链主")
        BACKBONE = "backbone", _("骨干")
        SUPPORTING = "supporting", _("配套")

    enterprise = models.ForeignKey(
        Enterprise, models.CASCADE, related_name="memberships", verbose_name=_("企业")
    )
    chain = models.ForeignKey(Chain, models.PROTECT, related_name="memberships", verbose_name=_("产业链"))
    segment = models.ForeignKey(
        Segment, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("环节")
    )
    role = models.CharField(_("链上角色"), max_length=12, choices=Role, default=Role.SUPPORTING)
    started_on = models.DateField(_("入链日期"))
    ended_on = models.DateField(_("退出日期"), null=True, blank=True)

    objects = OfEnterpriseQuerySet.as_manager()

    class Meta:
        ordering = ("chain__position", "started_on")
        verbose_name = verbose_name_plural = _("链上位置")
        constraints = [
            models.UniqueConstraint(
                fields=("enterprise", "chain"),
                condition=Q(ended_on__isnull=True),
                name="membership_open_once",
            ),
            models.CheckConstraint(
                condition=Q(role__in=("lead", "backbone", "supporting")), name="membership_role_known"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="membership_dates_in_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=("chain", "role", "enterprise"),
                condition=Q(ended_on__isnull=True),
                name="member_chain",
            ),
            models.Index(
                fields=("segment", "enterprise"), condition=Q(ended_on__isnull=True), name="member_segment"
            ),
        ]
