"""Two clerks at the same moment: an enterprise ends up in one branch, and the other clerk is told."""

import pytest

from chains.party.models import PartyOrganization
from enterprises.coverage.actions import accept_proposal, start_run
from enterprises.coverage.models import JointProposal, ProposalRun
from enterprises.profile.models import PartyProfile
from portal.kit.problems import Conflict
from tests.factories.accounts import make_user
from tests.factories.coverage import enterprise_with, proposal_of
from tests.factories.territory import TownFactory
from tests.races import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town():
    return TownFactory()


@pytest.fixture
def clerks(town):
    return [make_user("bureau", district=town.district) for _ in range(2)]


def outcome(results: list) -> tuple[int, int]:
    return sum(isinstance(r, JointProposal) for r in results), sum(isinstance(r, Conflict) for r in results)


def test_of_two_clerks_accepting_one_proposal_one_wins(town, clerks):
    proposal = proposal_of([enterprise_with(2, town=town) for _ in range(3)])

    results = together(*[lambda by=by: accept_proposal(proposal=proposal, by=by) for by in clerks])

    assert outcome(results) == (1, 1)
    assert "采纳" in str(next(r for r in results if isinstance(r, Conflict)).detail)
    assert PartyOrganization.objects.count() == 1


def test_of_two_proposals_that_share_an_enterprise_one_wins(town, clerks):
    shared = enterprise_with(2, town=town, name="两边都有")
    rows = [[enterprise_with(2, town=town), shared], [shared, enterprise_with(2, town=town)]]
    older, newer = proposal_of(rows[0]), proposal_of(rows[1])

    results = together(
        lambda: accept_proposal(proposal=older, by=clerks[0]),
        lambda: accept_proposal(proposal=newer, by=clerks[1]),
    )

    assert outcome(results) == (1, 1)
    assert "两边都有" in str(next(r for r in results if isinstance(r, Conflict)).detail)
    assert PartyOrganization.objects.count() == 1
    assert PartyProfile.objects.filter(organization_form="joint").count() == 2


def test_two_proposals_of_one_name_both_stand(town, clerks):
    proposals = [proposal_of([enterprise_with(2, town=town) for _ in range(2)]) for _ in range(2)]

    results = together(
        *[
            lambda p=p, by=by: accept_proposal(proposal=p, by=by)
            for p, by in zip(proposals, clerks, strict=True)
        ]
    )

    assert outcome(results) == (2, 0), results
    assert PartyOrganization.objects.values("name").distinct().count() == 2


def test_two_who_ask_for_proposals_get_one_run(town, clerks):
    results = together(*[lambda by=by: start_run(district=town.district, by=by) for by in clerks])

    assert sorted(is_new for _run, is_new in results) == [False, True]
    assert results[0][0].pk == results[1][0].pk
    assert ProposalRun.objects.count() == 1
