"""The portrait's panel of services: the enterprise's bookings, newest first. And what an enterprise's place on a chain
decides: on which chain its bookings count."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from enterprises.profile.portrait import PortraitPanel, register
from enterprises.registry.followers import on_places_changed
from enterprises.registry.models import Enterprise

from .actions.keys import mark_on_chains
from .models import Booking
from .queries.bookings import with_places
from .rows import local

LATEST = 8


def services_panel(enterprise: Enterprise, user) -> dict[str, Any]:
    """The latest bookings that the reader may see, without contacts; one query."""
    rows = with_places(Booking.objects.visible_to(user)).filter(enterprise=enterprise)
    rows = rows.defer("contact_name", "contact_phone").order_by("-created_at", "-pk")[:LATEST]
    return {
        "available": True,
        "items": [
            {
                "number": row.number,
                "item": row.session.item.code,
                "item_name": row.session.item.name,
                "station": row.session.station.code,
                "station_name": row.session.station.name,
                "starts_at": local(row.session.starts_at),
                "status": row.status,
                "status_label": str(row.get_status_display()),
            }
            for row in rows
        ],
    }


register(PortraitPanel("services", _("服务记录"), 50, services_panel, "services/booking/_portrait.html"))
on_places_changed(mark_on_chains)
