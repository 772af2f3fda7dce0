"""The cast of the work orders: one world for a module, in a transaction around its tests."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from portal.accounts.models import User
from tests.factories.workorders import OrderWorld


@pytest.fixture
def orders(db) -> OrderWorld:
    return OrderWorld.make()


@pytest.fixture
def api() -> Callable[[User], APIClient]:
    """A client that is signed in as somebody."""

    def client(user: User) -> APIClient:
        found = APIClient()
        found.force_authenticate(user)
        return found

    return client
