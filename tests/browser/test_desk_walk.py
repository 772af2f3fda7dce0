"""The desk of a station as a clerk works at it, the closing of a day, and the screen in the hall when the line drops."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]
SHANGHAI = ZoneInfo("Asia/Shanghai")
ITEM = "检验检测"  # wants a confirmation


def new_session(page: Page, starts: datetime, *, capacity: int = 3) -> None:
    """The clerk adds a session of half an hour, late in the evening of what is left of the day; leaves its page open."""
    ends = min(starts + timedelta(minutes=30), starts.replace(hour=23, minute=59))
    page.goto("/desk/sessions/new/")
    page.get_by_label("日期").fill(f"{starts:%Y-%m-%d}")
    page.get_by_label("开始").fill(f"{starts:%H:%M}")
    page.get_by_label("结束").fill(f"{ends:%H:%M}")
    page.get_by_label("服务事项").select_option(label=ITEM)
    page.get_by_label("名额").fill(str(capacity))
    page.get_by_role("button", name="保存").click()
    expect(
        page.get_by_role("heading", name="候补名单").or_(page.get_by_text("还没有人预约。"))
    ).to_be_visible()


def book_for(page: Page, words: str) -> tuple[str, str, str]:
    """On behalf of the first enterprise that the words find; gives its name, the number
    and the check-in code."""
    page.get_by_role("link", name="代企业预约").click()
    page.get_by_label("企业名称或统一社会信用代码").fill(words)
    page.get_by_role("button", name="查找").click()
    found = page.locator("#main .list-group-item > a").first
    name = found.inner_text()
    found.click()
    page.get_by_label("办理事由").fill("样品送检")
    page.get_by_label("联系人").fill("沈演示")
    page.get_by_label("联系电话").fill("13900000000")
    page.get_by_role("button", name="下一步：核对").click()
    page.get_by_role("button", name="提交预约").click()
    page.wait_for_url(re.compile("/done/"))
    number = re.search(r"/bookings/([^/]+)/", page.url)[1]
    return name, number, page.locator(".check-in-code").first.inner_text()


def looked_at(page: Page, accessible: Callable[[Page], None]) -> None:
    """The board is checked while the line is down: nothing is renewed under the hands of who looks."""
    page.context.set_offline(True)
    accessible(page)
    page.context.set_offline(False)


def row(page: Page, number: str) -> Locator:
    return page.locator(f"#b-{number}")


def test_a_visit_at_the_desk(visit: Callable[..., Page], accessible, picture):
    starts = datetime.now(SHANGHAI).replace(second=0, microsecond=0) + timedelta(minutes=6)
    if starts.date() != datetime.now(SHANGHAI).date():
        pytest.skip("the session would begin after midnight, on tomorrow's board")
    clerk = visit("station-jiuting")
    new_session(clerk, starts)
    accessible(clerk)
    _name, number, code = book_for(clerk, "科技")

    clerk.get_by_role("navigation", name="主导航").get_by_role("link", name="今日看板").click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text("今日看板")
    looked_at(clerk, accessible)
    picture(clerk, "desk-board")
    row(clerk, number).get_by_role("button", name="确认").click()
    expect(row(clerk, number).get_by_text("已确认")).to_be_visible()

    field = clerk.get_by_label("签到", exact=True)
    field.fill("000000" if code != "000000" else "000001")
    field.press("Enter")
    expect(clerk.get_by_text(re.compile("签到码不正确|这个预约不在今天"))).to_be_visible()
    field.fill(code)
    clerk.get_by_role("button", name="签到", exact=True).first.click()
    expect(clerk.locator("#check-in-said")).to_contain_text("已签到，排队号")
    expect(row(clerk, number).get_by_text("已签到")).to_be_visible()

    row(clerk, number).get_by_role("button", name="叫号").click()
    ticket = row(clerk, number).locator(".ticket").inner_text()
    expect(clerk.locator(".ticket-called", has_text=ticket)).to_be_visible()
    row(clerk, number).get_by_role("button", name="开始办理").click()
    expect(row(clerk, number).get_by_text("办理中")).to_be_visible()

    # What is typed outlives the refresh of the board.
    row(clerk, number).locator("summary", has_text="办结").click()
    row(clerk, number).get_by_label("办理结果").fill("已收样，三个工作日出报告")
    row(clerk, number).get_by_label("办理结果").blur()
    with clerk.expect_response(re.compile("/desk/\\?")):
        clerk.evaluate("document.body.dispatchEvent(new Event('desk-changed'))")
    expect(row(clerk, number).get_by_label("办理结果")).to_have_value("已收样，三个工作日出报告")
    row(clerk, number).get_by_role("button", name="提交办结").click()
    expect(row(clerk, number).get_by_text("已办结")).to_be_visible()


def test_closing_a_day_offers_everybody_another_time(visit: Callable[..., Page], accessible):
    day = datetime.now(SHANGHAI).replace(hour=18, minute=10, second=0, microsecond=0) + timedelta(days=40)
    clerk = visit("station-jiuting", phone=True)
    new_session(clerk, day + timedelta(days=1))
    new_session(clerk, day)
    name, _number, _code = book_for(clerk, "制造")
    clerk.goto("/desk/closures/")
    clerk.get_by_role("link", name="登记停止服务").click()
    for label in ("从哪天", "到哪天"):
        clerk.get_by_label(label).fill(f"{day:%Y-%m-%d}")
    clerk.get_by_label("开始时间").fill("18:00")
    clerk.get_by_label("结束时间").fill("19:00")
    clerk.get_by_label("原因").fill("停电检修")
    clerk.get_by_role("button", name="下一步").click()
    expect(clerk.get_by_text(name)).to_be_visible()
    clerk.get_by_role("button", name="确认停止服务").click()
    expect(clerk.get_by_text("其中 1 个已提供替代时间")).to_be_visible()
    expect(clerk.get_by_text("等企业答复")).to_be_visible()
    accessible(clerk)
    clerk.goto(f"/desk/week/?day={day:%Y-%m-%d}")
    expect(clerk.get_by_text("停止服务：停电检修").first).to_be_visible()
    accessible(clerk)
    clerk.goto("/desk/")
    looked_at(clerk, accessible)


def test_the_screen_outlives_a_dropped_connection(visit: Callable[..., Page], accessible):
    screen = visit(None)
    screen.goto("/display/jiuting/")
    expect(screen.get_by_role("heading", level=1)).to_contain_text("九亭")
    screen.context.set_offline(True)
    shown = screen.locator("#hall").inner_text()
    accessible(screen)
    expect(screen.get_by_text("网络暂时中断")).to_be_visible()
    assert screen.locator("#hall").inner_text() == shown
    screen.context.set_offline(False)
    expect(screen.get_by_text("网络暂时中断")).to_be_hidden()
