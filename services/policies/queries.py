"""Every read of the policy library: by words and dates, and matched to enterprises by their conditions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from enterprises.registry.models import AnnualFigure, ChainMembership, Enterprise, Honour
from portal.kit.search import match, normalise
from portal.kit.text import clean_line

from ..stations.queries import condition_names, facts_of
from ..stations.rules.eligibility import Condition, Facts, Weighed, conditions, weighed
from ..stations.rules.finding import words
from . import rules
from .models import Policy

FILTERS = frozenset({"kind", "element", "department", "stage"})


def policies(user, filters: Mapping[str, str] | None = None) -> QuerySet[Policy]:
    """The library. `filters`: search (words of the title or summary), kind, element and department (codes), stage
    ("open": can be applied for today, "ahead", "over"). Those that end soonest come first, ended ones last."""
    filters, today = filters or {}, timezone.localdate()
    rows = Policy.objects.visible_to(user).select_related("department", "element", "district")
    for word in words(clean_line(filters.get("search") or "")):
        if normalise(word):
            rows = rows.filter(match(rows, word, "title") | Q(summary__icontains=word))
    if kind := filters.get("kind"):
        rows = rows.filter(kind=kind)
    if element := filters.get("element"):
        rows = rows.filter(element__code=element)
    if department := filters.get("department"):
        rows = rows.filter(department__code=department)
    if wanted := filters.get("stage"):
        rows = rows.filter(in_stage(wanted, today))
    return rows.annotate(is_over=_order(today)).order_by("is_over", "apply_until", "-published_on", "code")


def in_stage(stage: str, today: date) -> Q:
    """Policies that can be applied for today ("open" and "soon"), later ("ahead") or no more ("over")."""
    over = Q(closed_on__lte=today) | Q(apply_until__lt=today)
    ahead = ~over & Q(apply_from__gt=today)
    return {rules.Stage.OVER: over, rules.Stage.AHEAD: ahead}.get(stage, ~over & ~ahead)


def _order(today: date) -> Case:
    """0: can be applied for and ends on a day, 1: without an end or not yet, 2: over."""
    over = in_stage(rules.Stage.OVER, today)
    return Case(
        When(over, then=Value(2)),
        When(apply_until=None, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )


def policy_for(user, code: str) -> Policy | None:
    return policies(user).filter(code=code).first()


def stage_of(policy: Policy) -> rules.Stage:
    return rules.stage(
        apply_from=policy.apply_from,
        apply_until=policy.apply_until,
        closed_on=policy.closed_on,
        today=timezone.localdate(),
    )


@dataclass(frozen=True)
class Match:
    """A policy that an enterprise can apply for, with the reason for each condition and the days that are left."""

    policy: Policy
    reasons: list[Weighed]
    days_left: int | None

    @property
    def is_soon(self) -> bool:
        return self.days_left is not None and self.days_left <= rules.SOON_DAYS


def matches(enterprise: Enterprise, user, *, limit: int | None = None) -> list[Match]:
    """What an enterprise can apply for today: every condition met, or unknown to the register. Those that end soonest
    come first. Seven queries, however many policies."""
    today = timezone.localdate()
    rows = policies(user, {"stage": "open"}).filter(district_id=enterprise.district_id)
    facts, names = facts_of(enterprise), condition_names()
    found = [
        Match(row, reasons, rules.days_left(row.apply_until, today))
        for row, reasons in _met(rows, facts, names)
    ]
    return found[:limit]


def standing(policy: Policy, enterprise: Enterprise) -> list[Weighed]:
    """How one enterprise stands to each condition of one policy, met or not."""
    return weighed(policy.conditions, facts_of(enterprise), condition_names())


def _met(
    rows: Iterable[Policy], facts: Facts, names: Mapping[str, Mapping[str, str]]
) -> Iterable[tuple[Policy, list[Weighed]]]:
    for row in rows:
        reasons = weighed(row.conditions, facts, names)
        if all(one.met for one in reasons):
            yield row, reasons


def enterprises_for(policy: Policy, user) -> QuerySet[Enterprise]:
    """The enterprises in real operation, among those a user may see, that meet every condition of a policy."""
    rows = Enterprise.objects.visible_to(user).filter(district_id=policy.district_id, status="active")
    return rows.filter(*(meets(one) for one in conditions(policy.conditions))).select_related("town")


def meets(condition: Condition) -> Q:
    """One condition in the database's words: as `Condition.is_met` has it, unknown values refuse nobody."""
    if condition.accepted:
        return _among(condition.field, condition.accepted)
    low = condition.bound == "min"
    if condition.field == "years":
        day = _years_ago(timezone.localdate(), int(condition.limit), after=not low)
        bound = Q(founded_on__lte=day) if low else Q(founded_on__gt=day)
        return bound | Q(founded_on=None)
    if condition.field == "revenue":
        latest = _figures().filter(enterprise=OuterRef("enterprise")).order_by("-year").values("year")[:1]
        wrong = Q(revenue__lt=condition.limit) if low else Q(revenue__gt=condition.limit)
        return ~Q(Exists(_figures().filter(wrong, enterprise=OuterRef("pk"), year=Subquery(latest))))
    column = {"employees": "employees", "members": "profile__full_members"}[condition.field]
    operator = "gte" if low else "lte"
    return Q(**{f"{column}__{operator}": condition.limit}) | Q(**{f"{column}__isnull": True})


def _figures() -> QuerySet[AnnualFigure]:
    return AnnualFigure.objects.filter(revenue__isnull=False)


def _among(field: str, accepted: tuple[str, ...]) -> Q:
    if field == "chain":
        places = ChainMembership.objects.filter(
            enterprise=OuterRef("pk"), ended_on=None, chain__code__in=accepted
        )
        return Q(Exists(places))
    if field == "honour":
        today = timezone.localdate()
        honours = Honour.objects.filter(enterprise=OuterRef("pk"), name__in=accepted)
        return Q(Exists(honours.filter(Q(expires_on=None) | Q(expires_on__gte=today))))
    return Q(**{f"{'town__code' if field == 'town' else field}__in": accepted})


def _years_ago(today: date, years: int, *, after: bool) -> date:
    """The last founding day of whoever exists for `years` full years; with `after`, for `years` + 1.

    Who was founded on a 29 February completes a year on 1 March of a year without one.
    """
    year = max(today.year - years - (1 if after else 0), 1)
    try:
        return today.replace(year=year)
    except ValueError:
        return today.replace(year=year, day=28)
