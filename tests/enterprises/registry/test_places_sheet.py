"""The sheet of places on chains from file to tables: an enterprise on two chains is two rows."""

import datetime

import pytest

from chains.models import Segment
from enterprises.registry.models import ChainMembership
from tests.factories.chains import ChainFactory
from tests.factories.enterprises import ChainMembershipFactory, EnterpriseFactory, valid_uscc
from tests.factories.imports import checked, committed, errors_of

pytestmark = pytest.mark.django_db
KIND = "chain_memberships"
DAY = datetime.date


@pytest.fixture
def firm(place):
    return EnterpriseFactory(uscc=valid_uscc(1), town=place.here, founded_on=DAY(2015, 6, 1))


def row(number: int = 1, **cells) -> dict:
    return {"统一社会信用代码": valid_uscc(number), "产业链": "集成电路", "链上角色": "配套", **cells}


def check(rows, by, **how):
    return checked(rows, by, kind=KIND, **how)


def commit(rows, by, **how):
    return committed(rows, by, kind=KIND, **how)


def places() -> list[tuple]:
    rows = ChainMembership.objects.order_by("chain__name", "started_on")
    return list(rows.values_list("chain__name", "segment__name", "role", "started_on", "ended_on"))


def only_error(sheet_import) -> tuple[str, str]:
    ((_row, column, sentence),) = errors_of(sheet_import)
    return column, sentence


def test_two_chains_are_two_rows(place, firm):
    other = ChainFactory(district=place.district, name="生物医药", code="biomed")
    rows = [
        row(链上环节="芯片设计", 链上角色="骨干", 入链日期="2024/5/1"),
        row(产业链="biomed", 链上角色="链主", 入链日期="2023-01-01"),
    ]
    done = commit(rows, place.station)
    assert (done.status, done.created) == ("done", 2), errors_of(done)
    assert places() == [
        ("生物医药", None, "lead", DAY(2023, 1, 1), None),
        ("集成电路", "芯片设计", "backbone", DAY(2024, 5, 1), None),
    ]
    assert other.memberships.get().enterprise == firm
    again = commit(rows, place.bureau)
    assert (again.unchanged, again.created, again.updated) == (2, 0, 0)
    assert ChainMembership.pgh_event_model.objects.count() == 2


def test_the_same_chain_twice_is_named_on_both_rows(place, firm):
    found = check([row(), row(产业链=place.chain.code)], place.bureau)
    assert [(number, column) for number, column, _text in errors_of(found)] == [
        (2, "统一社会信用代码"), (3, "统一社会信用代码")
    ]  # fmt: skip
    assert "产业链" in errors_of(found)[0][2]


def test_without_a_day_it_begins_today(place, firm, time_machine):
    time_machine.move_to("2026-03-04T10:00:00+08:00")
    commit([row()], place.bureau)
    assert places() == [("集成电路", None, "supporting", DAY(2026, 3, 4), None)]


def test_changes_and_blank_cells(place, firm):
    ChainMembershipFactory(
        enterprise=firm, chain=place.chain, segment=place.segment, started_on=DAY(2024, 5, 1)
    )
    found = check([row(链上角色="链主", 入链日期="2024-06-01")], place.bureau)
    assert found.rows.get().changes == [
        {"field": "role", "old": "supporting", "new": "lead"},
        {"field": "started_on", "old": "2024-05-01", "new": "2024-06-01"},
    ]
    commit([row(链上角色="链主")], place.bureau)
    assert places() == [("集成电路", "芯片设计", "lead", DAY(2024, 5, 1), None)]


def test_leaving_and_coming_back(place, firm):
    commit([row(入链日期="2024-05-01")], place.bureau)
    left = commit([row(退出日期="2025-01-31")], place.bureau)
    assert left.updated == 1
    assert commit([row(退出日期="2025-01-31")], place.bureau).unchanged == 1
    column, sentence = only_error(check([row(入链日期="2024-12-01")], place.bureau))
    assert (column, "上次退出" in sentence) == ("入链日期", True)
    assert commit([row(入链日期="2025-02-01", 链上角色="骨干")], place.bureau).created == 1
    assert places() == [
        ("集成电路", None, "supporting", DAY(2024, 5, 1), DAY(2025, 1, 31)),
        ("集成电路", None, "backbone", DAY(2025, 2, 1), None),
    ]


def test_a_place_that_is_over_already(place, firm):
    column, sentence = only_error(check([row(退出日期="2025-01-31")], place.bureau))
    assert (column, "须同时填写入链日期" in sentence) == ("退出日期", True)
    assert commit([row(入链日期="2020-01-01", 退出日期="2025-01-31")], place.bureau).created == 1
    assert places() == [("集成电路", None, "supporting", DAY(2020, 1, 1), DAY(2025, 1, 31))]
    column, sentence = only_error(check([row(退出日期="2025-01-31", 链上角色="链主")], place.bureau))
    assert (column, "已经结束" in sentence) == ("链上角色", True)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"入链日期": "2015-05-31"}, "入链日期"),
        ({"入链日期": "2999-01-01"}, "入链日期"),
        ({"入链日期": "2024-05-01", "退出日期": "2024-04-30"}, "退出日期"),
        ({"退出日期": "2999-01-01", "入链日期": "2024-05-01"}, "退出日期"),
        ({"链上环节": "没有的环节"}, "链上环节"),
        ({"链上环节": "停用环节"}, "链上环节"),
        ({"产业链": "没有的链"}, "产业链"),
        ({"链上角色": "老大"}, "链上角色"),
        ({"链上角色": None}, "链上角色"),
        ({"统一社会信用代码": valid_uscc(77)}, "统一社会信用代码"),
        ({"统一社会信用代码": 9131.0}, "统一社会信用代码"),
    ],
)
def test_bad_cells(place, firm, cells, column):
    Segment.objects.create(
        chain=place.chain, code="ic-9", name="停用环节", stage="upstream", closed_on=DAY(2025, 1, 1)
    )
    assert only_error(check([row(**cells)], place.bureau))[0] == column


def test_a_closed_segment_keeps_who_stands_there(place, firm):
    ChainMembershipFactory(enterprise=firm, chain=place.chain, segment=place.segment)
    Segment.objects.filter(pk=place.segment.pk).update(closed_on=DAY(2025, 1, 1))
    assert check([row(链上环节="芯片设计")], place.bureau).unchanged == 1


def test_leaving_before_the_first_day(place, firm):
    ChainMembershipFactory(enterprise=firm, chain=place.chain, started_on=DAY(2024, 5, 1))
    assert only_error(check([row(退出日期="2024-04-30")], place.bureau))[0] == "退出日期"


def test_an_enterprise_of_another_town_or_district_is_not_there(place):
    EnterpriseFactory(uscc=valid_uscc(1), town=place.there)
    EnterpriseFactory(uscc=valid_uscc(2))
    told = errors_of(check([row(1), row(2), row(3)], place.station))
    assert [(number, column) for number, column, _text in told] == [
        (number, "统一社会信用代码") for number in (2, 3, 4)
    ]
    assert len({sentence for _number, _column, sentence in told}) == 1
    assert check([row(1)], place.bureau).created == 1


def test_the_preview_reads_well(place, firm):
    from rest_framework.test import APIClient

    client = APIClient()
    client.force_authenticate(place.bureau)
    found = check([row()], place.bureau)
    (shown,) = client.get(f"/api/v1/imports/{found.pk}/rows").json()["results"]
    assert (shown["key"], shown["name"]) == (f"{valid_uscc(1)} 集成电路", "集成电路")
