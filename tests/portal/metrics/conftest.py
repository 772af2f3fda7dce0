"""Figures are tested over a district with something of everything."""

import pytest

from portal.metrics.actions import recount_all, running
from portal.metrics.registry import codes_behind, metric_of
from tests.factories.metrics import make_district
from tests.kept import check_now, kept_for_the_file


@pytest.fixture(scope="module")
def full_district(django_db_setup, django_db_blocker):
    """Two towns, two chains that overlap, organisations that stand, ended and never had a town; a second district.

    Made and counted once for the file.
    """
    with kept_for_the_file(django_db_blocker):
        district = make_district()
        make_district(towns=1)
        recount_all()
        check_now()
        yield district


@pytest.fixture
def few(monkeypatch):
    """Only the figures that activities change, and two that look at everything: the others have no part in the test."""
    codes = {*codes_behind("activity"), "coverage_base", "towns"}
    metrics = [metric_of(code) for code in sorted(codes)]
    monkeypatch.setattr(running, "counted", lambda: metrics)
    return metrics
