"""Runs over all figures: the drain of every few seconds, the nightly full recount, and what they report."""

import datetime
from collections.abc import Iterable

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.scope import Role
from portal.notices.actions import notify

from ..models import MetricClock, MetricDaily, MetricDifference, MetricDirty, MetricRun, MetricState
from ..registry import Metric, Snapshot, counted, topics
from . import counting
from .dirty import promised, spread_keys

log = structlog.get_logger(__name__)
RETRY_AFTER = datetime.timedelta(minutes=1)  # a figure that fails is not tried every few seconds
KEEP_RUNS = datetime.timedelta(days=62)


def drain(*, wait: bool = False) -> MetricRun | None:
    """Recounts what is out of date; a figure that another transaction counts is left to it, or waited for.

    Returns the run when it had something to do.
    """
    started = timezone.now()
    run = MetricRun(kind=MetricRun.Kind.DRAIN, started_at=started)
    skipped = False
    spread_keys()
    for metric in due(retry_all=wait):
        outcome = _attempt(run, metric, lambda metric=metric: counting.drain_metric(metric, wait=wait))
        if outcome is None:
            skipped = True
        else:
            run.cells += outcome.changed
    if not skipped:
        MetricClock.objects.update_or_create(pk=1, defaults={"drained_at": started})
    return _finish(run, []) if run.metrics else None


def recount_all(*, only: Iterable[Metric] | None = None) -> MetricRun:
    """Recounts every figure from its rows, and reports the cells that were wrong although no key asked for them."""
    run = MetricRun(kind=MetricRun.Kind.FULL, started_at=timezone.now())
    found: list[counting.Cell] = []
    for metric in counted() if only is None else only:
        outcome = _attempt(run, metric, lambda metric=metric: counting.recount_metric(metric))
        if outcome is not None:
            run.cells += outcome.changed
            found += outcome.differences
    if only is None:
        _forget(run.started_at)
    return _finish(run, found)


def check_all() -> tuple[list[counting.Cell], dict[str, str]]:
    """Compares every cell with a fresh count: (cells that differ, errors by code). Changes nothing."""
    found: list[counting.Cell] = []
    errors: dict[str, str] = {}
    for metric in counted():
        try:
            found += counting.check_metric(metric)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            errors[metric.code] = one_line(error)
    return found, errors


def due(*, retry_all: bool = False) -> list[Metric]:
    """The figures that a drain has to count: with keys or promised ones, never counted, of a new version, or of yesterday."""
    states = MetricState.objects.in_bulk()
    dirty = {code for code, _day in promised()}
    dirty.update(MetricDirty.objects.values_list("metric", flat=True).distinct())
    now, today = timezone.now(), timezone.localdate()
    found = []
    for metric in counted():
        state = states.get(metric.code)
        if state is not None and state.failed_at and now - state.failed_at < RETRY_AFTER and not retry_all:
            continue
        if (
            state is None
            or metric.code in dirty
            or state.version != metric.version
            or (isinstance(metric, Snapshot) and state.counted_day != today)
        ):
            found.append(metric)
    return found


def _attempt(run: MetricRun, metric: Metric, count) -> counting.Outcome | None:
    """Counts one figure. When its query fails, its cells stay as they are, with their time, and people are told."""
    try:
        outcome = count()
    except Exception as error:
        log.exception("metric_failed", metric=metric.code)
        run.metrics += 1
        run.errors[metric.code] = one_line(error)
        _failed(metric, one_line(error))
        return counting.Outcome()
    run.metrics += outcome is not None
    return outcome


@transaction.atomic
def _failed(metric: Metric, error: str) -> None:
    now = timezone.now()
    MetricState.objects.update_or_create(
        metric=metric.code, defaults={"failed_at": now, "error": error[:400]}
    )
    notify(
        key=f"metric-failed:{metric.code}:{timezone.localdate():%Y%m%d}",
        kind="metric_failed",
        title=_("指标“%(name)s”统计失败") % {"name": metric.name},
        body=_("该指标暂保留上次的数值和时间，系统会自动重试。请管理员检查。错误：%(error)s")
        % {"error": error},
        link=reverse("metric", args=[metric.code]),
        recipients=guardians(),
    )


def guardians() -> list[User]:
    """Who is told when counting goes wrong: administrators and the bureau."""
    rows = User.objects.filter(
        Q(is_superuser=True) | Q(memberships__role__in=(Role.ADMIN, Role.BUREAU)), is_active=True
    )
    return list(rows.distinct())


@transaction.atomic
def _finish(run: MetricRun, found: list[counting.Cell]) -> MetricRun:
    run.ended_at, run.differences = timezone.now(), len(found)
    run.save()
    MetricDifference.objects.bulk_create(MetricDifference(run=run, **vars(cell)) for cell in found)
    if found:
        log.warning(
            "metric_differences", run=run.pk, cells=len(found), metrics=sorted({c.metric for c in found})
        )
        notify(
            key=f"metric-differences:{run.pk}",
            kind="metric_differences",
            title=_("指标全量统计发现 %(count)d 处差异") % {"count": len(found)},
            body=_("已按数据行更正。涉及指标：%(codes)s。")
            % {"codes": "、".join(sorted({cell.metric for cell in found}))},
            link=reverse("metric-runs"),
            recipients=guardians(),
        )
    return run


def _forget(now: datetime.datetime) -> None:
    """Removes old runs, and the cells of figures that are declared no more."""
    MetricRun.objects.filter(started_at__lt=now - KEEP_RUNS).delete()
    codes = [metric.code for metric in counted()]
    for model in (MetricDaily, MetricState):
        model.objects.exclude(metric__in=codes).delete()
    MetricDirty.objects.exclude(metric__in=[*codes, *topics()]).delete()


def one_line(error: Exception) -> str:
    """The first line of an error, with its kind: what a report can hold."""
    first = next(iter(str(error).strip().splitlines()), "")
    return f"{type(error).__name__}: {first}"[:400]
