"""Where somebody works: a station, or a technical institution with its sessions at whatever station."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.kit.problems import Invalid

from ...stations.models import Institution, ServiceStation
from ..models import Booking, ServiceSession
from ..queries.bookings import day_of
from ..queries.follow_ups import open_follow_ups
from ..rules.rights import can_close_institution, can_manage_station

DESK_ROLES = ("admin", "bureau", "station", "institution")
STATION_ROLES = ("admin", "bureau", "station")


@dataclass(frozen=True)
class Place:
    """A station or an institution; neither for who is not tied to any yet."""

    station: ServiceStation | None = None
    institution: Institution | None = None

    @property
    def row(self) -> ServiceStation | Institution | None:
        return self.station or self.institution

    @property
    def name(self) -> str:
        return self.row.name if self.row else ""

    @property
    def words(self) -> dict[str, str]:
        """As the address names it."""
        if self.station:
            return {"station": self.station.code}
        return {"institution": self.institution.code} if self.institution else {}

    def address(self, route: str, *args: Any, **more: Any) -> str:
        """The address of a desk page at this place."""
        given = self.words | {name: str(value) for name, value in more.items() if value is not None}
        return reverse(route, args=args) + (f"?{urlencode(given)}" if given else "")

    def sees(self, session: ServiceSession) -> bool:
        if self.station:
            return session.station_id == self.station.pk
        return self.institution is not None and session.institution_id == self.institution.pk


def own_stations(user) -> list[ServiceStation]:
    """The open stations whose desk somebody may work at, by town."""
    scope = user.scope
    rows = ServiceStation.objects.filter(closed_on=None).select_related("town", "district")
    if not scope.is_admin:
        rows = rows.filter(district__in=scope.managed) | rows.filter(town__in=scope.towns)
    return list(rows.order_by("town__position", "code"))


def place_of(request: HttpRequest, stations: list[ServiceStation] | None = None) -> Place:
    """The place that the address names, else the first of one's own. Raises Http404 for one that is not one's own."""
    user = request.user
    if code := request.GET.get("institution"):
        institution = Institution.objects.filter(code=code).first()
        if institution is None or not can_close_institution(user, institution):
            raise Http404
        return Place(institution=institution)
    if code := request.GET.get("station"):
        station = ServiceStation.objects.select_related("town", "district").filter(code=code).first()
        if station is None or not can_manage_station(user, station):
            raise Http404
        return Place(station=station)
    if user.scope.institutions and not user.scope.is_staff:
        rows = Institution.objects.filter(code__in=user.scope.institutions)
        return Place(institution=rows.order_by("code").first())
    stations = own_stations(user) if stations is None else stations
    return Place(station=stations[0]) if stations else Place()


def place_for(request: HttpRequest, session: ServiceSession) -> Place:
    """The place at which somebody works on a session: the one that the address names, else the session's station."""
    if request.GET.get("institution"):
        return place_of(request)
    if can_manage_station(request.user, session.station):
        return Place(station=session.station)
    return Place(institution=session.institution)


def place_of_booking(request: HttpRequest, booking: Booking) -> Place:
    return place_for(request, booking.session)


def day_in(request: HttpRequest) -> datetime.date:
    """The day that the address names; today when it names none or nonsense."""
    try:
        return day_of(request.GET, "day") or timezone.localdate()
    except Invalid:
        return timezone.localdate()


def desk_context(request: HttpRequest, place: Place, here: str) -> dict[str, Any]:
    """What every page of the desk shows: the place and the tabs; `here` is the route of the current one."""
    tabs = [(_("今日看板"), "desk", None), (_("一周日历"), "desk-week", None)]
    if place.station:
        tabs += [(_("排班模板"), "desk-patterns", None)]
    tabs += [
        (_("停止服务"), "desk-closures", None),
        (_("低分回访"), "desk-follow-ups", open_follow_ups(request.user, **place_filter(place)).count()),
    ]
    return {
        "place": place,
        "tabs": [(label, place.address(route), route == here, count) for label, route, count in tabs],
    }


def place_filter(place: Place) -> dict[str, Any]:
    return {"station": place.station, "institution": place.institution}
