"""Days on which a person of the team is away: the fourth layer of the calendar (booking/rules/calendar.py)."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied

from portal.kit.problems import Conflict, Invalid

from ...kept.guard import cleaned
from ..models import MemberLeave, StationMember
from ..rules.rights import can_see_team

LONGEST = datetime.timedelta(days=366)


@transaction.atomic
def add_leave(
    *, member: StationMember, by, starts_on: datetime.date, ends_on: datetime.date, reason: str = ""
) -> MemberLeave:
    """The station or the bureau notes that somebody is away, both days included; no session with this person is made
    for these days. Sessions that stand already stay: whoever notes the leave stops them at the desk.

    Raises Invalid for days out of order or more than a year, Conflict when the person is away then anyhow.
    """
    _require_right(by, member)
    if not datetime.timedelta(0) <= ends_on - starts_on <= LONGEST:
        raise Invalid({"ends_on": _("结束日期不能早于开始日期，一次最多一年。")})
    values = cleaned(MemberLeave, {"reason": reason}, frozenset({"reason"}))
    StationMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if member.leaves.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
        raise Conflict(_("这段时间与已有的请假重叠。"), code="overlap")
    return MemberLeave.objects.create(member=member, starts_on=starts_on, ends_on=ends_on, **values)


@transaction.atomic
def remove_leave(*, leave: MemberLeave, by) -> None:
    """The person is there after all; the next night makes the sessions of these days."""
    _require_right(by, leave.member)
    leave.delete()


def _require_right(by, member: StationMember) -> None:
    if not can_see_team(by, member.station):
        raise PermissionDenied(_("只有区局和本站工作人员可以登记请假。"))
