"""An enterprise joins an alliance, or leaves it."""

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from chains.party.actions import lock_organizations
from chains.party.models import PartyOrganization
from chains.party.rules import ALLIANCE
from portal.accounts.models import User
from portal.kit.days import FIRST_DAY
from portal.kit.problems import Conflict, Invalid, Stale
from portal.metrics.actions import mark_dirty

from ...registry.models import Enterprise
from .. import rules
from ..models import AllianceMember
from .units import cleaned_reason


@transaction.atomic
def join_alliance(
    *, alliance: PartyOrganization, enterprise: Enterprise, by: User, joined_on: datetime.date
) -> AllianceMember:
    """An enterprise becomes a member of an alliance (the X of 1+1+X+N).

    Raises Conflict when it is one already (also when two clerks enter it at once) or the alliance has ended, Invalid
    for an organisation that is no alliance, a deregistered enterprise or an impossible day, PermissionDenied outside
    the enterprise's town.
    """
    stored = lock_organizations([alliance.pk])[alliance.pk]
    enterprise = Enterprise.objects.select_for_update(no_key=True, of=("self",)).get(pk=enterprise.pk)
    require_right(by, enterprise)
    if stored.kind.code != ALLIANCE or stored.district_id != enterprise.district_id:
        raise Invalid({"alliance": _("请选择本区的产业链党建联盟。")})
    if stored.status != PartyOrganization.Status.ACTIVE:
        raise Conflict(_("联盟已合并或撤销，不能再加入成员。"), code="ended")
    if enterprise.status == Enterprise.Status.DEREGISTERED:
        raise Invalid({"enterprise": _("“%(name)s”已注销，不能列为成员。") % {"name": enterprise.name}})
    problem = rules.join_problem(
        joined_on, since=stored.set_up_on or FIRST_DAY, founded_on=enterprise.founded_on,
        today=timezone.localdate(),
    )  # fmt: skip
    if problem:
        raise Invalid({"joined_on": problem})
    taken = _("“%(name)s”已是该联盟的成员。") % {"name": enterprise.name}
    if stored.alliance_members.filter(enterprise=enterprise, left_on=None).exists():
        raise Conflict(taken, code="duplicate")
    try:
        with transaction.atomic():
            member = AllianceMember.objects.create(
                alliance=stored, enterprise=enterprise, joined_on=joined_on
            )
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", "") == "23505":
            raise Conflict(taken, code="duplicate") from error
        raise
    mark_dirty("alliance_members", days=[joined_on])
    return member


@transaction.atomic
def leave_alliance(
    *, member: AllianceMember, by: User, version: int, left_on: datetime.date, reason: str
) -> AllianceMember:
    """An enterprise leaves an alliance on a day and for a reason. Raises Conflict when it has left already, Stale,
    Invalid for a day before it joined or after today."""
    stored = (
        AllianceMember.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=member.pk)
    )
    require_right(by, stored.enterprise)
    if stored.version != version:
        raise Stale(current=stored)
    if stored.left_on is not None:
        raise Conflict(_("该成员已于 %(day)s 退出。") % {"day": stored.left_on.isoformat()}, code="ended")
    if problem := rules.leave_problem(left_on, joined_on=stored.joined_on, today=timezone.localdate()):
        raise Invalid({"left_on": problem})
    stored.left_on, stored.leave_reason = left_on, cleaned_reason(reason)
    stored.version += 1
    stored.save(update_fields=["left_on", "leave_reason", "version"])
    mark_dirty("alliance_members", days=[left_on])
    return stored


def require_right(by: User, enterprise: Enterprise) -> None:
    if not by.scope.manages_town(enterprise.town_id, enterprise.district_id):
        raise PermissionDenied(_("只能维护您所负责街镇的企业。"))
