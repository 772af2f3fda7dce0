"""What the demo's demands are about, and how one comes to a state: the moves that lead there, at working hours."""

import random
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.kit.demo import weighted

from .demo_planned import Planned, Setting
from .rules import hours

SCORES = ((5, 70), (4, 22), (3, 5), (2, 2), (1, 1))
LATEST_CLOSING = 10 * hours.MINUTES_A_DAY  # working time after which what was verified is archived
DAY = hours.MINUTES_A_DAY
OFFICES = {("financing", "finance"): "finance_office", ("ip", "market"): "ip"}  # where a district has them
LONG_AGO, ENOUGH = timedelta(days=75), 40 * hours.MINUTES_A_DAY


@dataclass(frozen=True)
class Case:
    """What a demand is about, and who handles it: codes of an element and of departments."""

    element: str
    title: str
    body: str
    result: str
    lead: str
    joint: tuple[str, ...] = field(default=())


@lru_cache(maxsize=1)
def texts() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("demo_cases.toml").read_text(encoding="utf-8"))


def invented_case(chance: random.Random) -> Case:
    """One of the cases with its blanks filled in; joint departments in one of three."""
    row = chance.choice(texts()["cases"])
    fill = {
        "count": chance.randint(3, 40),
        "amount": chance.choice((30, 50, 80, 120, 200, 300, 500)),
        "month": chance.randint(1, 12),
        "item": chance.choice(texts()["fill"]["item"]),
    }
    title = row["title"] if chance.random() < 0.4 else f"{fill['item']}企业{row['title']}"
    joint = tuple(row.get("joint", ())) if chance.random() < 0.35 else ()
    return Case(
        row["element"], title, row["body"].format(**fill), row["result"].format(**fill), row["lead"], joint
    )


def lead_to(planned: Planned, state: str, case: Case, chance: random.Random) -> None:
    """Moves a demand that was just submitted to `state`, with all that lies between, before `setting.now`."""
    course = _Course(planned, case, chance)
    getattr(course, state)()


def room(setting: Setting, created_at: datetime) -> int:
    """Minutes of working time since a demand was raised; what is more than enough for any course is not counted out."""
    if setting.now - created_at > LONG_AGO:
        return ENOUGH
    return hours.working_minutes_between(created_at, setting.now, setting.calendar)


class _Course:
    """One method a state; each takes its share of the working time that has passed since the demand was raised."""

    def __init__(self, planned: Planned, case: Case, chance: random.Random):
        self.planned, self.case, self.chance = planned, case, chance
        self.setting = planned.setting
        self.room = room(self.setting, planned.created_at)
        self.spent = 0
        self.is_open = True  # and will be when the course is run
        departments = self.setting.departments
        office = OFFICES.get((case.element, case.lead), case.lead)
        self.lead = departments.get(office) or departments.get(case.lead) or next(iter(departments.values()))
        self.helpers = [departments[code] for code in case.joint if code in departments]

    def after(self, least: int, most: int, share: float = 0.2) -> datetime:
        """A moment of work between `least` and `most` minutes later, at most a share of what is left."""
        left = max(self.room - self.spent - 1, 1)
        self.spent += max(1, min(self.chance.randint(least, most), int(left * share)))
        calendar = self.setting.calendar
        return min(hours.add_working_minutes(self.planned.created_at, self.spent, calendar), self.setting.now)

    # the open states

    def submitted(self) -> None:
        """Nothing has happened yet."""

    def accepted(self) -> None:
        self.planned.accept(self.after(5, 220))

    def rejected(self) -> None:
        self.planned.reject(self.after(20, 220), "不属于要素服务范围，已告知企业办理渠道。")

    def withdrawn(self) -> None:
        self.planned.withdraw(self.after(20, DAY, 0.6), "已通过其他途径解决，不再需要办理。")

    def dispatched(self) -> None:
        self.accepted()
        self._dispatch()

    def in_progress(self) -> None:
        self.dispatched()
        self.planned.sign(self.after(5, 110))
        if self.chance.random() < 0.6:
            self.planned.report(self.after(60, 2 * DAY, 0.4), self._text("reports"))
        if self.chance.random() < 0.08:
            self.planned.ask(self.after(30, DAY, 0.4), "请补充合同或订单的复印件。")

    def joint(self) -> None:
        """会办中: the departments are called, and meet on one of the next days."""
        self._signed_with_others()
        at = self.after(60, 3 * DAY, 0.6)
        day = self.setting.calendar.add_working_days(
            self.setting.now.astimezone(hours.ZONE).date(), self.chance.randint(1, 4)
        )
        meets_at = hours.close_of(day).replace(hour=self.chance.choice((10, 14, 15)), minute=0)
        self.planned.whistle(at, meets_at, "涉及多个部门，需当面商定办理路径。")

    def reopened(self) -> None:
        self._solve(share=0.5)
        self.planned.reopen(self.after(30, 2 * DAY, 0.6), 2, self._text("low_comments"))

    # the solved states

    def resolved(self) -> None:
        self._solve()

    def verified(self) -> None:
        self._solve()
        score = weighted(self.chance, SCORES)
        self.planned.verify(self.after(60, 3 * DAY, 0.6), score, self._comment(score))

    def closed(self) -> None:
        self.verified()
        self.planned.close(self.after(DAY, LATEST_CLOSING, 0.9))

    # what they share

    def _dispatch(self) -> None:
        at = self.after(5, 220)
        due_on = None
        calendar = self.setting.calendar
        usual = hours.handle_deadline(at, self.planned.times.handle_days, calendar)
        if usual <= self.setting.now and self.is_open and self.chance.random() < 0.85:
            # what takes long had a day of its own from the start, some days ahead of today
            today = self.setting.now.astimezone(hours.ZONE).date()
            due_on = calendar.add_working_days(today, self.chance.randint(1, 12))
        self.planned.dispatch(at, self.lead, self.helpers, due_on)

    def _signed_with_others(self) -> None:
        if not self.helpers:
            others = [one for one in self.setting.departments.values() if one.pk != self.lead.pk]
            self.helpers = self.chance.sample(others, min(2, len(others)))
        self.dispatched()
        self.planned.sign(self.after(5, 110))

    def _solve(self, share: float = 0.7) -> None:
        """Mostly in time: within the days that the kind and urgency give."""
        self.is_open = False
        hard = self.chance.random() < 0.04 and self.room > 12 * DAY
        if hard:
            self._signed_with_others()
            self._met()
        else:
            self.dispatched()
            self.planned.sign(self.after(5, 110))
        if self.chance.random() < 0.4:
            self.planned.report(self.after(60, DAY, 0.3), self._text("reports"))
        most = max(self.planned.times.handle_days * DAY * 102 // 100, 120)
        self.planned.resolve(self.after(90, most, share), self.case.result)

    def _met(self) -> None:
        """A joint meeting was held, and its tasks were given."""
        at = self.after(60, 2 * DAY, 0.2)
        held = self.after(DAY, 3 * DAY, 0.3)
        self.planned.whistle(at, held, "涉及多个部门，需当面商定办理路径。")
        due = (held + timedelta(days=7)).astimezone(hours.ZONE).date()
        tasks = [(self._text("tasks"), one, due) for one in self.helpers[:2]]
        self.planned.convene(held, self._text("minutes"), tasks)

    def _text(self, name: str) -> str:
        return self.chance.choice(texts()["fill"][name])

    def _comment(self, score: int) -> str:
        return self._text("comments" if score > 2 else "low_comments")
