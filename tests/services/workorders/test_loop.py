"""The loop of a demand (Pukou): each move does what it says, and tells whom it concerns."""

import pytest

from services.workorders.models import Demand
from tests.factories.workorders import PATHS, OrderWorld

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> OrderWorld:
    return OrderWorld.make()


@pytest.mark.parametrize("joint", [False, True])
def test_a_demand_reaches_every_status(world, joint) -> None:
    for status in PATHS:
        demand = world.demand(status, joint=joint)
        assert demand.status == status
        assert (demand.due_at is not None) == (
            status in ("submitted", "accepted", "dispatched", "in_progress", "joint", "reopened")
        )
    assert Demand.objects.count() == len(PATHS)
