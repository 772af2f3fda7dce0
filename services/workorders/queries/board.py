"""The board's counts: what is open by status, colour, town and department, by one pass over one index."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, CharField, Count, Max, QuerySet, Value, When

from ..models import Demand
from ..models.demands import CHECKED
from ..rules import states
from .demands import OPEN
from .similar import two_grams

LIGHTS = ("red", "yellow", "green", "waiting")
TITLES = 500  # that are compared
LIKE = 0.5  # of all pairs of characters of two titles: so many in both say the same


@dataclass
class Board:
    """How many open demands there are; `towns` and `leads`: name → (code, open, red), the most overdue first."""

    statuses: Counter[str] = field(default_factory=Counter)
    lights: Counter[str] = field(default_factory=Counter)
    towns: list[tuple[str, str, int, int]] = field(default_factory=list)
    leads: list[tuple[str, str, int, int]] = field(default_factory=list)
    checking: int = 0

    @property
    def open(self) -> int:
        return sum(self.statuses.values())

    def of_stage(self, stage: str) -> int:
        """How many stand in one of the five stages; the last one holds what waits for the enterprise's word."""
        if stage == states.Stage.CHECK:
            return self.checking
        return sum(number for status, number in self.statuses.items() if states.STAGE_OF[status] == stage)


def board(rows: QuerySet[Demand], *, now: datetime) -> Board:
    """The counts of the demands under the list's other filters (`placed`: town, department, element, words …). Two
    statements, each by one index alone."""
    light = Case(
        When(due_at=None, then=Value("waiting")),
        When(due_at__lte=now, then=Value("red")),
        When(warn_at__lte=now, then=Value("yellow")),
        default=Value("green"),
        output_field=CharField(),
    )
    places = ("town__short_name", "town__code", "lead__name", "lead__code")
    grouped = rows.filter(OPEN).order_by().annotate(colour=light).values_list("status", "colour", *places)
    found = Board()
    towns: dict[tuple, list[int]] = {}
    leads: dict[tuple, list[int]] = {}
    for status, colour, town, town_code, lead, lead_code, number in grouped.annotate(number=Count("pk")):
        found.statuses[status] += number
        found.lights[colour] += number
        for key, table in (((town, town_code), towns), ((lead, lead_code), leads)):
            if key[1] is not None:
                counts = table.setdefault(key, [0, 0])
                counts[0] += number
                counts[1] += number if colour == "red" else 0
    found.towns, found.leads = _most_overdue(towns), _most_overdue(leads)
    found.checking = rows.filter(status__in=CHECKED).order_by().count()
    return found


def _most_overdue(counts: dict[tuple, list[int]]) -> list[tuple[str, str, int, int]]:
    found = [(*key, *numbers) for key, numbers in counts.items()]
    return sorted(found, key=lambda row: (-row[3], -row[2], row[1]))


def ordered(filters: Mapping[str, str]) -> tuple[str, ...]:
    """What is open by deadline, overdue first; everything else the latest first."""
    wanted = {one.strip() for one in (filters.get("status") or "").split(",") if one.strip()}
    shows_open = (
        filters.get("open") == "1"
        or bool(filters.get("light"))
        or filters.get("overdue") == "1"
        or (bool(wanted) and wanted <= set(states.OPEN))
        or filters.get("stage")
        in {stage for status, stage in states.STAGE_OF.items() if status in states.OPEN}
    )
    return ("due_at", "id") if shows_open else ("-created_at", "-id")


@dataclass
class Repeated:
    """Open demands of an element that say the same or nearly: `titles` as (words, how many), the commonest first."""

    element: str
    titles: list[tuple[str, int]]
    enterprises: set[int]

    @property
    def name(self) -> str:
        return self.titles[0][0]

    @property
    def number(self) -> int:
        return sum(number for _title, number in self.titles)


def repeated(rows: QuerySet[Demand], *, most: int = 5) -> list[Repeated]:
    """Groups of two and more open demands that say the same, or of whose pairs of characters at least half are the
    same; the largest first. Among the titles that occur most, then latest."""
    found = (
        rows.filter(OPEN)
        .order_by()
        .values_list("title", "element__name")
        .annotate(number=Count("pk"), last=Max("pk"), of=ArrayAgg("enterprise", distinct=True))
        .order_by("-number", "-last")[:TITLES]
    )
    groups: list[Repeated] = []
    grams: list[set[str]] = []
    holding: dict[tuple[str, str], list[int]] = {}  # element and pair of characters → groups with it
    for title, element, number, _last, enterprises in found:
        own = two_grams(title)
        shared = Counter(place for gram in own for place in holding.get((element, gram), ()))
        place = next((p for p, n in shared.most_common(3) if n >= LIKE * len(own | grams[p])), None)
        if place is None:
            for gram in own:
                holding.setdefault((element, gram), []).append(len(groups))
            groups.append(Repeated(element, [(title, number)], set(enterprises) - {None}))
            grams.append(own)
        else:
            groups[place].titles.append((title, number))
            groups[place].enterprises |= set(enterprises) - {None}
    several = [group for group in groups if group.number > 1]
    return sorted(several, key=lambda group: (-group.number, group.name))[:most]
