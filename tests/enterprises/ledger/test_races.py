"""Two at once: one wins, the other is told which moves are open; nothing is counted twice."""

import datetime
from decimal import Decimal

import pytest
from rest_framework.exceptions import APIException

from enterprises.ledger import actions
from enterprises.ledger.models import Bank, DealStep, ProcurementDeal
from tests.factories.accounts import make_user
from tests.factories.ledger import DealFactory, PostingFactory
from tests.races import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_races_of_a_deal(world):
    """Both sides confirm, confirm against cancel, the same contract from both sides, a new bank by two clerks."""
    world.users["seller"] = make_user("enterprise", enterprise=world.theirs, district=world.district)
    buyer, seller, staff = (world.user(role) for role in ("enterprise", "seller", "bureau"))
    for user in (buyer, seller, staff):
        assert user.scope is not None  # read once, before the threads

    deal = DealFactory(buyer=world.ours, seller=world.theirs, reporter="staff", buyer_confirmed_at=None)
    together(*(lambda by=by: actions.confirm(deal=deal, by=by) for by in (buyer, seller)))
    deal.refresh_from_db()
    assert deal.status == "confirmed"
    assert deal.version == 3

    deal = DealFactory(buyer=world.ours, seller=world.theirs)
    found = together(*(lambda: actions.confirm(deal=deal, by=seller) for _ in range(3)))
    assert sorted(type(one).__name__ for one in found) == ["Conflict", "Conflict", "ProcurementDeal"]

    deal = DealFactory(buyer=world.ours, seller=world.theirs)
    found = together(
        lambda: actions.cancel(deal=deal, by=buyer, reason="录错"),
        lambda: actions.confirm(deal=deal, by=seller),
    )
    lost = [one for one in found if isinstance(one, APIException)]
    deal.refresh_from_db()
    assert len(lost) == 1
    assert lost[0].status_code == 409
    assert deal.status in {"cancelled", "confirmed"}
    assert lost[0].open_moves == ([] if deal.status == "cancelled" else ["dispute"])
    assert DealStep.objects.filter(deal=deal).count() == 1

    offer = PostingFactory(enterprise=world.theirs, kind="offer")
    pair = [
        DealFactory(buyer=world.ours, seller=world.theirs, offer=offer, reporter="staff") for _ in range(2)
    ]
    for deal in pair:
        actions.confirm(deal=deal, by=seller)
    together(*(lambda deal=deal: actions.cancel(deal=deal, by=staff, reason="合同解除") for deal in pair))
    offer.refresh_from_db()
    assert offer.status == "open", "whichever was cancelled last has opened it again"

    values = {
        "buyer": world.ours, "seller": world.theirs, "amount": Decimal("5000.00"),
        "signed_on": datetime.date(2026, 5, 6), "goods": "结构件", "contract_number": "同一份-1",
    }  # fmt: skip
    found = together(*(lambda by=by: actions.report_deal(by=by, **values) for by in (buyer, seller, staff)))
    assert ProcurementDeal.objects.filter(contract_key="同一份-1").count() == 1
    assert sum(isinstance(one, APIException) and one.status_code == 409 for one in found) == 2

    credit = {
        "enterprise": world.ours, "product": "茸质贷", "amount": Decimal(100), "bank": "茸城第一银行",
        "granted_on": datetime.date(2026, 5, 6),
    }  # fmt: skip
    found = together(*(lambda: actions.grant_credit(by=staff, **credit) for _ in range(2)))
    assert Bank.objects.count() == 1
    assert sum(isinstance(one, APIException) for one in found) == 1
    numbers = list(ProcurementDeal.objects.values_list("number", flat=True))
    assert len(set(numbers)) == len(numbers)
