"""What working mornings bring: reminders of joint meetings, their tasks and callbacks, and to the bureau what went wrong.

Each message has a key of its occasion: told twice it comes once, and whoever dies in between tells the rest next time.
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.scope import Role
from portal.metrics.registry import midnight
from portal.notices.actions import notify
from portal.notices.models import Delivery
from portal.territory.calendar import work_calendar
from portal.territory.models import District
from portal.territory.rules import DAY, WorkCalendar

from ..models import Callback, Demand, Extension, JointMeeting, Resolution
from ..queries.demands import NOT_LISTED, OPEN, overdue, to_review
from ..queries.rules import broken
from ..rules import states
from ..rules.hours import callback_due

GRACE = 3  # working days that a task may be late until the bureau is told too


def remind_of_tasks(*, today: date | None = None) -> int:
    """Tells the owner of a task when its day comes near and when it has passed, the town with the latter, and the bureau
    once it is three working days late: once each. Returns how many messages were new. Nothing on a day off."""
    today = today or timezone.localdate()
    rows = Resolution.objects.filter(state=Resolution.State.OPEN).order_by("pk")
    rows = rows.select_related("owner", "meeting__district", "meeting__demand__enterprise")
    count = 0
    for district in District.objects.filter(pk__in=rows.order_by().values("meeting__district")):
        calendar = work_calendar(district.slug)
        if not calendar.is_working_day(today):
            continue
        near = rows.filter(
            meeting__district=district, due_on__lte=calendar.add_working_days(today, 1)
        )  # fmt: skip
        count += sum(_remind(task, today, calendar) for task in near)
    return count


def _remind(task: Resolution, today: date, calendar: WorkCalendar) -> int:
    owner = Q(memberships__role=Role.DEPARTMENT, memberships__department=task.owner_id)
    if task.due_on >= today:
        return _tell(task, "soon", _("会办事项即将到期"), _("请按期完成。"), owner)
    demand = task.meeting.demand
    town = Q(memberships__role=Role.STATION, memberships__town=demand.town_id)
    count = _tell(task, "late", _("会办事项已经超期"), _("已经超期，请尽快完成或督促办理。"), owner | town)
    if today >= calendar.add_working_days(task.due_on, GRACE):
        bureau = Q(memberships__role=Role.BUREAU, memberships__district=demand.district_id)
        title, text = _("会办事项超期三个工作日以上"), _("仍未完成，请协调督办。")
        count += _tell(task, "very-late", title, text, bureau)
    return count


def _tell(task: Resolution, stage: str, title: str, text: str, whom: Q) -> int:
    demand = task.meeting.demand
    body = _("%(what)s，%(owner)s应于 %(due)s 前完成：%(task)s。%(text)s") % {
        "what": f"{demand.number}“{demand.title}”",
        "owner": task.owner.name,
        "due": f"{task.due_on:%Y-%m-%d}",
        "task": task.text,
        "text": text,
    }
    return notify(
        key=f"task:{task.pk}:{task.due_on:%Y%m%d}:{stage}",
        kind="demand_task",
        title=title,
        body=body,
        link=f"/demands/{demand.number}/",
        recipients=_who(whom),
        district=task.meeting.district,
    )


def remind_of_meetings(*, today: date | None = None) -> int:
    """Tells the departments that are called to a joint meeting on the working day before it, and on the working day
    after one whose minutes nobody wrote the lead and the town: once each. Returns how many messages were new."""
    today = today or timezone.localdate()
    rows = JointMeeting.objects.filter(state=JointMeeting.State.PLANNED).select_related("district", "demand")
    count = 0
    for meeting in rows.prefetch_related("attendance").order_by("pk"):
        calendar, day = work_calendar(meeting.district.slug), timezone.localdate(meeting.meets_at)
        if not calendar.is_working_day(today) or day > calendar.add_working_days(today, 1):
            continue
        if day >= today:
            called = [one.department_id for one in meeting.attendance.all()]
            whom = Q(memberships__role=Role.DEPARTMENT, memberships__department__in=called)
            count += _tell_of_meeting(meeting, "soon", _("会办会议即将召开"), _("请派员参加"), whom)
        else:
            lead = Q(memberships__role=Role.DEPARTMENT, memberships__department=meeting.demand.lead_id)
            town = Q(memberships__role=Role.STATION, memberships__town=meeting.demand.town_id)
            title, text = _("会办会议尚未形成决议"), _("请补录纪要、到会情况和决议事项")
            count += _tell_of_meeting(meeting, "past", title, text, lead | town)
    return count


def _tell_of_meeting(meeting: JointMeeting, stage: str, title: str, text: str, whom: Q) -> int:
    demand = meeting.demand
    words = {
        "what": f"{demand.number}“{demand.title}”",
        "when": f"{timezone.localtime(meeting.meets_at):%Y-%m-%d %H:%M}",
        "place": f"（{meeting.place}）" if meeting.place else "",
        "text": text,
    }
    return notify(
        key=f"meeting:{meeting.number}:{meeting.meets_at:%Y%m%d%H%M}:{stage}",
        kind="demand_meeting",
        title=title,
        body=_("%(what)s，会议时间 %(when)s%(place)s，%(text)s。") % words,
        link=f"/demands/{demand.number}/",
        recipients=_who(whom),
        district=meeting.district,
    )


def remind_of_callbacks(*, today: date | None = None) -> int:
    """Tells the town of a callback whose day has come, and the bureau too once it has passed: once each. Returns how
    many messages were new. Nothing on a day off."""
    today = today or timezone.localdate()
    rows = Callback.objects.filter(closed_at=None).select_related("demand__district").order_by("pk")
    calendars: dict[str, WorkCalendar] = {}
    count = 0
    for row in rows.defer(*(f"demand__{name}" for name in NOT_LISTED)):
        demand = row.demand
        slug = demand.district.slug
        if slug not in calendars:
            calendars[slug] = work_calendar(slug)
        calendar = calendars[slug]
        due_on = callback_due(row.opened_at, calendar)
        if due_on > today or not calendar.is_working_day(today):
            continue
        whom = Q(memberships__role=Role.STATION, memberships__town=demand.town_id)
        if due_on < today:
            whom |= Q(memberships__role=Role.BUREAU, memberships__district=demand.district_id)
        count += notify(
            key=f"callback:{row.pk}",
            kind="demand_callback_due",
            title=_("回访到期，请联系企业"),
            body=_("%(what)s，应于 %(due)s 前完成回访。")
            % {"what": f"{demand.number}“{demand.title}”", "due": f"{due_on:%Y-%m-%d}"},
            link=f"/demands/{demand.number}/",
            recipients=_who(whom),
            district=demand.district,
        )
    return count


def digest(*, today: date | None = None) -> int:
    """Tells the bureau of each district, once a working morning, what is late, what waits for a decision, and what is
    broken: nothing when there is nothing. Returns how many messages were new."""
    today = today or timezone.localdate()
    count = 0
    for district in District.objects.order_by("pk"):
        bureau = _who(Q(memberships__role=Role.BUREAU, memberships__district=district))
        if not bureau or not work_calendar(district.slug).is_working_day(today):
            continue
        if lines := failures_of(district, today=today):
            count += notify(
                key=f"digest:{district.slug}:{today:%Y%m%d}",
                kind="demand_digest",
                title=_("诉求工单晨报（%(day)s）") % {"day": f"{today:%m-%d}"},
                body="\n".join(lines),
                link="/demands/?light=red",
                recipients=bureau,
                district=district,
            )
    return count


def failures_of(district: District, *, today: date) -> list[str]:
    """What somebody at the bureau has to see to, a line each."""
    now = midnight(today) if today != timezone.localdate() else timezone.now()
    demands = Demand.objects.filter(district=district).order_by()
    tasks = Resolution.objects.filter(
        meeting__district=district, state=Resolution.State.OPEN, due_on__lt=today
    )
    waiting = Extension.objects.filter(demand__district=district, state=Extension.State.WAITING)
    callbacks = Callback.objects.filter(demand__district=district, closed_at=None)
    unsent = Delivery.objects.filter(notice__district=district, state=Delivery.State.FAILED)
    counted: Iterable[tuple[str, QuerySet]] = (
        (_("已超期的诉求 %(count)d 件"), demands.filter(overdue(now))),
        (_("已超期的会办事项 %(count)d 项"), tasks),
        (_("待批准的延期申请 %(count)d 件"), waiting),
        (_("待办结的回访 %(count)d 件"), callbacks),
        (_("评价不满意、待复核归档的诉求 %(count)d 件"), demands.filter(to_review())),
        (_("牵头部门已撤销、需要改派的诉求 %(count)d 件"), demands.filter(OPEN, _lead_gone(today))),
        (_("昨日以来未能送达的消息 %(count)d 条"), unsent.filter(next_attempt_at__gte=midnight(today - DAY))),
    )
    lines = [text % {"count": number} for text, rows in counted if (number := rows.count())]
    if rules := broken(district):
        lines.append(_("需要修改的派单规则 %(count)d 条") % {"count": len(rules)})
    return lines


def _lead_gone(today: date) -> Q:
    return Q(status__in=states.HANDLING, lead__closed_on__lte=today)


def _who(found: Q) -> list[User]:
    return list(User.objects.filter(found, is_active=True).distinct())
