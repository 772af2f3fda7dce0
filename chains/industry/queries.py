"""Every read of the industry map. Chains are reference rows; how many enterprises stand on them follows the scope.

Enterprises live in the package above, so their tables are reached by the reverse relation, never by import.
"""

from django.db.models import (
    Case,
    Count,
    Expression,
    IntegerField,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from .models import Chain, ChainPlan, PlanMilestone, Segment, SegmentLink
from .rules import milestone_rank, milestone_state


def _open_members(user, of: str) -> Expression:
    """How many enterprises in the user's scope stand at the outer row today; `of` is "chain" or "segment".

    Who stands on a chain is of the chain's own district (enterprises/registry/actions/places.py), so for those who see
    the district whole the places alone are counted, by their index: a tenth of the time of asking each enterprise.
    """
    membership = Chain._meta.get_field("memberships").related_model

    def counted(rows: QuerySet) -> Subquery:
        here = rows.filter(**{of: OuterRef("pk")}, ended_on__isnull=True).order_by()
        return Subquery(here.values(of).annotate(n=Count("pk")).values("n"), output_field=IntegerField())

    district = {"chain": "district_id__in", "segment": "chain__district_id__in"}[of]
    scoped = counted(membership.objects.visible_to(user))
    if not user.scope.districts:
        return Coalesce(scoped, 0)
    whole = When(**{district: user.scope.districts}, then=counted(membership.objects.all()))
    return Coalesce(Case(whole, default=scoped, output_field=IntegerField()), 0)


def _gaps() -> Coalesce:
    rows = (
        Segment.objects.filter(chain=OuterRef("pk"), is_gap=True, closed_on=None)
        .order_by()
        .values("chain")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)


def chains(user) -> QuerySet[Chain]:
    """Chains with `members` (enterprises in the user's scope) and `gaps` (missing segments)."""
    return (
        Chain.objects.visible_to(user)
        .select_related("lead_town", "district")
        .annotate(members=_open_members(user, "chain"), gaps=_gaps())
    )


def segments(user, chain: Chain, *, closed: bool = False) -> QuerySet[Segment]:
    """A chain's segments in use (or the closed ones), upstream to downstream, with `members` in the user's scope."""
    return (
        Segment.objects.visible_to(user)
        .filter(chain=chain, closed_on__isnull=not closed)
        .select_related("chain")
        .annotate(members=_open_members(user, "segment"))
        .order_by("position", "code")
    )


def segments_with_targets(user, chain: Chain, *, closed: bool = False) -> QuerySet[Segment]:
    """The same, each with `arrows`: its links to segments in use, with their `target`."""
    follows = (
        SegmentLink.objects.filter(target__closed_on=None)
        .select_related("target")
        .order_by("target__position", "target__code")
    )
    return segments(user, chain, closed=closed).prefetch_related(
        Prefetch("outgoing", follows, to_attr="arrows")
    )


def segment_links(user, chain: Chain) -> QuerySet[SegmentLink]:
    """The arrows between the segments in use of a chain."""
    return (
        SegmentLink.objects.visible_to(user)
        .filter(source__chain=chain, source__closed_on=None, target__closed_on=None)
        .select_related("source", "target")
        .order_by("source__position", "target__position")
    )


def plan_of(user, chain: Chain) -> ChainPlan | None:
    """The chain's plan, or None while there is none."""
    return ChainPlan.objects.visible_to(user).filter(chain=chain).select_related("chain").first()


def milestones(user, plan: ChainPlan) -> list[PlanMilestone]:
    """A plan's milestones with `state`, overdue ones first, done ones last."""
    today = timezone.localdate()
    rows = list(
        PlanMilestone.objects.visible_to(user)
        .filter(plan=plan)
        .select_related("lead_department", "plan__chain")
        .order_by("due_on", "position", "pk")
    )
    for row in rows:
        row.state = milestone_state(due_on=row.due_on, progress=row.progress, today=today)
        row.days_late = (today - row.due_on).days
    return sorted(rows, key=lambda row: milestone_rank(row.state, row.due_on))
