"""A unit joins an agreement, or withdraws from it."""

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid

from ...registry.models import Enterprise
from .. import rules
from ..models import AgreementParty, CoBuildingAgreement
from .units import Unit, cleaned_reason, lock_units, locked_agreement, new_party, require_right, save, touch


@transaction.atomic
def add_party(
    *, agreement: CoBuildingAgreement, by: User, version: int, unit: Unit, joined_on: datetime.date
) -> AgreementParty:
    """An organisation or enterprise joins an agreement; an enterprise becomes a 共建成员单位.

    Raises Conflict when it takes part already (also when two clerks add it at once) or the agreement has run out,
    Stale, Invalid for a day before the signing or after today, PermissionDenied for a unit of another's town.
    """
    is_enterprise = isinstance(unit, Enterprise)
    rows = ([], [unit]) if is_enterprise else ([unit], [])
    (unit,) = lock_units(*rows, district_id=agreement.district_id)
    stored = locked_agreement(agreement, by, version, "join")
    require_right(by, stored.district_id, [unit.town_id])
    taken = _("“%(name)s”已是该协议的成员。") % {"name": unit.name}
    there = {"enterprise" if is_enterprise else "organization": unit, "left_on": None}
    if stored.parties.filter(**there).exists():
        raise Conflict(taken, code="duplicate")
    if stored.parties.filter(left_on=None).count() >= rules.MAX_PARTIES:
        raise Invalid({"unit": _("一份协议最多 %(most)d 方。") % {"most": rules.MAX_PARTIES}})
    party = new_party(stored, unit, joined_on)
    try:
        with transaction.atomic():
            party.save()
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", "") == "23505":
            raise Conflict(taken, code="duplicate") from error
        raise
    save(stored, {})
    touch(stored, days=[joined_on])
    return party


@transaction.atomic
def withdraw_party(
    *, party: AgreementParty, by: User, version: int, left_on: datetime.date, reason: str
) -> AgreementParty:
    """A unit withdraws from an agreement on a day and for a reason; two parties at least remain.

    Raises Conflict when it has withdrawn already or only two are left (end the agreement instead), Stale, Invalid for
    a day before it joined or after today.
    """
    agreement = locked_agreement(party.agreement, by, version, "withdraw")
    stored = AgreementParty.objects.select_for_update(of=("self",)).get(pk=party.pk)
    if stored.left_on is not None:
        raise Conflict(_("该成员已于 %(day)s 退出。") % {"day": stored.left_on.isoformat()}, code="ended")
    if agreement.parties.filter(left_on=None).count() <= rules.LEAST:
        raise Conflict(_("协议至少要有两方；不再履行的请办理提前终止。"), code="too_few")
    today = timezone.localdate()
    if problem := rules.leave_problem(left_on, joined_on=stored.joined_on, today=today):
        raise Invalid({"left_on": problem})
    stored.left_on, stored.leave_reason = left_on, cleaned_reason(reason)
    stored.save(update_fields=["left_on", "leave_reason"])
    save(agreement, {})
    touch(agreement, days=[left_on])
    return stored
