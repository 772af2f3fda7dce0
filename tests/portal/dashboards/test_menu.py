"""The menu of each role as a whole: short, with icons that exist, the daily work on top."""

from pathlib import Path

import pytest

import portal.urls  # noqa: F401 - every feature registers its entries
from portal.kit.pages import ALL_ROLES, navigation

ICONS = Path(__file__).parents[3] / "static" / "dist" / "icons.svg"
FIRST = {
    "enterprise": ["工作台", "预约服务", "我的预约"],
    "station": ["工作台", "今日看板", "企业"],
    "institution": ["工作台", "今日看板"],
    "bureau": ["工作台", "企业", "待摸排"],
    "leader": ["工作台", "企业"],
    "admin": ["工作台", "用户与角色"],
}


def test_every_icon_is_in_the_sprite():
    sprite = ICONS.read_text()
    assert [item.icon for item in navigation.items if f'id="{item.icon}"' not in sprite] == []


@pytest.mark.parametrize("role", sorted(ALL_ROLES))
def test_a_menu_is_short_and_begins_with_the_daily_work(role):
    entries = navigation.visible({role}, "/")
    labels = [str(entry["label"]) for entry in entries]
    assert labels[: len(FIRST.get(role, []))] == FIRST.get(role, [])
    assert max(map(len, labels)) <= 7
    assert len(set(labels)) == len(labels)
    most = 19 if role == "admin" else 18  # the administrator keeps the users besides
    assert sum(not entry["group"].folded for entry in entries) <= most
    places = [entry["group"].place for entry in entries]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "path", ["/services/metrology/", "/service-stations/", "/element-lists/1/", "/handbook/q-1/"]
)
def test_the_services_are_one_entry(path):
    assert [str(e["label"]) for e in navigation.visible({"bureau"}, path) if e["current"]] == ["一站式服务"]
    assert [str(e["label"]) for e in navigation.visible({"enterprise"}, path) if e["current"]] == ["预约服务"]
