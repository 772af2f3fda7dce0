"""Demands in a list, and one demand with all that belongs to it."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from chains.industry.models import Chain
from enterprises.registry.models import Enterprise
from enterprises.registry.rules import clean_uscc
from portal.accounts import naming
from portal.accounts.models import Membership
from portal.kit.filters import days_of, refuse_unknown, said
from portal.kit.problems import Invalid
from portal.kit.search import contains, has_grams, match, normalise
from portal.kit.text import clean_line
from portal.metrics.registry import midnight
from portal.territory.models import Department, ServiceElement, Town

from ..models import (
    Callback,
    Demand,
    DemandAttachment,
    DemandLink,
    DemandPart,
    DemandStep,
    Extension,
    JointMeeting,
    StaffNote,
)
from ..rules import states
from ..rules.states import Actor

FILTERS = frozenset(
    {
        "status", "stage", "department", "town", "chain", "element", "kind", "urgency", "source", "enterprise",
        "overdue", "open", "light", "mine", "from", "to",
    }
)  # fmt: skip
ORDERINGS = ("-created_at", "due_at", "number")
TRUTHS = {"1": True, "true": True, "0": False, "false": False}
CODES = {"town": "town__code", "chain": "chain__code", "element": "element__code"}
CODE_MODELS = {"town": Town, "chain": Chain, "element": ServiceElement, "department": Department}
CHOICES = {
    "stage": tuple(states.Stage.values),
    "kind": tuple(Demand.Kind.values),
    "urgency": tuple(Demand.Urgency.values),
    "source": tuple(Demand.Source.values),
    "light": ("green", "yellow", "red", "waiting"),
    **dict.fromkeys(("overdue", "open", "mine"), tuple(TRUTHS)),
}
NAMED = ("district", "town", "chain", "element", "lead", "enterprise", "project")
NOT_LISTED = ("body", "result", "comment", "contact_name", "contact_phone")
ENTERPRISES_MEANT = 200


def listed(user, filters: Mapping[str, str], *, now: datetime | None = None) -> QuerySet[Demand]:
    """The demands in scope that a list asks for: FILTERS, and `search` in number, title and enterprise.

    `status` may be several, by comma; `department` leads or helps now; `mine` waits for something of the user. Raises
    Invalid for a value that does not exist; `refuse_unknown_codes` with CODE_MODELS tells an unknown code from an empty
    list.
    """
    return narrowed(placed(user, filters), user, filters, now=now)


def placed(user, filters: Mapping[str, str]) -> QuerySet[Demand]:
    """The demands in scope under all filters but those of `narrowed`. Raises Invalid as `listed` does."""
    given = _known(filters)
    rows = Demand.objects.visible_to(user)
    for name, column in CODES.items():
        if name in given:
            rows = rows.filter(**{column: given[name]})
    for name in ("kind", "urgency", "source"):
        if name in given:
            rows = rows.filter(**{name: given[name].lower()})
    if "department" in given:
        rows = rows.filter(of_department(given["department"]))
    if "enterprise" in given:
        rows = rows.filter(enterprise__uscc=clean_uscc(given["enterprise"]))
    days = days_of(given)
    if "from" in days:
        rows = rows.filter(created_at__gte=midnight(days["from"]))
    if "to" in days and days["to"] < date.max:
        rows = rows.filter(created_at__lt=midnight(days["to"] + timedelta(days=1)))
    if text := given.get("search"):
        rows = rows.filter(_named(rows, text))
    return rows


def narrowed(
    rows: QuerySet[Demand], user, filters: Mapping[str, str], *, now: datetime | None = None
) -> QuerySet[Demand]:
    """Those of `placed` in the states and colours that are asked for, and those that wait for the user."""
    given, now = _known(filters), now or timezone.now()
    if "status" in given:
        rows = rows.filter(status__in=_statuses(given["status"]))
    if "stage" in given:
        within = [status for status, stage in states.STAGE_OF.items() if stage == given["stage"].lower()]
        rows = rows.filter(status__in=within)
    late = overdue_for(user, given.get("department", ""), now) if "overdue" in given else OPEN
    for name, condition in (("open", OPEN), ("overdue", late), ("mine", waiting_for(user))):
        if name in given:
            rows = rows.filter(condition if TRUTHS[given[name].lower()] else ~condition)
    if "light" in given:
        rows = rows.filter(lit(given["light"].lower(), now))
    return rows


def _known(filters: Mapping[str, str]) -> dict[str, str]:
    given = said(filters)
    refuse_unknown({name: text.lower() for name, text in given.items()}, CHOICES)
    return given


OPEN = Q(status__in=states.OPEN)


def overdue(now: datetime) -> Q:
    """Demands whose running clock has passed its deadline: red."""
    return OPEN & Q(due_at__isnull=False, due_at__lte=now)


def overdue_for(user, department: str, now: datetime) -> Q:
    """What is overdue for the department of this code, else for the user's own: the demands that are, and those in which
    its own day has passed."""
    scope = user.scope
    if department:
        whose = Q(department__code=department)
    elif scope.departments:
        whose = Q(department__in=scope.departments)
    else:
        return overdue(now)
    late = DemandPart.objects.filter(
        whose, clock_started_at__isnull=False, left_at=None, done_at=None, due_at__lte=now
    )
    return overdue(now) | OPEN & Q(waiting_since=None, pk__in=late.values("demand"))


def lit(light: str, now: datetime) -> Q:
    """Open demands of one colour; `waiting` ones wait for the enterprise."""
    if light == "waiting":
        return OPEN & Q(waiting_since__isnull=False)
    if light == "red":
        return overdue(now)
    warned = Q(warn_at__isnull=False, warn_at__lte=now)
    return OPEN & Q(due_at__gt=now) & (warned if light == "yellow" else ~warned)


def waiting_for(user) -> Q:
    """What the user has to do next: take in and dispatch, decide on an extension, review what was judged low, sign and
    handle, answer and judge."""
    scope = user.scope
    found = Q(pk__in=[])
    if scope.enterprises:
        own = Q(enterprise__uscc__in=scope.enterprises)
        found |= own & (Q(status=states.RESOLVED) | (OPEN & Q(waiting_since__isnull=False)))
    if scope.departments:
        mine = DemandPart.objects.filter(department__in=scope.departments, left_at=None, done_at=None)
        found |= Q(status__in=states.HANDLING) & Q(pk__in=mine.values("demand"))
    if scope.is_staff:
        place = Q() if scope.is_admin else Q(town__in=scope.towns) | Q(district__in=scope.managed)
        asked = Extension.objects.filter(state=Extension.State.WAITING).values("demand")
        found |= place & (Q(status__in=(states.SUBMITTED, states.ACCEPTED)) | (OPEN & Q(pk__in=asked)))
        found |= (Q() if scope.is_admin else Q(district__in=scope.managed)) & to_review()
    return found


def judged_low() -> Q:
    """The enterprise was not content, as `actions.guard.is_low` has it."""
    return Q(satisfied=False) | Q(score__lte=states.LOW_SCORE)


def to_review() -> Q:
    """What the bureau reviews before it is archived: judged low, and the enterprise was called back."""
    called = Callback.objects.filter(closed_at=None).values("demand")
    return Q(status=states.VERIFIED) & judged_low() & ~Q(pk__in=called)


def of_department(code: str) -> Q:
    """What a department leads, or helps with now."""
    joint = DemandPart.objects.filter(
        department__code=code, left_at=None, role=DemandPart.Role.JOINT
    )  # fmt: skip
    return Q(lead__code=code) | Q(pk__in=joint.values("demand"))


def with_names(rows: QuerySet[Demand]) -> QuerySet[Demand]:
    """With all that a row of a list names, in the same statement, and without what it does not show."""
    return rows.select_related(*NAMED).defer(*NOT_LISTED)


def demand_for(user, number: str) -> Demand:
    """One demand in scope with what its row names. Raises Demand.DoesNotExist for a missing and a foreign one alike."""
    return (
        Demand.objects.visible_to(user)
        .select_related(*NAMED, "merged_into", "visit")
        .get(number=clean_line(number))
    )


def known_for(user, number: str) -> Demand:
    """A demand in scope, for a move: no more than which one. Raises Demand.DoesNotExist."""
    return Demand.objects.visible_to(user).only("pk", "number").get(number=clean_line(number))


def merged_into(user, demand: Demand) -> Demand | None:
    """The demand with which this one is handled together, when the user sees it: another enterprise's number is
    nobody's business. No query for one that was not merged."""
    if demand.merged_into_id is None:
        return None
    seen = Demand.objects.visible_to(user).filter(pk=demand.merged_into_id)
    return demand.merged_into if seen.exists() else None


def timeline_of(demand: Demand, *, internal: bool) -> QuerySet[DemandStep]:
    """What happened, the oldest first; `internal` entries are for those who handle it."""
    rows = DemandStep.objects.filter(demand=demand).select_related("by", "department").order_by("at", "pk")
    return rows if internal else rows.filter(internal=False)


def parts_of(demand: Demand) -> QuerySet[DemandPart]:
    """All parts, those that left too, as they were given."""
    rows = DemandPart.objects.filter(demand=demand).select_related("department", "signed_by")
    return rows.order_by("left_at", "-role", "pk")


def attachments_of(demand: Demand) -> QuerySet[DemandAttachment]:
    return DemandAttachment.objects.filter(demand=demand).select_related("uploaded_by")


def meetings_of(demand: Demand) -> QuerySet[JointMeeting]:
    """The joint meetings with who was called and what was resolved, the newest first."""
    rows = JointMeeting.objects.filter(demand=demand).select_related("called_by")
    return rows.prefetch_related("attendance__department", "resolutions__owner")


def notes_of(user, demand: Demand) -> QuerySet[StaffNote]:
    """The confidential notes, for those who may read them; nothing for everybody else."""
    return StaffNote.objects.visible_to(user).filter(demand=demand).select_related("by")


def links_of(user, demand: Demand) -> list[tuple[DemandLink, Demand]]:
    """The links with the demand at the other end, as far as the user sees it."""
    seen = Demand.objects.visible_to(user).select_related("element", "town", "enterprise").defer(*NOT_LISTED)
    rows = DemandLink.objects.filter(Q(demand=demand) | Q(other=demand)).order_by("at", "pk")
    pairs = [(row, row.other_id if row.demand_id == demand.pk else row.demand_id) for row in rows]
    found = seen.in_bulk([pk for _row, pk in pairs]) if pairs else {}
    return [(row, found[pk]) for row, pk in pairs if pk in found]


def absorbed_by(user, demand: Demand) -> QuerySet[Demand]:
    """The demands that were merged into this one, as far as the user sees them."""
    return Demand.objects.visible_to(user).filter(merged_into=demand).defer(*NOT_LISTED).order_by("pk")


def extensions_of(demand: Demand, *, granted_only: bool = False) -> QuerySet[Extension]:
    """What was asked for and given; `granted_only` for who does not handle the demand."""
    rows = Extension.objects.filter(demand=demand).select_related("asked_by", "decided_by")
    return rows.filter(state=Extension.State.APPROVED) if granted_only else rows


def sides_of(demand: Demand, users: Collection[int | None]) -> dict[int, str]:
    """For each of these users the side that acts through it on a demand: the enterprise, a department by name, the town,
    or the bureau. One query, none without users."""
    uscc = demand.enterprise.uscc if demand.enterprise else ""

    def side(row: Membership) -> str:
        if uscc and row.enterprise == uscc:
            return str(Actor.ENTERPRISE.label)
        if row.department is not None:
            return row.department.name
        return str(Actor.TOWN.label) if row.town_id == demand.town_id else ""

    return naming.sides_of(users, side, otherwise=str(Actor.BUREAU.label))


def enterprise_for(user, uscc: str) -> Enterprise | None:
    """The enterprise for which a demand is raised, in scope; without a code the user's only own one."""
    rows = Enterprise.objects.visible_to(user)
    if uscc:
        return rows.filter(uscc=clean_uscc(uscc)).first()
    own = user.scope.enterprises
    return rows.filter(uscc__in=own).first() if len(own) == 1 else None


def to_dispatch(user, numbers: list[str]) -> list[Demand]:
    """Demands by number in scope, in the order named; Invalid names those that are not there."""
    rows = {
        row.number: row
        for row in Demand.objects.visible_to(user).filter(number__in=numbers).defer(*NOT_LISTED)
    }
    if missing := [number for number in numbers if number not in rows]:
        names = {"numbers": "、".join(missing[:10])}
        raise Invalid({"demands": _("没有这些诉求，或不在您的范围内：%(numbers)s。") % names})
    return [rows[number] for number in dict.fromkeys(numbers)]


def _statuses(text: str) -> list[str]:
    wanted = [one for part in text.split(",") if (one := part.strip().lower())]
    for one in wanted:
        refuse_unknown({"status": one}, {"status": tuple(states.Status.values)})
    return wanted


def _named(rows: QuerySet, text: str) -> Q:
    """By number or its beginning, by title, by enterprise: a name that means more than ENTERPRISES_MEANT says nothing."""
    code = text.upper()
    if code.startswith("GD") and code[2:].replace("-", "").isdigit():
        return Q(number__startswith=code)
    found: Any = match(rows, text, "title")
    meant = Enterprise.objects.filter(contains(normalise(text)), has_grams(normalise(text))).order_by()
    ids = list(meant.values_list("pk", flat=True)[: ENTERPRISES_MEANT + 1])
    return found | Q(enterprise__in=ids) if len(ids) <= ENTERPRISES_MEANT else found
