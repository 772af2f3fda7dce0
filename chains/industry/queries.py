"""Every read of the industry map. Chains are reference rows; how many enterprises stand on them follows the scope.

Enterprises live in the package above, so their tables are reached by the reverse relation, never by import.
"""

from django.db.models import Count, IntegerField, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from .models import Chain, Segment


def _open_members(user, of: str) -> Coalesce:
    """How many enterprises in the user's scope stand at the outer row today; `of` is "chain" or "segment"."""
    membership = Chain._meta.get_field("memberships").related_model
    rows = (
        membership.objects.visible_to(user)
        .filter(**{of: OuterRef("pk")}, ended_on__isnull=True)
        .order_by()
        .values(of)
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)


def _gaps() -> Coalesce:
    rows = (
        Segment.objects.filter(chain=OuterRef("pk"), is_gap=True)
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


def segments(user, chain: Chain) -> QuerySet[Segment]:
    """A chain's segments, upstream to downstream, with `members` in the user's scope."""
    return (
        Segment.objects.visible_to(user)
        .filter(chain=chain)
        .select_related("chain")
        .annotate(members=_open_members(user, "segment"))
        .order_by("position", "code")
    )


def segments_with_targets(user, chain: Chain) -> QuerySet[Segment]:
    """The same, each with `targets`: the segments that its arrows lead to."""
    follows = Segment.outgoing.rel.related_model.objects.select_related("target")
    return segments(user, chain).prefetch_related(Prefetch("outgoing", follows, to_attr="arrows"))
