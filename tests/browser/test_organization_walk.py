"""An organisation's life as the bureau walks it: set up, renamed, dissolved with a place for each enterprise; the tree by
keyboard and on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]
SOURCE, GOAL = "LH-310117107-2", "LH-310117107-3"  # joint branches of the demo that no other walk touches


def test_set_up_renamed_and_moved(visit: Callable[..., Page], picture, accessible):
    page = visit("bureau")
    page.goto("/organizations/")
    accessible(page)
    page.get_by_role("link", name="登记党组织").click()
    accessible(page)
    page.get_by_label("编号").fill("WALK-1")
    page.get_by_label("名称").fill("中共漫步测试联合支部委员会")
    page.get_by_label("类别").select_option("joint_branch")
    page.get_by_label("组建方式").select_option("area_joint")
    page.get_by_label("成立日期").fill("2999-01-01")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("成立日期不能晚于今天")).to_be_visible()
    page.get_by_label("成立日期").fill("2024-03-01")
    page.get_by_label("书记姓名").fill("漫书记")
    page.get_by_label("书记电话").fill("13800001111")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("138****1111")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="修改", exact=True).click()
    accessible(page)
    page.get_by_label(re.compile("^名称")).fill("中共漫步更名联合支部委员会")
    page.get_by_label("更名或调整隶属的日期").fill("2025-05-01")
    page.get_by_role("button", name="保存").click()
    timeline = page.locator(".timeline-list")
    expect(timeline).to_contain_text("更名")
    expect(timeline).to_contain_text("中共漫步测试联合支部委员会")
    page.get_by_role("link", name=re.compile("查看.*书记电话")).click()
    page.get_by_label("查看事由").fill("通知召开联席会议")
    page.get_by_role("button", name="查看全文").click()
    expect(page.get_by_text("13800001111")).to_be_visible()


def test_dissolved_with_a_place_for_each_enterprise(visit: Callable[..., Page], picture, accessible):
    page = visit("bureau")
    page.goto(f"/organizations/{SOURCE}/")
    name = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="撤销").click()
    accessible(page)
    picture(page, "organization-dissolve")
    choices = page.locator("select[name^='to-']")
    count = choices.count()
    assert count > 1, "the demo's branch covers some"
    page.get_by_label("原因").fill("片区调整")
    page.get_by_role("button", name="确认撤销").click()
    expect(page.get_by_text("这个字段是必填项").or_(page.get_by_text("必填")).first).to_be_visible()
    page.get_by_label("覆盖企业的默认去向").fill(GOAL)
    choices.first.select_option("none")
    page.get_by_role("button", name="确认撤销").click()
    expect(page.get_by_text(f"“{name}”已撤销")).to_be_visible()
    timeline = page.locator(".timeline-list")
    expect(timeline).to_contain_text("片区调整")
    expect(timeline).to_contain_text("1 家转为无组织")
    expect(timeline).to_contain_text(f"{count - 1} 家转入")
    expect(page.get_by_role("link", name="撤销")).to_have_count(0)
    accessible(page)
    page.goto(f"/organizations/{GOAL}/")
    expect(page.locator(".timeline-list")).to_contain_text(f"由“{name}”转入")


def test_the_tree_opens_by_keyboard_and_leads_to_its_rows(visit: Callable[..., Page], picture, accessible):
    page = visit("leader")
    page.goto("/organizations/tree/")
    accessible(page)
    branch = page.locator("details.org-branch").first
    summary = branch.locator("> summary")
    for _press in range(60):
        page.keyboard.press("Tab")
        if summary.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(branch.locator(".org-tree > li").first).to_be_visible()
    accessible(page)
    picture(page, "organization-tree")
    figure = branch.locator("> .org-links").get_by_role("link", name=re.compile("^含下级"))
    count = re.search(r"含下级 ([\d,]+) 家", figure.inner_text())[1]
    expect(summary).to_contain_text(f"含下级 {count} 家")
    figure.click()
    expect(page.get_by_text(f"共 {count} 条")).to_be_visible()
    expect(page.get_by_role("link", name="登记党组织")).to_have_count(0)


def test_tree_matrix_and_areas_on_a_phone(visit: Callable[..., Page], picture, accessible):
    page = visit("station-jiuting", phone=True)
    page.goto("/organizations/tree/")
    page.locator("details.org-branch > summary").first.click()
    expect(page.locator("details[open] .org-tree > li").first).to_be_visible()
    accessible(page)
    picture(page, "organization-tree-phone")
    for address in ("/organizations/matrix/", "/areas/", "/organizations/", "/organizations/LH-310117107-1/"):
        page.goto(address)
        accessible(page)
