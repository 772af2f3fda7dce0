"""What beat sends, the worker must know: a task that it has not found is dropped with a line in a log."""

import subprocess
import sys

from django.conf import settings

KNOWN = "from portal.celery import app; app.loader.import_default_modules(); print(*app.tasks)"


def test_the_worker_knows_every_task_that_beat_sends():
    """In a process of its own: this one may have imported what the worker would not find."""
    known = subprocess.run(
        [sys.executable, "-c", KNOWN], capture_output=True, text=True, check=True, timeout=120
    )
    sent = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert not sent - set(known.stdout.split())
