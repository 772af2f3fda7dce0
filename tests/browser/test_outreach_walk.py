"""Outreach as people do it: handing over at the desk, a visit on the phone, by keyboard alone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]
PLAIN_PHONE = re.compile(r"1[3-9]\d{9}")


def load_of(page: Page, code: str) -> int:
    """The load that the instructor's own page shows."""
    page.goto(f"/stations/instructors/{code}/")
    card = page.locator("#main .figure").filter(has_text="负担")
    return int(card.locator(".figure-value").inner_text())


def test_an_instructors_enterprises_go_to_another(visit: Callable[..., Page], picture, accessible):
    page = visit("station-sheshan")
    page.get_by_role("link", name="指导站", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("佘山镇")
    accessible(page)
    picture(page, "station")
    codes = [re.search(r"ZD-\d+-\d+", text)[0] for text in page.locator("#main td.row-title").all_inner_texts()
             if "ZD-" in text]  # fmt: skip
    leaving, taking = codes[0], codes[-1]
    before, other = load_of(page, leaving), load_of(page, taking)
    assert before > 0
    page.goto(f"/stations/instructors/{leaving}/")
    accessible(page)
    names = page.locator("#main section:has(#postings-title) td.row-title").all_inner_texts()
    page.get_by_role("link", name="移交").click()
    accessible(page)
    page.get_by_label("接手的指导员").select_option(taking)
    page.get_by_label("移交原因").fill("人员分工调整")
    page.get_by_role("button", name="确认移交").click()
    expect(page.locator("#main")).to_contain_text("已移交")
    assert load_of(page, leaving) == 0
    shared = before + other - load_of(page, taking)  # where both were posted, one posting is left
    assert 0 <= shared <= len(names)
    for name in names[:3]:
        expect(page.locator("#main")).to_contain_text(name)


def test_a_visit_is_recorded_on_a_phone(visit: Callable[..., Page], picture, accessible):
    page = visit("bureau", phone=True)
    page.goto("/stations/liaison-points/?due=1")
    accessible(page)
    name = page.locator("#main td.row-title a").first.inner_text()
    page.locator("#main td.row-title a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator("#main")).to_contain_text("待走访")
    accessible(page)
    page.get_by_role("link", name="登记走访").click()
    accessible(page)
    picture(page, "visit-phone")
    page.get_by_role("button", name="保存走访").click()
    expect(page.get_by_text("有内容需要更正")).to_be_visible()
    page.get_by_label("走访情况").fill("了解用工和订单情况，商定下月主题党日")
    page.get_by_role("button", name="保存走访").click()
    expect(page.locator("#main")).to_contain_text("走访已登记")
    expect(page.locator("#main")).to_contain_text("商定下月主题党日")
    expect(page.locator("#main")).to_contain_text("已按期走访")
    assert not PLAIN_PHONE.search(page.locator("#main").inner_text())


def test_an_activity_by_keyboard_alone(visit: Callable[..., Page], accessible):
    page = visit("station-jiuting")
    page.goto("/activities/new/")
    accessible(page)
    page.get_by_label("党组织").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_label("主题").focus()
    page.keyboard.type("主题党日：键盘登记")
    page.get_by_label("参加人数").focus()
    page.keyboard.type("18")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("主题党日：键盘登记")
    accessible(page)
    page.goto("/activities/?status=held")
    accessible(page)
    expect(page.locator("#main td.row-title a").first).to_contain_text("键盘登记")


def test_a_leader_sees_the_overview_and_no_names(visit: Callable[..., Page], accessible):
    page = visit("leader")
    page.get_by_role("link", name="指导站", exact=True).first.click()
    expect(page.locator("#main tbody tr")).to_have_count(18)
    accessible(page)
    page.locator("#main td.row-title a").first.click()
    main = page.locator("#main")
    expect(main).to_contain_text("两个引擎")
    assert "****" not in main.inner_text()
    assert not re.search(r"\S\*+ ZD-", main.inner_text())
    accessible(page)
