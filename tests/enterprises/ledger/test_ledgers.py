"""Credit, pledges, the board, papers, places that change later, sheets, the portrait and the figures."""

import datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chains.party.models import PartyOrganization
from enterprises.ledger import actions
from enterprises.ledger.models import CreditGrant, Posting, ProcurementDeal
from enterprises.registry.actions import leave_chain, place_on_chain
from portal.imports.actions import request_export
from portal.imports.storage import path_of
from portal.jobs.runner import run_now
from portal.metrics.queries import area_of
from portal.metrics.queries.rows import rows_behind
from portal.metrics.registry import measure, metric_of
from portal.notices.models import Notice
from tests.factories.accounts import make_user
from tests.factories.chains import ChainFactory
from tests.factories.cobuilding import make_agreement
from tests.factories.enterprises import ChainMembershipFactory
from tests.factories.imports import checked, committed, errors_of
from tests.factories.ledger import BankFactory, CreditGrantFactory, DealFactory, PledgeFactory, PostingFactory

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 5, 6)


def figure(code: str, day: datetime.date = DAY, by: str | None = None):
    return measure(metric_of(code), day, by=by)


def test_credit_is_recorded_corrected_and_cancelled(world):
    staff = world.api("station")
    body = {
        "uscc": world.ours.uscc,
        "product": "茸质贷",
        "bank": "茸城农村商业银行",
        "amount": "5000000",
        "granted_on": "2026-05-06",
    }
    row = staff.post("/api/v1/credit-grants", body).json()
    assert (row["bank"], row["amount"], row["status"]) == ("茸城农村商业银行", "5000000.00", "active")
    assert staff.post("/api/v1/credit-grants", body).status_code == 409
    address = f"/api/v1/credit-grants/{row['number']}"
    assert staff.patch(address, {"version": 1, "amount": "-1"}).status_code == 400
    assert staff.patch(address, {"version": 1, "amount": "6000000"}).json()["version"] == 2
    stale = staff.patch(address, {"version": 1, "amount": "7000000"})
    assert stale.status_code == 409
    assert stale.json()["current"]["amount"] == "6000000.00"
    assert (figure("credit_amount")[None], figure("credit_enterprises")[None]) == (Decimal(6_000_000), 1)
    assert staff.post(f"{address}/cancel", {"reason": "未提款"}).json()["status"] == "cancelled"
    assert staff.patch(address, {"version": 3, "amount": "1"}).status_code == 409
    assert (figure("credit_amount")[None], figure("credit_enterprises")[None]) == (0, 0)
    assert staff.post("/api/v1/credit-grants", body | {"uscc": world.theirs.uscc}).status_code == 400
    assert world.api("enterprise").post("/api/v1/credit-grants", body).status_code == 403
    assert world.api("leader").get("/api/v1/credit-grants?status=cancelled&count=1").json()["count"] == 1
    for change in (
        {"granted_on": "2999-01-01"},
        {"granted_on": "2001-01-01"},
        {"amount": "0"},
        {"bank": " "},
        {"x": 1},
    ):
        assert staff.post("/api/v1/credit-grants", body | change).status_code == 400, change


def test_a_pledge_may_be_told_in_the_words_of_a_grant(world):
    staff = world.api("bureau")
    body = {
        "uscc": world.ours.uscc,
        "product": "发明专利 2 项",
        "bank": "茸城农村商业银行",
        "amount": "3000000",
        "granted_on": "2026-05-06",
    }
    row = staff.post("/api/v1/pledges", body).json()
    assert (row["kind"], row["subject"], row["registered_on"]) == ("patent", "发明专利 2 项", "2026-05-06")
    named = {
        "uscc": world.ours.uscc,
        "kind": "商标权",
        "register_number": "Y1",
        "pledgee": "茸城农村商业银行",
        "amount": "1",
        "registered_on": "2026-05-06",
    }
    assert staff.post("/api/v1/pledges", named).json()["kind"] == "trademark"
    again = staff.post("/api/v1/pledges", named | {"uscc": world.theirs.uscc, "register_number": "ｙ1"})
    assert again.status_code == 409
    assert figure("pledge_amount")[None] == Decimal(3_000_001)
    assert figure("pledge_enterprises")[None] == 1


def test_a_banks_clerk_keeps_its_own_rows(world):
    bank = BankFactory(district=world.district, name="茸城农村商业银行")
    other = CreditGrantFactory(enterprise=world.ours)
    world.users["clerk"] = make_user("institution", institution=bank.code, district=world.district)
    clerk = world.api("clerk")
    body = {"uscc": world.theirs.uscc, "product": "茸质贷", "amount": "100.5", "granted_on": "2026-05-06"}
    row = clerk.post("/api/v1/credit-grants", body).json()
    assert (row["bank"], row["may_change"]) == (bank.name, True)
    assert clerk.post("/api/v1/credit-grants", body | {"bank": "别的银行"}).status_code == 403
    assert [one["number"] for one in clerk.get("/api/v1/credit-grants").json()["results"]] == [row["number"]]
    assert clerk.get(f"/api/v1/credit-grants/{other.number}").status_code == 404
    assert clerk.get("/api/v1/enterprises").json()["results"] == []
    page = world.browser("clerk").get("/ledger/credit/new/")
    assert page.status_code == 200
    assert bank.name in page.content.decode()
    assert world.api("institution").post("/api/v1/credit-grants", body).status_code == 403


def test_places_that_change_later_judge_a_deal_again(world):
    chain = ChainFactory(district=world.district, code="ic", name="集成电路")
    staff = world.user("bureau")
    for enterprise in (world.ours, world.theirs):
        place_on_chain(enterprise=enterprise, by=staff, chain=chain, started_on=datetime.date(2026, 1, 1))
    values = {"buyer": world.ours, "seller": world.theirs, "amount": Decimal(1000), "goods": "结构件"}
    old = actions.report_deal(by=staff, signed_on=DAY, contract_number="A", **values)
    new = actions.report_deal(by=staff, signed_on=datetime.date(2026, 8, 1), contract_number="B", **values)
    assert old.intra_chain
    assert new.intra_chain
    leave_chain(enterprise=world.theirs, by=staff, chain=chain, ended_on=datetime.date(2026, 6, 30))
    for deal in (old, new):
        deal.refresh_from_db()
    assert old.intra_chain
    assert not new.intra_chain
    assert "退出" in new.intra_reason
    assert new.timeline.filter(move="reassess").count() == 1
    world.theirs.memberships.update(ended_on=None)  # as a sheet writes them: set-based, past the actions
    assert actions.reassess_stale(district=world.district) == 1
    assert actions.reassess_stale(district=world.district) == 0
    new.refresh_from_db()
    assert new.intra_chain


def test_a_sheet_of_places_judges_again_too(world, no_heartbeat, upload_folder):
    chain = ChainFactory(district=world.district, code="ic", name="集成电路")
    ChainMembershipFactory(enterprise=world.ours, chain=chain, started_on=datetime.date(2026, 1, 1))
    staff = world.user("bureau")
    deal = actions.report_deal(
        by=staff, buyer=world.ours, seller=world.theirs, amount=Decimal(1000), signed_on=DAY, goods="结构件",
        contract_number="A",
    )  # fmt: skip
    assert not deal.intra_chain
    row = {
        "统一社会信用代码": world.theirs.uscc,
        "产业链": "集成电路",
        "链上角色": "配套",
        "入链日期": "2026-02-01",
    }
    done = committed([row], staff, kind="chain_memberships")
    assert done.created == 1, errors_of(done)
    deal.refresh_from_db()
    assert deal.intra_chain


def test_a_deal_counts_once_for_the_district_and_in_each_common_chain(world):
    chains = [ChainFactory(district=world.district) for _ in range(3)]
    for enterprise, own in ((world.ours, chains), (world.theirs, chains[:2])):
        for chain in own:
            ChainMembershipFactory(enterprise=enterprise, chain=chain, started_on=datetime.date(2026, 1, 1))
    staff = world.user("bureau")
    deal = actions.report_deal(
        by=staff, buyer=world.ours, seller=world.theirs, amount=Decimal("700.50"), signed_on=DAY, goods="结构件",
        contract_number="A",
    )  # fmt: skip
    assert figure("intra_chain_amount")[None] == 0
    ProcurementDeal.objects.filter(pk=deal.pk).update(
        status="confirmed", buyer_confirmed_at=deal.created_at, seller_confirmed_at=deal.created_at
    )
    assert figure("intra_chain_amount")[None] == figure("deal_amount")[None] == Decimal("700.50")
    assert figure("intra_chain_amount", by="chain") == {chain.pk: Decimal("700.50") for chain in chains[:2]}
    assert figure("deal_amount", by="chain") == {chain.pk: Decimal("700.50") for chain in chains}
    assert figure("intra_chain_deals", by="town") == {world.here.pk: 1}


def test_the_town_that_counts_a_row_still_reads_it_when_the_enterprise_has_moved(world):
    made = {
        "deal_amount": DealFactory(buyer=world.ours, seller=world.theirs, confirmed=True, town=world.here),
        "credit_amount": CreditGrantFactory(enterprise=world.ours, town=world.here),
        "pledge_amount": PledgeFactory(enterprise=world.ours, town=world.here),
        "agreements": make_agreement(world.ours),
    }
    world.ours.town = world.theirs.town
    world.ours.save()
    PartyOrganization.objects.update(town=world.there)
    user = world.user("station")
    for code, row in made.items():
        behind = rows_behind(metric_of(code), user, area=area_of(user))
        assert [one["pk"] for one in behind.rows] == [row.pk], code
        assert behind.sum == getattr(row, "amount", 1)
    staff = world.api("station")
    for address in (
        f"procurement-deals/{made['deal_amount'].number}/cancel",
        f"pledges/{made['pledge_amount'].number}/cancel",
    ):
        assert staff.post(f"/api/v1/{address}", {"reason": "已迁出"}).status_code == 403, "it reads, no more"


def test_the_board_matches_and_a_deal_comes_of_it(world):
    chain = ChainFactory(district=world.district)
    need = PostingFactory(enterprise=world.ours, chain=chain, title="不锈钢精密结构件年度采购")
    offer = PostingFactory(enterprise=world.theirs, chain=chain, kind="offer", title="精密结构件加工")
    PostingFactory(enterprise=world.theirs, chain=chain, kind="offer", title="冷链运输")
    buyer = world.api("enterprise")
    (answer,) = buyer.get(f"/api/v1/offers-and-needs/{need.number}/matches").json()
    assert answer["number"] == offer.number
    assert answer["score"] >= 50
    assert answer["may_change"] is False
    page = (
        world.browser("enterprise")
        .get(f"/ledger/deals/new/?need={need.number}&offer={offer.number}")
        .content.decode()
    )
    assert world.theirs.uscc in page
    assert "精密结构件加工" in page
    deal = buyer.post(
        "/api/v1/procurement-deals",
        {"buyer": world.ours.uscc, "seller": world.theirs.uscc, "amount": "10", "signed_on": "2026-05-06", "goods": "结构件",
         "contract_number": "1", "need": need.number, "offer": offer.number},
    ).json()  # fmt: skip
    assert (deal["need"], deal["offer"]) == (need.number, offer.number)
    for posting in (need, offer):
        posting.refresh_from_db()
    assert (need.status, offer.status) == ("matched", "open"), "the other side's own word takes its offer off"
    world.users["seller"] = make_user("enterprise", enterprise=world.theirs, district=world.district)
    world.api("seller").post(f"/api/v1/procurement-deals/{deal['number']}/confirm")
    offer.refresh_from_db()
    assert offer.status == "matched"
    strikes_a_matched_deal(world, deal, need, offer)
    made = buyer.post(
        "/api/v1/offers-and-needs", {"kind": "供给", "chain": chain.code, "title": "检测服务"}
    ).json()
    assert made["uscc"] == world.ours.uscc
    assert buyer.post(f"/api/v1/offers-and-needs/{offer.number}/close").status_code == 403
    assert buyer.post(f"/api/v1/offers-and-needs/{made['number']}/close").json()["status"] == "closed"


def strikes_a_matched_deal(world, deal, need, offer):
    """Of two deals of one offer the first is cancelled: the need is open again, the offer when the second goes too."""
    staff, buyer = world.user("bureau"), world.user("enterprise")
    second = actions.report_deal(
        by=buyer, buyer=world.ours, seller=world.theirs, amount=Decimal(20), signed_on=DAY, goods="结构件",
        contract_number="2", offer=offer,
    )  # fmt: skip
    actions.confirm(deal=second, by=world.user("seller"))

    def states():
        return [Posting.objects.get(pk=one.pk).status for one in (need, offer)]

    actions.cancel(deal=ProcurementDeal.objects.get(number=deal["number"]), by=staff, reason="合同解除")
    assert states() == ["open", "matched"]
    told = Notice.objects.filter(kind="ledger", title="采购已撤销").first().body
    assert need.number in told
    assert offer.number not in told
    actions.cancel(deal=second, by=staff, reason="合同解除")
    assert states() == ["open", "open"]
    # a reporter who only names somebody's closed or matched offer does not put it back
    Posting.objects.filter(pk=offer.pk).update(status="matched")
    third = actions.report_deal(
        by=buyer, buyer=world.ours, seller=world.theirs, amount=Decimal(20), signed_on=DAY, goods="结构件",
        contract_number="3", offer=offer,
    )  # fmt: skip
    actions.cancel(deal=third, by=buyer, reason="录入有误")
    assert states() == ["open", "matched"]


PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def test_papers_are_judged_by_content_and_kept_for_the_sides(world):
    deal = DealFactory(buyer=world.ours, seller=world.theirs)
    address = f"/api/v1/procurement-deals/{deal.number}/attachments"
    buyer = world.api("enterprise")

    def send(client, name, content):
        upload = SimpleUploadedFile(name, content)
        return client.post(address, {"file": upload}, format="multipart")

    for name, content in (
        ("合同.pdf", PNG),
        ("a.exe", b"MZ" + b"0" * 40),
        ("a.png", b""),
        ("a.docx", b"PK\x03\x04junk"),
    ):
        assert send(buyer, name, content).status_code == 400, name
    row = send(buyer, "../../送货单.png", PNG).json()
    assert (row["name"], row["content_type"], row["size"]) == ("送货单.png", "image/png", len(PNG))
    answer = world.api("leader").get(f"{address}/{row['id']}")
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content) == PNG
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert send(world.api("leader"), "a.png", PNG).status_code == 403
    assert row["uploaded_at"].endswith("+08:00")
    person = str(world.user("enterprise"))
    for who, name in (("bureau", person), ("enterprise", world.ours.name), ("leader", world.ours.name)):
        one = world.api(who).get(f"/api/v1/procurement-deals/{deal.number}").json()
        assert [paper["uploaded_by"] for paper in one["attachments"]] == [name]
        assert {step["by"] for step in one["timeline"]} == ({person} if who == "bureau" else {""})
    world.users["other"] = make_user("enterprise", district=world.district)
    assert world.api("other").get(f"{address}/{row['id']}").status_code == 404


def purchase(world, contract: str, **cells) -> dict:
    return {
        "采购方统一社会信用代码": world.ours.uscc, "供应方统一社会信用代码": world.theirs.uscc, "合同编号": contract,
        "采购内容": "结构件", "合同金额(万元)": "12.5", "签订日期": "2026-05-06", **cells,
    }  # fmt: skip


def test_sheets_report_correct_and_leave_alone(world, no_heartbeat, upload_folder):
    staff = world.user("bureau")
    good = purchase(world, "HT-1")
    rows = [
        good,
        purchase(world, "HT-2", 供应方统一社会信用代码=world.ours.uscc),
        purchase(world, "ht-1 "),
        purchase(world, "HT-3", **{"合同金额(万元)": "0"}),
        purchase(world, "HT-4", 供应方统一社会信用代码="91310000MA1FL00005"),
        purchase(world, "HT-5", 签订日期="2999-05-06"),
        purchase(world, "HT-6", 状态="已核实"),
        purchase(world, "HT-7", 签订日期="2001-01-01"),
    ]
    found = checked(rows, staff, kind="procurement_deals")
    assert (found.total, found.created, found.invalid) == (8, 1, 7), errors_of(found)
    assert not ProcurementDeal.objects.exists()
    committed(rows, staff, kind="procurement_deals", skip_invalid=True)
    deal = ProcurementDeal.objects.get()
    assert (deal.amount, deal.status, deal.reporter) == (Decimal("125000.00"), "reported", "staff")
    again = committed([good], staff, kind="procurement_deals")
    assert (again.unchanged, again.updated) == (1, 0)
    committed([purchase(world, "HT-1", **{"合同金额(万元)": "13"})], staff, kind="procurement_deals")
    deal.refresh_from_db()
    assert deal.amount == Decimal("130000.00")
    ProcurementDeal.objects.update(
        status="confirmed", buyer_confirmed_at=deal.created_at, seller_confirmed_at=deal.created_at
    )
    cells = {"合同金额(万元)": "13", "状态": "已核实"}
    committed([purchase(world, "HT-1", **cells)], staff, kind="procurement_deals")
    deal.refresh_from_db()
    assert deal.status == "verified"


def test_sheets_of_grants_and_pledges(world, no_heartbeat, upload_folder):
    staff = world.user("station")
    row = {
        "统一社会信用代码": world.ours.uscc, "银行": "茸城农村商业银行", "产品": "茸质贷", "授信金额(万元)": "500",
        "授信日期": "2026-05-06",
    }  # fmt: skip
    strange = row | {"统一社会信用代码": world.theirs.uscc}
    done = committed([row, strange], staff, kind="credit_grants", skip_invalid=True)
    assert (done.created, done.invalid) == (1, 1), errors_of(done)
    assert CreditGrant.objects.get().amount == Decimal(5_000_000)
    assert committed([row], staff, kind="credit_grants").unchanged == 1
    several_grants_of_a_day(row, staff)
    pledge = {
        "统一社会信用代码": world.ours.uscc, "登记号": "Y1", "类型": "商标权", "质权人": "茸城农村商业银行",
        "质押金额(万元)": "80", "登记日期": "2026-05-06",
    }  # fmt: skip
    assert committed([pledge], staff, kind="pledges").created == 1
    changed = committed([pledge | {"质押金额(万元)": "90"}], staff, kind="pledges")
    assert changed.updated == 1, errors_of(changed)
    for kind, header in (("procurement_deals", "合同编号"), ("credit_grants", "产品"), ("pledges", "登记号")):
        for role in ("leader", "enterprise"):
            export = request_export(kind=kind, filters={}, format="csv", by=world.user(role))
            run_now(export.job)
            export.refresh_from_db()
            assert export.status == "done", export.message
            assert header in path_of(export.stored).read_text(encoding="utf-8-sig").splitlines()[0]


def several_grants_of_a_day(row, staff):
    """A number tells two grants of one day apart; without one the row means the only grant of that day."""

    def stored():
        return sorted((one.contract_number, int(one.amount)) for one in CreditGrant.objects.all())

    first, second = row | {"合同编号": "SX-1"}, row | {"合同编号": "SX-2", "授信金额(万元)": "300"}
    found = checked([first, second, second | {"合同编号": "sx－2"}], staff, kind="credit_grants")
    assert (found.updated, found.created, found.invalid) == (1, 1, 1), errors_of(found)
    done = committed([first, second], staff, kind="credit_grants")
    assert (done.updated, done.created) == (1, 1), errors_of(done)
    assert stored() == [("SX-1", 5_000_000), ("SX-2", 3_000_000)]
    assert committed([first, second], staff, kind="credit_grants").unchanged == 2
    unclear = checked([row], staff, kind="credit_grants")
    assert unclear.invalid == 1
    assert "请填写合同编号" in str(errors_of(unclear))
    beside = committed([first, row | {"授信金额(万元)": "310"}], staff, kind="credit_grants")
    assert (beside.unchanged, beside.updated) == (1, 1), errors_of(beside)
    assert stored() == [("SX-1", 5_000_000), ("SX-2", 3_100_000)]
    third = committed([first, second | {"授信金额(万元)": "310"}, row], staff, kind="credit_grants")
    assert (third.unchanged, third.created) == (2, 1), errors_of(third)
    CreditGrant.objects.exclude(contract_number="SX-1").update(
        cancelled_at=timezone.now(), cancel_reason="测试"
    )


def test_the_portrait_and_the_pages(world):
    CreditGrantFactory(enterprise=world.ours)
    PledgeFactory(enterprise=world.ours)
    deal = DealFactory(buyer=world.ours, seller=world.theirs, verified=True)
    ledger = world.api("leader").get(f"/api/v1/enterprises/{world.ours.uscc}/portrait").json()["ledger"]
    assert (ledger["credit_amount"], ledger["purchase_amount"], len(ledger["items"])) == (
        "5000000.00",
        "120000.00",
        1,
    )
    for role in ("bureau", "station", "leader", "enterprise"):
        client = world.browser(role)
        for address in ("/ledger/deals/", f"/ledger/deals/{deal.number}/", "/ledger/credit/", "/ledger/pledges/", "/ledger/board/",
                        f"/enterprises/{world.ours.uscc}/"):  # fmt: skip
            answer = client.get(address)
            assert answer.status_code == 200, (role, address)
    text = world.browser("bureau").get("/ledger/deals/").content.decode()
    assert "合计" in text
    assert "12" in text
