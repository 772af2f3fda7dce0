"""`service-stations`, `service-items`, `institutions` from outside."""

import pytest

from tests.factories.booking import PatternFactory
from tests.factories.chains import ChainFactory
from tests.factories.services import ItemFactory

LISTS = ("service-stations", "service-items", "institutions")


def get(scene, address, role="enterprise"):
    answer = scene.api(role).get(f"/api/v1/{address}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def codes(scene, address):
    return [row["code"] for row in get(scene, address)["results"]]


@pytest.mark.parametrize("name", LISTS)
def test_every_list_has_code_and_name_and_asks_for_a_sign_in(scene, name):
    row = get(scene, name)["results"][0]
    assert row["code"]
    assert row["name"]
    assert scene.api(None).get(f"/api/v1/{name}").status_code == 401
    assert scene.api("leader").get(f"/api/v1/{name}?colour=red").status_code == 400
    assert scene.api("leader").get(f"/api/v1/{name}/nobody").status_code == 404
    assert scene.api("leader").get(f"/api/v1/{name}?count=1&ordering=-code&page_size=1").json()["count"] >= 1


def test_the_team_is_in_no_answer(scene):
    for address in ("service-stations", "service-stations/jiuting"):
        text = scene.api("bureau").get(f"/api/v1/{address}").content.decode()
        assert "沈" not in text
        assert "13900004321" not in text


def test_filters_narrow_the_lists(scene):
    chain = ChainFactory(district=scene.district, code="ic")
    ItemFactory(code="ip", name="知识产权", description="专利与商标").chains.set([chain])
    other = ItemFactory(code="brand", name="品牌")
    other.chains.set([ChainFactory(district=scene.district, code="food")])
    PatternFactory(station=scene.nearby, item=scene.item)
    assert codes(scene, f"service-stations?town={scene.here.code}") == ["jiuting"]
    assert codes(scene, "service-stations?item=metrology") == ["sheshan"]
    assert codes(scene, "service-stations?search=佘山") == ["sheshan"]
    assert codes(scene, "service-items?search=电子秤") == ["metrology"]
    assert codes(scene, "service-items?search=专利 商标") == ["ip"]
    assert set(codes(scene, "service-items?chain=ic")) == {"metrology", "ip"}
    assert codes(scene, "service-items?station=sheshan") == ["metrology"]
    assert codes(scene, "service-items?institution=JG01") == ["metrology"]
    assert codes(scene, "institutions?item=metrology&town=" + scene.here.code) == ["JG01"]
    assert codes(scene, "institutions?item=ip") == []


def test_the_bureau_opens_a_station_with_its_week(scene):
    body = {
        "code": "new-1",
        "name": "新站",
        "town": scene.here.code,
        "hours": [{"weekday": 0, "opens_at": "09:00", "closes_at": "12:00"}],
    }
    answer = scene.api("bureau").post("/api/v1/service-stations", body)
    assert answer.status_code == 201, answer.content
    assert answer.json()["hours"] == [{"weekday": 0, "opens_at": "09:00:00", "closes_at": "12:00:00"}]
    again = scene.api("bureau").post("/api/v1/service-stations", body)
    assert again.status_code == 409
    assert "已被使用" in again.json()["errors"][0]["detail"]


@pytest.mark.parametrize("role", ["station", "leader", "enterprise"])
def test_nobody_else_writes(scene, role):
    for name, code in zip(LISTS, ("jiuting", "metrology", "JG01"), strict=True):
        assert scene.api(role).post(f"/api/v1/{name}", {}).status_code == 403
        assert scene.api(role).patch(f"/api/v1/{name}/{code}", {"version": 1}).status_code == 403


def test_a_stale_change_gets_the_row_as_it_is(scene):
    api = scene.api("bureau")
    for name, code in zip(LISTS, ("jiuting", "metrology", "JG01"), strict=True):
        address = f"/api/v1/{name}/{code}"
        first = api.patch(address, {"version": 1, "name": f"新{code}"})
        assert first.status_code == 200, first.content
        assert first.json()["version"] == 2
        stale = api.patch(address, {"version": 1, "name": "旧"})
        assert stale.status_code == 409
        assert stale.json()["current"]["name"] == f"新{code}"
        same = api.patch(address, {"version": 2, "name": f"新{code}"})
        assert same.json()["version"] == 2


def test_other_conditions_raise_their_version(scene):
    api, address = scene.api("bureau"), "/api/v1/service-items/metrology"
    row = api.patch(address, {"version": 1, "fee_note": "免费"}).json()
    assert (row["eligibility_version"], row["conditions"]) == (1, [])
    row = api.patch(address, {"version": 2, "eligibility": {"kind": ["small_micro", "small_micro"]}}).json()
    assert row["eligibility_version"] == 2
    assert row["conditions"] == ["企业类型须为小微企业。"]
    row = api.patch(address, {"version": 3, "eligibility": {"kind": ["small_micro"]}}).json()
    assert (row["eligibility_version"], row["version"]) == (2, 3)
    wrong = api.patch(address, {"version": 3, "eligibility": {"kind": ["giant"]}})
    assert wrong.status_code == 400
    assert "giant" in wrong.json()["errors"][0]["detail"]


def test_offers_are_replaced_as_a_whole(scene):
    ip = ItemFactory(code="ip", name="知识产权")
    body = {"version": 1, "offers": [{"item": "ip", "note": "代理"}]}
    row = scene.api("bureau").patch("/api/v1/institutions/JG01", body).json()
    assert row["offers"] == [{"item": "ip", "item_name": ip.name, "note": "代理"}]
    assert row["version"] == 2


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": 5},
        {"name": "字" * 90},
        {"name": "\u200b"},
        {"hours": [{"weekday": 7, "opens_at": "09:00", "closes_at": "12:00"}]},
        {"hours": [{"weekday": 1, "opens_at": "12:00", "closes_at": "09:00"}]},
        {"hours": [{"weekday": 1, "opens_at": "09:00", "closes_at": "12:00"}] * 2},
        {"hours": "always"},
        {"town": "T"},
        {"version": 0},
        {"version": None},
    ],
)
def test_broken_values_are_400(scene, body):
    answer = scene.api("bureau").patch("/api/v1/service-stations/jiuting", {"version": 1} | body)
    assert answer.status_code == 400, answer.content


@pytest.mark.parametrize("code", ["", "-a", "a b", "九亭", "a" * 33, 5, None, "JG01"])
def test_codes_are_plain_and_free(scene, code):
    answer = scene.api("bureau").post("/api/v1/institutions", {"code": code, "name": "新机构"})
    assert answer.status_code == (409 if code == "JG01" else 400)


def test_the_same_key_creates_once(scene):
    body = {"code": "JG77", "name": "新机构", "offers": [{"item": "metrology"}]}
    send = lambda: scene.api("bureau").post("/api/v1/institutions", body, headers={"Idempotency-Key": "k1"})  # noqa: E731
    first, second = send(), send()
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()


def test_sentences_keep_their_punctuation_and_names_are_normalised(scene):
    body = {
        "version": 1,
        "directions": "９ 号线九亭站，步行 8 分钟；  有车位？",
        "phone": "０２１-１２３４５６７",
    }
    row = scene.api("bureau").patch("/api/v1/service-stations/jiuting", body).json()
    assert row["directions"] == "９ 号线九亭站，步行 8 分钟； 有车位？"
    assert row["phone"] == "021-1234567"
