"""The four layers of the calendar as the database has them, for one station (and item) over a span of days."""

import datetime

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from portal.territory.calendar import national_exceptions, national_names
from portal.territory.models import CalendarDay

from ...stations.models import MemberLeave, ServiceItem, ServiceStation, StationHours
from ..models import Closure, SessionPattern
from ..rules.calendar import DAY, Hours, Layers, Leave, Pattern, Span


def midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min, tzinfo=timezone.get_default_timezone())


def layers_of(
    station: ServiceStation,
    first: datetime.date,
    last: datetime.date,
    *,
    item: ServiceItem | None = None,
    patterns: list[SessionPattern] | None = None,
) -> Layers:
    """The layers from `first` to `last`; five queries. `patterns`: those meant, else all of the station (and item)."""
    overrides = CalendarDay.objects.filter(district_id=station.district_id, day__range=(first, last))
    days = list(overrides.values_list("day", "is_working", "reason"))
    if patterns is None:
        rows = SessionPattern.objects.filter(station=station, **({"item": item} if item else {}))
        patterns = list(rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=first), valid_from__lte=last))
    institutions = {row.institution_id for row in patterns if row.institution_id}
    members = {row.member_id for row in patterns if row.member_id}
    closures = Closure.objects.filter(
        Q(station=station) | Q(station__isnull=True, institution_id__in=institutions),
        cancelled_at__isnull=True,
        starts_at__lt=midnight(last + DAY),
        ends_at__gt=midnight(first),
    )
    leaves = MemberLeave.objects.filter(member_id__in=members, starts_on__lte=last, ends_on__gte=first)
    return Layers(
        zone=timezone.get_default_timezone(),
        exceptions=national_exceptions() | {day: working for day, working, _reason in days},
        names=national_names() | {day: reason for day, _working, reason in days},
        hours=[
            Hours(*row)
            for row in StationHours.objects.filter(station=station).values_list(
                "weekday", "opens_at", "closes_at"
            )
        ],
        patterns=[pattern_of(row) for row in patterns],
        closures=[
            Span(*row)
            for row in closures.values_list("starts_at", "ends_at", "reason", "institution_id", "item_id")
        ],
        leaves=[Leave(*row) for row in leaves.values_list("member_id", "starts_on", "ends_on")],
        item=item.pk if item else None,
    )


def pattern_of(row: SessionPattern) -> Pattern:
    return Pattern(
        key=row.pk,
        weekday=row.weekday,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        institution=row.institution_id,
        member=row.member_id,
        item=row.item_id,
    )


def released_until(today: datetime.date) -> datetime.date:
    """Sessions are made so many days ahead (setting BOOKING_DAYS_AHEAD)."""
    return today + datetime.timedelta(days=settings.BOOKING_DAYS_AHEAD)
