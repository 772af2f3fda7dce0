"""What goes wrong while figures are counted: afterwards no cell differs from a fresh count, and nothing reads as zero."""

import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from enterprises.activities.actions import record_activity
from enterprises.activities.models import Activity
from portal.metrics import statements
from portal.metrics.actions import check_all, counting, drain, mark_dirty, recount_all
from portal.metrics.actions.dirty import spread_keys
from portal.metrics.actions.running import due
from portal.metrics.models import MetricDaily, MetricDirty, MetricState
from portal.metrics.queries import Area, figures
from portal.metrics.registry import codes_behind, metric_of
from portal.notices.models import Notice
from tests.factories.accounts import make_user
from tests.factories.chains import PartyOrganizationFactory
from tests.factories.coverage import HeldActivityFactory
from tests.factories.territory import TownFactory
from tests.races import together

pytestmark = pytest.mark.usefixtures("few")
CODE = "activities_held"


def held(organization, by) -> None:
    record_activity(
        organization=organization, by=by, kind="theme_day", title="主题党日", held_on=timezone.localdate(),
        attendances=5,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_two_drains_a_killed_worker_and_keys_while_everything_is_recounted(monkeypatch):
    town = TownFactory()
    organization = PartyOrganizationFactory(district=town.district, town=town)
    by = make_user("bureau", district=town.district)
    recount_all()

    held(organization, by)
    together(drain, drain)
    assert not MetricDirty.objects.exists()
    assert check_all() == ([], {}), "two drains at once"

    held(organization, by)
    spread_keys()
    waiting = MetricDirty.objects.filter(metric=CODE).count()
    assert waiting

    def killed() -> None:
        with pytest.raises(OperationalError), transaction.atomic():
            counting.drain_metric(metric_of(CODE), wait=True)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    together(killed)
    assert MetricDirty.objects.filter(metric=CODE).count() == waiting, (
        "a worker that dies takes its keys nowhere"
    )
    drain()
    assert check_all() == ([], {}), "killed in the middle of a drain"

    recount, late = statements.recount, []

    def and_then_somebody_records(metric, first, last, *, report):
        if metric.code == CODE and not late:
            late.append(metric)
            together(lambda: held(organization, by))  # committed before the rows are read
            monkeypatch.setattr(counting, "_counted", after_the_rows_were_read(counting._counted))
        return recount(metric, first, last, report=report)

    def after_the_rows_were_read(counted_as_before):
        def record_and_go_on(state, today, now):
            if state.metric == CODE and len(late) == 1:
                late.append(state)
                together(lambda: held(organization, by))
            counted_as_before(state, today, now)

        return record_and_go_on

    monkeypatch.setattr(statements, "recount", and_then_somebody_records)
    run = recount_all()
    assert len(late) == 2
    assert run.differences == 0, "what a key explains is no difference"
    assert MetricDirty.objects.filter(metric="activity").exists()
    drain()
    assert check_all() == ([], {}), "keys written while the full recount runs"
    total = MetricDaily.objects.get(metric=CODE, town_id=0, chain_id=0, day=timezone.localdate())
    assert total.value == Activity.objects.count() == 4


@pytest.fixture
def some_figures(db, few):
    town = TownFactory()
    for _ in range(3):
        HeldActivityFactory(organization=PartyOrganizationFactory(district=town.district, town=town))
    recount_all()
    return town


def test_a_query_that_fails_leaves_the_old_value_with_its_old_time_and_tells_people(
    some_figures, monkeypatch
):
    bureau = make_user("bureau", district=some_figures.district)
    area = Area((some_figures.district_id,))
    before = figures([CODE], area=area)[CODE]
    assert before.value == 3
    rows = statements.fresh_cells
    broken = lambda metric, *days: ("SELECT 1/0", []) if metric.code == CODE else rows(metric, *days)  # noqa: E731
    monkeypatch.setattr(statements, "fresh_cells", broken)

    Activity.objects.all().delete()
    mark_dirty("activity")
    run = drain()
    assert set(run.errors) == {CODE}
    shown = figures([CODE], area=area)[CODE]
    assert (shown.value, shown.as_of, shown.failed) == (3, before.as_of, True)
    assert Notice.objects.filter(recipient=bureau, kind="metric_failed").count() == 1
    assert MetricDirty.objects.filter(metric=CODE).exists(), "the key waits for better times"
    assert CODE not in {metric.code for metric in due()}, "not tried again every few seconds"
    with pytest.raises(SystemExit):
        call_command("rollup", "--check", stdout=StringIO(), stderr=StringIO())

    monkeypatch.undo()
    drain(wait=True)
    shown = figures([CODE], area=area)[CODE]
    assert (shown.value, shown.failed) == (0, False)
    call_command("rollup", "--check", stdout=StringIO())


def test_a_change_without_a_key_is_a_difference_that_the_full_recount_corrects(some_figures):
    bureau = make_user("bureau", district=some_figures.district)
    Activity.objects.first().delete()  # past every action
    out = StringIO()
    with pytest.raises(SystemExit) as exit_code:
        call_command("rollup", "--check", stdout=out)
    assert exit_code.value.code == 1
    assert CODE in out.getvalue()
    run = recount_all()
    wrong = {(cell.metric, cell.town_id): (cell.kept, cell.counted) for cell in run.found.all()}
    assert wrong[CODE, 0] == wrong[CODE, some_figures.pk] == (3, 2)
    assert Notice.objects.filter(recipient=bureau, kind="metric_differences").exists()
    call_command("rollup", "--full", "--check", stdout=StringIO())


def test_a_new_day_is_counted_and_yesterday_stays(some_figures, few):
    code = "towns"
    state = MetricState.objects.get(metric="coverage_base")
    MetricState.objects.filter(metric="coverage_base").update(
        counted_day=state.counted_day - datetime.timedelta(days=1)
    )
    drain()
    assert MetricState.objects.get(metric="coverage_base").counted_day == timezone.localdate()
    assert MetricState.objects.get(metric=code).as_of is not None
    assert check_all() == ([], {})
    assert MetricState.objects.count() == len(few)


@pytest.mark.django_db
def test_an_action_writes_one_key_a_name_and_a_drain_spreads_it():
    day = timezone.localdate()
    for _ in range(2):
        mark_dirty("survey", "activity", CODE, days=[day])
    assert MetricDirty.objects.count() == 6
    spread_keys()
    spread_keys()
    keys = list(MetricDirty.objects.exclude(metric=CODE).values_list("metric", "first", "last"))
    behind = {*codes_behind("survey"), *codes_behind("activity")} - {CODE}
    assert sorted(keys) == sorted((code, day, day) for code in behind), "equal keys meet"
    with pytest.raises(LookupError):
        mark_dirty("no such thing")
