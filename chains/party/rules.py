"""Who may keep organisations, which dates and places fit, what may still be done with one, how a mode is spelt. Pure."""

import datetime
import re
import unicodedata
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

BRACKETED = re.compile(r"\([^()]*\)")
FOUNDING = datetime.date(1921, 7, 23)  # the first national congress opened: no organisation is older
# What may still be done with an organisation in each state; an ended one keeps its row and stays as it is.
MOVES: Mapping[str, tuple[str, ...]] = {
    "active": ("change", "merge", "dissolve"),
    "merged": (),
    "dissolved": (),
}
COMMITTEES = frozenset({"committee", "comprehensive_committee", "cluster_committee", "joint_committee"})
ALLIANCE = "chain_alliance"
RESERVED_CODES = frozenset(
    {"new", "tree", "matrix", "reference", "guidance", "enterprises"}
)  # addresses of the pages

Key = TypeVar("Key", bound=Hashable)


# -- Who --------------------------------------------------------------------------------------------------------------
def can_manage_reference(user) -> bool:
    """Kinds and establishment modes are kept by the bureau and the administrator."""
    return user.scope.is_bureau


def can_manage_organizations(user, district_id: int) -> bool:
    """Organisations are registered, corrected and ended by the bureau of the district and the administrator."""
    return user.scope.is_admin or district_id in user.scope.managed


def can_manage_guidance(user, guide, guided) -> bool:
    """以大带小: the bureau of the district, or the guidance station of a town that one of the two belongs to."""
    ends = (guide, guided)
    return can_manage_organizations(user, guided.district_id) or any(
        one.town_id in user.scope.towns for one in ends if one.town_id is not None
    )


def can_start_guidance(user) -> bool:
    """Bureau and stations; which organisations may be linked says `can_manage_guidance`."""
    return user.scope.is_staff


def can_see_secretary(user, *, town_id: int | None, district_id: int, covers_own: bool = False) -> bool:
    """The secretary's name and phone: whoever manages the district or the organisation's town, and the users of an
    enterprise that the organisation covers; never a leader."""
    scope = user.scope
    manages = scope.is_admin or district_id in scope.managed
    return manages or (town_id is not None and town_id in scope.towns) or covers_own


# -- What -------------------------------------------------------------------------------------------------------------
def day_problem(
    day: datetime.date, *, today: datetime.date, set_up_on: Iterable[datetime.date | None] = ()
) -> Any:
    """Why nothing can have happened to an organisation on `day`, or None: in the future, or before it was set up."""
    if day > today:
        return _("日期不能晚于今天。")
    if day < FOUNDING:
        return _("日期不能早于 1921 年 7 月 23 日。")
    latest = max((one for one in set_up_on if one is not None), default=None)
    if latest is not None and day < latest:
        return _("日期不能早于党组织的成立日期（%(day)s）。") % {"day": latest.isoformat()}
    return None


def organization_problems(
    values: Mapping[str, Any], *, today: datetime.date, district_id: int, town: Any = None, area: Any = None
) -> dict[str, Any]:
    """Sentences by field for what is wrong with `values`, the fields that are newly given; empty when all is well.

    `town` and `area`: where the organisation will stand. Closed ones take nobody new (bad input named by the issue).
    """
    found: dict[str, Any] = {}
    for name in ("town", "chain", "area", "parent"):
        place = values.get(name)
        if place is not None and place.district_id != district_id:
            found[name] = _("不属于本区。")
    if "name" in values and not values["name"]:
        found["name"] = _("请填写党组织名称。")
    if (day := values.get("set_up_on")) is not None:
        if day > today:
            found["set_up_on"] = _("成立日期不能晚于今天。")
        elif day < FOUNDING:
            found["set_up_on"] = _("成立日期不能早于 1921 年 7 月 23 日。")
    if _closed(values.get("town"), today):
        found.setdefault("town", _("该街镇已撤并，不能再登记党组织。"))
    if _closed(values.get("area"), today):
        found.setdefault("area", _("该商圈、楼宇或园区已撤销，不能再登记党组织。"))
    if {"town", "area"} & values.keys() and area is not None and town is not None and area.town_id != town.pk:
        found.setdefault("area", _("“%(area)s”不在%(town)s。") % {"area": area.name, "town": town.name})
    parent = values.get("parent")
    if parent is not None and parent.status != "active":
        found.setdefault("parent", _("上级党组织已合并或撤销，请选择现有的党组织。"))
    return found


def guidance_problems(
    *, guide: Any, guided: Any, started_on: datetime.date, today: datetime.date
) -> dict[str, Any]:
    """What is wrong with a guidance link; both organisations were set up before it began."""
    found: dict[str, Any] = {}
    if guide.pk == guided.pk:
        found["guided"] = _("党组织不能带动自己。")
    elif guide.district_id != guided.district_id:
        found["guided"] = _("两个党组织不在同一个区。")
    if problem := day_problem(started_on, today=today, set_up_on=(guide.set_up_on, guided.set_up_on)):
        found["started_on"] = problem
    return found


def stands_above(parents: Mapping[Key, Key | None], start: Key | None) -> list[Key]:
    """The way up from `start` (itself first) by `parents`; ends where it would come round again."""
    way: list[Key] = []
    while start is not None and start not in way:
        way.append(start)
        start = parents.get(start)
    return way


def new_parent(child: Key, *, wanted: Key | None, gone: Key, parents: Mapping[Key, Key | None]) -> Key | None:
    """Where a child of `gone` goes when all are to go to `wanted`: there, unless `wanted` stands below the child (or is
    it); then to the parent of `gone`, so that nobody comes to stand above itself."""
    if wanted is not None and child in stands_above(parents, wanted):
        return parents.get(gone)
    return wanted


def _closed(place: Any, today: datetime.date) -> bool:
    return place is not None and place.closed_on is not None and place.closed_on <= today


# -- Spelling ---------------------------------------------------------------------------------------------------------
def spellings(name: str) -> set[str]:
    """Every spelling that means this kind or mode: as written, with half-width brackets, and without brackets.

    龙头组建（点） is also 龙头组建(点) and 龙头组建. The enterprise sheet accepts all three.
    """
    folded = unicodedata.normalize("NFKC", name).replace(" ", "")
    return {name, folded, BRACKETED.sub("", folded)}
