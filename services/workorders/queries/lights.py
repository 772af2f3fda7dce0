"""How a demand stands with its deadline, in words: the light, what is left of the working time, what it waits for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.territory.calendar import work_calendar
from portal.territory.rules import WorkCalendar

from ..models import Demand, DemandPart
from ..rules import states
from ..rules.hours import MINUTES_A_DAY, light, working_minutes_between

LABELS = {
    "green": gettext_lazy("时间充裕"),
    "yellow": gettext_lazy("即将到期"),
    "red": gettext_lazy("已超期"),
    "waiting": gettext_lazy("等待企业补充"),
}


@dataclass(frozen=True)
class Light:
    """`code`: green, yellow, red, waiting, or empty when nobody has a deadline. `left`: the working time in words,
    beyond the deadline for a red one."""

    code: str = ""
    label: str = ""
    left: str = ""
    clock: str = ""
    due_at: datetime | None = None


def lights_of(demands: Iterable[Demand], *, now: datetime | None = None) -> dict[int, Light]:
    """The light of each demand by id; one query a district, for its work calendar."""
    now, calendars, found = now or timezone.now(), {}, {}
    for demand in demands:
        if demand.clock and demand.district_id not in calendars:
            calendars[demand.district_id] = work_calendar(demand.district.slug)
        found[demand.pk] = _light(demand, calendars.get(demand.district_id), now)
    return found


def _light(demand: Demand, calendar: WorkCalendar | None, now: datetime) -> Light:
    clock = str(demand.get_clock_display()) if demand.clock else ""
    if demand.clock and demand.waiting_since:
        return Light("waiting", str(LABELS["waiting"]), _("计时暂停"), clock)
    code = light(now=now, warn_at=demand.warn_at, due_at=demand.due_at)
    if not code:
        return Light()
    first, last = sorted((now, demand.due_at))
    words = in_words(working_minutes_between(first, last, calendar))
    left = _("超期 %(time)s") if code == "red" else _("剩余 %(time)s")
    return Light(code, str(LABELS[code]), left % {"time": words}, clock, demand.due_at)


def part_light(part: DemandPart, demand: Demand, *, now: datetime | None = None) -> str:
    """The colour of a department's part while it is open: by its own day, else as the demand's; none while the
    enterprise is asked."""
    if part.done_at or part.left_at or demand.waiting_since or demand.status not in states.HANDLING:
        return ""
    follows = not part.has_own_day and demand.clock == Demand.Clock.HANDLE
    clock = demand if follows else part
    return light(now=now or timezone.now(), warn_at=clock.warn_at, due_at=clock.due_at)


def in_words(minutes: int) -> str:
    """Working minutes as people say them: a working day has 6.5 hours. They say that it is working time, which stands
    still at night and on days off."""
    days, rest = divmod(minutes, MINUTES_A_DAY)
    hours, minutes = divmod(rest, 60)
    if days:
        half = _(" %(hours)d 小时") % {"hours": hours} if hours and days < 10 else ""
        return _("%(days)d 个工作日") % {"days": days} + half
    if hours:
        return _("%(hours)d 个工作小时") % {"hours": hours} + (
            _(" %(minutes)d 分") % {"minutes": minutes} if minutes else ""
        )
    return _("%(minutes)d 分钟工作时间") % {"minutes": minutes}
