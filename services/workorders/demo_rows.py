"""How the demo's demands get into the tables: planned move by move (`demo_planned.py`), written by COPY."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.db.models import Max, Model
from django.db.models.functions import Left
from django.utils import timezone

from portal.kit.bulk import copy_rows

from .demo_planned import Meeting, Part, Planned
from .models import (
    Callback,
    Demand,
    DemandPart,
    DemandStep,
    Extension,
    JointMeeting,
    MeetingAttendance,
    Resolution,
)

DEMAND_COLUMNS = (
    "district_id", "town_id", "chain_id", "number", "enterprise_id", "project_id", "visit_id", "title", "body",
    "element_id", "kind", "urgency", "source", "contact_name", "contact_phone", "status", "lead_id", "dispatch_reason",
    "result", "satisfied", "score", "comment", "withdrawn", "returns", "reopenings", "clock", "clock_started_at",
    "warn_at", "due_at", "handle_due_at", "waiting_since", "next_alert_at", "raised_by_id", "created_at", "accepted_at",
    "dispatched_at", "signed_at", "signed_in_time", "resolved_at", "resolved_in_time", "verified_at", "closed_at",
    "version",
)  # fmt: skip
STEP_COLUMNS = (
    "demand_id", "move", "before", "after", "actor", "department_id", "note", "data", "internal", "by_id", "at",
)  # fmt: skip
PART_COLUMNS = (
    "demand_id", "department_id", "role", "given_at", "sign_due_at", "due_at", "signed_at", "done_at", "result",
    "left_at", "leave_reason",
)  # fmt: skip
MEETING_COLUMNS = (
    "district_id", "demand_id", "number", "state", "meets_at", "place", "reason", "minutes", "called_by_id", "called_at",
    "held_at", "version",
)  # fmt: skip
ATTENDANCE_COLUMNS = ("meeting_id", "department_id", "attended", "absence")
RESOLUTION_COLUMNS = ("meeting_id", "text", "owner_id", "due_on", "state", "result", "done_at", "version")
CALLBACK_COLUMNS = ("demand_id", "reason", "opened_at", "outcome", "satisfied", "closed_at", "version")
EXTENSION_COLUMNS = (
    "demand_id", "until", "before", "reason", "state", "asked_at", "decided_at", "decision",
)  # fmt: skip


def write(planned: Iterable[Planned]) -> int:
    """Writes the demands with timeline, parts, meetings and callbacks inside the caller's transaction."""
    rows = sorted(planned, key=lambda row: row.created_at)
    numbers = numbers_of_days(Demand, "GD", (timezone.localdate(row.created_at) for row in rows))
    pairs = zip(rows, numbers, strict=True)
    copy_rows(Demand, DEMAND_COLUMNS, (_demand(row, number) for row, number in pairs))
    ids = dict(Demand.objects.filter(number__in=numbers).values_list("number", "pk"))
    keyed = [(ids[number], row) for row, number in zip(rows, numbers, strict=True)]
    steps = ((pk, *step) for pk, row in keyed for step in row.steps)
    copy_rows(DemandStep, STEP_COLUMNS, steps)
    copy_rows(DemandPart, PART_COLUMNS, (_part(pk, part) for pk, row in keyed for part in row.parts))
    copy_rows(Callback, CALLBACK_COLUMNS, (_callback(pk, row.callback) for pk, row in keyed if row.callback))
    copy_rows(Extension, EXTENSION_COLUMNS, ((pk, *row.extension) for pk, row in keyed if row.extension))
    _write_meetings([(pk, row, meeting) for pk, row in keyed for meeting in row.meetings])
    return len(rows)


def numbers_of_days(model: type[Model], letters: str, days: Iterable[date]) -> list[str]:
    """The next numbers of these days, in order, after those that are taken."""
    width = len(letters) + len("20261121-")
    taken = dict(
        model._base_manager.order_by().values_list(Left("number", width)).annotate(last=Max("number"))
    )
    counted = Counter({prefix: int(last[width:]) for prefix, last in taken.items()})
    found = []
    for day in days:
        prefix = f"{letters}{day:%Y%m%d}-"
        counted[prefix] += 1
        found.append(f"{prefix}{counted[prefix]:06d}")
    return found


def _demand(row: Planned, number: str) -> tuple:
    get = row.values.get
    moves = sum(step[0] not in ("callback", "callback_closed") for step in row.steps)
    lights = row.lights()
    return (
        row.setting.district.pk, row.town, row.chain, number, row.enterprise, row.project, row.visit, row.title, row.body,
        row.element, row.kind, row.urgency, row.source, *row.contact, row.status, get("lead_id"), "",
        get("result", ""), get("satisfied"), get("score"), get("comment", ""), get("withdrawn", False), get("returns", 0),
        get("reopenings", 0), get("clock", ""), get("clock_started_at"), lights["warn_at"], get("due_at"),
        get("handle_due_at"), get("waiting_since"), lights["next_alert_at"], row.raised_by, row.created_at,
        get("accepted_at"), get("dispatched_at"), get("signed_at"), get("signed_in_time"), get("resolved_at"),
        get("resolved_in_time"), get("verified_at"), get("closed_at"), moves,
    )  # fmt: skip


def _part(demand: int, part: Part) -> tuple:
    return (
        demand, part.department.pk, part.role, part.given_at, part.sign_due_at, part.due_at, part.signed_at,
        part.done_at, part.result, part.left_at, part.leave_reason,
    )  # fmt: skip


def _callback(demand: int, callback: tuple) -> tuple:
    return (demand, *callback, 2 if callback[-1] else 1)


def _write_meetings(meetings: list[tuple[int, Planned, Meeting]]) -> None:
    numbers = numbers_of_days(
        JointMeeting, "HB", (timezone.localdate(one.called_at) for _pk, _row, one in meetings)
    )
    copy_rows(
        JointMeeting,
        MEETING_COLUMNS,
        (
            (
                row.setting.district.pk, pk, number, "held" if one.held_at else "planned", one.meets_at, one.place,
                one.reason, one.minutes, row.town_clerk, one.called_at, one.held_at, 2 if one.held_at else 1,
            )
            for (pk, row, one), number in zip(meetings, numbers, strict=True)
        ),
    )  # fmt: skip
    ids = dict(JointMeeting.objects.filter(number__in=numbers).values_list("number", "pk"))
    keyed = [(ids[number], one) for (_pk, _row, one), number in zip(meetings, numbers, strict=True)]
    copy_rows(
        MeetingAttendance,
        ATTENDANCE_COLUMNS,
        (
            (pk, department.pk, True if one.held_at else None, "")
            for pk, one in keyed
            for department in one.departments
        ),
    )
    copy_rows(
        Resolution,
        RESOLUTION_COLUMNS,
        (
            (
                pk,
                text,
                owner.pk,
                due,
                "done" if done else "open",
                "已完成。" if done else "",
                done,
                2 if done else 1,
            )
            for pk, one in keyed
            for text, owner, due, done in one.tasks
        ),
    )
