"""Fixtures of imports: the conftest files of the folders that import sheets take them from here."""

from types import SimpleNamespace

import pytest

from portal.jobs.runner import Heartbeat
from tests.factories.accounts import make_user
from tests.factories.chains import ChainFactory
from tests.factories.territory import DistrictFactory, TownFactory


@pytest.fixture
def no_heartbeat(monkeypatch):
    """Jobs run inside the test's transaction: a second connection would not see them."""
    monkeypatch.setattr(Heartbeat, "start", lambda self: None)
    monkeypatch.setattr(Heartbeat, "stop", lambda self: None)


@pytest.fixture
def upload_folder(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path / "uploads"
    return settings.UPLOAD_DIR


@pytest.fixture
def place(db, no_heartbeat, upload_folder):
    """A district with two towns, a chain with a segment, and the people who import."""
    from chains.models import EstablishmentMode, Segment

    district = DistrictFactory(name="测试区")
    here = TownFactory(district=district, name="九亭镇", short_name="九亭")
    there = TownFactory(district=district, name="佘山镇", short_name="佘山")
    chain = ChainFactory(district=district, name="集成电路")
    return SimpleNamespace(
        district=district,
        here=here,
        there=there,
        chain=chain,
        segment=Segment.objects.create(chain=chain, code="ic-1", name="芯片设计", stage="upstream"),
        mode=EstablishmentMode.objects.get_or_create(code="alone-sj", defaults={"name": "单独组建制"})[0],
        bureau=make_user("bureau", district=district),
        station=make_user("station", town=here),
    )
