"""Two commits at once, and a commit beside a survey: nothing lost, nobody waits in a circle."""

import pytest

from enterprises.profile.actions import record_survey
from enterprises.profile.models import PartyProfile, Survey
from enterprises.registry.models import Enterprise
from portal.imports import actions
from portal.jobs.models import Job
from portal.jobs.runner import run_now
from tests.factories.accounts import make_user
from tests.factories.imports import checked, committed
from tests.factories.sheets import sheet_row
from tests.factories.territory import TownFactory
from tests.races import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROWS = 600


@pytest.fixture
def bureau():
    return make_user("bureau", district=TownFactory(name="九亭镇", short_name="九亭").district)


def at_once(*works) -> None:
    """Runs every work beside the others; what one raises is raised here."""
    for result in together(*works, seconds=90):
        if isinstance(result, Exception):
            raise result


def ready(rows, by) -> Job:
    return actions.request_commit(sheet_import=checked(rows, by), by=by).job


def test_two_overlapping_files(bureau):
    forward = [sheet_row(n, 从业人数=n) for n in range(1, ROWS)]
    backward = [sheet_row(n, 正式党员数=3) for n in range(ROWS + 200, 200, -1)]
    jobs = [ready(forward, bureau), ready(backward, bureau)]
    at_once(*(lambda job=job: run_now(job) for job in jobs))
    assert set(Job.objects.filter(kind="imports.commit").values_list("state", flat=True)) == {"done"}
    assert Enterprise.objects.count() == ROWS + 200
    assert Enterprise.objects.filter(employees__isnull=False).count() == ROWS - 1
    assert PartyProfile.objects.filter(full_members=3).count() == ROWS
    assert Survey.objects.count() == ROWS


def test_a_survey_taken_meanwhile_is_not_lost(bureau):
    committed([sheet_row(n) for n in range(1, ROWS)], bureau)
    job = ready([sheet_row(n, 经营地址="新址") for n in range(1, ROWS)], bureau)
    surveyed = Enterprise.objects.order_by("?")[:20]

    def survey():
        for enterprise in surveyed:
            record_survey(
                enterprise=enterprise, by=bureau, surveyed_on=enterprise.created_at.date(), method="visit",
                full_members=7, employees=33,
            )  # fmt: skip

    at_once(lambda: run_now(job), survey)
    job.refresh_from_db()
    assert job.state == "done"
    assert Enterprise.objects.filter(address="新址").count() == ROWS - 1
    assert PartyProfile.objects.filter(full_members=7).count() == 20
    assert Enterprise.objects.filter(employees=33).count() == 20


def test_the_same_file_twice_at_once(bureau):
    rows = [sheet_row(n, 正式党员数=1, 摸排日期="2026-01-05") for n in range(1, ROWS)]
    jobs = [ready(rows, bureau), ready(rows, bureau)]
    at_once(*(lambda job=job: run_now(job) for job in jobs))
    assert Enterprise.objects.count() == ROWS - 1
    assert Survey.objects.count() == ROWS - 1
    assert Enterprise.pgh_event_model.objects.count() == ROWS - 1
