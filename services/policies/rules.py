"""When a policy can be applied for, and who keeps the library. Pure."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

SOON_DAYS = 15  # a deadline this near is shown as urgent


class Stage(models.TextChoices):
    """Where a policy stands on a day."""

    OPEN = "open", _("可申报")
    SOON = "soon", _("即将截止")
    AHEAD = "ahead", _("未开始")
    OVER = "over", _("已截止")


def stage(*, apply_from: date | None, apply_until: date | None, closed_on: date | None, today: date) -> Stage:
    """Where a policy stands `today`; without dates it is open until it is withdrawn."""
    if (closed_on is not None and closed_on <= today) or (apply_until is not None and apply_until < today):
        return Stage.OVER
    if apply_from is not None and apply_from > today:
        return Stage.AHEAD
    if apply_until is not None and (apply_until - today).days <= SOON_DAYS:
        return Stage.SOON
    return Stage.OPEN


def days_left(apply_until: date | None, today: date) -> int | None:
    """Days until the last day for applying, 0 on that day; None without one."""
    return None if apply_until is None else (apply_until - today).days


def can_manage_policies(user, district_id: int | None) -> bool:
    """The bureau of the district and the administrator keep the library."""
    scope = user.scope
    return scope.is_admin or (bool(scope.managed) if district_id is None else district_id in scope.managed)
