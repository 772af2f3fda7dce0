"""The demo's demands: what the enterprises of songjiang asked for in a year, and what waits for each sign-in today.

The past is written move by move (demo_planned.py), because the actions hold to the clock; the last step of what waits
for somebody goes through the actions, so that the inboxes hold what such a step tells (demo_own.py).
"""

import random
from collections.abc import Iterator
from datetime import datetime, time

from django.db import transaction
from django.db.models import OuterRef, Subquery

from enterprises.registry.models import ChainMembership, Enterprise
from portal.accounts.demo import ENTERPRISE_USERS, demo_user, department_users
from portal.kit.demo import DemoRun, invented_person, invented_uscc, weighted
from portal.territory.models import Department, District, ServiceElement

from . import demo_own
from .actions import set_dispatch_rule
from .actions.submitting import FOREMOST
from .demo_cases import invented_case
from .demo_course import DAY, lead_to
from .demo_moments import Mix, age_of, minutes_before
from .demo_planned import Planned, Setting, setting_of
from .demo_rows import write
from .models import Demand, DispatchRule
from .rules import hours
from .rules.states import OPEN

RAISING = ("songjiang",)  # the other districts have published what was found on visits, or nothing
NUMBER, REACHED = 300, 420  # demands; the enterprises among which they arise
RECENT, BACK = 24, 360  # days back, between which the others were raised
LATE = 14 * DAY  # working time within which the recent ones were
RULES = {  # element → lead and joint departments, the first of them that the district has
    "registration": (("administration", "market"), ("market",)),
    "tax": (("tax",), ()),
    "financing": (("finance_office", "finance"), ("market",)),
    "insurance": (("hr_social",), ()),
    "funds": (("economy", "development"), ("science",)),
    "ip": (("ip", "market"), ()),
}
KINDS = (("help", 60), ("advice", 22), ("suggestion", 10), ("complaint", 8))
URGENCIES = (("normal", 82), ("urgent", 14), ("critical", 4))
OPEN_NOW = (
    ("in_progress", 27), ("dispatched", 7), ("accepted", 6), ("submitted", 6), ("joint", 6), ("reopened", 4),
)  # fmt: skip
SETTLED_LATELY = (("resolved", 13), ("verified", 8), ("rejected", 3), ("withdrawn", 3))
LONG_AGO = (("closed", 89), ("verified", 2), ("rejected", 5), ("withdrawn", 4))


@transaction.atomic
def load(demo: DemoRun) -> None:
    """The rules of dispatch, a year of demands, and the sign-ins' own cases; each is made once."""
    district = District.objects.get(slug=demo.district)
    _rules(demo, district)
    if demo.district not in RAISING:
        return
    if not Demand.objects.filter(district=district, source=Demand.Source.ENTERPRISE).exists():
        setting = setting_of(demo)
        write(_year(setting))
        demo_own.load(setting, *clerks_of(setting))


def _rules(demo: DemoRun, district: District) -> None:
    if DispatchRule.objects.filter(district=district).exists():
        return
    departments = {
        one.code.removeprefix(demo.prefix): one
        for one in Department.objects.filter(district=district, closed_on=None)
    }
    bureau = demo_user(district, "bureau")
    elements = {one.code: one for one in ServiceElement.objects.filter(closed_on=None)}
    for code, (leads, joint) in RULES.items():
        lead = next((departments[one] for one in leads if one in departments), None)
        if lead is not None and code in elements:
            helpers = [departments[one] for one in joint if one in departments and departments[one] != lead]
            set_dispatch_rule(district=district, by=bureau, element=elements[code], lead=lead, joint=helpers)


def _year(setting: Setting) -> Iterator[Planned]:
    """Demands of a year, in any order: what is open now is as old as its state and colour want it."""
    chance, mix = setting.demo.chance("demands"), Mix()
    elements = dict(ServiceElement.objects.values_list("code", "pk"))
    towns, departments = clerks_of(setting)
    raisers = _raisers(setting)
    for state, is_late in _states(chance):
        one = chance.choice(raisers)
        case = invented_case(chance, one.name)
        kind, urgency = weighted(chance, KINDS), weighted(chance, URGENCIES)
        if state in OPEN:
            age = age_of(state, mix.wanted(), hours.default_times(kind, urgency), chance)
            created_at = minutes_before(setting.now, age, setting.calendar)
        elif is_late:
            created_at = minutes_before(setting.now, chance.randint(2 * DAY, LATE), setting.calendar)
        else:
            created_at = _long_ago(setting, chance)
        planned = Planned(
            setting, one.town_id, elements[case.element], case.title, case.body, created_at, chain=one.chain,
            enterprise=one.pk, kind=kind, urgency=urgency, source="enterprise", contact=invented_person(chance),
            town_clerk=towns.get(one.town_id), department_clerks=departments,
        )  # fmt: skip
        lead_to(planned, state, case, chance, mix)
        yield planned


def _states(chance: random.Random) -> list[tuple[str, bool]]:
    """The state of each demand, and whether it was raised in the last weeks."""
    lately = [(state, True) for state, number in (*OPEN_NOW, *SETTLED_LATELY) for _n in range(number)]
    rest = [(weighted(chance, LONG_AGO), False) for _n in range(NUMBER - len(lately))]
    return chance.sample(lately + rest, NUMBER)


def clerks_of(setting: Setting) -> tuple[dict[int, int], dict[int, int]]:
    """The sign-ins that handle demands, by town and by department; others have none in the demo."""
    towns: dict[int, int] = {}
    for name in ("station-jiuting", "station-sheshan"):
        user = demo_user(setting.district, name)
        towns |= dict.fromkeys(user.scope.towns, user.pk)
    return towns, department_users(setting.district)


def _raisers(setting: Setting) -> list[Enterprise]:
    """Enterprises in operation for longer than the demo looks back; `chain`: where each weighs most. The sign-ins' own
    have cases of their own."""
    demo, district = setting.demo, setting.district
    own = [invented_uscc(number, area=district.code) for number in ENTERPRISE_USERS.values()]
    rows = Enterprise.objects.filter(district=district, founded_on__lt=demo.days_ago(BACK + 1))
    rows = rows.exclude(status=Enterprise.Status.DEREGISTERED).exclude(uscc__in=own)
    places = ChainMembership.objects.filter(enterprise=OuterRef("pk"), ended_on=None)
    foremost = places.order_by(FOREMOST, "chain__position", "pk").values("chain")[:1]
    return list(rows.annotate(chain=Subquery(foremost)).order_by("uscc")[:REACHED])


def _long_ago(setting: Setting, chance: random.Random) -> datetime:
    """Some time of a day, mostly of a working one: people ask when they have the time."""
    day = setting.demo.days_ago(chance.randint(RECENT, BACK))
    if chance.random() < 0.85:
        day = setting.calendar.next_working_day(day)
    minutes = chance.randint(8 * 60, 21 * 60) if chance.random() < 0.2 else chance.randint(9 * 60, 17 * 60)
    return datetime.combine(day, time(minutes // 60, minutes % 60), hours.ZONE)
