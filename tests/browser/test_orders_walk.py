"""The whole loop of a demand with five sign-ins: raised on a phone, dispatched, whistled, resolved by a joint meeting,
not accepted by the enterprise, handled anew, and praised. A leader only watches."""

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
TITLE = "走查用研发费用加计扣除资料退回"


def press(page: Page, address: str, move: str, sure: str = "", **texts: str) -> None:
    """A move from the demand's page: its button, its small form, and back."""
    page.goto(address)
    moves = page.get_by_role("region", name="办理", exact=True)
    moves.get_by_role("link", name=move, exact=True).click()
    form = page.locator("#move form")
    for label, text in texts.items():
        form.get_by_label(label).fill(text)
    form.get_by_role("button", name=sure or f"确定{move}").click()
    expect(page.locator("#main .alert-success")).to_be_visible()


def click(page: Page, address: str, move: str) -> None:
    page.goto(address)
    page.get_by_role("button", name=move, exact=True).click()
    expect(page.locator("#main .alert-success")).to_be_visible()


def judge(page: Page, address: str, verdict: str, score: str, words: str) -> None:
    page.goto(address)
    page.locator("#verify").get_by_text(verdict).click()
    page.get_by_role("radio", name=score, exact=True).check()
    page.get_by_label("想说的话").fill(words)
    page.get_by_role("button", name="提交评价").click()
    expect(page.locator("#main .alert-success")).to_be_visible()


def test_the_whole_loop(visit: Callable[..., Page], accessible, picture):
    enterprise = visit("enterprise-01", phone=True)
    enterprise.goto("/demands/new/")
    enterprise.get_by_text("纳税开票", exact=True).click()
    enterprise.get_by_label("一句话说清诉求").fill(TITLE)
    enterprise.get_by_label("具体情况").fill("资料按要求提交两次仍被退回，希望有人当面辅导。")
    accessible(enterprise)
    picture(enterprise, "demand-new-phone")
    enterprise.get_by_role("button", name="提交诉求").last.click()
    enterprise.wait_for_url(re.compile(r"/demands/GD\d+"))
    expect(enterprise.locator("#main")).to_contain_text("待受理")
    address = enterprise.url

    station = visit("station-jiuting")
    click(station, address, "受理")
    station.get_by_role("link", name="派单", exact=True).click()
    form = station.locator("#move form")
    expect(form).to_contain_text("建议派给")
    expect(form.get_by_label("牵头部门").locator("option:checked")).to_contain_text("税务")
    for chosen in form.locator("input[name=joint]:checked").all():
        chosen.uncheck()
    form.get_by_role("button", name="确定派单").click()
    expect(station.locator("#main")).to_contain_text("待签收")

    tax_office = visit("dept-tax")
    click(tax_office, address, "签收")
    expect(tax_office.locator("#main")).to_contain_text("办理中")
    accessible(tax_office)
    press(tax_office, address, "吹哨会办", 吹哨事由="口径涉及多个部门，需当面会商。", 地点="税务大厦 302")
    expect(tax_office.locator("#main")).to_contain_text("会办中")

    bureau = visit("bureau")
    bureau.goto(address)
    bureau.get_by_role("link", name="形成会办决议").click()
    form = bureau.locator("#move form")
    form.get_by_label("会议纪要").fill("会议议定由税务部门上门辅导一次。")
    form.get_by_label("决议事项").fill("上门辅导资料归集")
    form.get_by_label("责任部门").select_option(label=tax(form))
    form.get_by_label("完成期限").fill(f"{datetime.now(SHANGHAI) + timedelta(days=3):%Y-%m-%d}")
    accessible(bureau)
    form.get_by_role("button", name="形成决议").last.click()
    expect(bureau.locator("#main")).to_contain_text("上门辅导资料归集")
    accessible(bureau)
    picture(bureau, "demand")

    tax_office.goto(address)
    tax_office.get_by_text("完成 上门辅导资料归集").click()
    tax_office.get_by_label("完成情况").fill("已上门辅导")
    tax_office.get_by_role("button", name="完成事项").click()
    expect(tax_office.locator("#main")).to_contain_text("已完成")
    press(tax_office, address, "办结", 办理结果="辅导完成，资料已受理。")

    judge(enterprise, address, "没有解决，不满意", "一般", "还差一份说明")
    expect(enterprise.locator("#main")).to_contain_text("重新办理")
    press(tax_office, address, "办结", 办理结果="已补齐说明并办结。")
    judge(enterprise, address, "解决了，满意", "非常满意", "谢谢")
    expect(enterprise.locator("#main")).to_contain_text("已评价")
    accessible(enterprise)

    leader = visit("leader")
    leader.goto(address)
    expect(leader.locator("#main")).to_contain_text("谢谢")
    expect(leader.get_by_role("region", name="办理", exact=True)).to_have_count(0)
    expect(leader.locator("#main")).not_to_contain_text("内部备注")


def tax(form) -> str:
    """The department of dept-tax as the select names it."""
    return form.locator("option", has_text="税务").first.inner_text()
