"""The Celery application: `celery -A portal.celery worker|beat`."""

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_logging(**_settings: object) -> None:
    """Worker and beat log as the portal does (settings, Logging); Celery's own set-up would lose the stacks."""
