"""The demo's outreach: 101 instructors of 18 towns with their postings, 29 liaison points and 4 released, visits.

Written by COPY like the enterprises, with what the actions would have kept. Rows are found again by code; what people
changed since stays theirs.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from portal.kit.bulk import copy_rows
from portal.kit.demo import DemoRun, invented_person, invented_uscc, weighted
from portal.kit.encryption import blind_index
from portal.territory.models import Area, District, Town

from ..registry.demo_names import OTHER_TOWN, TOWN_WEIGHTS
from ..registry.models import Enterprise
from .models import Instructor, InstructorAssignment, LiaisonPoint, LiaisonVisit

PEOPLE = 101  # 松江, published figure
OPEN_POINTS, RELEASED_POINTS = 29, 4
SONGJIANG = "310117"
LEADS = 18  # the first enterprises are the leads of the chains
FIRST_DAY = date(2024, 5, 20)  # 三链融合 began
KINDS = (("instructor", 70), ("liaison", 18), ("service_manager", 12))
TITLES = ("镇党委副书记", "副镇长", "区局党组成员", "街道党工委委员", "镇党委组织委员", "所长", "区局副局长")
FOUND = (
    "了解用工和订单情况，送去惠企政策清单", "与企业负责人座谈，党员已参加联合支部活动", "核对党员信息，新增流动党员 1 名",
    "企业提出融资需求，已转银行网点对接", "指导完善党员活动室，商定下月主题党日", "宣讲知识产权保护政策，发放办事指南",
    "了解员工参保情况，联系社保窗口上门解答", "走访车间一线党员，收集技术攻关需求 2 项",
)  # fmt: skip
ENDS = ("企业迁出本街镇", "人员分工调整", "企业已单独组建党组织")

INSTRUCTOR_COLUMNS = (
    "district_id", "town_id", "code", "kind", "name", "phone", "name_bidx", "phone_bidx", "unit", "started_on",
    "end_reason", "version",
)  # fmt: skip
ASSIGNMENT_COLUMNS = (
    "instructor_id", "enterprise_id", "area_id", "started_on", "ended_on", "end_reason", "version"
)  # fmt: skip


def load(demo: DemoRun) -> None:
    district = District.objects.get(slug=demo.district)
    towns = list(Town.objects.filter(district=district).select_related("office").order_by("position", "code"))
    users = dict(get_user_model().objects.values_list("username", "pk"))
    _load_people(demo, district, towns)
    _load_areas(demo, district)
    if not demo.prefix:  # nothing is published of liaison points elsewhere
        _load_points(demo, district, users)


def people_of(towns: list[Town]) -> Iterator[tuple[Town, int]]:
    """(town, number in the town) of each of the 101: five a town, a sixth where most enterprises are. Elsewhere two a town."""
    if not towns[0].code.startswith(SONGJIANG):
        yield from ((town, number) for town in towns for number in (1, 2))
        return
    large = sorted(towns, key=lambda town: (-TOWN_WEIGHTS.get(town.code, OTHER_TOWN), town.code))
    sixth = {town.pk for town in large[: PEOPLE - 5 * len(towns)]}
    for town in towns:
        for number in range(1, 7 if town.pk in sixth else 6):
            yield town, number


def instructor_code(town: Town, number: int) -> str:
    short = town.code[-3:] if town.code.startswith(SONGJIANG) else town.code
    return f"ZD-{short}-{number:02d}"


@transaction.atomic
def _load_people(demo: DemoRun, district: District, towns: list[Town]) -> None:
    wanted = {instructor_code(town, number): (town, number) for town, number in people_of(towns)}
    known = set(Instructor.objects.filter(code__in=wanted).values_list("code", flat=True))
    missing = {code: place for code, place in wanted.items() if code not in known}
    if not missing:
        return
    rows = {code: _person(demo, district, town, number) for code, (town, number) in missing.items()}
    copy_rows(Instructor, INSTRUCTOR_COLUMNS, rows.values())
    ids = dict(Instructor.objects.filter(code__in=missing).values_list("code", "pk"))
    by_town: dict[int, list[str]] = {}
    for code, (town, _number) in missing.items():
        by_town.setdefault(town.pk, []).append(code)
    postings = [row for town, codes in by_town.items() for row in _postings(demo, town, codes, ids, rows)]
    copy_rows(InstructorAssignment, ASSIGNMENT_COLUMNS, postings)


def _person(demo: DemoRun, district: District, town: Town, number: int) -> tuple:
    chance = demo.chance("instructor", town.code, number)
    name, phone = invented_person(chance)
    place = int(town.code[-3:]) if not demo.prefix else 600 + int(district.code) % 700 + town.position
    phone = f"{phone[:7]}{place * 7 + number:04d}"  # nobody shares a number
    unit = chance.choice((town.office.name, f"{town.short_name}党群服务中心", f"{town.short_name}党建办"))
    started = FIRST_DAY + timedelta(days=chance.randrange(200))
    return (
        district.pk, town.pk, instructor_code(town, number), weighted(chance, KINDS), name, phone,
        blind_index(name, "enterprises.Instructor.name"), blind_index(phone, "enterprises.Instructor.phone"), unit,
        started, "", 1,
    )  # fmt: skip


def _postings(
    demo: DemoRun, town: int, codes: list[str], ids: dict[str, int], people: dict[str, tuple]
) -> Iterator[tuple]:
    """Each has 6 to 14 enterprises of the town; some postings have ended, and one in nine was handed over."""
    enterprises = list(
        Enterprise.objects.filter(town=town, status=Enterprise.Status.ACTIVE)
        .order_by("pk")
        .values_list("pk", "founded_on")[:400]
    )
    chance = demo.chance("postings", codes[0])
    leads, rest = enterprises[:1], enterprises[1:]  # the chain's lead is the town's first
    chance.shuffle(rest)
    pool = leads + rest
    for position, code in enumerate(codes):
        started, taken = people[code][9], min(len(pool), chance.randint(6, 14))
        for enterprise, founded_on in [pool.pop(0) for _ in range(taken)]:
            first = max(started, founded_on or started) + timedelta(days=chance.randrange(240))
            day, fate = min(first, demo.today), chance.random()
            if fate < 0.08:
                yield (
                    ids[code],
                    enterprise,
                    None,
                    day,
                    _between(chance, day, demo.today),
                    chance.choice(ENDS),
                    1,
                )
            elif fate < 0.19 and len(codes) > 1:
                other = codes[(position + 1) % len(codes)]
                handed = _between(chance, max(day, people[other][9]), demo.today)
                yield ids[code], enterprise, None, day, handed, "人员分工调整", 1
                yield ids[other], enterprise, None, handed, None, "", 1
            else:
                yield ids[code], enterprise, None, day, None, "", 1


def _active_people(district: District) -> QuerySet[Instructor]:
    """The demo's instructors who are still active."""
    return Instructor.objects.filter(district=district, ended_on=None, code__startswith="ZD-").order_by(
        "code"
    )


def _between(chance, first: date, last: date) -> date:
    return first + timedelta(days=chance.randint(0, max((last - first).days, 0)))


@transaction.atomic
def _load_areas(demo: DemoRun, district: District) -> None:
    """Two areas of three have an instructor of their town. An area that ever had one is left alone."""
    ever = InstructorAssignment.objects.filter(area=OuterRef("pk"))
    areas = Area.objects.filter(~Exists(ever), district=district, closed_on=None).order_by("code")
    people: dict[int, list[tuple[int, date]]] = {}
    for pk, town, started_on in _active_people(district).values_list("pk", "town", "started_on"):
        people.setdefault(town, []).append((pk, started_on))
    rows = []
    for area in areas:
        chance = demo.chance("area", area.code)
        if chance.random() < 0.67 and area.town_id in people:
            pk, started_on = chance.choice(people[area.town_id])
            day = min(started_on + timedelta(days=chance.randrange(300)), demo.today)
            rows.append((pk, None, area.pk, day, None, "", 1))
    copy_rows(InstructorAssignment, ASSIGNMENT_COLUMNS, rows)


@transaction.atomic
def _load_points(demo: DemoRun, district: District, users: dict[str, int]) -> None:
    """The leads of the chains and eleven more; the released ones come last. Every third waits for a visit."""
    recorders = {"310117107": users["station-jiuting"], "310117103": users["station-sheshan"]}
    numbers = _point_numbers(demo, district)
    enterprises = {row.uscc: row for row in _enterprises(district, numbers).select_related("town")}
    people: dict[int, list[int]] = {}
    for pk, town in _active_people(district).values_list("pk", "town"):
        people.setdefault(town, []).append(pk)
    for position, number in enumerate(numbers, start=1):
        enterprise = enterprises.get(invented_uscc(number, area=district.code))
        if enterprise is None:
            continue
        chance = demo.chance("liaison", number)
        taken_in = max(FIRST_DAY + timedelta(days=chance.randrange(280)), enterprise.founded_on or FIRST_DAY)
        code = f"LX{taken_in.year}{position:04d}"
        stands = enterprise.liaison_points.filter(released_on=None).exists()
        if taken_in > demo.today or stands or LiaisonPoint.objects.filter(code=code).exists():
            continue
        released = position > OPEN_POINTS
        held = enterprise.assignments.filter(ended_on=None).order_by("pk").first()
        holder = held.instructor_id if held else chance.choice(people.get(enterprise.town_id) or [None])
        point = LiaisonPoint.objects.create(
            enterprise=enterprise,
            code=code,
            taken_in_on=taken_in,
            leader_title=chance.choice(TITLES),
            leader_name=invented_person(chance)[0],
            instructor_id=None if released else holder,
        )
        recorder = recorders.get(enterprise.town.code, users["bureau"])
        days = _visit_days(demo, chance, taken_in, late=position % 3 == 0 or released)
        _visit(point, chance, days, recorder)
        if released:
            last = point.last_visited_on or taken_in
            point.released_on = min(last + timedelta(days=30), demo.today)
            point.release_reason = "企业已单独组建党组织，转入日常联系"
        point.save()


def _point_numbers(demo: DemoRun, district: District) -> list[int]:
    """Which enterprises: the leads, then active ones that are neither shops nor new."""
    chosen, wanted = list(range(1, LEADS + 1)), OPEN_POINTS + RELEASED_POINTS
    candidates = range(LEADS + 1, 400)
    usccs = {invented_uscc(number, area=district.code): number for number in candidates}
    fits = set(
        Enterprise.objects.filter(
            uscc__in=usccs, status="active", kind__in=("small_micro", "above_scale"), founded_on__lt=FIRST_DAY
        ).values_list("uscc", flat=True)
    )
    for uscc, number in usccs.items():
        if uscc in fits and len(chosen) < wanted and number % 3 == 0:
            chosen.append(number)
    return chosen


def _enterprises(district: District, numbers: list[int]):
    return Enterprise.objects.filter(
        uscc__in=[invented_uscc(number, area=district.code) for number in numbers]
    )


def _visit_days(demo: DemoRun, chance, taken_in: date, *, late: bool) -> list[date]:
    """Days of visits, newest first: every six to eleven weeks; a late one was last visited over 90 days ago."""
    day, days = demo.days_ago(chance.randint(95, 150) if late else chance.randint(3, 70)), []
    while day >= taken_in and len(days) < 8:
        days.append(day)
        day -= timedelta(days=chance.randint(42, 80))
    return days


def _visit(point: LiaisonPoint, chance, days: list[date], recorder: int) -> None:
    visits = [
        LiaisonVisit(point=point, visited_on=day, content=chance.choice(FOUND), recorded_by_id=recorder)
        for day in reversed(days)
    ]
    LiaisonVisit.objects.bulk_create(visits)
    for visit in visits:  # when it was written down: on the day, not on the day of loading
        visit.recorded_at = timezone.make_aware(
            timezone.datetime(visit.visited_on.year, visit.visited_on.month, visit.visited_on.day, 16)
        )
    LiaisonVisit.objects.bulk_update(visits, ["recorded_at"])
    point.last_visited_on = days[0] if days else None
