"""A purchase as people report it: the buyer notes it down on the phone, the seller confirms, the chain's figure moves, the
bureau verifies."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import APIRequestContext, Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]
PASSWORD = "demo-2026"
CHAIN = "food"  # where the buyer stands


def as_bureau(request: APIRequestContext) -> Callable[[str, dict[str, Any]], Any]:
    """`send(path, body)`: what the walk needs to be so before and after it, by REST."""
    answer = request.post("/api/v1/auth/token", data={"username": "bureau", "password": PASSWORD})
    headers = {"Authorization": f"Token {answer.json()['token']}"}

    def send(path: str, body: dict[str, Any]) -> Any:
        answer = request.post(f"/api/v1/{path}", data=body, headers=headers)
        assert answer.ok, answer.text()
        return answer.json()

    return send


def figure_moves(page: Page, text: str) -> None:
    """Until the figure is counted again, seconds after the action; an open page would ask only every half minute."""
    card = page.locator("#figure-intra_chain_amount .figure-value")
    for _again in range(20):
        page.reload()
        if card.inner_text() != text:
            return
        page.wait_for_timeout(400)
    pytest.fail(f"the figure is still {text}")


def test_report_confirm_verify(visit: Callable[..., Page], picture, accessible):
    seller = visit("enterprise-02")
    seller.goto("/enterprises/")
    row = seller.locator("#main td.row-title a").first
    name, uscc = row.inner_text(), row.get_attribute("href").strip("/").split("/")[-1]
    send = as_bureau(seller.request)
    send(f"enterprises/{uscc}/places", {"chain": CHAIN})

    staff = visit("bureau")
    staff.goto(f"/dashboards/chains/{CHAIN}/")
    before = staff.locator("#figure-intra_chain_amount .figure-value").inner_text()

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
    seller.get_by_role("button", name="确认").click()
    expect(seller.locator("#main")).to_contain_text("已确认")
    figure_moves(staff, before)
    number = re.search(r"CG\d{8}-\d+", seller.locator("#main").inner_text())[0]
    today = timezone.localdate()
    staff.goto(f"/metrics/intra_chain_amount/?chain={CHAIN}&from={today}&to={today}")
    expect(staff.get_by_role("link", name=number)).to_be_visible()

    staff.goto(address)
    staff.get_by_role("button", name="核实").click()
    expect(staff.locator("#main")).to_contain_text("已核实")
    accessible(staff)
    picture(staff, "deal")
    send(
        f"procurement-deals/{number}/cancel", {"reason": "走查结束，撤销。"}
    )  # other walks read the published total
