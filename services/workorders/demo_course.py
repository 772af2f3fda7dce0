"""How a demand of the demo comes to a state: the moves that lead there, at working hours.

What is settled went its way from the day it was raised. What is open is told from its last move, which lies so far back
that the clock shows the wanted colour (demo_moments.py).
"""

import random
from datetime import date, datetime, timedelta

from portal.kit.demo import weighted

from .demo_cases import Case, texts
from .demo_moments import Mix, light_of, minutes_before, named_days, passed
from .demo_planned import Planned, Setting
from .rules import hours, states

SCORES = ((5, 70), (4, 22), (3, 5), (2, 2), (1, 1))
LATEST_CLOSING = 10 * hours.MINUTES_A_DAY  # working time after which what was verified is archived
DAY = hours.MINUTES_A_DAY
OFFICES = {("financing", "finance"): "finance_office", ("ip", "market"): "ip"}  # where a district has them
LONG_AGO, ENOUGH = timedelta(days=75), 40 * hours.MINUTES_A_DAY
LATE_DAYS = 5  # calendar days after its deadline within which an open demand is handled at last
LONG = 6 * DAY  # who handles it for longer says how it goes
RETURNED = 3 * DAY  # what waits to be dispatched or signed for longer was sent to another department first


def lead_to(planned: Planned, state: str, case: Case, chance: random.Random, mix: Mix) -> None:
    """Moves a demand that was just submitted to `state`, with all that lies between, before `setting.now`. An open one
    shows the colour that `mix` wants where its age allows it."""
    course = _Course(planned, case, chance, mix.wanted())
    getattr(course, state)()
    if state in states.OPEN:
        mix.note(course.light_now())


def room(setting: Setting, created_at: datetime) -> int:
    """Minutes of working time since a demand was raised; what is more than enough for any course is not counted out."""
    if setting.now - created_at > LONG_AGO:
        return ENOUGH
    return hours.working_minutes_between(created_at, setting.now, setting.calendar)


class _Course:
    """One method a state; each takes its share of the working time between the raising and its last move."""

    def __init__(self, planned: Planned, case: Case, chance: random.Random, light: str = "green"):
        self.planned, self.case, self.chance, self.light = planned, case, chance, light
        self.setting = planned.setting
        self.now, self.calendar = self.setting.now, self.setting.calendar
        self.room = room(self.setting, planned.created_at)
        self.spent = 0
        departments = self.setting.departments
        office = OFFICES.get((case.element, case.lead), case.lead)
        self.lead = departments.get(office) or departments.get(case.lead) or next(iter(departments.values()))
        self.helpers = [departments[code] for code in case.joint if code in departments]

    def after(self, least: int, most: int, share: float = 0.2) -> datetime:
        """A moment of work between `least` and `most` minutes later, at most a share of what is left."""
        left = max(self.room - self.spent - 1, 1)
        self.spent += max(1, min(self.chance.randint(least, most), int(left * share)))
        return min(hours.add_working_minutes(self.planned.created_at, self.spent, self.calendar), self.now)

    def light_now(self) -> str:
        """The colour of the clock that runs."""
        lights, due_at = self.planned.lights(), self.planned.values["due_at"]
        return hours.light(now=self.now, warn_at=lights["warn_at"], due_at=due_at)

    # the open states

    def submitted(self) -> None:
        """Nothing has happened yet."""

    def accepted(self) -> None:
        at = self._last("dispatch")
        if self.room < RETURNED:
            self.planned.accept(at)
        else:
            self._returned(at)

    def dispatched(self) -> None:
        at = self._last("sign")
        if self.room < RETURNED:
            self.planned.accept(self.after(5, 220, 0.5))
        else:
            self._returned(self.after(60, DAY, 0.8))
        self.planned.dispatch(at, self.lead, self.helpers)

    def in_progress(self) -> None:
        self._signed(for_light=True)
        if self.chance.random() < 0.6:
            self.planned.report(self.after(60, 2 * DAY, 0.4), self._text("reports"))
        if self.room - self.spent > LONG:
            self.planned.report(self._lately(5 * DAY), self._text("reports"))
        if self.chance.random() < 0.06:
            self.planned.ask(self._lately(2 * DAY), "请补充合同或订单的复印件。")
        elif self.light == "yellow" and self.chance.random() < 0.5:
            until = self.calendar.add_working_days(self.now.astimezone(hours.ZONE).date(), 6)
            self.planned.ask_extension(self._lately(DAY // 2), until, self._text("delays"))

    def joint(self) -> None:
        """会办中: the departments are called, and meet on one of the next days."""
        self._others()
        self._signed(for_light=True)
        if self.room - self.spent > LONG:
            self.planned.report(self.after(DAY, 4 * DAY), self._text("reports"))
        at = self._lately(3 * DAY)
        today = self.now.astimezone(hours.ZONE).date()
        day = self.calendar.add_working_days(today, self.chance.randint(1, 4))
        meets_at = hours.close_of(day).replace(hour=self.chance.choice((10, 14, 15)), minute=0)
        self.planned.whistle(at, meets_at, "涉及多个部门，需当面商定办理路径。")

    def reopened(self) -> None:
        at = self._reopened_at()
        self.room = hours.working_minutes_between(self.planned.created_at, at, self.calendar)
        self._solve(share=0.5)
        self.planned.reopen(at, 2, self._text("low_comments"))

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

    def rejected(self) -> None:
        self.planned.reject(self.after(20, 220), "不属于要素服务范围，已告知企业办理渠道。")

    def withdrawn(self) -> None:
        self.planned.withdraw(self.after(20, DAY, 0.6), "已通过其他途径解决，不再需要办理。")

    # what they share

    def _lately(self, most: int) -> datetime:
        """A moment of work in the last `most` minutes, after what went before."""
        left = max(self.room - self.spent - 1, 1)
        minutes = min(self.chance.randint(15, most), left)
        before = hours.add_working_minutes(self.planned.created_at, self.spent, self.calendar)
        self.spent = max(self.room - minutes, self.spent)
        return min(max(minutes_before(self.now, minutes, self.calendar), before), self.now)

    def _last(self, clock: str) -> datetime:
        """When the last move was, so that the clock that it started shows the light; the others came before it."""
        minutes = passed(self.light, getattr(self.planned.times, f"{clock}_hours") * 60, self.chance)
        minutes = max(1, min(minutes, self.room * 3 // 4))
        self.room -= minutes
        at = minutes_before(self.now, minutes, self.calendar)
        return max(at, self.planned.created_at)

    def _returned(self, at: datetime) -> None:
        """Sent to a department that was not the right one, and returned at `at`."""
        wrong = self.chance.choice(
            [one for one in self.setting.departments.values() if one.pk != self.lead.pk]
        )
        self.planned.accept(self.after(5, 220))
        self.planned.dispatch(self.after(5, 220), wrong)
        self.planned.send_back(at, self._text("returns"))

    def _signed(self, *, for_light: bool = False) -> None:
        """Dispatched and signed; an open one with the day that gives its light, when the usual one does not."""
        self.planned.accept(self.after(5, 220))
        given, signed = self.after(5, 220), self.after(5, 110)
        due_on = self._due_on(given, signed) if for_light else None
        self.planned.dispatch(given, self.lead, self.helpers, due_on)
        self.planned.sign(signed)

    def _due_on(self, given: datetime, signed: datetime) -> date | None:
        """None for the usual deadline."""
        usual = hours.handle_deadline(given, self.planned.times.handle_days, self.calendar)
        is_late_for_long = self.now - usual > timedelta(days=LATE_DAYS)
        if light_of(signed, usual, self.now, self.calendar) == self.light and not is_late_for_long:
            return None
        days = named_days(self.now, given, self.calendar)
        for wanted in (self.light, "green"):
            fitting = [
                day
                for day in days
                if light_of(signed, hours.close_of(day), self.now, self.calendar) == wanted
            ]
            if fitting:
                return self.chance.choice(sorted(fitting)[:6])
        return max(days)

    def _reopened_at(self) -> datetime:
        """So that the days that began anew show the light."""
        days, room = self.planned.times.handle_days, self.room * 3 // 4
        for light in (*(self.light,) * 12, *("green",) * 12):
            minutes = min(passed(light, days * DAY + DAY // 2, self.chance), room)
            at = minutes_before(self.now, minutes, self.calendar)
            if light_of(at, hours.handle_deadline(at, days, self.calendar), self.now, self.calendar) == light:
                break
        return at

    def _others(self) -> None:
        """A joint meeting needs somebody to meet with."""
        if not self.helpers:
            others = [one for one in self.setting.departments.values() if one.pk != self.lead.pk]
            self.helpers = self.chance.sample(others, min(2, len(others)))

    def _solve(self, share: float = 0.7) -> None:
        """Mostly in time: within the days that the kind and urgency give."""
        hard = self.chance.random() < 0.04 and self.room > 12 * DAY
        if hard:
            self._others()
        self._signed()
        if hard:
            self._met()
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
