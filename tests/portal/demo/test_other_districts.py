"""The demos of 宝山, 浦口 and 宿迁: their published figures, counted from rows; they can stand beside each other."""

import pytest
from django.core.management import call_command
from django.test import Client

from chains.models import Chain
from enterprises.models import Enterprise
from portal.accounts.demo import PASSWORD, suffix_of
from portal.accounts.models import User
from portal.metrics.actions import check_all
from portal.metrics.models import PioneerBoard
from portal.metrics.places import Area
from portal.metrics.queries import figures, series
from portal.territory.models import District

PUBLISHED = {
    "baoshan": {"party_alliances": 5, "service_stations": 6, "pioneer_boards": 7},
    "pukou": {},
    "suqian": {"chains": 16, "party_alliances": 561},
}
SIGN_INS = (
    "bureau", "station-jiuting", "station-sheshan", "dept-tax", "institution-01", "enterprise-01", "enterprise-02", "leader",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.django_db
def test_each_district_loads_beside_the_others_with_its_published_figures():
    for slug in PUBLISHED:
        call_command("load_demo", slug, verbosity=0)
    counted = (Chain, Enterprise, User, PioneerBoard)
    before = [model.objects.count() for model in counted]
    call_command("load_demo", "pukou", verbosity=0)
    assert [model.objects.count() for model in counted] == before

    for slug, published in PUBLISHED.items():
        district = District.objects.get(slug=slug)
        found = figures(published, area=Area((district.pk,)), period="all")
        assert {code: figure.value for code, figure in found.items()} == published
        suffix = suffix_of(district)
        names = [f"{name}{suffix}" for name in SIGN_INS]
        assert User.objects.filter(username__in=names).count() == len(names)
    pukou = District.objects.get(slug="pukou")
    places = series(["chain_places"], area=Area((pukou.pk,)), by="chain")["chain_places"]
    assert {point.key: point.value for point in places.points}["pk-ic"] == 33
    assert check_all() == ([], {})

    first = User.objects.get(username="bureau")
    assert (suffix_of(District.objects.get(slug="baoshan")), suffix_of(pukou)) == ("", "-pukou")
    assert first.check_password(PASSWORD)
    client = Client()
    client.force_login(User.objects.get(username="leader-suqian"))
    assert "宿迁市" in client.get("/", follow=True).content.decode()
