"""Reads of bookings, from `visible_to(user)`: lists, one with everything, the place in line."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from portal.kit.problems import Invalid
from portal.kit.text import clean_line

from ..models import Booking, BookingStep, WaitingOffer
from ..rules.calendar import DAY
from ..rules.states import WAITING
from .layers import midnight

FILTERS = frozenset({"status", "station", "item", "institution", "enterprise", "from", "to"})


def listed(user, filters: Mapping[str, str]) -> QuerySet[Booking]:
    """The bookings in the user's scope that pass the filters: codes, USCC, and days of the session.

    Raises Invalid for a status or a day that is none; an unknown code finds nothing (the REST list then says so).
    """
    rows = with_places(Booking.objects.visible_to(user))
    given = {name: text for name, value in filters.items() if (text := clean_line(value or ""))}
    if status := given.get("status"):
        if status not in Booking.Status.values:
            raise Invalid(
                {"status": _("应为这些值之一：%(values)s。") % {"values": "、".join(Booking.Status.values)}}
            )
        rows = rows.filter(status=status)
    for name, column in (
        ("station", "session__station__code"),
        ("item", "session__item__code"),
        ("institution", "session__institution__code"),
        ("enterprise", "enterprise__uscc"),
    ):
        if name in given:
            rows = rows.filter(**{column: given[name]})
    if first := day_of(given, "from"):
        rows = rows.filter(session__starts_at__gte=midnight(first))
    if last := day_of(given, "to"):
        rows = rows.filter(session__starts_at__lt=midnight(last + DAY))
    return rows


def with_places(rows: QuerySet[Booking]) -> QuerySet[Booking]:
    """With everything that a row of a list names, in the same statement."""
    return rows.select_related(
        "session__station", "session__item", "session__institution", "enterprise", "bundle"
    )


def mine(user) -> QuerySet[Booking]:
    """The bookings of the enterprises that the user signs in for, newest first."""
    return with_places(Booking.objects.filter(enterprise__uscc__in=user.scope.enterprises)).order_by(
        "-created_at", "-pk"
    )


def booking_for(user, number: str) -> Booking:
    """One booking in the user's scope with its timeline, offers, rating and follow-up. Raises Booking.DoesNotExist."""
    return (
        with_places(Booking.objects.visible_to(user))
        .select_related("session__station__town", "rating", "follow_up", "district")
        .prefetch_related(
            Prefetch("timeline", BookingStep.objects.select_related("by").order_by("at", "pk")),
            Prefetch(
                "offers",
                WaitingOffer.objects.filter(state=WaitingOffer.State.OPEN).select_related(
                    "session__station", "session__item"
                ),
                to_attr="open_offers",
            ),
        )
        .get(number=clean_line(number))
    )


def place_in_line(booking: Booking) -> int | None:
    """The booking's place on the waiting list, from 1; None when it does not wait."""
    if booking.status != WAITING:
        return None
    return (
        Booking.objects.filter(session_id=booking.session_id, status=WAITING, pk__lt=booking.pk).count() + 1
    )


def bundle_of(user, booking: Booking) -> list[Booking]:
    """The other legs of the same request, as far as they lie in the user's scope: a station or an institution does
    not see what was booked elsewhere."""
    if booking.bundle_id is None:
        return []
    legs = Booking.objects.visible_to(user).filter(bundle=booking.bundle_id).exclude(pk=booking.pk)
    return list(with_places(legs).order_by("pk"))


def first_seen(user, bookings: Sequence[Booking]) -> Booking | None:
    """The first of these bookings in the user's scope: a station may book elsewhere for its town's enterprises."""
    return Booking.objects.visible_to(user).filter(pk__in=[row.pk for row in bookings]).order_by("pk").first()


def telling_offers(rows: QuerySet[Booking]) -> QuerySet[Booking]:
    """With `to_answer`: whether a place on offer waits for an answer."""
    return rows.annotate(
        to_answer=Exists(WaitingOffer.objects.filter(booking=OuterRef("pk"), state=WaitingOffer.State.OPEN))
    )


def day_of(given: Mapping[str, Any], name: str) -> date | None:
    """A day among the filters. Raises Invalid for anything else."""
    text = given.get(name)
    if not text:
        return None
    try:
        day = parse_date(text[:10])
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year <= 2100:
        raise Invalid({name: _("日期格式应为 2026-01-05。")})
    return day
