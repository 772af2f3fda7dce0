"""The demo's campaigns: whom the people of the towns went to see, and what became of the problems they found.

Pukou reaches its published totals by rows (domain.md): 1 735 enterprises and 228 projects visited, 4 294 problems found,
4 044 solved, 250 in progress. Written by COPY; each problem is a demand with the course that the actions would have
left (services/workorders/demo_planned.py).
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from enterprises.outreach.models import Instructor
from enterprises.registry.demo import numbers_of
from enterprises.registry.demo_names import FIRST, SECOND
from enterprises.registry.models import ChainMembership, Enterprise
from portal.accounts.demo import demo_user, department_users
from portal.kit.bulk import copy_rows
from portal.kit.demo import DemoRun, invented_person, invented_uscc, weighted
from portal.territory.models import District, ServiceElement, Town
from services.workorders.demo_cases import invented_case
from services.workorders.demo_course import DAY, lead_to, room
from services.workorders.demo_moments import Mix, minutes_before
from services.workorders.demo_planned import Planned, Setting, setting_of
from services.workorders.demo_rows import numbers_of_days, write
from services.workorders.rules import hours
from services.workorders.rules.hours import Times

from .actions import create_campaign
from .models import Visit, VisitCampaign, VisitProject
from .queries.visits import FOREMOST

NAME = "链上千企大走访"
METHODS = (("onsite", 80), ("meeting", 8), ("phone", 7), ("online", 5))
KINDS = (("help", 62), ("advice", 14), ("suggestion", 14), ("complaint", 10))
URGENCIES = (("normal", 80), ("urgent", 15), ("critical", 5))
NOTES = (
    "",
    "",
    "生产经营平稳。",
    "订单饱满，计划扩产。",
    "企业负责人介绍了今年的经营情况。",
    "党员员工 3 名，愿意参加联合支部活动。",
)
WORKS = (
    "二期厂房建设",
    "智能化改造",
    "研发中心",
    "产线扩能",
    "冷链仓储",
    "总部基地",
    "检测平台",
    "产业园配套",
)
FRESH = 38  # minutes for each hour in which it has to be accepted: nobody may have done so yet
YOUNG = 5 * DAY // 2  # within which nothing is solved yet
OLD = 25 * DAY
FRESH_STATES = (("submitted", 60), ("accepted", 25), ("dispatched", 15))
YOUNG_STATES = (("in_progress", 50), ("accepted", 25), ("dispatched", 25))
OPEN_STATES = (("in_progress", 74), ("joint", 12), ("dispatched", 8), ("accepted", 6))
LONG_OPEN_STATES = (("in_progress", 72), ("joint", 16), ("reopened", 12))
SOLVED_STATES = (("resolved", 30), ("verified", 40), ("closed", 30))
SETTLED_STATES = (("closed", 88), ("verified", 9), ("resolved", 3))
VISIT_COLUMNS = (
    "district_id", "town_id", "chain_id", "number", "campaign_id", "enterprise_id", "project_id", "instructor_id",
    "visited_on", "method", "note", "recorded_by_id", "created_at", "version",
)  # fmt: skip


@dataclass(frozen=True)
class Size:
    """How much of it: subjects visited at least once, visits made a second time, problems found and still open."""

    enterprises: int
    projects: int
    again: int
    findings: int
    still_open: int
    days: int


SIZES = {
    "songjiang": Size(240, 12, 48, 320, 46, 150),
    "pukou": Size(1_735, 228, 120, 4_294, 250, 280),
}


@dataclass(frozen=True)
class Subject:
    """Whom a visit was to. `name`: of the enterprise, that of a project's too."""

    name: str
    town: int
    chain: int | None
    enterprise: int | None
    project: int | None
    founded_on: date | None
    contact: tuple[str, str]


@dataclass
class Seen:
    """A visit as it was made."""

    subject: Subject
    at: datetime
    method: str
    note: str
    instructor: int | None
    clerk: int
    findings: int = 0
    pk: int = 0


@transaction.atomic
def load(demo: DemoRun) -> None:
    """Once: a district whose campaign exists keeps what people made of it."""
    size = SIZES.get(demo.district)
    district = District.objects.get(slug=demo.district)
    if size is None or VisitCampaign.objects.filter(district=district, name=NAME).exists():
        return
    setting = setting_of(demo)
    enterprises = _enterprises(demo, district, size)
    projects = _projects(demo, district, size, enterprises)
    campaign = _campaign(demo, district, size, enterprises + projects)
    seen = _visits(setting, size, enterprises + projects)
    _write_visits(district, campaign, seen)
    write(_findings(setting, size, seen))


def _campaign(demo: DemoRun, district: District, size: Size, subjects: list[Subject]) -> VisitCampaign:
    """Some towns have reached their target, others have a tenth of it before them."""
    chance = demo.chance("visit-targets")
    towns = Town.objects.filter(district=district, closed_on=None)

    def target(town: Town, to_projects: bool) -> int:
        visited = sum(one.town == town.pk and bool(one.project) == to_projects for one in subjects)
        return math.ceil(visited * chance.choice((0.96, 1, 1.04, 1.1, 1.18, 1.28)))

    return create_campaign(
        by=demo_user(district, "bureau"),
        district=district,
        name=NAME,
        description="走访链上企业和重点项目，逐条登记问题，部门接单办理，解决情况由企业评价。",
        starts_on=demo.days_ago(size.days + 10),
        ends_on=demo.today + timedelta(days=60),
        targets={town: (target(town, False), target(town, True)) for town in towns},
    )


def _enterprises(demo: DemoRun, district: District, size: Size) -> list[Subject]:
    """The first ones in operation, so that a larger --scale changes no total."""
    numbers = {invented_uscc(n, area=district.code, category=c): n for n in numbers_of(demo) for c in "12"}
    rows = Enterprise.objects.filter(district=district).exclude(status=Enterprise.Status.DEREGISTERED)
    known = [
        (numbers[uscc], pk, name, town, founded_on)
        for uscc, pk, name, town, founded_on in rows.values_list(
            "uscc", "pk", "name", "town_id", "founded_on"
        )
        if uscc in numbers
    ]
    chosen = sorted(known)[: size.enterprises]
    places = (
        ChainMembership.objects.filter(enterprise__in=[pk for _n, pk, *_rest in chosen], ended_on=None)
        .order_by("enterprise_id", FOREMOST, "chain__position")
        .distinct("enterprise_id")
    )
    chains = dict(places.values_list("enterprise_id", "chain_id"))
    return [
        Subject(
            name, town, chains.get(pk), pk, None, founded_on, invented_person(demo.chance("visit-contact", n))
        )
        for n, pk, name, town, founded_on in chosen
    ]


def _projects(demo: DemoRun, district: District, size: Size, enterprises: list[Subject]) -> list[Subject]:
    """Projects that enterprises on a chain carry out."""
    chance = demo.chance("visit-projects")
    owners = [one for one in enterprises if one.chain]
    rows, names = [], []
    for number in range(1, size.projects + 1):
        owner = chance.choice(owners)
        names.append(owner.name)
        name = f"{FIRST[number % len(FIRST)]}{SECOND[number * 7 % len(SECOND)]}{chance.choice(WORKS)}项目"
        rows.append(
            VisitProject(
                district=district, town_id=owner.town, code=f"{demo.prefix}XM-{number:04d}", name=name,
                chain_id=owner.chain, enterprise_id=owner.enterprise,
            )
        )  # fmt: skip
    return [
        Subject(name, row.town_id, row.chain_id, row.enterprise_id, row.pk, None, ("", ""))
        for name, row in zip(names, VisitProject.objects.bulk_create(rows), strict=True)
    ]


def _visits(setting: Setting, size: Size, subjects: list[Subject]) -> list[Seen]:
    """One visit to each, in any order, evenly spread over the working time until now; some are seen a second time.
    Oldest first."""
    chance = setting.demo.chance("visits")
    order = subjects[:]
    chance.shuffle(order)
    clerks = _clerks(setting)
    people: dict[int, list[int]] = {}
    for town, pk in Instructor.objects.filter(district=setting.district, ended_on=None).values_list(
        "town_id", "pk"
    ):
        people.setdefault(town, []).append(pk)
    whole = size.days * 2 // 3 * DAY  # five days of seven, less some holidays
    backs = [
        chance.randint(whole * n // len(order) + 1, whole * (n + 1) // len(order)) for n in range(len(order))
    ]
    seen = []
    for subject, back in zip(order, reversed(backs), strict=True):
        seen.append(_visit(setting, chance, subject, back, clerks, people))
    first = range(len(seen) // 2)  # seen again are those who were seen early
    for place in chance.sample(first, min(size.again, len(first))):
        back = chance.randint(1, max(backs[-1 - place] - DAY, 1))
        seen.append(_visit(setting, chance, order[place], back, clerks, people))
    for one in chance.choices(seen[: len(order)], k=size.findings):
        one.findings += 1
    return sorted(seen, key=lambda one: one.at)


def _visit(
    setting: Setting, chance: random.Random, subject: Subject, back: int, clerks: dict[int, int],
    people: dict[int, list[int]],
) -> Seen:  # fmt: skip
    """A visit so many minutes of working time ago, or when the enterprise was founded if that was later."""
    at = minutes_before(setting.now, back, setting.calendar)
    if subject.founded_on:
        at = min(max(at, hours.close_of(subject.founded_on)), setting.now)
    known = people.get(subject.town)
    return Seen(
        subject,
        at,
        weighted(chance, METHODS),
        chance.choice(NOTES),
        chance.choice(known) if known and chance.random() < 0.5 else None,
        clerks.get(subject.town, clerks[0]),
    )


def _clerks(setting: Setting) -> dict[int, int]:
    """Who records the visits of a town: its station's sign-in, else (0) the bureau's."""
    clerks = {0: demo_user(setting.district, "bureau").pk}
    for name in ("station-jiuting", "station-sheshan"):
        user = demo_user(setting.district, name)
        clerks |= dict.fromkeys(user.scope.towns, user.pk)
    return clerks


def _write_visits(district: District, campaign: VisitCampaign, seen: list[Seen]) -> None:
    numbers = numbers_of_days(Visit, "ZF", (timezone.localdate(one.at) for one in seen))
    copy_rows(
        Visit,
        VISIT_COLUMNS,
        (
            (
                district.pk, one.subject.town, one.subject.chain, number, campaign.pk,
                None if one.subject.project else one.subject.enterprise, one.subject.project, one.instructor,
                timezone.localdate(one.at), one.method, one.note, one.clerk, one.at, 1,
            )
            for one, number in zip(seen, numbers, strict=True)
        ),
    )  # fmt: skip
    ids = dict(Visit.objects.filter(number__in=numbers).values_list("number", "pk"))
    for one, number in zip(seen, numbers, strict=True):
        one.pk = ids[number]


def _findings(setting: Setting, size: Size, seen: list[Seen]) -> Iterator[Planned]:
    """The problems, newest first: the latest cannot be solved yet, of those before them some are still open."""
    chance, mix = setting.demo.chance("visit-findings"), Mix()
    elements = dict(ServiceElement.objects.values_list("code", "pk"))
    clerks = department_users(setting.district)
    found = [one for one in reversed(seen) for _n in range(one.findings)]
    rooms = [room(setting, one.at) for one in found]
    young = sum(left < YOUNG for left in rooms)
    young = min(young, size.still_open)
    others = range(young, min(len(found), young + (size.still_open - young) * 3))
    still_open = {*range(young), *chance.sample(others, min(size.still_open - young, len(others)))}
    for place, (one, left) in enumerate(zip(found, rooms, strict=True)):
        case = invented_case(chance, one.subject.name)
        kind, urgency = weighted(chance, KINDS), weighted(chance, URGENCIES)
        planned = Planned(
            setting, one.subject.town, elements[case.element], case.title, case.body, one.at,
            chain=one.subject.chain, enterprise=one.subject.enterprise, project=one.subject.project, visit=one.pk,
            kind=kind, urgency=urgency, contact=one.subject.contact, raised_by=one.clerk, town_clerk=one.clerk,
            department_clerks=clerks,
        )  # fmt: skip
        lead_to(planned, _state(chance, place in still_open, left, planned.times), case, chance, mix)
        yield planned


def _state(chance: random.Random, is_open: bool, left: int, times: Times) -> str:
    """What fits the working time since the visit."""
    if not is_open:
        return weighted(chance, SETTLED_STATES if left > OLD else SOLVED_STATES)
    if left < times.accept_hours * FRESH:
        return weighted(chance, FRESH_STATES)
    if left < 2 * DAY:
        return weighted(chance, YOUNG_STATES)
    return weighted(chance, OPEN_STATES if left < 2 * YOUNG else LONG_OPEN_STATES)
