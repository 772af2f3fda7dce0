"""Party organisations (党组织) with their kinds and the ways they are set up (组建方式)."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from portal.kit.encryption import EncryptedTextField
from portal.kit.scoped import ReferenceQuerySet, ScopedQuerySet
from portal.territory.models import Area, District, Town

from ..industry.models import Chain

__all__ = ["EstablishmentMode", "GuidanceLink", "OrganizationEvent", "OrganizationKind", "PartyOrganization"]


# The last guard of the tree. The district's row is locked first: of two clerks who put A under B and B under A one loses.
PARENT_GUARD = """
PERFORM 1 FROM territory_district WHERE id = NEW.district_id FOR NO KEY UPDATE;
IF EXISTS (
    WITH RECURSIVE above (id, parent_id) AS (
        SELECT id, parent_id FROM chains_partyorganization WHERE id = NEW.parent_id
        UNION
        SELECT one.id, one.parent_id FROM chains_partyorganization one JOIN above ON one.id = above.parent_id
    )
    SELECT 1 FROM above WHERE id = NEW.id
) THEN
    RAISE EXCEPTION 'an organisation would stand above itself' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class OrganizationKind(models.Model):
    """A kind of organisation. An alliance (产业链党建联盟) is not a formal organisation."""

    code = models.CharField(_("代码"), max_length=32, unique=True)
    name = models.CharField(_("名称"), max_length=40, unique=True)
    is_formal = models.BooleanField(_("正式党组织"), default=True)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("position", "code")
        verbose_name = verbose_name_plural = _("党组织类别")

    def __str__(self) -> str:
        return self.name


class EstablishmentMode(models.Model):
    """A way of setting up (组建方式), with the practice it comes from. `is_joint`: several enterprises share it."""

    code = models.CharField(_("代码"), max_length=32, unique=True)
    name = models.CharField(_("名称"), max_length=40, unique=True)
    practice = models.CharField(_("出处"), max_length=60, blank=True)
    is_joint = models.BooleanField(_("多家共建"), default=False)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("position", "code")
        verbose_name = verbose_name_plural = _("组建方式")

    def __str__(self) -> str:
        return self.name


class PartyOrganizationQuerySet(ScopedQuerySet):
    """The district's staff see its organisations, a station its towns', an enterprise user the own enterprise's.

    Enterprises live in the package above: their profiles are reached by the reverse relation, inside an EXISTS, so
    that an organisation with many profiles stays one row.
    """

    def scope_filter(self, scope) -> Q:
        seen = Q(district_id__in=scope.districts) | Q(town_id__in=scope.towns)
        if scope.enterprises:
            own = self.model._meta.get_field("profiles").related_model._base_manager.filter(
                organization=OuterRef("pk"), enterprise__uscc__in=scope.enterprises
            )
            seen |= Exists(own)
        return seen


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PartyOrganization(models.Model):
    """A Party organisation. Nothing is deleted: a dissolved one keeps its row with date and reason."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("正常")
        MERGED = "merged", _("已合并")
        DISSOLVED = "dissolved", _("已撤销")

    district = models.ForeignKey(District, models.PROTECT, related_name="organizations", verbose_name=_("区"))
    town = models.ForeignKey(
        Town, models.PROTECT, null=True, blank=True, related_name="organizations", verbose_name=_("街镇")
    )
    chain = models.ForeignKey(
        Chain, models.PROTECT, null=True, blank=True, related_name="organizations", verbose_name=_("产业链")
    )
    area = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organizations",
        verbose_name=_("园区或楼宇"),
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级党组织")
    )
    code = models.CharField(_("编号"), max_length=32, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    kind = models.ForeignKey(OrganizationKind, models.PROTECT, related_name="+", verbose_name=_("类别"))
    establishment_mode = models.ForeignKey(
        EstablishmentMode, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("组建方式")
    )
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.ACTIVE)
    set_up_on = models.DateField(_("成立日期"), null=True, blank=True)
    ended_on = models.DateField(_("合并或撤销日期"), null=True, blank=True)
    end_reason = models.CharField(_("合并或撤销原因"), max_length=200, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="absorbed", verbose_name=_("并入的党组织")
    )
    secretary_name = EncryptedTextField(_("书记"), context="chains.PartyOrganization.secretary_name")
    secretary_phone = EncryptedTextField(_("书记电话"), context="chains.PartyOrganization.secretary_phone")
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = PartyOrganizationQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        verbose_name = verbose_name_plural = _("党组织")
        constraints = [
            models.UniqueConstraint(
                fields=("district", "name"),
                condition=Q(status="active"),
                name="organization_name_once_active",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("active", "merged", "dissolved")), name="organization_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status="active", ended_on__isnull=True)
                | (~Q(status="active") & Q(ended_on__isnull=False)),
                name="organization_end_has_date",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True)
                | Q(set_up_on__isnull=True)
                | Q(ended_on__gte=F("set_up_on")),
                name="organization_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="organization_not_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | (Q(status="merged") & ~Q(merged_into=F("id"))),
                name="organization_merged_into_another",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="never_above_itself",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__parent__df=pgtrigger.F("new__parent"), new__parent__isnull=False),
                func=PARENT_GUARD,
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.name


class OfOrganizationQuerySet(ScopedQuerySet):
    """Rows that belong to an organisation are seen by whoever sees the organisation."""

    def scope_filter(self, scope) -> Q:
        seen = Q(organization__district_id__in=scope.districts) | Q(organization__town_id__in=scope.towns)
        if scope.enterprises:
            profiles = PartyOrganization._meta.get_field("profiles").related_model._base_manager
            seen |= Exists(
                profiles.filter(organization=OuterRef("organization"), enterprise__uscc__in=scope.enterprises)
            )
        return seen


class OrganizationEvent(models.Model):
    """One entry of an organisation's own history, with the day it happened on. Written once, never changed."""

    class Kind(models.TextChoices):
        SET_UP = "set_up", _("成立")
        RENAMED = "renamed", _("更名")
        MOVED = "moved", _("调整隶属关系")
        MERGED = "merged", _("并入其他党组织")
        ABSORBED = "absorbed", _("吸收合并")
        DISSOLVED = "dissolved", _("撤销")
        ENTERPRISES = "enterprises", _("覆盖企业变动")

    organization = models.ForeignKey(
        PartyOrganization, models.PROTECT, related_name="timeline", verbose_name=_("党组织")
    )
    kind = models.CharField(_("事项"), max_length=12, choices=Kind)
    happened_on = models.DateField(_("发生日期"))
    old = models.CharField(_("原值"), max_length=200, blank=True)
    new = models.CharField(_("新值"), max_length=200, blank=True)
    other = models.ForeignKey(
        PartyOrganization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("相关党组织"),
    )
    note = models.CharField(_("说明"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人")
    )
    recorded_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    objects = OfOrganizationQuerySet.as_manager()

    class Meta:
        ordering = ("-happened_on", "-id")
        verbose_name = verbose_name_plural = _("党组织沿革")
        indexes = [models.Index(fields=("organization", "-happened_on", "-id"), name="event_of_organization")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.happened_on} {self.get_kind_display()}"


class GuidanceLinkQuerySet(ScopedQuerySet):
    """Seen by whoever sees one of the two organisations by district or town."""

    def scope_filter(self, scope) -> Q:
        return (
            Q(guide__district_id__in=scope.districts)
            | Q(guide__town_id__in=scope.towns)
            | Q(guided__town_id__in=scope.towns)
        )


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class GuidanceLink(models.Model):
    """Which organisation guides which (以大带小), with start and end."""

    class Kind(models.TextChoices):
        CO_BUILDING = "co_building", _("共建")
        GUIDANCE = "guidance", _("指导帮建")

    guide = models.ForeignKey(
        PartyOrganization, models.PROTECT, related_name="guiding", verbose_name=_("带动的党组织")
    )
    guided = models.ForeignKey(
        PartyOrganization, models.PROTECT, related_name="guided_by", verbose_name=_("受带动的党组织")
    )
    kind = models.CharField(_("方式"), max_length=12, choices=Kind)
    started_on = models.DateField(_("开始日期"))
    ended_on = models.DateField(_("结束日期"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = GuidanceLinkQuerySet.as_manager()

    class Meta:
        ordering = ("-started_on", "-id")
        verbose_name = verbose_name_plural = _("以大带小")
        constraints = [
            models.UniqueConstraint(
                fields=("guide", "guided", "kind"),
                condition=Q(ended_on__isnull=True),
                name="guidance_open_once",
            ),
            models.CheckConstraint(condition=~Q(guide=F("guided")), name="guidance_no_self"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="guidance_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guide} → {self.guided}"
