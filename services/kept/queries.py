"""The district at home."""

from django.conf import settings

from portal.territory.models import District


def home_district() -> District | None:
    """The district whose services the public pages show (setting PORTAL_DISTRICT), else the only one there is."""
    rows = District.objects.order_by("code")
    return rows.filter(slug=settings.PORTAL_DISTRICT).first() or rows.first()
