"""What staff, enterprises and leaders do with a profile, as they do it."""

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


def open_enterprise(page: Page, number: int) -> str:
    """Opens the n-th enterprise of the list by its link; returns its name."""
    page.goto("/enterprises/")
    link = page.locator("#main td.row-title a").nth(number)
    name = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return name


def test_inspector_fills_in_a_survey_on_a_phone(visit: Callable[..., Page], picture, accessible):
    page = visit("station-jiuting", phone=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("工作台")
    accessible(page)
    page.get_by_label("菜单").click()
    page.get_by_role("link", name="待摸排", exact=True).first.click()
    accessible(page)
    name = page.locator("#main td.row-title a").first.inner_text()
    page.get_by_role("link", name="填写摸排").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("填写摸排")
    accessible(page)
    picture(page, "survey-phone")
    page.get_by_label("正式党员数").fill("17")
    page.get_by_label("预备党员数").fill("4")
    page.get_by_label("联系电话").fill("123")
    page.get_by_role("button", name="提交摸排").click()
    expect(page.get_by_text("有内容需要更正")).to_be_visible()  # the wrong phone is named, the rest kept
    expect(page.get_by_label("正式党员数")).to_have_value("17")
    page.get_by_label("联系电话").fill("13900001234")
    page.get_by_role("button", name="提交摸排").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    main = page.locator("#main")
    expect(main).to_contain_text("139****1234")
    expect(main.get_by_role("listitem").filter(has_text="正式党员数").last).to_contain_text("17")
    assert not PLAIN_PHONE.search(main.inner_text())
    accessible(page)


def test_clerk_finds_an_enterprise_and_reads_its_portrait(visit: Callable[..., Page], picture, accessible):
    page = visit("bureau")
    expect(page.get_by_role("heading", level=1)).to_have_text("工作台")
    accessible(page)
    picture(page, "workbench")
    name = open_enterprise(page, 0)
    page.goto("/enterprises/")
    picture(page, "enterprises")
    accessible(page)
    page.get_by_label("名称或信用代码").fill(name[2:6])
    page.get_by_role("button", name="查询").click()
    found = page.locator("#main td.row-title a")
    expect(found.filter(has_not_text=name[2:6])).to_have_count(0)
    expect(found.first).to_contain_text(name[2:6])
    page.locator("#main td.row-title a").first.click()
    for panel in ("生产经营", "党员队伍与党组织", "链上位置", "服务记录", "要素台账", "摸排历史"):
        expect(page.get_by_role("heading", name=panel)).to_be_visible()
    picture(page, "portrait")
    accessible(page)


def test_a_full_view_of_a_phone_asks_why_and_is_logged(visit: Callable[..., Page], accessible):
    page = visit("bureau")
    page.goto("/enterprises/?freshness=fresh&organization_form=alone")
    page.locator("#main td.row-title a").first.click()
    name = page.get_by_role("heading", level=1).inner_text()
    page.locator('#main a[href*="/enterprises/"][href*="/personal/"]').nth(1).click()
    page.get_by_label(re.compile("事由")).fill("联系走访时间")
    page.get_by_role("button", name="查看全文").click()
    expect(page.get_by_text("本次查看已记录")).to_be_visible()
    page.goto("/audit/personal-views/")
    row = page.locator("#main tr").nth(1)
    expect(row).to_contain_text(name)
    expect(row).to_contain_text("联系走访时间")
    accessible(page)


def test_a_stale_edit_shows_both_values_and_overwrites_nothing(
    visit: Callable[..., Page], picture, accessible
):
    first, second = visit("bureau"), visit("bureau")
    name = open_enterprise(first, 3)
    first.get_by_role("link", name="修改").click()
    second.goto(first.url)
    first.get_by_label("经营地址").fill("松江区文诚路100号")
    first.get_by_role("button", name="保存").click()
    expect(first.get_by_role("heading", level=1)).to_have_text(name)
    second.get_by_label("经营地址").fill("松江区人民北路200号")
    second.get_by_role("button", name="保存").click()
    expect(second.get_by_role("heading", level=1)).to_contain_text("他人已先保存")
    expect(second.locator("#main")).to_contain_text("松江区文诚路100号")
    expect(second.locator("#main")).to_contain_text("松江区人民北路200号")
    picture(second, "stale-edit")
    accessible(second)
    first.reload()
    expect(first.locator("#main")).to_contain_text("松江区文诚路100号")  # nothing was overwritten
    second.get_by_label("松江区人民北路200号").check()
    second.get_by_role("button", name="按选择保存").click()
    expect(second.locator("#main")).to_contain_text("松江区人民北路200号")


def test_enterprise_user_sees_one_enterprise_and_no_other(visit: Callable[..., Page], accessible):
    page, other = visit("enterprise-01", phone=True), visit("enterprise-02")
    page.goto("/enterprises/")
    expect(page.locator("#main td.row-title a")).to_have_count(1)
    own = page.locator("#main td.row-title a").get_attribute("href")
    accessible(page)
    page.goto(own)
    accessible(page)
    answer = other.goto(own)
    assert answer.status == 404
    expect(other.locator("body")).to_contain_text("没有找到")


def test_leader_reads_figures_but_no_phone_and_no_name(visit: Callable[..., Page], accessible):
    page = visit("leader")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    accessible(page)
    page.goto("/enterprises/?organization_form=alone")
    page.locator("#main td.row-title a").first.click()
    main = page.locator("#main")
    expect(main).to_contain_text("单独组建")
    accessible(page)
    text = main.inner_text()
    assert "****" not in text
    assert "书记电话" not in text
    assert not PLAIN_PHONE.search(text)
    assert page.goto(page.url + "edit/").status == 403


def test_the_keyboard_alone_signs_in_searches_and_opens(visit: Callable[..., Page]):
    page = visit(None)
    page.goto("/accounts/login/")
    expect(page.get_by_label("用户名")).to_be_focused()  # the page puts the cursor there once it is drawn
    page.keyboard.type("station-sheshan")
    page.keyboard.press("Tab")
    page.keyboard.type("demo-2026")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("工作台")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.goto("/enterprises/")
    page.get_by_label("名称或信用代码").focus()
    page.keyboard.type("科技")
    page.keyboard.press("Enter")
    expect(page.locator("#main td.row-title a").first).to_contain_text("科技")


def test_switching_to_english_and_back(visit: Callable[..., Page]):
    page = visit("bureau")
    page.locator("summary", has_text="我的账号").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Workbench")
    page.locator("summary", has_text="My account").click()
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("工作台")
