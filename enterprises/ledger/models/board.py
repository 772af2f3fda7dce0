"""The supply–demand board (供需对接): what enterprises offer and need."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain, Segment
from portal.kit.fields import MoneyField
from portal.kit.scoped import ScopedQuerySet
from portal.kit.search import TextGrams
from portal.territory.models import District, Town

from ...registry.models import Enterprise
from ..rules.amounts import MAX_AMOUNT


class PostingQuerySet(ScopedQuerySet):
    """The board is there to be read: everybody of the district who has to do with enterprises sees all of it."""

    def scope_filter(self, scope) -> Q:
        seen = Q(district_id__in=scope.districts)
        if scope.towns:
            seen |= Q(district__in=Town.objects.filter(pk__in=scope.towns).values("district"))
        if scope.enterprises:
            own = Enterprise.objects.filter(uscc__in=scope.enterprises)
            seen |= Q(district__in=own.values("district"))
        return seen


class Posting(models.Model):
    """An offer (供给) or a need (需求) of an enterprise. `segment` is the link of the chain that makes the goods: the
    supplier's own for an offer, the one that is looked for by a need. `amount` is the rough volume in yuan."""

    class Kind(models.TextChoices):
        OFFER = "offer", _("供给")
        NEED = "need", _("需求")

    class Status(models.TextChoices):
        OPEN = "open", _("对接中")
        MATCHED = "matched", _("已成交")
        CLOSED = "closed", _("已关闭")

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    number = models.CharField(_("编号"), max_length=20, unique=True)
    kind = models.CharField(_("类别"), max_length=5, choices=Kind)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="postings", verbose_name=_("企业")
    )
    chain = models.ForeignKey(Chain, models.PROTECT, related_name="postings", verbose_name=_("产业链"))
    segment = models.ForeignKey(
        Segment, models.PROTECT, null=True, blank=True, related_name="postings", verbose_name=_("环节")
    )
    title = models.CharField(_("产品或服务"), max_length=80)
    description = models.CharField(_("说明"), max_length=500, blank=True)
    amount = MoneyField(_("预计金额（元）"), null=True, blank=True)
    valid_until = models.DateField(_("有效期至"))
    status = models.CharField(_("状态"), max_length=8, choices=Status, default=Status.OPEN)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("发布人")
    )
    created_at = models.DateTimeField(_("发布时间"), auto_now_add=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = PostingQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = verbose_name_plural = _("供需信息")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=("offer", "need")), name="posting_kind_known"),
            models.CheckConstraint(
                condition=Q(status__in=("open", "matched", "closed")), name="posting_status_known"
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0, amount__lte=MAX_AMOUNT),
                name="posting_amount_sane",
            ),
        ]
        indexes = [
            models.Index(fields=("district", "-created_at", "-id"), name="posting_recent"),
            models.Index(fields=("kind", "segment"), condition=Q(status="open"), name="posting_open"),
            GinIndex(TextGrams(F("title")), name="posting_title_grams"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
