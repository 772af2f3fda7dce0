"""Reads of sessions: the list behind the REST resource and the pages of a station."""

from collections.abc import Mapping

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.kit.problems import Invalid
from portal.kit.text import clean_line

from ...stations.models import Institution, ServiceItem, ServiceStation
from ..models import ServiceSession, SessionPattern
from ..rules.calendar import DAY
from .alternatives import with_places
from .bookings import day_of
from .layers import midnight

FILTERS = frozenset({"station", "item", "institution", "from", "to", "free"})
MODELS = {"station": ServiceStation, "item": ServiceItem, "institution": Institution}


def listed(user, filters: Mapping[str, str]) -> QuerySet[ServiceSession]:
    """Sessions by station, item, institution (codes) and days; `free=1` those that can be booked now.

    Raises Invalid for a code that does not exist, a day that is none, and `free` other than 0 or 1.
    """
    given = {name: text for name, value in filters.items() if (text := clean_line(value or ""))}
    rows = ServiceSession.objects.visible_to(user)
    unknown = {}
    for name, model in MODELS.items():
        if name in given:
            key = model.objects.filter(code=given[name]).values_list("pk", flat=True).first()
            if key is None:
                unknown[name] = _("没有代码为“%(code)s”的%(what)s。") % {
                    "code": given[name],
                    "what": model._meta.verbose_name,
                }
            rows = rows.filter(**{f"{name}_id": key})
    if given.get("free", "0") not in {"0", "1"}:
        unknown["free"] = _("free 只接受 0 或 1。")
    if unknown:
        raise Invalid(unknown)
    if first := day_of(given, "from"):
        rows = rows.filter(starts_at__gte=midnight(first))
    if last := day_of(given, "to"):
        rows = rows.filter(starts_at__lt=midnight(last + DAY))
    if given.get("free") == "1":
        rows = rows & with_places(timezone.now())
    return rows.select_related("station", "item", "institution")


def session_for(user, pk: int) -> ServiceSession:
    """One session with its station, item and institution. Raises ServiceSession.DoesNotExist."""
    return (
        ServiceSession.objects.visible_to(user)
        .select_related("station__town", "item", "institution", "member")
        .get(pk=pk)
    )


def patterns(user, station: ServiceStation) -> QuerySet[SessionPattern]:
    """The weekly patterns of a station that are not over."""
    today = timezone.localdate()
    return (
        SessionPattern.objects.visible_to(user)
        .filter(station=station)
        .exclude(valid_to__lt=today)
        .select_related("item", "institution", "member")
        .order_by("weekday", "starts_at", "item__position")
    )
