"""The pages of agreements, as a clerk uses them."""

import pytest
from django.utils import timezone

from enterprises.cobuilding.models import CoBuildingAgreement
from tests.factories.chains import PartyOrganizationFactory
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
