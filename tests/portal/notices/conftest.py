"""What tests of messages stand on."""

import pytest

from portal.notices.actions import outbox
from tests.factories.notices import RememberingGateway


@pytest.fixture
def gateway(monkeypatch) -> RememberingGateway:
    """One gateway for every channel."""
    one = RememberingGateway()
    monkeypatch.setattr(outbox, "gateway_of", lambda channel: one)
    return one


@pytest.fixture
def no_gateways(settings) -> None:
    settings.NOTICE_GATEWAYS = {"email": "", "sms": "", "wecom": ""}
