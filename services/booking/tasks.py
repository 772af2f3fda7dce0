"""Entry points of beat; each may run twice or die in between without harm."""

from celery import shared_task


@shared_task(name="booking.sweep", ignore_result=True)
def sweep() -> None:
    """Twice a minute: offers lapse, no-shows are marked, what can no longer happen ends."""
    from .actions import close_past, lapse_offers, mark_no_shows

    lapse_offers()
    mark_no_shows()
    close_past()


@shared_task(name="booking.tell", ignore_result=True)
def tell() -> None:
    """Every two seconds: the messages of new bookings go to the notices."""
    from .actions import hand_on_messages

    hand_on_messages()


@shared_task(name="booking.remind", ignore_result=True)
def remind() -> None:
    """Every five minutes: reminders, once each."""
    from .actions import send_reminders

    send_reminders()


@shared_task(name="booking.make_sessions", ignore_result=True)
def make_sessions() -> None:
    """Nightly: the sessions of the weekly patterns up to the horizon."""
    from .actions import make_sessions as make

    make()
