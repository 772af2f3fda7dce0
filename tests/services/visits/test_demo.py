"""Pukou's published totals, counted from rows (domain.md), and what must hold of demands that were written in bulk."""

from decimal import Decimal
from itertools import pairwise

import pytest
from django.db.models import Count, F, Q
from django.utils import timezone

import chains.industry.demo
import chains.party.demo
import enterprises.registry.demo
import portal.accounts.demo
import services.visits.demo
from portal.demo.reference import load_reference
from portal.kit.demo import DemoRun
from portal.metrics.actions import check_all, recount_all
from portal.metrics.places import Area
from portal.metrics.queries import figures
from services.visits.models import Visit
from services.workorders.models import Demand, DemandPart, DemandStep
from services.workorders.rules import states

PUBLISHED = {
    "enterprises_visited": 1_735, "projects_visited": 228, "visit_findings": 4_294, "demands_found": 4_294,
    "demands_solved": 4_044, "demands_in_progress": 250, "demand_resolution_rate": Decimal("94.18"),
}  # fmt: skip
NEEDED = (portal.accounts.demo, chains.industry.demo, chains.party.demo, enterprises.registry.demo)


@pytest.mark.django_db
def test_pukou_reaches_its_published_totals():
    district = load_reference("pukou")
    demo = DemoRun("pukou", 1, timezone.localdate())
    for feature in (*NEEDED, services.visits.demo):
        feature.load(demo)
    recount_all()
    found = figures(PUBLISHED, area=Area((district.pk,)), period="all")
    assert {code: figure.value for code, figure in found.items()} == PUBLISHED
    assert check_all() == ([], {})
    _check_demands()
    before = (Visit.objects.count(), Demand.objects.count(), DemandStep.objects.count())
    services.visits.demo.load(demo)
    assert (Visit.objects.count(), Demand.objects.count(), DemandStep.objects.count()) == before


def _check_demands() -> None:
    """Every open state occurs; times follow each other; a clock runs exactly where somebody has to act."""
    now, rows = timezone.now(), Demand.objects.all()
    assert set(rows.filter(status__in=states.OPEN).values_list("status", flat=True)) == set(states.OPEN)
    running = Q(clock__gt="") & (Q(due_at__isnull=False) | Q(waiting_since__isnull=False))
    assert not rows.filter(status__in=states.OPEN).exclude(running).exists()
    assert not rows.filter(Q(status__in=states.SOLVED), Q(clock__gt="") | Q(due_at__isnull=False)).exists()
    stamps = (
        "created_at",
        "accepted_at",
        "dispatched_at",
        "signed_at",
        "resolved_at",
        "verified_at",
        "closed_at",
    )
    solved = rows.filter(status__in=states.SOLVED)
    for earlier, later in pairwise(stamps):
        assert not solved.filter(**{f"{later}__lt": F(earlier)}).exists(), later
    assert not DemandStep.objects.filter(at__gt=now).exists()
    parts = DemandPart.objects.filter(left_at=None)
    leads = parts.filter(role="lead")
    handled = rows.filter(lead__isnull=False)
    assert leads.filter(department=F("demand__lead")).count() == leads.count() == handled.count()
    assert not parts.filter(done_at=None, demand__status__in=states.SOLVED).exists()
    last = rows.annotate(steps=Count("timeline", filter=~Q(timeline__move__startswith="callback")))
    assert not last.exclude(version=F("steps")).exists()
    assert rows.filter(due_at__gt=now).count() > 60, "not everything is overdue"
