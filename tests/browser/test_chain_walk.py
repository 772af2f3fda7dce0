"""The chain page as people use it: an enterprise is placed and counted, a plan is reported, the table serves for the
graph, on a phone and by keyboard."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]


def row_of(page: Page, segment: str):
    return page.locator("#segments tr[data-node]", has=page.locator("td.row-title", has_text=segment))


def drawn(page: Page) -> None:
    """The graph has come and been drawn."""
    expect(page.locator("[data-chart='chain-graph'] canvas")).to_be_visible()
    expect(page.get_by_role("button", name="放大链图")).to_be_visible()


def test_clerk_places_an_enterprise_and_sees_it_counted(visit: Callable[..., Page], picture, accessible):
    page = visit("bureau")
    page.goto("/chains/ic/")
    drawn(page)
    accessible(page)
    picture(page, "chain")
    before = int(row_of(page, "刻蚀设备").locator("td").nth(1).inner_text())
    page.get_by_role("link", name="安排企业入链").click()
    accessible(page)
    page.get_by_label("企业名称或信用代码").fill("农业")
    page.get_by_role("button", name="查询").click()
    page.get_by_role("link", name=re.compile("^选择环节")).first.click()
    accessible(page)
    page.get_by_label("产业链与环节").select_option("ic/ic-09")
    page.get_by_label("链上角色").select_option("backbone")
    page.get_by_label("入链日期").fill("2000-01-01")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("不能早于企业成立日期")).to_be_visible()
    page.get_by_label("入链日期").fill("")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("链上位置已更新")).to_be_visible()
    accessible(page)
    page.goto("/chains/ic/")
    expect(row_of(page, "刻蚀设备").locator("td").nth(1)).to_have_text(str(before + 1))
    row_of(page, "刻蚀设备").locator("td").nth(1).get_by_role("link").click()
    expect(page.locator("#main td.row-title a")).to_have_count(before + 1)


def test_clerk_keeps_segments_and_a_loop_is_refused(visit: Callable[..., Page], accessible):
    page = visit("bureau")
    page.goto("/chains/food/segments/")
    accessible(page)
    page.get_by_role("link", name="登记环节").click()
    page.get_by_label("环节名称").fill("食品包装设计")
    page.get_by_role("radio", name="上游").check()
    page.get_by_label(re.compile("^缺失环节")).check()
    page.get_by_label("缺失说明").fill("本区没有专业设计机构")
    page.get_by_label("饮料制造", exact=True).check()
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("已登记环节“食品包装设计”")).to_be_visible()
    page.get_by_role("link", name=re.compile(r"修改\s*饮料制造")).click()
    page.get_by_label("食品包装设计", exact=True).check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("箭头不能成环").first).to_be_visible()
    expect(page.locator("#main")).to_contain_text("饮料制造 → 食品包装设计 → 饮料制造")
    accessible(page)
    page.goto("/chains/food/")
    drawn(page)
    expect(row_of(page, "食品包装设计")).to_contain_text("本区没有专业设计机构")
    page.goto("/chains/food/segments/")
    page.get_by_role("link", name=re.compile(r"修改\s*食品包装设计")).click()
    page.get_by_role("button", name="删除").click()
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    expect(page.get_by_text("环节“食品包装设计”已删除")).to_be_visible()


def test_milestones_are_reported_and_late_ones_lead(visit: Callable[..., Page], picture, accessible):
    page = visit("bureau")
    page.goto("/chains/biomed/plan/")
    accessible(page)
    picture(page, "chain-plan")
    page.get_by_role("link", name=re.compile("^更新")).first.click()
    accessible(page)
    title = page.get_by_label(re.compile("^节点")).input_value()
    page.get_by_label("进度（%）").fill("100")
    page.get_by_role("button", name="保存").click()
    row = page.locator("#main tbody tr").filter(has_text=title)
    expect(row).to_contain_text("完成")
    expect(row.get_by_role("progressbar")).to_have_attribute("value", "100")


def test_a_station_reads_the_table_first_on_a_phone(visit: Callable[..., Page], picture, accessible):
    page = visit("station-jiuting", phone=True)
    page.goto("/chains/food/")
    drawn(page)
    accessible(page)
    picture(page, "chain-phone")
    table, figure = page.locator("#segments").bounding_box(), page.locator("figure").bounding_box()
    assert table["y"] < figure["y"], "on a phone the table comes first"
    page.get_by_role("link", name="安排企业入链").click()
    accessible(page)
    page.goto("/chains/food/plan/")
    accessible(page)


def test_a_leader_reads_by_keyboard_and_changes_nothing(visit: Callable[..., Page], accessible):
    page = visit("leader")
    page.goto("/chains/ic/")
    drawn(page)
    accessible(page)
    expect(page.get_by_role("link", name="安排企业入链")).to_have_count(0)
    expect(page.get_by_role("link", name="维护环节")).to_have_count(0)
    link = row_of(page, "芯片设计").get_by_role("link").first
    for _press in range(60):
        page.keyboard.press("Tab")
        if link.evaluate("one => one === document.activeElement"):
            break
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("企业")
    expect(page.locator("#main td.row-title a").first).to_be_visible()


def test_a_graph_that_does_not_come_says_so_and_can_be_asked_again(visit: Callable[..., Page]):
    page = visit("leader")
    page.route("**/api/v1/chains/*/graph", lambda route: route.fulfill(status=404))
    page.goto("/chains/ic/")
    expect(page.get_by_text("链图没有载入")).to_be_visible()
    expect(page.locator("#segments")).to_contain_text("芯片设计")
    page.unroute("**/api/v1/chains/*/graph")
    page.get_by_role("button", name="重试").click()
    drawn(page)
