"""Reference data: by command, the same after the second run, open to every signed-in user."""

import pytest
from django.core.management import CommandError, call_command

from chains.party.models import EstablishmentMode, OrganizationKind
from portal.metrics.actions import check_all, drain
from portal.metrics.models import MetricDirty
from portal.territory.models import Department, District, GuidanceStation, SupervisionOffice, Town
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
MODELS = (District, Town, SupervisionOffice, GuidanceStation, Department, OrganizationKind, EstablishmentMode)


def rows() -> dict:
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in MODELS}


@pytest.fixture
def songjiang():
    call_command("load_reference", "songjiang", verbosity=0)
    return District.objects.get(slug="songjiang")


def test_the_second_run_changes_nothing(songjiang):
    before = rows()
    call_command("load_reference", "songjiang", verbosity=0)
    assert rows() == before


def test_new_towns_are_counted_and_the_second_run_leaves_nothing_to_count(songjiang):
    assert "town" in MetricDirty.objects.values_list("metric", flat=True)
    drain(wait=True)
    assert check_all() == ([], {})
    call_command("load_reference", "songjiang", verbosity=0)
    assert not MetricDirty.objects.exists()


def test_songjiang_has_its_18_towns(songjiang):
    kinds = list(Town.objects.values_list("kind", flat=True))
    assert (kinds.count("subdistrict"), kinds.count("town"), kinds.count("zone")) == (6, 11, 1)
    assert GuidanceStation.objects.count() == SupervisionOffice.objects.count() == 18
    tiles = set(Town.objects.values_list("tile_row", "tile_column"))
    assert len(tiles) == 18, "two towns on one tile"
    assert Town.objects.get(code="310117107").short_name == "九亭"


def test_what_the_bureau_renamed_stays(songjiang):
    EstablishmentMode.objects.filter(code="alone").update(name="独立组建")
    call_command("load_reference", "songjiang", verbosity=0)
    assert EstablishmentMode.objects.get(code="alone").name == "独立组建"


def test_an_unknown_district_is_refused_in_a_sentence(db):
    with pytest.raises(CommandError, match="没有“atlantis”的基础数据"):
        call_command("load_reference", "atlantis")


@pytest.mark.parametrize("role", ["bureau", "station", "enterprise", "institution", "leader", "department"])
def test_everybody_reads_reference_rows(client, songjiang, role):
    town = {"town": Town.objects.get(code="310117107")} if role == "station" else {}
    client.force_login(make_user(role, district=songjiang, **town))
    towns = client.get("/api/v1/towns?count=1&page_size=200").json()
    assert towns["count"] == 18
    assert {"code", "name"} <= towns["results"][0].keys()
    assert client.get("/api/v1/towns/310117107").json()["name"] == "九亭镇"
    assert client.get("/api/v1/towns/999999999").status_code == 404
    assert client.get("/api/v1/towns?colour=red").status_code == 400
    names = [row["name"] for row in client.get("/api/v1/departments?page_size=200").json()["results"]]
    assert "区税务局" in names


def test_towns_by_search_and_deep_pages(client, songjiang):
    client.force_login(make_user("leader", district=songjiang))
    assert [row["code"] for row in client.get("/api/v1/towns?search=九亭").json()["results"]] == ["310117107"]
    first = client.get("/api/v1/towns?page_size=10").json()
    second = client.get(first["next"]).json()
    codes = [row["code"] for row in first["results"] + second["results"]]
    assert len(set(codes)) == 18
    assert second["next"] is None
    assert client.post("/api/v1/towns", {}).status_code == 405


def test_town_page_within_budget(client, songjiang, django_assert_max_num_queries):
    client.force_login(make_user("leader", district=songjiang))
    with django_assert_max_num_queries(9):
        assert "九亭镇" in client.get("/towns/").content.decode()
