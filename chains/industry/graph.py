"""A chain as a picture: its segments where they stand, the arrows, who stands there, its organisations (one dict).

Page, table and REST read the same dict. The number of queries does not depend on the size of the chain, and of the
enterprises only counts and a few names per segment travel, so that a chain with thousands of them stays small.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Value, When, Window
from django.db.models.functions import RowNumber

from ..party.models import GuidanceLink, PartyOrganization
from .layout import columns, rows
from .models import Chain, Segment
from .queries import segment_links

NAMED = 3  # lead and backbone enterprises told by name, per segment
MOST_ORGANIZATIONS = 60
MOST_GUIDANCE = 100
ROLES = ("lead", "backbone", "supporting")


def chain_graph(user, chain: Chain) -> dict[str, Any]:
    """Nodes and links of a chain as `user` may see them; without segments both are empty."""
    segments = list(
        Segment.objects.visible_to(user).filter(chain=chain, closed_on=None).order_by("position", "code")
    )
    arrows = [(link.source.code, link.target.code) for link in segment_links(user, chain)]
    codes = [segment.code for segment in segments]
    column = columns([(segment.code, segment.stage) for segment in segments], arrows)
    row = rows(codes, column, arrows)
    roles = _roles(user, chain)
    named = _named(user, chain)
    guidance = _guidance(user, chain)
    nodes = [
        {
            "id": segment.code,
            "name": segment.name,
            "position": segment.position,
            "is_gap": segment.is_gap,
            "enterprises": sum(roles.get(segment.pk, {}).values()),
            "gap_note": segment.gap_note,
            "stage": segment.stage,
            "stage_label": str(segment.get_stage_display()),
            "column": column[segment.code],
            "row": row[segment.code],
            "roles": {role: roles.get(segment.pk, {}).get(role, 0) for role in ROLES},
            "leaders": named.get(segment.pk, []),
        }
        for segment in segments
    ]
    placed = sum(node["enterprises"] for node in nodes)
    total = sum(sum(counts.values()) for counts in roles.values())
    return {
        "nodes": nodes,
        "links": [{"source": source, "target": target} for source, target in arrows],
        "enterprises": total,
        "unplaced": total - placed,
        **_organizations(user, chain, guidance),
        "guidance": [
            {
                "guide": link.guide.code,
                "guided": link.guided.code,
                "kind": link.kind,
                "kind_label": str(link.get_kind_display()),
            }
            for link in guidance
        ],
    }


def _places(user, chain: Chain):
    """Open places on the chain in the user's scope."""
    membership = Chain._meta.get_field("memberships").related_model
    return membership.objects.visible_to(user).filter(chain=chain, ended_on=None).order_by()


def _roles(user, chain: Chain) -> dict[int | None, dict[str, int]]:
    """How many enterprises stand at each segment in each role; None: on the chain, on no segment."""
    found: dict[int | None, dict[str, int]] = {}
    counted = _places(user, chain).values_list("segment", "role").annotate(n=Count("pk"))
    for segment, role, count in counted:
        found.setdefault(segment, {})[role] = count
    return found


def _named(user, chain: Chain) -> dict[int, list[dict[str, str]]]:
    """The first few lead and backbone enterprises of each segment."""
    weight = Case(When(role="lead", then=Value(0)), default=Value(1), output_field=IntegerField())
    order = [weight, F("enterprise__name"), F("enterprise_id")]
    picked = (
        _places(user, chain)
        .filter(role__in=("lead", "backbone"), segment__isnull=False)
        .annotate(nth=Window(RowNumber(), partition_by=F("segment"), order_by=order))
        .filter(nth__lte=NAMED)
        .order_by("segment", "nth")
        .values_list("segment", "enterprise__uscc", "enterprise__name", "role")
    )
    found: dict[int, list[dict[str, str]]] = {}
    for segment, uscc, name, role in picked:
        found.setdefault(segment, []).append({"uscc": uscc, "name": name, "role": role})
    return found


def _on_chain(chain: Chain, prefix: str) -> Q:
    """The organisation is registered for the chain, or covers an enterprise that stands on it."""
    profile = PartyOrganization._meta.get_field("profiles").related_model
    covers = profile._base_manager.filter(
        organization=OuterRef(f"{prefix}pk"),
        enterprise__memberships__chain=chain,
        enterprise__memberships__ended_on=None,
    )
    return Q(**{f"{prefix}chain": chain}) | Exists(covers)


def _guidance(user, chain: Chain) -> list[GuidanceLink]:
    """Who guides whom today (以大带小), where both stand on the chain and both are in the user's scope."""
    seen = PartyOrganization.objects.visible_to(user).filter(status=PartyOrganization.Status.ACTIVE)
    return list(
        GuidanceLink.objects.visible_to(user)
        .filter(ended_on=None, guide__in=seen.values("pk"), guided__in=seen.values("pk"))
        .filter(_on_chain(chain, "guide__"))
        .filter(_on_chain(chain, "guided__"))
        .select_related("guide", "guided")
        .order_by("guide__code", "guided__code")[:MOST_GUIDANCE]
    )


def _organizations(user, chain: Chain, guidance: Iterable[GuidanceLink]) -> dict[str, Any]:
    """The chain's organisations, and how many there are: first those that guide or are guided, then those above
    single enterprises (cluster committees, joint branches, the alliance), then the branches of single enterprises."""
    profile = PartyOrganization._meta.get_field("profiles").related_model
    ends = {pk for link in guidance for pk in (link.guide_id, link.guided_id)}
    found = list(
        PartyOrganization.objects.visible_to(user)
        .filter(Q(chain=chain) | Q(pk__in=ends), status=PartyOrganization.Status.ACTIVE)
        .annotate(
            linked=Case(When(pk__in=ends, then=Value(0)), default=Value(1), output_field=IntegerField()),
            single=Exists(
                profile._base_manager.filter(organization=OuterRef("pk"), organization_form="alone")
            ),
            total=Window(Count("pk")),
        )
        .order_by("linked", "single", "kind__position", "code")
        .values("code", "name", "kind__code", "kind__name", "total")[:MOST_ORGANIZATIONS]
    )
    return {
        "organizations": [
            {
                "code": one["code"],
                "name": one["name"],
                "kind": one["kind__code"],
                "kind_name": one["kind__name"],
            }
            for one in found
        ],
        "organizations_total": found[0]["total"] if found else 0,
    }
