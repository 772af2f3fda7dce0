"""Where an enterprise stands by the should-establish rule, what a rate is, and who may do what. Pure."""

import datetime
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.scope import Role

BRANCH_MEMBERS = 3  # 中办发〔2012〕11号: three full members make a branch
READERS = frozenset({Role.ADMIN, Role.BUREAU, Role.STATION, Role.LEADER})
TWO_PLACES = Decimal("0.01")


class Standing(models.TextChoices):
    """The groups of the should-establish rule (domain.md, 应建未建)."""

    ESTABLISH_ALONE = "should_establish_alone", gettext_lazy("应单独组建")
    JOIN = "should_join", gettext_lazy("应联合组建")
    WORK = "needs_work_coverage", gettext_lazy("应落实工作覆盖")
    COVERED = "covered", gettext_lazy("已覆盖")


LISTED = (Standing.ESTABLISH_ALONE, Standing.JOIN, Standing.WORK)


def standing(*, full_members: int, form: str, is_assigned: bool) -> Standing:
    """The group of an enterprise in real operation.

    `form` is its organization form (none, alone, joint); `is_assigned`: an instructor, to it or to its area, or a
    liaison point. Three full members and no organisation of its own: should establish alone, also when it takes part
    in a joint one for now. One or two and no organisation: should join one. None and nobody assigned: needs work
    coverage (中办发〔2012〕11号; domain.md).
    """
    if full_members >= BRANCH_MEMBERS and form != "alone":
        return Standing.ESTABLISH_ALONE
    if form != "none":
        return Standing.COVERED
    if full_members:
        return Standing.JOIN
    return Standing.COVERED if is_assigned else Standing.WORK


def reason(group: Standing, *, full_members: int, form: str) -> str:
    """Why an enterprise stands in its group, in words."""
    if group == Standing.ESTABLISH_ALONE:
        if form == "joint":
            return _("正式党员 %(count)d 名，现参加联合支部，可单独组建") % {"count": full_members}
        return _("正式党员 %(count)d 名，没有党组织，应单独组建") % {"count": full_members}
    if group == Standing.JOIN:
        return _("正式党员 %(count)d 名，没有党组织，应参加联合支部") % {"count": full_members}
    if group == Standing.WORK:
        return _("没有正式党员，也没有指导员或联系点，应选派指导员")
    return ""


def rate(part: int, whole: int) -> Decimal | None:
    """`part` ÷ `whole` in percent with two decimals, halves up; None when there is nothing to divide by."""
    if not whole:
        return None
    return (Decimal(part) * 100 / whole).quantize(TWO_PLACES, ROUND_HALF_UP)


def activity_window(day: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The three months that end with `day`: its first and last day. At a quarter's end it is the calendar quarter.

    It begins on the day after the same day three months earlier; where that month is too short, on the first of the
    next one.
    """
    after = day + datetime.timedelta(days=1)
    month = after.month - 3
    year, month = (after.year, month) if month > 0 else (after.year - 1, month + 12)
    try:
        return datetime.date(year, month, after.day), day
    except ValueError:
        return datetime.date(year, month + 1, 1), day


def can_read(user) -> bool:
    """Staff and leaders read coverage; an enterprise sees its own on its portrait."""
    return bool(user.scope.roles & READERS)


def can_start_run(user, district_id: int) -> bool:
    """The bureau has proposals worked out for its district."""
    return user.scope.is_admin or district_id in user.scope.managed


def can_decide(user, *, district_id: int, town_ids: Iterable[int]) -> bool:
    """The bureau accepts or declines any proposal of its district; a station one that lies wholly in its own towns."""
    towns = set(town_ids)
    return can_start_run(user, district_id) or (bool(towns) and towns <= user.scope.towns)
