"""The figures: agreements in force, 共建成员单位 counted once, alliance members; clean after every action."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chains.alliances import actions as alliances
from enterprises.cobuilding import actions
from portal.metrics.actions import counting
from portal.metrics.actions.dirty import spread_keys
from portal.metrics.places import area_of
from portal.metrics.queries.figures import figures
from portal.metrics.queries.rows import rows_behind
from portal.metrics.registry import discover, measure, metric_of
from tests.factories.chains import ChainFactory, OrganizationKindFactory, PartyOrganizationFactory
from tests.factories.cobuilding import SIGNED_ON, make_agreement
from tests.factories.enterprises import ChainMembershipFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
CODES = ("agreements", "co_building_members", "alliance_members", "alliances")


def test_an_enterprise_in_two_agreements_counts_once(world):
    discover()
    make_agreement(world.ours)
    make_agreement(world.ours, world.theirs)
    make_agreement(world.theirs, ended_on=TODAY(), end_reason="结束")
    make_agreement(world.theirs, ends_on=TODAY(), signed_on=SIGNED_ON)  # the last day counts
    members, agreements = metric_of("co_building_members"), metric_of("agreements")
    assert measure(members, TODAY()) == {None: 2}
    assert measure(members, TODAY(), by="town") == {world.here.pk: 1, world.there.pk: 1}
    assert measure(agreements, TODAY()) == {None: 3}
    assert measure(agreements, TODAY() + timedelta(days=1)) == {None: 2}
    assert measure(agreements, SIGNED_ON - timedelta(days=1)) == {None: 0}


def test_cells_are_right_after_every_action_and_the_rows_sum_to_the_figure(world):
    discover()
    by, chain = world.user("bureau"), ChainFactory(district=world.district)
    ChainMembershipFactory(enterprise=world.ours, chain=chain)
    branch = PartyOrganizationFactory(district=world.district, town=world.here)

    def clean(**expected):
        spread_keys()
        for metric in map(metric_of, CODES):
            counting.drain_metric(metric, wait=True)
            assert not counting.check_metric(metric)
            assert not counting.recount_metric(metric).differences
        area = area_of(by)
        found = figures(list(expected), area=area)
        for code, value in expected.items():
            assert found[code].value == value, code
            behind = rows_behind(metric_of(code), by, area=area, first=TODAY(), last=TODAY())
            assert behind.sum == value, code

    clean()
    row = actions.sign_agreement(
        district=world.district, by=by, title="共建", signed_on=SIGNED_ON, organizations=[branch],
        enterprises=[world.ours], ends_on=TODAY() + timedelta(days=30), chain=chain,
    )  # fmt: skip
    clean(agreements=1, co_building_members=1)
    party = actions.add_party(agreement=row, by=by, version=1, unit=world.theirs, joined_on=TODAY())
    clean(co_building_members=2)
    actions.withdraw_party(party=party, by=by, version=2, left_on=TODAY(), reason="迁出")
    clean(co_building_members=1)
    actions.change_agreement(
        agreement=row, by=by, version=3, changes={"ends_on": TODAY() - timedelta(days=1)}
    )
    clean(agreements=0, co_building_members=0)
    new = actions.renew_agreement(agreement=row, by=by, version=4, signed_on=TODAY(), starts_on=TODAY())
    clean(agreements=1, co_building_members=1)
    actions.end_agreement(agreement=new, by=by, version=1, ended_on=TODAY(), reason="结束")
    clean(agreements=0, co_building_members=0)
    OrganizationKindFactory(code="chain_alliance", name="产业链党建联盟", is_formal=False)
    alliance = alliances.set_up_alliance(
        district=world.district, by=by, code="LM-1", name="联盟", chain=chain, set_up_on=SIGNED_ON
    )
    member = actions.join_alliance(alliance=alliance, enterprise=world.ours, by=by, joined_on=SIGNED_ON)
    clean(alliance_members=1, alliances=1)
    actions.leave_alliance(member=member, by=by, version=1, left_on=TODAY(), reason="迁出")
    clean(alliance_members=0)
