"""The Songjiang demo: complete, lively, valid, the same after the second run."""

import hashlib
from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, Max, Min, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from stdnum.cn import uscc as gb32100

from chains.models import (
    Chain,
    ChainPlan,
    EstablishmentMode,
    GuidanceLink,
    OrganizationEvent,
    OrganizationKind,
    PartyOrganization,
    PlanMilestone,
    Segment,
    SegmentLink,
)
from enterprises.ledger.queries.board import answers_to
from enterprises.ledger.queries.deals import listed
from enterprises.models import (
    Activity,
    AnnualFigure,
    ChainMembership,
    CreditGrant,
    Enterprise,
    Honour,
    Instructor,
    InstructorAssignment,
    JointProposal,
    LiaisonPoint,
    LiaisonVisit,
    PartyProfile,
    PledgeRegistration,
    Posting,
    ProcurementDeal,
    Survey,
)
from enterprises.profile.rules import PROFILE_FIELDS, Freshness, freshness
from portal.accounts.models import Membership, User
from portal.demo.management.commands import load_demo
from portal.kit.demo import DemoRun, invented_uscc
from portal.metrics.actions import check_all
from portal.territory.models import Area, ServiceElement, Town
from services.booking.rules.states import HOLDING
from services.models import Booking, FollowUp, Rating, ServiceSession, ServiceStation, WaitingOffer
from services.workorders.models import Demand, DispatchRule, Resolution
from tests.database import copy_of_demo

from .published import cases, check_published, dashboard_of

pytestmark = pytest.mark.xdist_group("demo-songjiang")  # loaded by one process, not by each
MODELS = (
    User,
    Membership,
    Town,
    Chain,
    Segment,
    SegmentLink,
    ChainPlan,
    PlanMilestone,
    PartyOrganization,
    Enterprise,
    AnnualFigure,
    Honour,
    ChainMembership,
    PartyProfile,
    Survey,
    Instructor,
    InstructorAssignment,
    LiaisonPoint,
    LiaisonVisit,
    Activity,
    Area,
    ServiceElement,
    OrganizationEvent,
    GuidanceLink,
    CreditGrant,
    PledgeRegistration,
    ProcurementDeal,
    Posting,
)
LIVING = (ServiceSession, Booking, Rating)  # a later day has its own


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """A copy of the demo that `load_demo songjiang` made from an empty database stands in for the run's own."""
    with django_db_blocker.unblock(), copy_of_demo("read") as copy:
        own = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = copy
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = own


@pytest.fixture
def demo(loaded, django_db_blocker):
    """The loaded demo; what one test changes, the next does not see."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def dashboard(loaded, django_db_blocker):
    with django_db_blocker.unblock():
        return dashboard_of("songjiang")


def fingerprint(models=MODELS + LIVING) -> dict[str, tuple[int, str]]:
    """Every table's rows: how many, and a digest of what identifies them."""
    result = {}
    for model in models:
        rows = [str(row) for row in model.objects.order_by("pk").values_list()]
        result[model.__name__] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return result


@pytest.fixture(scope="module")
def before(loaded, django_db_blocker):
    with django_db_blocker.unblock():
        return fingerprint()


@pytest.fixture
def uncounted():
    """What is loaded is not counted: `test_the_second_run_changes_nothing` does that, the others ask for rows."""
    with patch.object(load_demo, "recount_all"):
        yield


def test_the_second_run_changes_nothing(demo, before):
    call_command("load_demo", "songjiang", verbosity=0)
    assert fingerprint() == before


def test_a_later_day_adds_nothing(demo, before, uncounted, time_machine):
    time_machine.move_to("2031-03-01")
    call_command("load_demo", "songjiang", verbosity=0)
    lasting = {model.__name__ for model in MODELS}
    assert fingerprint(MODELS) == {name: rows for name, rows in before.items() if name in lasting}


def test_what_people_changed_stays_theirs(demo, uncounted):
    Enterprise.objects.filter(uscc=invented_uscc(5, area="310117")).update(name="改名后的公司")
    call_command("load_demo", "songjiang", verbosity=0)
    assert Enterprise.objects.filter(name="改名后的公司").count() == 1


def test_every_chain_follows_a_plan_and_every_gap_is_explained(demo):
    sizes = ChainPlan.objects.annotate(n=Count("milestones")).values_list("n", flat=True)
    assert len(sizes) == 18
    assert all(4 <= n <= 6 for n in sizes)
    late = PlanMilestone.objects.filter(progress__lt=100, due_on__lt=timezone.localdate())
    assert late.exists()
    assert PlanMilestone.objects.filter(progress=100).exists()
    assert not Segment.objects.filter(is_gap=True, gap_note="").exists()


def test_size_and_spread(demo):
    assert Enterprise.objects.count() == 2400
    assert 650 <= PartyOrganization.objects.count() <= 760
    assert Chain.objects.count() == Chain.objects.values("lead_town").distinct().count() == 18
    sizes = Chain.objects.annotate(n=Count("segments")).values_list("n", flat=True)
    assert all(8 <= n <= 20 for n in sizes)
    assert Segment.objects.filter(is_gap=True).count() >= 18
    assert all(town.enterprises.count() > 40 for town in Town.objects.all())
    assert not Segment.objects.filter(is_gap=True, memberships__isnull=False).exists()
    assert not Enterprise.objects.values("name").annotate(n=Count("pk")).filter(n__gt=1).exists()


def test_every_code_is_valid_and_nobody_elses(demo):
    codes = list(Enterprise.objects.values_list("uscc", flat=True))
    assert all(gb32100.is_valid(code) for code in codes)
    assert all(code[8:10] == "DM" for code in codes)


def test_every_state_occurs(demo):
    seen = lambda model, field: set(model.objects.values_list(field, flat=True))  # noqa: E731
    assert seen(Enterprise, "kind") == set(Enterprise.Kind.values)
    assert seen(Enterprise, "status") == set(Enterprise.Status.values)
    assert seen(PartyProfile, "organization_form") == {"none", "alone", "joint"}
    assert seen(ChainMembership, "role") == {"lead", "backbone", "supporting"}
    assert seen(Survey, "method") == {"annual_report", "inspection", "visit", "self_report"}
    assert len(seen(PartyOrganization, "kind__code")) == 10
    assert len(seen(PartyOrganization, "establishment_mode__code") - {None}) == 11
    assert seen(PartyOrganization, "status") == {"active", "merged", "dissolved"}
    today = timezone.localdate()
    states = {
        freshness(day, today, due_days=180, overdue_days=365)
        for day in PartyProfile.objects.values_list("surveyed_on", flat=True)
    }
    assert states == set(Freshness)
    assert PartyProfile.objects.filter(full_members__gte=3, organization_form="none").count() > 30


def test_profiles_agree_with_their_last_survey(demo):
    decided = set(JointProposal.objects.exclude(organization=None).values_list("organization", flat=True))
    for survey in (
        Survey.objects.order_by("enterprise_id", "-surveyed_on")
        .distinct("enterprise_id")
        .select_related("enterprise__profile")
    ):
        profile = survey.enterprise.profile
        assert profile.surveyed_on == survey.surveyed_on
        assert profile.full_members == survey.full_members
        if profile.organization_id not in decided:  # a joint branch came by a decision, not by a survey
            assert profile.organization_name == survey.organization_name
    fields = {
        change["field"] for changes in Survey.objects.values_list("changes", flat=True) for change in changes
    }
    assert fields == set(PROFILE_FIELDS)
    shown = [c["new"] for s in Survey.objects.all()[:500] for c in s.changes if c["field"].endswith("phone")]
    assert shown
    assert all("****" in text for text in shown)


def test_outreach_reaches_the_published_figures(demo):
    """松江: 101 instructors, 29 liaison points, 18 guidance stations; some visits are due, most are not."""
    today = timezone.localdate()
    assert Instructor.objects.filter(ended_on=None).count() == Instructor.objects.count() == 101
    assert Instructor.objects.values("town").distinct().count() == 18
    points = LiaisonPoint.objects.filter(released_on=None)
    assert (points.count(), LiaisonPoint.objects.exclude(released_on=None).count()) == (29, 4)
    assert 4 <= points.filter(last_visited_on__lte=today - timedelta(days=90)).count() <= 15
    assert InstructorAssignment.objects.filter(ended_on=None, enterprise__isnull=False).count() > 700
    assert InstructorAssignment.objects.exclude(ended_on=None).count() > 50
    for row in InstructorAssignment.objects.select_related("instructor", "enterprise"):
        assert row.instructor.started_on <= row.started_on <= today
        if row.enterprise:
            assert row.enterprise.founded_on <= row.started_on
    for point in LiaisonPoint.objects.prefetch_related("visits"):
        days = [visit.visited_on for visit in point.visits.all()]
        assert max(days, default=None) == point.last_visited_on
        assert all(point.taken_in_on <= day <= (point.released_on or today) for day in days)


def test_activities_of_two_years(demo):
    today = timezone.localdate()
    assert 1_200 <= Activity.objects.filter(held_on__year__gte=2023).count() <= 2_000  # of 2021: the clusters
    assert set(Activity.objects.values_list("kind", flat=True)) == set(Activity.Kind.values)
    assert set(Activity.objects.values_list("status", flat=True)) == set(Activity.Status.values)
    assert not Activity.objects.filter(status="held", held_on__gt=today).exists()
    assert not Activity.objects.filter(held_on__lt=F("organization__set_up_on")).exists()
    ended = Activity.objects.filter(held_on__gt=F("organization__ended_on"))
    assert not ended.exists()


def test_the_nine_sign_ins_work(demo):
    names = (
        "admin", "bureau", "station-jiuting", "station-sheshan", "dept-tax", "institution-01", "enterprise-01",
        "enterprise-02", "leader",
    )  # fmt: skip
    for name in names:
        user = User.objects.get(username=name)
        assert user.check_password("demo-2026")
        assert user.display_name
        assert user.scope.roles
    one, two = (User.objects.get(username=f"enterprise-0{n}").scope.enterprises for n in (1, 2))
    assert one.isdisjoint(two)
    towns = {Enterprise.objects.get(uscc__in=scope).town.short_name for scope in (one, two)}
    assert towns == {"九亭", "佘山"}
    rich = Enterprise.objects.get(uscc__in=one)
    assert rich.surveys.count() >= 3
    assert rich.figures.count() == 3
    assert rich.honours.count() >= 4
    assert rich.profile.organization is not None
    assert User.objects.get(username="institution-01").scope.institutions == {"JG01"}


def test_every_department_that_a_rule_names_signs_in(demo):
    rules = DispatchRule.objects.values_list("lead__code", "joint__code")
    named = {code for row in rules for code in row if code}
    users = {code: User.objects.get(username=f"dept-{code}") for code in named}
    assert all(user.check_password("demo-2026") for user in users.values())
    assert all(len(user.scope.departments) == 1 for user in users.values())


@pytest.mark.parametrize("district", ["atlantis", ""])
def test_another_district_is_refused_in_a_sentence(db, district):
    with pytest.raises(CommandError, match="没有名为"):
        call_command("load_demo", district)


def test_a_silly_scale_is_refused(db):
    with pytest.raises(CommandError, match="--scale"):
        call_command("load_demo", "songjiang", scale=0)


def test_invented_rows_do_not_depend_on_the_day():
    early, late = (DemoRun("songjiang", 1, date(year, 5, 1)) for year in (2026, 2030))
    assert early.chance("x", 1).random() == late.chance("x", 1).random()
    codes = {invented_uscc(number, area="310117") for number in range(20_000)}
    assert len(codes) == 20_000
    assert all(gb32100.is_valid(code) for code in codes)


def test_organisations_of_every_kind_and_mode_with_their_history(demo):
    active = PartyOrganization.objects.filter(status="active")
    assert set(active.values_list("kind", flat=True)) == set(
        OrganizationKind.objects.values_list("pk", flat=True)
    )
    modes = set(active.values_list("establishment_mode", flat=True)) - {None}
    assert modes == set(EstablishmentMode.objects.values_list("pk", flat=True))
    assert 35 <= GuidanceLink.objects.count() <= 50
    assert GuidanceLink.objects.filter(ended_on=None).exists()
    kinds = set(OrganizationEvent.objects.values_list("kind", flat=True))
    assert {"set_up", "renamed", "moved", "merged", "absorbed", "dissolved"} <= kinds
    assert not PartyOrganization.objects.filter(timeline=None).exclude(set_up_on=None).exists()
    parks = Area.objects.filter(kind="park")
    led = parks.filter(organizations__kind__code="committee").distinct().count()
    assert 0 < led < parks.count(), "the matrix shows gaps"
    assert 50 <= Area.objects.count() <= 70
    alliances = active.filter(kind__code="chain_alliance").values("chain").distinct().count()
    assert alliances == Chain.objects.count() == 18


@pytest.mark.parametrize(("slug", "code"), cases("songjiang"))
def test_a_published_figure_is_the_sum_of_its_rows(demo, dashboard, slug, code):
    check_published(dashboard, slug, code)


def test_what_was_loaded_is_counted(demo):
    assert check_all() == ([], {})


def test_the_ledgers_reach_the_published_totals(demo):
    """24 800 万元 to 7 enterprises, 17 500 万元 for 12, 19 734.64 万元 inside the chains, by rows (domain.md)."""
    totals = {"amount": Sum("amount"), "enterprises": Count("enterprise", distinct=True)}
    credit = CreditGrant.objects.filter(cancelled_at=None, product="茸质贷").aggregate(**totals)
    pledged = PledgeRegistration.objects.filter(cancelled_at=None).aggregate(**totals)
    assert credit == {"amount": Decimal("248000000.00"), "enterprises": 7}
    assert pledged == {"amount": Decimal("175000000.00"), "enterprises": 12}
    deals = ProcurementDeal.objects.all()
    inside = deals.filter(status__in=("confirmed", "verified"), intra_chain=True)
    assert inside.aggregate(amount=Sum("amount")) == {"amount": Decimal("197346400.00")}
    assert set(deals.values_list("status", flat=True)) == set(ProcurementDeal.Status.values)
    assert deals.filter(status__in=("confirmed", "verified"), intra_chain=False).count() > 100
    months = set(inside.values_list("signed_on__year", "signed_on__month"))
    assert len(months) > 18


def test_deals_wait_for_the_sign_ins_and_needs_have_answers(demo):
    for username in ("enterprise-01", "enterprise-02"):
        user = User.objects.get(username=username)
        assert listed(user, {"waiting": "1"}).count() >= 3
    bureau = User.objects.get(username="bureau")
    needs = Posting.objects.filter(kind="need", status="open").select_related("enterprise", "chain")
    answered = [need for need in needs if answers_to(bureau, need)]
    assert len(answered) > len(needs) * 0.6


def test_demands_wait_for_the_sign_ins(demo):
    """Every state occurs; the enterprise, the tax office and the station each find the cases that wait for them."""
    rows = Demand.objects.filter(source="enterprise")
    assert set(rows.values_list("status", flat=True)) == set(Demand.Status.values)
    assert 280 <= rows.count() <= 330
    raised = rows.filter(enterprise__uscc=invented_uscc(1, area="310117"))
    assert set(raised.values_list("status", flat=True)) == {"submitted", "in_progress", "resolved", "closed"}
    assert raised.get(waiting_since__isnull=False).status == "in_progress"
    now, ours = timezone.now(), rows.filter(lead__code="tax", raised_by=None)
    assert ours.filter(status="dispatched", signed_at=None).exists()
    assert ours.filter(status="in_progress", due_at__lt=now).exists()
    assert ours.filter(status="in_progress", warn_at__lt=now, due_at__gt=now).exists()
    assert Resolution.objects.filter(owner__code="tax", state="open", meeting__state="held").exists()
    towns = User.objects.get(username="station-jiuting").scope.towns
    assert rows.filter(town__in=towns, status="submitted").count() >= 2
    assert rows.filter(town__in=towns, status="accepted").exists()
    assert DispatchRule.objects.count() == 6


def test_stations_have_lived_for_two_months_and_live_today(demo):
    """Every state occurs at any hour of loading, today's boards have people on them, and places are counted right."""
    assert set(Booking.objects.values_list("status", flat=True)) == set(Booking.Status.values)
    assert 5_400 <= Booking.objects.count() <= 7_400
    first, last = ServiceSession.objects.aggregate(a=Min("starts_at"), b=Max("starts_at")).values()
    assert last - first > timedelta(days=90)
    assert not ServiceStation.objects.filter(sessions__isnull=True).exists()
    held = Booking.objects.filter(session=OuterRef("pk"), status__in=HOLDING).order_by()
    line = Booking.objects.filter(session=OuterRef("pk"), status="waiting").order_by()
    offers = WaitingOffer.objects.filter(session=OuterRef("pk"), state="open").order_by()
    counted = ServiceSession.objects.annotate(
        held=number_of(held), line=number_of(line), offered=number_of(offers)
    )
    assert not counted.exclude(booked=F("held") + F("offered"), waiting=F("line")).exists()
    low = FollowUp.objects.filter(booking__rating__score__lte=2)
    assert low.filter(closed_at__isnull=True).exists()
    assert low.count() == FollowUp.objects.count() == Rating.objects.filter(score__lte=2).count()
    assert {row.status for row in Booking.objects.filter(enterprise__uscc=invented_uscc(1, area="310117"))} >= {
        "confirmed", "completed", "rated", "waiting", "cancelled",
    }  # fmt: skip
    assert WaitingOffer.objects.filter(
        booking__enterprise__uscc=invented_uscc(1, area="310117"), state="open"
    ).exists()


def number_of(rows):
    """How many rows a subquery has, 0 for none."""
    counted = rows.annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)
