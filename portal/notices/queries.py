"""Reads of messages; every one starts at `visible_to(user)`."""

from django.db.models import QuerySet

from portal.accounts.models import User

from . import rules
from .models import Delivery, Notice, Preference


def inbox(user: User, *, unread: bool | None = None) -> QuerySet[Notice]:
    """The user's own messages, newest first. The administrator, too, has only the own inbox."""
    rows = Notice.objects.visible_to(user).filter(recipient_id=user.pk)
    return rows if unread is None else rows.filter(read_at__isnull=unread)


def unread_count(user: User) -> int:
    """How many messages wait, counted to one beyond the number that is shown ("99+")."""
    return inbox(user, unread=True).order_by()[: rules.UNREAD_CAP + 1].count()


def preference_of(user: User) -> Preference:
    """The stored choice, or what holds without one: e-mail to the account's address."""
    return Preference.objects.visible_to(user).filter(user_id=user.pk).first() or Preference(
        user=user, email=rules.email(user.email)
    )


def deliveries(user: User, *, state: str = "", channel: str = "") -> QuerySet[Delivery]:
    """Messages on their way that the bureau looks after, with what is told (not to whom: see `mask_address`)."""
    rows = Delivery.objects.visible_to(user).select_related("notice").defer("notice__body")
    if state:
        rows = rows.filter(state=state)
    return rows.filter(channel=channel) if channel else rows


def undelivered(user: User, *, state: str = "", channel: str = "") -> QuerySet[Delivery]:
    """What failed, and what still waits because something went wrong."""
    trouble = deliveries(user, channel=channel).filter(
        state__in=(Delivery.State.FAILED, Delivery.State.QUEUED)
    )
    if state:
        trouble = trouble.filter(state=state)
    return trouble.exclude(state=Delivery.State.QUEUED, last_error="")
