"""The Party-building profile (企业党建信息清单) and the surveys (摸排) it is made from."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chains.party.models import EstablishmentMode, PartyOrganization
from portal.kit.encryption import EncryptedTextField

from ..registry.models import Enterprise, OfEnterpriseQuerySet

__all__ = ["OrganizationForm", "PartyProfile", "Survey", "SurveyMethod"]


class OrganizationForm(models.TextChoices):
    NONE = "none", _("无")
    ALONE = "alone", _("单独组建")
    JOINT = "joint", _("联合组建")


class SurveyMethod(models.TextChoices):
    ANNUAL_REPORT = "annual_report", _("年报")
    INSPECTION = "inspection", _("抽查检查")
    VISIT = "visit", _("走访")
    SELF_REPORT = "self_report", _("自报")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PartyProfile(models.Model):
    """What is known today: counts of members, never a roster. Every change comes from a survey or an import."""

    enterprise = models.OneToOneField(
        Enterprise, models.CASCADE, primary_key=True, related_name="profile", verbose_name=_("企业")
    )
    full_members = models.PositiveIntegerField(_("正式党员数"), default=0)
    probationary_members = models.PositiveIntegerField(_("预备党员数"), default=0)
    organization_form = models.CharField(
        _("党组织形式"), max_length=8, choices=OrganizationForm, default=OrganizationForm.NONE
    )
    organization = models.ForeignKey(
        PartyOrganization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="profiles",
        verbose_name=_("党组织"),
    )
    organization_name = models.CharField(_("党组织名称"), max_length=120, blank=True)
    establishment_mode = models.ForeignKey(
        EstablishmentMode, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("组建方式")
    )
    secretary_name = EncryptedTextField(_("书记姓名"), context="enterprises.PartyProfile.secretary_name")
    secretary_phone = EncryptedTextField(_("书记电话"), context="enterprises.PartyProfile.secretary_phone")
    contact_name = EncryptedTextField(_("联系人"), context="enterprises.PartyProfile.contact_name")
    contact_phone = EncryptedTextField(_("联系电话"), context="enterprises.PartyProfile.contact_phone")
    # Keyed digests of the four fields above, to compare and find them without decrypting.
    secretary_name_bidx = models.CharField(max_length=32, blank=True, default="", editable=False)
    secretary_phone_bidx = models.CharField(max_length=32, blank=True, default="", editable=False)
    contact_name_bidx = models.CharField(max_length=32, blank=True, default="", editable=False)
    contact_phone_bidx = models.CharField(max_length=32, blank=True, default="", editable=False)
    surveyed_on = models.DateField(_("最近摸排日期"), null=True, blank=True)
    survey_method = models.CharField(_("摸排方式"), max_length=14, choices=SurveyMethod, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = OfEnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("党建信息")
        constraints = [
            models.CheckConstraint(
                condition=Q(organization_form__in=("none", "alone", "joint")), name="profile_form_known"
            ),
            models.CheckConstraint(
                condition=~Q(organization_form="none") | Q(organization__isnull=True, organization_name=""),
                name="profile_none_has_no_organization",
            ),
        ]
        indexes = [
            models.Index(fields=("surveyed_on", "enterprise"), name="profile_surveyed"),
            models.Index(fields=("organization_form", "enterprise"), name="profile_form"),
            models.Index(  # whom the coverage rates count: read whole, and without the table
                fields=("enterprise",),
                include=("organization_form",),
                condition=Q(organization_form__in=("alone", "joint")),
                name="profile_organized",
            ),
        ]


class Survey(models.Model):
    """One survey, kept as it was taken. `changes` lists what it changed: [{field, old, new}], personal values masked.

    A survey older than the profile's latest is kept here and leaves the profile as it is.
    """

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="surveys", verbose_name=_("企业"))
    surveyed_on = models.DateField(_("摸排日期"))
    method = models.CharField(_("摸排方式"), max_length=14, choices=SurveyMethod)
    full_members = models.PositiveIntegerField(_("正式党员数"), null=True, blank=True)
    probationary_members = models.PositiveIntegerField(_("预备党员数"), null=True, blank=True)
    organization_form = models.CharField(_("党组织形式"), max_length=8, choices=OrganizationForm, blank=True)
    organization_name = models.CharField(_("党组织名称"), max_length=120, blank=True)
    establishment_mode = models.ForeignKey(
        EstablishmentMode, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("组建方式")
    )
    employees = models.PositiveIntegerField(_("从业人数"), null=True, blank=True)
    note = models.CharField(_("备注"), max_length=500, blank=True)
    changes = models.JSONField(_("变更"), default=list)
    applied = models.BooleanField(_("已更新画像"), default=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("填报人")
    )
    import_id = models.UUIDField(_("来自导入"), null=True, editable=False)
    recorded_at = models.DateTimeField(_("填报时间"), auto_now_add=True)

    objects = OfEnterpriseQuerySet.as_manager()

    class Meta:
        ordering = ("-surveyed_on", "-id")
        verbose_name = verbose_name_plural = _("摸排记录")
        constraints = [
            models.CheckConstraint(
                condition=Q(method__in=("annual_report", "inspection", "visit", "self_report")),
                name="survey_method_known",
            ),
        ]
        indexes = [models.Index(fields=("enterprise", "-surveyed_on", "-id"), name="survey_of_enterprise")]
