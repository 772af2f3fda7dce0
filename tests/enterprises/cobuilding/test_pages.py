"""The pages of agreements, as a clerk uses them."""

import pytest
from django.utils import timezone

from chains.party.models import PartyOrganization
from enterprises.cobuilding.models import CoBuildingAgreement
from portal.metrics.registry import measure, metric_of
from tests.factories.chains import OrganizationKindFactory, PartyOrganizationFactory
from tests.factories.cobuilding import AllianceMemberFactory, make_agreement, make_alliance

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def test_signed_joined_changed_and_ended_on_pages(world):
    browser = world.browser("bureau")
    branch = PartyOrganizationFactory(district=world.district, town=world.here)
    assert branch.code in browser.get(f"/agreements/new/?organization={branch.code}").content.decode()
    given = {
        "title": "九亭共建协议",
        "lead": branch.name,
        "signed_on": "2026-01-10",
        "enterprises": "没有这家",
    }
    refused = browser.post("/agreements/new/", given)
    assert refused.status_code == 400
    assert "没有这家" in refused.content.decode()
    made = browser.post("/agreements/new/", {**given, "enterprises": f"{world.ours.uscc}\n"})
    row = CoBuildingAgreement.objects.get()
    page = f"/agreements/{row.number}/"
    assert made["Location"] == page
    seen = browser.get(page).content.decode()
    assert world.ours.name in seen
    assert "长期" in seen
    joined = {"version": 1, "enterprise": world.theirs.name, "joined_on": str(TODAY())}
    assert browser.post(f"{page}join/", {**joined, "organization": branch.code}).status_code == 400
    assert browser.post(f"{page}join/", joined).status_code == 302
    party = row.parties.get(enterprise=world.ours)
    gone = {"version": 2, "left_on": str(TODAY()), "reason": "企业迁出"}
    assert browser.post(f"{page}parties/{party.pk}/withdraw/", gone).status_code == 302
    edit = {
        "version": 3,
        "title": "新名称",
        "signed_on": "2026-01-10",
        "starts_on": "",
        "ends_on": "2099-01-01",
    }
    assert browser.post(f"{page}edit/", edit).status_code == 302
    stale = browser.post(f"{page}edit/", {**edit, "title": "另一个", "shown-title": "九亭共建协议"})
    assert stale.status_code == 409
    renewal = {"version": 4, "signed_on": str(TODAY()), "starts_on": "2099-01-01", "ends_on": ""}
    assert browser.post(f"{page}renew/", renewal).status_code == 400
    end = {"version": 4, "ended_on": str(TODAY()), "reason": "合作结束"}
    assert browser.post(f"{page}end/", end).status_code == 302
    seen = browser.get(page).content.decode()
    assert "提前终止" in seen
    assert "新名称" in browser.get("/agreements/?status=ended").content.decode()


def test_an_organisation_that_is_dissolved_stays_a_party_and_is_no_choice(world):
    row = make_agreement(world.ours)
    party = row.parties.exclude(organization=None).get().organization
    committee = OrganizationKindFactory(code="committee", name="党委")
    other = PartyOrganizationFactory(
        district=world.district, town=world.here, kind=committee, name="九亭镇党委"
    )
    browser, join = world.browser("bureau"), f"/agreements/{row.number}/join/"
    assert other.name in browser.get(join).content.decode()
    counted = [measure(metric_of(code), TODAY()) for code in ("agreements", "co_building_members")]

    PartyOrganization.objects.filter(pk__in=(party.pk, other.pk)).update(
        status="dissolved", ended_on="2026-03-05", end_reason="企业搬迁"
    )
    page = " ".join(browser.get(f"/agreements/{row.number}/").content.decode().split())
    assert '已撤销 <span class="tabular">2026-03-05</span>' in page
    assert f"“{party.name}”已撤销" in page
    assert "已撤销" in browser.get("/agreements/").content.decode()
    (shown, enterprise) = world.api("leader").get(f"/api/v1/agreements/{row.number}").json()["parties"]
    assert (shown["gone"], shown["gone_on"], shown["active"]) == ("已撤销", "2026-03-05", True)
    assert (enterprise["gone"], enterprise["gone_on"]) == ("", None)
    assert other.name not in browser.get(join).content.decode()
    given = {"version": 1, "organization": other.code, "joined_on": str(TODAY())}
    assert browser.post(join, given).status_code == 400
    assert [measure(metric_of(code), TODAY()) for code in ("agreements", "co_building_members")] == counted


def test_the_list_the_organisation_and_the_portrait_show_it(world):
    row = make_agreement(world.ours)
    AllianceMemberFactory(enterprise=world.ours, alliance=make_alliance(world.district, name="九亭联盟"))
    party = row.parties.exclude(organization=None).get().organization
    for role, address in (
        ("leader", "/agreements/"),
        ("station", f"/agreements/of/{party.code}/"),
        ("enterprise", f"/enterprises/{world.ours.uscc}/"),
        ("enterprise", f"/agreements/{row.number}/"),
    ):
        assert row.title in world.browser(role).get(address).content.decode(), address
    assert "九亭联盟" in world.browser("enterprise").get(f"/enterprises/{world.ours.uscc}/").content.decode()
    assert "/join/" not in world.browser("leader").get(f"/agreements/{row.number}/").content.decode()
