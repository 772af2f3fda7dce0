"""The coverage pages as people read them."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enterprises.coverage.models import ProposalRun
from enterprises.profile.models import PartyProfile
from portal.jobs.models import Job
from tests.factories.chains import ChainFactory, PartyOrganizationFactory
from tests.factories.coverage import enterprise_with, proposal_of
from tests.factories.enterprises import ChainMembershipFactory

pytestmark = pytest.mark.django_db
BUDGETS = json.loads((Path(__file__).parents[2] / "query_budgets.json").read_text())["coverage"]


def text(answer) -> str:
    return answer.content.decode()


def test_the_overview_shows_rates_definitions_and_links_to_rows(world):
    enterprise_with(5, "alone", town=world.here)
    ChainMembershipFactory(
        enterprise=world.theirs, chain=ChainFactory(district=world.district, name="集成电路")
    )

    page = text(world.browser("bureau").get("/coverage/"))

    assert "33.33" in page
    assert "截至当日的三个月内开展过三会一课或主题党日" in page
    assert f"/coverage/rows/?figure=organizational&amp;town={world.here.code}" in page
    assert "集成电路" in page
    assert world.browser("bureau").get("/coverage/?show=nothing").status_code == 400
    assert world.browser("bureau").get("/coverage/?town=nowhere").status_code == 400


def test_a_figure_leads_to_its_rows(world):
    own = enterprise_with(5, "alone", town=world.here, name="单独公司")
    branch = PartyOrganizationFactory(district=world.district, town=world.here, name="中共单独公司支部委员会")

    client = world.browser("bureau")

    assert own.name in text(client.get("/coverage/rows/?figure=stand_alone"))
    assert world.ours.name not in text(client.get("/coverage/rows/?figure=stand_alone"))
    assert world.ours.name in text(client.get("/coverage/rows/?figure=base"))
    assert branch.name in text(client.get("/coverage/rows/?figure=formal"))
    assert branch.name not in text(client.get("/coverage/rows/?figure=effective"))


def test_reasons_stand_beside_the_enterprise(world):
    enterprise_with(5, "joint", town=world.here, name="大公司")

    page = text(world.browser("leader").get("/coverage/should-establish/"))

    assert "大公司" in page
    assert "正式党员 5 名，现参加联合支部，可单独组建" in page


def test_a_clerk_starts_a_run_and_the_page_asks_for_itself(world):
    client = world.browser("bureau")
    assert "还没有计算过组建建议" in text(client.get("/coverage/proposals/"))

    client.post("/coverage/proposals/start/")
    page = text(client.get("/coverage/proposals/"))

    assert Job.objects.get().kind == "coverage.proposals"
    assert 'hx-trigger="every 1s"' in page
    ProposalRun.objects.all().delete()
    assert 'hx-trigger="every 1s"' not in text(client.get("/coverage/proposals/"))


def test_a_station_accepts_on_the_page(world):
    members = [enterprise_with(count, town=world.here) for count in (2, 2, 1)]
    proposal = proposal_of(members)
    client = world.browser("station")
    page = text(client.get(f"/coverage/proposals/{proposal.pk}/"))
    assert "采纳并成立" in page

    answer = client.post(
        f"/coverage/proposals/{proposal.pk}/accept/",
        {"name": "中共九亭试点联合支部委员会", "version": 1, "members": [one.uscc for one in members[:2]]},
        follow=True,
    )

    assert "已成立“中共九亭试点联合支部委员会”" in text(answer)
    forms = PartyProfile.objects.filter(enterprise__in=members).order_by("enterprise_id")
    assert list(forms.values_list("organization_form", flat=True)) == ["joint", "joint", "none"]


def test_the_loser_is_told_on_the_page_and_may_recompute(world):
    members = [enterprise_with(2, town=world.here) for _ in range(2)]
    proposal = proposal_of(members)
    PartyProfile.objects.filter(enterprise=members[0]).update(
        organization_form="joint", organization_name="别的支部"
    )

    answer = world.browser("bureau").post(
        f"/coverage/proposals/{proposal.pk}/accept/",
        {"name": "中共九亭联合支部委员会", "version": 1, "members": [one.uscc for one in members]},
    )

    assert answer.status_code == 409
    assert f"{members[0].name}（已由“别的支部”覆盖）" in text(answer)
    assert "重新计算建议" in text(answer)


def test_a_leader_sees_no_buttons(world):
    proposal = proposal_of([enterprise_with(2, town=world.here) for _ in range(2)])

    page = text(world.browser("leader").get(f"/coverage/proposals/{proposal.pk}/"))

    assert "采纳并成立" not in page
    assert "不采纳这条建议" not in page


def test_what_fell_below_three_is_listed(world):
    branch = PartyOrganizationFactory(
        district=world.district, town=world.here, name="中共不足三名联合支部委员会"
    )
    enterprise_with(2, "joint", town=world.here, organization=branch)

    assert branch.name in text(world.browser("station").get("/coverage/review/"))


@pytest.mark.parametrize("name", sorted(BUDGETS))
def test_a_page_stays_within_its_budget(world, name):
    chain = ChainFactory(district=world.district)
    rows = [enterprise_with(2, town=world.here) for _ in range(6)]
    for one in rows:
        ChainMembershipFactory(enterprise=one, chain=chain)
        PartyOrganizationFactory(district=world.district, town=world.here, chain=chain)
    first = proposal_of(rows[:3])
    proposal_of(rows[3:], chain=chain, run=first.run)
    role, address = BUDGETS[name]["role"], BUDGETS[name]["address"].format(proposal=first.pk)
    client = world.api(role) if address.startswith("/api/") else world.browser(role)
    client.get(address)  # the first request of a minute also moves the session's end forward

    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200

    assert len(queries) <= BUDGETS[name]["queries"], "\n".join(query["sql"][:160] for query in queries)


def test_who_comes_too_late_is_told(world):
    members = [enterprise_with(2, town=world.here) for _ in range(2)]
    proposal = proposal_of(members)
    given = {"name": "中共九亭试点联合支部委员会", "version": 1, "members": [one.uscc for one in members]}
    world.browser("station").post(f"/coverage/proposals/{proposal.pk}/accept/", given)

    late = world.browser("bureau").post(f"/coverage/proposals/{proposal.pk}/accept/", given)

    assert late.status_code == 409
    assert "这条建议已由" in text(late)
    assert "采纳并成立" not in text(late)
