"""A demand of the demo as it went, move by move: the same steps, parts and clocks that the actions would have left.

Deadlines are counted on the district's work calendar. Used by the demos of visits and of work orders; `demo_course.py`
leads a demand to a state, `demo_rows.py` writes many of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from portal.kit.demo import DemoRun
from portal.territory.calendar import work_calendar
from portal.territory.models import Department, District
from portal.territory.rules import WorkCalendar

from .rules import alerts, hours, states
from .rules.states import Actor


@dataclass(frozen=True)
class Setting:
    """What all demands of a loading share. `departments`: by code without the district's prefix."""

    demo: DemoRun
    district: District
    calendar: WorkCalendar
    departments: dict[str, Department]
    now: datetime
    shares: tuple[int, ...] = tuple(share for share, _audience in alerts.DEFAULTS)


def setting_of(demo: DemoRun) -> Setting:
    district = District.objects.get(slug=demo.district)
    rows = Department.objects.filter(district=district, closed_on=None)
    departments = {row.code.removeprefix(demo.prefix): row for row in rows}
    return Setting(demo, district, work_calendar(district.slug), departments, timezone.now())


@dataclass
class Part:
    """A department's part as `DemandPart` keeps it."""

    department: Department
    role: str
    given_at: datetime
    sign_due_at: datetime
    due_at: datetime
    signed_at: datetime | None = None
    done_at: datetime | None = None
    result: str = ""
    left_at: datetime | None = None
    leave_reason: str = ""


@dataclass
class Meeting:
    """A joint meeting with its tasks (text, owner, due_on, done_at or None)."""

    meets_at: datetime
    called_at: datetime
    departments: list[Department]
    place: str = ""
    reason: str = ""
    minutes: str = ""
    held_at: datetime | None = None
    tasks: list[tuple[str, Department, date, datetime | None]] = field(default_factory=list)


@dataclass
class Planned:
    """A demand as it went. Ids of the rows that it belongs to are given; every method is a move at a time."""

    setting: Setting
    town: int
    element: int
    title: str
    body: str
    created_at: datetime
    chain: int | None = None
    enterprise: int | None = None
    project: int | None = None
    visit: int | None = None
    kind: str = "help"
    urgency: str = "normal"
    source: str = "visit"
    contact: tuple[str, str] = ("", "")
    raised_by: int | None = None
    town_clerk: int | None = None
    department_clerks: dict[int, int] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    steps: list[tuple] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    callback: tuple | None = None
    extension: tuple | None = None

    def __post_init__(self) -> None:
        self.status = ""
        self.times = hours.default_times(self.kind, self.urgency)
        actor = Actor.ENTERPRISE if self.source == "enterprise" else Actor.TOWN
        self._step("submit", states.SUBMITTED, self.created_at, actor, by=self.raised_by)
        self._start("accept", self.created_at)

    # the moves

    def accept(self, at: datetime) -> None:
        self._step("accept", states.ACCEPTED, at, Actor.TOWN, by=self.town_clerk)
        self.values["accepted_at"] = at
        self._start("dispatch", at)

    def reject(self, at: datetime, reason: str) -> None:
        self._step("reject", states.REJECTED, at, Actor.TOWN, note=reason, by=self.town_clerk)
        self._stop(closed_at=at)

    def withdraw(self, at: datetime, reason: str) -> None:
        self._step("withdraw", states.CLOSED, at, Actor.ENTERPRISE, note=reason, by=self.raised_by)
        self._stop(closed_at=at, withdrawn=True)

    def dispatch(
        self, at: datetime, lead: Department, joint: Iterable[Department] = (), due_on: date | None = None
    ) -> None:
        """Handed to a lead and joint departments; `due_on`: the day that the dispatcher named."""
        joint = [one for one in joint if one.pk != lead.pk]
        calendar = self.setting.calendar
        due = (
            hours.close_of(due_on) if due_on else hours.handle_deadline(at, self.times.handle_days, calendar)
        )
        sign_due = hours.add_working_minutes(at, self.times.sign_hours * 60, calendar)
        self.parts += [Part(lead, "lead", at, sign_due, due)]
        self.parts += [Part(one, "joint", at, sign_due, due) for one in joint]
        note = f"牵头：{lead.name}" + (f"；协办：{'、'.join(one.name for one in joint)}" if joint else "")
        data = {"lead": lead.code, "joint": [one.code for one in joint]}
        self._step("dispatch", states.DISPATCHED, at, Actor.TOWN, note=note, data=data, by=self.town_clerk)
        self.values |= {"lead_id": lead.pk, "dispatched_at": at, "handle_due_at": due}
        self.values |= {"signed_at": None, "signed_in_time": None}
        self._start("sign", at)

    def send_back(self, at: datetime, reason: str) -> None:
        lead = self.lead
        for part in self.parts:
            part.left_at, part.leave_reason = at, reason
        self._step("return", states.ACCEPTED, at, Actor.LEAD, note=reason, department=lead.department)
        self.values |= {"lead_id": None, "dispatched_at": None, "handle_due_at": None}
        self.values["returns"] = self.values.get("returns", 0) + 1
        self._start("dispatch", at)

    def sign(self, at: datetime) -> None:
        """The lead signs, and the joint departments with it."""
        for part in self.open_parts:
            part.signed_at = part.signed_at or at
        if self.values.get("signed_at") is None:
            self.values |= {"signed_at": at, "signed_in_time": at <= self.lead.sign_due_at}
        for part in self.open_parts:
            if part.role == "joint" and part.signed_at == at:
                self._step("sign", self.status, at, Actor.HELPER, department=part.department)
        self._step("sign", states.IN_PROGRESS, at, Actor.LEAD, department=self.lead.department)
        self._start("handle", at)

    def report(self, at: datetime, text: str) -> None:
        self._step("report", self.status, at, Actor.LEAD, note=text, department=self.lead.department)

    def ask(self, at: datetime, text: str) -> None:
        """The enterprise is asked; its clock stands from now on."""
        self._step("ask", self.status, at, Actor.LEAD, note=text, department=self.lead.department)
        self.values |= {"waiting_since": at, "due_at": None, "warn_at": None, "next_alert_at": None}

    def ask_extension(self, at: datetime, until: date, reason: str) -> None:
        """An extension that waits for the town's word."""
        due = hours.close_of(until)
        data = {"until": due.isoformat()}
        self._step(
            "extend", self.status, at, Actor.LEAD, note=reason, data=data, department=self.lead.department
        )
        self.extension = (due, self.values["handle_due_at"], reason, "waiting", at, None, "")

    def whistle(self, at: datetime, meets_at: datetime, reason: str) -> None:
        called = [part.department for part in self.open_parts]
        data = {"departments": [one.code for one in called]}
        note = f"召集：{'、'.join(one.name for one in called)}。{reason}"
        self._step("whistle", states.JOINT, at, Actor.TOWN, note=note, data=data, by=self.town_clerk)
        self.meetings.append(Meeting(meets_at, at, called, "区党群服务中心", reason))

    def convene(self, at: datetime, minutes: str, tasks: list[tuple[str, Department, date]]) -> None:
        """The meeting was held; its tasks are open until `resolve`."""
        meeting = self.meetings[-1]
        meeting.held_at, meeting.minutes = at, minutes
        meeting.tasks = [(*task, None) for task in tasks]
        data = {"resolutions": len(tasks)}
        self._step("convene", states.IN_PROGRESS, at, Actor.TOWN, note=minutes, data=data, by=self.town_clerk)

    def resolve(self, at: datetime, result: str) -> None:
        """The joint departments and the tasks are done first, then the lead."""
        for meeting in self.meetings:
            meeting.tasks = [(text, owner, due, done or at) for text, owner, due, done in meeting.tasks]
            for text, owner, _due, _done in meeting.tasks:
                self._step("task_done", self.status, at, Actor.HELPER, note=text, department=owner)
        for part in self.open_parts:
            if part.role == "joint" and part.done_at is None:
                part.done_at, part.result = at, "协办事项已完成。"
                self._step(
                    "resolve", self.status, at, Actor.HELPER, note=part.result, department=part.department
                )
        self.lead.done_at, self.lead.result = at, result
        self._step("resolve", states.RESOLVED, at, Actor.LEAD, note=result, department=self.lead.department)
        in_time = at <= self.values["handle_due_at"]
        self._stop(result=result, resolved_at=at, resolved_in_time=in_time)

    def verify(self, at: datetime, score: int, comment: str) -> None:
        """The enterprise is satisfied; a low score is called back."""
        data = {"satisfied": True, "score": score}
        self._step(
            "verify", states.VERIFIED, at, Actor.ENTERPRISE, note=comment, data=data, by=self.raised_by_itself
        )
        self.values |= {"satisfied": True, "score": score, "comment": comment, "verified_at": at}
        if score <= 2:
            self._step("callback", self.status, at, "", note="评价不满意", internal=True)
            self.callback = ("low_score", at, "", None, None)

    def reopen(self, at: datetime, score: int, comment: str) -> None:
        """The enterprise is not satisfied: handled anew by the same departments."""
        data = {"satisfied": False, "score": score}
        self._step(
            "verify", states.REOPENED, at, Actor.ENTERPRISE, note=comment, data=data, by=self.raised_by_itself
        )
        lead = self.lead
        lead.signed_at = lead.done_at = None
        lead.result = ""
        lead.due_at = due = hours.handle_deadline(at, self.times.handle_days, self.setting.calendar)
        self.values |= {
            "satisfied": False, "score": score, "comment": comment, "verified_at": at, "handle_due_at": due,
            "reopenings": self.values.get("reopenings", 0) + 1, "result": "", "resolved_at": None,
            "resolved_in_time": None,
        }  # fmt: skip
        self._start("handle", at)

    def close(self, at: datetime) -> None:
        """Archived; a callback that was open was made before."""
        if self.callback and self.callback[3] is None:
            reason, opened, *_rest = self.callback
            self._step(
                "callback_closed", self.status, at, Actor.TOWN, note="已电话说明，企业认可。", internal=True
            )
            self.callback = (reason, opened, "已电话说明，企业认可。", True, at)
        self._step("close", states.CLOSED, at, Actor.TOWN, by=self.town_clerk)
        self._stop(closed_at=at)

    # what the moves share

    @property
    def open_parts(self) -> list[Part]:
        return [part for part in self.parts if part.left_at is None]

    @property
    def lead(self) -> Part:
        return next(part for part in self.open_parts if part.role == "lead")

    @property
    def raised_by_itself(self) -> int | None:
        return self.raised_by if self.source == "enterprise" else None

    def _step(
        self,
        move: str,
        after: str,
        at: datetime,
        actor: str,
        *,
        note: str = "",
        data: dict | None = None,
        department: Department | None = None,
        internal: bool = False,
        by: int | None = None,
    ) -> None:
        code = department.pk if department else None
        by = by or self.department_clerks.get(code)
        self.steps.append((move, self.status, after, str(actor), code, note, data or {}, internal, by, at))
        self.status = after

    def _start(self, clock: str, at: datetime) -> None:
        calendar = self.setting.calendar
        if clock == "handle":
            due = self.values["handle_due_at"]
        else:
            wanted = getattr(self.times, f"{clock}_hours")
            due = hours.add_working_minutes(at, wanted * 60, calendar)
        self.values |= {"clock": clock, "clock_started_at": at, "due_at": due, "waiting_since": None}

    def _stop(self, **values: Any) -> None:
        stopped = dict.fromkeys(("clock_started_at", "due_at", "waiting_since"))
        self.values |= {"clock": ""} | stopped | values

    def lights(self) -> dict[str, datetime | None]:
        """When a running clock turns yellow, and when somebody is next reminded: only what has not passed yet, so that
        a demo that was just loaded does not remind everybody of everything."""
        started, due = self.values["clock_started_at"], self.values["due_at"]
        if due is None:
            return {"warn_at": None, "next_alert_at": None}
        calendar = self.setting.calendar
        moments = (
            hours.share_at(started, due, share, calendar) for share in sorted(set(self.setting.shares))
        )
        ahead = next((moment for moment in moments if moment > self.setting.now), None)
        return {"warn_at": hours.share_at(started, due, hours.WARN_SHARE, calendar), "next_alert_at": ahead}
