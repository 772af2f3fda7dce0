"""Entry points of beat; each may run twice or die in between without harm."""

from celery import shared_task


@shared_task(name="workorders.escalate", ignore_result=True)
def escalate() -> None:
    """Every minute: reminders whose time has come, once each."""
    from .actions import escalate as remind

    remind()


@shared_task(name="workorders.close", ignore_result=True)
def close() -> None:
    """Every hour: what was verified a week ago, or got no answer for ten working days, is archived."""
    from .actions import close_by_time

    close_by_time()


@shared_task(name="workorders.sample", ignore_result=True)
def sample() -> None:
    """Nightly: one in ten of the archived orders is called back."""
    from .actions import sample_callbacks

    sample_callbacks()


@shared_task(name="workorders.tell", ignore_result=True)
def tell() -> None:
    """Every two seconds: the messages of moves go to the notices."""
    from .messages import hand_on

    hand_on()


@shared_task(name="workorders.remind_of_tasks", ignore_result=True)
def remind_of_tasks() -> None:
    """Every hour of work: joint meetings, their tasks and callbacks whose day comes near or has passed, once each."""
    from .actions import remind_of_callbacks, remind_of_meetings
    from .actions import remind_of_tasks as remind

    remind_of_meetings()
    remind()
    remind_of_callbacks()


@shared_task(name="workorders.digest", ignore_result=True)
def digest() -> None:
    """On working mornings: what is late and what is broken, to the bureau."""
    from .actions import digest as tell

    tell()


@shared_task(name="workorders.forget_personal", ignore_result=True)
def forget_personal() -> None:
    """Nightly: what ended long ago loses its personal data."""
    from .actions import forget_personal_everywhere

    forget_personal_everywhere()
