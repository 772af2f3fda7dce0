"""Coverage as clerks, stations and leaders use it: accept a proposal and see the rate move."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]

FANGSONG, CHEDUN, XINQIAO, JIUTING = "310117003", "310117104", "310117105", "310117107"


def covered(page: Page, town: str) -> int:
    """How many enterprises of the town the card of organisational coverage counts."""
    page.goto(f"/coverage/?town={town}")
    card = page.locator("a.figure", has_text="组织覆盖率")
    return int(re.search(r"([\d,]+) / ", card.inner_text()).group(1).replace(",", ""))


def open_first(page: Page, town: str) -> int:
    """Opens the first open proposal of a town; returns how many enterprises it has."""
    page.goto(f"/coverage/proposals/?town={town}&state=open")
    page.locator("#proposals td.row-title a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("区域联建")
    return page.get_by_role("checkbox").count()


def test_a_clerk_accepts_a_proposal_and_the_rate_moves(visit: Callable[..., Page], picture, accessible):
    page = visit("bureau")
    page.goto("/coverage/")
    expect(page.get_by_role("heading", name="指标口径")).to_be_visible()
    accessible(page)
    picture(page, "coverage")
    before = covered(page, FANGSONG)
    page.goto("/coverage/proposals/")
    accessible(page)
    picture(page, "proposals")
    page.locator(".town-tile", has_text="方松").click()
    expect(page.locator("#proposals td.row-title").first).to_contain_text("方松街道")
    enterprises = open_first(page, FANGSONG)
    accessible(page)
    name = page.get_by_label("党组织名称").input_value()
    assert name.startswith("中共方松")
    page.get_by_role("button", name="采纳并成立").click()
    expect(page.locator("#main")).to_contain_text(f"已成立“{name}”")
    accessible(page)
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    assert covered(page, FANGSONG) == before + enterprises


def test_a_station_accepts_on_a_phone_and_leaves_one_out(visit: Callable[..., Page], accessible):
    page = visit("station-jiuting", phone=True)
    for address in ("/coverage/", "/coverage/should-establish/", "/coverage/review/", "/coverage/proposals/"):
        page.goto(address)
        accessible(page)
    before = covered(page, JIUTING)
    page.goto("/coverage/proposals/?state=open")
    wide = page.locator("#proposals tr", has=page.locator("[data-label=企业]", has_text=re.compile("^[45]$")))
    wide.first.locator("td.row-title a").click()
    enterprises = page.get_by_role("checkbox").count()
    page.get_by_role("checkbox").last.uncheck()
    accessible(page)
    page.get_by_role("button", name="采纳并成立").click()
    expect(page.locator("#main")).to_contain_text("企业已纳入覆盖")
    assert covered(page, JIUTING) == before + enterprises - 1


def test_the_keyboard_alone_accepts_a_proposal(visit: Callable[..., Page]):
    page = visit("bureau")
    open_first(page, CHEDUN)
    page.get_by_role("checkbox").first.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox").first).not_to_be_checked()
    page.keyboard.press("Space")
    page.get_by_label("党组织名称").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="采纳并成立")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_contain_text("企业已纳入覆盖")


def test_the_bureau_has_proposals_worked_out_anew(visit: Callable[..., Page]):
    page = visit("bureau")
    page.goto("/coverage/proposals/")
    page.get_by_role("button", name="重新计算建议").click()
    expect(page.locator("#main")).to_contain_text("已开始计算组建建议")
    expect(page.locator("#run-progress")).to_have_count(0, timeout=30_000)
    expect(page.locator("#proposals")).to_contain_text("已采纳 0")


def test_two_clerks_and_one_proposal(visit: Callable[..., Page], accessible):
    first, second = visit("bureau"), visit("bureau")
    open_first(first, XINQIAO)
    second.goto(first.url)
    first.get_by_role("button", name="采纳并成立").click()
    expect(first.locator("#main")).to_contain_text("企业已纳入覆盖")
    second.get_by_role("button", name="采纳并成立").click()
    expect(second.get_by_role("alert")).to_contain_text("已采纳")
    accessible(second)


def test_a_leader_reads_coverage_without_names(visit: Callable[..., Page], accessible):
    page = visit("leader")
    page.goto("/coverage/")
    page.locator("a.figure", has_text="有效覆盖率").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("有效覆盖名单")
    page.goto("/coverage/should-establish/")
    page.get_by_role("link", name=re.compile("应联合组建")).click()
    expect(page.locator("#should-establish")).to_contain_text("应参加联合支部")
    accessible(page)
    page.goto("/coverage/proposals/")
    expect(page.get_by_role("button", name="重新计算建议")).to_have_count(0)
    page.locator("#proposals td.row-title a").first.click()
    expect(page.get_by_role("button", name="采纳并成立")).to_have_count(0)
    accessible(page)
