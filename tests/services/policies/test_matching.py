"""Who a policy is for: the database finds the same enterprises as the rule that gives the reasons."""

import itertools
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from enterprises.profile.models import PartyProfile
from enterprises.registry.models import AnnualFigure, Enterprise, Honour
from portal.accounts.models import User
from services.policies import queries
from services.policies.rules import Stage, stage
from services.stations.queries import facts_of
from services.stations.rules.eligibility import conditions
from tests.factories.accounts import make_user
from tests.factories.chains import ChainFactory
from tests.factories.enterprises import ChainMembershipFactory, EnterpriseFactory
from tests.factories.policies import PolicyFactory
from tests.factories.territory import DepartmentFactory, TownFactory

TODAY = timezone.localdate()


@pytest.fixture
def bureau(db) -> User:
    return make_user("bureau", district=DepartmentFactory().district)


@pytest.fixture
def register(bureau) -> list[Enterprise]:
    """Enterprises of many sorts, values unknown to the register among them."""
    district = bureau.memberships.get().district
    towns = [TownFactory(district=district, name=name) for name in ("九亭镇", "佘山镇")]
    chain = ChainFactory(district=district, code="ic", name="集成电路")
    made = []
    sorts = itertools.product(("small_micro", "above_scale"), towns, (None, 5, 60))
    for number, (kind, town, employees) in enumerate(sorts):
        founded = (
            None if number % 5 == 0 else TODAY.replace(day=min(TODAY.day, 28), year=TODAY.year - number % 4)
        )
        one = EnterpriseFactory(town=town, kind=kind, employees=employees, founded_on=founded)
        if number % 2:
            ChainMembershipFactory(enterprise=one, chain=chain, ended_on=None if number % 4 == 1 else TODAY)
        if number % 3 == 0:
            expires = TODAY - timedelta(days=1) if number % 6 == 0 else None
            Honour.objects.create(enterprise=one, name="高新技术企业", expires_on=expires)
        if number % 3 == 1:
            AnnualFigure.objects.create(enterprise=one, year=TODAY.year - 2, revenue=Decimal(9_000_000))
            AnnualFigure.objects.create(
                enterprise=one, year=TODAY.year - 1, revenue=Decimal(number * 100_000)
            )
        if number % 4 == 2:
            PartyProfile.objects.update_or_create(enterprise=one, defaults={"full_members": number % 5})
        made.append(one)
    return made


CASES = [
    {},
    {"kind": ["small_micro"]},
    {"chain": ["ic"]},
    {"honour": ["高新技术企业", "专精特新中小企业"]},
    {"employees": {"min": 10}},
    {"employees": {"max": 10}, "kind": ["above_scale"]},
    {"revenue": {"min": "500000.00"}},
    {"revenue": {"max": "500000.00"}},
    {"years": {"min": 2}},
    {"years": {"max": 1}},
    {"members": {"min": 2}},
    {"members": {"max": 1}, "chain": ["ic"]},
]


def test_the_database_and_the_rule_agree(register, bureau):
    for data in CASES:
        policy = PolicyFactory(department__district=bureau.memberships.get().district, conditions=data)
        by_rule = {
            one.pk
            for one in register
            if all(condition.is_met(facts_of(one)) for condition in conditions(data))
        }
        found = set(queries.enterprises_for(policy, bureau).values_list("pk", flat=True))
        assert found & {one.pk for one in register} == by_rule, data


def test_an_enterprise_sees_what_it_can_apply_for_and_why(register, bureau):
    district = bureau.memberships.get().district
    one = next(one for one in register if one.kind == "small_micro" and one.employees == 5)
    PolicyFactory(
        department__district=district, title="赶快申报", apply_until=TODAY + timedelta(days=3),
        conditions={"kind": ["small_micro"], "employees": {"max": 20}},
    )  # fmt: skip
    PolicyFactory(department__district=district, title="大企业专享", conditions={"kind": ["above_scale"]})
    PolicyFactory(department__district=district, title="还没开始", apply_from=TODAY + timedelta(days=1))
    PolicyFactory(department__district=district, title="已经截止", apply_until=TODAY - timedelta(days=1))
    own = make_user("enterprise", enterprise=one.uscc)
    found = queries.matches(one, own)
    assert [match.policy.title for match in found] == ["赶快申报"]
    assert found[0].is_soon
    assert [(reason.met, reason.own) for reason in found[0].reasons] == [
        (True, "小微企业"),
        (True, "从业 5 人"),
    ]
    api = APIClient()
    api.force_authenticate(own)
    [row] = api.get(f"/api/v1/enterprises/{one.uscc}/policies").json()
    assert row["policy"]["conditions_text"]


def test_the_page_says_condition_by_condition_how_the_enterprise_stands(register, bureau, client):
    district = bureau.memberships.get().district
    one = next(one for one in register if one.kind == "small_micro" and one.employees is None)
    policy = PolicyFactory(
        department__district=district, conditions={"kind": ["above_scale"], "employees": {"min": 50}}
    )
    assert "企业类型须为规上企业" in client.get(f"/policies/{policy.code}/").content.decode()
    client.force_login(make_user("enterprise", enterprise=one.uscc))
    page = client.get(f"/policies/{policy.code}/").content.decode()
    assert "不符合" in page
    assert "档案未登记" in page
    assert "符合条件的企业" not in page  # other enterprises' names are not for enterprises
    client.force_login(bureau)
    assert "符合条件的企业" in client.get(f"/policies/{policy.code}/").content.decode()


def test_the_bureau_writes_and_nobody_else(bureau, client):
    department = DepartmentFactory(district=bureau.memberships.get().district)
    form = {
        "code": "ZC-NEW", "title": "新政策", "kind": "fund", "department": department.code, "summary": "一句话",
        "published_on": TODAY.isoformat(), "only_honour": "高新技术企业、专精特新中小企业", "min_members": "3",
        "apply_until": TODAY.isoformat(),
    }  # fmt: skip
    client.force_login(bureau)
    answer = client.post("/policies/new/", form)
    assert answer.status_code == 302, answer.content.decode()
    policy = queries.policy_for(bureau, "ZC-NEW")
    assert policy.conditions == {"honour": ["专精特新中小企业", "高新技术企业"], "members": {"min": 3}}
    page = client.get("/policies/ZC-NEW/edit/").content.decode()
    assert "专精特新中小企业、高新技术企业" in page
    assert (
        client.post("/policies/new/", form | {"code": "ZC-2", "apply_from": "2099-01-01"}).status_code == 400
    )
    client.force_login(make_user("leader", district=policy.district))
    assert client.get("/policies/new/").status_code == 403


days = st.none() | st.integers(-40, 40).map(lambda n: TODAY + timedelta(days=n))


@given(days, days, days)
def test_a_policy_stands_in_exactly_one_stage(begins, ends, closed):
    found = stage(apply_from=begins, apply_until=ends, closed_on=closed, today=TODAY)
    if (closed and closed <= TODAY) or (ends and ends < TODAY):
        assert found == Stage.OVER
    elif begins and begins > TODAY:
        assert found == Stage.AHEAD
    else:
        assert (found == Stage.SOON) == bool(ends and (ends - TODAY).days <= 15)
