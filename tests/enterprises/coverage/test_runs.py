"""A run as a job: what it writes, that it can be started again, and what it remembers."""

import pytest

from enterprises.coverage.actions import decline_proposal, fill_run, start_run
from enterprises.coverage.models import JointProposal, ProposalMember, ProposalRun
from portal.jobs.models import Job
from portal.jobs.runner import LeaseLost, run_now
from tests.factories.accounts import make_user
from tests.factories.chains import ChainFactory
from tests.factories.coverage import accepting_reference, enterprise_with
from tests.factories.enterprises import ChainMembershipFactory
from tests.factories.import_fixtures import no_heartbeat  # noqa: F401
from tests.factories.territory import DistrictFactory, TownFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def town(district):
    return TownFactory(district=district)


def members_by_proposal(run: ProposalRun) -> list[set[str]]:
    return [
        {one.enterprise.name for one in proposal.members.select_related("enterprise")}
        for proposal in JointProposal.objects.filter(run=run).order_by("number")
    ]


def test_a_run_places_the_town_first_and_the_rest_along_their_chain(district, town, no_heartbeat):  # noqa: F811
    chain = ChainFactory(district=district)
    for name, count in (("甲", 2), ("乙", 1)):
        enterprise_with(count, town=town, name=name)
    for name in ("丙", "丁"):
        lonely = enterprise_with(2, town=TownFactory(district=district), name=name)
        ChainMembershipFactory(enterprise=lonely, chain=chain)
    enterprise_with(1, town=TownFactory(district=district), name="无处可去")
    enterprise_with(2, town=town, name="停业", status="suspended")
    enterprise_with(2, "joint", town=town, name="已联合")
    enterprise_with(3, town=town, name="应单独")
    enterprise_with(2, town=TownFactory(), name="外区")
    run, _is_new = start_run(district=district, by=make_user("bureau", district=district))

    job = run_now(Job.objects.get())

    run.refresh_from_db()
    assert (job.state, run.candidates, run.placed, run.proposals) == ("done", 5, 4, 2)
    assert members_by_proposal(run) == [{"甲", "乙"}, {"丙", "丁"}]
    assert [(one.basis, one.town_id, one.chain_id) for one in run.groups.order_by("number")] == [
        ("town", town.pk, None), ("chain", None, chain.pk),
    ]  # fmt: skip
    assert start_run(district=district, by=make_user("bureau", district=district))[
        1
    ]  # the next one may begin


def test_a_run_started_again_replaces_what_it_left(district, town):
    for name in ("甲", "乙", "丙"):
        enterprise_with(1, town=town, name=name)
    run = ProposalRun.objects.create(district=district)

    def die() -> None:
        raise LeaseLost

    with pytest.raises(LeaseLost):
        fill_run(run=run, before_commit=die)
    assert JointProposal.objects.count() == 0
    fill_run(run=run)
    fill_run(run=run)

    assert members_by_proposal(run) == [{"甲", "乙", "丙"}]
    assert ProposalMember.objects.count() == 3


def test_a_group_that_was_declined_is_not_put_forward_again(district, town):
    accepting_reference()
    for _ in range(3):
        enterprise_with(1, town=town)
    bureau = make_user("bureau", district=district)
    first, second = (ProposalRun.objects.create(district=district) for _ in range(2))
    fill_run(run=first)
    decline_proposal(proposal=first.groups.get(), by=bureau, reason="企业即将搬迁")

    fill_run(run=second)

    again = second.groups.get()
    assert (again.state, again.decline_reason, again.decided_by) == ("declined", "企业即将搬迁", bureau)
    third = ProposalRun.objects.create(district=district)
    enterprise_with(1, town=town)  # another group now
    fill_run(run=third)
    assert third.groups.get().state == "open"


def test_progress_is_told(district, town):
    for _ in range(3):
        enterprise_with(1, town=town)
    told = []

    fill_run(run=ProposalRun.objects.create(district=district), progress=lambda *one: told.append(one))

    assert [one[2] for one in told if len(one) == 3] == ["读取企业", "编组", "写入建议"]
    assert all(done <= total for done, total, *_stage in told)
