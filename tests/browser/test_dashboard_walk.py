"""A leader reads the district, follows a figure to its rows, and leaves the big screen running over a lost connection."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]


def test_district_figure_rows(visit: Callable[..., Page], picture, accessible):
    page = visit("leader")
    page.goto("/")
    page.locator(".actions").get_by_role("link", name="数据看板").click()
    card = page.locator("#figure-intra_chain_amount")
    expect(card).to_contain_text("19,734.64")
    expect(page.locator("#figure-credit_amount")).to_contain_text("24,800")
    expect(page.locator("#figure-pledge_amount")).to_contain_text("17,500")
    expect(page.locator("#places .town-tile").first).to_be_visible()
    expect(page.locator("#picture-trend-collaboration canvas")).to_be_visible()
    accessible(page)
    picture(page, "dashboard")
    with page.expect_download() as saved:
        page.locator("#picture-trend-collaboration [data-png]").click()
    assert saved.value.suggested_filename.endswith(".png")

    page.get_by_label("各街镇的指标").select_option("instructors")
    expect(page.locator("#places .town-map")).to_contain_text("党建工作指导员")
    card.locator("a.figure-number").click()
    expect(page.locator("#main")).to_contain_text("口径")
    expect(page.locator("#rows + div")).to_contain_text("19,734.64 万元")


def test_chain_on_the_phone(visit: Callable[..., Page], accessible):
    page = visit("leader", phone=True)
    page.goto("/dashboards/district/")
    expect(page.locator("#places .town-tile").first).to_be_visible()
    accessible(page)
    page.locator(".board-menu summary").first.click()
    page.get_by_label("产业链看板").get_by_role("link").first.click()
    expect(page.locator("#purchases canvas").first).to_be_visible()
    accessible(page)


def test_the_big_screen_survives_a_lost_connection(visit: Callable[..., Page], picture, accessible):
    page = visit("leader")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto("/dashboards/screen/")
    expect(page.locator(".slide h2")).to_have_text("松江区")
    expect(page.locator(".slide canvas").first).to_be_visible()
    page.keyboard.press("Space")
    expect(page.locator("[data-pause]")).to_have_attribute("aria-pressed", "true")
    accessible(page)
    picture(page, "screen")

    page.context.set_offline(True)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("连接中断")).to_be_visible()
    expect(page.locator(".slide-head p")).to_have_text(re.compile(r"数据截至 \d\d-\d\d \d\d:\d\d"))
    page.context.set_offline(False)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("连接中断")).to_be_hidden()
    expect(page.locator(".slide h2")).not_to_have_text("松江区")
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080
