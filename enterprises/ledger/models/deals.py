"""Purchases of enterprises from each other (采购), confirmed by both sides; with their chains, timeline and files."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain, Segment
from portal.kit.attachments import Attachment
from portal.kit.days import FIRST_DAY
from portal.kit.fields import MoneyField
from portal.kit.scoped import ScopedQuerySet
from portal.kit.search import TextGrams
from portal.territory.models import District, Town

from ...registry.models import Enterprise
from ..rules import deals as states
from ..rules.amounts import MAX_AMOUNT


class DealQuerySet(ScopedQuerySet):
    """The district's staff and leaders, the towns of both sides, and both sides; the town whose figures count the deal
    still reads it when the buyer has moved."""

    def scope_filter(self, scope) -> Q:
        seen = Q(district_id__in=scope.districts)
        if scope.towns:
            seen |= Q(buyer__town_id__in=scope.towns) | Q(seller__town_id__in=scope.towns)
            seen |= Q(town_id__in=scope.towns)
        if scope.enterprises:
            seen |= of_sides(Enterprise.objects.filter(uscc__in=scope.enterprises))
        return seen


def of_sides(enterprises: QuerySet[Enterprise]) -> Q:
    """The deals that one of these enterprises made. Their ids are read first (one query): the two indexes of the sides
    serve known ids only."""
    ids = list(enterprises.order_by().values_list("pk", flat=True))
    return Q(buyer__in=ids) | Q(seller__in=ids)


class ProcurementDeal(models.Model):
    """One enterprise buys from another: `amount` in yuan, counted on `signed_on` once both sides have confirmed.

    `town` is the buyer's on the day of recording: figures keep it when the buyer moves. `intra_chain`: the two shared a
    chain on the signing date (DealChain says which), `intra_reason` why or why not. Old values stand in the timeline.
    """

    class Status(models.TextChoices):
        REPORTED = states.REPORTED, _("待确认")
        CONFIRMED = states.CONFIRMED, _("已确认")
        DISPUTED = states.DISPUTED, _("有异议")
        VERIFIED = states.VERIFIED, _("已核实")
        CANCELLED = states.CANCELLED, _("已撤销")

    class Reporter(models.TextChoices):
        BUYER = "buyer", _("采购方")
        SELLER = "seller", _("供应方")
        STAFF = "staff", _("工作人员")

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    town = models.ForeignKey(Town, models.PROTECT, related_name="+", verbose_name=_("采购方街镇"))
    number = models.CharField(_("编号"), max_length=20, unique=True)
    buyer = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="purchases", verbose_name=_("采购方"), db_index=False
    )
    seller = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="sales", verbose_name=_("供应方"), db_index=False
    )
    amount = MoneyField(_("合同金额（元）"))
    signed_on = models.DateField(_("签订日期"))
    goods = models.CharField(_("采购内容"), max_length=200)
    contract_number = models.CharField(_("合同编号"), max_length=80)
    contract_key = models.CharField(max_length=80, editable=False)
    segment = models.ForeignKey(
        Segment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("供货环节")
    )
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.REPORTED)
    reporter = models.CharField(_("报送方"), max_length=6, choices=Reporter)
    buyer_confirmed_at = models.DateTimeField(_("采购方确认时间"), null=True, blank=True)
    seller_confirmed_at = models.DateTimeField(_("供应方确认时间"), null=True, blank=True)
    intra_chain = models.BooleanField(_("链内采购"), default=False)
    intra_reason = models.CharField(_("链内判定依据"), max_length=200, blank=True)
    need = models.ForeignKey(
        "enterprises.Posting", models.PROTECT, null=True, blank=True, related_name="deals_as_need",
        verbose_name=_("需求"),
    )  # fmt: skip
    offer = models.ForeignKey(
        "enterprises.Posting", models.PROTECT, null=True, blank=True, related_name="deals_as_offer",
        verbose_name=_("供给"),
    )  # fmt: skip
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("报送人"),
        db_index=False,
    )  # fmt: skip
    created_at = models.DateTimeField(_("报送时间"))
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = DealQuerySet.as_manager()

    class Meta:
        ordering = ("-signed_on", "-id")
        verbose_name = verbose_name_plural = _("采购")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=MAX_AMOUNT), name="deal_amount_sane"),
            models.CheckConstraint(condition=~Q(buyer=F("seller")), name="deal_not_with_oneself"),
            models.CheckConstraint(condition=Q(signed_on__gte=FIRST_DAY), name="deal_signed_sane"),
            models.CheckConstraint(condition=~Q(contract_key=""), name="deal_has_contract"),
            models.CheckConstraint(
                condition=Q(status__in=("reported", "confirmed", "disputed", "verified", "cancelled")),
                name="deal_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=states.COUNTED)
                | Q(buyer_confirmed_at__isnull=False, seller_confirmed_at__isnull=False),
                name="deal_counts_when_both_confirmed",
            ),
            models.UniqueConstraint(
                Least("buyer", "seller"),
                Greatest("buyer", "seller"),
                "contract_key",
                condition=~Q(status="cancelled"),
                name="deal_contract_once_a_pair",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=("-signed_on", "-id"), name="deal_recent"),
            models.Index(fields=("buyer", "-signed_on", "-id"), name="deal_of_buyer"),
            models.Index(fields=("seller", "-signed_on", "-id"), name="deal_of_seller"),
            models.Index(fields=("status", "-signed_on", "-id"), name="deal_by_status"),
            models.Index(fields=("contract_key",), name="deal_by_contract"),
            models.Index(
                fields=("signed_on",),  # figures are counted from the index alone
                include=("id", "district", "town", "amount", "intra_chain"),
                condition=Q(status__in=states.COUNTED),
                name="deal_counted",
            ),
            GinIndex(TextGrams(F("goods")), name="deal_goods_grams"),
        ]

    def __str__(self) -> str:
        return self.number


class OfDealQuerySet(ScopedQuerySet):
    """Seen by whoever sees the deal."""

    def scope_filter(self, scope) -> Q:
        return Q(deal__in=ProcurementDeal.objects.filter(DealQuerySet.scope_filter(self, scope)).values("pk"))


class DealChain(models.Model):
    """A chain on which the buyer stood on the signing date; `is_common`: the seller too, so the deal is inside it.

    The segments are those of that day, null for who stood on the whole chain.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", db_index=False)
    deal = models.ForeignKey(ProcurementDeal, models.CASCADE, related_name="chains", db_index=False)
    chain = models.ForeignKey(Chain, models.PROTECT, related_name="deals", db_index=False)
    is_common = models.BooleanField(_("双方同在"))
    buyer_segment = models.ForeignKey(Segment, models.PROTECT, null=True, related_name="+", db_index=False)
    seller_segment = models.ForeignKey(Segment, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = OfDealQuerySet.as_manager()

    class Meta:
        ordering = ("deal", "chain")
        verbose_name = verbose_name_plural = _("采购所在产业链")
        constraints = [
            models.UniqueConstraint(fields=("deal", "chain"), include=("is_common",), name="deal_chain_once")
        ]
        indexes = [models.Index(fields=("chain", "is_common", "deal"), name="deal_of_chain")]


class DealStep(models.Model):
    """One entry of a deal's timeline, written once. `data` holds what a correction changed: {field: [old, new]}."""

    deal = models.ForeignKey(ProcurementDeal, models.CASCADE, related_name="timeline", db_index=False)
    move = models.CharField(_("事项"), max_length=20)
    before = models.CharField(_("原状态"), max_length=10, blank=True)
    after = models.CharField(_("新状态"), max_length=10)
    side = models.CharField(_("以何身份"), max_length=12, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    data = models.JSONField(_("附加信息"), default=dict, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False,
        verbose_name=_("操作人"),
    )  # fmt: skip
    at = models.DateTimeField(_("时间"))

    objects = OfDealQuerySet.as_manager()

    class Meta:
        ordering = ("at", "id")
        verbose_name = verbose_name_plural = _("采购进程")
        indexes = [models.Index(fields=("deal", "at", "id"), name="step_of_deal")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


class DealAttachment(Attachment):
    """A contract or delivery note of a deal."""

    deal = models.ForeignKey(
        ProcurementDeal, models.CASCADE, related_name="attachments", verbose_name=_("采购")
    )

    objects = OfDealQuerySet.as_manager()

    class Meta:
        ordering = ("uploaded_at", "id")
        verbose_name = verbose_name_plural = _("采购附件")
