"""Pages of organisations: forms without JavaScript, the stale edit, the secretary, the tree."""

import re

import pytest

from chains.party.models import PartyOrganization
from portal.audit.models import PersonalView
from tests.factories.accounts import make_user
from tests.factories.chains import OrganizationKindFactory, PartyOrganizationFactory
from tests.factories.enterprises import EnterpriseFactory, PartyProfileFactory
from tests.factories.territory import DistrictFactory, TownFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def town(district):
    return TownFactory(district=district)


@pytest.fixture
def bureau(client, district):
    client.force_login(make_user("bureau", district=district))
    return client


def text(answer) -> str:
    return answer.content.decode()


def test_set_up_by_form(bureau, district, town):
    OrganizationKindFactory()
    upper = PartyOrganizationFactory(district=district, name="中共甲镇综合委员会")
    given = {
        "code": "DZ-1", "name": "中共乙支部委员会", "kind": "branch", "town": town.code, "parent": "中共甲镇综合委员会",
        "set_up_on": "2024-01-01", "secretary_name": "王五", "secretary_phone": "13812348000",
    }  # fmt: skip
    refused = bureau.post("/organizations/new/", given | {"parent": "不存在的党组织"})
    assert refused.status_code == 400
    assert "没有编号或名称为“不存在的党组织”" in text(refused)
    assert bureau.post("/organizations/new/", given | {"set_up_on": "2999-01-01"}).status_code == 400
    assert bureau.post("/organizations/new/", given).status_code == 302
    row = PartyOrganization.objects.get(code="DZ-1")
    assert (row.parent, row.town, row.secretary_name) == (upper, town, "王五")
    page = text(bureau.get("/organizations/DZ-1/"))
    assert "王*" in page
    assert "138****8000" in page
    assert "成立" in page


def test_who_comes_second_sees_both_values(bureau, district, town):
    row = PartyOrganizationFactory(district=district, name="旧名", town=town, secretary_name="王五")
    address = f"/organizations/{row.code}/edit/"
    page = text(bureau.get(address))
    assert "王五" not in page, "the form never shows the secretary"
    shown = dict(re.findall(r'name="(shown-[a-z_]+)" value="([^"]*)"', page))
    given = {"version": 1, **shown, "name": "我的名", "kind": row.kind.code, "town": town.code}
    PartyOrganization.objects.filter(pk=row.pk).update(name="别人的名", version=2)
    stale = bureau.post(address, given)
    assert stale.status_code == 409
    assert "我的名" in text(stale)
    assert "别人的名" in text(stale)
    again = bureau.post(address, given | {"version": 2, "shown-name": "别人的名", "choose-name": "mine"})
    assert again.status_code == 302
    row.refresh_from_db()
    assert (row.name, row.secretary_name) == ("我的名", "王五")


def test_a_vacant_post_is_emptied(bureau, district):
    row = PartyOrganizationFactory(district=district, with_secretary=True)
    given = {"version": 1, "name": row.name, "kind": row.kind.code, "no_secretary": "on"}
    assert bureau.post(f"/organizations/{row.code}/edit/", given).status_code == 302
    row.refresh_from_db()
    assert (row.secretary_name, row.secretary_phone) == ("", "")


def test_the_secretary_in_full_is_recorded(client, district, town):
    row = PartyOrganizationFactory(district=district, town=town, with_secretary=True)
    client.force_login(make_user("station", town=town))
    address = f"/organizations/{row.code}/personal/"
    asked = {"field": "secretary_phone", "reason": "通知召开联席会议"}
    assert row.secretary_phone not in text(client.get(f"{address}?field=secretary_phone"))
    assert client.post(address, asked | {"reason": ""}).status_code == 400
    answer = client.post(address, asked)
    assert row.secretary_phone in text(answer)
    assert answer["Cache-Control"] == "no-store"
    view = PersonalView.objects.get()
    assert (view.object_key, view.field, view.reason) == (row.code, "secretary_phone", "通知召开联席会议")
    rest = client.post(
        f"/api/v1/party-organizations/{row.code}/personal", asked, content_type="application/json"
    )
    assert rest.json() == {"field": "secretary_phone", "value": row.secretary_phone}
    assert PersonalView.objects.count() == 2


def test_leaders_and_other_enterprises_never_the_covered_one_does(client, district, town):
    row = PartyOrganizationFactory(district=district, town=town, with_secretary=True)
    own = EnterpriseFactory(town=town)
    PartyProfileFactory(
        enterprise=own, organization=row, organization_form="joint", organization_name=row.name
    )
    asked = {"field": "secretary_name", "reason": "联系书记"}
    address = f"/api/v1/party-organizations/{row.code}/personal"
    for user, status in (
        (make_user("leader", district=district), 403),
        (make_user("enterprise", enterprise=EnterpriseFactory(town=town), district=district), 404),
        (make_user("enterprise", enterprise=own, district=district), 200),
    ):
        client.force_login(user)
        assert client.post(address, asked, content_type="application/json").status_code == status
    assert PersonalView.objects.count() == 1


@pytest.fixture
def tree(district, town):
    """top ← (branch with 2 enterprises, branch with 1); an alliance beside them."""
    top = PartyOrganizationFactory(
        district=district, town=town, name="镇综合党委",
        kind=OrganizationKindFactory(code="comprehensive_committee", name="综合党委"),
    )  # fmt: skip
    branches = [
        PartyOrganizationFactory(district=district, town=town, parent=top, name=f"支部{n}") for n in (1, 2)
    ]
    for branch, members in ((branches[0], 3), (branches[0], 2), (branches[1], 4)):
        PartyProfileFactory(
            enterprise=EnterpriseFactory(town=town), organization=branch, organization_form="joint",
            organization_name=branch.name, full_members=members,
        )  # fmt: skip
    return top, branches


def test_the_tree_counts_whole_branches(bureau, tree):
    top, _branches = tree
    page = text(bureau.get("/organizations/tree/"))
    assert "镇综合党委" in page
    assert "含下级 3 家 · 9 名正式党员" in page
    assert "支部1" not in page, "a branch is fetched when it is opened"
    level = text(bureau.get(f"/organizations/tree/?parent={top.code}", headers={"HX-Request": "true"}))
    assert "<html" not in level
    assert "2 家 · 5 名正式党员" in level
    whole = text(bureau.get(f"/organizations/tree/?parent={top.code}"))
    assert "<html" in whole
    assert "支部1" in whole, "the link does without JavaScript"
    rows = text(bureau.get(f"/organizations/{top.code}/enterprises/?below=1"))
    assert "共 3 条" in rows


def test_the_tree_of_a_station_begins_where_its_scope_begins(client, district, tree):
    _top, branches = tree
    there = TownFactory(district=district)
    PartyOrganization.objects.filter(pk=branches[0].pk).update(town=there)
    client.force_login(make_user("station", town=there))
    page = text(client.get("/organizations/tree/"))
    assert "支部1" in page
    assert "镇综合党委" not in page
    client.force_login(make_user("institution", district=district))
    assert client.get("/organizations/tree/").status_code == 200


def test_more_than_a_page_of_a_level_is_fetched_on_demand(bureau, district, tree, monkeypatch):
    monkeypatch.setattr("chains.party.queries.tree.PAGE_SIZE", 1)
    top, _branches = tree
    first = text(bureau.get(f"/organizations/tree/?parent={top.code}", headers={"HX-Request": "true"}))
    assert "更多" in first
    more = re.search(r'hx-get="([^"]*cursor=[^"]*)"', first)[1].replace("&amp;", "&")
    second = text(bureau.get(more, headers={"HX-Request": "true"}))
    assert "支部2" in second
    assert "<ul" not in second.split("</details>")[0].split("<li")[0], (
        "only the items, for the list that stands"
    )
