"""Every change of a job's state is one conditional UPDATE: the database decides who runs, never the broker (F1–F5)."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Job
from .registry import handler_of
from .rules import LEASE, MAX_ATTEMPTS, REPUBLISH_AFTER, backoff

CLAIM_BATCH = 50


def enqueue(*, kind: str, payload: dict, owner=None) -> Job:
    """Accepts background work, in the caller's transaction: when that rolls back, the job never was.

    Raises LookupError for a kind without handler.
    """
    handler_of(kind)
    return Job.objects.create(kind=kind, payload=payload, owner=owner)


def request_cancel(*, job: Job) -> None:
    """Asks a job to stop: at once when it waits, at its next step when it runs. Ended jobs stay as they are."""
    now = timezone.now()
    stopped = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(
        state=Job.State.CANCELLED, finished_at=now, cancel_requested=True
    )
    if not stopped:
        Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_requested=True)


def take_lease(*, job_id: uuid.UUID) -> Job | None:
    """Makes the caller the only runner of a waiting job, or of one whose worker fell silent. None: not to be had."""
    now, lease = timezone.now(), uuid.uuid4()
    taken = (
        Job.objects.filter(pk=job_id, attempts__lt=MAX_ATTEMPTS)
        .filter(
            Q(state=Job.State.QUEUED, run_after__lte=now) | Q(state=Job.State.RUNNING, lease_until__lt=now)
        )
        .update(
            state=Job.State.RUNNING,
            lease=lease,
            lease_until=now + LEASE,
            attempts=F("attempts") + 1,
            started_at=now,
            done=0,
            total=0,
            stage="",
        )
    )
    return Job.objects.get(pk=job_id, lease=lease) if taken else None


def end(*, job: Job, state: str, message: str = "") -> bool:
    """Writes the result of a run; False when the lease was lost meanwhile and somebody else answers for the job."""
    return bool(
        Job.objects.filter(pk=job.pk, lease=job.lease, state=Job.State.RUNNING).update(
            state=state,
            message=message[:400],
            finished_at=timezone.now(),
            lease=None,
            lease_until=None,
            **({"done": F("total")} if state == Job.State.DONE else {}),
        )
    )


def put_back(*, job: Job, message: str) -> bool:
    """Queues a job again after trouble that may pass. Returns False when its attempts are used up."""
    if job.attempts >= MAX_ATTEMPTS:
        return False
    now = timezone.now()
    Job.objects.filter(pk=job.pk, lease=job.lease, state=Job.State.RUNNING).update(
        state=Job.State.QUEUED,
        lease=None,
        lease_until=None,
        published_at=None,
        run_after=now + backoff(job.attempts),
        message=message[:400],
    )
    return True


@transaction.atomic
def requeue_silent() -> list[Job]:
    """Takes jobs back from dead workers. Returns those that died too often, now failed."""
    now = timezone.now()
    silent = list(
        Job.objects.select_for_update(skip_locked=True).filter(state=Job.State.RUNNING, lease_until__lt=now)[
            :CLAIM_BATCH
        ]
    )
    given_up = [job for job in silent if job.attempts >= MAX_ATTEMPTS]
    Job.objects.filter(pk__in=[job.pk for job in silent if job.attempts < MAX_ATTEMPTS]).update(
        state=Job.State.QUEUED,
        lease=None,
        lease_until=None,
        published_at=None,
        run_after=now,
        message=_("后台进程意外中断，正在自动重新执行。"),
    )
    for job in given_up:
        job.state, job.message = Job.State.FAILED, _("后台进程多次意外中断，任务已停止，请联系管理员。")
        job.lease = job.lease_until = None
        job.finished_at = now
        job.save(update_fields=("state", "message", "lease", "lease_until", "finished_at"))
    return given_up


@transaction.atomic
def claim_for_publishing() -> list[uuid.UUID]:
    """The jobs whose message is due: never published, or so long ago that the broker must have lost it.

    They are marked before the message goes out, so a second relay does not send them again (no flood after a pause).
    """
    now = timezone.now()
    due = list(
        Job.objects.select_for_update(skip_locked=True)
        .filter(state=Job.State.QUEUED, run_after__lte=now)
        .filter(Q(published_at__isnull=True) | Q(published_at__lt=now - REPUBLISH_AFTER))
        .order_by("run_after")
        .values_list("pk", flat=True)[:CLAIM_BATCH]
    )
    Job.objects.filter(pk__in=due).update(published_at=now)
    return due


def not_published(*, job_ids: list[uuid.UUID]) -> None:
    """The broker is away: the rows stay queued and are tried again by the next relay."""
    Job.objects.filter(pk__in=job_ids, state=Job.State.QUEUED).update(published_at=None)


def forget_old(*, days: int = 90) -> int:
    """Removes ended jobs that nobody asks about any more."""
    ended = Job.objects.filter(
        state__in=(Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED),
        finished_at__lt=timezone.now() - timedelta(days=days),
    )
    return ended.delete()[0]
