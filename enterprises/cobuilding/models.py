"""Co-building agreements (共建协议) with their parties, and the enterprises that belong to alliances (联盟成员)."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain
from chains.party.models import PartyOrganization
from portal.kit.scoped import ScopedQuerySet
from portal.territory.models import District, Town

from ..registry.models import Enterprise

__all__ = ["AgreementParty", "AllianceMember", "CoBuildingAgreement"]

# The last guard, asked at the end of the transaction: nobody has an agreement with oneself.
TWO_PARTIES = """
PERFORM 1 FROM enterprises_cobuildingagreement WHERE id = {agreement} AND ended_on IS NULL;
IF FOUND AND (
    SELECT count(*) FROM enterprises_agreementparty WHERE agreement_id = {agreement} AND left_on IS NULL
) < 2 THEN
    RAISE EXCEPTION 'an agreement needs two parties' USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
"""


def taking_part(scope) -> Q:
    """The parties through which a station (its towns) or an enterprise user (its own) sees an agreement."""
    seen = Q(organization__town_id__in=scope.towns) | Q(enterprise__town_id__in=scope.towns)
    if scope.enterprises:
        seen |= Q(enterprise__uscc__in=scope.enterprises)
        seen |= Q(organization__profiles__enterprise__uscc__in=scope.enterprises)
    return seen


class AgreementQuerySet(ScopedQuerySet):
    """The district's staff and leaders; a station where its towns take part, or led when it was signed; an enterprise
    user its own agreements."""

    def scope_filter(self, scope) -> Q:
        seen = Q(district_id__in=scope.districts) | Q(town_id__in=scope.towns)
        if scope.towns or scope.enterprises:
            parties = AgreementParty._base_manager.filter(agreement=OuterRef("pk")).filter(taking_part(scope))
            seen |= Exists(parties)
        return seen


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CoBuildingAgreement(models.Model):
    """Two or more units agree to build the Party together (domain.md): content and term. Nothing is deleted.

    In force from `starts_on` through `ends_on` (none: open-ended); ended early, from `ended_on` no more. `town` is the
    leading party's on the day of signing: figures keep it. `renewal_of`: the agreement whose term this one carries on.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    town = models.ForeignKey(
        Town, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("牵头方街镇")
    )
    chain = models.ForeignKey(
        Chain, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("产业链")
    )
    number = models.CharField(_("编号"), max_length=20, unique=True)
    title = models.CharField(_("协议名称"), max_length=120)
    content = models.TextField(_("共建内容"), blank=True)
    signed_on = models.DateField(_("签订日期"))
    starts_on = models.DateField(_("生效日期"))
    ends_on = models.DateField(_("到期日期"), null=True, blank=True)
    ended_on = models.DateField(_("终止日期"), null=True, blank=True)
    end_reason = models.CharField(_("终止原因"), max_length=200, blank=True)
    renewal_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="renewal", verbose_name=_("续签自")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人")
    )
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ("-signed_on", "-id")
        verbose_name = verbose_name_plural = _("共建协议")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__gte=F("signed_on"))
                & (Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on"))),
                name="agreement_term_in_order",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, end_reason="")
                | (
                    Q(ended_on__gte=F("starts_on"))
                    & (Q(ends_on__isnull=True) | Q(ended_on__lte=F("ends_on")))
                    & ~Q(end_reason="")
                ),
                name="agreement_end_in_order",
            ),
            models.CheckConstraint(condition=~Q(renewal_of=F("id")), name="agreement_renews_another"),
            models.CheckConstraint(condition=~Q(title__regex=r"^\s*$"), name="agreement_has_title"),
        ]
        indexes = [models.Index(fields=("district", "-signed_on", "-id"), name="agreement_recent")]
        triggers = [
            pgtrigger.Trigger(
                name="two_parties",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("ended_on"),
                timing=pgtrigger.Deferred,
                func=TWO_PARTIES.format(agreement="NEW.id"),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class PartyQuerySet(ScopedQuerySet):
    """The parties of the agreements in scope."""

    def scope_filter(self, scope) -> Q:
        seen = CoBuildingAgreement.objects.filter(CoBuildingAgreement.objects.all().scope_filter(scope))
        return Q(agreement__in=seen)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AgreementParty(models.Model):
    """One party of an agreement: a Party organisation, or an enterprise taken in as 共建成员单位. Who withdraws has a day
    and a reason, and may join again."""

    agreement = models.ForeignKey(
        CoBuildingAgreement, models.PROTECT, related_name="parties", verbose_name=_("共建协议")
    )
    organization = models.ForeignKey(
        PartyOrganization, models.PROTECT, null=True, blank=True, related_name="agreement_parties",
        verbose_name=_("党组织"),
    )  # fmt: skip
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="agreement_parties",
        verbose_name=_("企业"),
    )  # fmt: skip
    joined_on = models.DateField(_("加入日期"))
    left_on = models.DateField(_("退出日期"), null=True, blank=True)
    leave_reason = models.CharField(_("退出原因"), max_length=200, blank=True)

    objects = PartyQuerySet.as_manager()

    class Meta:
        ordering = ("agreement", "joined_on", "id")
        verbose_name = verbose_name_plural = _("协议成员")
        constraints = [
            models.CheckConstraint(
                condition=Q(organization__isnull=False, enterprise__isnull=True)
                | Q(organization__isnull=True, enterprise__isnull=False),
                name="party_one_unit",
            ),
            models.UniqueConstraint(
                fields=("agreement", "organization"),
                condition=Q(left_on__isnull=True, organization__isnull=False),
                name="party_organization_once",
            ),
            models.UniqueConstraint(
                fields=("agreement", "enterprise"),
                condition=Q(left_on__isnull=True, enterprise__isnull=False),
                name="party_enterprise_once",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | (Q(left_on__gte=F("joined_on")) & ~Q(leave_reason="")),
                name="party_dates_in_order",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="two_parties_remain",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                timing=pgtrigger.Deferred,
                func=TWO_PARTIES.format(agreement="OLD.agreement_id"),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.unit.name

    @property
    def unit(self) -> PartyOrganization | Enterprise:
        return self.organization or self.enterprise


class AllianceMemberQuerySet(ScopedQuerySet):
    """Seen with the alliance's district or town, the enterprise's town, and by the enterprise itself."""

    def scope_filter(self, scope) -> Q:
        return (
            Q(alliance__district_id__in=scope.districts)
            | Q(alliance__town_id__in=scope.towns)
            | Q(enterprise__town_id__in=scope.towns)
            | Q(enterprise__uscc__in=scope.enterprises)
        )


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AllianceMember(models.Model):
    """An enterprise that belongs to an alliance (the X of 1+1+X+N), from day to day."""

    alliance = models.ForeignKey(
        PartyOrganization, models.PROTECT, related_name="alliance_members", verbose_name=_("党建联盟")
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="alliance_places", verbose_name=_("企业")
    )
    joined_on = models.DateField(_("加入日期"))
    left_on = models.DateField(_("退出日期"), null=True, blank=True)
    leave_reason = models.CharField(_("退出原因"), max_length=200, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = AllianceMemberQuerySet.as_manager()

    class Meta:
        ordering = ("alliance", "joined_on", "id")
        verbose_name = verbose_name_plural = _("联盟成员")
        constraints = [
            models.UniqueConstraint(
                fields=("alliance", "enterprise"),
                condition=Q(left_on__isnull=True),
                name="alliance_member_once",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | (Q(left_on__gte=F("joined_on")) & ~Q(leave_reason="")),
                name="alliance_member_dates_in_order",
            ),
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.enterprise} @ {self.alliance}"
