"""Cells against a fresh count, again and again: the statements that a check sends, planned by the server once.

A test that compares after every step would otherwise spend its time on writing and planning the same SQL.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.db import connection
from django.utils import timezone

from portal.metrics import statements
from portal.metrics.actions import counting, running
from portal.metrics.registry import Metric, counted, metric_of

PREPARED = "cells_compared"
Cells = list[tuple]


def drained(*codes: str) -> None:
    """A drain as if only these figures were declared: in an empty database it would begin with a count of them all."""
    metrics = [metric_of(code) for code in codes]
    with patch.object(running, "counted", lambda: metrics):
        running.drain()


class Comparison:
    """What `check_all` would find of these figures, as long as no key asks for anything."""

    def __init__(self, metrics: Iterable[Metric]):
        self.metrics = list(metrics)
        self.day, self.said = None, {}

    def differing(self) -> Cells:
        """(code, day, district, town, chain, kept, counted, …) of up to three cells of each figure."""
        if self.day != timezone.localdate():
            self._prepare()
        with connection.cursor() as cursor:
            cursor.execute(f"EXECUTE {PREPARED}")
            found = cursor.fetchall()
        for metric in self._moving:
            found += [tuple(vars(cell).values()) for cell in counting.check_metric(metric)]
        return found

    def _prepare(self) -> None:
        self._forget()
        once, again = self._statements(), self._statements()
        self._moving = [
            metric for metric in self.metrics if once[metric.code] != again[metric.code]
        ]  # tell the time
        for metric in self._moving:
            del once[metric.code]
        parts = [(code, *statement) for code, of_code in once.items() for statement in of_code]
        sql = " UNION ALL ".join(f"SELECT '{code}', one.* FROM ({sql}) AS one" for code, sql, _ in parts)
        with connection.cursor() as cursor:
            cursor.execute("SET plan_cache_mode = force_generic_plan")
            cursor.execute(f"PREPARE {PREPARED} AS {sql}", [value for *_, given in parts for value in given])
        self.day, self.said = timezone.localdate(), once

    def _statements(self) -> dict[str, list[statements.Statement]]:
        today = timezone.localdate()
        return {
            metric.code: [
                statements.compare(metric, *window, report=3) for window in counting.everything(metric, today)
            ]
            for metric in self.metrics
        }

    def _forget(self) -> None:
        if self.day is not None:
            with connection.cursor() as cursor:
                cursor.execute(f"DEALLOCATE {PREPARED}; RESET plan_cache_mode")

    def is_said_today(self) -> bool:
        """Whether a check would still send what was prepared: no statement depends on what was written since."""
        said = self._statements()
        return self.day != timezone.localdate() or all(said[code] == kept for code, kept in self.said.items())

    def end(self) -> None:
        self._forget()
        self.day = None


@contextmanager
def fresh_counts(metrics: Iterable[Metric] | None = None) -> Iterator[Comparison]:
    """For as long as a fixture lasts; without `metrics` of every figure."""
    compared = Comparison(counted() if metrics is None else metrics)
    try:
        yield compared
    finally:
        compared.end()
