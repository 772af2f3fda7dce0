"""Freshness, and what a survey may say and changes, as pure functions: no database, no clock."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import Role
from portal.kit.masking import mask_name, mask_phone
from portal.kit.text import half_width, phone_number

PERSONAL_FIELDS = ("secretary_name", "secretary_phone", "contact_name", "contact_phone")
PROFILE_FIELDS = (
    "full_members",
    "probationary_members",
    "organization_form",
    "organization",
    "establishment_mode",
    *PERSONAL_FIELDS,
    "employees",
)
MAX_MEMBERS = 100_000
FIRST_SURVEY = datetime.date(
    1950, 1, 1
)  # it tells the figures of the year before, and none is older than the state


class Freshness(models.TextChoices):
    """How long ago the profile was surveyed (domain.md, Survey freshness)."""

    FRESH = "fresh", _("有效")
    DUE = "due", _("待更新")
    OVERDUE = "overdue", _("已超期")
    NEVER = "never", _("从未摸排")


def freshness_bounds(
    today: datetime.date, due_days: int, overdue_days: int
) -> tuple[datetime.date, datetime.date]:
    """(the last day that is due, the last day that is overdue): surveyed on it or before."""
    return today - datetime.timedelta(days=due_days), today - datetime.timedelta(days=overdue_days)


def freshness(
    surveyed_on: datetime.date | None, today: datetime.date, *, due_days: int, overdue_days: int
) -> Freshness:
    """The state of a profile surveyed on `surveyed_on`: due after `due_days`, overdue after `overdue_days`."""
    if surveyed_on is None:
        return Freshness.NEVER
    due, overdue = freshness_bounds(today, due_days, overdue_days)
    if surveyed_on <= overdue:
        return Freshness.OVERDUE
    return Freshness.DUE if surveyed_on <= due else Freshness.FRESH


def masked(field: str, value: str) -> str:
    """A personal value as lists, diffs and portraits show it."""
    return mask_phone(value) if field.endswith("phone") else mask_name(value)


def can_survey(user, enterprise) -> bool:
    """Staff who manage the town; an enterprise user may report on its own enterprise."""
    return manages(user, enterprise) or is_own(user, enterprise)


def manages(user, enterprise) -> bool:
    return user.scope.manages_town(enterprise.town_id, enterprise.district_id)


def is_own(user, enterprise) -> bool:
    return Role.ENTERPRISE in user.scope.roles and enterprise.uscc in user.scope.enterprises


def may_only_self_report(user, enterprise) -> bool:
    return is_own(user, enterprise) and not manages(user, enterprise)


def phone_problem(text: str) -> str | None:
    """Why this is no telephone number, or None: the rule of the sheets, in characters that a gateway can dial."""
    if phone_number(text) is None or half_width(text) != text:
        return _("电话应为 11 位手机号或带区号的座机号，例如 021-67800000。")
    return None


def survey_problems(
    *,
    values: Mapping[str, Any],
    surveyed_on: datetime.date,
    founded_on: datetime.date | None,
    form: str,
    today: datetime.date,
) -> dict[str, str]:
    """Sentences by field for what a survey cannot say; empty when all is well.

    `values` holds what was asked (PROFILE_FIELDS; None = not asked), `form` the organisation form that will hold
    afterwards.
    """
    found: dict[str, Any] = {}
    if surveyed_on > today:
        found["surveyed_on"] = _("摸排日期不能晚于今天。")
    elif surveyed_on < FIRST_SURVEY:
        found["surveyed_on"] = _("摸排日期不能早于 %(day)s。") % {"day": FIRST_SURVEY.isoformat()}
    elif founded_on is not None and surveyed_on < founded_on:
        found["surveyed_on"] = _("摸排日期不能早于企业成立日期 %(day)s。") % {"day": founded_on.isoformat()}
    for name in ("full_members", "probationary_members"):
        if (count := values.get(name)) is not None and not 0 <= count <= MAX_MEMBERS:
            found[name] = _("党员数应为 0 至 100000 的整数。")
    for name in ("secretary_phone", "contact_phone"):
        if (text := values.get(name)) and (problem := phone_problem(text)):
            found[name] = problem
    for name in ("secretary_name", "contact_name"):
        if len(values.get(name) or "") > 40:
            found[name] = _("姓名最多 40 个字。")
    if form == "none":
        if values.get("organization"):
            found["organization"] = _("党组织形式为“无”时不能填写党组织；请先选择单独组建或联合组建。")
        if values.get("establishment_mode"):
            found["establishment_mode"] = _("党组织形式为“无”时不能填写组建方式。")
    return found


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a survey changes: [{field, old, new}] in the order of PROFILE_FIELDS, personal values masked.

    Both hold plain values by field; a field missing from `new` was not asked and stays.
    """
    return [
        {"field": name, "old": _shown(name, old.get(name)), "new": _shown(name, new[name])}
        for name in PROFILE_FIELDS
        if name in new and not _same(old.get(name), new[name])
    ]


def _same(old: Any, new: Any) -> bool:
    """Nothing and zero differ for a count of people; nothing and empty do not for a text."""
    if isinstance(old, str) or isinstance(new, str):
        return (old or "") == (new or "")
    return old == new


def _shown(name: str, value: Any) -> Any:
    return masked(name, value) if name in PERSONAL_FIELDS and value else value
