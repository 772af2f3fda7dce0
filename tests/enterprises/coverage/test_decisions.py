"""A clerk decides on a proposal: what stands afterwards, what is refused and why, and who may."""

import pytest
from rest_framework.exceptions import PermissionDenied

from chains.party.models import PartyOrganization
from enterprises.coverage import queries
from enterprises.coverage.actions import accept_proposal, decline_proposal
from enterprises.profile.models import PartyProfile
from portal.kit.problems import Conflict, Invalid, Stale
from portal.territory.models import Area
from tests.factories.accounts import make_user
from tests.factories.chains import ChainFactory, OrganizationKindFactory, PartyOrganizationFactory
from tests.factories.coverage import enterprise_with, proposal_of
from tests.factories.enterprises import ChainMembershipFactory
from tests.factories.territory import DistrictFactory, TownFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return DistrictFactory(name="松江区")


@pytest.fixture
def town(district):
    return TownFactory(district=district, name="九亭镇", short_name="九亭")


@pytest.fixture
def bureau(district):
    return make_user("bureau", district=district)


@pytest.fixture
def three(town):
    return [enterprise_with(count, town=town, address="松江区九亭镇沪松公路1号") for count in (1, 2, 1)]


def test_the_organisation_stands_with_its_enterprises(district, town, bureau, three):
    kind = OrganizationKindFactory(code="comprehensive_committee", name="综合党委")
    committee = PartyOrganizationFactory(district=district, town=town, kind=kind)
    before = queries.coverage(bureau).organizational

    proposal = accept_proposal(proposal=proposal_of(three), by=bureau, version=1)

    branch = proposal.organization
    assert proposal.state == "accepted"
    assert (branch.name, branch.kind.code, branch.establishment_mode.code) == (
        "中共九亭沪松公路联合支部委员会", "joint_branch", "area_joint",
    )  # fmt: skip
    assert (branch.town, branch.chain, branch.parent) == (town, None, committee)
    for profile in PartyProfile.objects.filter(enterprise__in=three):
        assert (profile.organization, profile.organization_name) == (branch, branch.name)
        assert (profile.organization_form, profile.establishment_mode.code) == ("joint", "area_joint")
        assert profile.version == 2
    assert queries.coverage(bureau).organizational == before + 3
    assert queries.group_counts(bureau)["should_join"] == 0


def test_a_branch_along_a_chain(district, town, bureau):
    chain = ChainFactory(district=district, name="集成电路", lead_town=town)
    members = [enterprise_with(2, town=TownFactory(district=district)) for _ in range(2)]
    for one in members:
        ChainMembershipFactory(enterprise=one, chain=chain)

    branch = accept_proposal(proposal=proposal_of(members, chain=chain), by=bureau).organization

    assert branch.name == "中共松江区集成电路联合支部委员会"
    assert (branch.establishment_mode.code, branch.chain, branch.town) == ("industry_unified", chain, town)


def test_the_clerk_may_name_it_and_leave_an_enterprise_out(bureau, three):
    proposal = accept_proposal(
        proposal=proposal_of(three), by=bureau, name="中共九亭科技绿洲联合支部委员会",
        members=[three[0].uscc, three[1].uscc],
    )  # fmt: skip

    assert proposal.organization.name == "中共九亭科技绿洲联合支部委员会"
    assert PartyProfile.objects.get(enterprise=three[2]).organization_form == "none"


def test_a_second_branch_gets_a_name_of_its_own(town, bureau, three):
    more = [enterprise_with(2, town=town, address="沪松公路9号") for _ in range(2)]

    names = [accept_proposal(proposal=proposal_of(one), by=bureau).organization.name for one in (three, more)]

    assert names == ["中共九亭沪松公路联合支部委员会", "中共九亭沪松公路第二联合支部委员会"]


def test_the_park_that_all_share_gives_the_name(district, town, bureau):
    area = Area.objects.create(district=district, town=town, code="p", name="科技绿洲", kind="park")
    members = [enterprise_with(2, town=town, area=area) for _ in range(2)]

    assert accept_proposal(proposal=proposal_of(members), by=bureau).organization.name == (
        "中共九亭科技绿洲联合支部委员会"
    )


@pytest.mark.parametrize("choice", [[], [0], [0, 2]])
def test_fewer_than_three_members_make_no_branch(bureau, three, choice):
    with pytest.raises(Invalid, match="3 名正式党员"):
        accept_proposal(proposal=proposal_of(three), by=bureau, members=[three[n].uscc for n in choice])


def test_a_foreign_enterprise_is_no_member(bureau, three, town):
    with pytest.raises(Invalid, match="不在这条建议中"):
        accept_proposal(
            proposal=proposal_of(three), by=bureau,
            members=[*(one.uscc for one in three), enterprise_with(2, town=town).uscc],
        )  # fmt: skip


def test_what_changed_meanwhile_is_named_and_nothing_is_written(bureau, three):
    proposal = proposal_of(three)
    branch = PartyOrganizationFactory(district=three[0].district, name="别的支部")
    PartyProfile.objects.filter(enterprise=three[0]).update(
        organization_form="joint", organization=branch, organization_name=branch.name
    )
    three[1].status = "deregistered"
    three[1].save()

    with pytest.raises(Conflict) as refused:
        accept_proposal(proposal=proposal, by=bureau)

    sentence = str(refused.value.detail)
    assert f"{three[0].name}（已由“别的支部”覆盖）" in sentence
    assert f"{three[1].name}（登记状态已变为“注销”）" in sentence
    assert three[2].name not in sentence
    proposal.refresh_from_db()
    assert proposal.state == "open"
    assert PartyOrganization.objects.count() == 1


def test_who_has_gone_may_be_left_out(town, bureau, three):
    proposal = proposal_of([*three, gone := enterprise_with(1, town=town, status="suspended")])

    accept_proposal(proposal=proposal, by=bureau, members=[one.uscc for one in three])

    assert PartyProfile.objects.get(enterprise=gone).organization_form == "none"


def test_a_count_that_fell_below_three_is_told(bureau, three):
    proposal = proposal_of(three)
    PartyProfile.objects.filter(enterprise=three[1]).update(full_members=0)

    with pytest.raises(Conflict, match="合计 2 名") as refused:
        accept_proposal(proposal=proposal, by=bureau)

    assert f"{three[1].name}（2 → 0 名）" in str(refused.value.detail)


def test_a_decided_proposal_stays_decided(bureau, three):
    proposal = proposal_of(three)
    with pytest.raises(Stale):
        decline_proposal(proposal=proposal, by=bureau, reason="企业即将搬迁", version=7)
    with pytest.raises(Invalid):
        decline_proposal(proposal=proposal, by=bureau, reason=" ")

    declined = decline_proposal(proposal=proposal, by=bureau, reason="企业即将搬迁", version=1)

    assert (declined.state, declined.decline_reason, declined.decided_by) == (
        "declined",
        "企业即将搬迁",
        bureau,
    )
    for again in (accept_proposal, lambda **kw: decline_proposal(**kw, reason="再次")):
        with pytest.raises(Conflict, match="不采纳"):
            again(proposal=proposal, by=bureau)


def test_a_station_decides_what_lies_wholly_in_its_town(district, town, three):
    station, leader = make_user("station", town=town), make_user("leader", district=district)
    chain = ChainFactory(district=district)
    across = [enterprise_with(2, town=one) for one in (town, TownFactory(district=district))]
    for one in across:
        ChainMembershipFactory(enterprise=one, chain=chain)

    with pytest.raises(PermissionDenied):
        accept_proposal(proposal=proposal_of(across, chain=chain), by=station)
    with pytest.raises(PermissionDenied):
        accept_proposal(proposal=proposal_of(three), by=leader)
    with pytest.raises(PermissionDenied):
        accept_proposal(proposal=proposal_of(three), by=make_user("station", district=district))
    assert accept_proposal(proposal=proposal_of(three), by=station).state == "accepted"
