"""Two people at the same moment: one wins, the other is told, nothing is lost or written twice."""

import pytest

from enterprises.registry.actions import create_enterprise, place_on_chain, update_enterprise
from enterprises.registry.models import ChainMembership, Enterprise
from portal.kit.problems import Conflict, Stale
from tests.factories.accounts import make_user
from tests.factories.chains import ChainFactory
from tests.factories.enterprises import EnterpriseFactory, valid_uscc
from tests.factories.territory import TownFactory
from tests.races import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_clerks_recording_the_same_code_make_one_enterprise():
    town = TownFactory()
    by = make_user("bureau", district=town.district)

    results = together(
        *[
            lambda n=n: create_enterprise(by=by, uscc=valid_uscc(1), name=f"公司{n}", town=town, kind="other")
            for n in range(4)
        ]
    )

    assert Enterprise.objects.count() == 1
    assert sum(isinstance(r, Enterprise) for r in results) == 1
    assert sum(isinstance(r, Conflict) for r in results) == 3


def test_of_two_edits_of_one_version_the_second_is_stale():
    enterprise = EnterpriseFactory()
    by = make_user("bureau", district=enterprise.district)

    results = together(
        *[
            lambda n=n: update_enterprise(
                enterprise=enterprise, by=by, version=1, changes={"address": f"{n} 号"}
            )
            for n in range(4)
        ]
    )

    stale = [r for r in results if isinstance(r, Stale)]
    won = next(r for r in results if isinstance(r, Enterprise))
    assert len(stale) == 3
    assert {r.current.address for r in stale} == {won.address}
    assert Enterprise.objects.get().version == 2


def test_a_place_taken_twice_at_once_is_one_place():
    enterprise = EnterpriseFactory()
    chain = ChainFactory(district=enterprise.district)
    by = make_user("bureau", district=enterprise.district)

    results = together(
        *[lambda: place_on_chain(enterprise=enterprise, by=by, chain=chain, role="lead") for _ in range(4)]
    )

    assert all(isinstance(r, ChainMembership) for r in results)
    assert ChainMembership.objects.count() == 1
