"""Runs one job under its lease: a heartbeat beside it, its end written once."""

import threading
import time
import uuid

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg_pool import PoolTimeout

from . import actions
from .models import Job
from .registry import handler_of
from .rules import BEAT_SECONDS, LEASE, QUIET_SECONDS

log = structlog.get_logger(__name__)


class JobFailed(Exception):
    """The job cannot be done; the text is the sentence for the person who waits for it."""


class Cancelled(Exception):
    """Somebody asked the job to stop."""


class LeaseLost(Exception):
    """This worker was silent too long and another one has the job now."""


class Retry(Exception):
    """The world moved under the job; run it again from the start."""


class Heartbeat(threading.Thread):
    """Renews the lease and shows the progress on a connection of its own, so that both are visible while the work's
    single transaction is open."""

    def __init__(self, job: Job):
        super().__init__(name=f"heartbeat-{job.pk}", daemon=True)
        self.job = job
        self.done, self.total, self.stage = 0, 0, ""
        self.moved_at = time.monotonic()
        self.cancelled = self.lost = False
        self._over = threading.Event()

    def run(self) -> None:
        try:
            while not self._over.wait(BEAT_SECONDS):
                self.beat()
        finally:
            connection.close()

    def visible_stage(self) -> str:
        """The stage; a step that takes longer than half a second shows for how long, to the tenth, so that every beat
        changes what a page shows and nobody takes a long step for a dead one."""
        seconds = time.monotonic() - self.moved_at
        if seconds < QUIET_SECONDS:
            return self.stage
        return _("%(stage)s（已用 %(seconds).1f 秒）") % {"stage": self.stage, "seconds": seconds}

    def beat(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE jobs_job SET done = %s, total = %s, stage = %s, lease_until = %s"
                    " WHERE id = %s AND lease = %s AND state = 'running' RETURNING cancel_requested",
                    [
                        self.done,
                        self.total,
                        self.visible_stage()[:60],
                        timezone.now() + LEASE,
                        self.job.pk,
                        self.job.lease,
                    ],
                )
                row = cursor.fetchone()
        except (DatabaseError, InterfaceError, PoolTimeout):
            log.warning("heartbeat_missed", job=str(self.job.pk))
            connection.close()
            return
        if row is None:
            self.lost = True
        elif row[0]:
            self.cancelled = True

    def stop(self) -> None:
        self._over.set()
        self.join(timeout=10)


class JobRun:
    """What a handler gets: the payload, and a way to tell how far it is."""

    def __init__(self, job: Job, heartbeat: Heartbeat):
        self.job = job
        self.payload = job.payload
        self._heartbeat = heartbeat

    def progress(self, done: int, total: int, stage: str = "") -> None:
        """Tells how far the work is. Raises Cancelled or LeaseLost when it should stop here."""
        beat = self._heartbeat
        beat.done, beat.total = done, max(total, done)
        beat.moved_at = time.monotonic()
        if stage:
            beat.stage = stage
        if beat.lost:
            raise LeaseLost
        if beat.cancelled:
            raise Cancelled

    def hold_lease(self) -> None:
        """Locks the job's row until the caller's transaction ends. Raises LeaseLost when the lease is another's.

        Called last in a transaction that must not be committed by two workers.
        """
        if not Job.objects.select_for_update().filter(pk=self.job.pk, lease=self.job.lease).exists():
            raise LeaseLost


def run_job(job_id: uuid.UUID) -> Job | None:
    """Runs a job if its lease can be had; None when somebody else has it or it is over."""
    job = actions.take_lease(job_id=job_id)
    if job is None:
        return None
    heartbeat = Heartbeat(job)
    heartbeat.start()
    try:
        _work(job, heartbeat)
    finally:
        heartbeat.stop()
    job.refresh_from_db()
    return job


def run_now(job: Job) -> Job:
    """Runs a job in this process, without any broker (management commands, tests)."""
    run_job(job.pk)
    job.refresh_from_db()
    return job


def _work(job: Job, heartbeat: Heartbeat) -> None:
    handler = handler_of(job.kind)
    try:
        handler.run(JobRun(job, heartbeat))
    except Cancelled:
        actions.end(job=job, state=Job.State.CANCELLED, message=_("已取消。"))
    except LeaseLost:
        log.warning("lease_lost", job=str(job.pk))
    except JobFailed as error:
        _fail(job, str(error))
    except (OperationalError, InterfaceError, PoolTimeout, Retry) as error:
        log.warning("job_put_back", job=str(job.pk), reason=type(error).__name__)
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        if not actions.put_back(job=job, message=_("数据库暂时繁忙，稍后自动重试。")):
            _fail(job, _("多次重试仍未成功，请稍后重新提交。"))
    except SoftTimeLimitExceeded:
        _fail(job, _("处理时间超过上限，已停止。请把文件拆分后再试。"))
    except MemoryError:
        _fail(job, _("文件过大，内存不足，已停止。请把文件拆分后再试。"))
    except Exception:
        number = uuid.uuid4().hex[:12]
        log.exception("job_crashed", job=str(job.pk), number=number)
        _fail(job, _("系统出错了，问题已被记录。错误编号：%(number)s") % {"number": number})
    else:
        actions.end(job=job, state=Job.State.DONE)


def _fail(job: Job, sentence: str) -> None:
    if actions.end(job=job, state=Job.State.FAILED, message=sentence):
        job.message = sentence
        tell_failure(job)


def tell_failure(job: Job) -> None:
    """Lets the feature write the failure where its users look."""
    on_failure = handler_of(job.kind).on_failure
    if on_failure is not None:
        on_failure(job)
