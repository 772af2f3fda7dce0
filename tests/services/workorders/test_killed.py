"""A worker that is killed among its reminders has sent nothing for the demand at hand; the next one misses nothing and
sends nothing twice."""

import os
import subprocess
import sys
import textwrap
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from portal.notices.models import Notice
from services.workorders import actions
from services.workorders.models import Demand, DemandStep, Escalation
from tests.factories.workorders import OrderWorld

pytestmark = pytest.mark.django_db(transaction=True)

# Three reminders have come for each demand (75 % and 100 %): it dies in the middle of the second demand's.
KILLED = """
import os, signal
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = {name!r}
from services.workorders.actions import periodic
record, written = periodic.record, []
def dies_at_the_fifth(*given, **more):
    written.append(record(*given, **more))
    if len(written) == 5:
        os.kill(os.getpid(), signal.SIGKILL)
periodic.record = dies_at_the_fifth
periodic.escalate()
"""


def test_a_killed_worker_reminds_of_nothing_twice_and_misses_nothing() -> None:
    orders, now = OrderWorld.make(), timezone.now()
    for _ in range(3):
        orders.submit()
    Demand.objects.update(clock_started_at=now - timedelta(days=30), due_at=now, next_alert_at=now)
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings", "DB_POOL": "0"}
    script = textwrap.dedent(KILLED).format(name=connection.settings_dict["NAME"])
    ended = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=settings.BASE_DIR, timeout=90, check=False
    )
    assert ended.returncode == -9
    assert reminders() == [(3, 3, 3)]
    assert actions.escalate() == 2
    assert reminders() == [(3, 3, 3)] * 3
    assert actions.escalate() == 0


def reminders() -> list[tuple[int, int, int]]:
    """How many reminders, entries of the timeline and messages each demand has; none left out."""
    escalations = Counter(Escalation.objects.values_list("demand__number", flat=True))
    steps = Counter(DemandStep.objects.filter(move="escalate").values_list("demand__number", flat=True))
    links = Notice.objects.filter(kind="demand_reminder").values_list("link", flat=True)
    told = Counter(link.strip("/").rpartition("/")[2] for link in links)
    return [
        (escalations[one], steps[one], told[one])
        for one in sorted(escalations.keys() | steps.keys() | told.keys())
    ]
