"""The three lists as tables: made each time they are read from demands, policies, bookings and visits in scope."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chains.industry.models import Chain
from enterprises.registry.models import ChainMembership, Enterprise
from portal.territory.models import Town

from ..booking.models import Booking
from ..booking.rules import states as booking_states
from ..policies import queries as library
from ..policies.models import Policy
from ..visits.models import Visit
from ..visits.rules import can_read_note
from ..workorders.models import Demand
from ..workorders.rules import states

DEMANDS, POLICIES, SERVICES = "demands", "policies", "services"
NAMES = {
    DEMANDS: gettext_lazy("问题需求清单"),
    POLICIES: gettext_lazy("政策资源清单"),
    SERVICES: gettext_lazy("服务企业清单"),
}
SERVED = (booking_states.COMPLETED, booking_states.RATED)
MERGED = Q(merged_into__isnull=False) | Q(withdrawn=True)


@dataclass(frozen=True)
class Cell:
    """A value of a list, with the page it leads to."""

    value: Any
    url: str = ""

    def __str__(self) -> str:
        return "" if self.value is None else str(self.value)


@dataclass(frozen=True)
class Listing:
    """One of the three lists: its columns as (label, kind of the table component), how many rows, and the rows."""

    name: str
    columns: list[tuple[str, str]]
    total: int
    rows: Callable[[int], Iterator[list[Cell]]]


@dataclass(frozen=True)
class Subject:
    """Whose lists: an enterprise, a chain or a town. `of` says which enterprises belong to it, from any model."""

    kind: str
    code: str
    name: str
    enterprise: Enterprise | None = None
    chain: Chain | None = None
    town: Town | None = None

    def enterprises(self, user) -> QuerySet[Enterprise]:
        """The enterprises of the subject that a user may see."""
        rows = Enterprise.objects.visible_to(user)
        if self.enterprise is not None:
            return rows.filter(pk=self.enterprise.pk)
        if self.town is not None:
            return rows.filter(town=self.town)
        open_places = ChainMembership.objects.filter(
            enterprise=OuterRef("pk"), chain=self.chain, ended_on=None
        )
        return rows.filter(Exists(open_places))

    def demands(self, user) -> QuerySet[Demand]:
        """The demands of the subject: `town` and `chain` as on the day on which they were raised."""
        rows = Demand.objects.visible_to(user).exclude(MERGED)
        wanted = {"enterprise": self.enterprise, "town": self.town, "chain": self.chain}
        return rows.filter(**{name: row for name, row in wanted.items() if row is not None})


def subject_for(user, kind: str, code: str) -> Subject | None:
    """An enterprise in scope by USCC, a chain or a town by code; None for anything else."""
    if kind == "enterprises":
        row = Enterprise.objects.visible_to(user).select_related("town").filter(uscc=code).first()
        return row and Subject(kind, code, row.name, enterprise=row)
    if not (user.scope.is_staff or user.scope.districts or user.scope.is_admin):
        return None  # the lists of a place name other people's enterprises
    scope = user.scope
    if kind == "chains":
        row = Chain.objects.visible_to(user).filter(code=code).first()
        return row and Subject(kind, code, row.name, chain=row)
    if kind == "towns":
        rows = Town.objects.visible_to(user).filter(code=code)
        if not scope.is_admin:
            rows = rows.filter(Q(district__in=scope.districts) | Q(pk__in=scope.towns))
        row = rows.first()
        return row and Subject(kind, code, row.name, town=row)
    return None


def listing(user, subject: Subject, which: str) -> Listing:
    """One of the three lists of a subject, as far as the user sees its rows."""
    return {DEMANDS: _demands, POLICIES: _policies, SERVICES: _services}[which](user, subject)


def _demands(user, subject: Subject) -> Listing:
    """问题需求清单: every demand with where it stands; those still open lead."""
    rows = subject.demands(user)

    def cells(limit: int) -> Iterator[list[Cell]]:
        open_first = rows.annotate(
            is_open=Exists(Demand.objects.filter(pk=OuterRef("pk"), status__in=states.OPEN))
        )
        found = open_first.select_related("element", "enterprise", "project", "town", "lead").order_by(
            "-is_open", "-created_at", "-pk"
        )
        for row in found[:limit]:
            yield [
                Cell(row.title, reverse("demand", args=[row.number])),
                Cell(row.number),
                Cell(row.enterprise.name if row.enterprise else row.project.name),
                Cell(row.element.name),
                Cell(row.town.short_name),
                Cell(row.get_status_display()),
                Cell(row.lead.name if row.lead else None),
                Cell(timezone.localdate(row.created_at)),
                Cell(timezone.localdate(row.resolved_at) if row.resolved_at else None),
            ]

    columns = [
        (_("诉求"), "title"), (_("编号"), "short"), (_("提出方"), "text"), (_("要素"), "text"), (_("街镇"), "short"),
        (_("状态"), "short"), (_("牵头部门"), "text"), (_("提出日期"), "short"), (_("办结日期"), "short"),
    ]  # fmt: skip
    return Listing(str(NAMES[DEMANDS]), columns, rows.count(), cells)


def _policies(user, subject: Subject) -> Listing:
    """政策资源清单: what can be applied for today; of a place, with how many of its enterprises meet the conditions."""
    if subject.enterprise is not None:
        return _matched(user, subject.enterprise)
    policies = [row for row in library.policies(user, {"stage": "open"}) if _is_of(row, subject)]
    members = subject.enterprises(user)

    def cells(limit: int) -> Iterator[list[Cell]]:
        for row in policies[:limit]:
            fitting = library.enterprises_for(row, user).filter(pk__in=members.values("pk")).count()
            yield [*_policy_cells(row), Cell(fitting)]

    return Listing(
        str(NAMES[POLICIES]), [*_policy_columns(), (_("符合条件的企业"), "number")], len(policies), cells
    )


def _is_of(policy: Policy, subject: Subject) -> bool:
    place = subject.chain or subject.town
    return place is not None and policy.district_id == place.district_id


def _matched(user, enterprise: Enterprise) -> Listing:
    found = library.matches(enterprise, user)

    def cells(limit: int) -> Iterator[list[Cell]]:
        for match in found[:limit]:
            reasons = "；".join(f"{one.sentence.rstrip('。')}（{one.own}）" for one in match.reasons)
            materials = "；".join(match.policy.materials.split("\n"))
            yield [*_policy_cells(match.policy), Cell(reasons or _("面向所有企业")), Cell(materials)]

    columns = [*_policy_columns(), (_("符合的理由"), "text"), (_("申报材料"), "text")]
    return Listing(str(NAMES[POLICIES]), columns, len(found), cells)


def _policy_columns() -> list[tuple[str, str]]:
    return [
        (_("政策资源"), "title"), (_("类别"), "short"), (_("主管部门"), "text"), (_("支持内容"), "text"),
        (_("申报截止"), "short"), (_("咨询电话"), "short"),
    ]  # fmt: skip


def _policy_cells(policy: Policy) -> list[Cell]:
    return [
        Cell(policy.title, reverse("policy", args=[policy.code])),
        Cell(policy.get_kind_display()),
        Cell(policy.department.name),
        Cell(policy.benefit or policy.summary),
        Cell(policy.apply_until or _("长期")),
        Cell(policy.hotline),
    ]


def _services(user, subject: Subject) -> Listing:
    """服务企业清单: what was done for an enterprise; of a place, whom it was done for and how often."""
    return _delivered(user, subject.enterprise) if subject.enterprise else _served(user, subject)


def _delivered(user, enterprise: Enterprise) -> Listing:
    bookings = Booking.objects.visible_to(user).filter(enterprise=enterprise, status__in=SERVED)
    visits = Visit.objects.visible_to(user).filter(enterprise=enterprise)
    solved = (
        Demand.objects.visible_to(user)
        .filter(enterprise=enterprise, status__in=states.SOLVED)
        .exclude(MERGED)
    )

    def cells(limit: int) -> Iterator[list[Cell]]:
        found: list[tuple[Any, list[Cell]]] = []
        for row in bookings.select_related("session__item", "session__station").order_by("-completed_at")[
            :limit
        ]:
            day = timezone.localdate(row.completed_at or row.created_at)
            link = Cell(row.session.item.name, reverse("booking-page", args=[row.number]))
            found.append(
                (day, [link, Cell(_("一站式服务")), Cell(row.session.station.name), Cell(row.result)])
            )
        for row in visits.select_related("town").order_by("-visited_on")[:limit]:
            link = Cell(row.get_method_display(), reverse("visit", args=[row.number]))
            note = row.note if can_read_note(user, row) else ""
            found.append((row.visited_on, [link, Cell(_("走访")), Cell(row.town.name), Cell(note)]))
        for row in solved.select_related("lead").order_by("-resolved_at")[:limit]:
            day = timezone.localdate(row.resolved_at or row.created_at)
            link = Cell(row.title, reverse("demand", args=[row.number]))
            lead = row.lead.name if row.lead else None
            found.append((day, [link, Cell(_("诉求办结")), Cell(lead), Cell(row.result)]))
        for day, row in sorted(found, key=lambda one: one[0], reverse=True)[:limit]:
            title, *rest = row
            yield [title, Cell(day), *rest]

    columns = [
        (_("服务"), "title"), (_("日期"), "short"), (_("方式"), "short"), (_("服务单位"), "text"), (_("结果"), "text"),
    ]  # fmt: skip
    total = bookings.count() + visits.count() + solved.count()
    return Listing(str(NAMES[SERVICES]), columns, total, cells)


def _served(user, subject: Subject) -> Listing:
    """Enterprises that were served at least once, the last service first. Counted by three grouped statements."""
    members = subject.enterprises(user).values("pk")
    counts: dict[int, dict[str, Any]] = {}
    for name, rows, day in (
        ("bookings", Booking.objects.visible_to(user).filter(status__in=SERVED), "completed_at"),
        ("visits", Visit.objects.visible_to(user), "visited_on"),
        (
            "solved",
            Demand.objects.visible_to(user).filter(status__in=states.SOLVED).exclude(MERGED),
            "resolved_at",
        ),
    ):
        grouped = rows.filter(enterprise__in=members).order_by().values_list("enterprise")
        for enterprise, number, last in grouped.annotate(number=Count("pk"), last=Max(day)):
            one = counts.setdefault(enterprise, {"bookings": 0, "visits": 0, "solved": 0, "last": None})
            one[name] = number
            last = timezone.localdate(last) if hasattr(last, "hour") else last
            one["last"] = max(filter(None, (one["last"], last)), default=None)

    def cells(limit: int) -> Iterator[list[Cell]]:
        order = sorted(
            counts, key=lambda pk: (counts[pk]["last"] is not None, counts[pk]["last"]), reverse=True
        )
        found = Enterprise.objects.select_related("town").in_bulk(order[:limit])
        for pk in order[:limit]:
            row, own = found[pk], counts[pk]
            yield [
                Cell(row.name, reverse("three-lists", args=["enterprises", row.uscc])),
                Cell(row.town.short_name),
                Cell(own["bookings"]),
                Cell(own["visits"]),
                Cell(own["solved"]),
                Cell(own["last"]),
            ]

    columns = [
        (_("企业"), "title"), (_("街镇"), "short"), (_("一站式服务"), "number"), (_("走访"), "number"),
        (_("办结诉求"), "number"), (_("最近服务"), "short"),
    ]  # fmt: skip
    return Listing(str(NAMES[SERVICES]), columns, len(counts), cells)
