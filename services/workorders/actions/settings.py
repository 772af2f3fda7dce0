"""What a district sets by itself: dispatch rules, handling times, reminders. The bureau decides, everybody concerned
reads. Clocks that run keep their deadline; new ones follow the new times."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid, Stale
from portal.territory.models import Department, District, ServiceElement, Town

from ..models import DispatchRule, EscalationRule, HandlingTime
from ..rules import alerts
from ..rules.hours import Times


def require_right(by: User, district_id: int) -> None:
    if not (by.scope.is_admin or district_id in by.scope.managed):
        raise PermissionDenied(_("只有区局工作人员可以维护派单规则、办理时限和常用语。"))


@transaction.atomic
def set_dispatch_rule(
    *,
    district: District,
    by: User,
    element: ServiceElement,
    lead: Department,
    town: Town | None = None,
    joint: Iterable[Department] = (),
    note: str = "",
    rule: DispatchRule | None = None,
    version: int | None = None,
) -> DispatchRule:
    """A new rule, or (with `rule` and the `version` that was read) a changed one.

    Raises Invalid for departments or towns of another district or closed ones, Conflict for a second rule of the same
    element and town, Stale when somebody else was faster.
    """
    require_right(by, district.pk)
    joint = list(joint)
    _require_sound(district, town, lead, joint)
    if rule is not None:
        row = DispatchRule.objects.select_for_update().get(pk=rule.pk)
        if row.version != version:
            raise Stale()
        row.version += 1
    else:
        row = DispatchRule(district=district)
    row.element, row.town, row.lead, row.note = element, town, lead, note.strip()[:200]
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict(_("这个要素和街镇已经有一条派单规则。"), code="duplicate") from error
    row.joint.set(joint)
    return row


def _require_sound(district: District, town: Town | None, lead: Department, joint: list[Department]) -> None:
    problems: dict[str, Any] = {}
    if town is not None and (town.district_id != district.pk or town.closed_on):
        problems["town"] = _("街镇不属于本区或已撤并。")
    if lead.district_id != district.pk or lead.closed_on:
        problems["lead"] = _("牵头部门不属于本区或已撤销。")
    if any(one.district_id != district.pk or one.closed_on for one in joint):
        problems["joint"] = _("协办部门不属于本区或已撤销。")
    elif lead in joint:
        problems["joint"] = _("牵头部门不必再选为协办部门。")
    if problems:
        raise Invalid(problems)


@transaction.atomic
def remove_dispatch_rule(*, rule: DispatchRule, by: User) -> None:
    """The rule is gone; demands that were dispatched by it stay where they are."""
    require_right(by, rule.district_id)
    rule.delete()


@transaction.atomic
def set_handling_time(*, district: District, by: User, kind: str, urgency: str, times: Times) -> HandlingTime:
    """The district's own times for a kind and urgency; clocks that run already keep their deadline."""
    require_right(by, district.pk)
    given = vars(times)
    if any(not 1 <= hours <= 80 for name, hours in given.items() if name != "handle_days"):
        raise Invalid(_("受理、分办和签收时限应在 1 至 80 个工作小时之间。"))
    if not 1 <= times.handle_days <= 250:
        raise Invalid({"handle_days": _("办理时限应在 1 至 250 个工作日之间。")})
    row, _is_new = HandlingTime.objects.select_for_update().get_or_create(
        district=district, kind=kind, urgency=urgency, defaults=given
    )
    if any(getattr(row, name) != value for name, value in given.items()):
        for name, value in given.items():
            setattr(row, name, value)
        row.version += 1
        row.save()
    return row


@transaction.atomic
def set_escalation_rule(
    *, district: District, by: User, share: int, audience: str, people: Iterable[User] = ()
) -> EscalationRule:
    """Who is reminded when `share` per cent of a clock's time have passed; the same pair is written over.

    With the first rule of a district the default ones become its own, so that nobody who was reminded is forgotten
    unseen: each of them can be removed.
    """
    require_right(by, district.pk)
    if not 10 <= share <= 400:
        raise Invalid({"share": _("用时比例应在 10% 至 400% 之间。")})
    if not EscalationRule.objects.filter(district=district).exists():
        EscalationRule.objects.bulk_create(
            (EscalationRule(district=district, share=one, audience=whom) for one, whom in alerts.DEFAULTS),
            ignore_conflicts=True,
        )
    row, is_new = EscalationRule.objects.get_or_create(district=district, share=share, audience=audience)
    row.people.set(people)
    if not is_new:
        row.version += 1
        row.save(update_fields=["version"])
    return row


@transaction.atomic
def remove_escalation_rule(*, rule: EscalationRule, by: User) -> None:
    """Nobody is reminded by it any more; once the last one is gone the default reminders hold again."""
    require_right(by, rule.district_id)
    rule.delete()
