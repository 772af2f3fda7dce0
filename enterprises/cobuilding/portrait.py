"""The portrait's panel of co-building: the agreements and alliances that an enterprise takes part in."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ..profile.portrait import PortraitPanel, register
from ..registry.models import Enterprise
from .models import AllianceMember
from .queries import of_enterprise
from .rows import agreement_rows

LATEST = 10


def cobuilding_panel(enterprise: Enterprise, user) -> dict[str, Any]:
    """The agreements, newest first, with the partners of each; the alliances it is a member of."""
    items = []
    for full in agreement_rows(of_enterprise(user, enterprise)[:LATEST], user):
        partners = [
            one["name"] for one in full["parties"] if one["active"] and one["code"] != enterprise.uscc
        ]
        kept = ("number", "title", "status", "status_label", "starts_on", "ends_on", "ended_on")
        items.append({name: full[name] for name in kept} | {"partners": partners})
    places = AllianceMember.objects.visible_to(user).filter(enterprise=enterprise, left_on=None)
    alliances = [
        {"code": row.alliance.code, "name": row.alliance.name, "joined_on": row.joined_on}
        for row in places.select_related("alliance").defer(
            "alliance__secretary_name", "alliance__secretary_phone"
        )
    ]
    return {"agreements": items, "alliances": alliances}


register(
    PortraitPanel(
        "cobuilding", _("共建与联盟"), 45, cobuilding_panel, "enterprises/cobuilding/_portrait.html",
        in_rest=False,  # over REST: `agreements?enterprise=` and `alliances/{code}/members`
    )
)  # fmt: skip
