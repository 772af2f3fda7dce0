"""Proposals for joint branches (联合党支部组建建议): a run works them out, a clerk accepts one or sets it aside."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chains.industry.models import Chain
from chains.party.models import PartyOrganization
from portal.jobs.models import Job
from portal.kit.scoped import ScopedQuerySet
from portal.territory.models import District, Town

from ..registry.models import Enterprise

__all__ = ["JointProposal", "ProposalMember", "ProposalRun"]


class ProposalRunQuerySet(ScopedQuerySet):
    """The district's staff and leaders, and the stations of its towns."""

    def scope_filter(self, scope) -> Q:
        return Q(district_id__in=scope.districts) | Q(
            district_id__in=Town.objects.filter(pk__in=scope.towns).values("district")
        )


class ProposalRun(models.Model):
    """One working-out of proposals for a district, done by a job. The latest one that is done is the current one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="+", verbose_name=_("后台任务"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("发起人")
    )
    requested_at = models.DateTimeField(_("发起时间"), auto_now_add=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    candidates = models.PositiveIntegerField(_("应联建企业"), default=0)
    placed = models.PositiveIntegerField(_("已编入建议"), default=0)
    proposals = models.PositiveIntegerField(_("建议数"), default=0)

    objects = ProposalRunQuerySet.as_manager()

    class Meta:
        ordering = ("-requested_at",)
        verbose_name = verbose_name_plural = _("组建建议计算")
        indexes = [models.Index(fields=("district", "-finished_at"), name="proposal_run_latest")]


class JointProposalQuerySet(ScopedQuerySet):
    """The district's staff and leaders see all; a station those with a member of its towns."""

    def scope_filter(self, scope) -> Q:
        seen = Q(run__district_id__in=scope.districts) | Q(town_id__in=scope.towns)
        if scope.towns:
            seen |= Q(
                pk__in=ProposalMember.objects.filter(enterprise__town_id__in=scope.towns).values("proposal")
            )
        return seen


class JointProposal(models.Model):
    """A joint branch as it could be: 区域联建 in one town, or 行业统建 along one chain."""

    class Basis(models.TextChoices):
        TOWN = "town", _("区域联建")
        CHAIN = "chain", _("行业统建")

    class State(models.TextChoices):
        OPEN = "open", _("待处理")
        ACCEPTED = "accepted", _("已采纳")
        DECLINED = "declined", _("不采纳")

    run = models.ForeignKey(ProposalRun, models.CASCADE, related_name="groups", verbose_name=_("计算"))
    number = models.PositiveIntegerField(_("序号"))
    basis = models.CharField(_("依据"), max_length=6, choices=Basis)
    town = models.ForeignKey(
        Town, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("街镇")
    )
    chain = models.ForeignKey(
        Chain, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("产业链")
    )
    enterprises = models.PositiveSmallIntegerField(_("企业数"))
    full_members = models.PositiveSmallIntegerField(_("正式党员数"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN)
    organization = models.OneToOneField(
        PartyOrganization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("党组织")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("处理人"),
    )
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    decline_reason = models.CharField(_("不采纳原因"), max_length=200, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = JointProposalQuerySet.as_manager()

    class Meta:
        ordering = ("run", "number")
        verbose_name = verbose_name_plural = _("联合党支部组建建议")
        constraints = [
            models.UniqueConstraint(fields=("run", "number"), name="proposal_number_once_a_run"),
            models.CheckConstraint(
                condition=Q(basis="town", town__isnull=False) | Q(basis="chain", chain__isnull=False),
                name="proposal_basis_has_place",
            ),
            models.CheckConstraint(condition=Q(full_members__gte=3), name="proposal_has_three_members"),
            models.CheckConstraint(
                condition=Q(state="accepted", organization__isnull=False)
                | Q(state__in=("open", "declined"), organization__isnull=True),
                name="proposal_accepted_has_organization",
            ),
        ]
        indexes = [
            models.Index(fields=("run", "state", "town", "number"), name="proposal_of_town"),
            models.Index(fields=("run", "state", "chain", "number"), name="proposal_of_chain"),
        ]


class OfProposalQuerySet(ScopedQuerySet):
    def scope_filter(self, scope) -> Q:
        return Q(enterprise__district_id__in=scope.districts) | Q(enterprise__town_id__in=scope.towns)


class ProposalMember(models.Model):
    """An enterprise in a proposal, with the members it had when the proposal was worked out."""

    run = models.ForeignKey(ProposalRun, models.CASCADE, related_name="+", verbose_name=_("计算"))
    proposal = models.ForeignKey(
        JointProposal, models.CASCADE, related_name="members", verbose_name=_("建议")
    )
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="+", verbose_name=_("企业"))
    full_members = models.PositiveSmallIntegerField(_("正式党员数"))

    objects = OfProposalQuerySet.as_manager()

    class Meta:
        ordering = ("proposal", "enterprise")
        verbose_name = verbose_name_plural = _("建议中的企业")
        constraints = [
            models.UniqueConstraint(fields=("run", "enterprise"), name="proposal_member_once_a_run"),
            models.CheckConstraint(
                condition=Q(full_members__range=(1, 2)), name="proposal_member_should_join"
            ),
        ]
