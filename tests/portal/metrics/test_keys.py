"""Every action leaves the keys of what it changed: after a drain, no cell differs from a fresh count."""

import datetime
from copy import deepcopy
from decimal import Decimal

import pytest
from django.utils import timezone

from chains.industry.actions import add_segment, close_segment, create_chain, update_chain
from chains.party.actions import create_guidance, create_organization, update_guidance, update_organization
from chains.party.models import PartyOrganization
from enterprises.activities.actions import cancel_activity, record_activity, update_activity
from enterprises.coverage.actions import accept_proposal
from enterprises.ledger.actions import cancel, confirm, correct, dispute, grant_credit, report_deal
from enterprises.organizations.actions import dissolve_organization, merge_organization
from enterprises.outreach.actions import (
    assign,
    create_instructor,
    end_assignment,
    hand_over,
    record_visit,
    release_point,
    retire_instructor,
    take_in,
    update_instructor,
)
from enterprises.profile.actions import record_survey
from enterprises.registry.actions import create_enterprise, leave_chain, place_on_chain, update_enterprise
from portal.metrics.actions import drain, recount_all
from portal.metrics.models import MetricDirty
from services.stations.actions import add_entry, create_institution, create_station, update_station
from tests.cells import fresh_counts
from tests.factories.accounts import make_user
from tests.factories.chains import ChainFactory, OrganizationKindFactory
from tests.factories.coverage import accepting_reference, enterprise_with, proposal_of
from tests.factories.enterprises import valid_uscc
from tests.factories.services import ElementFactory
from tests.factories.territory import TownFactory
from tests.kept import check_now, kept_for_the_file

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 3, 5)
REASON = "工作需要"


@pytest.fixture
def settle(compared, db):
    """Drains, and says which action left a cell wrong."""

    def settled(what: str) -> None:
        assert MetricDirty.objects.exists(), f"{what} left no key"
        drain()
        assert not MetricDirty.objects.exists()
        assert not (cells := compared.differing()), f"{what}: {cells}"

    yield settled
    assert compared.is_said_today()


@pytest.fixture(scope="module")
def compared(counted_world):
    with fresh_counts() as prepared:
        assert not prepared.differing()
        yield prepared


@pytest.fixture(scope="module")
def counted_world(django_db_setup, django_db_blocker):
    """Towns, chains and a bureau user, everything counted once for the file."""
    with kept_for_the_file(django_db_blocker):
        town = TownFactory()
        other = TownFactory(district=town.district)
        chains = [ChainFactory(district=town.district) for _ in range(2)]
        by = make_user("bureau", district=town.district)
        accepting_reference()
        rows = [enterprise_with(2, town=town, founded_on=None) for _ in range(4)]
        recount_all()
        check_now()
        yield town, other, chains, by, rows


@pytest.fixture
def world(counted_world):
    """Each test's own copies: what an action leaves on a row in memory, the next test does not see."""
    return deepcopy(counted_world)


def test_enterprises_places_and_surveys(world, settle):
    town, other, chains, by, rows = world
    one = create_enterprise(by=by, uscc=valid_uscc(777), name="新企业", kind="small_micro", town=town)
    settle("create_enterprise")
    place_on_chain(enterprise=one, by=by, chain=chains[0], started_on=DAY)
    place_on_chain(enterprise=rows[0], by=by, chain=chains[1])
    settle("place_on_chain")
    record_survey(enterprise=one, by=by, surveyed_on=DAY, method="visit", full_members=4)
    settle("record_survey")
    take_in(enterprise=one, by=by, taken_in_on=DAY, leader_title="副局长", leader_name="某某")
    settle("take_in")
    one = update_enterprise(enterprise=one, by=by, version=one.version, changes={"town": other})
    settle("update_enterprise, to another town")
    leave_chain(enterprise=one, by=by, chain=chains[0])
    settle("leave_chain")
    update_enterprise(enterprise=one, by=by, version=one.version, changes={"status": "suspended"})
    settle("update_enterprise, suspended")


def test_organizations_guidance_and_activities(world, settle):
    town, other, chains, by, rows = world
    kind = OrganizationKindFactory(code="branch", name="党支部", is_formal=True)
    made = [
        create_organization(district=town.district, by=by, code=f"ZZ-{n}", name=f"第{n}支部", kind=kind,
                            town=town, chain=chains[0], set_up_on=datetime.date(2022 + n, 5, 1))
        for n in range(3)
    ]  # fmt: skip
    settle("create_organization")
    record_survey(
        enterprise=rows[0], by=by, surveyed_on=DAY, method="visit", organization_form="joint",
        organization=made[0].code,
    )  # fmt: skip
    settle("record_survey, covered")
    link = create_guidance(guide=made[0], guided=made[1], by=by, kind="guidance", started_on=DAY)
    held = record_activity(
        organization=made[0], by=by, kind="theme_day", title="主题党日", held_on=DAY, attendances=9
    )
    settle("create_guidance, record_activity")
    held = update_activity(
        activity=held, by=by, version=held.version, changes={"held_on": timezone.localdate()}
    )
    settle("update_activity")
    made[0].refresh_from_db()
    update_organization(
        organization=made[0], by=by, version=made[0].version, changes={"town": other, "chain": chains[1]}
    )
    settle("update_organization")
    update_guidance(link=link, by=by, version=link.version, changes={"ended_on": timezone.localdate()})
    cancel_activity(activity=held, by=by, version=held.version)
    settle("update_guidance, cancel_activity")
    accept_proposal(proposal=proposal_of(rows[1:4]), by=by)
    settle("accept_proposal")
    organization = PartyOrganization.objects.get(pk=made[0].pk)
    merge_organization(
        organization=organization, into=made[1], by=by, version=organization.version,
        ended_on=timezone.localdate(), reason=REASON,
    )  # fmt: skip
    settle("merge_organization")
    organization = PartyOrganization.objects.get(pk=made[1].pk)
    dissolve_organization(
        organization=organization, by=by, version=organization.version, ended_on=timezone.localdate(),
        reason=REASON, default=None,
    )  # fmt: skip
    settle("dissolve_organization")


def test_outreach_chains_and_stations(world, settle):
    town, other, _chains, by, rows = world
    people = [
        create_instructor(by=by, town=place, code=f"ZD-{n}", name=f"指导员{n}", started_on=datetime.date(2025, 1, 1 + n))
        for n, place in enumerate((town, town, other))
    ]  # fmt: skip
    settle("create_instructor")
    posted = assign(instructor=people[0], by=by, enterprises=rows[:3], started_on=DAY)
    settle("assign")
    end_assignment(assignment=posted.rows[0], by=by, ended_on=timezone.localdate(), reason=REASON)
    hand_over(
        instructor=people[0], by=by, ended_on=timezone.localdate(), reason=REASON, to=people[1], retire=True
    )
    settle("end_assignment, hand_over")
    people[2] = update_instructor(
        instructor=people[2], by=by, version=people[2].version, changes={"started_on": DAY}
    )
    settle("update_instructor")
    retire_instructor(
        instructor=people[2], by=by, version=people[2].version, ended_on=timezone.localdate(), reason=REASON
    )
    point = take_in(enterprise=rows[3], by=by, taken_in_on=DAY, leader_title="副局长", leader_name="某某")
    record_visit(point=point, by=by, visited_on=DAY, content="走访了解情况")
    settle("retire_instructor, take_in, record_visit")
    point.refresh_from_db()
    release_point(point=point, by=by, version=point.version, released_on=timezone.localdate(), reason=REASON)
    settle("release_point")
    chain = create_chain(district=town.district, code="new", name="新链", by=by, lead_town=town)
    segment = add_segment(chain=chain, by=by, name="缺口", stage="upstream", is_gap=True)
    settle("create_chain, add_segment")
    update_chain(chain=chain, by=by, version=chain.version, changes={"lead_town": other})
    close_segment(segment=segment, by=by, version=segment.version)
    settle("update_chain, close_segment")
    station = create_station(town=town, code="st-1", by=by, name="一站式服务站")
    create_institution(district=town.district, code="JG-1", by=by, name="检测中心", town=town)
    add_entry(town=town, element=ElementFactory(), by=by, title="登记注册", provider="市场监管所")
    settle("create_station, create_institution, add_entry")
    update_station(station=station, by=by, version=station.version, changes={"closed_on": DAY})
    settle("update_station")


def test_credit_and_deals(world, settle):
    _town, _other, chains, by, rows = world
    for one in rows[:2]:
        place_on_chain(enterprise=one, by=by, chain=chains[0], started_on=datetime.date(2026, 1, 1))
    grant_credit(
        enterprise=rows[0],
        by=by,
        bank="茸城银行",
        product="茸质贷",
        amount=Decimal(5_000_000),
        granted_on=DAY,
    )
    deal = report_deal(
        by=by, buyer=rows[0], seller=rows[1], amount=Decimal("1250.50"), signed_on=DAY, goods="配件",
        contract_number="HT-1",
    )  # fmt: skip
    sides = [make_user("enterprise", enterprise=one) for one in rows[:2]]
    for side in sides:
        deal = confirm(deal=deal, by=side)
    settle("grant_credit, confirm")
    deal = dispute(deal=deal, by=sides[0], reason="金额不符")
    settle("dispute")
    deal = correct(deal=deal, by=by, version=deal.version, changes={"signed_on": timezone.localdate()})
    for side in sides:
        deal = confirm(deal=deal, by=side)
    settle("correct, confirm")
    cancel(deal=deal, by=by, reason=REASON)
    settle("cancel")
