"""A purchase through the API: reported, confirmed, disputed, verified, cancelled; each role, each state."""

import datetime

import pytest

from enterprises.ledger.models import DealStep, ProcurementDeal
from enterprises.ledger.rules.deals import MOVES
from tests.factories.accounts import make_user
from tests.factories.chains import ChainFactory
from tests.factories.enterprises import ChainMembershipFactory
from tests.factories.ledger import DealFactory

pytestmark = pytest.mark.django_db
DEALS = "/api/v1/procurement-deals"


@pytest.fixture
def sides(world):
    """`ours` buys, `theirs` sells; both stand on one chain since 2026."""
    chain = ChainFactory(district=world.district, code="ic", name="集成电路")
    for enterprise in (world.ours, world.theirs):
        ChainMembershipFactory(enterprise=enterprise, chain=chain, started_on=datetime.date(2026, 1, 1))
    world.users["seller"] = make_user("enterprise", enterprise=world.theirs, district=world.district)
    world.chain = chain
    return world


def body(world, **more):
    return {
        "buyer": world.ours.uscc, "seller": world.theirs.uscc, "amount": "125000.50", "signed_on": "2026-05-06",
        "goods": "精密结构件", "contract_number": "HT－2026 001",
    } | more  # fmt: skip


def test_one_reports_the_other_confirms_staff_verify(sides):
    buyer, seller, staff = (sides.api(role) for role in ("enterprise", "seller", "station"))
    answer = buyer.post(DEALS, body(sides))
    assert answer.status_code == 201, answer.content
    deal = answer.json()
    number = deal["number"]
    assert number.startswith("CG")
    assert (deal["status"], deal["status_label"]) == ("reported", "待确认")
    assert deal["waiting_for"] == ["seller"]
    assert deal["open_moves"] == ["correct", "cancel"]
    assert deal["intra_chain"] is True
    assert "集成电路" in deal["intra_reason"]
    assert deal["chains"][0]["code"] == "ic"
    again = buyer.post(f"{DEALS}/{number}/confirm")
    assert again.status_code == 409
    assert again.json()["open_moves"] == ["correct", "cancel"]
    assert staff.post(f"{DEALS}/{number}/verify").status_code == 409
    assert staff.post(f"{DEALS}/{number}/confirm").status_code == 403
    assert sides.api("leader").post(f"{DEALS}/{number}/confirm").status_code == 403
    assert seller.post(f"{DEALS}/{number}/confirm").json()["status"] == "confirmed"
    assert staff.post(f"{DEALS}/{number}/verify").json()["status"] == "verified"
    refused = seller.post(f"{DEALS}/{number}/dispute", {"reason": "金额不符"})
    assert refused.status_code == 409
    assert refused.json()["open_moves"] == []
    assert staff.post(f"{DEALS}/{number}/cancel").status_code == 400
    gone = staff.post(f"{DEALS}/{number}/cancel", {"reason": "重复登记"}).json()
    assert gone["status"] == "cancelled"
    assert [step["move"] for step in gone["timeline"]] == [
        "report",
        "confirm",
        "verify",
        "cancel",
    ]


def test_what_staff_report_both_sides_confirm(sides):
    number = sides.api("bureau").post(DEALS, body(sides)).json()["number"]
    first = sides.api("seller").post(f"{DEALS}/{number}/confirm").json()
    assert (first["status"], first["waiting_for"]) == ("reported", ["buyer"])
    assert sides.api("enterprise").post(f"{DEALS}/{number}/confirm").json()["status"] == "confirmed"


def test_a_dispute_is_corrected_or_resolved(sides):
    buyer, seller, staff = (sides.api(role) for role in ("enterprise", "seller", "station"))
    number = buyer.post(DEALS, body(sides)).json()["number"]
    deal = seller.post(f"{DEALS}/{number}/dispute", {"reason": "金额应为 12 万元"}).json()
    assert deal["status"] == "disputed"
    assert seller.patch(f"{DEALS}/{number}", {"version": deal["version"]}).status_code == 403
    stale = buyer.patch(f"{DEALS}/{number}", {"version": 1, "amount": "120000"})
    assert stale.status_code == 409
    assert stale.json()["current"]["version"] == 2
    deal = buyer.patch(f"{DEALS}/{number}", {"version": 2, "amount": "120000"}).json()
    assert (deal["status"], deal["amount"], deal["waiting_for"]) == ("reported", "120000.00", ["seller"])
    assert deal["timeline"][-1]["changes"][0]["old"] == "125000.50"
    seller.post(f"{DEALS}/{number}/dispute", {"reason": "未收到货"})
    assert staff.post(f"{DEALS}/{number}/resolve", {"reason": "已补签收单"}).json()["status"] == "reported"
    assert seller.post(f"{DEALS}/{number}/confirm").json()["status"] == "confirmed"
    assert seller.post(f"{DEALS}/{number}/dispute", {"reason": "退货"}).json()["status"] == "disputed"


@pytest.mark.parametrize(
    "change,field",
    [
        ({"amount": "0"}, "amount"), ({"amount": "-5"}, "amount"), ({"amount": "99999999999.00"}, "amount"),
        ({"amount": "1e30"}, "amount"), ({"amount": "0.001"}, "amount"), ({"signed_on": "2999-01-01"}, "signed_on"),
        ({"signed_on": "2015-05-31"}, "signed_on"), ({"signed_on": "0001-01-01"}, "signed_on"),
        ({"goods": "\u200b"}, "goods"), ({"contract_number": " - "}, None), ({"seller": "91310000MA1FL00005"}, "seller"),
        ({"segment": "nowhere"}, "segment"), ({"color": "red"}, "color"), ({"need": "GX1"}, "need"),
    ],
)  # fmt: skip
def test_broken_values_are_told_by_field(sides, change, field):
    answer = sides.api("enterprise").post(DEALS, body(sides, **change))
    if field is None:
        assert answer.status_code in {201, 400}
        return
    assert answer.status_code == 400, answer.content
    assert field in [error["attr"] for error in answer.json()["errors"]]
    assert not ProcurementDeal.objects.exists()


def test_nobody_buys_from_themselves_or_for_others(sides):
    answer = sides.api("enterprise").post(DEALS, body(sides, seller=sides.ours.uscc))
    assert answer.status_code == 400
    assert "同一家" in answer.json()["errors"][0]["detail"]
    stranger = make_user("enterprise", district=sides.district)
    client = sides.api("enterprise")
    client.force_authenticate(stranger)
    assert client.post(DEALS, body(sides)).status_code in {400, 403}
    for role in ("leader", "department", "institution"):
        assert sides.api(role).post(DEALS, body(sides)).status_code == 403


def test_a_contract_is_reported_once_by_either_side(sides):
    first = sides.api("enterprise").post(DEALS, body(sides)).json()
    again = sides.api("seller").post(DEALS, body(sides, contract_number="ht-2026001"))
    assert again.status_code == 409
    assert first["number"] in again.json()["errors"][0]["detail"]
    turned = body(sides, buyer=sides.theirs.uscc, seller=sides.ours.uscc)
    assert sides.api("seller").post(DEALS, turned).status_code == 409
    sides.api("enterprise").post(f"{DEALS}/{first['number']}/cancel", {"reason": "录错"})
    assert sides.api("seller").post(DEALS, body(sides)).status_code == 201


def test_the_same_key_reports_once(sides):
    client = sides.api("enterprise")
    answers = [client.post(DEALS, body(sides), headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json()["number"] == answers[1].json()["number"]


MAY = {  # role → the moves that are not 403 on a deal that the buyer reported
    "enterprise": {"confirm", "dispute", "cancel"},
    "seller": {"confirm", "dispute"},
    "station": {"resolve", "verify", "cancel"},
    "bureau": {"resolve", "verify", "cancel"},
    "leader": set(),
}
OPEN = {  # status → role → moves that succeed
    "reported": {"seller": {"confirm", "dispute"}, "enterprise": {"cancel"}, "station": {"cancel"}},
    "confirmed": {"seller": {"dispute"}, "enterprise": {"dispute"}, "station": {"verify", "cancel"}},
    "disputed": {"enterprise": {"cancel"}, "station": {"resolve", "cancel"}},
    "verified": {"station": {"cancel"}},
    "cancelled": {},
}


@pytest.mark.parametrize("status", OPEN)
def test_every_state_and_role(sides, status):
    confirmed = (
        {"seller_confirmed_at": datetime.datetime.now(datetime.UTC)}
        if status in {"confirmed", "verified"}
        else {}
    )
    clients = {role: sides.api(role) for role in MAY}
    for role, allowed in MAY.items():
        for move in (code for code in MOVES if code != "correct"):
            deal = DealFactory(buyer=sides.ours, seller=sides.theirs, status=status, **confirmed)
            reason = {"reason": "说明"} if MOVES[move].reason else {}
            got = clients[role].post(f"{DEALS}/{deal.number}/{move}", reason)
            same = "bureau" if role == "bureau" else role
            may = OPEN[status].get("station" if same == "bureau" else same, set())
            expected = 403 if move not in allowed else 200 if move in may else 409
            assert got.status_code == expected, (status, role, move, got.content)
            if got.status_code == 409:
                assert set(got.json()["open_moves"]) - {"correct"} == may


def test_lists_filters_and_scope(sides):
    deal = DealFactory(buyer=sides.ours, seller=sides.theirs, confirmed=True)
    other = DealFactory(signed_on=datetime.date(2025, 1, 1))
    DealStep.objects.filter(deal=deal).exists()
    for role in ("enterprise", "seller", "station", "bureau", "leader"):
        found = [row["number"] for row in sides.api(role).get(DEALS).json()["results"]]
        assert found == [deal.number], role
    assert sides.api("admin").get(f"{DEALS}?count=1").json()["count"] == 2
    bureau = sides.api("bureau")
    for query in ("status=confirmed", f"town={sides.here.code}", f"uscc={sides.theirs.uscc}", "from=2026-05-06&to=2026-05-06",
                  "intra_chain=0", "counted=1", "search=结构", "search=佘北", f"search={deal.number}"):  # fmt: skip
        assert len(bureau.get(f"{DEALS}?{query}").json()["results"]) == 1, query
    for query in (
        "status=verified",
        f"town={sides.there.code}",
        "intra_chain=1",
        "chain=ic",
        "to=2026-05-05",
    ):
        assert bureau.get(f"{DEALS}?{query}").json()["results"] == [], query
    for query in (
        "status=odd", "from=now", "intra_chain=yes", "town=nowhere", "chain=none", "color=red",
        "from=2026-02-01&to=2026-01-01",
    ):  # fmt: skip
        assert bureau.get(f"{DEALS}?{query}").status_code == 400, query
    assert bureau.get(f"{DEALS}/{other.number}").status_code == 404
