"""Organisations, their kinds and establishment modes."""

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from chains.party.models import EstablishmentMode, PartyOrganization
from chains.party.queries import kinds_by_spelling, modes_by_spelling
from chains.party.rules import spellings
from tests.factories.accounts import make_user
from tests.factories.chains import EstablishmentModeFactory, OrganizationKindFactory, PartyOrganizationFactory
from tests.factories.enterprises import EnterpriseFactory, PartyProfileFactory
from tests.factories.territory import DistrictFactory, TownFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/party-organizations"


@pytest.fixture
def district():
    return DistrictFactory()


def signed_in(user) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def test_spellings_with_and_without_brackets():
    assert spellings("龙头组建（点）") == {"龙头组建（点）", "龙头组建(点)", "龙头组建"}
    assert spellings("单独组建") == {"单独组建"}


def test_every_mode_of_the_domain_page_is_accepted():
    call_command("load_reference", "songjiang", verbosity=0)
    modes = modes_by_spelling()
    for text in ("单独组建", "区域联建", "行业统建", "项目共建", "龙头组建（点）", "龙头组建(点)", "龙头组建", "行业联建（线）",
                 "区域统建", "职能部门牵引型", "龙头企业带动型", "属地党委整合型", "行业协会串联型"):  # fmt: skip
        assert text in modes
    assert not kinds_by_spelling()["产业链党建联盟"].is_formal
    assert len(kinds_by_spelling()) == 10


def test_who_sees_which_organisation_and_each_once(district):
    here, there = TownFactory(district=district), TownFactory(district=district)
    joint = PartyOrganizationFactory(district=district, town=here)
    PartyOrganizationFactory(district=district, town=there)
    PartyOrganizationFactory()
    members = [EnterpriseFactory(town=here) for _ in range(3)]
    for enterprise in members:
        PartyProfileFactory(enterprise=enterprise, organization_form="joint", organization=joint)
    seen = lambda user: list(PartyOrganization.objects.visible_to(user).values_list("pk", flat=True))  # noqa: E731
    assert len(seen(make_user("bureau", district=district))) == 2
    assert seen(make_user("station", town=here)) == [joint.pk]
    enterprise_user = make_user("enterprise", enterprise=members[0], district=district)
    assert seen(enterprise_user) == [joint.pk]
    assert seen(make_user("institution", district=district)) == []
    both = make_user("station", town=here)
    both.memberships.create(role="enterprise", enterprise=members[1].uscc)
    both.memberships.create(role="enterprise", enterprise=members[2].uscc)
    both.__dict__.pop("scope", None)
    assert seen(both) == [joint.pk]


def test_the_secretary_is_masked_by_right(district):
    row = PartyOrganizationFactory(
        district=district,
        town=TownFactory(district=district),
        secretary_name="张三丰",
        secretary_phone="13812348000",
    )
    url = f"{URL}/{row.code}"
    bureau = signed_in(make_user("bureau", district=district)).get(url).json()
    assert (bureau["secretary_name"], bureau["secretary_phone"]) == ("张**", "138****8000")
    assert signed_in(make_user("station", town=row.town)).get(url).json()["secretary_name"] == "张**"
    leader = signed_in(make_user("leader", district=district)).get(url).json()
    assert (leader["secretary_name"], leader["secretary_phone"]) == (None, None)
    listed = signed_in(make_user("bureau", district=district)).get(URL).json()["results"][0]
    assert not {"secretary_name", "secretary_phone"} & listed.keys()
    page = (
        signed_in(make_user("leader", district=district)).get(f"/organizations/{row.code}/").content.decode()
    )
    assert "8000" not in page
    assert "张" not in page


def test_the_bureau_registers_and_corrects(district):
    OrganizationKindFactory()
    EstablishmentModeFactory(code="lead_point", name="龙头组建（点）")
    client = signed_in(make_user("bureau", district=district))
    parent = PartyOrganizationFactory(district=district)
    body = {
        "code": "DZ-1", "name": "中共测试支部委员会", "kind": "党支部", "establishment_mode": "龙头组建",
        "parent": parent.code, "set_up_on": "2025-07-01", "secretary_name": "李四", "secretary_phone": "13812348000",
    }  # fmt: skip
    answer = client.post(URL, body)
    assert answer.status_code == 201, answer.json()
    assert answer.json()["establishment_mode"] == "lead_point"
    assert PartyOrganization.objects.get(code="DZ-1").secretary_name == "李四"
    assert client.post(URL, body).status_code == 409
    change = client.patch(f"{URL}/DZ-1", {"version": 1, "name": "中共测试第二支部委员会"})
    assert change.json()["version"] == 2
    stale = client.patch(f"{URL}/DZ-1", {"version": 1, "name": "别的"})
    assert stale.status_code == 409
    assert stale.json()["current"]["version"] == 2
    circle = client.patch(f"{URL}/{parent.code}", {"version": 1, "parent": "DZ-1"})
    assert circle.status_code == 400
    assert client.patch(f"{URL}/DZ-1", {"version": 2, "secretary_phone": "٣٣٣"}).status_code == 400


def test_an_ended_organisation_is_not_changed(district):
    row = PartyOrganizationFactory(district=district, dissolved=True)
    client = signed_in(make_user("bureau", district=district))
    assert client.patch(f"{URL}/{row.code}", {"version": 1, "name": "新"}).status_code == 409


@pytest.mark.parametrize("role", ["station", "leader", "enterprise", "department", "institution"])
def test_nobody_else_registers(district, role):
    client = signed_in(make_user(role, district=district))
    assert client.post(URL, {"code": "x", "name": "甲", "kind": "branch"}).status_code == 403


def test_filters(district):
    town = TownFactory(district=district)
    row = PartyOrganizationFactory(district=district, town=town, name="中共九亭联合支部委员会")
    PartyOrganizationFactory(district=district, dissolved=True)
    client = signed_in(make_user("bureau", district=district))
    for query in (f"town={town.code}", "search=九亭", "status=active", f"search={row.code}"):
        assert [r["code"] for r in client.get(f"{URL}?{query}").json()["results"]] == [row.code], query
    assert client.get(f"{URL}?status=gone").status_code == 400
    assert client.get(f"{URL}?ordering=secretary_name").status_code == 400


def test_the_list_page_filters_and_answers_its_fragment(client, district):
    PartyOrganizationFactory(district=district, name="中共九亭联合支部委员会")
    client.force_login(make_user("leader", district=district))
    assert "九亭联合" in client.get("/organizations/?search=九亭").content.decode()
    empty = client.get("/organizations/?search=不存在", headers={"HX-Request": "true"}).content.decode()
    assert "没有符合条件的党组织" in empty
    assert "<html" not in empty


def test_the_bureau_keeps_kinds_and_modes(client, district):
    client.force_login(make_user("bureau", district=district))
    add = "/organizations/reference/modes/add/"
    given = {"code": "street_joint", "name": "商圈联建", "practice": "本区", "is_joint": "on", "position": 20}
    assert client.post(add, given).status_code == 302
    assert client.post(add, given | {"code": "other"}).status_code == 400, "the name is taken"
    edit = "/organizations/reference/modes/street_joint/"
    assert client.post(edit, given | {"name": "商圈共建", "code": "changed"}).status_code == 302
    assert EstablishmentMode.objects.get().name == "商圈共建"
    assert EstablishmentMode.objects.get().code == "street_joint"
    assert "商圈共建" in client.get("/organizations/reference/").content.decode()
