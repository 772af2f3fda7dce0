"""When beat starts which task. A start that no worker has taken after `expires` seconds is dropped: the next does its work."""

from celery.schedules import crontab

HOUR = 3600
DAY = 24 * HOUR


def start(task: str, schedule: float | crontab, *, expires: int) -> dict:
    """An entry: every so many seconds, or at a time of the day (Asia/Shanghai)."""
    return {"task": task, "schedule": schedule, "options": {"expires": expires}}


BEAT_SCHEDULE = {
    # What somebody waits for: jobs, figures, messages
    "relay-jobs": start("jobs.relay", 1.0, expires=5),
    "metrics-drain": start("metrics.drain", 3.0, expires=5),
    "notices-send": start("notices.send", 3.0, expires=5),
    "booking-tell": start("booking.tell", 2.0, expires=5),
    "workorders-tell": start("workorders.tell", 2.0, expires=5),
    # What its time brings: offers that lapse, reminders, deadlines
    "booking-sweep": start("booking.sweep", 30.0, expires=25),
    "booking-remind": start("booking.remind", 300.0, expires=280),
    "workorders-escalate": start("workorders.escalate", 60.0, expires=55),
    "workorders-close": start("workorders.close", HOUR, expires=3000),
    "workorders-tasks": start("workorders.remind_of_tasks", crontab(hour="9-17", minute=5), expires=3000),
    "workorders-digest": start("workorders.digest", crontab(hour=8, minute=40), expires=HOUR),
    "seal-history": start("audit.seal_history", 60.0, expires=50),
    # Nightly
    "ledger-reassess": start("ledger.reassess", crontab(hour=23, minute=50), expires=HOUR),
    "metrics-recount": start("metrics.recount", crontab(hour=0, minute=20), expires=HOUR),
    "workorders-sample": start("workorders.sample", crontab(hour=1, minute=10), expires=HOUR),
    "booking-sessions": start("booking.make_sessions", crontab(hour=2, minute=10), expires=HOUR),
    # What is old goes
    "purge-answers": start("audit.purge_idempotency_keys", HOUR, expires=3000),
    "forget-jobs": start("jobs.forget_old", DAY, expires=HOUR),
    "forget-imports": start("imports.forget_old", DAY, expires=HOUR),
    "workorders-forget": start("workorders.forget_personal", crontab(hour=3, minute=10), expires=HOUR),
    "forget-notices": start("notices.forget_old", DAY, expires=HOUR),
}
