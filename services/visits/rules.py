"""What must hold for visits, projects and campaigns, as pure functions: no database, no clock."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import Role

YEARS_BACK = 2
MOST_FINDINGS = 20
MAX_TITLE, MAX_BODY, MAX_NOTE = 100, 3000, 1000
MAX_TARGET = 100_000
LONGEST_CAMPAIGN = datetime.timedelta(days=3 * 366)


STAFF = (Role.ADMIN, Role.BUREAU, Role.STATION)
OVERSEERS = (*STAFF, Role.LEADER)
READERS = (*OVERSEERS, Role.ENTERPRISE)


def can_read(user) -> bool:
    """Visits are the bureau's and the stations' work; leaders oversee it, an enterprise reads of its own. A department
    never sees enterprises (domain.md): what was found on a visit reaches it as a demand."""
    return bool(user.scope.roles & set(READERS))


def can_oversee(user) -> bool:
    """Campaigns and projects are for who visits and who oversees it."""
    return bool(user.scope.roles & set(OVERSEERS))


def can_record(user, subject) -> bool:
    """A visit to an enterprise or project is recorded by the bureau, and by the station of its town."""
    return user.scope.manages_town(subject.town_id, subject.district_id)


def can_record_any(user) -> bool:
    return user.scope.is_staff


def can_correct(user, visit) -> bool:
    """The note is corrected by who could have recorded the visit: the bureau, the town's station."""
    return user.scope.manages_town(visit.town_id, visit.district_id)


def can_read_note(user, visit) -> bool:
    """What is written of an enterprise is for who works with it and for leaders, not for the enterprise."""
    return can_correct(user, visit) or visit.district_id in user.scope.districts


def can_plan(user, district_id: int | None = None) -> bool:
    """Campaigns and projects are the bureau's."""
    scope = user.scope
    return scope.is_admin or (bool(scope.managed) if district_id is None else district_id in scope.managed)


def earliest(today: datetime.date) -> datetime.date:
    """The first day of which a visit may still be recorded: two years ago."""
    return today.replace(year=today.year - YEARS_BACK, day=min(today.day, 28))


def day_problem(
    day: datetime.date,
    *,
    today: datetime.date,
    founded_on: datetime.date | None = None,
    closed_on: datetime.date | None = None,
) -> Any | None:
    """Why nobody can have been visited on this day, or None. `closed_on`: when the project ended."""
    if day > today:
        return _("走访日期不能晚于今天。")
    if day < earliest(today):
        return _("走访日期不能早于两年前。")
    if founded_on is not None and day < founded_on:
        return _("走访日期不能早于企业成立日期 %(day)s。") % {"day": founded_on.isoformat()}
    if closed_on is not None and day > closed_on:
        return _("项目已于 %(day)s 结束，不能登记之后的走访。") % {"day": closed_on.isoformat()}
    return None


def campaign_problem(
    day: datetime.date, *, starts_on: datetime.date, ends_on: datetime.date, closed_on: datetime.date | None
) -> Any | None:
    """Why a visit of this day is not of the campaign, or None. A closed campaign takes visits of its own days only."""
    if not starts_on <= day <= ends_on:
        return _("走访日期不在该行动的起止日期之内。")
    if closed_on is not None and day > closed_on:
        return _("该行动已于 %(day)s 结束。") % {"day": closed_on.isoformat()}
    return None


STATES = {"planned": _("未开始"), "running": _("进行中"), "ended": _("已结束")}


def state_of(
    today: datetime.date, starts_on: datetime.date, ends_on: datetime.date, *, is_closed: bool
) -> str:
    """Where a campaign stands: one of STATES."""
    if is_closed or today > ends_on:
        return "ended"
    return "planned" if today < starts_on else "running"


def findings_problems(findings: Sequence[Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    """Sentences by place in the list and field for what is wrong with the findings."""
    found: dict[int, dict[str, Any]] = {}
    for place, finding in enumerate(findings):
        problems: dict[str, Any] = {}
        if not finding.get("title"):
            problems["title"] = _("请填写问题标题。")
        elif len(finding["title"]) > MAX_TITLE:
            problems["title"] = _("标题最多 %(most)d 个字。") % {"most": MAX_TITLE}
        if len(finding.get("body") or "") > MAX_BODY:
            problems["body"] = _("内容最多 %(most)d 个字。") % {"most": MAX_BODY}
        element = finding.get("element")
        if element is None:
            problems["element"] = _("请选择要素。")
        elif element.closed_on is not None:
            problems["element"] = _("要素“%(name)s”已停用，请另选。") % {"name": element.name}
        if problems:
            found[place] = problems
    return found


def campaign_problems(values: Mapping[str, Any]) -> dict[str, Any]:
    """Sentences by field for what is wrong with a campaign."""
    found: dict[str, Any] = {}
    if not values["name"]:
        found["name"] = _("请填写名称。")
    elif len(values["name"]) > 80:
        found["name"] = _("名称最多 80 个字。")
    if len(values["description"]) > 500:
        found["description"] = _("说明最多 500 个字。")
    if values["ends_on"] < values["starts_on"]:
        found["ends_on"] = _("结束日期不能早于开始日期。")
    elif values["ends_on"] - values["starts_on"] > LONGEST_CAMPAIGN:
        found["ends_on"] = _("一次行动最长三年。")
    return found


def project_problems(values: Mapping[str, Any], *, today: datetime.date) -> dict[str, Any]:
    """Sentences by field for what is wrong with a project."""
    found: dict[str, Any] = {}
    if not values["name"]:
        found["name"] = _("请填写项目名称。")
    elif len(values["name"]) > 120:
        found["name"] = _("项目名称最多 120 个字。")
    town, chain, enterprise = values["town"], values["chain"], values["enterprise"]
    if town is not None and town.closed_on is not None and town.closed_on <= today:
        found["town"] = _("该街镇已撤并。")
    if chain is not None and chain.district_id != town.district_id:
        found["chain"] = _("产业链与街镇不在同一个区。")
    if enterprise is not None and enterprise.district_id != town.district_id:
        found["enterprise"] = _("实施企业与街镇不在同一个区。")
    if values["closed_on"] is not None and values["closed_on"] > today:
        found["closed_on"] = _("结束日期不能晚于今天。")
    return found


@dataclass(frozen=True)
class TownCoverage:
    """How far a campaign has come in a town: what is to be visited, what was, what was found and solved there."""

    town: Any
    target_enterprises: int = 0
    target_projects: int = 0
    enterprises: int = 0
    projects: int = 0
    visits: int = 0
    findings: int = 0
    solved: int = 0

    @property
    def target(self) -> int:
        return self.target_enterprises + self.target_projects

    @property
    def share(self) -> int | None:
        """Per cent of the target that was visited, what goes beyond a target left out; None without a target."""
        return share(
            min(self.enterprises, self.target_enterprises) + min(self.projects, self.target_projects),
            self.target,
        )

    @property
    def solved_share(self) -> Decimal | None:
        """Resolution rate: solved ÷ found, per cent with two decimals (domain.md, Work-order loop)."""
        if not self.findings:
            return None
        return (Decimal(self.solved * 100) / self.findings).quantize(Decimal("0.01"))


def share(part: int, whole: int) -> int | None:
    """Whole per cent, rounded down so that only what is complete reads 100; None without a whole."""
    return part * 100 // whole if whole else None


COUNTS = ("target_enterprises", "target_projects", "enterprises", "projects", "visits", "findings", "solved")


def summed(rows: Iterable[TownCoverage]) -> TownCoverage:
    """The towns together: an enterprise that moved during a campaign counts in both towns."""
    rows = list(rows)
    return TownCoverage(None, **{name: sum(getattr(row, name) for row in rows) for name in COUNTS})
