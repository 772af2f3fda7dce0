"""The portrait's panel of visits: the latest to the enterprise, with what was found."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from enterprises.profile.portrait import PortraitPanel, register
from enterprises.registry.models import Enterprise

from . import queries, rules
from .rows import visit_rows

LATEST = 5


def visits_panel(enterprise: Enterprise, user) -> dict[str, Any]:
    """The latest visits that the reader may see; two statements."""
    rows = queries.visits(user).filter(enterprise=enterprise)[:LATEST]
    return {
        "available": True,
        "may_record": rules.can_record(user, enterprise),
        "items": visit_rows(rows, user),
    }


register(
    PortraitPanel("visits", _("走访记录"), 55, visits_panel, "services/visits/_portrait.html", in_rest=False)
)
