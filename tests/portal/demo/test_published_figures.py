"""The demos of 宝山, 浦口 and 宿迁 beside each other: each published figure stands on its dashboard and is the sum of its
rows. Songjiang's are tested where its demo is loaded (test_load_demo.py)."""

from contextlib import nullcontext
from itertools import pairwise
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count, F, Q
from django.test import Client
from django.utils import timezone

from chains.models import Chain
from enterprises.models import Enterprise
from portal.accounts.demo import PASSWORD, suffix_of
from portal.accounts.models import User
from portal.demo.management.commands import load_demo
from portal.metrics.actions import check_all
from portal.metrics.models import PioneerBoard
from portal.metrics.places import Area
from portal.metrics.queries import series
from portal.territory.models import District
from services.visits.models import Visit
from services.workorders.models import Demand, DemandPart, DemandStep
from services.workorders.rules import states
from tests.kept import check_now, kept_for_the_file

from .published import cases, check_published, dashboard_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("demo-others")]
SLUGS = ("baoshan", "pukou", "suqian")
SIGN_INS = (
    "bureau", "station-jiuting", "station-sheshan", "dept-tax", "institution-01", "enterprise-01", "enterprise-02", "leader",
)  # fmt: skip


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """All three, loaded once for this file and taken out again by rolling back: {slug: dashboard}."""
    with kept_for_the_file(django_db_blocker):
        for slug in SLUGS:
            with (
                patch.object(load_demo, "recount_all") if slug != SLUGS[-1] else nullcontext()
            ):  # once is enough
                call_command("load_demo", slug, verbosity=0)
        check_now()
        yield {slug: dashboard_of(slug) for slug in SLUGS}


@pytest.fixture
def demos(loaded, django_db_blocker):
    """The same for one test; what it changes, the next does not see."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield loaded
        transaction.set_rollback(True)


@pytest.mark.parametrize(("slug", "code"), cases(*SLUGS))
def test_a_published_figure_is_the_sum_of_its_rows(demos, slug, code):
    check_published(demos[slug], slug, code)


def test_the_alliance_of_pukou_has_its_33_members_on_the_chain(demos):
    pukou = District.objects.get(slug="pukou")
    places = series(["chain_places"], area=Area((pukou.pk,)), by="chain")["chain_places"]
    assert {point.key: point.value for point in places.points}["pk-ic"] == 33


def test_what_was_loaded_is_counted(demos):
    assert check_all() == ([], {})


def test_a_second_loading_adds_nothing(demos):
    counted = (Chain, Enterprise, User, PioneerBoard, Visit, Demand, DemandStep)
    before = [model.objects.count() for model in counted]
    call_command("load_demo", "pukou", verbosity=0)
    assert [model.objects.count() for model in counted] == before


def test_each_district_has_its_sign_ins(demos):
    for slug in SLUGS:
        suffix = suffix_of(District.objects.get(slug=slug))
        assert User.objects.filter(username__in=[f"{name}{suffix}" for name in SIGN_INS]).count() == len(
            SIGN_INS
        )
    assert [suffix_of(District.objects.get(slug=slug)) for slug in ("baoshan", "pukou")] == ["", "-pukou"]
    assert User.objects.get(username="bureau").check_password(PASSWORD)
    client = Client()
    client.force_login(User.objects.get(username="leader-suqian"))
    assert "宿迁市" in client.get("/", follow=True).content.decode()


def test_demands_that_were_written_in_bulk_went_as_the_actions_lead_them(demos):
    """Every open state occurs; times follow each other; a clock runs exactly where somebody has to act."""
    now, rows = timezone.now(), Demand.objects.filter(district__slug="pukou", source="visit")
    assert set(rows.filter(status__in=states.OPEN).values_list("status", flat=True)) == set(states.OPEN)
    running = Q(clock__gt="") & (Q(due_at__isnull=False) | Q(waiting_since__isnull=False))
    assert not rows.filter(status__in=states.OPEN).exclude(running).exists()
    assert not rows.filter(Q(status__in=states.SOLVED), Q(clock__gt="") | Q(due_at__isnull=False)).exists()
    stamps = (
        "created_at", "accepted_at", "dispatched_at", "signed_at", "resolved_at", "verified_at", "closed_at",
    )  # fmt: skip
    solved = rows.filter(status__in=states.SOLVED)
    for earlier, later in pairwise(stamps):
        assert not solved.filter(**{f"{later}__lt": F(earlier)}).exists(), later
    assert not DemandStep.objects.filter(demand__in=rows, at__gt=now).exists()
    parts = DemandPart.objects.filter(demand__in=rows, left_at=None)
    leads = parts.filter(role="lead")
    handled = rows.filter(lead__isnull=False)
    assert leads.filter(department=F("demand__lead")).count() == leads.count() == handled.count()
    assert not parts.filter(done_at=None, demand__status__in=states.SOLVED).exists()
    last = rows.annotate(steps=Count("timeline", filter=~Q(timeline__move__startswith="callback")))
    assert not last.exclude(version=F("steps")).exists()
    assert rows.filter(due_at__gt=now).count() > 60, "not everything is overdue"
