"""A purchase as people report it: the buyer notes it down on the phone, the seller confirms, the bureau verifies."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]


def test_report_confirm_verify(visit: Callable[..., Page], picture, accessible):
    seller = visit("enterprise-02")
    seller.goto("/enterprises/")
    name = seller.locator("#main td.row-title a").first.inner_text()

    buyer = visit("enterprise-01", phone=True)
    buyer.goto("/ledger/deals/new/")
    buyer.get_by_label("对方企业").fill(name)
    buyer.get_by_label("采购内容").fill("走查用精密结构件")
    buyer.get_by_label("合同金额（万元）").fill("12.5")
    buyer.get_by_label("合同编号").fill("WALK-001")
    accessible(buyer)
    picture(buyer, "deal-phone")
    buyer.get_by_role("button", name="报送").click()
    expect(buyer.locator("#main")).to_contain_text("等待确认")
    expect(buyer.locator("#main")).to_contain_text("12.5 万元")
    address = buyer.url

    seller.goto("/ledger/deals/?waiting=1")
    seller.get_by_role("link", name="走查用精密结构件").click()
    accessible(seller)
    seller.get_by_role("button", name="确认").click()
    expect(seller.locator("#main")).to_contain_text("已确认")

    staff = visit("bureau")
    staff.goto(address)
    staff.get_by_role("button", name="核实").click()
    expect(staff.locator("#main")).to_contain_text("已核实")
    accessible(staff)
    staff.get_by_role("link", name="采购", exact=True).first.click()
    expect(staff.locator("#main")).to_contain_text("合计")
    accessible(staff)
    picture(staff, "deals")
