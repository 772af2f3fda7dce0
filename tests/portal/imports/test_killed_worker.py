"""A worker killed in the middle of a check or a commit: nothing half-written, the next one finishes, counts are right.

A real process, killed for real; the test only shortens the lease's time.
"""

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from enterprises.registry.models import Enterprise
from portal.imports import actions
from portal.imports.models import SheetImport, SheetImportRow
from portal.jobs import tasks
from portal.jobs.models import Job
from portal.jobs.runner import run_now
from tests.factories.accounts import make_user
from tests.factories.enterprises import EnterpriseFactory, valid_uscc
from tests.factories.imports import checked, uploaded
from tests.factories.sheets import as_csv, sheet_row
from tests.factories.territory import TownFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROWS = 12_000
WORKER = """
import sys, uuid, django
django.setup()
from portal.jobs.runner import run_job
run_job(uuid.UUID(sys.argv[1]))
"""


@pytest.fixture
def bureau():
    town = TownFactory(name="九亭镇", short_name="九亭")
    EnterpriseFactory(uscc=valid_uscc(1), town=town, name="老名字")
    return make_user("bureau", district=town.district)


@pytest.fixture(scope="module")
def sheet() -> bytes:
    return as_csv([sheet_row(number) for number in range(1, ROWS + 1)])


def kill_when(job: Job, moment: Callable[[Job], bool]) -> None:
    """Runs the job in a process of its own and kills that at the given moment."""
    database = connection.settings_dict
    address = (
        f"postgresql://{database['USER']}:{database['PASSWORD']}@{database['HOST'] or '127.0.0.1'}"
        f":{database['PORT']}/{database['NAME']}"
    )
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEYS": settings.FIELD_KEYS,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "LOG_LEVEL": "ERROR",
    }
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(job.pk)], env=environment, cwd=settings.BASE_DIR
    )
    try:
        until = time.monotonic() + 60
        while not moment(Job.objects.get(pk=job.pk)):
            assert worker.poll() is None, "the job ended before it could be killed"
            assert time.monotonic() < until
            time.sleep(0.02)
    finally:
        worker.kill()
        worker.wait()


def carry_on(job: Job, monkeypatch) -> Job:
    """The lease runs out, the relay takes the job back, another worker runs it."""
    published = []
    monkeypatch.setattr(tasks.run, "apply_async", lambda args, **how: published.append(args[0]))
    assert tasks.relay() == 0, "a living lease is left alone"
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert tasks.relay() == 1
    job.refresh_from_db()
    assert "重新执行" in job.message
    return run_now(job)


def test_killed_during_the_check(bureau, sheet, monkeypatch):
    sheet_import = uploaded(sheet, bureau, filename="a.csv")
    kill_when(sheet_import.job, lambda job: job.done > 0)
    sheet_import.refresh_from_db()
    assert sheet_import.status == "checking"
    assert not SheetImportRow.objects.exists()
    job = carry_on(sheet_import.job, monkeypatch)
    assert (job.state, job.attempts) == ("done", 2)
    sheet_import.refresh_from_db()
    found = (sheet_import.status, sheet_import.total, sheet_import.created, sheet_import.updated)
    assert found == ("ready", ROWS, ROWS - 1, 1)
    assert SheetImportRow.objects.count() == ROWS


def test_killed_during_the_commit(bureau, sheet, monkeypatch):
    sheet_import = checked(sheet, bureau, filename="a.csv")
    sheet_import = actions.request_commit(sheet_import=sheet_import, by=bureau)
    kill_when(sheet_import.job, lambda job: job.done > 0)
    assert Enterprise.objects.count() == 1
    assert Enterprise.objects.get().name == "老名字"
    assert SheetImport.objects.get().status == "committing"
    job = carry_on(sheet_import.job, monkeypatch)
    assert (job.state, job.attempts) == ("done", 2)
    sheet_import.refresh_from_db()
    found = (sheet_import.status, sheet_import.created, sheet_import.updated, sheet_import.unchanged)
    assert found == ("done", ROWS - 1, 1, 0)
    assert Enterprise.objects.count() == ROWS
    assert Enterprise.pgh_event_model.objects.count() == ROWS + 1  # one for each, and the first one's update


def test_progress_is_seen_from_outside_while_the_transaction_is_open(bureau, sheet):
    sheet_import = uploaded(sheet, bureau, filename="a.csv")
    seen: list[tuple] = []

    def watch(job: Job) -> bool:
        if not seen or seen[-1][1:] != (job.done, job.stage):
            seen.append((time.monotonic(), job.done, job.stage))
        return job.state == "done" or len({done for _at, done, _stage in seen}) >= 3

    kill_when(sheet_import.job, watch)
    pauses = [later[0] - earlier[0] for earlier, later in itertools.pairwise(seen)]
    assert max(pauses[1:], default=0) < 3  # the promise is one second on a machine of its own
