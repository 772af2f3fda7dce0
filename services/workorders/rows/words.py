"""How moments and persons are written in rows."""

from datetime import datetime

from django.utils import timezone


def local(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat() if moment else None


def name_of(user) -> str:
    return str(user) if user else ""
