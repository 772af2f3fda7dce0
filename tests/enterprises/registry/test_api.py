"""REST of the register as partner systems meet it (contract.md, `enterprises`)."""

import datetime
from itertools import chain

import pytest
from django.utils import timezone

from enterprises.registry.models import ChainMembership, Enterprise
from tests.factories.chains import ChainFactory, SegmentFactory
from tests.factories.enterprises import (
    AnnualFigureFactory,
    ChainMembershipFactory,
    EnterpriseFactory,
    HonourFactory,
    PartyProfileFactory,
    valid_uscc,
)
from tests.factories.territory import DistrictFactory, TownFactory

LIST = "/api/v1/enterprises"


def names(response) -> set[str]:
    assert response.status_code == 200, response.json()
    return {row["name"] for row in response.json()["results"]}


def attrs(response) -> set[str]:
    assert response.status_code == 400, response.json()
    return {error["attr"] for error in response.json()["errors"]}


@pytest.fixture
def cast(world):
    """Four enterprises in the station's town, each different in every filter."""
    today = timezone.localdate()
    robots = ChainFactory(district=world.district, code="robot", name="智能机器人")
    other = ChainFactory(district=world.district, code="drug", name="生物医药")
    joint = SegmentFactory(chain=robots, code="robot-joint", name="关节")
    lead = EnterpriseFactory(town=world.here, name="链主公司", kind="above_scale")
    ChainMembershipFactory(enterprise=lead, chain=robots, role="lead", segment=joint)
    ChainMembershipFactory(enterprise=lead, chain=other, role="supporting")
    PartyProfileFactory(enterprise=lead, alone=True, surveyed_on=today, survey_method="visit")
    due = EnterpriseFactory(town=world.here, name="待更新公司", status="suspended")
    ChainMembershipFactory(enterprise=due, chain=other, role="lead")
    PartyProfileFactory(
        enterprise=due, surveyed_on=today - datetime.timedelta(days=180), survey_method="visit"
    )
    overdue = EnterpriseFactory(town=world.here, name="超期公司", kind="self_employed")
    PartyProfileFactory(
        enterprise=overdue, surveyed_on=today - datetime.timedelta(days=365), organization_form="joint"
    )
    HonourFactory(enterprise=overdue, name="专精特新")
    ChainMembershipFactory(enterprise=overdue, chain=robots, role="backbone", ended=True)
    return world


FILTERED = [
    ({"town": "{here}"}, {"链主公司", "待更新公司", "超期公司", "上海云间精密机械有限公司"}),
    ({"town": "{there}"}, {"上海佘北新材料有限公司"}),
    ({"chain": "robot"}, {"链主公司"}),
    ({"chain": "drug"}, {"链主公司", "待更新公司"}),
    ({"chain": "drug", "role": "lead"}, {"待更新公司"}),
    ({"chain": "robot", "role": "lead"}, {"链主公司"}),
    ({"chain": "robot", "role": "backbone"}, set()),
    ({"role": "lead"}, {"链主公司", "待更新公司"}),
    ({"segment": "robot-joint"}, {"链主公司"}),
    ({"chain": "drug", "segment": "robot-joint"}, set()),
    ({"kind": "above_scale"}, {"链主公司"}),
    ({"status": "suspended"}, {"待更新公司"}),
    ({"organization_form": "alone"}, {"链主公司"}),
    ({"organization_form": "joint"}, {"超期公司"}),
    ({"organization_form": "none"}, {"待更新公司", "上海云间精密机械有限公司", "上海佘北新材料有限公司"}),
    ({"freshness": "fresh"}, {"链主公司"}),
    ({"freshness": "due"}, {"待更新公司"}),
    ({"freshness": "overdue"}, {"超期公司"}),
    ({"freshness": "never"}, {"上海云间精密机械有限公司", "上海佘北新材料有限公司"}),
    ({"honour": "专精特新"}, {"超期公司"}),
    ({"honour": "没有人有的"}, set()),
    (
        {"search": "公司"},
        {"链主公司", "待更新公司", "超期公司", "上海云间精密机械有限公司", "上海佘北新材料有限公司"},
    ),
    ({"search": "云"}, {"上海云间精密机械有限公司"}),
    ({"search": "佘北新材"}, {"上海佘北新材料有限公司"}),
    ({"search": " 佘 北 "}, {"上海佘北新材料有限公司"}),
    ({"search": "公司", "kind": "self_employed", "town": "{here}"}, {"超期公司"}),
]


@pytest.mark.parametrize("query, expected", FILTERED)
def test_each_filter_gives_its_rows_and_no_others(cast, query, expected):
    query = {k: v.format(here=cast.here.code, there=cast.there.code) for k, v in query.items()}

    assert names(cast.api("bureau").get(LIST, query)) == expected


def test_the_count_is_the_number_of_rows(cast):
    body = cast.api("bureau").get(LIST, {"chain": "drug", "count": 1, "page_size": 1}).json()

    assert body["count"] == 2
    assert len(body["results"]) == 1
    assert body["next"]


@pytest.mark.parametrize(
    "query, attr",
    [
        ({"twon": "x"}, "twon"),
        ({"town": "no-such-town"}, "town"),
        ({"chain": "no-such-chain"}, "chain"),
        ({"segment": "no-such-segment"}, "segment"),
        ({"kind": "小型"}, "kind"),
        ({"status": "open"}, "status"),
        ({"role": "boss"}, "role"),
        ({"freshness": "stale"}, "freshness"),
        ({"organization_form": "x"}, "organization_form"),
        ({"ordering": "address"}, "ordering"),
        ({"ordering": "name,name"}, "ordering"),
        ({"page_size": "0"}, "page_size"),
        ({"page_size": "201"}, "page_size"),
        ({"page_size": "٣"}, "page_size"),
        ({"count": "yes"}, "count"),
        ({"cursor": "made-up"}, "cursor"),
    ],
)
def test_what_nobody_reads_is_refused(world, query, attr):
    assert attr in attrs(world.api("bureau").get(LIST, query))


def test_a_nul_in_a_filter_is_refused(world):
    assert world.api("bureau").get(LIST, {"town": "a\x00b"}).status_code == 400


def test_an_empty_result_of_known_codes_is_no_fault(world):
    ChainFactory(district=world.district, code="empty")

    assert names(world.api("bureau").get(LIST, {"chain": "empty", "town": world.here.code})) == set()


@pytest.mark.parametrize(
    "role, seen",
    [
        ("admin", 2),
        ("bureau", 2),
        ("leader", 2),
        ("station", 1),
        ("enterprise", 1),
        ("department", 0),
        ("institution", 0),
    ],
)
def test_each_role_sees_its_scope(world, role, seen):
    assert len(world.api(role).get(LIST).json()["results"]) == seen


@pytest.mark.parametrize("ordering", ["name", "-name", "uscc", "-updated_at", "surveyed_on", "-surveyed_on"])
def test_pages_walk_every_row_once_forth_and_back(cast, ordering):
    api = cast.api("bureau")
    forth, url = [], f"{LIST}?page_size=2&ordering={ordering}"
    while url:
        body = api.get(url).json()
        forth.append([row["uscc"] for row in body["results"]])
        url, last = body["next"], body
    assert sorted(chain.from_iterable(forth)) == sorted(Enterprise.objects.values_list("uscc", flat=True))

    back, url = [], last["previous"]
    while url:
        body = api.get(url).json()
        back.insert(0, [row["uscc"] for row in body["results"]])
        url = body["previous"]
    assert back == forth[:-1]


def test_never_surveyed_come_last_whichever_way_dates_are_sorted(cast):
    for ordering in ("surveyed_on", "-surveyed_on"):
        rows = cast.api("bureau").get(LIST, {"ordering": ordering}).json()["results"]
        assert [row["surveyed_on"] for row in rows][-2:] == [None, None]


def test_a_row_names_codes_and_labels(cast):
    row = cast.api("station").get(LIST, {"search": "链主"}).json()["results"][0]

    assert row["town"] == cast.here.code
    assert (row["kind"], row["kind_label"]) == ("above_scale", "规上企业")
    assert (row["freshness"], row["freshness_label"]) == ("fresh", "有效")
    assert (row["organization_form"], row["full_members"]) == ("alone", 5)
    assert {(c["code"], c["role"], c["segment"]) for c in row["chains"]} == {
        ("robot", "lead", "robot-joint"),
        ("drug", "supporting", None),
    }
    assert row["version"] == 1


# -- one enterprise -------------------------------------------------------------------------------------------


def test_the_detail_has_honours_figures_and_masked_contacts(world):
    PartyProfileFactory(enterprise=world.ours, with_personal=True, alone=True)
    HonourFactory(enterprise=world.ours)
    AnnualFigureFactory(enterprise=world.ours)

    body = world.api("station").get(f"{LIST}/{world.ours.uscc}").json()

    assert body["secretary_phone"] == "138****8000"
    assert body["contact_name"] == "李**"
    assert [h["name"] for h in body["honours"]] == ["高新技术企业"]
    assert body["figures"][0]["revenue"] == "12345678.90"


def test_a_leader_finds_no_personal_field_at_all(world):
    PartyProfileFactory(enterprise=world.ours, with_personal=True)

    text = world.api("leader").get(f"{LIST}/{world.ours.uscc}").content.decode()

    for trace in ("secretary_name", "contact_phone", "138", "张"):
        assert trace not in text.replace("91310117", "")


@pytest.mark.parametrize("role", ["station", "enterprise", "department", "institution"])
def test_a_foreign_enterprise_answers_like_a_missing_one(world, role):
    api = world.api(role)
    foreign, missing = (api.get(f"{LIST}/{uscc}") for uscc in (world.theirs.uscc, valid_uscc(999_999)))

    assert foreign.status_code == missing.status_code == 404
    assert foreign.json() == missing.json()


def test_the_uscc_in_the_address_may_be_lower_case(world):
    assert world.api("bureau").get(f"{LIST}/{world.ours.uscc.lower()}").status_code == 200


# -- creating -------------------------------------------------------------------------------------------------


def body_for(world, **changes) -> dict:
    return {
        "uscc": valid_uscc(500),
        "name": "上海新立科技有限公司",
        "kind": "small_micro",
        "town": world.here.code,
    } | changes


def test_a_station_records_an_enterprise_whole(world):
    ChainFactory(district=world.district, code="robot")
    api = world.api("station")

    answer = api.post(
        LIST,
        body_for(
            world,
            chains=[{"code": "robot", "role": "链主"}],
            honours=["高新技术企业", "专精特新"],
            founded_on="2020-02-02",
            industry_code="c",
            employees=12,
        ),
    )

    assert answer.status_code == 201, answer.json()
    stored = answer.json()
    assert stored["version"] == 1
    assert stored["chains"][0]["role"] == "lead"
    assert len(stored["honours"]) == 2
    assert stored["industry_code"] == "C"
    assert api.get(f"{LIST}/{valid_uscc(500)}").json() == stored


def test_full_width_and_lower_case_codes_are_normalised(world):
    wide = valid_uscc(501).lower().translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})

    assert world.api("bureau").post(LIST, body_for(world, uscc=wide)).json()["uscc"] == valid_uscc(501)


def test_a_known_uscc_is_a_conflict(world):
    answer = world.api("station").post(LIST, body_for(world, uscc=world.theirs.uscc))

    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "duplicate"
    assert "佘北" not in answer.content.decode()


@pytest.mark.parametrize(
    "change, attr",
    [
        ({"uscc": "91310117MA1J00000I"}, "uscc"),
        ({"uscc": "123"}, "uscc"),
        ({"uscc": valid_uscc(7)[:-1] + ("0" if valid_uscc(7)[-1] != "0" else "1")}, "uscc"),
        ({"name": ""}, "name"),
        ({"name": "\u200b\u200d"}, "name"),
        ({"name": "长" * 121}, "name"),
        ({"town": "nowhere"}, "town"),
        ({"kind": "huge"}, "kind"),
        ({"founded_on": "2999-01-01"}, "founded_on"),
        ({"founded_on": "2026-02-30"}, "founded_on"),
        ({"industry_code": "35X"}, "industry_code"),
        ({"employees": -1}, "employees"),
        ({"employees": 10**9}, "employees"),
        ({"chains": [{"code": "nowhere"}]}, "chains.0.code"),
        ({"surprise": 1}, "surprise"),
        ({"honours": ["长" * 61]}, "honours.0"),
    ],
)
def test_a_broken_value_is_told_by_field_and_nothing_is_written(world, change, attr):
    before = Enterprise.objects.count()

    assert attr in attrs(world.api("bureau").post(LIST, body_for(world, **change)))
    assert Enterprise.objects.count() == before


def test_a_direction_mark_in_a_name_is_not_stored(world):
    answer = world.api("bureau").post(LIST, body_for(world, name="上海\u202e反转\u200b公司"))

    assert answer.json()["name"] == "上海反转公司"


def test_a_closed_town_takes_no_enterprise(world):
    closed = TownFactory(district=world.district, closed=True)

    assert attrs(world.api("bureau").post(LIST, body_for(world, town=closed.code))) == {"town"}


def test_a_segment_of_another_chain_is_refused_and_rolls_the_enterprise_back(world):
    ChainFactory(district=world.district, code="robot")
    foreign = SegmentFactory(chain=ChainFactory(district=world.district, code="drug"), code="drug-x")

    answer = world.api("bureau").post(
        LIST, body_for(world, chains=[{"code": "robot", "segment": foreign.code}])
    )

    assert attrs(answer) == {"segment"}
    assert not Enterprise.objects.filter(uscc=valid_uscc(500)).exists()


@pytest.mark.parametrize("role", ["leader", "enterprise", "department", "institution"])
def test_roles_that_only_read_may_not_record_even_nonsense(world, role):
    assert world.api(role).post(LIST, {"x": 1}).status_code == 403


def test_a_station_records_only_in_its_towns_and_a_bureau_only_in_its_district(world):
    abroad = TownFactory(district=DistrictFactory())

    assert world.api("station").post(LIST, body_for(world, town=world.there.code)).status_code == 403
    assert world.api("bureau").post(LIST, body_for(world, town=abroad.code)).status_code == 403
    assert world.api("admin").post(LIST, body_for(world, town=abroad.code)).status_code == 201


def test_the_same_idempotency_key_records_once(world):
    api = world.api("station")
    answers = [api.post(LIST, body_for(world), headers={"Idempotency-Key": "k-1"}) for _ in range(2)]

    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Enterprise.objects.filter(uscc=valid_uscc(500)).count() == 1


# -- changing -------------------------------------------------------------------------------------------------


def test_a_change_takes_the_version_and_moves_it_on(world):
    answer = world.api("station").patch(
        f"{LIST}/{world.ours.uscc}", {"version": 1, "address": "新路 2 号", "honours": ["专精特新"]}
    )

    assert answer.status_code == 200, answer.json()
    assert answer.json()["version"] == 2
    assert answer.json()["address"] == "新路 2 号"
    assert [h["name"] for h in answer.json()["honours"]] == ["专精特新"]


def test_a_stale_change_is_refused_with_the_current_row(world):
    api, address = world.api("station"), f"{LIST}/{world.ours.uscc}"
    api.patch(address, {"version": 1, "address": "先到"})

    late = api.patch(address, {"version": 1, "address": "后到", "honours": ["不应写入"]})

    assert late.status_code == 409
    assert late.json()["current"]["address"] == "先到"
    assert late.json()["current"]["version"] == 2
    world.ours.refresh_from_db()
    assert world.ours.address == "先到"
    assert not world.ours.honours.exists()


def test_a_change_without_difference_keeps_the_version(world):
    answer = world.api("station").patch(f"{LIST}/{world.ours.uscc}", {"version": 1, "name": world.ours.name})

    assert answer.json()["version"] == 1


@pytest.mark.parametrize(
    "change, attr",
    [
        ({}, "version"),
        ({"version": "x"}, "version"),
        ({"version": 1, "uscc": valid_uscc(7)}, "uscc"),
        ({"version": 1, "name": " "}, "name"),
        ({"version": 1, "id": 5}, "id"),
    ],
)
def test_a_broken_change_is_told_by_field(world, change, attr):
    assert attr in attrs(world.api("station").patch(f"{LIST}/{world.ours.uscc}", change))


@pytest.mark.parametrize(
    "role, status", [("leader", 403), ("enterprise", 403), ("department", 404), ("institution", 404)]
)
def test_who_may_not_change_is_told_so_or_finds_nothing(world, role, status):
    assert (
        world.api(role).patch(f"{LIST}/{world.ours.uscc}", {"version": 1, "name": "改"}).status_code == status
    )


def test_an_enterprise_cannot_be_moved_to_a_town_that_is_not_ones_own(world):
    answer = world.api("station").patch(f"{LIST}/{world.ours.uscc}", {"version": 1, "town": world.there.code})

    assert answer.status_code == 403


def test_the_bureau_moves_an_enterprise(world):
    answer = world.api("bureau").patch(f"{LIST}/{world.ours.uscc}", {"version": 1, "town": world.there.code})

    assert answer.json()["town"] == world.there.code
    assert world.api("station").get(f"{LIST}/{world.ours.uscc}").status_code == 404


def test_places_become_exactly_the_given_and_what_is_left_keeps_its_row(world):
    robot, drug = (ChainFactory(district=world.district, code=c) for c in ("robot", "drug"))
    ChainMembershipFactory(enterprise=world.ours, chain=robot)
    address = f"{LIST}/{world.ours.uscc}"

    answer = world.api("station").patch(
        address, {"version": 1, "chains": [{"code": "drug", "role": "backbone"}]}
    )

    assert [(c["code"], c["role"]) for c in answer.json()["chains"]] == [("drug", "backbone")]
    assert ChainMembership.objects.get(chain=robot).ended_on == timezone.localdate()
    assert ChainMembership.objects.get(chain=drug).started_on == timezone.localdate()


def test_a_yearly_figure_is_recorded_and_corrected(world):
    address = f"{LIST}/{world.ours.uscc}/figures"
    api = world.api("station")

    assert api.post(address, {"year": 2025, "revenue": "100.50", "employees": 3}).status_code == 201
    assert api.post(address, {"year": 2025, "revenue": "200.00"}).json()["employees"] == 3
    assert [f["revenue"] for f in api.get(address).json()] == ["200.00"]
    assert attrs(api.post(address, {"year": 2025, "revenue": "1.005"})) == {"revenue"}
    assert attrs(api.post(address, {"year": 2025, "revenue": "-1"})) == {"revenue"}
