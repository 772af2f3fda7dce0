"""Entry points of beat; each may run twice or die in between without harm."""

from celery import shared_task


@shared_task(name="notices.send", ignore_result=True)
def send() -> int:
    """Every three seconds: messages that are due leave the portal."""
    from .actions import send_due

    return send_due()


@shared_task(name="notices.forget_old", ignore_result=True)
def forget_old() -> int:
    """Once a day: sent messages' addresses after 90 days, messages after 400."""
    from .actions import forget_old

    return forget_old()
