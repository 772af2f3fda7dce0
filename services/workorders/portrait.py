"""The portrait's panel of demands: what is open, and what was solved last."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from enterprises.profile.portrait import PortraitPanel, register
from enterprises.registry.models import Enterprise

from .models import Demand
from .queries.demands import NOT_LISTED, OPEN
from .rows import local
from .rules import states

OPEN_ROWS, SOLVED_ROWS = 5, 3


def demands_panel(enterprise: Enterprise, user) -> dict[str, Any]:
    """The open demands and the last solved ones that the reader may see, without contacts; two queries."""
    rows = Demand.objects.visible_to(user).filter(enterprise=enterprise)
    rows = rows.select_related("element", "lead").defer(*NOT_LISTED).order_by("-created_at", "-pk")
    solved = rows.filter(status__in=states.SOLVED, withdrawn=False, merged_into=None)
    scope = user.scope
    return {
        "available": True,
        "may_record": scope.manages_town(enterprise.town_id, enterprise.district_id),
        "open": [_row(one) for one in rows.filter(OPEN)[:OPEN_ROWS]],
        "solved": [_row(one) for one in solved[:SOLVED_ROWS]],
    }


def _row(demand: Demand) -> dict[str, Any]:
    return {
        "number": demand.number,
        "title": demand.title,
        "status": demand.status,
        "status_label": str(demand.get_status_display()),
        "element_name": demand.element.name,
        "lead_name": demand.lead.name if demand.lead else "",
        "due_at": local(demand.due_at),
        "created_at": local(demand.created_at),
    }


register(
    PortraitPanel(
        "demands", _("诉求"), 52, demands_panel, "services/workorders/_portrait.html", in_rest=False
    )
)
