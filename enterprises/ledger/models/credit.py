"""Credit granted to enterprises and pledges registered for them, with the banks behind both."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.kit.fields import MoneyField
from portal.kit.scoped import ReferenceQuerySet, ScopedQuerySet
from portal.territory.models import District, Town

from ...registry.models import Enterprise
from ..rules.amounts import MAX_AMOUNT


class Bank(models.Model):
    """A bank or other lender, known by its name. Its `code` is what a clerk's account names as its institution."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    code = models.CharField(_("代码"), max_length=32, unique=True)
    name = models.CharField(_("金融机构"), max_length=80)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name = verbose_name_plural = _("金融机构")
        constraints = [models.UniqueConstraint(fields=("district", "name"), name="bank_name_once_a_district")]

    def __str__(self) -> str:
        return self.name


class LentQuerySet(ScopedQuerySet):
    """The district's staff and leaders, the enterprise's town, the enterprise, and the bank's clerks; the town whose
    figures count the row still reads it when the enterprise has moved."""

    def scope_filter(self, scope) -> Q:
        return (
            Q(district_id__in=scope.districts)
            | Q(enterprise__town_id__in=scope.towns)
            | Q(town_id__in=scope.towns)
            | Q(enterprise__uscc__in=scope.enterprises)
            | Q(bank__code__in=scope.institutions)
        )


class Lent(models.Model):
    """What credit grants and pledges share. `town` is the enterprise's town on the day of recording: figures keep it.

    A row is never deleted: one that was wrong is cancelled with a reason and counts nowhere.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    town = models.ForeignKey(Town, models.PROTECT, related_name="+", verbose_name=_("街镇"))
    number = models.CharField(_("编号"), max_length=20, unique=True)
    amount = MoneyField(_("金额（元）"))
    note = models.CharField(_("备注"), max_length=200, blank=True)
    cancelled_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    cancel_reason = models.CharField(_("撤销原因"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人")
    )
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = LentQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CreditGrant(Lent):
    """Credit that a bank grants to an enterprise (授信), e.g. 茸质贷. `amount` in yuan."""

    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="credit_grants", verbose_name=_("企业")
    )
    bank = models.ForeignKey(Bank, models.PROTECT, related_name="credit_grants", verbose_name=_("银行"))
    product = models.CharField(_("产品"), max_length=60)
    granted_on = models.DateField(_("授信日期"))
    contract_number = models.CharField(_("合同编号"), max_length=80, blank=True)
    contract_key = models.CharField(max_length=80, blank=True, editable=False)

    class Meta(Lent.Meta):
        ordering = ("-granted_on", "-id")
        verbose_name = verbose_name_plural = _("授信")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount__lte=MAX_AMOUNT), name="credit_amount_sane"
            ),
            models.UniqueConstraint(
                fields=("enterprise", "bank", "product", "granted_on", "contract_key"),
                condition=Q(cancelled_at=None),
                name="credit_once",
            ),
            models.UniqueConstraint(
                fields=("bank", "contract_key"),
                condition=Q(cancelled_at=None) & ~Q(contract_key=""),
                name="credit_contract_once_a_bank",
            ),
        ]
        indexes = [
            models.Index(fields=("-granted_on", "-id"), name="credit_recent"),
            models.Index(fields=("enterprise", "-granted_on", "-id"), name="credit_of_enterprise"),
        ]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PledgeRegistration(Lent):
    """A patent or trademark pledged for a loan (质押登记). `bank` is the pledgee, `amount` the secured sum in yuan."""

    class Kind(models.TextChoices):
        PATENT = "patent", _("专利权")
        TRADEMARK = "trademark", _("商标权")
        OTHER = "other", _("其他知识产权")

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="pledges", verbose_name=_("企业"))
    bank = models.ForeignKey(Bank, models.PROTECT, related_name="pledges", verbose_name=_("质权人"))
    kind = models.CharField(_("类型"), max_length=10, choices=Kind, default=Kind.PATENT)
    register_number = models.CharField(_("登记号"), max_length=80, blank=True)
    register_key = models.CharField(max_length=80, blank=True, editable=False)
    subject = models.CharField(_("质押物"), max_length=120, blank=True)
    registered_on = models.DateField(_("登记日期"))

    class Meta(Lent.Meta):
        ordering = ("-registered_on", "-id")
        verbose_name = verbose_name_plural = _("质押登记")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount__lte=MAX_AMOUNT), name="pledge_amount_sane"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("patent", "trademark", "other")), name="pledge_kind_known"
            ),
            models.UniqueConstraint(
                fields=("enterprise", "bank", "kind", "registered_on", "register_key"),
                condition=Q(cancelled_at=None),
                name="pledge_once",
            ),
            models.UniqueConstraint(
                fields=("district", "register_key"),
                condition=Q(cancelled_at=None) & ~Q(register_key=""),
                name="pledge_number_once",
            ),
        ]
        indexes = [
            models.Index(fields=("-registered_on", "-id"), name="pledge_recent"),
            models.Index(fields=("enterprise", "-registered_on", "-id"), name="pledge_of_enterprise"),
        ]
