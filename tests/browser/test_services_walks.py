"""A visitor finds a service, a station and an answer, without signing in, on a phone and at a desk."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
def test_a_visitor_finds_what_to_bring_and_where_to_go(visit: Callable[..., Page], accessible, phone: bool):
    page = visit(None, phone=phone)
    page.goto("/services/")
    expect(page.get_by_role("heading", level=1)).to_have_text("质量基础设施一站式服务")
    accessible(page)
    page.get_by_label("想办什么").fill("电子秤")
    page.get_by_role("button", name="查询").click()
    expect(page.locator("#services h3")).to_have_count(1)
    page.get_by_label("所在街镇").select_option(label="九亭镇")
    expect(page.get_by_role("heading", name="离九亭镇最近的服务站")).to_be_visible()
    accessible(page)
    page.locator("#services h3 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("计量")
    expect(page.get_by_role("heading", name="要带什么")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="九亭质量基础设施一站式服务站").first.click()
    expect(page.get_by_role("heading", name="服务时间")).to_be_visible()
    expect(page.get_by_role("heading", name="一揽子产业要素服务清单")).to_be_visible()
    accessible(page)
    page.get_by_role("navigation", name="一站式服务").get_by_role("link", name="服务站").click()
    expect(page.locator("#stations h3")).to_have_count(18)
    accessible(page)
    page.get_by_role("navigation", name="一站式服务").get_by_role("link", name="技术机构").click()
    expect(page.locator("#institutions h3")).to_have_count(26)
    accessible(page)
    page.locator("#institutions h3 a").first.click()
    accessible(page)
    page.get_by_role("navigation", name="一站式服务").get_by_role("link", name="要素清单").click()
    expect(page.locator(".services h3")).to_have_count(18)
    page.get_by_role("link", name="九亭镇").click()
    expect(page.get_by_role("heading", name="知识产权保护")).to_be_visible()
    accessible(page)
    page.get_by_role("navigation", name="一站式服务").get_by_role("link", name="质惠手册").click()
    page.get_by_label("您想问什么").fill("商标续展")
    page.get_by_role("button", name="查询").click()
    page.get_by_role("link", name="商标快到期了，怎么续展？").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("商标快到期了")
    accessible(page)


def test_a_message_rings_is_opened_and_is_read(visit: Callable[..., Page], accessible):
    page = visit("enterprise-01", phone=True)
    bell = page.locator("a.bell")
    expect(bell).to_have_accessible_name(re.compile("条未读"))
    bell.click()
    unread = page.locator(".notice-new")
    expect(unread.first).to_be_visible()
    before = unread.count()
    accessible(page)
    unread.first.get_by_role("button", name=re.compile("查看详情")).click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("消息")
    page.goto("/notices/")
    expect(unread).to_have_count(before - 1)
    page.get_by_role("link", name="通知方式").click()
    accessible(page)


def test_the_bureau_changes_an_item_for_whom_it_is(visit: Callable[..., Page], accessible):
    page = visit("bureau")
    page.goto("/services/training/")
    accessible(page)
    page.get_by_role("link", name="修改").click()
    accessible(page)
    page.get_by_label("从业人数不超过").fill("3000")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("从业人数不超过 3000 人。")).to_be_visible()
    page.goto("/service-stations/jiuting/team/")
    expect(page.locator("#main td.tabular").first).to_contain_text("****")
    accessible(page)
