"""The windows of booking as the settings have them (BOOKING_*)."""

from django.conf import settings

from .rules.windows import Windows


def windows() -> Windows:
    return Windows(
        before=settings.BOOKING_CHECK_IN_BEFORE_MINUTES,
        after=settings.BOOKING_CHECK_IN_AFTER_MINUTES,
        offer=settings.BOOKING_OFFER_MINUTES,
        lead=settings.BOOKING_LEAD_MINUTES,
        remind_hours=settings.BOOKING_REMIND_HOURS,
    )
