"""Joint meetings of the demands in scope, with who was called and what was resolved."""

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

from portal.kit.filters import refuse_unknown, said
from portal.kit.text import clean_line

from ..models import DemandPart, JointMeeting, Resolution

FILTERS = frozenset({"state", "town", "department", "demand"})


def listed(user, filters: Mapping[str, str]) -> QuerySet[JointMeeting]:
    """The meetings in scope, the latest first; `department` was called. Raises Invalid for a state that is none."""
    given = said(filters)
    refuse_unknown(given, {"state": tuple(JointMeeting.State.values)})
    rows = _whole(user)
    if "state" in given:
        rows = rows.filter(state=given["state"])
    if "town" in given:
        rows = rows.filter(demand__town__code=given["town"])
    if "department" in given:
        rows = rows.filter(attendance__department__code=given["department"])
    if "demand" in given:
        rows = rows.filter(demand__number=given["demand"].upper())
    return rows


def meeting_for(user, number: str) -> JointMeeting:
    """One meeting in scope. Raises JointMeeting.DoesNotExist for a missing and a foreign one alike."""
    return _whole(user).get(number=clean_line(number))


def resolution_for(user, number: str, pk: int) -> Resolution:
    """A task of a meeting in scope. Raises Resolution.DoesNotExist."""
    rows = Resolution.objects.visible_to(user).select_related("owner", "meeting__demand")
    return rows.get(pk=pk, meeting__number=clean_line(number))


def handled(user, meetings: Iterable[JointMeeting]) -> set[int]:
    """The ids of the demands of these meetings that the user handles: for these reasons and minutes are shown. A query
    only for departments."""
    scope = user.scope
    demands = [meeting.demand for meeting in meetings]
    found = {one.pk for one in demands if scope.manages_town(one.town_id, one.district_id)}
    if scope.departments and (others := {one.pk for one in demands} - found):
        parts = DemandPart.open_to(scope.departments).filter(demand__in=others)
        found |= set(parts.values_list("demand", flat=True))
    return found


def _whole(user) -> QuerySet[JointMeeting]:
    rows = JointMeeting.objects.visible_to(user).select_related("demand")
    return rows.prefetch_related("attendance__department", "resolutions__owner")
