"""Who takes part: 共建成员单位 by day, and the member enterprises of alliances."""

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from chains.party.models import PartyOrganization

from ...registry.models import Enterprise
from ..models import AgreementParty, AllianceMember
from .agreements import in_force

SECRETARY = ("alliance__secretary_name", "alliance__secretary_phone")


def members_on(day: datetime.date) -> QuerySet[Enterprise]:
    """The enterprises that are 共建成员单位 on a day: each once, however many agreements it takes part in."""
    part = AgreementParty._base_manager.filter(
        Q(left_on__isnull=True) | Q(left_on__gt=day),
        joined_on__lte=day,
        enterprise=OuterRef("pk"),
        agreement__in=in_force(day).order_by().values("pk"),
    )
    return Enterprise.objects.filter(Exists(part))


def alliance_members(user, alliance: PartyOrganization) -> QuerySet[AllianceMember]:
    """The member enterprises of an alliance in scope."""
    rows = AllianceMember.objects.visible_to(user).filter(alliance=alliance)
    return rows.select_related("enterprise__town", "alliance").defer(*SECRETARY)


def alliance_member_for(user, pk: int) -> AllianceMember | None:
    """One membership in scope; None for a missing one and for one outside the scope alike."""
    rows = AllianceMember.objects.visible_to(user).select_related("enterprise__town", "alliance")
    return rows.defer(*SECRETARY).filter(pk=pk).first()
