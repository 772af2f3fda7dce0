"""以大带小: who guides whom, as lists and for one organisation."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal.kit.problems import Invalid

from ..models import GuidanceLink, PartyOrganization

FILTERS = frozenset({"guide", "guided", "organization", "kind", "town", "chain", "active"})
PERSONAL = [f"{end}__secretary_{what}" for end in ("guide", "guided") for what in ("name", "phone")]


def guidance_links(user) -> QuerySet[GuidanceLink]:
    """The links in the user's scope with both organisations."""
    return (
        GuidanceLink.objects.visible_to(user)
        .select_related("guide__town", "guide__kind", "guided__town", "guided__kind")
        .defer(*PERSONAL)
    )


def listed(user, filters: Mapping[str, str]) -> QuerySet[GuidanceLink]:
    """The links that pass: by either end's code, kind, town and chain of either end, open (1) or ended (0).

    Raises Invalid for a kind or state that does not exist.
    """
    rows = guidance_links(user)
    for name in ("guide", "guided"):
        if code := filters.get(name):
            rows = rows.filter(**{f"{name}__code": code})
    for name in ("organization", "town", "chain"):
        if code := filters.get(name):
            way = "code" if name == "organization" else f"{name}__code"
            rows = rows.filter(Q(**{f"guide__{way}": code}) | Q(**{f"guided__{way}": code}))
    if kind := filters.get("kind"):
        if kind not in GuidanceLink.Kind.values:
            values = "、".join(GuidanceLink.Kind.values)
            raise Invalid({"kind": _("应为这些值之一：%(values)s。") % {"values": values}})
        rows = rows.filter(kind=kind)
    if active := filters.get("active"):
        if active not in ("0", "1"):
            raise Invalid({"active": _("应为 0 或 1。")})
        rows = rows.filter(ended_on__isnull=active == "1")
    return rows


def guidance_of(user, organization: PartyOrganization) -> tuple[list[GuidanceLink], list[GuidanceLink]]:
    """(whom it guides, by whom it is guided), open ones first."""
    rows = list(guidance_links(user).filter(Q(guide=organization) | Q(guided=organization)))
    rows.sort(key=lambda link: (link.ended_on is not None, -link.started_on.toordinal()))
    return (
        [link for link in rows if link.guide_id == organization.pk],
        [link for link in rows if link.guided_id == organization.pk],
    )
