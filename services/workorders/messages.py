"""What people are told about a demand: one place for the words, the recipients and the keys that make each once."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.scope import Role
from portal.notices.actions import notify
from portal.territory.models import Department

from .links import link_to
from .models import Demand, DemandPart, JointMeeting, PendingTelling, Resolution, StaffNote
from .rules import alerts
from .store import insert

ENTERPRISE, TOWN, LEAD, PARTS, BUREAU = "enterprise", "town", "lead", "parts", "bureau"

# event → (title, body, whom). `what` is the demand's number and title; `detail` comes from the action.
TEXTS = {
    "submit": (_("有新诉求待受理"), _("%(what)s，请及时受理。"), (TOWN,)),
    "accept": (_("诉求已受理"), _("%(what)s，已受理，将尽快派单办理。"), (ENTERPRISE,)),
    "reject": (_("诉求不予受理"), _("%(what)s。原因：%(detail)s"), (ENTERPRISE,)),
    "dispatch": (_("有诉求待签收"), _("%(what)s，请及时签收办理。%(detail)s"), (PARTS,)),
    "sign": (_("诉求已由部门签收"), _("%(what)s，已由%(lead)s签收办理。"), (ENTERPRISE,)),
    "return": (_("诉求被退回，请重新分办"), _("%(what)s。原因：%(detail)s"), (TOWN, BUREAU)),
    "report": (_("诉求有新进展"), _("%(what)s：%(detail)s"), (ENTERPRISE,)),
    "ask": (_("请补充诉求情况"), _("%(what)s：%(detail)s"), (ENTERPRISE,)),
    "answer": (_("企业已补充说明"), _("%(what)s：%(detail)s"), (LEAD, TOWN)),
    "extension_asked": (_("有延期申请待批准"), _("%(what)s，%(lead)s申请延期：%(detail)s"), (TOWN,)),
    "extended": (_("诉求办理期限已延长"), _("%(what)s，办理期限延至 %(due)s。"), (ENTERPRISE, LEAD)),
    "due_moved": (_("诉求办理期限已调整"), _("%(what)s，办理期限调整为 %(due)s。"), (ENTERPRISE, LEAD)),
    "extension_refused": (_("延期申请未获同意"), _("%(what)s。原因：%(detail)s"), (LEAD,)),
    "part_done": (_("协办事项已办结"), _("%(what)s，%(detail)s已完成协办事项。"), (LEAD,)),
    "resolve": (_("诉求已办结，请评价"), _("%(what)s：%(detail)s"), (ENTERPRISE,)),
    "verify": (_("企业已评价"), _("%(what)s，企业已评价。%(detail)s"), (LEAD, TOWN)),
    "reopen": (_("诉求需重新办理"), _("%(what)s，请重新办理。%(detail)s"), (LEAD, TOWN)),
    "withdraw": (_("企业撤回诉求"), _("%(what)s。原因：%(detail)s"), (TOWN,)),
    "merge": (_("诉求已合并办理"), _("%(what)s，已与相近的诉求合并办理，办理进度仍在本件诉求中查看。"), (ENTERPRISE,)),
    "callback": (_("有诉求待回访"), _("%(what)s，%(detail)s，请联系企业了解情况。"), (TOWN,)),
}  # fmt: skip

PART_EXTENDED = (_("协办期限已延长"), _("%(what)s，你部门的协办期限延至 %(due)s。"))
PART_MOVED = (_("协办期限已调整"), _("%(what)s，你部门的协办期限调整为 %(due)s。"))
LEFT = (_("诉求已改派，你部门不再承办"), _("%(what)s，已改派，你部门不再承办，无需继续办理。"))
WHISTLE = (_("吹哨会办：请派员参会"), _("%(what)s，%(when)s 召开会办会议%(place)s，请派员参加。%(reason)s"))
ABSENT = (_("会办会议有部门缺席"), _("%(what)s，%(when)s 的会办会议，%(names)s未到会，请督促落实会议决议。"))
RESOLVED = (_("会办决议待落实"), _("%(what)s，请于 %(due)s 前完成：%(task)s"))
LINK = _("%(link)s （免登录填写，14 天内有效）%(text)s")  # the address first: a text message may be cut
MENTIONED = (_("有内部备注提到您"), _("%(what)s，%(by)s在内部备注中提到您，请查看。"))
REMINDERS = (
    (_("诉求临近办理期限"), _("%(what)s，“%(clock)s”期限为 %(due)s，请抓紧办理。")),
    (_("诉求已超过办理期限"), _("%(what)s，“%(clock)s”期限为 %(due)s，已经超期，请督促办理。")),
)


def tell(
    demand: Demand,
    event: str,
    *,
    version: int,
    detail: str = "",
    parts: Iterable[DemandPart] = (),
) -> None:
    """Tells whom an event concerns, in the caller's transaction; each event of a version once."""
    title, body, whom = TEXTS[event]
    departments = [part.department_id for part in parts if part.signed_at is None] if PARTS in whom else []
    if LEAD in whom and demand.lead_id is not None:
        departments.append(demand.lead_id)
    parties = [one for one in whom if one in (ENTERPRISE, TOWN, BUREAU)]
    text = body % (_words(demand) | {"detail": detail})
    _leave(demand, event, f"{event}:{version}", title, text, parties, departments)


def _leave(
    demand: Demand, kind: str, key: str, title, body: str, parties: list[str], departments: list[int]
) -> None:
    """Lays a message down for `hand_on`, in the caller's transaction: who waits for the move does not wait for it."""
    insert(
        PendingTelling(
            demand=demand, kind=kind, key=key, title=str(title), body=body[:2000], parties=parties,
            departments=departments, created_at=timezone.now(),
        )
    )  # fmt: skip


def hand_on(*, limit: int = 500) -> int:
    """Hands the messages to the notices. Returns how many; two workers never take the same one."""
    count = 0
    while count < limit and _hand_on():
        count += 1
    return count


@transaction.atomic
def _hand_on() -> bool:
    """The message and the removal of its row are one: who is killed in between has told nothing."""
    rows = PendingTelling.objects.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    row = rows.select_related("demand__enterprise", "demand__district").first()
    if row is None:
        return False
    people = _people(row.demand, row.parties, row.departments)
    outside = ENTERPRISE in row.parties

    def body(recipient: int) -> str:
        link = link_to(row.demand, row.kind, recipient) if outside else ""
        return LINK % {"link": link, "text": row.body} if link else row.body

    _send(row.demand, row.key, row.kind, row.title, body, people, outside=outside)
    row.delete()
    return True


def tell_called(demand: Demand, meeting: JointMeeting, departments: Sequence[Department]) -> None:
    """Calls the departments to a joint meeting."""
    title, body = WHISTLE
    place = f"（{meeting.place}）" if meeting.place else ""
    words = _words(demand) | {"when": _when(meeting.meets_at), "place": place, "reason": meeting.reason}
    called = [one.pk for one in departments]
    _leave(demand, "whistle", f"whistle:{meeting.number}", title, body % words, [], called)


def tell_resolved(demand: Demand, meeting: JointMeeting, tasks: Iterable[Resolution]) -> None:
    """Tells each owner of a task what was resolved."""
    title, body = RESOLVED
    for task in tasks:
        words = _words(demand) | {"due": f"{task.due_on:%Y-%m-%d}", "task": task.text}
        key = f"task:{meeting.number}:{task.pk}"
        _leave(demand, "task", key, title, body % words, [], [task.owner_id])


def tell_absent(demand: Demand, meeting: JointMeeting, departments: Collection[Department]) -> None:
    """Tells the bureau, and the departments themselves, who was called to a joint meeting and did not come."""
    if departments:
        title, body = ABSENT
        names = "、".join(one.name for one in departments)
        words = _words(demand) | {"names": names, "when": _when(meeting.meets_at)}
        absent = [one.pk for one in departments]
        _leave(demand, "absent", f"absent:{meeting.number}", title, body % words, [BUREAU], absent)


def tell_part_extended(demand: Demand, part: DemandPart) -> None:
    """Tells a joint department that its own day is another one."""
    _tell_part(demand, part, PART_EXTENDED)


def tell_part_moved(demand: Demand, part: DemandPart) -> None:
    """Tells a joint department that its own day was set anew with another dispatch."""
    _tell_part(demand, part, PART_MOVED)


def _tell_part(demand: Demand, part: DemandPart, texts: tuple) -> None:
    title, body = texts
    text = body % (_words(demand) | {"due": _when(part.due_at)})
    key = f"part_extended:{part.pk}:{part.due_at:%Y%m%d%H%M}"
    _leave(demand, "extended", key, title, text, [], [part.department_id])


def tell_left(demand: Demand, parts: Collection[DemandPart]) -> None:
    """Tells departments that a demand was given to others and is theirs no more."""
    if parts:
        title, body = LEFT
        away = [part.department_id for part in parts]
        _leave(demand, "left", f"left:{demand.version}", title, body % _words(demand), [], away)


def tell_mentioned(demand: Demand, note: StaffNote, people: Collection[User]) -> None:
    """Tells those whom a confidential note calls by name; what it says stays on the demand's page."""
    title, body = MENTIONED
    _send(demand, f"note:{note.pk}", "note", title, body % (_words(demand) | {"by": str(note.by)}), people)


def remind(
    demand: Demand,
    *,
    share: int,
    audience: str,
    people: Collection[User],
    parts: Iterable[DemandPart],
    now: datetime,
    part: DemandPart | None = None,
) -> list[str]:
    """Reminds those whom a rule names, and its own people, of the demand's clock or of a joint department's own day.
    Returns the user names of all."""
    found = [*_audience(demand, audience, parts, part), *people]
    told = {user.pk: user for user in found if user.is_active}
    clock, of = part or demand, f"part{part.pk}" if part else demand.clock
    label = f"{part.department.name}{part.get_role_display()}" if part else demand.get_clock_display()
    title, body = REMINDERS[now >= clock.due_at]
    words = _words(demand) | {"clock": label, "due": _when(clock.due_at)}
    key = f"alert:{of}:{clock.clock_started_at:%Y%m%d%H%M%S}:{share}:{audience}"
    _send(demand, key, "reminder", title, body % words, told.values())
    return sorted(user.username for user in told.values())


def _audience(
    demand: Demand, audience: str, parts: Iterable[DemandPart], own: DemandPart | None
) -> list[User]:
    """`own`: the part with its own day of which somebody is reminded; its department is not reminded of the demand's."""
    if audience == alerts.HANDLER:
        if own is not None:
            return _of_departments([own.department_id])
        waiting = [part for part in parts if part.done_at is None]
        departments = [part.department_id for part in waiting if not part.has_own_day]
        if demand.clock == Demand.Clock.SIGN:
            departments = [part.department_id for part in parts if part.signed_at is None]
        return _of_departments(departments) if departments else _people(demand, (TOWN,))
    if audience == alerts.TOWN:
        return _people(demand, (TOWN,))
    role = Role.BUREAU if audience == alerts.BUREAU else Role.LEADER
    return _who(Q(memberships__role=role, memberships__district=demand.district_id))


def _people(demand: Demand, whom: Iterable[str], departments: Sequence[int] = ()) -> list[User]:
    """The users of the parties and the departments, in one query."""
    found = Q(pk__in=[])
    for party in whom:
        if party == ENTERPRISE and demand.enterprise is not None:
            found |= Q(memberships__role=Role.ENTERPRISE, memberships__enterprise=demand.enterprise.uscc)
        elif party == TOWN:
            found |= Q(memberships__role=Role.STATION, memberships__town=demand.town_id)
        elif party == BUREAU:
            found |= Q(memberships__role=Role.BUREAU, memberships__district=demand.district_id)
    if departments:
        found |= Q(memberships__role=Role.DEPARTMENT, memberships__department__in=departments)
    return _who(found)


def _of_departments(departments: Sequence[int]) -> list[User]:
    return _who(Q(memberships__role=Role.DEPARTMENT, memberships__department__in=departments))


def _who(found: Q) -> list[User]:
    return list(User.objects.filter(found, is_active=True).distinct())


def _send(
    demand: Demand,
    key: str,
    kind: str,
    title,
    body: str | Callable[[int], str],
    people: Iterable[User],
    *,
    outside: bool = False,
) -> None:
    notify(
        key=f"demand:{demand.number}:{key}",
        kind=f"demand_{kind}",
        title=str(title),
        body=body,
        link="/demands/" if kind == "left" else f"/demands/{demand.number}/",  # who left sees it no more
        recipients=people,
        phone=demand.contact_phone if outside else "",
        district=demand.district,
    )


def _words(demand: Demand) -> dict[str, str]:
    return {
        "what": f"{demand.number}“{demand.title}”",
        "lead": demand.lead.name if demand.lead else "",
        "due": _when(demand.handle_due_at) if demand.handle_due_at else "",
    }


def _when(moment: datetime) -> str:
    """2026-11-21 09:00, in the district's time."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
