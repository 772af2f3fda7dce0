"""Jobs: the row is the truth, the broker only wakes somebody up (reliability F1–F5)."""

import uuid
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerAway

from portal.jobs import actions, queries, registry, rules, tasks
from portal.jobs.models import Job
from portal.jobs.runner import Cancelled, Heartbeat, JobFailed, LeaseLost, run_job, run_now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_heartbeat")]


@pytest.fixture
def work(monkeypatch):
    """A kind of job whose work and end the test decides: `work.does(function)`, `work.ended`."""

    class Work:
        ended: list[Job] = []
        runs = 0

        def does(self, function):
            def run(job_run):
                self.runs += 1
                return function(job_run)

            monkeypatch.setitem(registry._handlers, "test", registry.Handler(run, self.ended.append))
            return self

    work = Work()
    work.ended = []
    return work.does(lambda run: None)


@pytest.fixture
def messages(monkeypatch):
    """What went to the broker."""
    sent: list[str] = []
    monkeypatch.setattr(tasks.run, "apply_async", lambda args, **how: sent.append(args[0]))
    return sent


def new_job() -> Job:
    return actions.enqueue(kind="test", payload={"n": 1})


def silent(job: Job, *, attempts: int) -> None:
    """As if its worker had died a while ago."""
    Job.objects.filter(pk=job.pk).update(
        state="running",
        lease=uuid.uuid4(),
        lease_until=timezone.now() - timedelta(seconds=1),
        attempts=attempts,
    )


def raising(error):
    def run(job_run):
        raise error

    return run


def test_a_job_belongs_to_its_transaction(work):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        new_job()
        raise ZeroDivisionError
    assert not Job.objects.exists()


def test_an_unknown_kind_is_refused():
    with pytest.raises(LookupError):
        actions.enqueue(kind="nobody", payload={})


def test_the_relay_publishes_each_job_once(work, messages):
    job = new_job()
    assert tasks.relay() == 1
    assert tasks.relay() == 0
    assert messages == [str(job.pk)]


def test_a_job_for_later_waits(work, messages):
    Job.objects.filter(pk=new_job().pk).update(run_after=timezone.now() + timedelta(minutes=1))
    assert tasks.relay() == 0


def test_a_message_that_the_broker_lost_goes_out_again(work, messages):
    job = new_job()
    tasks.relay()
    Job.objects.filter(pk=job.pk).update(published_at=timezone.now() - rules.REPUBLISH_AFTER * 2)
    assert tasks.relay() == 1


def test_broker_away_leaves_the_jobs_queued(work, monkeypatch):
    def away(**how):
        raise BrokerAway("connection refused")

    monkeypatch.setattr(tasks.run, "apply_async", lambda args, **how: away())
    jobs = [new_job() for _ in range(3)]
    assert tasks.relay() == 0
    assert set(Job.objects.values_list("state", "published_at")) == {("queued", None)}
    sent = []
    monkeypatch.setattr(tasks.run, "apply_async", lambda args, **how: sent.append(args[0]))
    assert tasks.relay() == 3
    assert set(sent) == {str(job.pk) for job in jobs}


def test_two_workers_one_run(work):
    job = new_job()
    assert actions.take_lease(job_id=job.pk) is not None
    assert actions.take_lease(job_id=job.pk) is None
    assert run_job(job.pk) is None
    assert work.runs == 0


def test_a_finished_job_does_not_run_again(work):
    job = run_now(new_job())
    assert (job.state, work.runs) == ("done", 1)
    assert run_job(job.pk) is None


def test_a_silent_worker_loses_the_job(work, messages):
    job = new_job()
    silent(job, attempts=1)
    assert tasks.relay() == 1
    assert messages == [str(job.pk)]
    assert run_now(job).state == "done"
    assert job.attempts == 2


def test_a_silent_worker_does_not_keep_the_job_even_without_a_relay(work):
    job = new_job()
    silent(job, attempts=1)
    assert run_now(job).state == "done"


def test_five_deaths_are_enough(work, messages):
    job = new_job()
    silent(job, attempts=rules.MAX_ATTEMPTS)
    assert tasks.relay() == 0
    job.refresh_from_db()
    assert job.state == "failed"
    assert "多次意外中断" in job.message
    assert [ended.pk for ended in work.ended] == [job.pk]


def test_a_failure_is_a_sentence(work):
    work.does(raising(JobFailed("文件不完整。")))
    job = run_now(new_job())
    assert (job.state, job.message) == ("failed", "文件不完整。")
    assert [ended.message for ended in work.ended] == ["文件不完整。"]


def test_a_crash_is_a_sentence_with_a_number_and_nothing_else(work):
    work.does(raising(KeyError("secret_table.column")))
    job = run_now(new_job())
    assert job.state == "failed"
    assert "错误编号" in job.message
    assert "secret" not in job.message


def test_trouble_that_passes_is_tried_again(work):
    work.does(raising(OperationalError("deadlock detected")))
    job = run_now(new_job())
    assert job.state == "queued"
    assert job.run_after > timezone.now()
    assert "重试" in job.message


def test_trouble_that_does_not_pass_ends(work):
    work.does(raising(OperationalError("deadlock detected")))
    job = new_job()
    for _ in range(rules.MAX_ATTEMPTS):
        Job.objects.filter(pk=job.pk).update(run_after=timezone.now())
        job = run_now(job)
    assert job.state == "failed"
    assert len(work.ended) == 1


def test_a_waiting_job_is_cancelled_at_once(work):
    job = new_job()
    actions.request_cancel(job=job)
    assert run_now(job).state == "cancelled"
    assert work.runs == 0


def test_a_running_job_stops_at_its_next_step(work):
    def step(run):
        actions.request_cancel(job=run.job)
        run._heartbeat.beat()
        run.progress(1, 10)

    work.does(step)
    job = run_now(new_job())
    assert job.state == "cancelled"


def test_progress_is_visible_and_renews_the_lease(work):
    def step(run):
        Job.objects.filter(pk=run.job.pk).update(lease_until=timezone.now())
        run.progress(3, 12, "检查")
        run._heartbeat.beat()
        seen = Job.objects.get(pk=run.job.pk)
        assert (seen.done, seen.total, seen.stage) == (3, 12, "检查")
        assert seen.lease_until > timezone.now() + rules.LEASE / 2
        assert queries.progress_of(seen) == 25

    work.does(step)
    assert run_now(new_job()).state == "done"


def test_who_lost_the_lease_stops_and_leaves_the_job_alone(work):
    other = uuid.uuid4()

    def step(run):
        Job.objects.filter(pk=run.job.pk).update(lease=other)
        with pytest.raises(LeaseLost):
            run.hold_lease()
        run._heartbeat.beat()
        run.progress(1, 2)

    work.does(step)
    job = run_now(new_job())
    assert (job.state, job.lease) == ("running", other)


def test_a_job_that_waits_long_says_so(work):
    job = new_job()
    assert not queries.is_waiting_for_workers(job)
    job.run_after -= rules.WAITING_LONG * 2
    assert queries.is_waiting_for_workers(job)
    job.state = "running"
    assert not queries.is_waiting_for_workers(job)
    assert not queries.is_waiting_for_workers(None)


def test_old_jobs_are_forgotten(work):
    job = run_now(new_job())
    Job.objects.filter(pk=job.pk).update(finished_at=timezone.now() - timedelta(days=100))
    waiting = new_job()
    assert tasks.forget_old() == 1
    assert list(Job.objects.all()) == [waiting]


def test_the_heartbeat_survives_a_lost_connection(work, monkeypatch):
    beat = Heartbeat(actions.take_lease(job_id=new_job().pk))

    def broken():
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", broken)
        patch.setattr(connection, "close", lambda: None)
        beat.beat()
    assert not beat.lost
    assert not beat.cancelled


def test_cancelled_is_no_failure(work):
    work.does(raising(Cancelled()))
    assert run_now(new_job()).state == "cancelled"
    assert work.ended == []
