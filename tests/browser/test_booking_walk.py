"""An enterprise books, is served and rates; another waits for a place and gets it. On a phone and at a desk."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]
SHANGHAI = ZoneInfo("Asia/Shanghai")


def new_session(clerk: Page, item: str, starts: datetime, *, capacity: int) -> None:
    """A clerk adds half an hour of an item at the own station; late in the evening what is left of the day."""
    ends = min(starts + timedelta(minutes=30), starts.replace(hour=23, minute=59))
    clerk.goto("/desk/sessions/new/")
    clerk.get_by_label("日期").fill(f"{starts:%Y-%m-%d}")
    clerk.get_by_label("开始").fill(f"{starts:%H:%M}")
    clerk.get_by_label("结束").fill(f"{ends:%H:%M}")
    clerk.get_by_label("服务事项").select_option(label=item)
    clerk.get_by_label("名额").fill(str(capacity))
    clerk.get_by_role("button", name="保存").click()
    clerk.wait_for_url(re.compile(r"/desk/sessions/\d+/"))


def choose(page: Page, item: str, starts: datetime, word: str) -> None:
    """From the free times of the day to the form."""
    page.goto(f"/bookings/new/?item={item}&station=jiuting&day={starts:%Y-%m-%d}")
    time = page.locator("#day li", has_text=f"{starts:%H:%M}–")
    time.get_by_role("link", name=word).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("填写预约")


def send(page: Page, subject: str) -> None:
    page.get_by_label("办理事由").fill(subject)
    page.get_by_label("联系人").fill("沈演示")
    page.get_by_label("联系电话").fill("13900000000")
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("请核对后提交")
    page.get_by_role("button", name="提交预约").click()
    page.wait_for_url(re.compile("/done/"))


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
def test_booked_confirmed_checked_in_completed_rated(visit: Callable[..., Page], accessible, picture, phone):
    starts = datetime.now(SHANGHAI).replace(second=0, microsecond=0) + timedelta(minutes=11 + 2 * phone)
    if starts.date() != datetime.now(SHANGHAI).date() or (starts.minute == 59 and starts.hour == 23):
        pytest.skip("the session would lie beyond midnight, on another day's board")
    clerk, page = visit("station-jiuting"), visit("enterprise-01" if phone else "enterprise-02", phone=phone)
    new_session(clerk, "检验检测", starts, capacity=2)

    page.goto("/bookings/new/?item=testing&station=jiuting")
    accessible(page)
    picture(page, "free-times-phone" if phone else "free-times")
    choose(page, "testing", starts, "预约")
    accessible(page)
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.get_by_text("有内容需要更正")).to_be_visible()
    send(page, "样品送检")
    expect(page.get_by_role("heading", level=1)).to_have_text("预约已提交，等待确认")
    accessible(page)
    page.get_by_role("link", name=re.compile("查看预约")).click()
    address = page.url

    clerk.goto(address)
    clerk.get_by_role("button", name="确认", exact=True).click()
    expect(clerk.get_by_text("预约已确认。")).to_be_visible()
    page.reload()
    expect(page.get_by_text("已确认", exact=True)).to_be_visible()
    accessible(page)
    picture(page, "booking-phone" if phone else "booking")
    code = page.locator(".check-in-code").inner_text()
    page.get_by_role("textbox", name="签到码").fill("000000" if code != "000000" else "000001")
    page.get_by_role("button", name="签到", exact=True).click()
    expect(page.get_by_text("签到码不正确")).to_be_visible()
    page.get_by_role("textbox", name="签到码").fill(code)
    page.get_by_role("button", name="签到", exact=True).click()
    expect(page.get_by_text("已签到，请留意叫号。")).to_be_visible()

    clerk.goto(address)
    clerk.get_by_role("button", name="开始办理").click()
    clerk.get_by_label("办理结果").fill("样品合格，报告已出")
    clerk.get_by_role("button", name="办结").click()
    expect(clerk.get_by_text("已办结。", exact=True)).to_be_visible()

    page.goto(address)
    accessible(page)
    page.get_by_role("radio", name="满意", exact=True).check()
    page.get_by_label("想说的话").fill("很快就办好了")
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_text("感谢您的评价。")).to_be_visible()
    expect(page.get_by_role("img", name="4 分，满分 5 分")).to_be_visible()
    expect(page.get_by_role("button", name="提交评价")).to_have_count(0)
    accessible(page)


def test_a_full_session_then_the_waiting_list_then_the_offered_place(visit: Callable[..., Page], accessible):
    starts = (datetime.now(SHANGHAI) + timedelta(days=6)).replace(hour=20, minute=10, second=0, microsecond=0)
    clerk, first, second = (
        visit("station-jiuting"),
        visit("enterprise-02"),
        visit("enterprise-01", phone=True),
    )
    new_session(clerk, "计量", starts, capacity=1)
    choose(first, "metrology", starts, "预约")
    choose(second, "metrology", starts, "预约")  # both see the last place
    second.get_by_label("办理事由").fill("电子秤检定")
    second.get_by_role("button", name="下一步：核对").click()
    send(first, "压力表检定")
    second.get_by_role("button", name="提交预约").click()
    expect(second.get_by_role("heading", name="刚刚约满了，预约没有提交")).to_be_visible()
    expect(second.get_by_role("button", name=re.compile("改选"))).to_have_count(3)
    accessible(second)
    second.get_by_role("button", name="加入候补", exact=True).click()
    expect(second.get_by_role("heading", level=1)).to_have_text("已加入候补")
    accessible(second)
    second.get_by_role("link", name=re.compile("查看预约")).click()
    expect(second.get_by_text("您排在候补第 1 位")).to_be_visible()

    first.get_by_role("link", name=re.compile("查看预约")).click()
    first.get_by_text("取消预约").click()
    first.get_by_role("button", name="确定取消").click()
    expect(first.get_by_text("预约已取消。")).to_be_visible()
    second.reload()
    expect(second.get_by_role("heading", name="有名额了，请答复")).to_be_visible()
    accessible(second)
    second.get_by_role("button", name="接受名额").click()
    expect(second.get_by_text("名额已为您保留。")).to_be_visible()
    expect(second.locator(".check-in-code")).to_be_visible()
    second.goto("/bookings/")
    accessible(second)
