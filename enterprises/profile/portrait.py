"""The portrait (企业专属画像) is made of panels. A feature adds or fills one here, and page and REST show it.

    from enterprises.profile.portrait import PortraitPanel, register
    register(PortraitPanel("ledger", _("要素台账"), 60, load, "enterprises/ledger/_panel.html"))

`load(enterprise, user)` gives plain values that are already cut to what the user may read; the same go to the
template as `data` and to REST under `key`. A later registration of the same key takes the place of the earlier one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from chains.industry.models import SegmentLink

from ..registry.models import ChainMembership, Enterprise
from ..registry.rows import detail
from ..registry.rules import sees_personal
from .queries import surveys_of
from .rows import party_row, survey_rows

HISTORY_ROWS = 10


@dataclass(frozen=True)
class PortraitPanel:
    """One panel: `key` names it in REST, `order` places it, `template` draws `data` (`enterprise` is there too).

    Without `in_rest` it stands on the page only: what REST answers is agreed with partner systems key by key.
    """

    key: str
    title: Any
    order: int
    load: Callable[[Enterprise, Any], Any]
    template: str
    in_rest: bool = True


_panels: dict[str, PortraitPanel] = {}


def register(panel: PortraitPanel) -> None:
    _panels[panel.key] = panel


def panels() -> list[PortraitPanel]:
    return sorted(_panels.values(), key=lambda panel: panel.order)


def portrait(enterprise: Enterprise, user) -> dict[str, Any]:
    """Every panel's values by key, for one enterprise as one user may read it over REST."""
    return {panel.key: panel.load(enterprise, user) for panel in panels() if panel.in_rest}


def _figures(enterprise: Enterprise, user) -> list[dict[str, Any]]:
    return list(enterprise.figures.order_by("-year").values("year", "employees", "revenue")[:10])


def _places(enterprise: Enterprise, user) -> list[dict[str, Any]]:
    """The places on chains, the open first, each with what lies before and behind its segment; one statement."""
    rows = (
        ChainMembership.objects.filter(enterprise=enterprise)
        .select_related("chain", "segment")
        .annotate(upstream=_neighbours("target", "source"), downstream=_neighbours("source", "target"))
        .order_by(F("ended_on").desc(nulls_first=True), "chain__position")
    )
    return [
        {
            "code": row.chain.code,
            "name": row.chain.name,
            "role": row.role,
            "role_label": str(row.get_role_display()),
            "segment": row.segment.code if row.segment else None,
            "segment_name": row.segment.name if row.segment else None,
            "started_on": row.started_on,
            "ended_on": row.ended_on,
            "upstream": row.upstream,
            "downstream": row.downstream,
        }
        for row in rows
    ]


def _neighbours(own: str, other: str) -> ArraySubquery:
    """The segments at the other end of the arrows of a place's segment: [{code, name, is_gap}]."""
    arrows = SegmentLink.objects.filter(
        **{own: OuterRef("segment"), f"{other}__closed_on__isnull": True}
    ).order_by(f"{other}__position", f"{other}__code")
    return ArraySubquery(
        arrows.values(
            json=JSONObject(code=f"{other}__code", name=f"{other}__name", is_gap=f"{other}__is_gap")
        )
    )


def _history(enterprise: Enterprise, user) -> list[dict[str, Any]]:
    surveys = surveys_of(user, enterprise)[:HISTORY_ROWS]
    return survey_rows(surveys, user, personal=sees_personal(user, enterprise))


def _not_yet(enterprise: Enterprise, user) -> dict[str, Any]:
    return {"available": False, "items": []}


BASE = "enterprises/profile/panels"
for _panel in (
    PortraitPanel("enterprise", _("生产经营"), 10, detail, f"{BASE}/enterprise.html"),
    PortraitPanel("figures", _("年度数据"), 20, _figures, f"{BASE}/figures.html"),
    PortraitPanel("party", _("党员队伍与党组织"), 30, party_row, f"{BASE}/party.html"),
    PortraitPanel("chains", _("链上位置"), 40, _places, f"{BASE}/chains.html"),
    PortraitPanel("services", _("服务记录"), 50, _not_yet, f"{BASE}/services.html"),
    PortraitPanel("history", _("摸排历史"), 70, _history, f"{BASE}/history.html"),
):
    register(_panel)
